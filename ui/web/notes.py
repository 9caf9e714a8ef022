"""Your notes: what is hers, in one quiet panel that is closed until she opens it."""

import gradio as gr

from coach import Coach
from ui.web.contact import ContactPanel
from ui.web.journal import JournalPanel
from ui.web.lock import LockPanel
from ui.web.moods import MoodsPanel
from ui.web.panel import QUICK
from ui.web.remembered import RememberedPanel
from ui.web.sources import as_text
from ui.web.turns import Turns
from ui.web.words import Words
from ui.web.your_data import YourDataPanel

__all__ = ["Notes"]


class Notes:
    """The panel, made of smaller ones.

    Args:
        coach: The coach; need not be open yet.
        turns: The answers being written.
        words: The page's words.

    Attributes:
        journal: The journal in it.
        data: What is kept of her, the last thing in it.
        panel: Once built, the panel itself.
        give: Once built, the button that asks for an exercise.
    """

    panel: gr.Accordion
    give: gr.Button

    def __init__(self, coach: Coach, turns: Turns, words: Words) -> None:
        self._words = words
        self.journal = JournalPanel(coach, words)
        self._others = [
            cls(coach, words) for cls in (RememberedPanel, ContactPanel, MoodsPanel, LockPanel)
        ]
        self.data = YourDataPanel(coach, turns, words)

    def build(self) -> None:
        """Put the panel on the page."""
        # Her day, filled in by her browser whenever it is needed.
        today = gr.Textbox(visible=False)
        with gr.Accordion(self._words.notes.button, open=False, elem_id="notes") as self.panel:
            # Its button is no heading, and those of its parts would stand under none.
            gr.HTML(f"<h2>{as_text(self._words.notes.button)}</h2>", elem_classes="sr-only")
            self.journal.build(self.panel.expand, today)
            self.give = gr.Button(self._words.exercise.give, size="sm", elem_id="give", scale=0)
            for panel in (*self._others, self.data):
                panel.build(self.panel.expand, today)
        # What she asked for stands in the conversation, behind the panel.
        self.give.click(lambda: gr.update(open=False), None, self.panel, **QUICK)
