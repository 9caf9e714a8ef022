"""What the chat shows, as plain text: messages, and the passages an answer rests on."""

import html
import re
from collections.abc import Iterable, Sequence
from typing import Any

from coach import PassageRef, Sentence
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


def sources(
    passages: Sequence[PassageRef], words: Words, sentences: Iterable[Sentence] = ()
) -> list[Block]:
    """The passages of an answer as they stand in the article, closed, to stand under it.

    Args:
        passages: The passages, best first.
        words: The page's words.
        sentences: The sentences of the answer.

    Returns:
        One message that opens on a click, or none when the answer rests on no passage. The words
        that the answer rests on are marked: where no more than the passage is known, all of it.
    """
    if not passages:
        return []
    one = len(passages) == 1
    title = words.sources if one else words.sources_many.format(count=len(passages))
    parts = [f"<small>{as_text(words.passages.marked)}</small>"]
    very: dict[str | None, list[str]] = {}
    for sentence in sentences:
        if sentence.rests_on is not None:
            very.setdefault(sentence.passage, []).append(sentence.rests_on)
    for passage in passages:
        text = _marked(passage.text, very.get(passage.id))
        beside = [
            f"<small>{as_text(one)}</small>" if one else ""
            for one in (passage.before, passage.after)
        ]
        parts.append(f"<strong>{as_text(passage.section)}</strong>\n{beside[0]}{text}{beside[1]}")
    return [folded(title, "\n\n".join(parts))]


def _marked(text: str, very: Sequence[str] | None) -> str:
    """A passage with the words in it that an answer rests on marked, all of it for None."""
    if very is None:
        return f"<mark>{as_text(text)}</mark>"
    markup, end = "", 0
    for first, last in sorted(place for words in set(very) if (place := _place(words, text))):
        if first >= end:
            markup += f"{as_text(text[end:first])}<mark>{as_text(text[first:last])}</mark>"
            end = last
    return markup + as_text(text[end:])


def _place(words: str, text: str) -> tuple[int, int] | None:
    found = re.search(r"\s+".join(map(re.escape, words.split())), text) if words.strip() else None
    return found.span() if found else None


def _block(role: str, markup: str) -> Block:
    return {"role": role, "content": [{"type": "text", "text": markup}]}
