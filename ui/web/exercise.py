"""An exercise in the conversation: where it stands, how long a step takes, words to touch.

A chip sends a message in her name, as if she had typed it: what it may start is decided
where every message is.
"""

import html
from datetime import datetime, timedelta

from coach import Reply
from ui.web.misread import Option
from ui.web.sources import as_text
from ui.web.words import Words

__all__ = ["chip_text", "options", "place"]

_SAY = "say "


def options(reply: Reply | None) -> list[Option]:
    """The chips that an answer offers, for Gradio's chatbot.

    Args:
        reply: The newest answer, None when there is none.
    """
    chips = reply.chips if reply is not None else ()
    return [{"value": f"{_SAY}{chip.text}", "label": chip.text} for chip in chips]


def chip_text(value: object) -> str | None:
    """The message that a chip sends, None for a chip that sends none."""
    if not isinstance(value, str) or not value.startswith(_SAY):
        return None
    return value.removeprefix(_SAY)


def place(reply: Reply | None, said_at: datetime, *, kept: bool, words: Words) -> str:
    """Where an exercise stands, for the line under the conversation.

    Args:
        reply: The newest answer.
        said_at: When it was given, aware.
        kept: Whether the exercise's page is in her journal.
        words: The page's words.

    Returns:
        Markup, empty where nothing is to be said. Of a step that takes some time it carries
        when that is over, for `wait.js`.
    """
    state = reply.exercise if reply is not None else None
    if state is None or state.status == "left":
        return ""
    if state.status == "done":
        return as_text(words.exercise.page) if kept else ""
    shown = words.exercise.step.format(title=state.title, step=state.step, steps=state.steps)
    if state.wait_minutes is None:
        return as_text(shown)
    over = (said_at + timedelta(minutes=state.wait_minutes)).timestamp()
    wait, then = (
        text.format(minutes=state.wait_minutes)
        for text in (words.exercise.wait, words.exercise.wait_over)
    )
    carried = f'data-over="{over:.0f}" data-then="{html.escape(then)}"'
    return f"{as_text(shown)} <span {carried}>{as_text(wait)}</span>"
