"""What ties the two still: children, a flat, work, a pet, studies."""

import re
from collections.abc import Iterator, Sequence

from coach.facts.endings import Found
from coach.facts.passages import Passage
from coach.facts.vocabulary import EX, NUMBERS, compiled

__all__ = ["ties"]

_COUNT = rf"(?:an?|{'|'.join(word for word in NUMBERS if len(word) > 2)}|\d)"
_AGED = (
    r"(?:(?:little|young|small|beautiful|eldest|oldest|youngest|teenage|baby|newborn|adult|"
    r"\w+[\s-](?:year|month|week)s?[\s-]olds?|\d+[\s-](?:yr|mo)s?[\s-]olds?) )*"
)
_CHILD = r"(?:kids?|child(?:ren)?|sons?|daughters?|bab(?:y|ies)|toddlers?|twins|boys|girls)"
_PET = r"(?:dogs?|cats?|pupp(?:y|ies)|kittens?|pets?|rabbits?|bunn(?:y|ies)|horses?|parrot)"
_STILL = r"(?:still|currently|both|also|now)"
_HIM = rf"(?:him|her|them|he|{EX})"
_HE = rf"(?:he|she|they|{EX})"
_HOME = r"(?:flat|apartment|house|home|place|condo|room|bed)"
_WE = rf"\bwe(?:'?re| are)?(?: {_STILL})*"
_SCHOOL = (
    r"(?:school|college|uni(?:versity)?|class(?:es)?|course|program(?:me)?|department|dorm|campus|"
    r"seminar|lectures?|lab|year|grad school|sixth form)"
)
_CLASS = r"(?:class(?:es)?|lectures?|courses?|seminars?)"
_SOME = rf"(?:{_COUNT} |some |all (?:our |my |of our )?|most of our )?"

