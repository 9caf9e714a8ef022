import json
import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from coach.errors import MessageError, NotFoundError
from coach.records import Records
from coach.reply import ExerciseState, Fact, JournalPage, Reply

MakeReply = Callable[..., Reply]

TODAY = date(2026, 3, 14)


def _files(database: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(database.parent.iterdir()))


@pytest.fixture
def finish(records: Records, person: str, thread: str, reply: MakeReply) -> Callable[..., None]:
    """End an exercise in the conversation with a page."""

    def end(page: JournalPage | None, status: str = "done") -> None:
        state = ExerciseState.model_validate(
            {"id": "urge", "title": "T", "step": 3, "steps": 3, "status": status, "page": page}
        )
        answer = reply().model_copy(update={"exercise": state})
        records.add_exchange(person, thread, "words", answer, None)

    return end


def test_an_exercise_that_is_done_leaves_its_page(
    records: Records, person: str, thread: str, finish: Callable[..., None]
) -> None:
    finish(JournalPage(exercise="urge", title="What I held back", text="Dear T", revisit_days=1))

    (page,) = records.journal.pages(person)

    assert (page.exercise, page.title, page.text) == ("urge", "What I held back", "Dear T")
    assert page.thread == thread
    written = page.created_at.astimezone().date()
    assert page.revisit_on == written + timedelta(days=1)
    assert records.journal.due(person, written) == []
    assert records.journal.due(person, written + timedelta(days=1)) == [page]
    stored = records.history(person, thread)[1].reply
    assert stored is not None
    assert stored.exercise is not None
    assert stored.exercise.page is None, "kept twice, it could not be deleted"


@pytest.mark.parametrize(
    ("page", "status"),
    [
        (JournalPage(exercise="urge", title="T", text="Dear T"), "left"),
        (JournalPage(exercise="urge", title="T", text=" \n"), "done"),
        (None, "done"),
    ],
)
def test_no_page_of_an_exercise_left_or_empty(
    records: Records,
    person: str,
    thread: str,
    finish: Callable[..., None],
    page: JournalPage | None,
    status: str,
) -> None:
    finish(page, status)
    assert records.journal.pages(person) == []
    assert len(records.history(person, thread)) == 2


def test_pages_are_added_read_and_changed(records: Records, person: str) -> None:
    first = records.journal.add(person, " Sunday ", "I slept.\n\nA little.")
    second = records.journal.add(person, "", "Words without a heading", exercise="feel")
    assert [page.id for page in records.journal.pages(person)] == [second.id, first.id]
    assert records.journal.page(person, first.id) == first
    assert (first.title, first.text) == ("Sunday", "I slept.\n\nA little.")
    assert (first.exercise, first.thread, first.revisit_on) == (None, None, None)
    assert second.title == "Words without a heading"

    changed = records.journal.edit(person, first.id, "Monday", "I slept well.")

    assert records.journal.page(person, first.id) == changed
    assert (changed.title, changed.text) == ("Monday", "I slept well.")
    assert changed.created_at == first.created_at < changed.updated_at
    assert records.journal.page(person, second.id) == second


def test_a_page_without_a_word_is_refused(records: Records, person: str) -> None:
    page = records.journal.add(person, "a", "b")
    with pytest.raises(MessageError, match="at least one word"):
        records.journal.add(person, " ", "\n")
    with pytest.raises(MessageError, match="at least one word"):
        records.journal.edit(person, page.id, "", " ")
    assert records.journal.pages(person) == [page]


def test_pages_wait_for_their_day_and_until_they_were_read(records: Records, person: str) -> None:
    days = (TODAY, TODAY - timedelta(days=3), TODAY + timedelta(days=1), None)
    pages = [records.journal.add(person, f"{day}", "x", revisit_on=day) for day in days]

    assert [page.id for page in records.journal.due(person, TODAY)] == [pages[1].id, pages[0].id]

    records.journal.revisit(person, pages[1].id, None)
    assert [page.id for page in records.journal.due(person, TODAY)] == [pages[0].id]
    records.journal.revisit(person, pages[3].id, TODAY)
    later = records.journal.due(person, TODAY + timedelta(days=9))
    assert [page.id for page in later] == [pages[0].id, pages[3].id, pages[2].id]


