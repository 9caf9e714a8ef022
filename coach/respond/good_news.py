"""Whether a message tells of something good: a night slept through, a day without checking."""

import re

from coach.respond.phrases import load_phrases

__all__ = ["brightness", "is_good_news"]

_FEW = 24  # words; in a longer message only the sentence that tells it counts
_PHRASES = load_phrases("news")
_END = re.compile(r"[.!?]")
_PLAIN = str.maketrans({"’": "", "'": ""})
_LAST, _LAST_LEAST = 0.4, 25  # share of the words, and how many at least
_TITLE, _TITLE_MOST, _TITLE_WEIGHT = 15, 2, 0.7
_PER = 20  # words


def is_good_news(plain: str) -> bool:
    """Whether something good is told, and nothing bad beside it.

    Args:
        plain: Her message in lower case, without apostrophes.

    Returns:
        True for "slept seven hours", not for "slept seven hours and cried the rest".
    """
    found = list(_PHRASES["good"].finditer(plain))
    if not found:
        return False
    first = _END.search(plain)  # what is told first may be followed by a question
    if plain.endswith("?") and (first is None or found[0].start() > first.start()):
        return False
    start = max(plain.rfind(mark, 0, found[-1].start()) for mark in ".!?\n") + 1
    told = plain if len(plain.split()) <= _FEW else plain[start:]
    return not _PHRASES["spoiled"].search(_PHRASES["unspoiled"].sub(" ", told))


def brightness(message: str) -> float:
    """How light the words are in which a story ends, and those of its title.

    Many who tell of a better day tell first, and at length, of the worse ones before it; so only
    the end and the title are read.

    Args:
        message: Her message.

    Returns:
        Light words less heavy ones: about 1 for every twenty words at the end, and 0.7 for each
        in the title; above 1 it is light, below 0 it is not.
    """
    words = message.lower().translate(_PLAIN).split()
    most = max(_LAST_LEAST, round(_LAST * len(words)))
    last = words[-most:]
    title = message.split("\n", 1)[0].lower().translate(_PLAIN).split()[:_TITLE]
    in_title = max(-_TITLE_MOST, min(_TITLE_MOST, _balance(title))) if len(words) > most else 0
    return _PER * _balance(last) / max(len(last), _PER / 2) + _TITLE_WEIGHT * in_title


def _balance(words: list[str]) -> int:
    text = " ".join(words)
    return len(_PHRASES["bright"].findall(text)) - len(_PHRASES["dark"].findall(text))
