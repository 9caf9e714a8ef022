"""A message made ready to be read for facts: every letter stays where it was.

Whatever must not be read is blanked in place, so a find always points at her own words.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ["Passage", "passages", "readable", "shortened"]

_ONE_TO_ONE = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "\t": " "})
_MARKUP = re.compile(r"[*_~#>|]")
_ADDRESS = re.compile(r"\bhttps?://\S+|\bwww\.\S+")
# "my (24f) boyfriend [26M]": ages and the like stand between a word and its noun.
_ASIDE = re.compile(
    r"[(\[](?:[^()\[\]\n]{0,20}\d[^()\[\]\n]{0,20}|[mf])[)\]]|"
    r"\b\d\d ?/? ?[mf]\b|\b[mf] ?/? ?\d\d\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'"[^"\n]{12,}"')
_END = re.compile(r"[!?;\n]+|\.(?!\d)")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence of a message.

    Attributes:
        text: The sentence, readable.
        start: Where it begins in the message.
        asked: Whether it ends in a question mark.
    """

    text: str
    start: int
    asked: bool = False


def readable(message: str, names: Iterable[str] = ()) -> str:
    """A message of the same length with plain quotes, without asides and quoted speech.

    Args:
        message: As she wrote it.
        names: Names of the ex, which are read as "he" whatever the pronoun.

    Returns:
        The message as the patterns expect it.
    """
    text = message.translate(_ONE_TO_ONE)
    for pattern in (_ADDRESS, _MARKUP, _ASIDE):
        text = pattern.sub(_blank, text)
    text = _QUOTED.sub(lambda found: f'"{" " * (len(found[0]) - 2)}"', text)
    for name in names:
        word = re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE)
        text = word.sub(lambda found: "he".ljust(len(found[0])), text)
    return text


def passages(text: str) -> Iterator[Passage]:
    """The sentences of a readable message, in order."""
    start = 0
    for end in _END.finditer(text):
        if text[start : end.start()].strip():
            yield Passage(text[start : end.start()], start, "?" in end[0])
        start = end.end()
    if text[start:].strip():
        yield Passage(text[start:], start)


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def shortened(words: str) -> str:
    """Words on one line, without space or marks at their ends."""
    return _SPACES.sub(" ", words).strip(" ,;:-")
