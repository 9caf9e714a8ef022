"""The lock: what opens it, what does not, and that it closes by itself only where she asked."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from coach.errors import MessageError, NotFoundError
from coach.records import LockState, Records, lock

WORDS = "a quiet lamp"

Later = Callable[[timedelta], None]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Time goes by for the lock."""
    gone = timedelta()

    def pass_by(time: timedelta) -> None:
        nonlocal gone
        gone += time

    monkeypatch.setattr(lock, "now", lambda: datetime.now(UTC) + gone)
    return pass_by


def test_a_lock_stays_closed_until_it_is_opened(records: Records, person: str) -> None:
    assert records.lock.state(person) == LockState()
    records.lock.close(person)
    records.lock.close(person)
    records.close()
    records.open()
    assert records.lock.state(person) == LockState(locked=True)
    assert records.lock.open(person) == "right"
    assert not records.lock.state(person).locked


def test_a_passphrase_is_asked_for_and_not_kept(
    records: Records, person: str, database: Path
) -> None:
    assert records.lock.set_passphrase(person, WORDS) == "right"
    records.lock.close(person)
    assert records.lock.open(person) == "wrong"
    assert records.lock.open(person, WORDS + " ") == "wrong"
    state = records.lock.state(person)
    assert (state.locked, state.has_passphrase, state.tried) == (True, True, True)
    assert records.lock.open(person, WORDS) == "right"
    assert records.lock.state(person) == LockState(has_passphrase=True)
    records.close()
    assert not any(WORDS.encode() in file.read_bytes() for file in database.parent.iterdir())


def test_the_same_letters_of_another_keyboard_open_it(records: Records, person: str) -> None:
    records.lock.set_passphrase(person, "café noir")
    assert records.lock.open(person, "cafe\u0301 noir") == "right"
    assert records.lock.open(person, "\ud83d half of a pair") == "wrong"


def test_only_the_old_one_changes_it_or_takes_it_away(records: Records, person: str) -> None:
    with pytest.raises(MessageError, match="8"):
        records.lock.set_passphrase(person, "seven 7")
    records.lock.set_passphrase(person, WORDS)
    assert records.lock.set_passphrase(person, "another one") == "wrong"
    assert records.lock.set_passphrase(person, None, "another one") == "wrong"
    assert records.lock.open(person, "another one") == "wrong"
    assert records.lock.set_passphrase(person, "another one", WORDS) == "right"
    assert records.lock.open(person, WORDS) == "wrong"
    assert records.lock.open(person, "another one") == "right"
    assert records.lock.set_passphrase(person, None, "another one") == "right"
    assert not records.lock.state(person).has_passphrase
    records.lock.close(person)
    assert records.lock.open(person) == "right"


def test_after_five_wrong_ones_each_wait_is_longer(
    records: Records, person: str, later: Later
) -> None:
    records.lock.set_passphrase(person, WORDS)
    records.lock.close(person)
    for _ in range(5):
        assert not records.lock.state(person).wait
        assert records.lock.open(person, "not this one") == "wrong"
    before = timedelta()
    for _ in range(10):
        records.close()
        records.open()
        wait = records.lock.state(person).wait
        assert before < wait + timedelta(seconds=5)
        assert wait <= timedelta(hours=1)
        assert records.lock.open(person, WORDS) == "wait"
        assert records.lock.set_passphrase(person, "another one", WORDS) == "wait"
        assert records.lock.state(person).wait <= wait  # asking again costs nothing
        later(wait)
        before = wait
        assert records.lock.open(person, "not this one") == "wrong"
    assert before > timedelta(minutes=59)
    later(timedelta(hours=1))
    assert records.lock.open(person, WORDS) == "right"
    assert records.lock.state(person) == LockState(has_passphrase=True)


def test_attempts_at_the_same_moment_are_counted_one_by_one(records: Records, person: str) -> None:
    records.lock.set_passphrase(person, WORDS)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: records.lock.open(person, "not this one"), range(16)))
    assert (made.count("wrong"), made.count("wait")) == (5, 11)


def test_it_closes_by_itself_only_where_she_asked(
    records: Records, person: str, later: Later
) -> None:
    with pytest.raises(MessageError, match="passphrase"):
        records.lock.close_when_away(person, True)
    records.lock.set_passphrase(person, WORDS)
    later(timedelta(days=1))
    assert not records.lock.state(person).locked
    records.lock.close_when_away(person, True)
    for _ in range(4):
        later(timedelta(minutes=9))
        assert not records.lock.state(person).locked
        records.lock.seen(person)
    later(timedelta(minutes=11))
    assert records.lock.state(person).locked
    records.lock.seen(person)  # too late
    assert records.lock.state(person).locked
    assert records.lock.open(person, WORDS) == "right"
    assert not records.lock.state(person).locked

    later(timedelta(minutes=-20))  # the clock was set back
    assert records.lock.state(person).locked
    assert records.lock.open(person, WORDS) == "right"
    records.lock.set_passphrase(person, None, WORDS)
    assert not records.lock.state(person).when_away
    later(timedelta(days=1))
    assert not records.lock.state(person).locked


def test_being_seen_is_noted_only_where_her_lock_asks(
    records: Records, person: str, database: Path
) -> None:
    records.lock.seen(person)
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT seen_at FROM persons").fetchall() == [(None,)]


def test_one_lock_is_one_persons(records: Records, person: str) -> None:
    other = records.create_person()
    records.lock.set_passphrase(person, WORDS)
    records.lock.close(person)
    assert records.lock.state(other) == LockState()
    assert records.lock.open(other, "anything") == "right"
    assert records.lock.state(person).locked
    assert records.lock.state("nobody") == LockState()
    records.lock.seen("nobody")
    for call in (
        lambda: records.lock.close("nobody"),
        lambda: records.lock.open("nobody"),
        lambda: records.lock.set_passphrase("nobody", WORDS),
        lambda: records.lock.close_when_away("nobody", False),
    ):
        with pytest.raises(NotFoundError, match="person"):
            call()


def test_the_lock_goes_with_its_person_and_is_no_part_of_what_she_takes_along(
    records: Records, person: str
) -> None:
    records.lock.set_passphrase(person, WORDS)
    assert "argon2" not in str(records.export(person))
    records.lock.close(person)
    records.delete_person(person)
    assert records.lock.state(person) == LockState()
