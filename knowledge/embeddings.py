"""Sentence embeddings from all-MiniLM-L6-v2, int8, without torch or a download."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from langchain_core.embeddings import Embeddings

from knowledge.encoder import WIDTH, Encoder

__all__ = ["MODEL_ID", "MiniLM"]

MODEL_ID = "all-MiniLM-L6-v2-int8"
"""Name of the model that vectors in an index were made with."""


class MiniLM(Embeddings):
    """all-MiniLM-L6-v2 for LangChain; loads on first use, safe to share between threads.

    Vectors have 384 dimensions and length 1, so a dot product is the cosine.

    Args:
        threads: Threads one call may take; 0 leaves it to onnxruntime.
    """

    def __init__(self, threads: int = 1) -> None:
        self._encoder = Encoder(threads)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed texts.

        Args:
            texts: Any number of texts; beyond 256 word pieces a text is cut.

        Returns:
            One vector of 384 numbers a text.

        Raises:
            IndexStoreError: The weights or the tokenizer are missing or altered.
        """
        vectors: list[list[float]] = self.encode(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Embed one text; as `embed_documents`."""
        return self.embed_documents([text])[0]

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Embed texts into one array.

        Args:
            texts: Any number of texts.

        Returns:
            Array of shape (len(texts), 384), float32, rows of length 1.

        Raises:
            IndexStoreError: The weights or the tokenizer are missing or altered.
        """
        out = np.empty((len(texts), WIDTH), dtype=np.float32)
        for rows, hidden, mask in self._encoder.batches(texts):
            mean = (hidden * mask).sum(axis=1) / mask.sum(axis=1)
            out[rows] = mean / np.linalg.norm(mean, axis=1, keepdims=True)
        return out
