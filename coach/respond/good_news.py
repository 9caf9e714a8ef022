"""Whether a message tells of something good: a night slept through, a day without checking."""

import re

from coach.respond.phrases import load_phrases

__all__ = ["is_good_news"]

_FEW = 24  # words; in a longer message only the sentence that tells it counts
_PHRASES = load_phrases("news")
_END = re.compile(r"[.!?]")


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
