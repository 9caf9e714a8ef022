"""The same words answered again, a message taken back, and what she thought of an answer."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from coach.errors import MessageError, NotFoundError
from coach.records import Records
from coach.reply import Disclosure, Fact, Reply

Make = Callable[..., Reply]


def test_answers_to_the_same_words_at_the_same_place(
    records: Records, person: str, thread: str, reply: Make
) -> None:
    first = records.add_exchange(person, thread, "He left.", reply("One."), None)
    records.add_exchange(person, thread, "He left.", reply("Two."), None)
    records.add_exchange(person, thread, "He left.", reply("Three."), first.coach)
    records.add_exchange(person, thread, "She left.", reply("Four."), None)
    answers = records.branches.answers_to
    assert answers(person, thread, None, "He left.") == ["One.", "Two."]
    assert answers(person, thread, first.coach, "He left.") == ["Three."]
    assert answers(person, thread, first.coach, "She left.") == []
    with pytest.raises(NotFoundError):
        answers(records.create_person(), thread, None, "He left.")


def test_a_message_is_taken_back_with_all_that_follows(
    records: Records,
    person: str,
    thread: str,
    reply: Make,
    disclosed: Callable[..., Disclosure],
    database: Path,
) -> None:
    first = records.add_exchange(person, thread, "Hello.", reply("One."), None)
    told = reply("Two.", disclosed("abuse", "canaryhit me")).model_copy(
        update={"facts": (Fact(kind="together", value="3 years", evidence="canary 3 years"),)}
    )
    second = records.add_exchange(
        person, thread, "canary 3 years, he canaryhit me", told, first.coach
    )
    records.add_exchange(person, thread, "canary again", reply("Three."), second.coach)
    with pytest.raises(NotFoundError):
        records.branches.take_back(records.create_person(), thread, second.user)
    with pytest.raises(NotFoundError):
        records.branches.take_back(person, thread, second.coach)
    said = records.branches.take_back(person, thread, second.user)
    assert said == "canary 3 years, he canaryhit me"
    assert [one.turn.content for one in records.history(person, thread)] == ["Hello.", "One."]
    assert [one.kind for one in records.in_force(person)] == ["abuse"]
    assert records.memory.facts(person) == []
    assert "canary" not in json.dumps(records.export(person))
    records.close()
    for file in database.parent.iterdir():
        assert b"canary" not in file.read_bytes(), file.name


def test_an_edited_message_taken_back_leaves_the_one_before_it(
    records: Records, person: str, thread: str, reply: Make
) -> None:
    records.add_exchange(person, thread, "Before.", reply("One."), None)
    edited = records.add_exchange(person, thread, "After.", reply("Two."), None)
    assert [one.turn.content for one in records.history(person, thread)] == ["After.", "Two."]
    records.branches.take_back(person, thread, edited.user)
    assert [one.turn.content for one in records.history(person, thread)] == ["Before.", "One."]


def test_what_she_thought_of_an_answer(
    records: Records, person: str, thread: str, reply: Make
) -> None:
    ids = records.add_exchange(person, thread, "Hello.", reply("One."), None)
    rate = records.ratings.rate
    rate(person, thread, ids.coach, "cold")
    rate(person, thread, ids.coach, "good")
    assert records.ratings.of_thread(person, thread) == {ids.coach: "good"}
    assert records.export(person)["threads"][0]["turns"][1]["rating"] == "good"
    rate(person, thread, ids.coach, None)
    assert records.ratings.of_thread(person, thread) == {}
    with pytest.raises(NotFoundError):
        rate(person, thread, ids.user, "good")
    with pytest.raises(NotFoundError):
        rate(records.create_person(), thread, ids.coach, "good")
    with pytest.raises(MessageError):
        rate(person, thread, ids.coach, "splendid")  # type: ignore[arg-type]
    rate(person, thread, ids.coach, "long")
    records.branches.take_back(person, thread, ids.user)
    assert records.ratings.of_thread(person, thread) == {}
