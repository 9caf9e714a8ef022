"""The gate's trained half: tells "text him" from "no need to text him".

Likeness of embeddings cannot see a negation, and phrase rules find only what somebody has
thought of. This is an adapted MiniLM, trained on pairs of sentences written for this project
(`training/`), which reads one drafted sentence in a few milliseconds.
"""

from functools import lru_cache
from importlib import resources

import numpy as np
import numpy.typing as npt
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from coach.errors import ConfigError
from coach.lora.adapter import Adapter
from coach.lora.reader import Reader

__all__ = ["GateClassifier", "Thresholds", "plain"]

_GOOD = "good"
_REOPENS = "reopens"  # what is open to everybody whom no disclosure closes it to
_MARKS = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "—": "-", "–": "-", "…": "."})


class Thresholds(BaseModel):
    """When a sentence is stopped.

    Attributes:
        stop_at: Logarithm of the odds that something is wrong with it.
        pardon_at: A sentence whose odds are below this is let through although a phrase rule
            that looks for advice has found something in it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    stop_at: float
    pardon_at: float


class GateClassifier:
    """Reads drafted sentences; loads its model on first use, safe to share between threads.

    Args:
        adapter: What training made.
        thresholds: When a sentence is stopped.
    """

    def __init__(self, adapter: Adapter, thresholds: Thresholds) -> None:
        self._reader = Reader(adapter)
        self._labels = adapter.labels
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
            data = (folder / "gate_classifier.npz").read_bytes()
            adapter = Adapter.from_bytes(data, "gate_classifier.npz")
            text = (folder / "gate_classifier.yaml").read_text(encoding="utf-8")
            thresholds = Thresholds.model_validate(yaml.safe_load(text))
        except (OSError, yaml.YAMLError, ValidationError) as error:
            raise ConfigError(f"The gate's classifier cannot be loaded: {error}") from error
        return GateClassifier(adapter, thresholds)

    @property
    def adapter(self) -> Adapter:
        """What training made."""
        return self._reader.adapter

    def read(self, sentence: str, restricted: bool) -> tuple[float, str]:
        """Read one sentence.

        Args:
            sentence: As it was drafted.
            restricted: Whether something she disclosed closes the way back to her.

        Returns:
            Logarithm of the odds that something is wrong with it, and what that would be.
        """
        logits = self._reader.logits([plain(sentence)])[0]
        good = [label == _GOOD or (label == _REOPENS and not restricted) for label in self._labels]
        fine = np.array(good)
        odds = _log_sum(logits[~fine]) - _log_sum(logits[fine])
        worst = int(np.where(fine, -np.inf, logits).argmax())
        return odds, self._labels[worst].replace("_", "-")


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
