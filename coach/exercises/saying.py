"""Which of several sentences is said, and how one that was said is known again."""

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

__all__ = ["Template", "pick", "split"]

_SLOT = re.compile(r"\{\w+\}")
_SENTENCE_END = re.compile(r"(?<=[.?…])\s+(?=[A-Z“])|(?<=[.?]”)\s+")


def split(text: str) -> list[str]:
    """A text of ours, sentence by sentence."""
    return _SENTENCE_END.split(text)


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence with slots, to be found in what was said.

    Attributes:
        fixed: Its words between the slots.
        pattern: The same as an expression, with something short in each slot.
    """

    fixed: tuple[str, ...]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, text: str) -> "Template":
        """Make one from a sentence of a file."""
        parts = _SLOT.split(text)
        # A slot at an end may hold nothing, as {s} after "they" does.
        pattern = re.compile(r"[^.?\n]{0,80}?".join(map(re.escape, parts)))
        return cls(tuple(part for part in parts if part), pattern)

    def found_in(self, text: str) -> bool:
        """Whether a text holds the sentence, whatever stood in its slots."""
        # Plain search first: a long thread is looked through for hundreds of sentences.
        if not all(part in text for part in self.fixed):
            return False
        return self.pattern.search(text) is not None

    def last_in(self, text: str) -> int:
        """Where a text last holds the sentence, -1 when nowhere."""
        if not all(part in text for part in self.fixed):
            return -1
        return max((found.start() for found in self.pattern.finditer(text)), default=-1)


def pick(pool: Sequence[str], said: str, fill: Callable[[str], str], key: str = "") -> str:
    """A sentence that the thread has not heard, or else has not heard for longest.

    Args:
        pool: The sentences, with slots.
        said: What the coach has said in the thread.
        fill: Fills the slots.
        key: Decides where in the pool the search begins; same key, same sentence.

    Returns:
        The sentence, filled.
    """
    start = zlib.crc32(f"{said}\n{key}".encode(errors="replace")) % len(pool)
    turned = [*pool[start:], *pool[:start]]
    return fill(min(turned, key=lambda text: Template.of(text).last_in(said)))
