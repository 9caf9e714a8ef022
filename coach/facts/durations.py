"""How long they were together."""

import re
from collections.abc import Iterator, Sequence

from coach.facts.endings import Found
from coach.facts.passages import Passage, shortened
from coach.facts.vocabulary import (
    ADVERBS,
    DURATION,
    EX,
    MONTH,
    NUMBERS,
    UNIT,
    compiled,
    of_others,
    unreal,
)

__all__ = ["together"]

# Not how long it lasted but when something happened: "we dated 3 years ago", "3 months in".
_NOT_A_POINT = (
    r"(?! (?:ago|back|before|later|earlier|prior|old|apart|younger|older|when|in\b(?! total)|"
    r"by (?:now|then)|at (?:that|the) (?:point|time)|from now|now when|till|until|away|"
    r"next|this|last \w+|after|into|broken)\b)"
)
_COUPLE = (
    r"(?:together|dating|a couple|in (?:a|this) relationship|engaged|married|seeing each "
    r"other|going out|an item|dated|lasted|went out|official|exclusive)"
)
_HOW = (
    r"(?: (?:with each other|on and off|off and on|happily|exclusively|officially|long"
    r"[\s-]distance|only|now|just|a total of)){0,2}(?: (?:for|of))?(?: (?:a total of|only|"
    r"just|the (?:last|past)))?\s*"
)
_SCHOOL = (
    r"since (?:the )?(?:college|uni(?:versity)?|high\s*school|secondary school|primary school|"
    r"middle school|sixth form|school|grad school|freshman year|we were (?:kids|teens|"
    r"teenagers|children|in (?:high )?school|\w+teen|\d\d)|i was (?:a teenager|\w+teen|\d\d)"
    rf"|the age of \d\d|(?:{MONTH} )?(?:of )?(?:19|20)\d\d)\b"
)
_HIM = rf"(?:{EX}|he|him|her)"
_WE = (
    rf"(?:we|{_HIM}(?: he)?(?:\s*,)? and (?:i|me|myself)|(?:me|i) and {_HIM}|^\s*me\s*, (?:he|she))"
)
_BEEN = rf"{ADVERBS}(?:'?re|'?d|'?ve)?(?: (?:were|was|been|are))*{ADVERBS}"
_LONG = rf"(?P<long>{DURATION}){_NOT_A_POINT}"
_KINDS = tuple(
    compiled(pattern)
    for pattern in (
        rf"\b{_WE}{_BEEN} (?P<what>{_COUPLE}){_HOW}{_LONG}",
        rf"\b{_WE}{_BEEN} (?P<what>together|dating|a couple) (?P<long>{_SCHOOL})",
        rf"\bi{ADVERBS}(?:'?ve|'?d)? (?:was|been) (?P<what>with|dating|married to|engaged to)"
        rf" (?:him|her|them|he|{EX}(?: he)?) (?:now )?(?:for )?(?:the (?:last|past) )?"
        rf"(?:{_LONG}|(?P<school>{_SCHOOL}))",
        rf"\bafter (?:(?:being|having been) together (?:for )?)?(?:over )?{_LONG}"
        r"(?P<what> (?:together|of (?:marriage|dating|being together|a relationship)|with "
        rf"(?:him|her|he|{EX}))|(?=\s*,? (?:{EX}|he|she) (?:left|dumped|broken? up|ended)))",
        r"(?<!first\s)(?<!last\s)(?<!past\s)(?<!next\s)(?<!another\s)(?<!these\s)(?<!those\s)"
        rf"(?<!spent\s)(?<!more\s)\b{_LONG} (?P<what>together)\b(?! (?:was|were) (?:the|a)\b)",
        r"\b(?:an?|our|my|this|from|of) (?:(?:serious|committed|loving|long[\s-]distance|great|"
        rf"very|happy|beautiful|wonderful) )?(?P<long>{DURATION})[\s-]+(?:long[\s-]+)?(?:serious |"
        r"committed |loving |long[\s-]distance |on[\s-]and[\s-]off )?(?P<what>relationship|"
        r"marriage|engagement)\b(?! (?:before|prior))",
        rf"\b(?:relationship|marriage) (?:of|lasted|that lasted) {_LONG}(?P<what>)",
        rf"\b{EX}(?: he)? of (?:the (?:last|past) )?(?P<long>{DURATION})(?P<what>)(?! (?:ago|age))",
        rf"^\s*(?:so |and )?(?:been )?(?P<what>together|married) (?:for )?{_LONG}",
        rf"^\s*(?:been )?(?P<what>together) (?P<long>{_SCHOOL})",
        rf"\b(?:broken? up with me|left me|dumped me|ended (?:it|things)|divorced me) after {_LONG}"
        r"(?P<what>)(?! of (?!marriage|dating|being together))",
        rf"\bi gave (?:him|her|them|he) {_LONG}(?P<what>)(?= of my life)",
    )
)
# "She came out of a 7 year relationship": with whom, it does not say.
_THEIRS = compiled(
    r"\b(?:he|she|they)(?:'s|'d| had| has| was| just)* (?:came|come|got|gotten|getting|out|in|"
    r"had|left|ended) (?:\w+ )*$"
)
_HYPHEN = re.compile(r"(?<=\w)-(?=\w)")
_UNIT = compiled(rf"\b{UNIT}\b")
_BARE_UNIT = compiled(
    r"(?<!\ba\s)(?<!\ban\s)(?<!\bone\s)(?<!\b1\s)\b(day|week|month|year|decade)\b"
)
_NUMBER = compiled(r"\d+(?:[.,]\d)?|[a-z]+")


def together(sentences: Sequence[Passage]) -> Found | None:
    """Find how long they were together, in her words.

    Args:
        sentences: Of the message, with the ex's name read as "he".

    Returns:
        Such as `nine years`, `since college` or `married twelve years`; None when she does
        not tell or tells two things.
    """
    found = list(_lengths(sentences))
    couple = [one for one in found if not one.value.startswith(("married", "engaged"))] or found
    return couple[0] if len({_counted(one.value) for one in couple}) == 1 else None


def _lengths(sentences: Sequence[Passage]) -> Iterator[Found]:
    for sentence in sentences:
        if of_others(sentence.text):
            continue
        for pattern in _KINDS:
            for match in pattern.finditer(sentence.text):
                before = sentence.text[: match.start()]
                if not unreal(before) and not _THEIRS.search(before):
                    yield _found(sentence, match)


def _found(sentence: Passage, match: re.Match[str]) -> Found:
    parts = match.groupdict()
    value = _plain(parts["long"] or parts.get("school") or "")
    what = (parts["what"] or "").lower()
    for kind, word in (("marri", "married"), ("engag", "engaged")):
        if kind in what:
            value = f"{word} {value}"
    return Found(value, sentence.start + match.start(), sentence.start + match.end())


def _plain(words: str) -> str:
    """What stands by itself: "9-year" is "9 years"."""
    words = shortened(_HYPHEN.sub(" ", words))
    return words if words.lower().startswith("since") else _BARE_UNIT.sub(r"\1s", words)


def _counted(value: str) -> str:
    """The same for "2 years" and "two years"."""
    number = _NUMBER.search(_UNIT.sub("", value))
    unit = _UNIT.search(value)
    if number is None or unit is None:
        return value.lower()
    word = number[0].lower()
    return f"{NUMBERS.get(word, word)} {unit[0][0].lower()}"
