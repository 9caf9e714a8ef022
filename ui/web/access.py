"""What the whole page needs for those who listen or use no mouse, and when it is cut off."""

import html
from pathlib import Path

import gradio as gr

from ui.web.sources import as_text
from ui.web.words import Words

__all__ = ["build_skip", "build_told", "scripts"]

_ASSETS = Path(__file__).parent / "assets"
_SCRIPTS = ("start.js", "early.js", "access.js", "away.js")


def build_skip(words: Words) -> None:
    """Put the link to the message box on the page, before everything else.

    Args:
        words: The page's words.
    """
    gr.HTML(f'<a href="#box">{as_text(words.access.skip)}</a>', elem_id="skip")


def build_told(words: Words) -> None:
    """Put the lines on the page that scripts fill: what is read out, and that it is cut off.

    Args:
        words: The page's words.
    """
    said = words.access
    notice, log = html.escape(words.away.notice), html.escape(words.chat_label)
    gr.HTML(
        f'<div id="access" data-log="{log}" data-change="{html.escape(said.change)}">'
        f'<span id="said-by-you" hidden>{as_text(said.you)}</span>'
        f'<span id="said-by-program" hidden>{as_text(said.program)}</span>'
        '<p id="told" class="sr-only" role="status" aria-live="polite"></p>'
        f'<p id="away" role="status" aria-live="polite" data-text="{notice}"></p></div>',
        elem_id="lines",
    )


def scripts() -> str:
    """The scripts that run before the page is drawn, for its head.

    Returns:
        HTML.
    """
    texts = [(_ASSETS / name).read_text(encoding="utf-8") for name in _SCRIPTS]
    return "".join(f"<script>{text}</script>\n" for text in texts)
