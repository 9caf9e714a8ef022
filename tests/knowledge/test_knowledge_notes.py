"""The notes cover every passage, and say so when the article has moved on."""

import dataclasses
import logging
from collections import Counter
from pathlib import Path

import pytest
import yaml

from knowledge.article import Article
from knowledge.errors import ArticleError
from knowledge.notes import NOTES_FILE, Note, Notes, load_notes


def plain(text: str) -> str:
    return " ".join(text.lower().split())


def test_every_passage_has_one_note_for_its_words_of_today(article: Article, notes: Notes) -> None:
    assert [note.slug for note in notes.passages] == [p.slug for p in article.passages]
    for passage in article.passages:
        note = notes.note(passage.slug)
        assert note is not None
        assert note.hash == passage.hash
    assert notes.check(article.passages) == ()


def test_notes_are_full(notes: Notes) -> None:
    for note in notes.passages:
        assert len(note.says) >= 12
        assert len(set(note.questions)) == len(note.questions) >= 3
        assert all(question.endswith("?") for question in note.questions)
        assert note.idea.endswith(".")
        assert "!" not in note.idea + "".join(note.questions)


def test_no_phrase_stands_twice(notes: Notes) -> None:
    phrases = [plain(text) for note in notes.passages for text in note.says]
    phrases += map(plain, notes.silent)
    assert [text for text, count in Counter(phrases).items() if count > 1] == []


def test_no_question_stands_under_two_passages(notes: Notes) -> None:
    questions = Counter(plain(q) for note in notes.passages for q in note.questions)
    assert [text for text, count in questions.items() if count > 1] == []


def test_moved_and_lost_passages_are_told(
    article: Article, notes: Notes, caplog: pytest.LogCaptureFixture
) -> None:
    first, _, *rest = article.passages
    reworded = dataclasses.replace(first, text=first.text + " More.")
    told = notes.check([reworded, *rest])
    assert len(told) == 2
    assert f"{first.slug!r} have changed" in told[0]
    assert reworded.hash in told[0]
    assert f"{article.passages[1].slug!r} speaks of a passage that is gone" in told[1]
    with caplog.at_level(logging.WARNING):
        load_notes([reworded, *rest])
    assert [record.getMessage() for record in caplog.records] == list(told)


def test_note_on_an_unknown_passage_is_none(notes: Notes) -> None:
    assert notes.note("no-such-passage") is None


def small_file() -> dict[str, object]:
    note = Note(
        slug="a",
        hash="0",
        idea="An idea.",
        questions=("a?", "b?", "c?"),
        says=tuple(f"phrase {n}" for n in range(12)),
    )
    dumped = Notes(version=1, passages=(note,), silent=tuple(f"s{n}" for n in range(12)))
    loaded: dict[str, object] = yaml.safe_load(dumped.model_dump_json())
    return loaded


def test_a_sound_small_file_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "notes.yaml"
    path.write_text(yaml.safe_dump(small_file()), encoding="utf-8")
    assert load_notes([], path).passages[0].idea == "An idea."


@pytest.mark.parametrize(
    ("key", "value"),
    [("questions", ["only one?"]), ("says", ["too few"]), ("idea", ""), ("mood", "blue")],
)
def test_note_that_breaks_the_form_is_refused(key: str, value: object, tmp_path: Path) -> None:
    data = small_file()
    data["passages"][0][key] = value  # type: ignore[index]
    path = tmp_path / "notes.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    with pytest.raises(ArticleError, match=r"notes file 'notes\.yaml' cannot be used(.|\n)*" + key):
        load_notes([], path)


@pytest.mark.parametrize("content", [b"a: [", b"[]", b"\xff", b"version: 2023-13-45"])
def test_unreadable_notes_file_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "notes.yaml"
    path.write_bytes(content)
    with pytest.raises(ArticleError, match="cannot be used"):
        load_notes([], path)
    with pytest.raises(ArticleError, match="cannot be used"):
        load_notes([], tmp_path / "gone.yaml")


def test_notes_file_belongs_to_the_package() -> None:
    assert NOTES_FILE.is_file()
