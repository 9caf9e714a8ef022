"""Hear the feeling in a message, by the words people use for it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from coach.respond.phrasebook import Feeling

__all__ = ["NEUTRAL", "Heard", "hear"]

NEUTRAL = "calm"

_PLAIN = str.maketrans({"’": "", "'": ""})
# "not angry", "never felt lonely", "isn't sad": the feeling is denied, not shown.
_DENIED = re.compile(
    r"\b(?:not|never|no longer|isnt|wasnt|dont feel|didnt feel|arent|dont want to(?: be| feel)?|"
    r"used to(?: be| feel)?)\s+(?:\w+\s+)?$"
)


@dataclass(frozen=True, slots=True)
class Heard:
    """The feeling that was heard.

    Attributes:
        name: Its name, `calm` when none was found.
        cues: The words that showed it.
    """

    name: str
    cues: tuple[str, ...] = ()


def hear(message: str, feelings: Mapping[str, Feeling]) -> Heard:
    """Find the feeling that a message shows most.

    Args:
        message: Her message.
        feelings: The feelings and their cues.

    Returns:
        The feeling with the most cue words; the one told last wins a tie, because
        people come to the point at the end.
    """
    plain = message.lower().translate(_PLAIN)
    best = Heard(NEUTRAL)
    rank = (0, -1)
    for name, feeling in feelings.items():
        found: list[tuple[int, str]] = []
        for cue in sorted(feeling.cues, key=len, reverse=True):
            if any(cue in longer for _, longer in found):
                continue
            for match in _word(cue).finditer(plain) if cue in plain else ():
                if not _DENIED.search(plain[: match.start()]):
                    found.append((match.start(), cue))
        if not found:
            continue
        weight = sum(len(cue.split()) for _, cue in found)
        if (weight, max(found)[0]) > rank:
            rank = (weight, max(found)[0])
            best = Heard(name, tuple(cue for _, cue in found))
    return best


@lru_cache(maxsize=2048)
def _word(cue: str) -> re.Pattern[str]:
    # The compiler's own cache is smaller than the number of cues.
    return re.compile(rf"\b{re.escape(cue)}\b")
