"""What is read from messages: nothing wrong, and most of what is there."""

from pathlib import Path

import pytest
import yaml

from coach.facts import facts_in

_FILE = Path(__file__).with_name("facts_messages.yaml")
MESSAGES: list[tuple[str, dict[str, str]]] = [
    (row["text"], row.get("facts", {})) for row in yaml.safe_load(_FILE.read_text("utf-8"))
]


def _told(message: str) -> set[tuple[str, str]]:
    return {(fact.kind, fact.value) for fact in facts_in(message)}


@pytest.mark.parametrize(("message", "expected"), MESSAGES, ids=[text for text, _ in MESSAGES])
def test_nothing_is_read_that_was_not_told(message: str, expected: dict[str, str]) -> None:
    assert _told(message) <= set(expected.items())


def test_most_of_what_was_told_is_read() -> None:
    told = [(message, pair) for message, expected in MESSAGES for pair in expected.items()]
    missed = [(message, pair) for message, pair in told if pair not in _told(message)]
    assert len(missed) <= 0.05 * len(told), missed


def test_there_are_enough_messages_of_both_sorts() -> None:
    telling = sum(bool(expected) for _, expected in MESSAGES)
    assert len(MESSAGES) >= 120
    assert min(telling, len(MESSAGES) - telling) >= 50
