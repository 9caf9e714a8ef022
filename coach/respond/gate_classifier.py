"""The gate's trained half: tells "text him" from "no need to text him".

Likeness of embeddings cannot see a negation, and phrase rules find only what somebody has
thought of. This is an adapted MiniLM, trained on pairs of sentences written for this project
(`training/`), which reads one drafted sentence in a few milliseconds. Where it is in doubt,
about one time in twenty, a second one that was trained on fewer of them reads the sentence too, and
the mean counts: the two are seldom wrong about the same sentence.
"""

from functools import lru_cache
from importlib import resources
from typing import Self

import numpy as np
import numpy.typing as npt
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from coach.errors import ConfigError
from coach.lora.adapter import Adapter
from coach.lora.reader import Reader

__all__ = ["FILES", "GateClassifier", "Thresholds", "plain"]

FILES = ("gate_classifier.npz", "gate_second.npz")
"""The weights of the first reader and of the second, in `data/`."""

_GOOD = "good"
_REOPENS = "reopens"  # what is open to everybody whom no disclosure closes it to
_MARKS = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "—": "-", "–": "-", "…": "."})


class Thresholds(BaseModel):
    """When a sentence is stopped.

    Attributes:
        stop_at: Logarithm of the odds that something is wrong with it.
        pardon_at: A sentence whose odds are below this is let through although a phrase rule
            that looks for advice has found something in it.
        doubt: Between these odds the second reader is asked.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    stop_at: float
    pardon_at: float
    doubt: tuple[float, float]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.doubt[0] <= self.pardon_at <= self.stop_at <= self.doubt[1]:
            raise ValueError("needs doubt[0] <= pardon_at <= stop_at <= doubt[1]")
        return self


class GateClassifier:
    """Reads drafted sentences; loads its model on first use, safe to share between threads.

    Args:
        adapters: What training made: of the first reader and of the second.
        thresholds: When a sentence is stopped.

    Raises:
        ConfigError: The two do not tell the same classes apart.
    """

    def __init__(self, adapters: tuple[Adapter, Adapter], thresholds: Thresholds) -> None:
        first, second = adapters
        if first.labels != second.labels:
            raise ConfigError("The gate's two readers must tell the same classes apart.")
        self._first, self._second = Reader(first), Reader(second)
        self._labels = first.labels
        self.thresholds = thresholds

    @staticmethod
    @lru_cache(maxsize=1)
    def load() -> "GateClassifier":
        """The classifier that comes with the coach; the same one for all who ask.

        Returns:
            The classifier.

        Raises:
            ConfigError: One of its files is wrong.
        """
        folder = resources.files("coach.respond") / "data"
        try:
            first, second = (
                Adapter.from_bytes((folder / name).read_bytes(), name) for name in FILES
            )
            text = (folder / "gate_classifier.yaml").read_text(encoding="utf-8")
            thresholds = Thresholds.model_validate(yaml.load(text, Loader=yaml.CSafeLoader))
        except (OSError, yaml.YAMLError, ValidationError) as error:
            raise ConfigError(f"The gate's classifier cannot be loaded: {error}") from error
        return GateClassifier((first, second), thresholds)

    @property
    def adapters(self) -> tuple[Adapter, Adapter]:
        """What training made: of the first reader and of the second."""
        return self._first.adapter, self._second.adapter

    def read(self, sentence: str, restricted: bool) -> tuple[float, str]:
        """Read one sentence.

        Args:
            sentence: As it was drafted.
            restricted: Whether something she disclosed closes the way back to her.

        Returns:
            Logarithm of the odds that something is wrong with it, and what that would be.
        """
        text = plain(sentence)
        good = [label == _GOOD or (label == _REOPENS and not restricted) for label in self._labels]
        fine = np.array(good)
        logits = self._first.logits([text])[0]
        odds = _odds(logits, fine)
        low, high = self.thresholds.doubt
        if low < odds < high:
            also = self._second.logits([text])[0]
            odds, logits = (odds + _odds(also, fine)) / 2, (logits + also) / 2
        worst = int(np.where(fine, -np.inf, logits).argmax())
        return odds, self._labels[worst].replace("_", "-")


def _odds(logits: npt.NDArray[np.float32], fine: npt.NDArray[np.bool_]) -> float:
    return _log_sum(logits[~fine]) - _log_sum(logits[fine])


def plain(sentence: str) -> str:
    """A sentence as the classifier reads it: plain marks, one space between words.

    Args:
        sentence: Any sentence.

    Returns:
        The same, in lower case.
    """
    return " ".join(sentence.translate(_MARKS).lower().split())


def _log_sum(values: npt.NDArray[np.float32]) -> float:
    most = float(values.max())
    return most + float(np.log(np.exp(values - most).sum()))
