"""What is known of her in one short line, for a prompt."""

import re
from collections.abc import Mapping, Sequence

from coach.facts.vocabulary import DURATION
from coach.reply import Fact, FactKind
from coach.respond.partner import Partner

__all__ = ["fact_line"]

_WORDS = 30
_VALUE_WORDS = 6
_LASTED = re.compile(DURATION, re.IGNORECASE)
_TIES = {
    "flat": "they still share a home",
    "work": "they work together",
    "pet": "they share a pet",
    "studies": "they study together",
}
_CHILDREN = re.compile(
    r"\b(\d|one|two|three|four|five|six)\b(?:[\s\w-]{0,20}?)\b"
    r"(kids?|child(?:ren)?|sons|daughters|boys|girls|babies|twins)\b",
    re.IGNORECASE,
)


def fact_line(facts: Sequence[Fact], partner: Partner) -> str:
    """Put what she told into one line.

    Args:
        facts: What she told, oldest first.
        partner: Her word and pronoun for the ex.

    Returns:
        At most 30 words, such as `together nine years; he ended it two weeks ago; two
        children`; empty when there is nothing to say.
    """
    newest = {fact.kind: _short(fact.value) for fact in facts}
    parts = [_names(facts, partner)]
    if "together" in newest:
        length = newest["together"]
        parts.append(length if length.startswith(("married", "engaged")) else f"together {length}")
    parts.append(_ending(newest, partner))
    parts += [_tie(fact) for fact in facts if fact.kind == "tie"]
    line = ""
    for part in filter(None, parts):
        longer = f"{line}; {part}" if line else part
        if len(longer.split()) <= _WORDS:
            line = longer
    return line


def _names(facts: Sequence[Fact], partner: Partner) -> str:
    names = [_short(fact.value) for fact in facts if fact.kind == "ex_name"]
    unsaid = [name for name in names if name not in partner.noun]
    return f"the ex is called {' or '.join(unsaid[-2:])}" if unsaid else ""


def _ending(newest: Mapping[FactKind, str], partner: Partner) -> str:
    when = newest.get("since", "")
    if when and _LASTED.fullmatch(when):
        when += " ago"
    who = {
        "ex": f"{partner.pronoun} ended it",
        "me": "the writer ended it",
        "both": "both ended it",
    }.get(newest.get("who_ended", ""), "it ended" if when else "")
    return f"{who} {when}".strip()


def _tie(fact: Fact) -> str:
    if fact.value != "children":
        return _TIES.get(fact.value, "")
    counted = _CHILDREN.search(fact.evidence)
    return f"{counted[1].lower()} {counted[2].lower()}" if counted else "children together"


def _short(value: str) -> str:
    return " ".join(value.split()[:_VALUE_WORDS])
