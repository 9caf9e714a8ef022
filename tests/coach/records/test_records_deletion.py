import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from coach.errors import NotFoundError, StorageError
from coach.records import Records
from coach.reply import Disclosure, Reply

MakeReply = Callable[..., Reply]
MakeDisclosure = Callable[..., Disclosure]


def _bytes(database: Path) -> bytes:
    """Whatever lies in the data directory, main file, log and index alike."""
    return b"".join(path.read_bytes() for path in sorted(database.parent.iterdir()))


@pytest.fixture
def speak(
    records: Records, reply: MakeReply, disclosed: MakeDisclosure
) -> Callable[[str, str], str]:
    """Say a canary in every place that can hold one, and give the thread's id."""

    def say(person: str, canary: str) -> str:
        thread = records.create_thread(person, f"title {canary}").id
        parent = None
        for size in (1, 50, 2000):  # within a row, within a page, over many pages
            answer = reply(f"{canary} " * size, disclosed("abuse", canary))
            parent = records.add_exchange(person, thread, f"{canary} " * size, answer, parent).coach
        return thread

    return say


def test_a_deleted_person_is_in_no_file(
    records: Records, database: Path, speak: Callable[[str, str], str]
) -> None:
    hers, others = secrets.token_hex(12), secrets.token_hex(12)
    person, other = records.create_person(), records.create_person()
    for _ in range(3):
        kept = speak(other, others)
        speak(person, hers)
    (corrected, *_) = records.disclosures(person)
    records.correct(person, corrected.id)
    before = _bytes(database)
    records.migrate()  # brings everything from the log into the main file
    full = database.stat().st_size
    assert hers.encode() in before

    records.delete_person(person)

    found = _bytes(database)
    assert hers.encode() not in found
    assert person.encode() not in found
    assert corrected.id.encode() not in found
    assert others.encode() in found
    assert database.stat().st_size < 0.8 * full, "the file keeps room for what is gone"
    assert len(records.history(other, kept)) == 6
    with pytest.raises(NotFoundError):
        records.threads(person)


def test_a_deleted_thread_is_in_no_file(
    records: Records, database: Path, person: str, speak: Callable[[str, str], str]
) -> None:
    first, second = secrets.token_hex(12), secrets.token_hex(12)
    threads = [speak(person, canary) for canary in (first, second, first, second)]

    records.delete_thread(person, threads[0])
    records.delete_thread(person, threads[2])

    assert first.encode() not in _bytes(database)
    assert second.encode() in _bytes(database)
    assert {info.id for info in records.threads(person)} == {threads[1], threads[3]}
    with pytest.raises(NotFoundError):
        records.history(person, threads[0])


def test_a_reader_that_keeps_the_old_words_is_reported(
    records: Records,
    database: Path,
    speak: Callable[[str, str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    canary = secrets.token_hex(12)
    person = records.create_person()
    speak(person, canary)
    monkeypatch.setattr("coach.records.database._BUSY_SECONDS", 0.2)
    records.close()
    records.open()
    engine = create_engine(f"sqlite:///{database}")
    with engine.connect() as reader:
        reader.exec_driver_sql("BEGIN")
        reader.exec_driver_sql("SELECT count(*) FROM turns").scalar_one()
        with pytest.raises(StorageError, match="traces"):
            records.delete_person(person)
        assert canary.encode() in _bytes(database)
    engine.dispose()

    with pytest.raises(NotFoundError):
        records.threads(person)
    assert canary.encode() in _bytes(database)
    with Records(f"sqlite:///{database}"):  # the next start cleans up, others running or not
        assert canary.encode() not in _bytes(database)


def test_deleting_works_while_others_write(
    records: Records, database: Path, reply: MakeReply
) -> None:
    done = threading.Event()

    def write() -> int:
        person, count, parent = records.create_person(), 0, None
        thread = records.create_thread(person).id
        while not done.is_set():
            answer = reply("words " * 500)
            parent = records.add_exchange(person, thread, "words " * 500, answer, parent).coach
            records.history(person, thread)
            count += 1
        return count

    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write) for _ in range(4)]
        try:
            for _ in range(15):
                person = records.create_person()
                records.create_thread(person, "title")
                records.delete_person(person)
                assert person.encode() not in _bytes(database)
        finally:
            done.set()
        assert min(writer.result() for writer in writers) > 0


def test_a_long_conversation_is_read_and_deleted(
    records: Records, person: str, thread: str, reply: MakeReply
) -> None:
    # SQLite follows at most 1,000 cascades into one another.
    parent = None
    for number in range(520):
        parent = records.add_exchange(person, thread, str(number), reply(), parent).coach
    assert len(records.history(person, thread)) == 1040

    records.delete_thread(person, thread)

    assert records.threads(person) == []
