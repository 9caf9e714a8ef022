"""What a thread already holds: the moment it is in, the ideas it has heard, what she told."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from coach.reply import Fact, Turn
from coach.respond.acts import find_act
from coach.respond.drawing import fragment
from coach.respond.moments import Moment
from coach.respond.phrasebook import Voice

__all__ = ["Memory", "Thread", "Told", "fact_line", "told_in"]

_NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "couple": 2,
    "three": 3,
    "few": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
}
_UNITS = {"day": 1 / 30, "night": 1 / 30, "week": 7 / 30, "month": 1.0, "year": 12.0}
_DURATION = re.compile(
    rf"\b(?P<number>\d+(?:\.\d)?|{'|'.join(_NUMBERS)})(?:[- ]\w+)??(?: of)? "
    rf"(?P<unit>{'|'.join(_UNITS)})s?\b"
)
# A time with a name is no span: "last week", "on Christmas day".
_DATED = re.compile(r"(?:last|this|on|in|at|the day|yesterday|today|since)\b", re.IGNORECASE)
_SPAN = re.compile(r"^(?:(?:about|nearly|almost|over|around|only|just) )?[\w. -]+?(?= ago$|$)")
_RUNNING = (Turn(role="assistant", content="…"),)
_RECALLS = (
    "recall_quote",
    "together_long",
    "together_short",
    "since_short",
    "since_long",
    "ended_me",
    "ended_ex",
    "told_both",
    "told_since_ex",
    "told_since_me",
    "told_since",
)
_DIGITS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_LASTED = re.compile(
    r"^(?:(?:about|nearly|almost|over|around|only|just) )?[\w.]+(?: and a half)?(?: \w+)?"
    r" (?:days?|weeks?|months?|years?)$"
)
_SPAN_WORDS = 6
_WORN = 4  # turns looked back at, and how many in a moment after which it no longer holds by itself
_WORN_OUT = 2
_LONG_TOGETHER = 36.0  # months
_SHORT_TOGETHER = 11.0
_SHORT_SINCE = 1.5
_LONG_SINCE = 8.0


class Memory(NamedTuple):
    """Lines known again by their longest fixed part.

    Attributes:
        moments: Part and moment.
        ideas: Part and passage.
        recalls: Parts of the lines that call something back.
    """

    moments: tuple[tuple[str, Moment], ...]
    ideas: tuple[tuple[str, str], ...]
    recalls: tuple[str, ...]

    @classmethod
    def of(cls, voice: Voice) -> "Memory":
        """The memory of a phrase book."""
        return cls(
            tuple((fragment(line), m) for m in voice.moments for line in m.lines),
            (
                *((fragment(text), slug) for slug in voice.slugs for text in voice.advice(slug)),
                *((fragment(t), s) for m in voice.moments for t, s in voice.turns(m) if s),
            ),
            tuple(fragment(line) for key in _RECALLS for line in voice.acts[key]),
        )


class Thread:
    """The thread before a message.

    Args:
        history: Its turns.
        memory: The phrase book's lines.
    """

    def __init__(self, history: Sequence[Turn], memory: Memory) -> None:
        self._memory = memory
        self.ours = [turn.content.lower() for turn in history if turn.role == "assistant"]
        self.hers = [turn.content for turn in history if turn.role == "user"]
        # Protest and good news are known from the words alone, in any running thread.
        self._kinds = [find_act(text, _RUNNING) for text in self.hers[-8:]]

    @property
    def moment(self) -> Moment | None:
        """The moment the coach last spoke to, while it is not worn out.

        Who does not speak of it again herself has gone on.
        """
        recent = [self._moment_of(text) for text in self.ours[-_WORN:]]
        last = next((moment for moment in reversed(recent[-2:]) if moment), None)
        return None if sum(moment is last for moment in recent) >= _WORN_OUT else last

    def _moment_of(self, text: str) -> Moment | None:
        found = [moment for part, moment in self._memory.moments if part in text]
        return max(found, key=found.count) if found else None

    @property
    def asked(self) -> bool:
        """Whether the coach's last turn ended with a question."""
        return bool(self.ours) and self.ours[-1].rstrip().endswith("?")

    @property
    def begun(self) -> int:
        """How many answers the coach has given."""
        return len(self.ours)

    @property
    def no_quotes(self) -> bool:
        """Whether she asked not to be quoted."""
        return any(act.name == "pushback" and act.kind == "quoting" for act in self._kinds)

    @property
    def wary(self) -> bool:
        """Whether she protested in one of her last two messages."""
        return any(act.name == "pushback" for act in self._kinds[-2:])

    @property
    def weary(self) -> bool:
        """Whether she asked, in one of her last three messages, not to be asked so much."""
        return any(act.name == "pushback" and act.kind == "questions" for act in self._kinds[-3:])

    @property
    def last_act(self) -> str:
        """The kind of her last message, empty where there was none."""
        return self._kinds[-1].name if self._kinds else ""

    def ideas(self, turns: int) -> set[str]:
        """Passages whose idea the coach gave in its last turns."""
        text = "\n".join(self.ours[-turns:]) if turns else ""
        return {slug for part, slug in self._memory.ideas if part in text}

    def heard_often(self, slug: str) -> bool:
        """Whether the thread has heard two lines or more of a passage."""
        text = "\n".join(self.ours)
        return sum(part in text for part, named in self._memory.ideas if named == slug) > 3

    def recalled(self, turns: int) -> bool:
        """Whether something was called back in the last turns."""
        text = "\n".join(self.ours[-turns:])
        return any(part in text for part in self._memory.recalls)

    def quoted(self, turns: int) -> bool:
        """Whether her words were quoted in the last turns."""
        return any("“" in text for text in self.ours[-turns:])


