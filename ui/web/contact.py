"""Days since she was last in touch: only where she wants them, and no more than a number."""

from datetime import date, timedelta
from typing import Any

import gradio as gr

from coach import Coach
from ui.http.identity import person_of
from ui.web.days import HER_TODAY, today_of
from ui.web.panel import QUICK, Panel, Update, known, said, telling, title
from ui.web.words import Words

__all__ = ["ContactPanel"]

# The browser's own choice of a day has a name for who listens, and knows how to be used on a
# phone, neither of which is true of Gradio's.
_AS_DAY = """() => setTimeout(() => {
  const day = document.querySelector("#contact-day input");
  if (day) day.type = "date";
}, 50)"""


class ContactPanel(Panel):
    """The panel; made of what every `Panel` is made of."""

    def __init__(self, coach: Coach, words: Words) -> None:
        super().__init__(coach, words)
        self._words = words.contact

    def build(self, opened: Any, today: gr.Textbox) -> None:
        """Put the panel on the page.

        Args:
            opened: The event that shows it.
            today: Where her browser puts her day.
        """
        words = self._words
        gr.HTML(title(words.title, words.lead))
        self._said = gr.HTML(said(""), elem_id="since", elem_classes="said")
        self._day = gr.Textbox(label=words.day, lines=1, max_lines=1, elem_id="contact-day")
        with gr.Row(elem_classes="buttons"):
            keep = gr.Button(words.set, size="sm", scale=0)
            self._clear = gr.Button(words.clear, size="sm", scale=0, visible=False)

        given, shown = [self._day, today], [self._said, self._day, self._clear]
        opened(None, js=_AS_DAY)
        opened(self._open, today, shown, js=HER_TODAY, api_name="contact", **QUICK)
        keep.click(self._keep, given, shown, js=HER_TODAY, api_name="keep_day", **QUICK)
        self._day.submit(self._keep, given, shown, js=HER_TODAY, api_name="day", **QUICK)
        self._clear.click(self._remove, None, shown, api_name="remove_day", **QUICK)

    @telling
    def _open(self, today: str, request: gr.Request) -> Update:
        moods, person = self._coach.records.moods, person_of(request)
        return self._shown(known(lambda: moods.last_contact(person), None), today_of(today))

    @telling
    def _keep(self, given: str | None, today: str, request: gr.Request) -> Update:
        person, records, here = person_of(request), self._coach.records, today_of(today)
        try:
            day = date.fromisoformat((given or "").strip()[:10])
        except ValueError:
            example = (here - timedelta(days=7)).isoformat()
            return {self._said: said(self._words.unclear.format(example=example))}
        if day > here:
            return {self._said: said(self._words.to_come)}
        records.ensure_person(person)
        records.moods.set_last_contact(person, day)
        return self._shown(day, here)

    @telling
    def _remove(self, request: gr.Request) -> Update:
        moods, person = self._coach.records.moods, person_of(request)
        known(lambda: moods.set_last_contact(person, None), None)
        return self._shown(None, date.min)

    def _shown(self, day: date | None, today: date) -> Update:
        return {
            self._said: said("" if day is None else self._days((today - day).days)),
            self._day: gr.update(value=day.isoformat() if day else ""),
            self._clear: gr.update(visible=day is not None),
        }

    def _days(self, count: int) -> str:
        if count < 1:
            return self._words.no_day
        return self._words.one_day if count == 1 else self._words.days.format(count=count)
