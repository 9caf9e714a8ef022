"""The lock, as she sets it up: a passphrase, its closing by itself, and closing it now."""

from typing import Any

import gradio as gr

from coach import Coach, MessageError
from coach.records import LockState
from ui.http.identity import person_of
from ui.web.panel import QUICK, Panel, Update, said, telling, title
from ui.web.sources import as_text
from ui.web.words import Words

__all__ = ["LockPanel"]

_TYPED = gr.InputHTMLAttributes(autocomplete="off", autocapitalize="none", spellcheck=False)


class LockPanel(Panel):
    """The panel; made of what every `Panel` is made of."""

    def __init__(self, coach: Coach, words: Words) -> None:
        super().__init__(coach, words)
        self._words = words.lock
        self._signed_in = coach.settings.sign_in_needed

    def build(self, opened: Any, _: gr.Textbox) -> None:
        """Put the panel on the page.

        Args:
            opened: The event that shows it.
        """
        words = self._words
        lead = words.lead_signed_in if self._signed_in else words.lead
        gr.HTML(title(words.title, lead))
        self._lead = gr.HTML("", elem_id="lock-lead")
        self._old = self._field(words.old, "lock-old", visible=False)
        self._new = self._field(words.new, "lock-new")
        with gr.Row(elem_classes="buttons"):
            self._set = gr.Button(words.set, size="sm", scale=0)
            self._remove = gr.Button(words.remove, size="sm", scale=0, visible=False)
            # What it does is in leave.js: an answer to an event would find the page locked.
            gr.Button(words.now, size="sm", scale=0, elem_id="lock-now")
        self._away = gr.Checkbox(label=words.when_away, elem_id="lock-away", visible=False)
        self._said = gr.HTML(said(""), elem_classes="said")

        shown = [self._lead, self._old, self._new, self._set, self._remove, self._away, self._said]
        typed = [self._new, self._old]
        opened(self._open, None, shown, api_name="lock", **QUICK)
        self._set.click(self._keep, typed, shown, api_name="lock_set", **QUICK)
        self._new.submit(self._keep, typed, shown, api_name="lock_typed", **QUICK)
        self._remove.click(self._take_away, self._old, shown, api_name="lock_remove", **QUICK)
        self._away.input(self._when_away, self._away, shown, api_name="lock_away", **QUICK)

    def _field(self, label: str, name: str, *, visible: bool = True) -> gr.Textbox:
        return gr.Textbox(
            label=label,
            type="password",
            lines=1,
            max_lines=1,
            elem_id=name,
            visible=visible,
            html_attributes=_TYPED,
        )

    # What happens

    @telling
    def _open(self, request: gr.Request) -> Update:
        return self._shown(request)

    @telling
    def _keep(self, new: str | None, old: str | None, request: gr.Request) -> Update:
        person, lock = person_of(request), self._coach.records.lock
        self._coach.records.ensure_person(person)
        had = lock.state(person).has_passphrase
        try:
            result = lock.set_passphrase(person, new or "", old or "")
        except MessageError:
            return {self._said: said(self._words.too_short)}
        if result != "right":
            return self._refused(lock.state(person))
        return self._shown(request, self._words.is_changed if had else self._words.is_set)

    @telling
    def _take_away(self, old: str | None, request: gr.Request) -> Update:
        person, lock = person_of(request), self._coach.records.lock
        if lock.set_passphrase(person, None, old or "") != "right":
            return self._refused(lock.state(person))
        return self._shown(request, self._words.is_removed)

    @telling
    def _when_away(self, wanted: bool | None, request: gr.Request) -> Update:
        try:
            self._coach.records.lock.close_when_away(person_of(request), bool(wanted))
        except MessageError:  # the passphrase was taken away in another tab
            return self._shown(request)
        words = self._words
        return self._shown(request, words.by_itself if wanted else words.not_by_itself)

    # What she sees

    def _refused(self, state: LockState) -> Update:
        words = self._words
        if state.wait:
            return {self._said: said(words.old_wait.format(wait=words.in_words(state.wait)))}
        return {self._said: said(words.old_wrong)}

    def _shown(self, request: gr.Request, line: str = "") -> Update:
        state, words = self._coach.records.lock.state(person_of(request)), self._words
        has, typed = state.has_passphrase, {"value": ""} if line else {}
        without = words.without_signed_in if self._signed_in else words.without
        lead = [words.protected] if has else [without, words.set_lead]
        return {
            self._lead: "".join(f"<p>{as_text(one)}</p>" for one in lead),
            # What she has begun to type while the panel was opening stays there.
            self._old: gr.update(visible=has) | typed,
            self._new: gr.update() | typed,
            self._set: words.change if has else words.set,
            self._remove: gr.update(visible=has),
            self._away: gr.update(value=state.when_away, visible=has),
            self._said: said(line),
        }
