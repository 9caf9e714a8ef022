import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from coach.errors import NotFoundError
from coach.records import Records
from coach.reply import ExerciseState, Fact, FactKind, Reply

MakeReply = Callable[..., Reply]


def _fact(kind: FactKind, value: str, evidence: str = "her words") -> Fact:
    return Fact(kind=kind, value=value, evidence=evidence)


def _known(records: Records, person: str) -> list[tuple[str, str]]:
    return [(one.fact.kind, one.fact.value) for one in records.memory.facts(person)]


def _files(database: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(database.parent.iterdir()))


@pytest.fixture
def tell(records: Records, person: str, reply: MakeReply) -> Callable[..., None]:
    """Tell facts in one exchange of a conversation."""

    def say(thread: str, *facts: Fact) -> None:
        answer = reply().model_copy(update={"facts": facts})
        turns = records.history(person, thread)
        parent = turns[-1].id if turns else None
        records.add_exchange(person, thread, "words", answer, parent)

    return say


def test_an_exchange_stores_the_facts_told_in_it(
    records: Records, person: str, thread: str, tell: Callable[..., None]
) -> None:
    name = _fact("ex_name", "Tom", "my ex Tom")
    tell(thread, name, _fact("who_ended", "ex"))

    first, second = records.memory.facts(person)

    assert (first.fact, first.thread) == (name, thread)
    assert second.fact.kind == "who_ended"
    assert first.id != second.id
    assert records.memory.facts(records.create_person()) == []


def test_the_newest_value_of_a_kind_counts(
    records: Records, person: str, thread: str, tell: Callable[..., None]
) -> None:
    tell(thread, _fact("together", "nine years"), _fact("since", "last week"))
    tell(thread, _fact("together", "ten years"))
    assert _known(records, person) == [("since", "last week"), ("together", "ten years")]

    tell(thread, _fact("together", "eleven years"), _fact("together", "twelve years"))
    assert _known(records, person) == [("since", "last week"), ("together", "twelve years")]


@pytest.mark.parametrize(
    ("kind", "values"),
    [("ex_name", ["Tom", "Ravi"]), ("tie", ["children", "work"])],
)
def test_names_and_ties_may_be_several(
    records: Records, person: str, kind: FactKind, values: list[str]
) -> None:
    records.memory.add(person, [_fact(kind, value) for value in values])
    records.memory.add(person, [_fact(kind, values[0].upper())])
    assert _known(records, person) == [(kind, value) for value in values]


def test_a_value_told_twice_is_stored_once(
    records: Records, person: str, thread: str, tell: Callable[..., None]
) -> None:
    tell(thread, _fact("together", "nine years", "together nine years"))
    before = records.memory.facts(person)
    tell(thread, _fact("together", "Nine Years", "nine years, imagine"))
    assert records.memory.facts(person) == before


def test_one_fact_or_all_can_be_forgotten(records: Records, person: str, database: Path) -> None:
    first, second, third, kept = (secrets.token_hex(12) for _ in range(4))
    other = records.create_person()
    records.memory.add(other, [_fact("ex_name", kept)])
    told = [_fact("ex_name", first), _fact("since", "x", second), _fact("tie", third)]
    records.memory.add(person, told)
    assert second.encode() in _files(database)

    records.memory.forget(person, records.memory.facts(person)[1].id)
    assert _known(records, person) == [("ex_name", first), ("tie", third)]
    assert second.encode() not in _files(database)

    records.memory.forget_all(person)
    assert records.memory.facts(person) == []
    left = _files(database)
    assert first.encode() not in left
    assert third.encode() not in left
    assert _known(records, other) == [("ex_name", kept)]


def test_a_forgotten_fact_is_not_in_the_conversation_either(
    records: Records, person: str, thread: str, database: Path, tell: Callable[..., None]
) -> None:
    canary = secrets.token_hex(12)
    tell(thread, _fact("ex_name", canary, canary))
    assert canary not in str(records.export(person)["threads"])

    records.memory.forget_all(person)

    assert canary.encode() not in _files(database)
    assert len(records.history(person, thread)) == 2


def test_a_conversation_takes_its_facts_with_it(
    records: Records, person: str, database: Path, tell: Callable[..., None]
) -> None:
    canary = secrets.token_hex(12)
    gone, kept = (records.create_thread(person).id for _ in range(2))
    tell(gone, _fact("ex_name", canary))
    tell(kept, _fact("tie", "children"))
    records.memory.add(person, [_fact("who_ended", "me")])

    records.delete_thread(person, gone)

    assert _known(records, person) == [("tie", "children"), ("who_ended", "me")]
    assert canary.encode() not in _files(database)


def test_what_was_replaced_is_gone_with_the_next_deletion(
    records: Records, person: str, thread: str, database: Path
) -> None:
    canary = secrets.token_hex(12)
    records.memory.add(person, [_fact("together", canary)], thread)
    records.memory.add(person, [_fact("together", "nine years")])

    records.delete_thread(person, thread)

    assert canary.encode() not in _files(database)
    assert _known(records, person) == [("together", "nine years")]


def test_somebody_elses_facts_are_not_there(records: Records, person: str, thread: str) -> None:
    records.memory.add(person, [_fact("ex_name", "Tom")])
    theirs = records.memory.facts(person)[0].id
    other = records.create_person()
    for fact in (theirs, "nosuch", "\x00'; --"):
        with pytest.raises(NotFoundError, match="fact"):
            records.memory.forget(other, fact)
    records.memory.forget_all(other)
    for somewhere in (thread, "nosuch"):
        with pytest.raises(NotFoundError, match="conversation"):
            records.memory.add(other, [_fact("ex_name", "Ann")], somewhere)
    for call in (records.memory.facts, records.memory.forget_all):
        with pytest.raises(NotFoundError):
            call("nobody")
    assert _known(records, person) == [("ex_name", "Tom")]
    assert records.memory.facts(other) == []


def test_odd_characters_in_a_fact_are_replaced(records: Records, person: str) -> None:
    records.memory.add(person, [_fact("since", "a\x00b", "\ud83d half")])
    (stored,) = records.memory.facts(person)
    assert (stored.fact.value, stored.fact.evidence) == ("a�b", "� half")


@pytest.mark.parametrize(
    ("status", "step"), [("running", "urge:2"), ("left", "urge:left"), ("done", "urge:done")]
)
def test_the_step_of_an_exercise_comes_back(
    records: Records, person: str, thread: str, reply: MakeReply, status: str, step: str
) -> None:
    state = ExerciseState.model_validate(
        {"id": "urge", "title": "The urge", "step": 2, "steps": 3, "status": status}
    )
    answer = reply().model_copy(update={"exercise": state})
    ids = records.add_exchange(person, thread, "one", answer, None)
    records.add_exchange(person, thread, "two", reply(), ids.coach)

    turns = [stored.turn.exercise for stored in records.history(person, thread)]

    assert turns == [None, step, None, None]
    stored = records.history(person, thread)[1].reply
    assert stored is not None
    assert stored.exercise == state
