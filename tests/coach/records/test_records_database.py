import os
import resource
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, event

from coach.errors import ConfigError, StorageError
from coach.records import Records
from coach.records.tables import Base, DisclosureRow
from coach.reply import Disclosure, Reply

MakeReply = Callable[..., Reply]
MakeDisclosure = Callable[..., Disclosure]

posix = pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")


def _sql(database: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection, connection:
        return connection.execute(statement).fetchall()


def test_the_migrations_make_the_tables_that_the_code_expects(
    records: Records, database: Path
) -> None:
    engine = create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_migrating_again_changes_nothing(
    records: Records, database: Path, person: str, thread: str, reply: MakeReply
) -> None:
    records.add_exchange(person, thread, "one", reply(), None)
    schema = _sql(database, "SELECT name, sql FROM sqlite_master ORDER BY name")

    records.migrate()
    with Records(f"sqlite:///{database}") as second:
        assert len(second.history(person, thread)) == 2

    assert _sql(database, "SELECT name, sql FROM sqlite_master ORDER BY name") == schema


def test_an_empty_file_becomes_a_database(database: Path) -> None:
    database.parent.mkdir()
    database.touch()
    with Records(f"sqlite:///{database}") as records:
        assert records.threads(records.create_person()) == []


def test_a_first_start_waits_for_another_first_start(database: Path) -> None:
    # SQLite refuses at once, whatever its time limit, to change to WAL under a writer.
    database.parent.mkdir()
    other = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE anything (x)")
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.3, other.close)
    timer.start()
    try:
        with Records(f"sqlite:///{database}") as records:
            records.create_person()
    finally:
        timer.join()


def test_a_newer_database_is_left_alone(records: Records, database: Path) -> None:
    records.close()
    _sql(database, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageError, match="newer version"):
        records.open()


def test_the_file_is_set_up_to_survive_and_to_forget(records: Records, database: Path) -> None:
    records.create_person()
    assert _sql(database, "PRAGMA journal_mode") == [("wal",)]


@posix
def test_nobody_else_can_read_the_files(records: Records, database: Path, person: str) -> None:
    assert database.parent.stat().st_mode & 0o777 == 0o700
    files = list(database.parent.iterdir())
    assert len(files) == 3
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


@posix
def test_a_file_others_could_read_is_closed_to_them(records: Records, database: Path) -> None:
    records.close()
    database.chmod(0o644)
    records.open()
    assert database.stat().st_mode & 0o777 == 0o600


def test_a_path_with_odd_characters_works(tmp_path: Path) -> None:
    with Records(f"sqlite:///{tmp_path}/50% näher/a b.db") as records:
        records.create_person()
    assert (tmp_path / "50% näher" / "a b.db").exists()


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "mysql://localhost/x",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite+nodriver:///x.db",
    ],
)
def test_a_wrong_address_is_said_plainly(url: str) -> None:
    with pytest.raises(ConfigError, match="COACH_DATABASE_URL"):
        Records(url)


def test_a_directory_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a directory")
    with pytest.raises(StorageError, match="a file where a folder should be"):
        Records(f"sqlite:///{tmp_path}/file/coach.sqlite3").open()


def test_a_directory_in_place_of_the_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be"):
        Records(f"sqlite:///{tmp_path}").open()


def test_a_file_that_is_no_database_is_one_sentence(database: Path) -> None:
    database.parent.mkdir()
    database.write_text("Dear diary, " * 1000)
    with pytest.raises(StorageError, match=r"^The records in .* file is not a database\.$"):
        Records(f"sqlite:///{database}").open()
    assert database.read_text().startswith("Dear diary")


@posix
def test_a_read_only_database_is_one_sentence(records: Records, database: Path) -> None:
    records.close()
    database.chmod(0o400)
    database.parent.chmod(0o500)
    try:
        if os.access(database, os.W_OK):
            pytest.skip("root may write everywhere")
        with pytest.raises(StorageError, match="cannot be"):
            records.open()
    finally:
        database.parent.chmod(0o700)


@posix
def test_a_full_disk_is_one_sentence_and_loses_nothing(
    records: Records, database: Path, person: str, thread: str, reply: MakeReply
) -> None:
    records.add_exchange(person, thread, "one", reply(), None)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, limits[1]))
    try:
        with pytest.raises(StorageError) as caught:
            records.add_exchange(person, thread, "secret " * 100_000, reply(), None)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert "secret" not in str(caught.value)
    assert next(stored.turn.content for stored in records.history(person, thread)) == "one"
    assert len(records.history(person, thread)) == 2
    records.add_exchange(person, thread, "two", reply(), None)


def test_a_file_taken_away_while_running_is_noticed(
    records: Records, database: Path, person: str
) -> None:
    for path in database.parent.iterdir():
        path.unlink()
    with pytest.raises(StorageError, match="moved or deleted"):
        records.create_thread(person)


def test_closed_records_say_so(records: Records) -> None:
    records.close()
    records.close()
    with pytest.raises(StorageError, match="not open"):
        records.create_person()


def test_a_reply_of_another_version_leaves_the_conversation_readable(
    records: Records, database: Path, person: str, thread: str, reply: MakeReply
) -> None:
    records.add_exchange(person, thread, "one", reply("1"), None)
    _sql(database, """UPDATE turns SET payload = '{"old": 1}' WHERE role = 'assistant'""")

    ours = records.history(person, thread)[1]

    assert ours.turn.content == "1"
    assert ours.reply is None


def test_the_append_only_tables_refuse_changes(
    records: Records, person: str, thread: str, reply: MakeReply, disclosed: MakeDisclosure
) -> None:
    records.add_exchange(person, thread, "one", reply("1", disclosed("abuse")), None)
    with (
        pytest.raises(RuntimeError, match="append-only"),
        records._database.writing() as session,
    ):
        session.query(DisclosureRow).one().kind = "cheating"
    assert records.in_force(person)[0].kind == "abuse"


def test_an_exchange_takes_few_statements(
    records: Records, person: str, thread: str, reply: MakeReply
) -> None:
    parent = None
    counts = []
    statements: list[str] = []
    engine = records._database._ready()
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    for number in range(20):
        statements.clear()
        parent = records.add_exchange(person, thread, str(number), reply(), parent).coach
        records.history(person, thread)
        counts.append(len(statements))
    assert max(counts[1:]) == counts[1] <= 12
