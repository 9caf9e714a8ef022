"""Draw lines from pools: the same message in the same thread draws the same ones.

A code with distance decides. The message is hashed to a polynomial over the integers modulo 13,
and its value at a place of the answer says where in that place's pool to begin. Two polynomials
of degree two agree in at most two places, so two different messages seldom share more than two
of our sentences. From there on the first line is taken that the thread has not heard and that
does not take up the loud words of the sentences before it.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from enum import IntEnum

from coach.reply import Turn
from coach.respond.partner import Partner
from coach.respond.situation import Situation, partner_of

__all__ = ["Draw", "Place", "fragment"]

_PRIME = 13
_SLOT = re.compile(r"\{\w+\}")
_ABOUT_EX = re.compile(r"\{(?:he|him|his|ex|is|was|has|does|s|He|Him|His|Ex)\}")
_WORD = re.compile(r"[a-z]{4,}")
_STEM = 5
_QUIET = re.compile(
    r"(?:about|after|again|always|another|anybody|because|become|before|being|cannot|could|does|"
    r"doing|down|each|else|enough|even|ever|every|first|from|going|have|having|here|into|itself|"
    r"just|keep|last|less|like|little|long|make|many|more|most|much|must|nobody|nothing|often|"
    r"once|only|other|over|perhaps|rather|really|right|same|seem|some|somebody|someone|something|"
    r"still|such|take|tell|than|that|their|them|then|there|these|they|thing|think|this|those|"
    r"through|time|today|under|until|very|want|well|were|what|when|where|which|while|will|with|"
    r"without|would|write|your|yourself)"
)


class Place(IntEnum):
    """Places of an answer, each with its own pool."""

    HEAR = 0
    IDEA = 1
    THEN = 2
    ASK = 3
    STAY = 4
    EXTRA = 5
    CHOICE = 6


def fragment(template: str) -> str:
    """The longest fixed part of a line, by which it is known again in a thread.

    Args:
        template: A line with slots.

    Returns:
        The part, in lower case.
    """
    return max(_SLOT.split(template), key=len).strip(" .,?:").lower()


class Draw:
    """Draws for one message.

    Args:
        message: Her message.
        history: The thread before it.
        partner: How the coach speaks of the ex.
        closed: Whether nothing is said about the ex.
        already: Answers that she was given to this message and asked to have again.
    """

    def __init__(
        self,
        message: str,
        history: Sequence[Turn],
        partner: Partner,
        closed: bool = False,
        already: Sequence[str] = (),
    ) -> None:
        key = "\n".join([*(turn.content for turn in history), message, *already])
        digest = hashlib.sha256(key.encode("utf-8", "replace")).digest()
        self._coefficients = [int.from_bytes(digest[i : i + 4]) % _PRIME for i in (0, 4, 8)]
        ours = (turn.content for turn in history if turn.role == "assistant")
        self._said = "\n".join([*ours, *already]).lower()
        self._partner = partner
        self._closed = closed
        self._loud: set[str] = set()

    @classmethod
    def of(cls, situation: Situation, closed: bool) -> "Draw":
        """Draws for what is to be answered."""
        message, history, already = situation.message, situation.history, situation.already
        return cls(message, history, partner_of(situation), closed, already)

    def one(
        self, place: Place, pool: Iterable[str], *, again: bool = False, **slots: str
    ) -> str | None:
        """A line of the pool, filled, that this thread has not heard.

        Args:
            place: Where in the answer it stands.
            pool: The lines.
            again: Whether one it has heard is better than none.
            **slots: Values of slots other than those for the ex.

        Returns:
            The line, or None where there is none left.
        """
        lines = [line for line in pool if not (self._closed and _ABOUT_EX.search(line))]
        fresh = [line for line in lines if fragment(line) not in self._said]
        if not fresh:
            if not (again and lines):
                return None
            fresh = lines
        start = self.value(place) % len(fresh)
        turned = fresh[start:] + fresh[:start]
        chosen = min(turned, key=lambda line: len(_stems(line) & self._loud))
        filled = self.filled(chosen, **slots)
        self.heard(filled)
        return filled

    def filled(self, line: str, **slots: str) -> str:
        """A line as it is shown."""
        filled = self._partner.fill(line, **slots)
        return filled[:1].upper() + filled[1:]

    @property
    def even(self) -> bool:
        """One of two, by the message."""
        return self.value(Place.CHOICE) % 2 == 0

    def heard(self, sentence: str) -> None:
        """Count a sentence as said, so that nothing after it says it again."""
        self._said += f"\n{sentence.lower()}"
        self._loud |= _stems(sentence)

    def value(self, place: Place) -> int:
        """The number this message has at a place, 0 to 12."""
        a, b, c = self._coefficients
        return (a + b * place + c * place * place) % _PRIME


def _stems(text: str) -> set[str]:
    words = (
        word for word in _WORD.findall(_SLOT.sub(" ", text.lower())) if not _QUIET.fullmatch(word)
    )
    return {word[:_STEM] for word in words}
