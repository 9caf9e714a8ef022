"""The Chroma index: a derived local cache, built once for each state of the articles.

An index lives in a folder named after a digest of everything it is made from, and is
built beside it under another name and moved into place when complete. So building twice
changes nothing, a crash leaves the old index as it was, and a reader never sees half an
index. With a Chroma server (`chroma_url`) the vectors live there, in a collection of that
same name; only the fused weights stay in the local cache.
"""

import hashlib
import json
import logging
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import chromadb
import numpy as np
from chromadb.config import Settings as ChromaSettings
from filelock import FileLock, Timeout
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings

from knowledge.article import Article
from knowledge.embeddings import MODEL_ID
from knowledge.errors import IndexStoreError
from knowledge.fusion import SILENT, Fusion, fit
from knowledge.lexical import LexicalIndex
from knowledge.notes import NOTES_FILE, Notes

__all__ = ["Entry", "Index", "open_index"]

_FORMAT = 1  # raise it when what is stored changes its form
_KEEP = 2  # complete indexes kept: today's, and one that a running program may have open
_BATCH = 500
_EF_SEARCH = 400  # wide enough that the approximate search misses nothing among 100 hits

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """One text of the index.

    Attributes:
        slug: The passage it speaks for, `SILENT` for none.
        kind: `passage` (its words), `phrase` (what people say) or `idea`.
        text: The text.
    """

    slug: str
    kind: str
    text: str

    @property
    def id(self) -> str:
        """Content hash, so that indexing again adds no second row."""
        return hashlib.sha256(f"{self.slug}\n{self.kind}\n{self.text}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Index:
    """An open index.

    Attributes:
        name: Its digest, the name of folder and collection.
        chroma: The vector store over all entries.
        fusion: The fused weights, learned from the noted phrases.
        phrases: The texts `fusion` was learned from, in its order.
        built: Whether this call built it.
    """

    name: str
    chroma: Chroma
    client: chromadb.ClientAPI
    fusion: Fusion
    phrases: tuple[Entry, ...]
    built: bool

    def close(self) -> None:
        """Release the files or the connection."""
        self.client.close()


class _KnownVectors(Embeddings):
    """Embeddings that take vectors already computed for a text, and compute the rest."""

    def __init__(self, known: Mapping[str, Sequence[float]], base: Embeddings) -> None:
        self._known = known
        self._base = base

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        fresh = dict(zip(missing, self._base.embed_documents(missing), strict=True))
        return [list(self._known.get(text) or fresh[text]) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self._base.embed_query(text)


def open_index(
    articles: Sequence[Article],
    notes: Notes,
    embeddings: Embeddings,
    cache_dir: Path,
    chroma_url: str | None = None,
) -> Index:
    """Open the index of these articles, building it first where needed.

    Args:
        articles: All articles.
        notes: Notes on their passages.
        embeddings: The embedding model.
        cache_dir: Folder of derived files; the index lives in `index/` below it.
        chroma_url: Address of a Chroma server, None for a folder on disk.

    Returns:
        The open index.

    Raises:
        IndexStoreError: It can be neither opened nor built.
    """
    name = _digest(articles)
    root = cache_dir / "index"
    folder = root / name
    try:
        root.mkdir(parents=True, exist_ok=True)
        built = False
        if not (folder / "complete.json").is_file() or not _served(chroma_url, name):
            with FileLock(root / ".lock", timeout=600):
                if not (folder / "complete.json").is_file() or not _served(chroma_url, name):
                    _build(root, name, articles, notes, embeddings, chroma_url)
                    built = True
        return _open(folder, name, embeddings, chroma_url, built)
    except (OSError, Timeout, ValueError, chromadb.errors.ChromaError) as error:
        raise IndexStoreError(f"The index in {str(root)!r} cannot be built: {error}.") from error


def _digest(articles: Sequence[Article]) -> str:
    digest = hashlib.sha256(f"{_FORMAT}\n{MODEL_ID}\n".encode())
    digest.update(NOTES_FILE.read_bytes())
    for article in articles:
        digest.update(f"\n{article.name}\n{article.source}".encode())
    return digest.hexdigest()[:16]


def _entries(articles: Sequence[Article], notes: Notes) -> tuple[list[Entry], list[Entry]]:
    """All entries, and those that carry a label to learn from."""
    passages = [
        Entry(passage.slug, "passage", passage.text)
        for article in articles
        for passage in article.passages
    ]
    slugs = {entry.slug for entry in passages}
    labelled = [
        Entry(note.slug, kind, text)
        for note in notes.passages
        if note.slug in slugs
        for kind, texts in (("idea", (note.idea,)), ("phrase", note.says))
        for text in texts
    ]
    labelled += [Entry(SILENT, "phrase", text) for text in notes.silent]
    return passages + labelled, labelled


def _build(
    root: Path,
    name: str,
    articles: Sequence[Article],
    notes: Notes,
    embeddings: Embeddings,
    chroma_url: str | None,
) -> None:
    entries, labelled = _entries(articles, notes)
    known = _vectors_of_last(root)
    caching = _KnownVectors(known, embeddings)
    work = Path(tempfile.mkdtemp(prefix=".building-", dir=root))
    try:
        vectors = dict(
            zip(
                (entry.text for entry in entries),
                caching.embed_documents([entry.text for entry in entries]),
                strict=True,
            )
        )
        with _client(work, chroma_url) as client:
            _fill(client, name, entries, _KnownVectors(vectors, embeddings))
        sections = {p.slug: p.section for article in articles for p in article.passages}
        matrix = np.array([vectors[entry.text] for entry in labelled], dtype=np.float32)
        texts = [entry.text for entry in labelled]
        fusion = fit(
            matrix,
            LexicalIndex(texts).matrix(texts),
            [entry.slug for entry in labelled],
            [sections.get(entry.slug, SILENT) for entry in labelled],
        )
        fusion.save(work / "fusion.npz")
        np.savez_compressed(
            work / "vectors.npz",
            model=np.array(MODEL_ID),
            texts=np.array(list(vectors), dtype=np.str_),
            vectors=np.array(list(vectors.values()), dtype=np.float32),
        )
        rows = [[entry.slug, entry.kind, entry.text] for entry in labelled]
        (work / "complete.json").write_text(json.dumps(rows), encoding="utf-8")
        target = root / name
        if target.exists():
            shutil.rmtree(target)
        work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    _log.info("index %s built: %d entries, %d reused", name, len(entries), len(known))
    _tidy(root, name)


def _fill(
    client: chromadb.ClientAPI, name: str, entries: Sequence[Entry], embeddings: Embeddings
) -> None:
    store = Chroma(
        collection_name=name,
        client=client,
        embedding_function=embeddings,
        collection_configuration={"hnsw": {"space": "cosine", "ef_search": _EF_SEARCH}},
    )
    for at in range(0, len(entries), _BATCH):
        batch = entries[at : at + _BATCH]
        store.add_texts(
            [entry.text for entry in batch],
            metadatas=[{"slug": entry.slug, "kind": entry.kind} for entry in batch],
            ids=[entry.id for entry in batch],
        )
    # Said last: on a server, a collection without this word is half filled.
    client.get_collection(name).modify(metadata={"complete": True})


def _open(
    folder: Path, name: str, embeddings: Embeddings, chroma_url: str | None, built: bool
) -> Index:
    client = _connect(folder, chroma_url)
    rows = json.loads((folder / "complete.json").read_text(encoding="utf-8"))
    return Index(
        name=name,
        chroma=Chroma(
            collection_name=name,
            client=client,
            embedding_function=embeddings,
            create_collection_if_not_exists=False,
        ),
        client=client,
        fusion=Fusion.load(folder / "fusion.npz"),
        phrases=tuple(Entry(*row) for row in rows),
        built=built,
    )


def _connect(folder: Path, chroma_url: str | None) -> chromadb.ClientAPI:
    quiet = ChromaSettings(anonymized_telemetry=False)
    if chroma_url is None:
        return chromadb.PersistentClient(path=str(folder / "chroma"), settings=quiet)
    parts = urlsplit(chroma_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise IndexStoreError(
            f"COACH_CHROMA_URL is wrong: {chroma_url!r} is not an http(s) address."
        )
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 8000)
    return chromadb.HttpClient(host=parts.hostname, port=port, ssl=secure, settings=quiet)


@contextmanager
def _client(folder: Path, chroma_url: str | None) -> Iterator[chromadb.ClientAPI]:
    client = _connect(folder, chroma_url)
    try:
        yield client
    finally:
        client.close()


def _served(chroma_url: str | None, name: str) -> bool:
    """Whether a server, if there is one, holds the complete collection."""
    if chroma_url is None:
        return True
    with _client(Path(), chroma_url) as client:
        found = [c for c in client.list_collections() if c.name == name]
        return bool(found and (found[0].metadata or {}).get("complete"))


def _complete(root: Path) -> list[Path]:
    """Complete indexes, newest first."""
    marks = sorted(root.glob("*/complete.json"), key=lambda mark: mark.stat().st_mtime)
    return [mark.parent for mark in reversed(marks)]


def _vectors_of_last(root: Path) -> dict[str, list[float]]:
    """Vectors of the last index by text: an edited note need not embed all others anew."""
    for folder in _complete(root):
        try:
            with np.load(folder / "vectors.npz") as data:
                if str(data["model"]) == MODEL_ID:
                    texts = map(str, data["texts"])
                    return dict(zip(texts, data["vectors"].tolist(), strict=True))
        except (OSError, ValueError, KeyError) as error:
            _log.warning("index %s cannot be reused: %s", folder.name, type(error).__name__)
    return {}


def _tidy(root: Path, current: str) -> None:
    others = [folder for folder in _complete(root) if folder.name != current]
    for folder in others[_KEEP - 1 :]:
        shutil.rmtree(folder, ignore_errors=True)
    for work in root.glob(".building-*"):
        # Only under the lock, so whatever is still here was left by a crash.
        shutil.rmtree(work, ignore_errors=True)
