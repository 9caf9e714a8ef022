"""Your data: where it goes, how much is kept and for how long, to take along and to delete."""

import json
from pathlib import Path
from typing import Any, Final, Literal

import gradio as gr
from anyio import to_thread

from coach import Coach, CoachError, NotFoundError
from coach.records import KeepDays, Summary
from ui.http.identity import person_of
from ui.web.chat import Chat
from ui.web.days import in_words
from ui.web.panel import QUICK, Panel, Update, known, said, telling, title
from ui.web.sources import as_text
from ui.web.turns import Turns
from ui.web.where import where_it_goes
from ui.web.words import Words
from ui.web.words_around import YourDataWords

__all__ = ["YourDataPanel"]

_Asked = Literal["nothing", "keep", "delete"]

_ASSETS = Path(__file__).parent / "assets"
_FORGET, _FORGOTTEN = (_ASSETS / name for name in ("forget.js", "forgotten.js"))

# What asks her once more may lie below what she sees of the panel.
_IN_SIGHT = """() => setTimeout(
  () => document.querySelector("#notes .sure")?.scrollIntoView({block: "nearest"}), 100
)"""

_DAYS: Final[dict[str, KeepDays | None]] = {"0": None, "90": 90, "30": 30, "7": 7, "1": 1}


class YourDataPanel(Panel):
    """The panel, and a line that says on the new page that everything is gone.

    Args:
        coach: The coach; need not be open yet.
        turns: The answers being written.
        words: The page's words.
    """

    def __init__(self, coach: Coach, turns: Turns, words: Words) -> None:
        super().__init__(coach, words)
        self._turns = turns
        self._words = words.your_data

    def build(self, opened: Any, _: gr.Textbox) -> None:
        """Put the panel on the page.

        Args:
            opened: The event that shows it.
        """
        words = self._words
        gr.HTML(title(words.title))
        self._where = gr.HTML("", elem_id="where")
        self._held = gr.HTML("", elem_id="held")
        self._take = gr.HTML(_take(words), elem_id="take", visible=False)
        choices = [(words.keep_choices[days], days) for days in _DAYS]
        self._keep_for = gr.Radio(
            choices, value="0", label=words.keep, info=words.keep_lead, elem_id="keep-for"
        )
        with gr.Column(visible=False, elem_classes="sure") as self._sure_keep:
            self._keep_text = gr.HTML("")
            with gr.Row(elem_classes="buttons"):
                self._keep_yes = gr.Button(words.keep_yes, size="sm", scale=0)
                keep_no = gr.Button(words.keep_no, size="sm", scale=0)
        with gr.Row(visible=False, elem_classes="buttons") as self._buttons:
            delete = gr.Button(words.delete, size="sm", scale=0, elem_id="delete-all")
        with gr.Column(visible=False, elem_classes="sure") as self._sure:
            sure = [words.sure, words.sure_files]
            if self._coach.settings.sign_in_needed:
                sure.append(words.sure_signed_in)
            gr.HTML(f"<p>{as_text(' '.join(sure))}</p>")
            with gr.Row(elem_classes="buttons"):
                delete_yes = gr.Button(words.delete_yes, size="sm", scale=0)
                delete_no = gr.Button(words.delete_no, size="sm", scale=0)
        self._said = gr.HTML(said(""), elem_classes="said")

        shown = self._shown()
        opened(self._open, None, shown, api_name="your_data", **QUICK)
        chosen = self._keep_for.input(
            self._choose, self._keep_for, shown, api_name="keep_for", **QUICK
        )
        chosen.then(None, js=_IN_SIGHT)
        keep_no.click(self._open, None, shown, api_name="not_kept_for", **QUICK)
        asked = delete.click(
            lambda: self._ask("delete"), None, shown, api_name="ask_delete_all", **QUICK
        )
        asked.then(None, js=_IN_SIGHT)
        delete_no.click(self._open, None, shown, api_name="keep_all", **QUICK)
        forget = _FORGET.read_text(encoding="utf-8")
        failed = json.dumps(said(words.not_deleted))
        delete_yes.click(None, None, self._said, js=forget.replace("FAILED", failed))

    def lay_out_line(self) -> None:
        """Put the line on the page that says that everything is gone; closed, it takes no room."""
        texts = {"done": self._words.gone, "traces": self._words.gone_traces}
        lines = "".join(
            f'<p role="status" data-state="{state}" hidden>{as_text(text)}</p>'
            for state, text in texts.items()
        )
        gr.HTML(lines, elem_id="gone", elem_classes="line")

    def build_effects(self, page: gr.Blocks, chat: Chat) -> None:
        """Make work what changes the rest of the page, once all of it is there.

        Args:
            page: The page.
            chat: The conversation, which may be one of those that go.
        """
        self._chat = chat
        page.load(None, js=_FORGOTTEN.read_text(encoding="utf-8"))
        self._keep_yes.click(
            self._keep,
            [self._keep_for, chat.thread],
            [*self._shown(), *chat.shown],
            api_name="keep_for_yes",
            **QUICK | {"preprocess": True},  # the conversation is a state of the session
        )

    def _shown(self) -> list[Any]:
        seen = [self._where, self._held, self._take, self._keep_for]
        return [*seen, self._sure_keep, self._keep_text, self._buttons, self._sure, self._said]

    # What happens

    @telling
    def _open(self, request: gr.Request) -> Update:
        return self._opened(request)

    @telling
    def _choose(self, choice: str | None, request: gr.Request) -> Update:
        """She has chosen; where this deletes something at once, she is asked first."""
        if choice not in _DAYS:
            return self._opened(request)
        retention, person = self._coach.records.retention, person_of(request)
        going = known(lambda: retention.over(person, _DAYS[choice]), 0)
        if not going:
            return self._set(choice, request)
        text = self._words.keep_one if going == 1 else self._words.keep_many
        asked = f"<p>{as_text(text.format(count=going))}</p>"
        return self._ask("keep") | {self._keep_text: asked}

    async def _keep(self, choice: str | None, thread: str | None, request: gr.Request) -> Update:
        """She has said yes; where the open conversation is among those that go, a new one opens."""
        update = await to_thread.run_sync(self._set, choice, request)
        if thread != "" and await to_thread.run_sync(self._is_gone, thread, request):
            update |= await self._chat.show("", request)
        return update

    @telling
    def _set(self, choice: str | None, request: gr.Request) -> Update:
        if choice not in _DAYS:
            return self._opened(request)
        records, person = self._coach.records, person_of(request)
        records.ensure_person(person)
        records.retention.set_keep_for(person, _DAYS[choice])
        try:
            count = records.retention.apply(person=person, spare=self._turns.threads)
        except CoachError:
            return self._opened(request, self._words.traces)
        line = self._words.kept_deleted.format(count=count) if count else self._words.kept
        return self._opened(request, line)

    def _is_gone(self, thread: str | None, request: gr.Request) -> bool:
        records, person = self._coach.records, person_of(request)
        try:
            if thread is None:  # the latest; where that one went, all did
                return records.latest_thread(person) is None
            records.thread(person, thread)
        except NotFoundError:
            return True
        except CoachError:
            return False
        return False

    # What she sees

    def _opened(self, request: gr.Request, line: str = "") -> Update:
        records, person = self._coach.records, person_of(request)
        held: Summary | None = known(lambda: records.summary(person), None)
        days = known(lambda: records.retention.keep_for(person), None)
        where = where_it_goes(self._coach.settings, self._coach.model_status(), self._words)
        return {
            **self._ask("nothing"),
            self._where: where,
            self._held: _held(held, self._words),
            self._take: gr.update(visible=held is not None),
            self._keep_for: gr.update(value=str(days or 0)),
            self._buttons: gr.update(visible=held is not None),
            self._said: said(line),
        }

    def _ask(self, asked: _Asked) -> Update:
        return {
            self._sure_keep: gr.update(visible=asked == "keep"),
            self._buttons: gr.update(visible=asked != "delete"),
            self._sure: gr.update(visible=asked == "delete"),
            self._said: said(""),
        }


def _held(held: Summary | None, words: YourDataWords) -> str:
    if held is None:
        return f"<p>{as_text(words.nothing)}</p>"
    lines = [
        words.conversations.format(count=held.conversations),
        words.messages.format(count=held.messages),
        words.pages.format(count=held.pages),
        words.check_ins.format(count=held.check_ins),
        words.facts.format(count=held.facts),
        words.disclosures.format(count=held.disclosures),
    ]
    if held.last_contact is not None:
        lines.append(words.last_contact.format(day=in_words(held.last_contact)))
    since = words.since.format(day=in_words(held.since.astimezone().date()))
    listed = "".join(f"<li>{as_text(one)}</li>" for one in lines)
    return f"<p>{as_text(since)}</p><ul>{listed}</ul>"


def _take(words: YourDataWords) -> str:
    # Relative, for a server that stands behind another one in a folder.
    links = "".join(
        f'<a href="export/me.{ending}" download>{as_text(text)}</a>'
        for ending, text in (("md", words.as_markdown), ("json", words.as_json))
    )
    return f"<p><b>{as_text(words.take)}</b></p><p>{as_text(words.take_lead)}</p><p>{links}</p>"
