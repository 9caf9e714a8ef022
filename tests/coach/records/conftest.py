"""Records in a file of their own, or in PostgreSQL where `COACH_TEST_POSTGRES` is its address."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from coach.records import Records
from coach.reply import Disclosure, DisclosureKind, PassageRef, Reply, Sentence

# Read now: the tests themselves see no COACH_ variable.
POSTGRES = os.environ.get("COACH_TEST_POSTGRES")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    if POSTGRES:
        pytest.skip("looks into SQLite's file")
    return tmp_path / "data" / "coach.sqlite3"


@pytest.fixture
def records(request: pytest.FixtureRequest) -> Iterator[Records]:
    if POSTGRES:
        with _new_database(POSTGRES) as url, Records(url) as opened:
            yield opened
        return
    with Records(f"sqlite:///{request.getfixturevalue('database')}") as opened:
        yield opened


@contextmanager
def _new_database(address: str) -> Iterator[str]:
    name = f"test_{secrets.token_hex(8)}"
    server = create_engine(address, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(address).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


@pytest.fixture
def person(records: Records) -> str:
    return records.create_person()


@pytest.fixture
def thread(records: Records, person: str) -> str:
    return records.create_thread(person).id


@pytest.fixture
def disclosed() -> Callable[..., Disclosure]:
    def make(kind: DisclosureKind, evidence: str = "her words") -> Disclosure:
        return Disclosure(kind=kind, about="ex", evidence=evidence, by="rules:test", score=0.9)

    return make


@pytest.fixture
def reply() -> Callable[..., Reply]:
    def make(text: str = "That sounds heavy.", *disclosures: Disclosure) -> Reply:
        return Reply(
            text=text,
            route="coach",
            scope="covered",
            mode="mixed",
            model="a-model",
            disclosures=disclosures,
            sentences=(Sentence(text=text, passage="a-passage"),),
            passages=(PassageRef(id="a-passage", section="Part", text="Words.", score=0.8),),
            stopped_sentences=("Win him back.\tforbidden",),
            timings_ms={"total": 12.5},
        )

    return make