class Told(NamedTuple):
    """A line's pool and slots for what one message tells.

    Attributes:
        pool: Name of the pool.
        slots: What fills its lines.
    """

    pool: str
    slots: dict[str, str]


def told_in(message: str, facts: Sequence[Fact]) -> Told | None:
    """What a message itself tells of the length and the end of it.

    Args:
        message: Her message.
        facts: What she told so far; those of other messages are left out.

    Returns:
        The pool and its slots, or None where the message does not say when it ended.
    """
    plain = " ".join(message.lower().split())
    here = {
        fact.kind: fact.value
        for fact in facts
        if " ".join(fact.evidence.lower().split()).rstrip("… ")[:40] in plain
    }
    since, together = _since(here.get("since", "")), _together(here.get("together", ""))
    if not since:
        return None
    slots = {"since": since, "Since": since[0].upper() + since[1:]}
    if together:
        slots |= {"together": together, "Together": together[0].upper() + together[1:]}
        return Told("told_both", slots)
    who = here.get("who_ended")
    return Told(f"told_since_{who}" if who in ("me", "ex") else "told_since", slots)


def _since(value: str) -> str:
    """When it ended, to stand in a sentence: "three days ago", "in March", "yesterday"."""
    value = _worded(value)
    if not value or len(value.split()) > _SPAN_WORDS:
        return ""
    spans = _LASTED.match(value) and not _DATED.match(value)
    return f"{value} ago" if spans else value


def _together(value: str) -> str:
    """How long it lasted: "seven years", "six years of marriage", "all the time since school"."""
    value = _worded(value)
    if not value or len(value.split()) > _SPAN_WORDS:
        return ""
    if value.startswith("since "):
        return f"all the time {value}"
    for word, noun in (("married ", "marriage"), ("engaged ", "being engaged")):
        if value.startswith(word):
            value = f"{value.removeprefix(word)} of {noun}"
    return value


def _worded(value: str) -> str:
    """Small numbers as words, and no capital but those of names."""
    words = [
        _DIGITS[int(w)] if w.isdigit() and 0 < int(w) < len(_DIGITS) else w for w in value.split()
    ]
    text = " ".join(words)
    return re.sub(r"\bcouple (?!of)", "couple of ", text[:1].lower() + text[1:])


def fact_line(facts: Sequence[Fact]) -> tuple[str, str] | None:
    """The pool of lines for what she told, and the words to put in.

    Args:
        facts: What she told, the newest last.

    Returns:
        Name of the pool and the words, or None where nothing of it calls for a line.
    """
    told = {fact.kind: fact.value for fact in facts}
    together, span = _months(told.get("together", ""))
    if together >= _LONG_TOGETHER:
        return "together_long", span
    if 0 < together <= _SHORT_TOGETHER:
        return "together_short", span
    since, span = _months(told.get("since", ""))
    if 0 < since <= _SHORT_SINCE:
        return "since_short", span
    if since >= _LONG_SINCE:
        return "since_long", span
    if told.get("who_ended") in ("me", "ex"):
        return f"ended_{told['who_ended']}", ""
    return None


def _months(value: str) -> tuple[float, str]:
    """A length of time in months, and the words for it; 0 where it is none."""
    plain = value.lower().strip()
    found = _DURATION.search(plain)
    span = _SPAN.match(plain)
    if found is None or span is None or len(plain.split()) > 5:
        return 0.0, ""
    number = found["number"]
    count = float(number) if number[0].isdigit() else float(_NUMBERS[number])
    return count * _UNITS[found["unit"]], _worded(span[0])
