"""Leaving at once: the button, and the script that does it without any server."""

from pathlib import Path

from ui.web.sources import as_text
from ui.web.words import Words

__all__ = ["ARRIVED", "AWAY", "LEAVE_SCRIPT", "leave_button"]

_ASSETS = Path(__file__).parent / "assets"

AWAY = (_ASSETS / "away.html").read_text(encoding="utf-8")
"""The dull page that stands in place of this one."""

LEAVE_SCRIPT = f"<script>{(_ASSETS / 'leave.js').read_text(encoding='utf-8')}</script>"
"""For the head of a page; works as soon as it is read, and needs nothing of Gradio's."""

ARRIVED = 'try { localStorage.removeItem("page-left"); } catch {}'
"""A script for pages that are shown once it has arrived here that she left; see leave.js."""


def leave_button(words: Words) -> str:
    """The button, as markup: where room is short it shows its first word only.

    Args:
        words: The page's words.
    """
    more = f"<span> {as_text(words.lock.leave_more)}</span>"
    return f'<button id="leave" type="button">{as_text(words.lock.leave)}{more}</button>'
