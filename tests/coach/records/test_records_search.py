"""Her conversations, found by what was said in them."""

from collections.abc import Callable

import pytest

from coach.errors import NotFoundError
from coach.records import Records
from coach.reply import Reply

MakeReply = Callable[..., Reply]


@pytest.fixture
def said(records: Records, person: str, reply: MakeReply) -> Callable[..., str]:
    """Start a conversation of hers with these messages, and give its id."""

    def say(*texts: str, answer: str = "That sounds heavy.", title: str | None = None) -> str:
        thread = records.create_thread(person, title).id
        parent = None
        for text in texts:
            parent = records.add_exchange(person, thread, text, reply(answer), parent).coach
        return thread

    return say


def _found(records: Records, person: str, text: str) -> list[str]:
    return [one.thread.id for one in records.search.threads(person, text)]


def test_titles_her_words_and_the_answers_are_searched_newest_first(
    records: Records, person: str, said: Callable[..., str]
) -> None:
    titled = said("nothing of it", title="The old Flat")
    hers = said("he took the keys of the flat")
    ours = said("hello", answer="A flat can be shared.")
    said("something else")

    assert _found(records, person, "FLAT") == [ours, hers, titled]
    excerpts = [one.excerpt for one in records.search.threads(person, "flat")]
    assert excerpts == ["A flat can be shared.", "…keys of the flat", None]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I AM SO MÜDE und Ärger", "ärger"),  # SQLite's own LIKE knows ASCII only
        ("ЕМУ не пишу", "ему НЕ"),
        ("i don’t know", "DON'T"),
        ("i don't know", "don’t"),
        ("he wrote\n\n  at night", "wrote at  NIGHT "),
        ("100% of it", "0% OF"),
        ("under_score", "R_S"),
        (r"back\slash (really?) [no].*", r"\SLASH (REALLY?) [NO].*"),
        ("a '; drop table turns; --", "'; DROP TABLE"),
    ],
)
def test_a_text_stands_for_itself_in_any_case(
    records: Records, person: str, said: Callable[..., str], text: str, wanted: str
) -> None:
    thread = said("first", text)
    said("quite another thing, of which 100 of 1000 are underXscore")

    assert _found(records, person, wanted) == [thread]


@pytest.mark.parametrize("wanted", ["%", "_", ".*", "[a-z]", "\\", "\x00", "", "  \n "])
def test_nothing_she_types_is_a_wildcard(
    records: Records, person: str, said: Callable[..., str], wanted: str
) -> None:
    said("plain words")

    assert _found(records, person, wanted) == []


def test_nobody_finds_what_another_wrote(
    records: Records, person: str, said: Callable[..., str]
) -> None:
    said("a secret")
    other = records.create_person()

    assert _found(records, other, "secret") == []
    for nobody in ("nobody", "' OR 1=1 --"):
        with pytest.raises(NotFoundError):
            records.search.threads(nobody, "secret")


def test_what_is_no_longer_shown_is_not_found(
    records: Records, person: str, thread: str, reply: MakeReply
) -> None:
    first = records.add_exchange(person, thread, "one", reply("1"), None)
    records.add_exchange(person, thread, "an old wording", reply("2"), first.coach)
    records.add_exchange(person, thread, "a new wording", reply("3"), first.coach)

    assert _found(records, person, "old wording") == []
    assert _found(records, person, "new wording") == [thread]
    assert _found(records, person, "one") == [thread]


def test_the_excerpt_is_a_few_words_around_the_newest_place(
    records: Records, person: str, said: Callable[..., str]
) -> None:
    said("the red door", f"{'so much before it ' * 9}the RED\ndoor {'and much after it ' * 9}")

    (found,) = records.search.threads(person, "red door")
    excerpt = found.excerpt or ""
    assert "the RED door and much" in excerpt
    assert excerpt.startswith("…")
    assert excerpt.endswith("…")
    assert len(excerpt) < 100


def test_a_deleted_conversation_is_not_found(
    records: Records, person: str, said: Callable[..., str]
) -> None:
    thread = said("gone soon")
    records.delete_thread(person, thread)

    assert _found(records, person, "gone") == []
