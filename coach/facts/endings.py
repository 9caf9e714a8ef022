"""Who ended it, and how long it is over."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from coach.facts.passages import Passage, shortened
from coach.facts.vocabulary import (
    ADVERBS,
    DAY,
    DURATION,
    EX,
    EX_NOUN,
    GONE,
    MONTH,
    compiled,
    of_others,
    unreal,
)

__all__ = ["Found", "since", "who_ended"]

Side = Literal["ex", "me", "both"]


@dataclass(frozen=True, slots=True)
class Found:
    """Something that was found.

    Attributes:
        value: In a few words.
        start: Where it begins in the message.
        end: One past its last character.
    """

    value: str
    start: int
    end: int


_ENDED = (
    r"(?:ended (?:it|things|everything|(?:our|the|this|my) (?:[\w-]+ ){0,2}?(?:relationship|"
    r"marriage|engagement))(?! with (?:him|her|them|his|the|that|a)\b)|"
    r"broken? (?:it|things) off(?! with (?:him|her|them|his|the|that|a)\b)|"
    r"broken? off (?:our|the) (?:engagement|relationship|wedding)|"
    r"called (?:it|things|everything) off|called off (?:our|the) (?:engagement|wedding)|"
    r"called it quits|filed for (?:a )?divorce)"
)
_TO_ME = (
    rf"(?:left me{GONE}|dumped (?:me|us)\b|broken? up with me\b|split up with me\b|"
    r"finished with me\b|walked out on (?:me|us)\b|divorced me\b|is divorcing me\b|"
    rf"{_ENDED}|(?:told me|said) (?:that )?(?:it|we|things)(?: (?:was|were|is|are)|'?s|'re)"
    r" (?:all )?over\b)"
)
_OF = rf"(?: (?:of|for) (?:the (?:last|past) )?{DURATION})?"
_NAMED_HE = r"(?:\s*[(,]?\s*he\b\s*[),]?)?"  # "my ex Tom" and "my ex (Tom)", the name masked
_HE = (
    rf"(?:(?:\b(?:he|she|they|{EX}{_OF}{_NAMED_HE})|^\s*(?:so |and )?{EX_NOUN}{_OF})"
    rf"(?:\s*,)?{ADVERBS})"
)
_BY_EX = rf"{_HE} {_TO_ME}"
_PASSIVE = (
    rf"(?:(?:\bi|^\s*(?:so |and |well )?){ADVERBS}\s*(?:(?:got|was|been|gotten|have|"
    rf"'ve) )+(?:just |recently )?(?:dumped|broken up with)\b(?! (?:him|her|them|my)\b)|"
    rf"^\s*(?:just )?dumped by (?:{EX}|the love)|\bi{ADVERBS} (?:was|got) dumped by\b)"
)
_HIM = rf"(?:him|her|them|{EX}|he)"
_LEFT_HIM = rf"(?:left|dumped|divorced) (?:him|them|{EX}|he){GONE}|(?:left|dumped) her{GONE}"
_BY_ME = (
    rf"\bi{ADVERBS} (?:{_LEFT_HIM}|broken? up with {_HIM}\b|dumped {_HIM}{GONE}|"
    rf"{_ENDED}|(?:decided|chose|had) to (?:end (?:it|things)\b|break (?:it off|up with"
    rf" {_HIM}\b)|leave {_HIM}{GONE})|"
    r"was the (?:one|dumper)(?: (?:who|that|to|which) (?:(?:left|ended|leave|end|broke|break"
    r"|dumped|called)\b|(?:initiated|wanted) (?:it|the break))|$|\s*,))|"
    r"\bit was (?:me|i) who (?:left|ended|broke)\b|"
    rf"\bi{ADVERBS} initiated (?:it|(?:the|our) (?:break[\s-]?up|split|divorce|separation))\b|"
    rf"^\s*(?:so |just |recently )*broken? up with {EX}\b|"
    r"\bit was my (?:decision|choice) to (?:end|leave|break)\b"
)
_PARTED = (
    r"(?:broken? up|split up|split|separated|parted(?: ways)?|divorced|called it quits|"
    r"went our separate ways|ended (?:it|things|our \w+)|broken? (?:it|things) off)\b"
)
_WE = rf"(?:we|(?:{EX}|he)(?: he)?(?:\s*,)? and (?:i|me|myself)|(?:me|i) and {_HIM})"
_TOGETHER_ENDED = rf"\b{_WE}{ADVERBS} {_PARTED}"
_BOTH = (
    rf"\bwe{ADVERBS} (?:decided|agreed|chose) (?:together )?(?:that )?(?:(?:it|that|this) "
    r"(?:was|is|would be) (?:best|better|for the best) )?to (?:break up|split|"
    r"separate|part|divorce|go our separate|call it (?:off|quits)|end (?:it|things|the|our)"
    r")\b(?! for a (?:bit|while|few))|"
    r"\b(?:break[\s-]?up|split|divorce|decision|separation|it|ending) (?:was|is) (?:(?:pretty "
    r"much|kind of|fairly|very|completely|totally|a|more or less|mostly) )?mutual\b"
    r"(?! friend)|"
    r"\b(?:a|our|the) mutual (?:break[\s-]?up|split|decision|agreement|separation)\b|"
    r"\bmutually (?:agreed|decided|ended|broke|split|parted)\b"
)
_SIDES: tuple[tuple[Side, re.Pattern[str]], ...] = (
    ("ex", compiled(rf"{_BY_EX}|{_PASSIVE}")),
    ("me", compiled(_BY_ME)),
    ("both", compiled(_BOTH)),
)
_DENIED = compiled(
    r"\b(?:not|n't|isnt|wasnt|never|hardly|far from|supposedly|claims?|says|telling|tells)\b"
)

_WHEN = (
    rf"(?:{DURATION} (?:ago|back)\b|yesterday|last (?:night|week|weekend|month|year|{DAY}|{MONTH}"
    r"|spring|summer|fall|autumn|winter|christmas)|tonight|this (?:morning|afternoon|evening|week|"
    rf"weekend|month|past (?:week|weekend|{DAY})|{DAY}|spring|summer|fall|autumn|winter)|"
    rf"on (?:{DAY}|christmas|new year'?s|valentine'?s)(?: (?:night|morning|evening|eve|day))?|"
    rf"(?:back )?in (?:early[\s-]|late[\s-]|mid[\s-])?(?:{MONTH}\b(?: (?:20\d\d|(?:of )?"
    r"(?:last|this) year))?|20\d\d\b)|(?:at|over|(?:just |right )?(?:before|after)) "
    r"(?:christmas|new year'?s?|easter|thanksgiving|valentine'?s(?: day)?)|over the weekend)"
)
_EVENT = (
    rf"(?:{_BY_EX}|{_PASSIVE}|{_BY_ME}|{_TOGETHER_ENDED}|{_BOTH}|^\s*(?:just )?broken? up\b|"
    rf"\bi{ADVERBS} split up with {_HIM}|"
    r"\b(?:the|our|my) (?:break[\s-]?up|split|divorce) (?:was|happened|came)\b|"
    rf"\b(?:it|things|our (?:relationship|marriage))(?: all)?{ADVERBS} ended\b)"
)
_GAP = (
    rf"(?: (?:with (?:me|{_HIM})|{EX}{_OF}|up|off|just|only|like|very|exactly|suddenly|"
    r"recently|for good|officially|amicably|mutually|together|over (?:the phone|text|facetime|"
    r"skype|whatsapp)|by (?:text|phone)|via text|out of (?:nowhere|the blue)|for (?:someone|"
    r"somebody|another \w+)(?: (?:else|new))?)){0,3}\s*,?\s*"
)
_NAMED = (
    rf"(?:{_EVENT}|(?:the|our|my) (?:break[\s-]?up|split|divorce)\b|\b{_HE} left\b|"
    rf"\bit{ADVERBS} ended\b|being dumped\b)"
)
_PAUSE = r"(?: (?:now|to the day|exactly|already))?"
_SINCE = tuple(
    compiled(pattern)
    for pattern in (
        rf"{_EVENT}{_GAP}(?P<when>{_WHEN})",
        rf"(?P<when>\b{_WHEN})\s*,?\s*(?:that |when |is when )?(?=\w|'){_EVENT}",
        rf"\b(?:been |^\s*)(?P<when>{DURATION}){_PAUSE} since {_NAMED}",
        rf"^\s*(?P<when>{DURATION}){_PAUSE} since {_NAMED}",
        rf"\b(?:i|we)(?:'ve| have|ve)?{ADVERBS} been (?:broken up|split up|separated) "
        rf"(?:for |now for )?(?P<when>{DURATION})(?! (?:ago|before))",
        rf"(?P<when>{DURATION}) post[\s-](?:break[\s-]?up|bu)\b",
        rf"\bi\s*(?:'m|am|m) (?P<when>{DURATION}) out of (?:a|my|our)\b",
    )
)
# Broken up more than once: a time may belong to either.
_AGAIN = compiled(
    r"\b(?:got|gotten|getting|went|gone|ended up|been|were|are|came|come|back and) (?:back "
    r"together|back with|back to (?:me|him|her))|(?:took|taken|take) (?:me|him|her|them) "
    r"back|\b(?:first|second|third|2nd|3rd|last) time\b|\bon[\s-]again|\bon and off|\boff and "
    r"on|\b(?:twice|several times|reconcil\w+|another (?:chance|try|go)|second chance)\b|"
    r"\bbroke up (?:again|before)\b|\bback together (?:for|again|after|and|until|in|last)\b"
)
_NARRATED = compiled(
    r"^\s*(?:and|but|later|then)?\s*(?:we )?(?:got|moved|met)\b|"
    rf"^\s*{DURATION} (?:prior|before|earlier|later|after)\b"
)


def who_ended(sentences: Sequence[Passage]) -> Found | None:
    """Find who ended it.

    Args:
        sentences: Of the message, with the ex's name read as "he".

    Returns:
        `ex`, `me` or `both`; None when she does not tell, or tells two things.
    """
    found = [
        Found(side, sentence.start + match.start(), sentence.start + match.end())
        for sentence in sentences
        if not of_others(sentence.text) and not sentence.asked
        for side, pattern in _SIDES
        for match in pattern.finditer(sentence.text)
        if _stands(sentence.text, match.start(), side)
    ]
    return found[0] if len({one.value for one in found}) == 1 else None


def since(sentences: Sequence[Passage]) -> Found | None:
    """Find how long it is over, in her words.

    Args:
        sentences: Of the message, with the ex's name read as "he".

    Returns:
        Such as `two weeks ago` or `three months`; None when she does not tell, tells two
        things, or the two broken? up more than once.
    """
    if any(_AGAIN.search(sentence.text) for sentence in sentences):
        return None
    found = list(_times(sentences))
    return found[0] if len({one.value.lower() for one in found}) == 1 else None


def _times(sentences: Sequence[Passage]) -> Iterator[Found]:
    for sentence in sentences:
        if of_others(sentence.text) or sentence.asked:
            continue
        for pattern in _SINCE:
            for match in pattern.finditer(sentence.text):
                if unreal(sentence.text[: match.start()]):
                    continue
                if _NARRATED.search(sentence.text[match.end() :]):
                    continue
                value = shortened(match["when"])
                yield Found(value, sentence.start + match.start(), sentence.start + match.end())


def _stands(text: str, start: int, side: Side) -> bool:
    before = text[:start]
    if unreal(before):
        return False
    return side != "both" or not _DENIED.search(text)
