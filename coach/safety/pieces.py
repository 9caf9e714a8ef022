"""The pieces of a message that a classifier reads: its sentences, and stretches of several.

A disclosure is often one sentence of a long story, and sometimes only two sentences together
say it. So every sentence is read alone, and every stretch of some sixty words as a whole.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Pieces", "Span", "pieces"]

Span = tuple[int, int]

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_WORD = re.compile(r"\S+")
_TINY = 5  # words; "Twice." says nothing without the sentence before it
_LONGEST = 40  # words of one sentence; people who write without full stops get windows
_CUT_FROM = 16  # a window is cut at a comma or a joining word after so many words
_JOINING = frozenset(
    ["and", "but", "then", "because", "bc", "so", "when", "while", "which", "or", "-"]
)
_STRETCH = 64  # words of several sentences read together


class Pieces(NamedTuple):
    """First character and one past the last of each piece, in order.

    Attributes:
        sentences: The sentences; what is endless is cut into windows.
        stretches: Runs of several sentences; none is a single sentence.
    """

    sentences: list[Span]
    stretches: list[Span]


def pieces(text: str) -> Pieces:
    """Cut a message.

    Args:
        text: A message in its plain form.

    Returns:
        Its pieces.
    """
    sentences = list(_sentences(text))
    return Pieces(sentences, list(_stretches(text, sentences)))


def _sentences(text: str) -> Iterator[Span]:
    waiting: Span | None = None
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        if not match[0].strip(" .!?"):
            continue
        if waiting is not None and _count(text, start, end) < _TINY:
            waiting = (waiting[0], end)
            continue
        if waiting is not None:
            yield from _windows(text, *waiting)
        waiting = (start, end)
    if waiting is not None:
        yield from _windows(text, *waiting)


def _windows(text: str, start: int, end: int) -> Iterator[Span]:
    words = [match.span() for match in _WORD.finditer(text, start, end)]
    first = 0
    while len(words) - first > _LONGEST:
        last = next(
            (
                at
                for at in range(first + _LONGEST, first + _CUT_FROM, -1)
                if text[words[at - 1][1] - 1] in ",;:" or text[slice(*words[at])] in _JOINING
            ),
            first + _LONGEST,
        )
        yield words[first][0], words[last - 1][1]
        first = last
    if words:
        yield words[first][0], words[-1][1]


def _stretches(text: str, sentences: list[Span]) -> Iterator[Span]:
    first, size = 0, 0
    for index, (start, end) in enumerate(sentences):
        count = _count(text, start, end)
        if size and size + count > _STRETCH:
            if index - first > 1:
                yield sentences[first][0], sentences[index - 1][1]
            first, size = index, 0
        size += count
    if len(sentences) - first > 1:
        yield sentences[first][0], sentences[-1][1]


def _count(text: str, start: int, end: int) -> int:
    return sum(1 for _ in _WORD.finditer(text, start, end))
