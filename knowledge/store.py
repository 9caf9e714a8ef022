"""The Chroma index: a derived local cache, built once for each state of the articles.

An index lives in a folder named after a digest of everything it is made from, and is
built beside it under another name and moved into place when complete. So building twice
changes nothing, a crash leaves the old index as it was, and a reader never sees half an
index. With a Chroma server (`chroma_url`) the vectors live there, in a collection of that
same name; only the fused weights stay in the local cache. An index that can no longer be
read is built anew.
"""

import hashlib
import json
import logging
import shutil
import tempfile
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
from chromadb.api.client import Client
from chromadb.errors import ChromaError
from filelock import FileLock, Timeout
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings

from knowledge.article import Article
from knowledge.connection import close, connect, connected
from knowledge.embeddings import MODEL_ID
from knowledge.errors import IndexStoreError
from knowledge.fusion import SILENT, Fusion, fit
from knowledge.lexical import LexicalIndex
from knowledge.notes import Notes

__all__ = ["Entry", "Index", "open_index"]

_FORMAT = 2  # raise it when what is stored changes its form
_KEEP = 2  # complete indexes kept: today's, and one that a running program may have open
_COMPLETE = "complete.json"  # written last
_SERVED = "-served"  # ends the folder's name when a server holds the vectors
_OWNER = ".owner"  # this cache's own name, to know its collections on a server again
_BATCH = 500
_PATIENCE = 600  # seconds to wait for another process that builds
_EF_SEARCH = 400  # wide enough that the approximate search misses nothing among 100 hits

_BROKEN = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    EOFError,
    zipfile.BadZipFile,
    ChromaError,
    AttributeError,  # Chroma, when asked again for a database that it failed to open
)
_FAILED = (*_BROKEN, Timeout, httpx.HTTPError)

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
    client: Client
    fusion: Fusion
    phrases: tuple[Entry, ...]
    built: bool

    def close(self) -> None:
        """Release the files or the connection."""
        close(self.client)


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
    root = cache_dir / "index"
    plan = _plan(articles, notes)
    # A folder of its own for each place the vectors may be: with a server it holds none.
    folder = root / (plan.name if chroma_url is None else f"{plan.name}{_SERVED}")
    try:
        root.mkdir(parents=True, exist_ok=True)
        if index := _try_open(folder, plan.name, embeddings, chroma_url):
            return index
        with FileLock(root / ".lock", timeout=_PATIENCE):
            # Another process may have built it while this one waited.
            if index := _try_open(folder, plan.name, embeddings, chroma_url):
                return index
            _build(folder, plan, embeddings, chroma_url)
        return _open(folder, plan.name, embeddings, chroma_url, built=True)
    except _FAILED as error:
        reason = str(error).strip().rstrip(".") or type(error).__name__
        raise IndexStoreError(f"The index in {str(root)!r} cannot be used: {reason}.") from error


@dataclass(frozen=True, slots=True)
class _Plan:
    """All that goes into an index.

    Attributes:
        name: Digest of everything below and of the embedding model.
        entries: What is to be found.
        labelled: Those of them that carry a label to learn from.
        groups: The section of each labelled entry.
    """

    name: str
    entries: tuple[Entry, ...]
    labelled: tuple[Entry, ...]
    groups: tuple[str, ...]


def _plan(articles: Sequence[Article], notes: Notes) -> _Plan:
    entries, labelled = _entries(articles, notes)
    sections = {p.slug: p.section for article in articles for p in article.passages}
    groups = tuple(sections.get(entry.slug, SILENT) for entry in labelled)
    digest = hashlib.sha256(f"{_FORMAT}\n{MODEL_ID}\n".encode())
    digest.update(json.dumps([[entry.id for entry in entries], groups]).encode())
    return _Plan(digest.hexdigest()[:16], tuple(entries), tuple(labelled), groups)


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


