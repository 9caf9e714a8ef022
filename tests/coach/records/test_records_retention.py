"""Conversations go when their time is over, from the bytes too; what is hers stays."""

import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from coach.errors import NotFoundError, StorageError
from coach.records import Records
from coach.reply import Disclosure, Fact, Reply

MakeReply = Callable[..., Reply]
MakeDisclosure = Callable[..., Disclosure]


def _bytes(database: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(database.parent.iterdir()))


def _in(days: float) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


@pytest.mark.parametrize("days", [1, 7, 30, 90])
def test_a_conversation_goes_that_long_after_its_last_message(
    records: Records, person: str, thread: str, reply: MakeReply, days: int
) -> None:
    records.add_exchange(person, thread, "one", reply(), None)
    assert records.retention.keep_for(person) is None
    records.retention.set_keep_for(person, days)
    assert records.retention.keep_for(person) == days
    assert records.retention.apply(_in(days - 0.1)) == 0
    assert records.retention.apply(_in(days + 0.1)) == 1
    assert records.threads(person) == []
    assert records.retention.apply(_in(days + 0.1)) == 0


def test_without_a_choice_nothing_goes(
    records: Records, person: str, thread: str, reply: MakeReply
) -> None:
    records.add_exchange(person, thread, "one", reply(), None)
    assert records.retention.apply(_in(10_000)) == 0
    records.retention.set_keep_for(person, 1)
    records.retention.set_keep_for(person, None)
    assert records.retention.over(person, None) == 0
    assert records.retention.apply(_in(10_000)) == 0
    assert len(records.history(person, thread)) == 2


def test_no_other_choice_is_taken(records: Records, person: str, database: Path) -> None:
    for days in (0, -1, 2, 365):
        with pytest.raises(ValueError, match="cannot be kept"):
            records.retention.set_keep_for(person, days)  # type: ignore[arg-type]
    with pytest.raises(NotFoundError):
        records.retention.set_keep_for("nobody", 7)
    # Nor does one that somebody wrote into the database delete anything.
    thread = records.create_thread(person).id
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE persons SET keep_days = 0")
    assert records.retention.keep_for(person) is None
    assert records.retention.apply(_in(10_000)) == 0
    assert records.thread(person, thread).id == thread


def test_what_goes_is_in_no_file_and_what_is_hers_stays(
    records: Records,
    database: Path,
    person: str,
    reply: MakeReply,
    disclosed: MakeDisclosure,
) -> None:
    gone, kept = secrets.token_hex(12), secrets.token_hex(12)
    old = records.create_thread(person, f"title {gone}").id
    parent = None
    for size in (1, 50, 2000):
        answer = reply(f"{gone} " * size, disclosed("abuse", gone))
        parent = records.add_exchange(person, old, f"{gone} " * size, answer, parent).coach
    records.memory.add(person, [Fact(kind="tie", value=gone, evidence=gone)], old)
    records.memory.add(person, [Fact(kind="ex_name", value="Tom", evidence="")])
    records.moods.check_in(person, "start", f"m{kept}"[:40], old)
    records.journal.add(person, "a page", kept, thread=old)
    records.retention.set_keep_for(person, 7)
    assert gone.encode() in _bytes(database)

    assert records.retention.apply(_in(8)) == 1

    found = _bytes(database)
    assert gone.encode() not in found
    assert kept.encode() in found
    assert [one.fact.value for one in records.memory.facts(person)] == ["Tom"]
    assert [page.text for page in records.journal.pages(person)] == [kept]
    assert len(records.moods.check_ins(person)) == 1
    # What she disclosed stays in force, without her words.
    assert {(one.kind, one.evidence) for one in records.in_force(person)} == {("abuse", "")}


def test_each_has_her_own_time(records: Records, reply: MakeReply) -> None:
    ann, ben, eve = (records.create_person() for _ in range(3))
    for person in (ann, ben, eve):
        records.add_exchange(person, records.create_thread(person).id, "one", reply(), None)
    records.retention.set_keep_for(ann, 1)
    records.retention.set_keep_for(ben, 30)
    assert records.retention.apply(_in(2), person=ben) == 0
    assert records.retention.apply(_in(2), person=eve) == 0
    assert records.retention.apply(_in(2)) == 1
    assert [len(records.threads(one)) for one in (ann, ben, eve)] == [0, 1, 1]
    assert records.retention.apply(_in(31), person=ann) == 0
    assert records.retention.apply(_in(31), person=ben) == 1


def test_a_conversation_that_is_being_answered_waits(
    records: Records, person: str, thread: str
) -> None:
    other = records.create_thread(person).id
    records.retention.set_keep_for(person, 1)
    assert records.retention.apply(_in(2), spare={thread}) == 1
    assert [one.id for one in records.threads(person)] == [thread]
    assert other != thread


def test_a_new_message_gives_it_time_again(
    records: Records, database: Path, person: str, thread: str, reply: MakeReply
) -> None:
    records.retention.set_keep_for(person, 7)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE threads SET updated_at = '2026-01-01 00:00:00.000000'")
    assert records.retention.over(person, 7) == 1
    assert records.retention.over(person, 90) == 1
    records.add_exchange(person, thread, "one", reply(), None)
    assert records.retention.over(person, 7) == 0
    assert records.retention.apply() == 0


def test_a_reader_that_keeps_the_old_words_is_reported(
    records: Records, database: Path, person: str, thread: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    records.retention.set_keep_for(person, 1)
    monkeypatch.setattr("coach.records.database._BUSY_SECONDS", 0.2)
    with closing(sqlite3.connect(database, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM threads").fetchone()
        with pytest.raises(StorageError, match="traces"):
            records.retention.apply(_in(2))
    assert records.threads(person) == []
