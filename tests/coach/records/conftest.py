from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coach.records import Records
from coach.reply import Disclosure, DisclosureKind, PassageRef, Reply, Sentence


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "data" / "coach.sqlite3"


@pytest.fixture
def records(database: Path) -> Iterator[Records]:
    with Records(f"sqlite:///{database}") as opened:
        yield opened


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
