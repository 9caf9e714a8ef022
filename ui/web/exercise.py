"""Words to touch under an answer, which begin an exercise, and how long a step of one takes.

A chip sends a message in her name, as if she had typed it: what it may start is decided
where every message is.
"""

import html
from datetime import datetime, timedelta

from coach import Reply
from ui.web.misread import Option
from ui.web.sources import as_text
from ui.web.words import Words

__all__ = ["CHIPS", "chip_text", "options", "waiting"]

CHIPS = 2
"""As many words to touch as the guide to an exercise has room for."""

_SAY = "say "


def options(reply: Reply | None) -> list[Option]:
    """The chips that an answer offers, for Gradio's chatbot.

    While an exercise is running, its own stand in the guide to it.

    Args:
        reply: The newest answer, None when there is none.
    """
    chips = reply.chips if reply is not None else ()
    if reply is not None and reply.exercise is not None and reply.exercise.status == "running":
        chips = chips[CHIPS:]
    return [{"value": f"{_SAY}{chip.text}", "label": chip.text} for chip in chips]


def chip_text(value: object) -> str | None:
    """The message that a chip sends, None for a chip that sends none."""
    if not isinstance(value, str) or not value.startswith(_SAY):
        return None
    return value.removeprefix(_SAY)


def waiting(reply: Reply | None, said_at: datetime, words: Words) -> str:
    """How long a step takes, for the line under the conversation.

    Args:
        reply: The newest answer.
        said_at: When it was given, aware.
        words: The page's words.

    Returns:
        Markup that carries when the time is over, for `wait.js`; empty for a step without any.
    """
    state = reply.exercise if reply is not None else None
    if state is None or state.wait_minutes is None:
        return ""
    over = (said_at + timedelta(minutes=state.wait_minutes)).timestamp()
    wait, then = (
        text.format(minutes=state.wait_minutes)
        for text in (words.exercise.wait, words.exercise.wait_over)
    )
    carried = f'data-over="{over:.0f}" data-then="{html.escape(then)}"'
    return f"<span {carried}>{as_text(wait)}</span>"
