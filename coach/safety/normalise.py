"""One plain form of a message, so that a phrase rule meets only one spelling.

The plain form is lower-case ASCII where that is possible: accents, curly quotes, dashes,
zero-width characters and look-alike letters are folded, apostrophes inside words go
("don't" and "dont" read the same), white space shrinks to one space and an empty line to one
line break. Every character remembers where it came from, because what a rule found
is always shown in the person's own words.
"""

import re
import unicodedata
from array import array
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Normalised", "folded", "normalise", "unmask"]

# Cyrillic and Greek letters that are drawn like Latin ones; NFKD does not join them.
_LOOK_ALIKES = dict(
    zip(
        "аеорсухіїјѕԁһӏкмтвнԛԝ" + "αβγεικνορτυχηωσς" + "ıłøđðɡɑ",
        "aeopcyxiijsdhlkmtbhqw" + "abyeikvoptuxnwos" + "ilodd" + "ga",
        strict=True,
    )
)
_PUNCTUATION = {
    **dict.fromkeys("‘’‚‛`´ʼʹ′＇", "'"),
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
}
_DROPPED = {"Mn", "Me", "Cf", "Cc", "Cs", "Co", "Cn"}
_LEET = str.maketrans("013457@$!|", "oieastasil")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_SPACED = re.compile(r"(?<![a-z0-9])[a-z0-9@$](?:[ ._*-]{1,2}[a-z0-9@$](?![a-z0-9])){2,}")
_WORD = re.compile(r"[a-z0-9@$!|]+")
_LEETED = re.compile(r"[a-z][0-9@$|]|[0-9@$!|][a-z]")
# "25f", "m32", "10k", "2nd" are ages and counts, not masked words.
_COUNT = re.compile(r"[$]?[0-9]+[a-z]{0,2}[!$]*|[fm][0-9]+|[a-z]+!+")
_INNER_MARKS = re.compile(r"(?<=[a-z])[*_.~](?=[a-z])")


@dataclass(frozen=True, slots=True)
class Normalised:
    """A message in its plain form, with the way back.

    Attributes:
        text: The plain form.
        original: The message as it was written.
        starts: For each character of `text`, its position in `original`.
    """

    text: str
    original: str
    starts: "array[int]"

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Positions in the original of a piece of the plain form.

        Args:
            start: First character of the piece, in `text`.
            end: One past its last character.

        Returns:
            First character and one past the last, in `original`.
        """
        if end <= start:
            return (0, 0)
        return self.starts[start], self.starts[end - 1] + 1

    def evidence(self, start: int, end: int) -> str:
        """The person's own words behind a piece of the plain form.

        Args:
            start: First character of the piece, in `text`.
            end: One past its last character.

        Returns:
            The words as she wrote them, white space at the ends removed.
        """
        first, last = self.span(start, end)
        return self.original[first:last].strip()

    def replaced(self, edits: Iterable[tuple[int, int, str]]) -> "Normalised":
        """This form with some pieces of it replaced, and the way back kept.

        Args:
            edits: First character, one past the last, and what stands there instead, in any
                order; of two that overlap the earlier one counts.

        Returns:
            The new form.
        """
        pieces: list[str] = []
        starts = array("I")
        done = 0
        for start, end, new in sorted(edits):
            if start < done:
                continue
            pieces += [self.text[done:start], new]
            starts.extend(self.starts[done:start])
            # The letters point into the piece they came from, the last one at its end.
            starts.extend(self.starts[min(start + i, end - 1)] for i in range(len(new) - 1))
            starts.extend(self.starts[end - 1 : end] if new else ())
            done = end
        pieces.append(self.text[done:])
        starts.extend(self.starts[done:])
        return Normalised("".join(pieces), self.original, starts)


def normalise(text: str) -> Normalised:
    """Bring a message into its plain form, in linear time.

    Args:
        text: Any string at all.

    Returns:
        The plain form with the way back to the original.
    """
    folded: dict[str, str] = {}
    out: list[str] = []
    starts = array("I")
    space = -1  # where the white space began that is still to be written
    breaks = 0
    for position, char in enumerate(text):
        plain = folded.get(char)
        if plain is None:
            plain = folded[char] = _fold(char)
        if plain == "":
            continue
        if plain in (" ", "\n"):
            space = position if space < 0 else space
            breaks += plain == "\n"
            continue
        if space >= 0:
            if out:
                out.append("\n" if breaks > 1 else " ")
                starts.append(space)
            space, breaks = -1, 0
        for piece in plain:
            out.append(piece)
            starts.append(position)
    return _without_apostrophes(Normalised("".join(out), text, starts))


def folded(text: str) -> str:
    """Letters of a pattern as they will be met in the plain form.

    Args:
        text: A pattern; its ASCII characters stay as they are.

    Returns:
        The pattern with every other character folded, so that it may be written in any script.
    """
    return "".join(char if char.isascii() else _fold(char) for char in text)


def unmask(plain: Normalised) -> Normalised | None:
    """Undo the ways people hide a word: "k i l l", "k1ll", "k*ll", "kiiill".

    The result stands beside the plain form, never in its place: it also harms
    honest digits and initials.

    Args:
        plain: A message in its plain form.

    Returns:
        A second form to look at, or None when nothing in the message is masked.
    """
    text = plain.text
    edits: list[tuple[int, int, str]] = []
    for match in _SPACED.finditer(text):
        edits.append((match.start(), match.end(), re.sub(r"[ ._*-]", "", match[0])))
    for match in _WORD.finditer(text):
        if _LEETED.search(match[0]) and not _COUNT.fullmatch(match[0]):
            edits.append((match.start(), match.end(), match[0]))
    for match in _STRETCHED.finditer(text):
        letter = match[1]
        edits.append((match.start(), match.end(), letter * 2 if letter in "ls" else letter))
    for match in _INNER_MARKS.finditer(text):
        edits.append((match.start(), match.end(), ""))
    if not edits:
        return None
    bare = plain.replaced((start, end, new.translate(_LEET)) for start, end, new in edits)
    return None if bare.text == text else bare


def _fold(char: str) -> str:
    if char in "\n\u2028\u2029\x0b\x0c":
        return "\n"
    if char in "\t\r" or char.isspace():
        return " "
    if char in _PUNCTUATION:
        return _PUNCTUATION[char]
    kept = (
        piece
        for piece in unicodedata.normalize("NFKD", char).casefold()
        if unicodedata.category(piece) not in _DROPPED
    )
    return "".join(_LOOK_ALIKES.get(piece, _PUNCTUATION.get(piece, piece)) for piece in kept)


def _without_apostrophes(plain: Normalised) -> Normalised:
    text = plain.text
    gone = {m.start() for m in re.finditer(r"(?<=[a-z0-9])'(?=[a-z])", text)}
    if not gone:
        return plain
    kept = [i for i in range(len(text)) if i not in gone]
    return Normalised(
        "".join([text[i] for i in kept]),
        plain.original,
        array("I", [plain.starts[i] for i in kept]),
    )
