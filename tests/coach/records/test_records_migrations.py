"""From each revision to the next and back, with rows in the tables."""

import sqlite3
from argparse import Namespace
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config

import coach.records
from coach.records import Records
from coach.reply import Fact, Reply


def _config(database: Path) -> Config:
    config = Config(cmd_opts=Namespace(x=[f"url=sqlite:///{database}"]))
    folder = Path(coach.records.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config


def _sql(database: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection, connection:
        return connection.execute(statement).fetchall()


def _schema(database: Path) -> list[tuple[object, ...]]:
    return _sql(database, "SELECT name, sql FROM sqlite_master ORDER BY name")


def test_a_database_of_the_first_revision_is_brought_up_to_date(tmp_path: Path) -> None:
    database = tmp_path / "coach.sqlite3"
    command.upgrade(_config(database), "0001")
    _sql(database, "INSERT INTO persons VALUES ('ann', '2026-01-01 00:00:00')")
    _sql(
        database,
        "INSERT INTO threads (id, person_id, title, created_at, updated_at) "
        "VALUES ('t', 'ann', 'old', '2026-01-01 00:00:00', '2026-01-01 00:00:00')",
    )

    with Records(f"sqlite:///{database}") as records:
        assert [info.title for info in records.threads("ann")] == ["old"]
        assert records.memory.facts("ann") == []
        assert records.moods.last_contact("ann") is None
        assert records.retention.keep_for("ann") is None
        records.journal.add("ann", "new", "page", thread="t")
        assert len(records.journal.pages("ann")) == 1


def test_down_and_up_again_keeps_what_both_revisions_know(
    records: Records, database: Path, person: str, thread: str, reply: Callable[..., Reply]
) -> None:
    records.add_exchange(person, thread, "one", reply("1"), None)
    records.memory.add(person, [Fact(kind="tie", value="work", evidence="")], thread)
    records.moods.check_in(person, "start", 3, thread)
    records.close()
    newest = _schema(database)
    config = _config(database)

    command.downgrade(config, "0001")
    names = {row[0] for row in _sql(database, "SELECT name FROM sqlite_master")}
    assert not names & {"facts", "check_ins", "pages"}
    columns = [row[1] for row in _sql(database, "PRAGMA table_info(persons)")]
    assert columns == ["id", "created_at"]

    command.upgrade(config, "head")
    assert _schema(database) == newest
    records.open()
    assert [stored.turn.content for stored in records.history(person, thread)] == ["one", "1"]
    assert records.memory.facts(person) == []

    records.close()
    command.downgrade(config, "base")
    assert [row[0] for row in _sql(database, "SELECT name FROM sqlite_master")] == [
        "alembic_version",
        "sqlite_autoindex_alembic_version_1",
    ]


def test_a_database_from_before_sign_in_takes_users(
    records: Records, database: Path, person: str, thread: str, reply: Callable[..., Reply]
) -> None:
    ids = records.add_exchange(person, thread, "one", reply("1"), None)
    records.ratings.rate(person, thread, ids.coach, "good")
    records.close()
    command.downgrade(_config(database), "0006")
    names = {row[0] for row in _sql(database, "SELECT name FROM sqlite_master")}
    assert "ratings" in names
    assert not names & {"users", "sessions"}
    records.open()
    assert records.users.nobody()
    user = records.users.add("ann", "correct horse battery", person)
    token = records.users.sign_in("ann", "correct horse battery")
    assert records.sessions.person(token or "") == user.person == person
    assert records.ratings.of_thread(person, thread) == {ids.coach: "good"}
