"""Hear the feeling in a message, by the words people use for it, and how strong it is."""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from coach.respond.phrasebook import Feeling

__all__ = ["NEUTRAL", "Heard", "Strength", "hear"]

NEUTRAL = "calm"

Strength = Literal["faint", "plain", "strong"]

_PLAIN = str.maketrans({"’": "", "'": ""})
# "not angry", "never felt lonely", "isn't sad", "used to be so happy": denied or over.
_DENIED = re.compile(
    r"\b(?:not|never|no longer|isnt|wasnt|arent|werent|aint|dont (?:even )?feel|didnt feel|"
    r"dont want to(?: be| feel)?|used to(?: be| feel)?|stopped (?:being|feeling)|"
    r"without(?: being| feeling)?|far from|less)\s+(?:(?:so|that|even|really|very|all that|too|"
    r"as|any|anymore)\s+){0,2}$"
)
# "He is so angry", "she seemed sad": somebody else's.
_THEIRS = re.compile(
    r"\b(?:he|she|they|hes|shes|theyre|my ex|it makes him|it makes her|makes him|makes her|"
    r"made him|made her)\s+(?:(?:is|was|are|were|seems|seemed|looks|looked|sounds|sounded|gets|"
    r"got|feels|felt|says hes|says shes|always|just)\s+){0,2}(?:so|very|really|all|just|a bit|"
    r"still)?\s*$"
)
_INTENSE = re.compile(
    r"\b(?:so+|really|completely|totally|utterly|absolutely|unbearabl\w+|cant (?:stop|breathe|"
    r"stand|take|cope|do this|go on)|beyond|never been (?:so|this)|worst|everything|constantly|"
    r"all (?:day|night|the time)|every (?:day|night|single)|killing me|devastated|destroyed|"
    r"shattered|desperate\w*|terrified|furious|livid|screaming|sobbing|breakdown|like hell|"
    r"as hell|unbearable)\b"
)
_SOFT = re.compile(
    r"\b(?:a (?:bit|little)|kind ?of|sort ?of|slightly|somewhat|maybe|i guess|mildly|not too)\b"
)
_LONG = 60  # words; in so long a story loud words stand here and there
_LOUD = re.compile(r"!{2,}|\b[A-Z]{4,}\b|\b([A-Za-z]{2,})(?:[ ,]+\1\b)+")


@dataclass(frozen=True, slots=True)
class Heard:
    """The feeling that was heard.

    Attributes:
        name: Its name, `calm` when none was found.
        cues: The words that showed it.
        strength: How strong it is.
    """

    name: str
    cues: tuple[str, ...] = ()
    strength: Strength = "plain"

    def said_in(self, clause: str) -> bool:
        """Whether a clause of hers has one of the words that showed the feeling."""
        plain = clause.lower().translate(_PLAIN)
        return any(_word(cue).search(plain) for cue in self.cues)


def hear(
    message: str,
    feelings: Mapping[str, Feeling],
    likely: Sequence[str] = (),
    without: Set[str] = frozenset(),
) -> Heard:
    """Find the feeling that a message shows most.

    Args:
        message: Her message.
        feelings: The feelings and their cues.
        likely: Feelings that go with the moment she is in: they win a tie, and the first of them
            is taken where her words show none.
        without: Feelings that it is not, whatever its words.

    Returns:
        The feeling with the most cue words; of several, the one told last, because people come
        to the point at the end.
    """
    plain = message.lower().translate(_PLAIN)
    best, rank = NEUTRAL, (0, False, -1)
    cues: tuple[str, ...] = ()
    for name, feeling in feelings.items():
        found = _found(plain, feeling) if name not in without else []
        if not found:
            continue
        weight = sum(len(cue.split()) for _, cue in found)
        if (weight, name in likely, max(found)[0]) > rank:
            rank = (weight, name in likely, max(found)[0])
            best, cues = name, tuple(cue for _, cue in found)
    if not cues and likely and likely[0] in feelings:
        return Heard(likely[0])
    return Heard(best, cues, _strength(message, plain, rank[0]) if cues else "plain")


def _found(plain: str, feeling: Feeling) -> list[tuple[int, str]]:
    """Where in the message its cues stand; a cue inside a longer one counts once."""
    found: list[tuple[int, str]] = []
    for cue in sorted(feeling.cues, key=len, reverse=True):
        if any(cue in longer for _, longer in found):
            continue
        for match in _word(cue).finditer(plain) if cue in plain else ():
            before = plain[: match.start()]
            if not _DENIED.search(before) and not _THEIRS.search(before):
                found.append((match.start(), cue))
    return found


def _strength(message: str, plain: str, weight: int) -> Strength:
    loud = len(_INTENSE.findall(plain)) + bool(_LOUD.search(message)) + (weight > 4)
    soft = len(_SOFT.findall(plain))
    if loud - soft >= (2 if len(plain.split()) <= _LONG else 4):
        return "strong"
    return "faint" if soft > loud else "plain"


@lru_cache(maxsize=2048)
def _word(cue: str) -> re.Pattern[str]:
    # The compiler's own cache is smaller than the number of cues.
    return re.compile(rf"\b{re.escape(cue)}\b")
