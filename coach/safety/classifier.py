"""A trained layer of the screen: an adapted MiniLM that reads every sentence of a message.

The phrase rules find what somebody has thought of; this layer finds what is said in other words.
It is trained on sentences written for this project (`training/`), and when it raises an alarm is
decided by `data/classifier.yaml`, whose numbers were chosen by measuring.
"""

import math
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
import numpy.typing as npt
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coach.errors import ConfigError
from coach.lora.adapter import Adapter
from coach.lora.reader import Reader
from coach.reply import About, Route
from coach.safety.normalise import Normalised
from coach.safety.pieces import Pieces, Span, pieces
from coach.safety.rules import Signal
from coach.safety.slang import plainer
from coach.safety.speakers import reported
from coach.safety.whose import Whose

__all__ = ["Classifier", "Piece", "Thresholds"]

Array = npt.NDArray[np.float32]

_ORDINARY = "coach"
# Of what is longer than a person writes, the beginning and the end are read; rules read it all.
_MOST_CHARS = 24_000
# A piece may speak of two roads; the second counts when its odds are nearly those of the first.
_BESIDE = 0.6
# Shy of the page, not tired of life: "I'm not sure I'm allowed to be here". What has "belong" or
# "supposed to" in it stays as it is, because people say those of being alive.
_PAGE = re.compile(
    r"\ballowed (?:to (?:be|write|post|talk|use this)|in) (?:on )?here\b"
    r"|\b(?:in|at) the (?:right|wrong) (?:place|forum|page)\b"
)
# A tablet with a screen is no medicine.
_DEVICE = re.compile(
    r"\b(?:log(?:ged|ging)?|screen|app|charger|location|battery|passwords?|account|wifi|ipad)\b"
)
# What another person is quoted with is no sign of these in her.
_HERS_ONLY: frozenset[str] = frozenset(
    {"crisis", "violence", "boundary", "minor", "professional", "injection", "off_topic"}
)