def _build(folder: Path, plan: _Plan, embeddings: Embeddings, chroma_url: str | None) -> None:
    root = folder.parent
    known = _vectors_of_last(root)
    caching = _KnownVectors(known, embeddings)
    texts = list(dict.fromkeys(entry.text for entry in plan.entries))
    work = Path(tempfile.mkdtemp(prefix=".building-", dir=root))
    try:
        vectors = dict(zip(texts, caching.embed_documents(texts), strict=True))
        with connected(work, chroma_url) as client:
            _fill(client, plan, _owner(root), _KnownVectors(vectors, embeddings))
        phrases = [entry.text for entry in plan.labelled]
        fusion = fit(
            np.array([vectors[text] for text in phrases], dtype=np.float32),
            LexicalIndex(phrases).matrix(phrases),
            [entry.slug for entry in plan.labelled],
            plan.groups,
        )
        fusion.save(work / "fusion.npz")
        np.savez_compressed(
            work / "vectors.npz",
            model=np.array(MODEL_ID),
            texts=np.array(texts, dtype=np.str_),
            vectors=np.array(list(vectors.values()), dtype=np.float32),
        )
        rows = [[entry.slug, entry.kind, entry.text] for entry in plan.labelled]
        (work / _COMPLETE).write_text(json.dumps(rows), encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    reused = sum(text in known for text in texts)
    _log.info("index %s built: %d texts, %d vectors reused", folder.name, len(texts), reused)
    _tidy(root, folder.name)
    if chroma_url is not None:
        _tidy_server(root, chroma_url)


def _fill(client: Client, plan: _Plan, owner: str, embeddings: Embeddings) -> None:
    store = Chroma(
        collection_name=plan.name,
        client=client,
        embedding_function=embeddings,
        collection_metadata={"owner": owner},  # a collection that is there keeps its own
        collection_configuration={"hnsw": {"space": "cosine", "ef_search": _EF_SEARCH}},
    )
    unique = list({entry.id: entry for entry in plan.entries}.values())
    for at in range(0, len(unique), _BATCH):
        batch = unique[at : at + _BATCH]
        store.add_texts(
            [entry.text for entry in batch],
            metadatas=[{"slug": entry.slug, "kind": entry.kind} for entry in batch],
            ids=[entry.id for entry in batch],
        )
    # Said last: on a server, a collection without this word is half filled.
    collection = client.get_collection(plan.name)
    collection.modify(metadata={**(collection.metadata or {}), "complete": True})


def _try_open(
    folder: Path, name: str, embeddings: Embeddings, chroma_url: str | None
) -> Index | None:
    """The index if it is there, complete and readable."""
    if not (folder / _COMPLETE).is_file() or not _served(chroma_url, name):
        return None
    try:
        return _open(folder, name, embeddings, chroma_url, built=False)
    except _BROKEN as error:
        _log.warning("index %s is broken, building it anew: %s", name, type(error).__name__)
        return None


def _open(
    folder: Path, name: str, embeddings: Embeddings, chroma_url: str | None, *, built: bool
) -> Index:
    rows = json.loads((folder / _COMPLETE).read_text(encoding="utf-8"))
    fusion = Fusion.load(folder / "fusion.npz")
    client = connect(folder, chroma_url)
    try:
        client.get_collection(name).count()  # reads the files, so a broken one shows here
        chroma = Chroma(
            collection_name=name,
            client=client,
            embedding_function=embeddings,
            create_collection_if_not_exists=False,
        )
    except BaseException:
        close(client)
        raise
    return Index(
        name=name,
        chroma=chroma,
        client=client,
        fusion=fusion,
        phrases=tuple(Entry(*row) for row in rows),
        built=built,
    )


def _served(chroma_url: str | None, name: str) -> bool:
    """Whether a server, if there is one, holds the complete collection."""
    if chroma_url is None:
        return True
    with connected(Path(), chroma_url) as client:
        found = [c for c in client.list_collections() if c.name == name]
        return bool(found and (found[0].metadata or {}).get("complete"))


def _complete(root: Path) -> list[Path]:
    """Complete indexes, newest first."""
    marks = sorted(root.glob(f"[!.]*/{_COMPLETE}"), key=lambda mark: mark.stat().st_mtime)
    return [mark.parent for mark in reversed(marks)]


def _vectors_of_last(root: Path) -> dict[str, list[float]]:
    """Vectors of the last index by text: an edited note need not embed all others anew."""
    for folder in _complete(root):
        try:
            with (folder / "vectors.npz").open("rb") as file, np.load(file) as data:
                if str(data["model"]) == MODEL_ID:
                    texts = map(str, data["texts"])
                    return dict(zip(texts, data["vectors"].tolist(), strict=True))
        except _BROKEN as error:
            _log.warning("index %s cannot be reused: %s", folder.name, type(error).__name__)
    return {}


def _tidy(root: Path, current: str) -> None:
    others = [folder for folder in _complete(root) if folder.name != current]
    for folder in others[_KEEP - 1 :]:
        shutil.rmtree(folder, ignore_errors=True)
    for work in root.glob(".building-*"):
        # Only under the lock, so whatever is still here was left by a crash.
        shutil.rmtree(work, ignore_errors=True)


def _tidy_server(root: Path, chroma_url: str) -> None:
    """Delete the collections that this cache made on the server and has no folder for."""
    owner = _owner(root)
    kept = {folder.name for folder in _complete(root)}
    try:
        with connected(root, chroma_url) as client:
            for found in client.list_collections():
                ours = (found.metadata or {}).get("owner") == owner
                if ours and f"{found.name}{_SERVED}" not in kept:
                    client.delete_collection(found.name)
    except (ChromaError, httpx.HTTPError, ValueError) as error:
        _log.warning("old collections stay on the server: %s", type(error).__name__)


def _owner(root: Path) -> str:
    path = root / _OWNER
    if not path.is_file():
        path.write_text(uuid.uuid4().hex, encoding="utf-8")
    return path.read_text(encoding="utf-8")
