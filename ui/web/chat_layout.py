"""The components of the chat, and how they are laid out; what they do is in `chat.py`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from ui.web.checkin import CheckInLine
from ui.web.guide import GuidePanel
from ui.web.sources import as_text
from ui.web.words import Words

__all__ = ["EVENT", "ChatParts", "about", "lay_out", "line", "paragraph"]


EVENT: dict[str, Any] = {
    "concurrency_limit": None,  # Gradio's default lets everybody wait for everybody
    "show_progress": "hidden",
    "api_visibility": "undocumented",
}
"""How the events of the chat run."""


@dataclass(frozen=True, slots=True)
class ChatParts:
    """The components of the chat.

    Attributes:
        thread: The open conversation: its id, "" for one that has not begun, None when this page
            has lost count (a server that was restarted), which means the latest.
        followed: The conversation whose answer is to be shown as it grows, and since when; None
            for none.
    """

    chatbot: gr.Chatbot
    status: gr.HTML
    box: gr.Textbox
    new: gr.Button
    ask: gr.Button
    temporary: gr.Button
    make: gr.Button
    model: gr.HTML
    thread: gr.State
    followed: gr.State
    under: list[Any]

    def all(self) -> list[Any]:
        """Those that an event of the chat gives new values to."""
        shown = [self.chatbot, self.status, self.box, self.model, self.thread, self.ask]
        return [*shown, *self.under, self.temporary, self.make, self.followed]


def lay_out(
    words: Words, lines: Iterable[Callable[[], None]], check_in: CheckInLine, guide: GuidePanel
) -> ChatParts:
    """Put the components of the chat on the page, in order.

    Args:
        words: The page's words.
        lines: Lay out what else stands under the conversation, each a line.
        check_in: The question how she is, the last of these lines.
        guide: The guide to a running exercise, after them.

    Returns:
        The components.
    """
    chatbot = gr.Chatbot(
        elem_id="talk",
        label=words.chat_label,
        show_label=False,
        container=False,
        scale=1,
        autoscroll=False,  # follow.js scrolls, to the beginning of an answer
        height="100%",
        min_height=240,
        layout="bubble",
        placeholder=f"## {words.greeting}\n{words.greeting_more}",
        examples=[
            {"text": starter.text, "display_text": starter.label} for starter in words.starters
        ],
        # Everything is text: see `as_text`.
        render_markdown=False,
        sanitize_html=True,
        allow_tags=False,
        latex_delimiters=[],
        buttons=["copy"],
        feedback_options=words.rating.options,
        editable="user",
        allow_file_downloads=False,
    )
    for show in (*lines, check_in.lay_out, guide.lay_out):
        show()
    status = gr.HTML(line(""), elem_id="status")
    box = gr.Textbox(
        elem_id="box",
        label=words.box_label,
        show_label=False,
        container=False,
        placeholder=words.box_placeholder,
        lines=1,
        max_lines=8,
        autofocus=True,
        submit_btn=words.send,
        html_attributes=gr.InputHTMLAttributes(enterkeyhint="send"),
    )
    with gr.Row(elem_id="foot"):
        model = gr.HTML(about(words, ""), elem_id="model")
        ask = gr.Button(
            words.misread.ask, size="sm", elem_id="ask", min_width=0, scale=0, visible=False
        )
        make = gr.Button(
            words.temporary.make, size="sm", elem_id="make", min_width=0, scale=0, visible=False
        )
        temporary = gr.Button(
            words.temporary.begin, size="sm", elem_id="temporary", min_width=0, scale=0
        )
        new = gr.Button(words.new, size="sm", elem_id="new", min_width=0, scale=0)
    thread, followed = gr.State(None), gr.State(None)
    under = [*check_in.parts, *guide.parts]
    return ChatParts(
        chatbot, status, box, new, ask, temporary, make, model, thread, followed, under
    )


def line(text: str, *, alert: bool = False) -> str:
    """The line that tells what is happening."""
    return paragraph(as_text(text), ' class="alert"' if alert else "")


def paragraph(markup: str, more: str = "") -> str:
    """The same, of markup."""
    return f'<p role="status"{more}>{markup}&nbsp;</p>'


def about(words: Words, model: str) -> str:
    """What answers here."""
    known = " data-known" if model else ""  # early.js waits for it
    return f"<p{known}>{as_text(words.what_answers)} {as_text(model)}</p>"
