"""The rules file: every example in it, its form, and its time."""

import time
from typing import get_args

import pytest

from coach.errors import ConfigError
from coach.safety.normalise import normalise
from coach.safety.rules import RuleBook
from coach.safety.screen import Door

BOOK = RuleBook.load()
MATCH = [(rule.id, text) for rule in BOOK.rules for text in rule.must_match]
NO_MATCH = [(rule.id, text) for rule in BOOK.rules for text in rule.must_not_match]

ONE_RULE = """
words: {{}}
rules:
  - id: {id}
    route: {route}
    patterns: ["{pattern}"]
    must_match: [a, b, c]
    must_not_match: [d, e, f]
"""


@pytest.mark.parametrize(("rule", "text"), MATCH)
def test_must_match(rule: str, text: str) -> None:
    assert BOOK.matches(rule, text)


@pytest.mark.parametrize(("rule", "text"), NO_MATCH)
def test_must_not_match(rule: str, text: str) -> None:
    assert not BOOK.matches(rule, text)


def test_every_road_that_needs_a_rule_has_one() -> None:
    wanted = {"crisis", "abuse", "violence", "boundary", "cheating", "minor", "professional"}
    wanted |= {"injection", "off_topic", "close", "no_contact", "safe_now", "way_back"}
    wanted |= {f"door_{door}" for door in get_args(Door)}
    assert {rule.route for rule in BOOK.rules} == wanted


def test_evidence_keeps_her_spelling() -> None:
    (signal,) = BOOK(normalise("Last night he PUNCHED  me, again"))
    assert signal.evidence == "he PUNCHED  me"
    assert signal.span == (11, 25)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("my husband punched me", "ex"),
        ("my first husband punched me", "earlier_partner"),
        ("my father beat me", "parent"),
    ],
)
def test_of_whom_she_speaks(text: str, about: str) -> None:
    assert [signal.about for signal in BOOK(normalise(text))] == [about]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"route": "nowhere"}, "route"),
        ({"pattern": "(open"}, "missing"),
        ({"pattern": "{nobody} left"}, "no such word list"),
        ({"id": "Not An Id"}, "id"),
    ],
)
def test_a_wrong_file_is_refused_with_a_reason(change: dict[str, str], complaint: str) -> None:
    fields = {"id": "one", "route": "abuse", "pattern": "fine"} | change
    with pytest.raises(ConfigError, match=complaint):
        RuleBook(ONE_RULE.format(**fields))


def test_a_greedy_pattern_cannot_hang() -> None:
    book = RuleBook(ONE_RULE.format(id="one", route="abuse", pattern="(?:a+)+b"))
    began = time.perf_counter()
    assert not list(book(normalise("a" * 20_000)))
    assert time.perf_counter() - began < 2
