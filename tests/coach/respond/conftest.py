"""The real composer, gate and retriever, loaded once."""

import json
import random
from pathlib import Path

import pytest

from coach.respond.composer import Composer
from coach.respond.gate import Gate
from coach.respond.phrasebook import Voice, load_voice
from knowledge.article import load_folder
from knowledge.embeddings import MiniLM
from knowledge.notes import load_notes
from knowledge.retriever import PassageRetriever
from knowledge.stance import Stance, load_stance

MESSAGES = Path(__file__).parents[3] / "evals" / "datasets" / "retrieval.jsonl"


@pytest.fixture(scope="session")
def stance() -> Stance:
    return load_stance()


@pytest.fixture(scope="session")
def voice(stance: Stance) -> Voice:
    return load_voice(stance)


@pytest.fixture(scope="session")
def retriever(cache_dir: Path) -> PassageRetriever:
    articles = load_folder(None)
    notes = load_notes(p for article in articles for p in article.passages)
    return PassageRetriever.open(articles, notes, cache_dir)


@pytest.fixture(scope="session")
def encoder(retriever: PassageRetriever) -> MiniLM:
    return retriever.embeddings


@pytest.fixture(scope="session")
def composer(voice: Voice, encoder: MiniLM) -> Composer:
    return Composer(voice, encoder)


@pytest.fixture(scope="session")
def gate(encoder: MiniLM) -> Gate:
    return Gate(encoder)


@pytest.fixture(scope="session")
def messages() -> list[str]:
    """A hundred messages that steered nothing."""
    rows = [json.loads(line) for line in MESSAGES.read_text(encoding="utf-8").splitlines()]
    texts = [row["text"] for row in rows if row["set"] == 3]
    return random.Random(3).sample(texts, 100)  # noqa: S311
