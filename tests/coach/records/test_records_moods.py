from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from coach.errors import MessageError, NotFoundError
from coach.records import Records

TODAY = date(2026, 3, 14)


def test_check_ins_come_back_in_order(records: Records, person: str, thread: str) -> None:
    start = records.moods.check_in(person, "start", 2, thread)
    end = records.moods.check_in(person, "end", "  a bit\nlighter ")
    records.close()
    records.open()

    assert records.moods.check_ins(person) == [start, end]
    assert (start.moment, start.mood, start.word, start.thread) == ("start", 2, None, thread)
    assert (end.moment, end.mood, end.word, end.thread) == ("end", None, "a bit lighter", None)
    assert start.created_at <= end.created_at
    assert abs(end.created_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert records.moods.check_ins(records.create_person()) == []


@pytest.mark.parametrize("mood", [1, 5, "numb", "x" * 40])
def test_faces_and_words_are_taken(records: Records, person: str, mood: int | str) -> None:
    stored = records.moods.check_in(person, "start", mood)
    assert mood in (stored.mood, stored.word)


@pytest.mark.parametrize("mood", [0, 6, True, 2.5, "", " \n", "x" * 41, None])
def test_other_moods_are_refused(records: Records, person: str, mood: Any) -> None:
    with pytest.raises(MessageError, match="five faces"):
        records.moods.check_in(person, "start", mood)
    assert records.moods.check_ins(person) == []


def test_a_check_in_outlives_its_conversation(records: Records, person: str, thread: str) -> None:
    records.moods.check_in(person, "end", "tired", thread)
    records.delete_thread(person, thread)
    (stored,) = records.moods.check_ins(person)
    assert (stored.word, stored.thread) == ("tired", None)


def test_days_are_counted_only_if_she_wants_to(records: Records, person: str) -> None:
    assert records.moods.last_contact(person) is None
    assert records.moods.days_since_contact(person, TODAY) is None

    records.moods.set_last_contact(person, TODAY - timedelta(days=12))
    assert records.moods.last_contact(person) == TODAY - timedelta(days=12)
    assert records.moods.days_since_contact(person, TODAY) == 12
    assert records.moods.days_since_contact(records.create_person(), TODAY) is None

    records.moods.set_last_contact(person, TODAY)
    assert records.moods.days_since_contact(person, TODAY) == 0
    assert records.moods.days_since_contact(person, TODAY - timedelta(days=1)) == 0

    records.moods.set_last_contact(person, None)
    assert records.moods.days_since_contact(person, TODAY) is None


def test_nobody_else_is_reached(records: Records, person: str, thread: str) -> None:
    other = records.create_person()
    with pytest.raises(NotFoundError, match="conversation"):
        records.moods.check_in(other, "start", 3, thread)
    for call in (
        lambda: records.moods.check_in("nobody", "start", 3),
        lambda: records.moods.check_ins("nobody"),
        lambda: records.moods.set_last_contact("nobody", TODAY),
        lambda: records.moods.last_contact("nobody"),
        lambda: records.moods.days_since_contact("nobody", TODAY),
    ):
        with pytest.raises(NotFoundError, match="person"):
            call()
    assert records.moods.check_ins(other) == []
