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
    wanted |= {
        "injection",
        "off_topic",
        "close",
        "no_contact",
        "safe_now",
        "way_back",
        "adult",
        "plea",
        "eased",
    }
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
    assert [one.about for one in BOOK(normalise(text)) if one.route != "adult"] == [about]


@pytest.mark.parametrize(
    "text",
    [
        "he hit me, just like my first husband did",
        "My previous boyfriend hit me and I still love him",
        "A former boyfriend hit me for years, we broke up in May and I want him back",
        "he choked me, in a previous relationship nobody ever did that",
        "my ex cheated on me, same as my first boyfriend cheated",
        "he blocked me everywhere, just like another ex did",
        "my first husband hit me and so does my boyfriend",
        "my first husband hit me, my husband hits me too",
        "like my first husband, he hit me",
        "my first boyfriend hit me",
    ],
)
def test_when_in_doubt_it_was_this_ex(text: str) -> None:
    assert {one.about for one in BOOK(normalise(text)) if one.route != "adult"} == {"ex"}


@pytest.mark.parametrize(
    "text",
    [
        "my first husband drank and hit me for years",
        "I was beaten by my first husband",
        "my boyfriend before him hit me",
        "my first marriage was abusive",
        "years before we met my first boyfriend hit me",
    ],
)
def test_what_somebody_before_did_is_not_laid_to_this_ex(text: str) -> None:
    assert {signal.about for signal in BOOK(normalise(text))} == {"earlier_partner"}


@pytest.mark.parametrize(
    "text",
    [
        "My first husband hit me. Now my boyfriend hits me too.",
        "my first husband hit me and now he hits me",
        "my first husband h1t me. my boyfriend h1ts me",
    ],
)
def test_both_are_told_of(text: str) -> None:
    found = [s.about for s in BOOK(normalise(text)) if s.rule == "rules:abuse-hit"]
    assert sorted(found) == ["earlier_partner", "ex"]


def _marks(text: str) -> set[str]:
    return {signal.route for signal in BOOK(normalise(text))} & {"crisis", "safe_now"}


@pytest.mark.parametrize(
    "text",
    [
        "im safe now i already took them all",
        "i'm safe now, i took all of them",
        "I am safe here, nobody will find me in time",
        "I feel safe now that I have decided",
        "i feel safe in heaven soon",
        "i am safe, they can't stop me now",
        "I'm safe now, it will all be over soon",
        "I'm safe now. Standing on the edge.",
        "I won't do it, calling strangers is not for me",
        "I'm not going to do it",
        "im not going to do anything",
        "no intention of doing it",
    ],
)
def test_these_are_no_plain_word_that_she_is_safe(text: str) -> None:
    assert "safe_now" not in _marks(text)


@pytest.mark.parametrize(
    "text",
    [
        "I'm safe. I gave the pills to my sister",
        "I'm safe. My flatmate took the knife away",
        "Yes, I'm safe but still sad",
        "I am safe tonight",
        "i'm safe today, thank you",
        "I am safe now and I am not going to kill myself",
        "I'm safe now. When does it stop hurting?",
    ],
)
def test_these_are(text: str) -> None:
    assert _marks(text) == {"safe_now"}


@pytest.mark.parametrize(
    "text",
    [
        "i messaged my best friend goodbye and thank you for everything",
        "i texted my sister goodbye",
        "i told my friends i'd be gone by morning",
        "i will catch the bus for good",
    ],
)
def test_a_goodbye_is_a_crisis(text: str) -> None:
    assert _marks(text) == {"crisis"}


@pytest.mark.parametrize(
    "text",
    [
        "he hit me with his best joke",
        "he hit me with a pillow while we laughed",
        "we used to catch the bus together",
        "I catch the bus at seven and she is always on it",
        "I texted my sister goodbye before her flight",
    ],
)
def test_ordinary_life_is_left_alone(text: str) -> None:
    assert list(BOOK(normalise(text))) == []


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
