"""Which words of a message are somebody else's: quoted from them, or pasted from a chat.

"She said 'I cheated on you'" tells of her ex, though it says "I". Only words that are plainly
given to another person count; a quotation without a speaker may well be her own.
"""

import re
from collections.abc import Iterator

import re2  # type: ignore[import-untyped]

__all__ = ["reported"]

_LONGEST_QUOTE = 1000
_SOMEBODY = (
    r"(?:he|she|they|who|(?:my|the|our|his|her) (?:[a-z]+ )?[a-z-]+|ex|boyfriend|girlfriend"
    r"|husband|wife|partner)"
)
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
_AFTER_QUOTE = re2.compile(rf"[,.!?]?[\"'][,.]? {_SOMEBODY} ?{_SAID}\b")
_LABEL = re2.compile(r"(?:^|[\n .!?,)\]])([a-z][a-z0-9_]{0,19}|my ex) ?: ?")
_HER_LABELS = frozenset({"me", "i", "myself", "mine"})
_THEIR_LABELS = frozenset(
    [
        "him",
        "her",
        "he",
        "she",
        "them",
        "they",
        "ex",
        "bf",
        "gf",
        "husband",
        "wife",
        "boyfriend",
        "girlfriend",
        "partner",
        "hubby",
    ]
    + ["my ex"]
)


def reported(text: str) -> list[tuple[int, int]]:
    """The stretches of a message that are another person's words.

    Args:
        text: A message in its plain form.

    Returns:
        First character and one past the last of each, in order; they do not overlap.
    """
    found: list[tuple[int, int]] = []
    if '"' in text or "'" in text:
        found += _quoted(text)
    if ":" in text:
        found += _labelled(text)
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
            ends = re.compile(r"[.!?\n]").search(text, start, start + _LONGEST_QUOTE)
            end = ends.start() if ends else min(len(text), start + _LONGEST_QUOTE)
        yield start, end
    for match in _AFTER_QUOTE.finditer(text):
        end = match.start()
        mark = '"' if '"' in match[0][:2] else "'"
        start = text.rfind(mark, max(0, end - _LONGEST_QUOTE), end)
        if start >= 0:
            yield start + 1, end


def _closing(text: str, mark: str, start: int) -> int | None:
    # Apostrophes inside words are gone, so a single quote is a quotation mark here.
    end = text.find(mark, start, start + _LONGEST_QUOTE)
    return end if end >= 0 else None


def _labelled(text: str) -> Iterator[tuple[int, int]]:
    labels = [(m.start(1), m.end(), m[1]) for m in _LABEL.finditer(text)]
    # Names stand for the other side only where one side is called "me".
    a_chat = any(label in _HER_LABELS for _, _, label in labels)
    for index, (_, start, label) in enumerate(labels):
        if label in _THEIR_LABELS or (a_chat and label not in _HER_LABELS):
            after = labels[index + 1][0] if index + 1 < len(labels) else len(text)
            line = text.find("\n", start, after)
            yield start, line if line >= 0 else after
