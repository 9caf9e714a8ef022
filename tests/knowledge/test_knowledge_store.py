"""The index is a cache: built once, rebuilt when it must be, never half of it."""

import dataclasses
import os
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from knowledge import store
from knowledge.article import Article
from knowledge.embeddings import MiniLM
from knowledge.errors import IndexStoreError
from knowledge.fusion import SILENT
from knowledge.notes import Notes
from knowledge.store import Index, open_index


class CountingModel(MiniLM):
    """The real model; counts the texts it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.texts = 0

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.texts += len(texts)
        return super().embed_documents(texts)


@contextmanager
def opened(article: Article, notes: Notes, model: MiniLM, cache: Path) -> Iterator[Index]:
    index = open_index([article], notes, model, cache)
    try:
        yield index
    finally:
        index.close()


def folders(cache: Path) -> set[str]:
    return {path.name for path in (cache / "index").iterdir() if path.is_dir()}


def test_second_open_builds_nothing(
    small_article: Article, small_notes: Notes, cache: Path
) -> None:
    model = CountingModel()
    with opened(small_article, small_notes, model, cache) as index:
        assert index.built
        count = index.client.get_collection(index.name).count()
        assert model.texts == count == 3 + 3 * (1 + 15) + 15
        name = index.name
    before = sorted((p, p.stat().st_mtime_ns) for p in (cache / "index" / name).glob("*.*"))
    with opened(small_article, small_notes, model, cache) as index:
        assert not index.built
        assert index.name == name
        assert index.client.get_collection(name).count() == count
    assert model.texts == count
    assert before == sorted((p, p.stat().st_mtime_ns) for p in (cache / "index" / name).glob("*.*"))


def test_index_holds_passages_ideas_and_phrases(
    small_article: Article, small_notes: Notes, model: MiniLM, cache: Path
) -> None:
    with opened(small_article, small_notes, model, cache) as index:
        (found,) = index.chroma.similarity_search(small_article.passages[-1].text, k=1)
        assert found.metadata == {"slug": "mourn", "kind": "passage"}
        assert set(index.fusion.labels) == {"give-space", "his-socials", "mourn", SILENT}
        assert {entry.kind for entry in index.phrases} == {"idea", "phrase"}
        distance = index.chroma.similarity_search_with_score(small_notes.silent[0], k=1)[0][1]
        assert distance == pytest.approx(0, abs=1e-3), "cosine distance to itself"


def test_index_is_rebuilt_when_what_it_is_made_from_changes(
    small_article: Article,
    small_notes: Notes,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = CountingModel()
    names = []
    with opened(small_article, small_notes, model, cache) as index:
        names.append(index.name)

    model.texts = 0
    more = small_notes.model_copy(update={"silent": (*small_notes.silent, "a new one")})
    with opened(small_article, more, model, cache) as index:
        assert index.built
        names.append(index.name)
    assert model.texts == 1, "vectors of the last index are used again"

    first, *rest = small_article.passages
    reworded = dataclasses.replace(first, text=first.text + " And one more thing.")
    article = dataclasses.replace(small_article, passages=(reworded, *rest))
    with opened(article, more, model, cache) as index:
        assert index.built
        names.append(index.name)
    assert model.texts == 2

    monkeypatch.setattr(store, "MODEL_ID", "another-model")
    with opened(article, more, model, cache) as index:
        assert index.built
        names.append(index.name)
    assert model.texts > 50, "vectors of another model are not"
    assert len(set(names)) == 4
    assert folders(cache) == set(names[2:]), "older ones are tidied away"


def test_a_phrase_noted_twice_is_one_row(
    small_article: Article, small_notes: Notes, model: MiniLM, cache: Path
) -> None:
    twice = small_notes.model_copy(update={"silent": (*small_notes.silent, small_notes.silent[0])})
    with opened(small_article, twice, model, cache) as index:
        assert index.client.get_collection(index.name).count() == 3 + 3 * (1 + 15) + 15


@pytest.mark.parametrize("damage", ["cut fusion", "no vectors", "cut rows", "empty database"])
def test_broken_index_is_built_anew(
    damage: str, small_article: Article, small_notes: Notes, model: MiniLM, cache: Path
) -> None:
    with opened(small_article, small_notes, model, cache) as index:
        folder = cache / "index" / index.name
    if damage == "cut fusion":
        (folder / "fusion.npz").write_bytes((folder / "fusion.npz").read_bytes()[:300])
        (folder / "vectors.npz").write_bytes((folder / "vectors.npz").read_bytes()[:300])
    elif damage == "no vectors":
        shutil.rmtree(folder / "chroma")
    elif damage == "cut rows":
        (folder / "complete.json").write_text('[["a", "b"]', encoding="utf-8")
    else:
        (folder / "chroma" / "chroma.sqlite3").write_bytes(b"not a database" * 100)
    with opened(small_article, small_notes, model, cache) as index:
        assert index.built
        assert index.chroma.similarity_search("crying", k=1)
    with opened(small_article, small_notes, model, cache) as index:
        assert not index.built


def test_folder_that_cannot_be_made_is_refused(
    small_article: Article, small_notes: Notes, model: MiniLM, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(IndexStoreError, match=r"file/cache/index' cannot be used: .*directory"):
        open_index([small_article], small_notes, model, tmp_path / "file" / "cache")


def test_read_only_folder_is_refused(
    small_article: Article, small_notes: Notes, model: MiniLM, tmp_path: Path
) -> None:
    tmp_path.chmod(0o555)
    root = os.geteuid() == 0
    if root:  # whom no permission stops
        os.seteuid(65534)
    try:
        with pytest.raises(IndexStoreError, match="Permission denied"):
            open_index([small_article], small_notes, model, tmp_path / "cache")
    finally:
        if root:
            os.seteuid(0)
        tmp_path.chmod(0o755)


def test_full_disk_is_refused_and_leaves_the_old_index(
    small_article: Article, small_notes: Notes, model: MiniLM, cache: Path
) -> None:
    with opened(small_article, small_notes, model, cache) as index:
        old = index.name
    more = small_notes.model_copy(update={"silent": (*small_notes.silent, "a new one")})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))  # no file may grow beyond this
    try:
        with pytest.raises(IndexStoreError, match="cannot be used"):
            open_index([small_article], more, model, cache)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert folders(cache) == {old}
    with opened(small_article, small_notes, model, cache) as index:
        assert not index.built
