"""What the chat shows, as plain text: messages, and the passages an answer rests on."""

import html
import re
from collections.abc import Sequence
from typing import Any

from coach import PassageRef
from ui.web.words import Words

__all__ = ["Block", "as_text", "folded", "message", "sources", "written"]

Block = dict[str, Any]

# A tag or a character reference can begin here. Everything else stays as she wrote it, a heart
# of "<3" as well, because she sees it again when she changes her message.
_OBEYED = re.compile(r"<(?=[a-zA-Z/!?])|&(?=[a-zA-Z#])")


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
    return _block(role, _OBEYED.sub(lambda found: as_text(found[0]), text))


def written(shown: object) -> str:
    """What was written in a message that the chat hands back, as when she changes it.

    Args:
        shown: What `message` made of it, and what she changed in it.

    Returns:
        The text; "" for anything that is none.
    """
    return html.unescape(shown) if isinstance(shown, str) else ""


def folded(title: str, markup: str) -> Block:
    """A message of the coach's that is closed, and opens on a click.

    Args:
        title: What is seen of it while it is closed.
        markup: HTML of what it holds; her words, or anybody's, went through `as_text`.

    Returns:
        A message for Gradio's chatbot.
    """
    return _block("assistant", markup) | {"metadata": {"title": as_text(title), "status": "done"}}


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
    return [folded(title, body)]


def _block(role: str, markup: str) -> Block:
    return {"role": role, "content": [{"type": "text", "text": markup}]}
