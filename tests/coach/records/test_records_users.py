"""Who may sign in, wrong passwords, and sessions."""

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from coach.errors import NotFoundError
from coach.records import Records, UserError
from coach.reply import Reply

PASSWORD = "correct horse battery"
WRONG = "incorrect horse battery"


@pytest.fixture
def ann(records: Records) -> str:
    return records.users.add("Ann", PASSWORD).person


def _sql(database: Path, statement: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection, connection:
        return connection.execute(statement, values).fetchall()


def _bytes(database: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(database.parent.iterdir()))


def _locked_for(records: Records) -> timedelta | None:
    until = records.users.known("ann").locked_until
    return None if until is None else until - datetime.now(UTC)


def _wait_out(database: Path) -> None:
    """As if the lock had run out by itself."""
    _sql(database, "UPDATE users SET locked_until = '2026-01-01 00:00:00.000000'")


def test_a_name_and_its_password_open_a_session(records: Records, ann: str) -> None:
    for spelling in ("Ann", "ann", "ANN", "Ａｎｎ"):
        token = records.users.sign_in(spelling, PASSWORD)
        assert token is not None
        assert len(token) == 43
        assert records.sessions.person(token) == ann
    assert records.users.sign_in("ann", WRONG) is None
    assert records.users.sign_in("ben", PASSWORD) is None
    assert records.users.sign_in("no name\x00", PASSWORD) is None
    assert records.users.check("ann", PASSWORD)
    assert not records.users.check("ann", WRONG)


def test_neither_password_nor_token_is_in_the_files(records: Records, database: Path) -> None:
    records.users.add("ann", PASSWORD)
    token = records.users.sign_in("ann", PASSWORD)
    assert token is not None
    files = _bytes(database)
    assert b"argon2id" in files
    assert PASSWORD.encode() not in files
    assert token.encode() not in files


@pytest.mark.parametrize("name", ["", " ", "a b", "a" * 65, "a/b", "a\nb", "<b>", "\ud800"])
def test_what_cannot_be_a_name_is_said(records: Records, name: str) -> None:
    with pytest.raises(UserError, match="cannot be a name"):
        records.users.add(name, PASSWORD)
    assert records.users.nobody()


def test_a_name_is_there_once_in_whatever_case(records: Records, ann: str) -> None:
    for taken in ("ann", "ANN"):
        with pytest.raises(UserError, match="already"):
            records.users.add(taken, PASSWORD)
        with pytest.raises(UserError, match="already"):
            records.users.check_new(taken)
    assert records.users.add("Zoë@example.org", PASSWORD).name == "zoë@example.org"
    assert [user.name for user in records.users.everybody()] == ["ann", "zoë@example.org"]


def test_ten_characters_are_enough_and_nine_are_not(records: Records) -> None:
    with pytest.raises(UserError, match="at least 10"):
        records.users.add("ann", "é" * 9)
    records.users.add("ann", "e\u0301" * 10)
    assert records.users.check("ann", "é" * 10), "the same letters from another keyboard"
    records.users.add("ben", " " * 10)
    assert records.users.check("ben", " " * 10)
    assert not records.users.check("ben", "")


def test_five_wrong_ones_lock_a_name_for_a_minute_then_for_longer(
    records: Records, ann: str, database: Path
) -> None:
    for _ in range(4):
        assert not records.users.check("ann", WRONG)
    assert _locked_for(records) is None
    assert records.users.check("ann", PASSWORD), "four are forgiven"

    for _ in range(5):
        assert not records.users.check("ann", WRONG)
    minutes = []
    for _ in range(8):
        left = _locked_for(records)
        assert left is not None
        minutes.append(round(left.total_seconds() / 60))
        assert not records.users.check("ann", PASSWORD), "locked is locked"
        _wait_out(database)
        assert not records.users.check("ann", WRONG)
    assert minutes == [1, 2, 4, 5, 5, 5, 5, 5]

    _wait_out(database)
    assert records.users.check("ann", PASSWORD)
    assert not records.users.check("ann", WRONG)
    assert _locked_for(records) is None, "the right one counts from the beginning"


def test_tries_while_it_is_locked_make_it_no_longer(records: Records, ann: str) -> None:
    for _ in range(9):
        records.users.check("ann", WRONG)
    left = _locked_for(records)
    assert left is not None
    assert left <= timedelta(minutes=1)


def test_a_browser_of_hers_does_not_wait_for_what_others_tried(records: Records, ann: str) -> None:
    mark = records.users.mark("ann")
    assert len(mark) == 43
    for _ in range(5):
        records.users.check("ann", WRONG)
    assert records.users.sign_in("ann", WRONG, mark) is None
    assert records.users.sign_in("ann", PASSWORD) is None
    for other in ("", "x" * 43, "é" * 43, mark[:-1], mark[::-1], mark + "A"):
        assert not records.users.knows("ann", other)
        assert records.users.sign_in("ann", PASSWORD, other) is None
    assert records.users.knows("ANN", mark)
    assert not records.users.knows("ben", mark)
    assert not records.users.knows("no name\x00", mark)
    assert records.users.sign_in("ann", PASSWORD, mark) is not None
    assert _locked_for(records) is None


def test_wrong_ones_of_a_browser_of_hers_lock_nobody_out(records: Records, ann: str) -> None:
    mark = records.users.mark("ann")
    for _ in range(6):
        assert records.users.sign_in("ann", WRONG, mark) is None
    assert _locked_for(records) is None
    records.users.change_password("ann", PASSWORD)
    assert not records.users.knows("ann", mark), "another hash, though the same password"


def test_a_lock_outlives_a_restart(records: Records, ann: str, database: Path) -> None:
    for _ in range(5):
        records.users.check("ann", WRONG)
    records.close()
    with Records(f"sqlite:///{database}") as again:
        assert again.users.sign_in("ann", PASSWORD) is None
        _wait_out(database)
        assert again.users.sign_in("ann", PASSWORD) is not None


def test_many_guesses_at_once_are_not_more_than_five(
    records: Records, ann: str, database: Path
) -> None:
    ready = threading.Barrier(12)

    def guess() -> None:
        ready.wait()
        records.users.check("ann", WRONG)

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert _sql(database, "SELECT failures FROM users") == [(5,)]
    assert not records.users.check("ann", PASSWORD)


def test_an_unknown_name_takes_as_long_as_a_known_one(records: Records, ann: str) -> None:
    records.users.check("nobody", WRONG)  # makes the hash it is compared with

    def seconds(name: str) -> float:
        began = time.perf_counter()
        assert not records.users.check(name, WRONG)
        return time.perf_counter() - began

    # One after the other, as a machine may be busy for a while.
    rounds = [[seconds(name) for name in ("ann", "nobody", "no name")] for _ in range(4)]
    known, unknown, impossible = (min(took) for took in zip(*rounds, strict=True))
    assert 0.4 < unknown / known < 2.5
    assert 0.4 < impossible / known < 2.5


def test_a_hash_of_other_parameters_is_made_anew(
    records: Records, ann: str, database: Path
) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    _sql(database, "UPDATE users SET password = ?", old)
    assert not records.users.check("ann", WRONG)
    assert _sql(database, "SELECT password FROM users") == [(old,)]
    assert records.users.check("ann", PASSWORD)
    ((new,),) = _sql(database, "SELECT password FROM users")
    assert new != old
    assert not PasswordHasher().check_needs_rehash(str(new))
    assert records.users.check("ann", PASSWORD)


def test_signing_out_ends_one_session_or_all(records: Records, ann: str) -> None:
    one, two, three = (records.users.sign_in("ann", PASSWORD) or "" for _ in range(3))
    records.users.add("ben", PASSWORD)
    other = records.users.sign_in("ben", PASSWORD) or ""
    records.sessions.end(one)
    assert records.sessions.person(one) is None
    assert records.sessions.person(two) == ann
    records.sessions.end_everywhere(two)
    assert records.sessions.person(two) is None
    assert records.sessions.person(three) is None
    assert records.sessions.person(other) is not None
    records.sessions.end_everywhere("x" * 43)
    assert records.sessions.person(other) is not None


def test_a_session_ends_after_thirty_days_without_use(
    records: Records, ann: str, database: Path
) -> None:
    token, other = (records.users.sign_in("ann", PASSWORD) or "" for _ in range(2))

    def last_seen(days: int) -> None:
        time = datetime.now(UTC) - timedelta(days=days)
        _sql(database, "UPDATE sessions SET last_seen = ?", f"{time:%Y-%m-%d %H:%M:%S.%f}")

    last_seen(29)
    assert records.sessions.person(token) == ann  # and was used just now
    ((oldest, newest),) = _sql(database, "SELECT min(last_seen), max(last_seen) FROM sessions")
    assert str(newest)[:10] == f"{datetime.now(UTC):%Y-%m-%d}"
    assert str(oldest)[:10] == f"{datetime.now(UTC) - timedelta(days=29):%Y-%m-%d}"
    last_seen(31)
    assert records.sessions.person(token) is None
    assert records.sessions.person(other) is None
    records.users.sign_in("ann", PASSWORD)
    assert _sql(database, "SELECT count(*) FROM sessions") == [(1,)]


def test_another_password_ends_the_sessions_and_the_lock(records: Records, ann: str) -> None:
    here, there = (records.users.sign_in("ann", PASSWORD) or "" for _ in range(2))
    for _ in range(5):
        records.users.check("ann", WRONG)
    records.users.change_password("ANN", "another long one", keep=here)
    assert records.sessions.person(here) == ann
    assert records.sessions.person(there) is None
    assert not records.users.check("ann", PASSWORD)
    assert records.users.check("ann", "another long one")
    records.users.change_password("ann", PASSWORD)
    assert records.sessions.person(here) is None
    for name, password in (("nobody", PASSWORD), ("ann", "short")):
        with pytest.raises(UserError):
            records.users.change_password(name, password)
    assert records.users.check("ann", PASSWORD)


def test_somebody_removed_leaves_her_data_only_when_asked(
    records: Records, ann: str, database: Path, reply: Callable[..., Reply]
) -> None:
    ben = records.users.add("ben", PASSWORD).person
    for person in (ann, ben):
        records.ensure_person(person)
        thread = records.create_thread(person).id
        records.add_exchange(person, thread, f"words-of-{person}", reply(), None)
    tokens = [records.users.sign_in(name, PASSWORD) or "" for name in ("ann", "ben")]

    assert records.users.remove("Ann", data=True).person == ann
    with pytest.raises(NotFoundError):
        records.threads(ann)
    assert f"words-of-{ann}".encode() not in _bytes(database)

    assert records.users.remove("ben", data=False).person == ben
    assert len(records.threads(ben)) == 1
    assert [records.sessions.person(token) for token in tokens] == [None, None]
    assert records.users.nobody()
    with pytest.raises(UserError, match="nobody named 'ben'"):
        records.users.remove("ben", data=True)

    with pytest.raises(UserError, match="no person"):
        records.users.add("benny", PASSWORD, ann)
    records.users.add("benny", PASSWORD, ben)
    with pytest.raises(UserError, match="no person"):
        records.users.add("carl", PASSWORD, ben)
    assert records.sessions.person(records.users.sign_in("benny", PASSWORD) or "") == ben


def test_who_deletes_all_she_wrote_can_still_sign_in(records: Records, ann: str) -> None:
    records.ensure_person(ann)
    token = records.users.sign_in("ann", PASSWORD) or ""
    records.delete_person(ann)
    assert records.sessions.person(token) == ann
    assert records.users.check("ann", PASSWORD)
    records.ensure_person(ann)
    assert records.threads(ann) == []
