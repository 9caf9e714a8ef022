"""Find the passages a message needs, or say that nothing fits.

Three signals are fused: the learned likeness to the notes' phrases (dense and BM25,
knowledge/fusion.py) and the single nearest phrase of each passage out of Chroma, the best
score a passage counting, so that many phrases do not outvote few. Passages without notes
(more articles in a folder) are found by dense and BM25 likeness to their own words.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from knowledge.article import Article, Passage
from knowledge.embeddings import MiniLM
from knowledge.errors import IndexStoreError
from knowledge.fusion import SILENT
from knowledge.lexical import LexicalIndex
from knowledge.notes import Notes
from knowledge.store import Index, open_index

__all__ = ["Hit", "PassageRetriever", "SearchResult"]

_NEIGHBOURS = 100
_FAMILIAR = 0.4  # share of words that people in the notes have used too
_LEAST = 0.1  # where passages were left out, the best of the rest has to be this likely
# How likely a passage without notes fits, from its likeness to the message. The built-in
# article, where right and wrong are known, stands in for such articles: the likeness of its
# passages' own words to all 4,003 noted phrases (643 of them silent). A logistic regression of
# "is the right passage" over all pairs gives the slope. Its own middle, 0.509, is that of
# phrases chosen to be oblique and leaves plain questions unanswered; so the middle comes from
# a second regression, "stands the most alike passage in the right section", whose half, rather
# yes than no, lies at 0.388. The share of the dense likeness was chosen, not fitted.
_PLAIN_DENSE = 0.7
_PLAIN_MIDDLE = 0.388
_PLAIN_SLOPE = 8.45


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage and how well it fits.

    Attributes:
        passage: The passage.
        score: Calibrated, 0 to 1. For the best passage of a section, the chance that the
            section is the one; for its further passages, their own chance.
    """

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found.

    Attributes:
        hits: Best first; every section speaks once before one speaks twice.
        fits: Whether the articles speak to the message, in passages that may be used.
        closed: Whether they speak to it only in passages that may not be used.
    """

    hits: tuple[Hit, ...]
    fits: bool
    closed: bool = False


class PassageRetriever(BaseRetriever):
    """A LangChain retriever over the articles' passages.

    Attributes:
        k: How many documents `invoke` returns at most.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    k: int = 4
    passages: dict[str, Passage]
    index: Index
    embeddings: MiniLM
    lexical: LexicalIndex
    plain: dict[str, int]
    plain_lexical: LexicalIndex | None

    @classmethod
    def open(
        cls,
        articles: Sequence[Article],
        notes: Notes,
        cache_dir: Path,
        chroma_url: str | None = None,
        embeddings: MiniLM | None = None,
    ) -> "PassageRetriever":
        """Open the index, building it first where needed, and load what the search needs.

        Args:
            articles: All articles.
            notes: Notes on their passages.
            cache_dir: Folder of derived files.
            chroma_url: Address of a Chroma server, None for a folder on disk.
            embeddings: The embedding model, None for a new one.

        Returns:
            The retriever.

        Raises:
            IndexStoreError: The index can be neither opened nor built.
        """
        model = embeddings or MiniLM()
        index = open_index(articles, notes, model, cache_dir, chroma_url)
        passages = {p.slug: p for article in articles for p in article.passages}
        plain = {s: row for row, s in enumerate(passages) if s not in index.fusion.labels}
        return cls(
            passages=passages,
            index=index,
            embeddings=model,
            lexical=LexicalIndex([entry.text for entry in index.phrases]),
            plain=plain,
            # Over all passages: among a few alone every word would look rare.
            plain_lexical=LexicalIndex([p.text for p in passages.values()]) if plain else None,
        )

    def search(
        self,
        text: str,
        k: int | None = None,
        usable: Callable[[Passage], bool] | None = None,
    ) -> SearchResult:
        """Find passages for a message.

        Args:
            text: The message, of any length.
            k: How many hits at most, None for all.
            usable: Leaves out passages for which it is false, before they are ranked.

        Returns:
            The hits, and whether anything fits.
        """
        vector = self.embeddings.encode([text])[0]
        nearest = self._nearest(vector)
        fusion = self.index.fusion
        floor = min(nearest.values(), default=0.0)
        chances = fusion.probabilities(
            vector,
            self.lexical.scores(text),
            np.array([nearest.get(label, floor) for label in fusion.labels], dtype=np.float32),
        )
        own = dict(zip(fusion.labels, map(float, chances), strict=True))
        silent = own.pop(SILENT)
        scores = {slug: chance for slug, chance in own.items() if slug in self.passages}
        scores |= self._plain_scores(text, vector)
        best_plain = max((scores[slug] for slug in self.plain), default=0.0)
        # Code, an address or another language is near to nothing, so to anything.
        read = self.lexical.familiar(text) >= _FAMILIAR
        fits = (read and silent <= fusion.threshold) or best_plain >= 0.5
        kept = {s: c for s, c in scores.items() if usable is None or usable(self.passages[s])}
        left = max(kept.values(), default=0.0)
        closed = fits and len(kept) < len(scores) and left < _LEAST
        return SearchResult(self._rank(kept)[:k], fits and not closed, closed)

    def close(self) -> None:
        """Release the index."""
        self.index.close()

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **kwargs: Any
    ) -> list[Document]:
        result = self.search(query, k=self.k)
        if not result.fits:
            return []
        return [
            Document(
                id=hit.passage.slug,
                page_content=hit.passage.text,
                metadata={
                    "slug": hit.passage.slug,
                    "article": hit.passage.article,
                    "section": hit.passage.section,
                    "score": hit.score,
                },
            )
            for hit in result.hits
        ]

    def _nearest(self, vector: npt.NDArray[np.float32]) -> dict[str, float]:
        """Cosine of the nearest entry of each passage, out of Chroma."""
        # With more articles, their passages must not crowd out the noted ones.
        wanted = {"slug": {"$in": list(self.index.fusion.labels)}} if self.plain else None
        hits = self._near(vector, _NEIGHBOURS, wanted)
        nearest: dict[str, float] = {}
        for slug, cosine in hits:
            nearest[slug] = max(nearest.get(slug, -1.0), cosine)
        return nearest

    def _plain_scores(self, text: str, vector: npt.NDArray[np.float32]) -> dict[str, float]:
        if self.plain_lexical is None:
            return {}
        hits = self._near(vector, len(self.plain), {"slug": {"$in": list(self.plain)}})
        words = self.plain_lexical.scores(text)
        scores = {}
        for slug, cosine in hits:
            word = float(words[self.plain[slug]])
            likeness = _PLAIN_DENSE * cosine + (1 - _PLAIN_DENSE) * word
            scores[slug] = 1 / (1 + math.exp(-_PLAIN_SLOPE * (likeness - _PLAIN_MIDDLE)))
        return scores

    def _near(
        self, vector: npt.NDArray[np.float32], k: int, wanted: dict[str, Any] | None
    ) -> list[tuple[str, float]]:
        """Slug and cosine of the k nearest wanted entries, out of Chroma."""
        try:
            hits = self.index.chroma.similarity_search_by_vector_with_relevance_scores(
                vector.tolist(), k=k, filter=wanted
            )
        # Chroma lets errors of its parts through, and for an answer of a proxy raises a bare
        # Exception with the page in it: only the type is told.
        except Exception as error:
            raise IndexStoreError(
                f"The index cannot be searched ({type(error).__name__})."
            ) from error
        return [(str(doc.metadata["slug"]), 1.0 - float(distance)) for doc, distance in hits]

    def _rank(self, scores: dict[str, float]) -> tuple[Hit, ...]:
        """Order passages so that each section speaks once before one speaks twice."""
        sections: dict[tuple[str, str], list[str]] = {}
        for slug in sorted(scores, key=lambda s: -scores[s]):
            passage = self.passages[slug]
            sections.setdefault((passage.article, passage.section), []).append(slug)
        # Chances learned together add up; those of plain passages stand each for itself.
        total = {
            key: max(
                scores[slugs[0]], min(1.0, sum(scores[s] for s in slugs if s not in self.plain))
            )
            for key, slugs in sections.items()
        }
        first = [
            Hit(self.passages[sections[key][0]], total[key])
            for key in sorted(total, key=lambda key: -total[key])
        ]
        rest = [
            Hit(self.passages[slug], scores[slug])
            for slugs in sections.values()
            for slug in slugs[1:]
        ]
        return (*first, *sorted(rest, key=lambda hit: -hit.score))
