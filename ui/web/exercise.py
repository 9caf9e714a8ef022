"""Words to touch under an answer: what begins an exercise, and goes on with one she left.

A chip sends a message in her name, as if she had typed it: what it may start is decided
where every message is.
"""

from coach import Reply
from ui.web.misread import Option

__all__ = ["CHIPS", "chip_text", "options"]

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