_KINDS: dict[str, tuple[str, ...]] = {
    "children": (
        rf"\bour (?:{_COUNT} )?{_AGED}(?:{_CHILD}|little (?:one|boy|girl)s?|"
        r"\w+[\s-]years?[\s-]old)\b(?! (?:died|dreams?|names?|love|like))",
        rf"\bwe(?: have| share|'?ve got)(?: {_STILL})* (?:{_COUNT} )?{_AGED}{_CHILD}\b",
        rf"\b{_HE} and (?:i|me) have (?:{_COUNT} )?{_AGED}{_CHILD}\b",
        rf"\bi (?:also |still )?have (?:{_COUNT} )?{_AGED}{_CHILD} with {_HIM}\b",
        rf"\bco[\s-]?parent(?:ing)? with {_HIM}\b",
        rf"\b(?:mother|father|mum|mom|dad) (?:of|to) (?:my|our) (?:{_COUNT} )?{_CHILD}\b",
        rf"\bpregnant with (?:his|her|our) (?:{_COUNT} )?{_CHILD}\b",
    ),
    "flat": (
        rf"\bwe(?:'?re| are)? still (?:\w+ )?(?:liv(?:e|ing)|shar(?:e|ing)|rent(?:ing)?|own) "
        rf"(?:together|(?:the same|a|an|the|our|one|in the same) {_HOME})",
        rf"\bwe(?: both)? (?:live|share|rent|own) (?:together\b(?! for)|(?:the same|an?) "
        rf"{_HOME}\b)",
        rf"\bi(?:'?m| am)? still liv(?:e|ing) with {_HIM}\b",
        r"\b(?:he|she)(?: is|'s)? still liv(?:es|ing) (?:here )?with me\b",
        rf"{_WE} (?:on the lease|liv(?:e|ing) (?:under the same roof|in the same {_HOME}))\b",
        rf"\b(?:i|we) (?:still )?have to (?:keep )?(?:liv(?:e|ing)|share (?:an?|the|our) {_HOME}) "
        rf"(?:with {_HIM}|together)\b",
        rf"\bwe (?:still )?(?:share|have|own) (?:a|an) (?:{_HOME}|mortgage|lease) together\b",
        r"\bour (?:lease|mortgage) (?:runs|is|ends|goes|lasts|isn'?t)\b",
    ),
    "work": (
        rf"{_WE} work(?:ing)? (?:together\b(?! on)|with each other)",
        rf"{_WE} work(?:ing)? (?:at|for|in) the same (?:company|firm|office|team|department|"
        r"building|hospital|shop|store|restaurant|bar|school|job|floor|shift|warehouse|cafe|café)\b",
        rf"\bi(?:'?m)?(?: still)? (?:have to )?work(?:ing)? with (?:him|her|he|{EX})\b"
        r"(?! (?:to|on)\b)",
        rf"\b{_HE} (?:is|'s) (?:also |still )?my (?:co-?worker|colleague|boss|manager)\b",
        rf"\b{EX}(?:\s*,)?(?: he)?(?: still)? works (?:with me|at the same|in the same|in my)\b",
        rf"\b(?:see|seeing|face|avoid) {_HIM} (?:(?:every (?:single )?|each )?(?:day|shift|"
        r"morning|\w+day) )?(?:at work|in the office)\b",
    ),
    "pet": (
        rf"\bour (?:{_COUNT} )?(?!own\b|family\b)(?:\w+ )?{_PET}\b(?! (?:died|passed|had to))",
        rf"\bwe (?:still )?(?:share|own) (?:{_COUNT} )?(?!own\b)(?:\w+ )?{_PET}\b",
        rf"\bwe have (?:{_COUNT} )?(?!own\b)(?:\w+ )?{_PET} together\b",
        rf"\b{_HE} and (?:i|me) (?:share|have) (?:{_COUNT} )?{_PET}\b",
        rf"\bcustody of (?:the|our) {_PET}\b",
    ),
    "studies": (
        rf"{_WE} (?:go to|attend|study (?:at|in)|in|at) the same (?:small |high\s*)?{_SCHOOL}\b",
        rf"\bwe (?:still |also |both )*(?:have|share|take) {_SOME}{_CLASS} together\b",
        rf"\bwe (?:still |also |both )*(?:share|take) {_SOME}{_CLASS}\b",
        rf"\bi (?:still )?(?:have|share|take) {_SOME}{_CLASS} with {_HIM}\b",
        rf"\b(?:see|seeing|face|avoid|sit(?:ting)? next to) {_HIM} (?:every day )?(?:in|at) "
        r"(?:class|school|uni(?:versity)?|college|lectures?|campus|the library)\b",
        rf"\b{_HE}(?: is|'s)? (?:still )?(?:in my|in the same|goes to (?:my|the same)) {_SCHOOL}\b",
    ),
}
_PATTERNS = {kind: compiled("|".join(patterns)) for kind, patterns in _KINDS.items()}
_BEFORE_CHARS = 45
_AFTER_CHARS = 20
# What was planned, dreamt, lost or is long past ties nobody.
_NO_TIE = compiled(
    r"\b(?:future|someday|some day|one day|names?|naming|would|could|wanted|want|imagin\w+|"
    r"dream\w*|plan(?:s|ned|ning)?|if|never|no (?:kids|children|pets)|don'?t have|used to|"
    r"talk(?:ed|ing)? (?:about|of)|tried|trying|miscarr\w+|aborti\w+|stillborn|died|passed away|"
    r"dead|put (?:down|to sleep)|hypothetical\w*|unborn|raise|wish\w*|hope\w*|will|gonna|going to|"
    r"supposed|as if|like an?|back when|together when|until|met|inside joke|like (?:children|kids)|"
    r"so young|(?:his|her|their) own|(?:not|n't) (?:have|living|live|work|share|working)|"
    r"before (?:we|he|she))\b"
)


def ties(sentences: Sequence[Passage]) -> Iterator[Found]:
    """Find what ties the two still.

    Args:
        sentences: Of the message, with the ex's name read as "he".

    Yields:
        `children`, `flat`, `work`, `pet` or `studies`, each at most once.
    """
    for kind, pattern in _PATTERNS.items():
        for sentence in sentences:
            match = pattern.search(sentence.text)
            if match and not sentence.asked and not _denied(sentence.text, match):
                yield Found(kind, sentence.start + match.start(), sentence.start + match.end())
                break


def _denied(text: str, match: re.Match[str]) -> bool:
    around = text[max(0, match.start() - _BEFORE_CHARS) : match.end() + _AFTER_CHARS]
    return bool(_NO_TIE.search(around))
