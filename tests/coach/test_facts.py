"""Facts beyond single messages: what was known, the line for the prompt, odd input."""

import time
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.facts import fact_line, facts_in, still_fits
from coach.reply import Fact, FactKind
from coach.respond.partner import Partner

TODAY = date(2026, 3, 14)
HE = Partner("your husband", "he")
_PIECES = ["he", "she", "we", "my", "ex", "husband", "Tom", "left", "me", "dumped", "broke", "up"]
_PIECES += ["with", "together", "for", "nine", "years", "3", "and", "a", "half", "ago", "since"]
_PIECES += [
    "kids",
    "our",
    "dog",
    "(",
    "[",
    '"',
    "’",
    ".",
    ",",
    "\n",
    "\x00",
    "\ud83d",
    "💔",
    "MY",
    "İ",
    "ß",
]


def _fact(kind: FactKind, value: str, evidence: str = "") -> Fact:
    return Fact(kind=kind, value=value, evidence=evidence)


def _told(message: str, *known: Fact) -> dict[str, str]:
    return {fact.kind: fact.value for fact in facts_in(message, known)}


@pytest.mark.parametrize(
    ("message", "kind", "evidence"),
    [
        ("It’s quiet. My ex Tom – he left me in March!", "ex_name", "My ex Tom"),
        ("my  wife\tof 9 years left", "together", "my wife of 9 years"),
        ("So. he’s just dumped me on Sunday…", "since", "he’s just dumped me on Sunday"),
        ("yes, **we have two small kids**, you see", "tie", "we have two small kids"),
    ],
)
def test_the_evidence_is_in_her_own_words(message: str, kind: str, evidence: str) -> None:
    found = {fact.kind: fact.evidence for fact in facts_in(message)}
    assert found[kind] == evidence


def test_what_is_known_is_not_told_again_but_what_is_new_is() -> None:
    known = (_fact("together", "nine years"), _fact("tie", "children"), _fact("ex_name", "Tom"))
    assert _told("together Nine Years. we have two kids. my ex Tom.", *known) == {}
    assert _told("we were together ten years", *known) == {"together": "ten years"}
    assert _told("we work together", *known) == {"tie": "work"}


def test_going_back_to_an_earlier_value_is_new() -> None:
    known = (_fact("together", "nine years"), _fact("together", "ten years"))
    assert _told("we were together nine years", *known) == {"together": "nine years"}
    assert _told("we were together ten years", *known) == {}


def test_a_known_name_is_understood_also_in_small_letters() -> None:
    assert _told("grantley left me yesterday") == {}
    told = _told("grantley left me yesterday", _fact("ex_name", "Grantley"))
    assert told == {"since": "yesterday", "who_ended": "ex"}


def test_a_new_pronoun_does_not_replace_a_known_one() -> None:
    message = "he asked me out and i said yes to him, he is kind"
    assert _told(message) == {"ex_pronoun": "he"}
    assert _told(message, _fact("ex_pronoun", "she")) == {}


def test_the_example_in_the_documentation() -> None:
    assert _told("my husband left me in march") == {
        "ex_word": "husband",
        "ex_pronoun": "he",
        "since": "in march",
        "who_ended": "ex",
    }


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(_PIECES),
        max_size=25,
    ).map(" ".join)
)
def test_any_text_gives_facts_in_its_own_words(message: str) -> None:
    for fact in facts_in(message):
        assert fact.value
        assert " ".join(fact.evidence.split()) in " ".join(message.split())


@pytest.mark.parametrize(
    "unit", ["my ex ", "left me ", "a year and ", "together ", "he and i ", "("]
)
def test_a_long_message_is_read_quickly(unit: str) -> None:
    began = time.perf_counter()
    facts_in(unit * (20_000 // len(unit)))
    assert time.perf_counter() - began < 1.5


# The line for the prompt


def test_the_line_says_what_is_known() -> None:
    facts = (
        _fact("ex_word", "husband"),
        _fact("together", "nine years"),
        _fact("since", "two weeks ago"),
        _fact("who_ended", "ex"),
        _fact("tie", "children", "we have two kids"),
    )
    assert fact_line(facts, HE) == "together nine years; he ended it two weeks ago; two kids"


@pytest.mark.parametrize(
    ("facts", "partner", "line"),
    [
        ((), HE, ""),
        ((_fact("ex_pronoun", "he"),), HE, ""),
        ((_fact("ex_name", "Tom"),), HE, "the ex is called Tom"),
        ((_fact("ex_name", "Tom"),), Partner("Tom", "he"), ""),
        ((_fact("since", "three months"),), HE, "it ended three months ago"),
        ((_fact("since", "in march"), _fact("who_ended", "both")), HE, "both ended it in march"),
        ((_fact("who_ended", "me"),), Partner("your wife", "she"), "the writer ended it"),
        ((_fact("who_ended", "ex"),), Partner("your ex", "they"), "they ended it"),
        ((_fact("together", "since college"),), HE, "together since college"),
        ((_fact("together", "married ten years"),), HE, "married ten years"),
        (
            (_fact("tie", "children", "our son"), _fact("tie", "pet")),
            HE,
            "children together; they share a pet",
        ),
        ((_fact("together", "a year"), _fact("together", "two years")), HE, "together two years"),
    ],
)
def test_the_line_in_each_case(facts: tuple[Fact, ...], partner: Partner, line: str) -> None:
    assert fact_line(facts, partner) == line


def test_the_line_has_thirty_words_at_most() -> None:
    long = "word " * 40
    kinds: list[FactKind] = ["ex_name", "ex_name", "together", "since", "who_ended"]
    facts = [_fact(kind, long) for kind in kinds] + [
        _fact("tie", value) for value in ("children", "flat", "work", "pet", "studies")
    ]
    line = fact_line(facts, HE)
    assert 0 < len(line.split()) <= 30
    assert "\n" not in line


# How long a fact stays true


@pytest.mark.parametrize(
    ("value", "days", "fits"),
    [
        ("yesterday", 0, True),
        ("yesterday", 1, False),
        ("this morning", 1, False),
        ("last Sunday", 2, True),
        ("last Sunday", 5, False),
        ("two weeks ago", 4, True),
        ("two weeks ago", 8, False),
        ("three months", 14, True),
        ("three months", 40, False),
        ("in march", 60, True),
        ("in march 2025", 400, True),
        ("two years ago", 200, False),
    ],
)
def test_how_long_it_is_over_goes_out_of_date(value: str, days: int, fits: bool) -> None:
    assert still_fits(_fact("since", value), TODAY - timedelta(days=days), TODAY) is fits


@pytest.mark.parametrize("kind", ["ex_name", "together", "who_ended", "tie"])
def test_other_facts_do_not(kind: FactKind) -> None:
    assert still_fits(_fact(kind, "nine years"), TODAY - timedelta(days=4000), TODAY)
