"""Runs an adapted MiniLM: texts in, one number for each class out."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from coach.lora.adapter import Adapter
from knowledge.encoder import WIDTH, Encoder

__all__ = ["Reader"]

Array = npt.NDArray[np.float32]

_THREADS = 2  # one text at a time; more threads wait for each other on so small a model


class Reader:
    """A text classifier; loads its model on first use, safe to share between threads.

    Args:
        adapter: What training made.
    """

    def __init__(self, adapter: Adapter) -> None:
        self._adapter = adapter
        self._encoder = Encoder(_THREADS, adapter.applied)

    @property
    def adapter(self) -> Adapter:
        """What training made."""
        return self._adapter

    def logits(self, texts: Sequence[str]) -> Array:
        """What the network gives for each text.

        Args:
            texts: Texts in the form it was trained on.

        Returns:
            Array of shape (len(texts), classes), float32.
        """
        out = np.empty((len(texts), 2 * WIDTH), dtype=np.float32)
        for rows, hidden, mask in self._encoder.batches(texts):
            out[rows, :WIDTH] = (hidden * mask).sum(axis=1) / mask.sum(axis=1)
            out[rows, WIDTH:] = np.where(mask > 0, hidden, -np.inf).max(axis=1)
        logits: Array = out @ self._adapter.head + self._adapter.bias
        return logits
