"""A trained layer of the screen: an adapted MiniLM that reads every sentence of a message.

The phrase rules find what somebody has thought of; this layer finds what is said in other words.
It is trained on sentences written for this project (`training/`), and when it raises an alarm is
decided by `data/classifier.yaml`, whose numbers were chosen by measuring.
"""

import math
from collections.abc import Iterator, Sequence
from importlib import resources

import numpy as np
import numpy.typing as npt
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coach.errors import ConfigError
from coach.reply import Route
from coach.safety.adapter import Adapter
from coach.safety.normalise import Normalised
from coach.safety.pieces import pieces
from coach.safety.rules import Signal
from coach.safety.slang import plainer
from coach.safety.speakers import reported
from coach.safety.whose import Whose
from knowledge.encoder import WIDTH, Encoder

__all__ = ["Classifier", "Thresholds"]

Array = npt.NDArray[np.float32]

_ORDINARY = "coach"
_THREADS = 2  # one message at a time; more threads wait for each other on so small a model
_MOST = 400  # pieces read; of what is longer the beginning and the end (rules read it all)
# What another person is quoted with is no sign of these in her.
_HERS_ONLY: frozenset[str] = frozenset(
    {"crisis", "violence", "boundary", "minor", "professional", "injection", "off_topic"}
)


class Thresholds(BaseModel):
    """When the layer raises an alarm; the head of `classifier.yaml` explains each number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at_least: dict[Route, float]
    per_doubling: float = Field(ge=0)
    temperature: float = Field(gt=0)


class Classifier:
    """The layer; loads its model on first use, safe to share between threads.

    Args:
        adapter: What training made.
        thresholds: When it raises an alarm.

    Raises:
        ConfigError: A road has no threshold, or the other way round.
    """

    def __init__(self, adapter: Adapter, thresholds: Thresholds) -> None:
        if set(adapter.labels) - {_ORDINARY} != set(thresholds.at_least):
            raise ConfigError("classifier.yaml must have a threshold for each class, no more.")
        self._adapter = adapter
        self._thresholds = thresholds
        # Where each road stands in the network's answer.
        self._columns = {route: adapter.labels.index(route) for route in thresholds.at_least}
        self._ordinary = adapter.labels.index(_ORDINARY)
        self._encoder = Encoder(_THREADS, adapter.applied)
        self._whose = Whose.load()

    @classmethod
    def load(cls) -> "Classifier":
        """The layer that comes with the coach.

        Returns:
            The layer.

        Raises:
            ConfigError: One of its files is wrong.
        """
        folder = resources.files("coach.safety") / "data"
        adapter = Adapter.from_bytes((folder / "classifier.npz").read_bytes())
        try:
            text = (folder / "classifier.yaml").read_text(encoding="utf-8")
            thresholds = Thresholds.model_validate(yaml.safe_load(text))
        except (yaml.YAMLError, ValidationError) as error:
            raise ConfigError(f"classifier.yaml cannot be read: {error}") from error
        return cls(adapter, thresholds)

    def __call__(self, plain: Normalised) -> Iterator[Signal]:
        """Read a message.

        Args:
            plain: The message in its plain form.

        Yields:
            At most one signal a road: the piece that speaks most clearly of it.
        """
        read = plainer(plain) or plain
        spans = pieces(read.text)
        if len(spans) > _MOST:
            spans = [*spans[: _MOST // 2], *spans[-_MOST // 2 :]]
        if not spans:
            return
        texts = [read.text[start:end] for start, end in spans]
        theirs = reported(read)
        best: dict[Route, Signal] = {}
        for (start, end), odds in zip(spans, self.log_odds(texts), strict=True):
            route, surest = max(odds.items(), key=lambda item: item[1])
            surest -= self._thresholds.per_doubling * math.log2(len(spans))
            if surest < self._thresholds.at_least[route]:
                continue
            if route in _HERS_ONLY and _mostly_within(start, end, theirs):
                continue
            score = 1 / (1 + math.exp(-surest / self._thresholds.temperature))
            if route not in best or best[route].score < score:
                text = read.text[start:end]
                best[route] = Signal(
                    route=route,
                    rule=f"classifier:{route}",
                    evidence=read.evidence(start, end),
                    span=read.span(start, end),
                    score=round(score, 3),
                    about=self._whose.about(route, text),
                )
        yield from best.values()

    def log_odds(self, texts: Sequence[str]) -> list[dict[Route, float]]:
        """How much more each text speaks of a road than of nothing to stop at.

        Args:
            texts: Texts in their plain form.

        Returns:
            For each text, by road, the logarithm of the odds against ordinary coaching.
        """
        return [
            {route: float(row[at] - row[self._ordinary]) for route, at in self._columns.items()}
            for row in self.logits(texts)
        ]

    def logits(self, texts: Sequence[str]) -> Array:
        """What the network gives for each text.

        Args:
            texts: Texts in their plain form.

        Returns:
            Array of shape (len(texts), classes), float32.
        """
        out = np.empty((len(texts), 2 * WIDTH), dtype=np.float32)
        for rows, hidden, mask in self._encoder.batches(texts):
            out[rows, :WIDTH] = (hidden * mask).sum(axis=1) / mask.sum(axis=1)
            out[rows, WIDTH:] = np.where(mask > 0, hidden, -np.inf).max(axis=1)
        logits: Array = out @ self._adapter.head + self._adapter.bias
        return logits


def _mostly_within(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    inside = sum(max(0, min(end, last) - max(start, first)) for first, last in spans)
    return inside * 2 > end - start
