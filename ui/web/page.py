"""The page, put together from its panels, and its place in the web application."""

import os

import gradio as gr
from fastapi import FastAPI

from coach import Coach, Settings
from ui.http.install import ICON, LINKS
from ui.web.access import build_skip, build_told, scripts
from ui.web.chat import Chat
from ui.web.help import HelpPanel
from ui.web.leave import LEAVE_SCRIPT, leave_button
from ui.web.notes import Notes
from ui.web.sources import as_text
from ui.web.theme import STYLESHEET, build_theme
from ui.web.threads import Threads
from ui.web.turns import Turns
from ui.web.welcome import build_welcome
from ui.web.words import load_words

__all__ = ["build_page", "mount_page"]


def build_page(coach: Coach, turns: Turns, settings: Settings) -> gr.Blocks:
    """Assemble the page.

    Args:
        coach: The coach; need not be open yet.
        turns: The answers being written.
        settings: The settings.

    Returns:
        The page.
    """
    # Telemetry, and a table of every event that Gradio works out with pandas after each one.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**9)
    words = load_words()
    with gr.Blocks(
        # The tab and the browser's history may be seen by others; the page has its own heading.
        title=words.away.app_name,
        analytics_enabled=False,
        fill_height=True,
        fill_width=True,
    ) as blocks:
        build_skip(words)
        head = f"<h1>{as_text(words.title)}</h1><p>{as_text(words.lead)}</p>"
        head += leave_button(words)
        gr.HTML(head, elem_id="head")
        panel = HelpPanel(settings, words)
        panel.build(blocks)
        build_welcome(settings, words)
        # After the button for help, which stands beside the title.
        gr.HTML(f"<p>{as_text(words.who)}</p>", elem_id="who")
        notes = Notes(coach, turns, words)
        notes.build()
        chat = Chat(coach, turns, settings, words)
        lines = [notes.data.lay_out_line, notes.journal.lay_out_line]
        chat.build(blocks, panel.country, notes.give, lines)
        notes.journal.build_line(blocks, notes.panel)
        notes.journal.build_link(chat.guide.read, chat.thread)
        Threads(coach, turns, chat, words).build(blocks)
        notes.data.build_effects(blocks, chat)
        build_told(words)
    page: gr.Blocks = blocks
    return page


def mount_page(app: FastAPI, coach: Coach, turns: Turns, settings: Settings) -> FastAPI:
    """Mount the page at `/`, with everything of Gradio's that tells tales turned off.

    Args:
        app: The application to mount it in.
        coach: The coach.
        turns: The answers being written.
        settings: The settings.

    Returns:
        The application.
    """
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        build_page(coach, turns, settings),
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        theme=build_theme(),
        css_paths=STYLESHEET,
        head=LEAVE_SCRIPT + LINKS + scripts(),
        favicon_path=str(ICON),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        mcp_server=False,
        pwa=False,
        ssr_mode=False,
        show_error=False,
        max_file_size=1,  # nothing is ever uploaded
    )
    return mounted
