"""The first visit: what this is and is not, before anything else, once in each browser.

Whether she has begun is a mark of its own (`ui.http.begun`) and no BrowserState: the page
knows it before it is drawn, so that nothing flashes, and it is kept as long as her cookie is.
"""

from pathlib import Path
from urllib.parse import urlsplit

import gradio as gr

from coach import Settings
from ui.web.sources import as_text
from ui.web.words import Words

__all__ = ["build_welcome"]

_ASSETS = Path(__file__).parent / "assets"
_OPENAI = "api.openai.com"  # where an endpoint without an address of its own is


def build_welcome(settings: Settings, words: Words) -> None:
    """Put it on the page; the style sheet shows it in place of the conversation.

    Args:
        settings: The settings; they say where her words go.
        words: The page's words.
    """
    said = words.welcome
    lines = (said.what, said.what_not, said.adult, _where(settings, words))
    shown = "".join(f"<p>{as_text(line)}</p>" for line in lines)
    with gr.Column(elem_id="welcome"):
        gr.HTML(f'<h2 tabindex="-1">{as_text(said.title)}</h2>{shown}')
        begin = gr.Button(said.begin, variant="primary", elem_id="begin")
    begin.click(None, js=(_ASSETS / "begin.js").read_text(encoding="utf-8"))


def _where(settings: Settings, words: Words) -> str:
    if settings.llm != "endpoint":
        return words.welcome.stays
    return words.welcome.leaves.format(host=_host(settings.base_url or "") or _OPENAI)


def _host(address: str) -> str | None:
    try:
        # Without a scheme there is no host to be found.
        return urlsplit(address if "//" in address else f"//{address}").hostname
    except ValueError:
        return address.rpartition("@")[2]  # broken as it is; a password stands before this
