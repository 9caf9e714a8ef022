"""What I remember: the facts she told, each of which she can take back."""

from functools import partial
from typing import Any

import gradio as gr

from coach import Coach
from coach.records import StoredFact
from ui.http.identity import person_of
from ui.web.facts import fact_line
from ui.web.panel import QUICK, Panel, Update, known, said, telling, title
from ui.web.sources import as_text
from ui.web.words import Words

__all__ = ["RememberedPanel"]


class RememberedPanel(Panel):
    """The panel; made of what every `Panel` is made of."""

    def __init__(self, coach: Coach, words: Words) -> None:
        super().__init__(coach, words)
        self._all = words
        self._words = words.remembered

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

    @telling
    def _open(self, request: gr.Request) -> Update:
        return self._listed(request)

    @telling
    def _forget(self, chosen: list[str] | None, request: gr.Request) -> Update:
        if not chosen:
            return {self._said: said(self._words.none_chosen)}
        memory, person = self._coach.records.memory, person_of(request)
        for fact in chosen:  # one may be gone already, or was never hers
            known(partial(memory.forget, person, fact), None)
        return self._listed(request, self._words.forgotten)

    def _ask(self) -> Update:
        return {
            self._buttons: gr.update(visible=False),
            self._sure: gr.update(visible=True),
            self._said: said(""),
        }

    @telling
    def _forget_all(self, request: gr.Request) -> Update:
        memory, person = self._coach.records.memory, person_of(request)
        known(lambda: memory.forget_all(person), None)
        return self._listed(request, self._words.forgotten)

    def _listed(self, request: gr.Request, line: str = "") -> Update:
        memory, person = self._coach.records.memory, person_of(request)
        facts: list[StoredFact] = known(lambda: memory.facts(person), [])
        lead = self._words.lead if facts else self._words.empty
        choices = [(fact_line(fact, self._all), fact.id) for fact in facts]
        return {
            self._lead: f"<p>{as_text(lead)}</p>",
            self._facts: gr.update(choices=choices, value=[], visible=bool(facts)),
            self._buttons: gr.update(visible=bool(facts)),
            self._sure: gr.update(visible=False),
            self._said: said(line),
        }
