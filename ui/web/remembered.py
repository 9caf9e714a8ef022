"""What I remember: the facts she told, each of which she can take back."""

from typing import Any

import gradio as gr

from coach import Coach, CoachError, NotFoundError
from ui.http.identity import person_of
from ui.web.facts import fact_line
from ui.web.panel import QUICK, said, title
from ui.web.sources import as_text
from ui.web.words import Words

__all__ = ["RememberedPanel"]

Update = dict[Any, Any]


class RememberedPanel:
    """The panel.

    Args:
        coach: The coach; need not be open yet.
        words: The page's words.
    """

    def __init__(self, coach: Coach, words: Words) -> None:
        self._coach = coach
        self._all = words
        self._words = words.remembered
        self._unread = words.notes.unread

    def build(self, opened: Any, _: gr.Textbox) -> None:
        """Put the panel on the page.

        Args:
            opened: The event that shows it.
        """
        words = self._words
        gr.HTML(title(words.title))
        self._lead = gr.HTML("")
        self._facts = gr.CheckboxGroup([], label=words.facts, elem_id="facts", visible=False)
        with gr.Row(visible=False, elem_classes="buttons") as self._buttons:
            forget = gr.Button(words.forget, size="sm", scale=0)
            forget_all = gr.Button(words.forget_all, size="sm", scale=0)
        with gr.Column(visible=False) as self._sure:
            gr.HTML(f"<p>{as_text(words.sure)}</p>")
            with gr.Row(elem_classes="buttons"):
                yes = gr.Button(words.forget_yes, size="sm", scale=0)
                no = gr.Button(words.forget_no, size="sm", scale=0)
        self._said = gr.HTML(said(""), elem_classes="said")

        shown = [self._lead, self._facts, self._buttons, self._sure, self._said]
        opened(self._open, None, shown, api_name="remembered", **QUICK)
        no.click(self._open, None, shown, api_name="remember", **QUICK)
        forget.click(self._forget, self._facts, shown, api_name="forget", **QUICK)
        forget_all.click(self._ask, None, shown, api_name="ask_forget_all", **QUICK)
        yes.click(self._forget_all, None, shown, api_name="forget_all", **QUICK)

    def _open(self, request: gr.Request) -> Update:
        return self._listed(request)

    def _forget(self, chosen: list[str] | None, request: gr.Request) -> Update:
        if not chosen:
            return {self._said: said(self._words.none_chosen)}
        for fact in chosen:
            try:
                self._coach.records.memory.forget(person_of(request), fact)
            except NotFoundError:
                continue  # it is gone already, or was never hers
            except CoachError:
                return {self._said: said(self._unread)}
        return self._listed(request, self._words.forgotten)

    def _ask(self) -> Update:
        return {
            self._buttons: gr.update(visible=False),
            self._sure: gr.update(visible=True),
            self._said: said(""),
        }

    def _forget_all(self, request: gr.Request) -> Update:
        try:
            self._coach.records.memory.forget_all(person_of(request))
        except NotFoundError:
            pass  # nothing is known of her
        except CoachError:
            return {self._said: said(self._unread)}
        return self._listed(request, self._words.forgotten)

    def _listed(self, request: gr.Request, line: str = "") -> Update:
        try:
            facts = self._coach.records.memory.facts(person_of(request))
        except NotFoundError:  # she has not written yet
            facts = []
        except CoachError:
            return {self._said: said(self._unread)}
        lead = self._words.lead if facts else self._words.empty
        choices = [(fact_line(fact, self._all), fact.id) for fact in facts]
        return {
            self._lead: f"<p>{as_text(lead)}</p>",
            self._facts: gr.update(choices=choices, value=[], visible=bool(facts)),
            self._buttons: gr.update(visible=bool(facts)),
            self._sure: gr.update(visible=False),
            self._said: said(line),
        }
