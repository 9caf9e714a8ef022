"""What kind of message this is in its thread: a story, an answer, thanks, a protest.

Only what is plain from the words and from what was asked last is decided here; what a message is
about is the moment's matter (coach/respond/moments.py).
"""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from coach.reply import Turn
from coach.respond.forms import find_form, is_plan, mood
from coach.respond.good_news import is_good_news
from coach.respond.phrases import load_phrases

__all__ = ["Act", "ActName", "find_act", "is_greeting"]

ActName = Literal[
    "greeting",
    "thanks",
    "pushback",
    "about_coach",
    "small_talk",
    "nonsense",
    "short",
    "prediction",
    "follow_up",
    "answer",
    "advice",
    "good_news",
    "mood",
    "plan",
    "form",
    "vent",
    "story",
]

_PHRASES = load_phrases("acts")
_HELLO = r"(?:hi+|hey+|hello+|hiya|yo|good (?:morning|evening|afternoon))"
_GREETING = re.compile(
    rf"^\W*(?:{_HELLO}(?: (?:there|again|coach|you|everyone|all))?\W*)?"
    rf"(?:{_HELLO}|(?:so )?(?:who|what) are you|how are you(?: (?:today|doing))?|nice to meet you|"
    r"is (?:anyone|anybody|somebody|someone) there|am i (?:talking|speaking|writing) to an? \w+|"
    r"(?:so )?are you (?:an? )?(?:real|ai|bot|robot|human|machine|computer|person|program)"
    r"(?: (?:person|human|being))?(?: or (?:an? )?\w+)?)?\W*$",
    re.IGNORECASE,
)
_PLAIN = str.maketrans({"’": "", "'": "", "“": '"', "”": '"'})

_SHORTS = [
    (
        kind,
        re.compile(
            rf"^(?:(?:um+|uh+|well|ok|oh|hm+|so)[ ,.]+)?(?:{words.pattern})"
            rf"(?:[ ,.]+(?:{words.pattern}))*"
            r"(?:[ ,.]+(?:tbh|honestly|really|lol|i guess))?$"
        ),
    )
    for kind, words in _PHRASES.kinds("shorts")
]
_VOWELLESS = re.compile(
    r"^(?:[bcdfghjklmnpqrstvwxz]{4,}|(?:[asdfghjkl;]{5,})|(?:[qwertyuiop]{6,})|(.)\1{4,})$"
)
_YOU = re.compile(r"\bu\b")
_WORD = re.compile(r"[^\W\d_]+")
_AND_YOU = re.compile(r"\b(?:how (?:are|r) you|and you|you\W*$)")
_STOP = re.compile(r"[.!?]+\s+")
_MORE = 4  # words behind a thank you that are more than that
_FIRST = 3  # answers within which "not so good" replies to a hello
_STRONG_TALK = 12  # words up to which pushback, thanks and questions about us are the whole message


class Act(NamedTuple):
    """The kind of a message.

    Attributes:
        name: The act.
        kind: Which of its kinds, such as `agree` of a short reply; empty for none.
        asked: Whether the coach's last turn ended with a question.
    """

    name: ActName
    kind: str = ""
    asked: bool = False


def is_greeting(message: str) -> bool:
    """Whether a message is a hello, or asks who answers here, and nothing more.

    Args:
        message: Her message.

    Returns:
        True for a greeting.
    """
    return re.search(r"\w", message) is not None and _GREETING.match(message) is not None


def find_act(message: str, history: Sequence[Turn] = ()) -> Act:
    """The act of a message.

    Args:
        message: Her message.
        history: The thread before it.

    Returns:
        The act; `story` where nothing else is plain.
    """
    before = [turn.content for turn in history if turn.role == "assistant"]
    asked = bool(before) and "?" in before[-1][-200:]
    plain = _YOU.sub("you", " ".join(message.lower().translate(_PLAIN).split()))
    bare = plain.strip(" .,!?…")
    if is_greeting(message) and not (before and bare.startswith("how are you")):
        return Act("greeting", asked=asked)
    small = _odd(plain, bare) or _short(bare) or _to_us(plain, bool(before))
    early = len(before) < _FIRST and (before or _AND_YOU.search(plain))
    if small is None and early and (state := mood(plain)):
        small = "mood", state
    # In a first message thanks are not for the coach.
    open_yet = small is None or (small[0] == "thanks" and not before)
    if open_yet and (form := find_form(message, plain, running=bool(before))):
        small = "form", form
    name, kind = small or _of_her(_after_thanks(plain), bool(before), asked)
    return Act(name, kind, asked)


def _after_thanks(plain: str) -> str:
    """What she says behind a thank you, where there is something behind it."""
    first, *rest = _STOP.split(plain, maxsplit=1)
    return (
        rest[0]
        if rest and len(rest[0].split()) >= _MORE and _PHRASES["thanks"].match(first)
        else plain
    )


def _of_her(plain: str, running: bool, asked: bool) -> tuple[ActName, str]:
    """A message about her own matters."""
    words = len(plain.split())
    if words <= 2 * _STRONG_TALK and (kind := _first("predicts", plain)):
        return "prediction", kind
    if running and words <= _STRONG_TALK + 3 and (kind := _first("follows", plain)):
        return "follow_up", kind
    if running and words <= 2 * _STRONG_TALK + 16 and is_plan(plain) and not plain.endswith("?"):
        return "plan", ""
    if is_good_news(plain):
        return "good_news", ""
    if _PHRASES["advice"].search(plain) or plain.endswith("?"):
        return "advice", ""
    if asked and words <= 30:
        return "answer", ""
    return ("vent" if running else "story"), ""


def _short(bare: str) -> tuple[ActName, str] | None:
    """A reply of a word or two."""
    return next((("short", kind) for kind, words in _SHORTS if words.match(bare)), None)


def _odd(plain: str, bare: str) -> tuple[ActName, str] | None:
    """Laughter, small talk, and what is no language."""
    if _PHRASES["laugh"].match(plain):
        return "small_talk", "laugh"
    if _PHRASES["small"].match(plain) and len(plain.split()) <= _STRONG_TALK:
        return "small_talk", ""
    words = _WORD.findall(bare)
    if not words and not re.search(r"\w", bare):
        return "short", "nothing"  # dots, a heart, a question mark
    if words and len(words) <= 3 and all(_VOWELLESS.match(word) for word in words):
        return "nonsense", ""
    return None


def _to_us(plain: str, running: bool) -> tuple[ActName, str] | None:
    """Thanks, protest against the coach, or a question about it."""
    words = len(plain.split())
    thanks = _PHRASES["thanks"].match(plain) is not None and _after_thanks(plain) == plain
    if words <= 2 * _STRONG_TALK and thanks and " but " not in plain:
        return "thanks", ""
    most = 2 * _STRONG_TALK if running else _STRONG_TALK // 2
    kind = _first("pushbacks", plain) if words <= most else ""
    if kind and not _PHRASES["reported"].search(plain):
        return "pushback", kind
    if words <= _STRONG_TALK and (kind := _first("abouts", plain)):
        return "about_coach", kind
    return None


def _first(group: str, plain: str) -> str:
    return next((kind for kind, words in _PHRASES.kinds(group) if words.search(plain)), "")
