"""A small world for the index tests: three passages of the real article with real notes."""

import dataclasses
from pathlib import Path

import pytest

from knowledge.article import Article, load_article
from knowledge.embeddings import MiniLM
from knowledge.notes import Notes, load_notes

SMALL = ("give-space", "his-socials", "mourn")


@pytest.fixture(scope="session")
def model() -> MiniLM:
    return MiniLM()


@pytest.fixture(scope="session")
def article() -> Article:
    return load_article()


@pytest.fixture(scope="session")
def notes(article: Article) -> Notes:
    return load_notes(article.passages)


@pytest.fixture(scope="session")
def small_article(article: Article) -> Article:
    return dataclasses.replace(
        article, passages=tuple(p for p in article.passages if p.slug in SMALL)
    )


@pytest.fixture(scope="session")
def small_notes(notes: Notes) -> Notes:
    return Notes(
        version=1,
        passages=tuple(
            note.model_copy(update={"says": note.says[:15]})
            for note in notes.passages
            if note.slug in SMALL
        ),
        silent=notes.silent[:15],
    )


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"
