"""What the panels of her notes share."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import gradio as gr

from coach import Coach, CoachError, NotFoundError
from ui.web.sources import as_text
from ui.web.words import Words

__all__ = ["QUICK", "Panel", "Update", "known", "said", "telling", "title"]

Update = dict[Any, Any]
_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")

# Events that read or change a few rows: at once, and without a queue. What the browser sends is
# taken as it is; the records know what is hers, also after the server was started again.
QUICK: dict[str, Any] = {
    "queue": False,
    "preprocess": False,
    "show_progress": "hidden",
    "api_visibility": "undocumented",
}


def said(text: str) -> str:
    """A line that tells what has happened; empty ones stay, so that nothing moves."""
    return f'<p role="status">{as_text(text)}</p>'


def title(text: str, lead: str = "") -> str:
    """The heading of a panel, and a sentence under it."""
    below = f"<p>{as_text(lead)}</p>" if lead else ""
    return f"<h3>{as_text(text)}</h3>{below}"


class Panel:
    """Reads and changes a few rows of hers, and says so where it cannot.

    Args:
        coach: The coach; need not be open yet.
        words: The page's words.
    """

    _said: gr.HTML
    """The line that tells what has happened; each panel puts it in its place."""

    def __init__(self, coach: Coach, words: Words) -> None:
        self._coach = coach
        self._unable = words.notes.unread

    def failed(self) -> Update:
        """What she sees when the records cannot be reached."""
        return {self._said: said(self._unable)}


_APanel = TypeVar("_APanel", bound=Panel)


def telling(
    act: Callable[Concatenate[_APanel, _Given], Update],
) -> Callable[Concatenate[_APanel, _Given], Update]:
    """An event of a panel that tells her of a failure instead of leaving her without a word.

    Args:
        act: A method of a panel.

    Returns:
        The same, which never raises a `CoachError`.
    """

    @wraps(act)
    def told(panel: _APanel, /, *given: _Given.args, **named: _Given.kwargs) -> Update:
        try:
            return act(panel, *given, **named)
        except CoachError:
            return panel.failed()

    return told


def known(read: Callable[[], _Found], otherwise: _Found) -> _Found:
    """What the records hold of her, or something else while they hold nothing.

    Args:
        read: Reads it.
        otherwise: What stands for it with somebody who has not written yet, or when it is gone.

    Returns:
        Either.
    """
    try:
        return read()
    except NotFoundError:
        return otherwise