class Thresholds(BaseModel):
    """When the layer raises an alarm; the head of `classifier.yaml` explains each number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at_least: dict[Route, float]
    per_doubling: float = Field(ge=0)
    context: float = Field(ge=0, lt=1)
    temperature: float = Field(gt=0)


@dataclass(frozen=True, slots=True)
class Piece:
    """One sentence or stretch of a message, as the layer read it.

    Attributes:
        route: A road it may speak of.
        odds: Logarithm of the odds against ordinary coaching, less what the length of the
            message takes off.
        text: The piece in the plain form.
        evidence: The same as she wrote it.
        span: Where it stands in the message.
    """

    route: Route
    odds: float
    text: str
    evidence: str
    span: tuple[int, int]


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
        self._reader = Reader(adapter)
        self._thresholds = thresholds
        # Where each road stands in the network's answer.
        self._columns = {route: adapter.labels.index(route) for route in thresholds.at_least}
        self._ordinary = adapter.labels.index(_ORDINARY)
        self._whose = Whose.load()

    @staticmethod
    @lru_cache(maxsize=1)
    def load() -> "Classifier":
        """The layer that comes with the coach; the same one for all who ask in this process.

        Returns:
            The layer.

        Raises:
            ConfigError: One of its files is wrong.
        """
        folder = resources.files("coach.safety") / "data"
        try:
            adapter = Adapter.from_bytes((folder / "classifier.npz").read_bytes())
            text = (folder / "classifier.yaml").read_text(encoding="utf-8")
            thresholds = Thresholds.model_validate(yaml.load(text, Loader=yaml.CSafeLoader))
        except (OSError, yaml.YAMLError, ValidationError) as error:
            raise ConfigError(f"the classifier cannot be loaded: {error}") from error
        return Classifier(adapter, thresholds)

    @property
    def adapter(self) -> Adapter:
        """What training made."""
        return self._reader.adapter

    @property
    def thresholds(self) -> Thresholds:
        """When it raises an alarm."""
        return self._thresholds

    def __call__(self, plain: Normalised) -> Iterator[Signal]:
        """Read a message.

        Args:
            plain: The message in its plain form.

        Yields:
            At most one signal a road: the piece that speaks most clearly of it.
        """
        found: dict[tuple[Route, About], Piece] = {}
        for piece in self.read(plain):
            if piece.odds >= self._thresholds.at_least[piece.route]:
                whose = (piece.route, self._whose.about(piece.route, piece.text))
                if whose not in found or found[whose].odds < piece.odds:
                    found[whose] = piece
        for (route, about), piece in found.items():
            yield Signal(
                route=route,
                rule=f"classifier:{route}",
                evidence=piece.evidence,
                span=piece.span,
                score=round(1 / (1 + math.exp(-piece.odds / self._thresholds.temperature)), 3),
                about=about,
            )

    def read(self, plain: Normalised) -> Iterator[Piece]:
        """Read every piece of a message, as it is and with masks and slang undone.

        Args:
            plain: The message in its plain form.

        Yields:
            Every piece for each road it may speak of.
        """
        known: dict[str, dict[Route, float]] = {}  # most pieces are the same in both forms
        yield from self._read(plain, known)
        bare = plainer(plain)
        if bare is not None:
            yield from self._read(bare, known)

    def _read(self, form: Normalised, known: dict[str, dict[Route, float]]) -> Iterator[Piece]:
        spans, odds = self._odds(form.text, known)
        theirs = reported(form)
        # The more is read, the more is read by chance.
        length = self._thresholds.per_doubling * math.log2(max(1, len(spans)))
        for (start, end), by_road in zip(spans, odds, strict=True):
            most = max(by_road.values())
            quoted = _mostly_within(start, end, theirs)
            for route, value in by_road.items():
                if value < most - _BESIDE or (quoted and route in _HERS_ONLY):
                    continue
                yield Piece(
                    route=route,
                    odds=value - length,
                    text=form.text[start:end],
                    evidence=form.evidence(start, end),
                    span=form.span(start, end),
                )

    def _odds(
        self, text: str, known: dict[str, dict[Route, float]]
    ) -> tuple[list[Span], list[dict[Route, float]]]:
        """The pieces of a text and their odds, those of a sentence drawn to its stretch's.

        "I caught him one night drinking" sounds like something else until its neighbours are
        read with it.
        """
        sentences, stretches = _ends(text)
        spans = [*sentences, *stretches]
        texts = [text[start:end] for start, end in spans]
        new = [piece for piece in dict.fromkeys(texts) if piece not in known]
        read = self.log_odds([_plainly(piece, text) for piece in new])
        known.update(zip(new, read, strict=True))
        odds = [known[piece] for piece in texts]
        begins = [start for start, _ in stretches]
        share = self._thresholds.context
        for index, (start, end) in enumerate(sentences):
            at = bisect_right(begins, start) - 1
            if at >= 0 and end <= stretches[at][1]:
                around = odds[len(sentences) + at]
                odds[index] = {
                    route: (1 - share) * own + share * around[route]
                    for route, own in odds[index].items()
                }
        return spans, odds

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
        return self._reader.logits(texts)


def _ends(text: str) -> Pieces:
    if len(text) <= _MOST_CHARS:
        return pieces(text)
    after = len(text) - _MOST_CHARS // 2
    head, tail = pieces(text[: _MOST_CHARS // 2]), pieces(text[after:])

    def moved(spans: list[Span]) -> list[Span]:
        return [(start + after, end + after) for start, end in spans]

    return Pieces(
        [*head.sentences, *moved(tail.sentences)], [*head.stretches, *moved(tail.stretches)]
    )


def _mostly_within(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    inside = sum(max(0, min(end, last) - max(start, first)) for first, last in spans)
    return inside * 2 > end - start


def _plainly(piece: str, text: str) -> str:
    """A piece with what the layer is known to mistake put another way."""
    piece = _PAGE.sub("welcome to write here", piece)
    return piece.replace("tablet", "computer") if _DEVICE.search(text) else piece
