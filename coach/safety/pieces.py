"""The pieces of a message that a classifier reads: its sentences, and stretches of several.

A disclosure is often one sentence of a long story, and sometimes only two sentences together
say it. So every sentence is read alone, and every stretch of some sixty words as a whole.
"""

import re
from collections.abc import Iterator

__all__ = ["pieces"]

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_WORD = re.compile(r"\S+")
_TINY = 3  # words; "Twice." says nothing without the sentence before it
_LONGEST = 40  # words of one sentence; people who write without full stops get windows
_CUT_FROM = 16  # a window is cut at a comma or a joining word after so many words
_JOINING = frozenset(
    ["and", "but", "then", "because", "bc", "so", "when", "while", "which", "or", "-"]
)
_STRETCH = 64  # words of several sentences read together


def pieces(text: str) -> list[tuple[int, int]]:
    """Cut a message.

    Args:
        text: A message in its plain form.

    Returns:
        First character and one past the last of each piece: the sentences in order, then
        the stretches in order. Stretches that are a single sentence are left out.
    """
    sentences = list(_sentences(text))
    return [*sentences, *_stretches(text, sentences)]


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    waiting: tuple[int, int] | None = None
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


def _windows(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    words = [match.span() for match in _WORD.finditer(text, start, end)]
    while len(words) > _LONGEST:
        cut = next(
            (
                at
                for at in range(_LONGEST, _CUT_FROM, -1)
                if text[words[at - 1][1] - 1] in ",;:" or text[slice(*words[at])] in _JOINING
            ),
            _LONGEST,
        )
        yield words[0][0], words[cut - 1][1]
        words = words[cut:]
    if words:
        yield words[0][0], words[-1][1]


def _stretches(text: str, sentences: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
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
