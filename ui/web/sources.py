"""What the chat shows, as plain text: messages, and the passages an answer rests on."""

import html
from collections.abc import Iterable, Sequence
from typing import Any

from coach import PassageRef
from coach.records import StoredTurn
from ui.web.words import Words

__all__ = ["as_text", "conversation", "message", "sources"]

Block = dict[str, Any]


def as_text(text: str) -> str:
    """Text so that a browser shows every character of it and obeys none.

    Even without Markdown, Gradio's chatbot reads a message as HTML: its sanitizer would
    take out a dangerous tag, and her words with it.

    Args:
        text: Anything a person, a model or an article wrote.

    Returns:
        HTML that shows just this.
    """
    return html.escape(text, quote=False)


def message(role: str, text: str) -> Block:
    """One message of the chat.

    Args:
        role: `user` or `assistant`.
        text: What was said.

    Returns:
        A message for Gradio's chatbot.
    """
    return _block(role, as_text(text))


def sources(passages: Sequence[PassageRef], words: Words) -> list[Block]:
    """The passages of an answer, closed, to stand under it.

    Args:
        passages: The passages, best first.
        words: The page's words.

    Returns:
        One message that opens on a click, or none when the answer rests on no passage.
    """
    if not passages:
        return []
    one = len(passages) == 1
    title = words.sources if one else words.sources_many.format(count=len(passages))
    body = "\n\n".join(
        f"<strong>{as_text(passage.section)}</strong>\n{as_text(passage.text)}"
        for passage in passages
    )
    return [_block("assistant", body) | {"metadata": {"title": as_text(title), "status": "done"}}]


def conversation(turns: Iterable[StoredTurn], words: Words) -> list[Block]:
    """A stored conversation.

    Args:
        turns: Its turns, in order.
        words: The page's words.

    Returns:
        Messages for Gradio's chatbot.
    """
    blocks: list[Block] = []
    for stored in turns:
        if stored.turn.content:  # empty when she stopped before the first word
            blocks.append(message(stored.turn.role, stored.turn.content))
        if stored.reply is not None:
            blocks += sources(stored.reply.passages, words)
    return blocks


def _block(role: str, markup: str) -> Block:
    return {"role": role, "content": [{"type": "text", "text": markup}]}