def test_a_page_outlives_its_conversation(
    records: Records, person: str, thread: str, finish: Callable[..., None]
) -> None:
    finish(JournalPage(exercise="urge", title="T", text="Dear T"))
    (before,) = records.journal.pages(person)

    records.delete_thread(person, thread)

    (after,) = records.journal.pages(person)
    assert after.thread is None
    assert (after.id, after.text, after.exercise) == (before.id, "Dear T", "urge")


def test_what_is_changed_or_deleted_is_in_no_file(
    records: Records, person: str, database: Path, finish: Callable[..., None]
) -> None:
    first, second, kept = (secrets.token_hex(12) for _ in range(3))
    finish(JournalPage(exercise="urge", title=first, text=f"{first} " * 2000))
    records.journal.add(person, kept, f"{second} " * 300)
    mine, exercised = records.journal.pages(person)
    assert first.encode() in _files(database)

    records.journal.delete(person, exercised.id)
    records.journal.edit(person, mine.id, kept, "Only this now.")

    left = _files(database)
    assert first.encode() not in left
    assert second.encode() not in left
    assert kept.encode() in left
    assert [page.text for page in records.journal.pages(person)] == ["Only this now."]


def test_a_deleted_person_takes_all_of_it_along(
    records: Records, person: str, thread: str, database: Path
) -> None:
    canary = secrets.token_hex(12)
    records.journal.add(person, canary, canary, thread=thread)
    records.journal.add(person, canary, canary)
    records.moods.check_in(person, "start", canary, thread)
    records.memory.add(person, [Fact(kind="ex_name", value=canary, evidence=canary)])
    kept = records.create_person()
    records.journal.add(kept, "mine", "mine")
    assert canary.encode() in _files(database)

    records.delete_person(person)

    assert canary.encode() not in _files(database)
    assert person.encode() not in _files(database)
    assert len(records.journal.pages(kept)) == 1


def test_somebody_elses_pages_are_not_there(records: Records, person: str, thread: str) -> None:
    page = records.journal.add(person, "mine", "mine", revisit_on=TODAY)
    other = records.create_person()
    for name in (page.id, "nosuch", "\x00'; --"):
        for call in (
            lambda name=name: records.journal.page(other, name),
            lambda name=name: records.journal.edit(other, name, "a", "b"),
            lambda name=name: records.journal.revisit(other, name, None),
            lambda name=name: records.journal.delete(other, name),
        ):
            with pytest.raises(NotFoundError, match="page"):
                call()
    with pytest.raises(NotFoundError, match="conversation"):
        records.journal.add(other, "a", "b", thread=thread)
    for unknown in (
        lambda: records.journal.pages("nobody"),
        lambda: records.journal.due("nobody", TODAY),
        lambda: records.journal.add("nobody", "a", "b"),
    ):
        with pytest.raises(NotFoundError, match="person"):
            unknown()
    assert records.journal.pages(other) == []
    assert records.journal.pages(person) == [page]


def test_a_failed_exchange_leaves_no_page_and_no_fact(
    records: Records,
    person: str,
    thread: str,
    finish: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("coach.records.convert.title_from", stop)
    with pytest.raises(KeyboardInterrupt):
        finish(JournalPage(exercise="urge", title="T", text="Dear T"))
    assert records.journal.pages(person) == []
    assert records.history(person, thread) == []


def test_an_export_holds_what_is_kept_besides_the_talk(
    records: Records, person: str, thread: str, finish: Callable[..., None]
) -> None:
    finish(JournalPage(exercise="urge", title="T", text="Dear T", revisit_days=1))
    records.journal.add(person, "later", "x", revisit_on=TODAY)
    records.memory.add(person, [Fact(kind="tie", value="children", evidence="our kids")])
    records.moods.check_in(person, "start", 2, thread)
    records.moods.set_last_contact(person, TODAY)

    exported = json.loads(json.dumps(records.export(person)))

    first, second = exported["journal"]
    assert (first["text"], first["thread"], second["revisit_on"]) == (
        "Dear T",
        thread,
        "2026-03-14",
    )
    (fact,) = exported["facts"]
    assert (fact["kind"], fact["value"], fact["evidence"]) == ("tie", "children", "our kids")
    (mood,) = exported["check_ins"]
    assert (mood["moment"], mood["mood"], mood["word"], mood["thread"]) == (
        *("start", 2, None),
        thread,
    )
    assert exported["last_contact"] == "2026-03-14"
    for one in (first, fact, mood):
        assert datetime.fromisoformat(one["created_at"]).utcoffset() == timedelta(0)
