"""How you were: what she said of herself, in her own order of days, and nothing made of it."""

from typing import Any

import gradio as gr

from coach import Coach, CoachError, NotFoundError
from coach.records import CheckIn
from ui.http.identity import person_of
from ui.web.days import in_words
from ui.web.panel import QUICK, title
from ui.web.sources import as_text
from ui.web.words import Words

__all__ = ["MoodsPanel"]

_SHOWN = 10


class MoodsPanel:
    """The panel.

    Args:
        coach: The coach; need not be open yet.
        words: The page's words.
    """

    def __init__(self, coach: Coach, words: Words) -> None:
        self._coach = coach
        self._words = words.moods
        self._faces = words.check_in.faces
        self._unread = words.notes.unread

    def build(self, opened: Any, _: gr.Textbox) -> None:
        """Put the panel on the page.

        Args:
            opened: The event that shows it.
        """
        gr.HTML(title(self._words.title))
        shown = gr.HTML("", elem_id="moods")
        opened(self._open, None, shown, api_name="moods", **QUICK)

    def _open(self, request: gr.Request) -> str:
        try:
            said = self._coach.records.moods.check_ins(person_of(request))
        except NotFoundError:  # she has not written yet
            said = []
        except CoachError:
            return f"<p>{as_text(self._unread)}</p>"
        if not said:
            return f"<p>{as_text(self._words.empty)}</p>"
        lines = [f"<li>{as_text(self._line(one))}</li>" for one in said[: -_SHOWN - 1 : -1]]
        return f"<ul>{''.join(lines)}</ul>"

    def _line(self, one: CheckIn) -> str:
        mood = one.word if one.mood is None else self._faces[one.mood - 1]
        day = in_words(one.created_at.astimezone().date())
        return self._words.line.format(day=day, mood=mood)
