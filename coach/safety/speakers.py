"""Which words of a message are somebody else's: quoted from them, or pasted from a chat.

"She said 'I cheated on you'" tells of her ex, though it says "I". Only words that are plainly
given to another person count; a quotation without a speaker may well be her own.
"""

import re
from collections.abc import Iterator

import re2  # type: ignore[import-untyped]

from coach.safety.normalise import Normalised

__all__ = ["reported"]

_LONGEST_QUOTE = 1000
_PERSON = (
    r"(?:ex|bf|gf|boyfriend|girlfriend|husband|wife|hubby|partner|fiancee?|friend|bestie|sister"
    r"|brother|mum|mom|mother|dad|father|son|daughter|cousin|aunt|uncle|boss|therapist|roommate"
    r"|flatmate|neighbou?r|colleague|coworker)"
)
_SOMEBODY = rf"(?:he|she|they|(?:(?:my|the|our|his|her) )?(?:[a-z]+[ -])?{_PERSON})"
_SAID = (
    r"(?:s|d|ve|has|had|just|then|even|only|always|once|also|actually|literally|keeps?|kept|was|is"
    r"|\s)*\b(?:said|says|say|saying|told|tells|telling|texted|texts|texting|wrote|writes|writing"
    r"|yelled|yells|yelling|screamed|screams|screaming|shouted|replied|replies|answered|answers"
    r"|asked|asks|goes|like|messaged|messages|sent|whispered|admitted|confessed|begged|swore"
    r"|threatened|sobbed|cried|repeated|repeating)"
)
_TO_WHOM = (
    r"(?: (?:to|me|us|him|her|them|back|that|this|it|again|once|yesterday|today|things like"
    r"|something like|last night|then|a text|a message|saying|by text|over text|on the phone)){0,4}"
)
_BEFORE_QUOTE = re2.compile(rf"\b{_SOMEBODY} ?{_SAID}{_TO_WHOM} ?[:,-]{{0,2}} ?([\"'])")
_AFTER_QUOTE = re2.compile(rf"([\"'])[,.]? {_SOMEBODY} ?{_SAID}\b")
_SENTENCE_END = re.compile(r"[.!?\n]")
_LABEL = re2.compile(r"(?:^|[\n .!?,)\]])(my ex|[a-z][a-z0-9_]{0,19}) ?: ?")
_OWN_WORDS = re.compile(r"\b(?:i|im|ive|id|me|my|we)\b")
# "I wrote to him: ..." is no label.
_LEADS_TO_HER = re.compile(
    r"\b(?:to|told|tell|texted|text|wrote|asked|said|messaged|with|of|about|and|for|i) $"
)
_HER_LABELS = frozenset({"me", "i", "myself", "mine"})
_NO_SPEAKERS = frozenset(
    {"title", "edit", "update", "note", "notes", "tldr", "ps", "question", "context", "story"}
    | {"lyrics", "song", "re", "subject"}
)
_THEIR_LABELS = frozenset(
    {"him", "her", "he", "she", "them", "they", "ex", "my ex", "bf", "gf", "husband", "wife"}
    | {"boyfriend", "girlfriend", "partner", "hubby"}
)


def reported(plain: Normalised) -> list[tuple[int, int]]:
    """The stretches of a message that are another person's words.

    Args:
        plain: A message in its plain form.

    Returns:
        First character of the plain text and one past the last of each, in order; they do
        not overlap.
    """
    text = plain.text
    found: list[tuple[int, int]] = []
    if '"' in text or "'" in text:
        found += _quoted(text)
    if ":" in text:
        found += _labelled(plain)
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _quoted(text: str) -> Iterator[tuple[int, int]]:
    for match in _BEFORE_QUOTE.finditer(text):
        start = match.end()
        end = _closing(text, match[1], start)
        if end is None:  # never closed: only the sentence is taken for the quotation
            ends = _SENTENCE_END.search(text, start, start + _LONGEST_QUOTE)
            end = ends.start() if ends else min(len(text), start + _LONGEST_QUOTE)
        yield start, end
    for match in _AFTER_QUOTE.finditer(text):
        end = match.start(1)
        start = text.rfind(match[1], max(0, end - _LONGEST_QUOTE), end)
        before = text[max(0, start - 30) : max(0, start)]
        opens_another = text[match.end() : match.end() + 3].strip(" :,")[:1] in ('"', "'")
        # I said "..." he said "..." begins his words, it does not own hers.
        if start >= 0 and not opens_another and not _OWN_WORDS.search(before):
            yield start + 1, end


def _closing(text: str, mark: str, start: int) -> int | None:
    # Apostrophes inside words are gone, so a single quote is a quotation mark here.
    end = text.find(mark, start, start + _LONGEST_QUOTE)
    return end if end >= 0 else None


def _labelled(plain: Normalised) -> Iterator[tuple[int, int]]:
    text = plain.text
    labels = [
        (match.start(1), match.end(), match[1])
        for match in _LABEL.finditer(text)
        if match[1] not in _NO_SPEAKERS
    ]
    if not labels:
        return
    # A message that begins with a label is a chat; else a label has to begin a line.
    a_chat = labels[0][0] == 0
    labels = [
        label
        for label in labels
        if _begins_line(plain, label[0])
        or (a_chat and not _LEADS_TO_HER.search(text[max(0, label[0] - 12) : label[0]]))
    ]
    # Names stand for the other side only where one side is called "me".
    names = any(label in _HER_LABELS for _, _, label in labels)
    for index, (_, start, label) in enumerate(labels):
        if label in _THEIR_LABELS or (names and label not in _HER_LABELS):
            after = labels[index + 1][0] if index + 1 < len(labels) else len(text)
            line = text.find("\n", start, after)
            yield start, line if line >= 0 else after


def _begins_line(plain: Normalised, position: int) -> bool:
    if position == 0:
        return True
    between = plain.original[plain.starts[position - 1] : plain.starts[position]]
    return "\n" in between or "\r" in between
