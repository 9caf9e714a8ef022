"""What the ex is called: only where the sentence says that it is the ex who is called so."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import resources

from coach.facts.endings import Found
from coach.facts.passages import Passage
from coach.facts.vocabulary import ADVERBS, EX, EX_NOUN, GONE, compiled, unreal

__all__ = ["ex_names"]

_NAME = r"(?P<name>(?-i:[A-Z][a-zà-öø-ÿ]+(?:-[A-Z][a-zà-öø-ÿ]+)?))\b"
_SMALL = r"(?P<name>(?-i:[a-z]{2,12}))\b"
_ANY = r"(?P<name>[A-Za-z][a-zà-öø-ÿ]+)\b"
_CALLED = (
    r"(?:(?:,|\()?\s*(?:(?:who(?:se|m|'s)?|is|was|'s) )?(?:is |was )?(?:named|called|name is|"
    r"name was|name's) |(?:'s|s) name (?:is|was) |\s*[,(-]*\s*(?:let'?s|we'?ll|i'?ll|we will|"
    r"i will)?\s*(?:just )?call (?:him|her|them) )"
)
_COUPLE = (
    rf"{ADVERBS} (?:broken? up|split(?: up)?|separated|divorced|parted|got (?:married|engaged|"
    r"divorced|together)|started (?:dating|going out|seeing)|dated|(?:were|are|was|have been|'ve "
    r"been|had been|been) (?:\w+ )?(?:together|dating|married|engaged|a couple|going out|in a "
    r"relationship|living together|divorc\w+|separat\w+|over\b|done\b)|ended (?:it|things)|"
    r"aren'?t together|are no longer|(?:have|share) (?:\w+ )?(?:kids?|child(?:ren)?|daughters?|"
    r"sons?|baby|bab(?:y|ies))\b|have broken up)"
)
_TO_ME = (
    rf"{ADVERBS} (?:left me{GONE}|dumped me|broken? up with me|split up with me|ended (?:it|"
    r"things|our (?:relationship|marriage|engagement))\b(?! with (?!me))|broken? (?:it|things) "
    r"off\b(?! with (?!me))|called off (?:our|the) (?:wedding|engagement)|cheated on me|walked out"
    r" on me|divorced me|proposed to me|doesn'?t love me any\s*more)"
)
# With a capital letter; the words around say whose name it is.
_CAPITAL = tuple(
    compiled(pattern)
    for pattern in (
        rf"\b{EX}(?: |\s*\(\s*|\s*,\s*(?=[A-Z]\w+\s*[,)])){_NAME}",
        rf"\b{EX}{_CALLED}{_NAME}",
        rf"\b{_NAME}(?:\s*, | is | was |\s*,? who is )my ex\b(?!'s)",
        rf"\b{_NAME} and (?:i|me|myself){_COUPLE}",
        rf"\b(?:me|i) and {_NAME}{_COUPLE}",
        rf"\b{_NAME}{_TO_ME}",
        rf"\b(?:i|we){ADVERBS} (?:broken? up with|split up with|dumped|divorced) {_NAME}",
        rf"\bmy (?:break[\s-]?up|split|divorce|marriage) (?:with|from|to) {_NAME}",
        rf"\b(?:want|get|getting|win|winning|have) {_NAME} back\b(?! (?:to|home|on|in|at|for)\b)",
        rf"\b(?:get(?:ting)?|got|being|be|am|i'm) over {_NAME}(?! \w+ing)",
        rf"\bi(?:'m| am)? still (?:in love with|love) {_NAME}",
        rf"\b{EX}\b[^.!?]{{0,60}}?[,(]?\s*\b(?:his|her|their) name (?:is|was) {_NAME}",
    )
)
# In small letters, where grammar alone does not tell a name from another word.
_LISTED = tuple(
    compiled(pattern)
    for pattern in (
        rf"\b{EX}\s*[,(]?\s*{_SMALL}",
        rf"\b{_SMALL} and (?:i|me){_COUPLE}",
        rf"\b(?:me|i) and {_SMALL}{_COUPLE}",
        rf"\b{_SMALL}{_TO_ME}",
        rf"\b(?:i|we){ADVERBS} (?:broken? up with|dumped|divorced) {_SMALL}",
    )
)
_SAID = compiled(rf"\b{EX}(?:\s*,)?{_CALLED}{_ANY}")

_OTHER = (
    r"(?:sister|brother|sibling|friend|bestie|bff|mate|buddy|pal|roommate|flatmate|housemate|"
    r"son|daughter|kid|baby|child|toddler|boy|girl|dog|cat|puppy|kitten|pet|horse|rabbit|therapist|counsell?or|"
    r"psychologist|boss|manager|mum|mom|mother|dad|father|cousin|aunt|uncle|niece|nephew|grandm\w+|"
    r"grandf\w+|nan|gran|coworker|co-worker|colleague|neighbou?r|teacher|doctor|coach|"
    r"stepson|stepdaughter|guy|woman|man|lady|someone|somebody|dude|bloke|in-law|crush)s?"
)
_NEW = (
    r"(?:(?:his|her|their) (?:\w+ )?(?:girlfriend|gf|boyfriend|bf|wife|husband|fianc[eé]e?|ex|"
    r"partner|girl|guy|fling)|(?:new|current|first|previous|last|next|old|former|other|"
    rf"rebound) (?:\w+ )?(?:{EX_NOUN}|relationship|girl|guy|man|woman|one|fling))"
)
_LABEL = (
    r"\s*(?:,|\(|-|named|called|whose name is|'?s name is|is|was|is called)?\s*(?:named |called )?"
)
_ELSE = tuple(
    compiled(pattern)
    for pattern in (
        rf"\b(?:{_OTHER}|{_NEW}){_LABEL}{_ANY}",
        rf"\b{_ANY}\s*(?:,|\(| is| was|'s| who is)\s*(?:just |only )?(?:my|his|her|our|their|a|"
        rf"the|an) (?:\w+ ){{0,3}}?(?:{_OTHER}|{_NEW}|new)\b",
        rf"\b{_ANY} and (?:his|her) (?:wife|husband|girlfriend|boyfriend)\b",
    )
)
_FORMS = re.compile(r"(?:ing|ed|ly|s)$")
_CASELESS = 0.5  # this share of capitals among the words: a heading, capitals tell nothing
_MOST = 2


@lru_cache(maxsize=2)
def _words(file: str) -> frozenset[str]:
    source = (resources.files("coach.facts") / file).read_text(encoding="utf-8")
    return frozenset(
        word for line in source.splitlines() if not line.startswith("#") for word in line.split()
    )


def ex_names(sentences: Sequence[Passage], known: frozenset[str] = frozenset()) -> list[Found]:
    """Find the names of the ex.

    Args:
        sentences: Of the message.
        known: Names of the ex that are known already, in small letters.

    Returns:
        Each name once, with a capital; none at all when there are more than two, for then
        the message is about others as well.
    """
    others = {
        match["name"].lower()
        for sentence in sentences
        for pattern in _ELSE
        for match in pattern.finditer(sentence.text)
    }
    found: dict[str, Found] = {}
    for one in _candidates(sentences):
        word = one.value.lower()
        if word not in others and word not in known and word not in found:
            found[word] = one
    return list(found.values()) if len(found) <= _MOST else []


def _candidates(sentences: Sequence[Passage]) -> Iterator[Found]:
    names, no_names = _words("given_names.txt"), _words("no_names.txt")
    for sentence in sentences:
        capital = () if _is_heading(sentence.text) else _CAPITAL
        for pattern in (*_LISTED, *capital, _SAID):
            for match in pattern.finditer(sentence.text):
                word = match["name"].lower()
                if pattern in _LISTED and word not in names:
                    continue
                if word in no_names or unreal(sentence.text[: match.start()]):
                    continue
                # What opens a sentence has its capital from that.
                if word not in names and _FORMS.search(word) and _opens(sentence.text, match):
                    continue
                start, end = sentence.start + match.start(), sentence.start + match.end()
                name = match["name"]
                yield Found(name[0].upper() + name[1:], start, end)


def _opens(text: str, match: re.Match[str]) -> bool:
    return not text[: match.start("name")].strip()


def _is_heading(text: str) -> bool:
    words = [word for word in text.split() if word[0].isalpha()]
    return len(words) > 3 and sum(word[0].isupper() for word in words) / len(words) > _CASELESS
