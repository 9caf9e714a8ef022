"""Whether a small model's sentence ties an answer to what she wrote, or only seems to.

A model of one or two billion parameters repeats the idea it was shown, doubles its own words, and
puts her facts together wrongly ("you have been alone for fifteen years"). What of that can be
seen without understanding is seen here; a sentence that fails is left out.
"""

import re
from collections.abc import Iterable

__all__ = ["asks", "ties"]

_WORD = re.compile(r"[a-z]{4,}")
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|days?|weeks?|months?|"
    r"years?)\b",
    re.IGNORECASE,
)
_QUIET = re.compile(
    r"about|after|again|also|been|before|being|could|does|even|feel|felt|from|have|having|here|"
    r"into|just|like|might|more|much|only|other|perhaps|really|seems?|some|something|sounds?|"
    r"still|than|that|their|them|then|there|these|they|this|those|what|when|where|which|while|"
    r"will|with|would|your|yours|yourself"
)
# Opinions, what might have been, and what anybody could be asked.
_FRAME = re.compile(
    r"\b(?:think|thinking|advice|opinion)\b|\bif (?:you|he|she|they|it) (?:had|were|was|knew|found|"
    r"could)\b|\bwhat (?:else|would you do|do you do)\b|\babout it\?",
    re.IGNORECASE,
)
_YOU_DO = re.compile(r"you (?:just |still |also |always |often |never |even )?([a-z]+)")
_STEM = 5
_MOST_WORDS = 18
_HERS = 0.6  # of the content words, from her message
_SAID = 0.4  # of the content words, at most, from the answer so far


def ties(sentence: str, message: str, said: Iterable[str]) -> bool:
    """Whether a sentence says something of hers that the answer has not said.

    Args:
        sentence: A drafted sentence that is no question.
        message: Her message.
        said: The answer so far.

    Returns:
        False for what is long, doubled, said before, counted, not from her message, or told of
        her when she told it of somebody else.
    """
    if len(sentence.split()) > _MOST_WORDS or _NUMBER.search(sentence):
        return False
    doing = _YOU_DO.match(sentence.lower())
    if doing and not re.search(rf"\bi (?:\w+ )?{doing[1][:_STEM]}", message.lower()):
        return False  # "he laughs" has become "you laugh"
    words = _stems(sentence)
    own = set(words)
    if not own or len(words) > len(own):
        return False
    hers, ours = set(_stems(message)), set(_stems(" ".join(said)))
    return len(own & hers) >= _HERS * len(own) and len(own & ours) <= _SAID * len(own)


def asks(question: str, message: str, ours: str) -> bool:
    """Whether a small model's question is ours with a word of hers in it.

    Left to itself it asks for opinions ("What do you think about the surprise of life?"), for
    what might have been, or for what she has just told. It does better where it stays with the
    question that it was given and brings something of hers into it.

    Args:
        question: A drafted question.
        message: Her message.
        ours: The question it was given.

    Returns:
        False for a question that leaves ours, adds nothing of hers, or asks in a frame that fits
        anybody.
    """
    if len(question.split()) > _MOST_WORDS or _FRAME.search(question):
        return False
    own, hers, given = set(_stems(question)), set(_stems(message)), set(_stems(ours))
    return bool(own & given) and bool((own & hers) - given)


def _stems(text: str) -> list[str]:
    words = _WORD.findall(text.lower().replace("’", "").replace("'", ""))
    return [word[:_STEM] for word in words if not _QUIET.fullmatch(word)]
