"""Fixtures for all tests."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for `fakes` and `weights`

import weights as small_model
from fakes.endpoint import FakeEndpoint, running_endpoint


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def fake_endpoint() -> Iterator[FakeEndpoint]:
    """An endpoint whose model names are its faults; see fakes/endpoint.py."""
    with running_endpoint() as fake:
        yield fake


@pytest.fixture(scope="session")
def small_weights() -> Path:
    """The small real model; `make test-all` fetches it first."""
    path = small_model.path()
    if not path.is_file():
        pytest.fail("The small test model is missing: run `python tests/weights.py`.")
    return path


@pytest.fixture(scope="session")
def cache_dir() -> Path:
    """A cache with the real index of the built-in article, kept from run to run."""
    from knowledge.article import load_folder
    from knowledge.embeddings import MiniLM
    from knowledge.notes import load_notes
    from knowledge.store import open_index

    folder = Path(__file__).parent.parent / ".cache" / "test-cache"
    articles = load_folder(None)
    notes = load_notes(p for article in articles for p in article.passages)
    open_index(articles, notes, MiniLM(), folder).close()
    return folder


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key, switch or address of the machine the tests run on reaches them."""
    import os

    for name in list(os.environ):
        if name.startswith(("COACH_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_", "HF_")):
            monkeypatch.delenv(name)
