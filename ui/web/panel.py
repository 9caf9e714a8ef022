"""What the panels of her notes share."""

from typing import Any

from ui.web.sources import as_text

__all__ = ["QUICK", "said", "title"]

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
