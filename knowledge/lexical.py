"""BM25 over the notes' phrases, scaled like a cosine.

A raw BM25 score grows with the length of the query. Divided by what query and
phrase could score at most it runs from 0 to about 1, so that it can stand beside
a cosine and be learned from.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import bm25s
import numpy as np
import numpy.typing as npt

__all__ = ["LexicalIndex", "tokenize"]

_WORD = re.compile(r"[^\W_]+")
_K1 = 1.2
_B = 0.75


def tokenize(text: str) -> list[str]:
    """Split a text into words and pairs of words, lower case, apostrophes dropped.

    Pairs carry much of the sense here: "without him" is another thing than "with him".
    """
    words = _WORD.findall(text.lower().replace("’", "").replace("'", ""))
    return words + [f"{a}_{b}" for a, b in pairwise(words)]


class LexicalIndex:
    """BM25 (bm25s) over a fixed list of texts.

    Args:
        texts: The texts; scores come in their order.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        tokens = [tokenize(text) for text in texts]
        self._bm25 = bm25s.BM25(k1=_K1, b=_B, method="lucene")
        if any(tokens):  # bm25s cannot index texts without a single word
            self._bm25.index(tokens, show_progress=False)
        found = Counter(token for row in tokens for token in set(row))
        self._idf = {
            token: math.log(1 + (len(texts) - count + 0.5) / (count + 0.5))
            for token, count in found.items()
        }
        mean = max(1, sum(map(len, tokens))) / max(1, len(tokens))
        self._norms = np.array([self._norm(row, mean) for row in tokens], dtype=np.float32)

    def scores(self, query: str) -> npt.NDArray[np.float32]:
        """Similarity of a query to every text.

        Args:
            query: Any text.

        Returns:
            Array of shape (number of texts,), 0 where no word is shared.
        """
        known = [token for token in dict.fromkeys(tokenize(query)) if token in self._idf]
        if not known:
            return np.zeros(len(self._norms), dtype=np.float32)
        most = math.sqrt(sum(self._idf[token] for token in known))
        scores: npt.NDArray[np.float32] = self._bm25.get_scores(known) / (most * self._norms)
        return scores

    def familiar(self, query: str) -> float:
        """Share of a text's words that occur in any of the texts; 0 for a text without words."""
        words = [token for token in tokenize(query) if "_" not in token]
        return sum(word in self._idf for word in words) / len(words) if words else 0.0

    def matrix(self, queries: Iterable[str]) -> npt.NDArray[np.float32]:
        """`scores` of several queries, stacked: shape (queries, texts)."""
        return np.stack([self.scores(query) for query in queries])

    def _norm(self, tokens: Sequence[str], mean: float) -> float:
        length = _K1 * (1 - _B + _B * len(tokens) / mean)
        squares = (
            self._idf[token] * (count / (count + length)) ** 2
            for token, count in Counter(tokens).items()
        )
        return math.sqrt(sum(squares)) or 1.0
