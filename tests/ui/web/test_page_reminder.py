"""After some hours of one sitting she is reminded that a program writes."""

from datetime import UTC, datetime, timedelta

import pytest

from coach.records import StoredTurn
from coach.reply import Turn
from ui.web.conversation import Conversation
from ui.web.words import load_words

WORDS = load_words()


def _turns(*minutes: int) -> list[StoredTurn]:
    began = datetime(2026, 11, 23, 20, tzinfo=UTC)
    turns = []
    for index, minute in enumerate(minutes):
        role = "user" if index % 2 == 0 else "assistant"
        turn = Turn.model_validate({"role": role, "content": f"{role} {index}"})
        at = began + timedelta(minutes=minute)
        turns.append(StoredTurn(id=str(index), parent=None, turn=turn, reply=None, created_at=at))
    return turns


def _reminded(*minutes: int) -> list[int]:
    """Before which turns the reminder stands."""
    blocks = Conversation("t", _turns(*minutes)).blocks(WORDS)
    texts = [block["content"][0]["text"] for block in blocks]
    before = [texts[index + 1] for index, text in enumerate(texts) if text == WORDS.reminder]
    return [int(text.split()[1]) for text in before]


@pytest.mark.parametrize(
    ("minutes", "reminded"),
    [
        ((0, 1, 50, 51), []),
        ((0, 1, 55, 56, 110, 111, 165, 166, 181, 182), [9]),
        # A pause of more than an hour begins a new sitting.
        ((0, 1, 50, 51, 170, 171, 190, 191), []),
        # And again three hours later.
        (tuple(range(0, 500, 20)), [9, 19]),
    ],
)
def test_every_three_hours_of_one_sitting(minutes: tuple[int, ...], reminded: list[int]) -> None:
    assert _reminded(*minutes) == reminded
