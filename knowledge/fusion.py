"""Learned fusion: from similarities to the notes' phrases to calibrated probabilities.

Nearest-phrase search alone lets one lucky phrase decide. Here ridge regression in
its dual form learns, from the phrases themselves, how much likeness to which phrase
speaks for which passage; dense and BM25 similarity add up to one kernel. Predictions
for phrases left out one at a time (closed form) then fit three numbers: how much the
single nearest phrase adds, the temperature that turns scores into probabilities, and
the threshold below which nothing fits.

Every section weighs the same, however many passages and phrases it has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

__all__ = ["SILENT", "Fusion", "fit"]

SILENT = ""
"""The label of phrases about things the article does not speak to."""

_DENSE = 0.3  # share of the dense similarity in the kernel; BM25 has the rest
_RIDGE = 1.0
_NEAREST = (0.0, 0.15, 0.3, 0.45, 0.6)
_TEMPERATURES = (8.0, 10.0, 12.0, 14.0, 16.0, 20.0, 24.0)
_MISSED = 0.03  # share of messages the article covers that may be taken for silent

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Fusion:
    """The fitted weights.

    Attributes:
        labels: Passage slugs, and `SILENT`.
        dense: Weights of the message's vector, shape (384, labels).
        lexical: Weights of its BM25 similarity to each phrase, shape (phrases, labels).
        bias: Prior of each label, shape (labels,).
        nearest: Weight of the nearest phrase's cosine.
        temperature: Factor that makes scores calibrated log-odds.
        threshold: Probability of `SILENT` above which nothing fits.
    """

    labels: tuple[str, ...]
    dense: Floats
    lexical: Floats
    bias: Floats
    nearest: float
    temperature: float
    threshold: float

    def probabilities(self, vector: Floats, lexical: Floats, nearest: Floats) -> Floats:
        """Probability of each label.

        Args:
            vector: The message's unit vector, shape (384,).
            lexical: Its BM25 similarity to each phrase, shape (phrases,).
            nearest: Cosine of the nearest phrase of each label, shape (labels,).

        Returns:
            Array of shape (labels,) that sums to 1.
        """
        scores = vector @ self.dense + lexical @ self.lexical + self.bias
        chances: Floats = _softmax(self.temperature * (scores + self.nearest * nearest)[None, :])[0]
        return chances

    def save(self, path: Path) -> None:
        """Write the weights to an .npz file."""
        np.savez_compressed(
            path,
            labels=np.array(self.labels),
            dense=self.dense,
            lexical=self.lexical.astype(np.float16),
            bias=self.bias,
            numbers=np.array([self.nearest, self.temperature, self.threshold]),
        )

    @classmethod
    def load(cls, path: Path) -> "Fusion":
        """Read weights that `save` wrote."""
        with path.open("rb") as file, np.load(file) as data:
            nearest, temperature, threshold = (float(x) for x in data["numbers"])
            return cls(
                labels=tuple(str(label) for label in data["labels"]),
                dense=data["dense"],
                lexical=data["lexical"].astype(np.float32),
                bias=data["bias"],
                nearest=nearest,
                temperature=temperature,
                threshold=threshold,
            )


def fit(vectors: Floats, lexical: Floats, labels: Sequence[str], groups: Sequence[str]) -> Fusion:
    """Learn the fusion from labelled phrases.

    Args:
        vectors: Their unit vectors, shape (phrases, 384).
        lexical: Their BM25 similarity to each other, shape (phrases, phrases).
        labels: The passage slug of each phrase, or `SILENT`.
        groups: The section of each phrase; sections weigh the same.

    Returns:
        The fitted fusion.
    """
    names = tuple(sorted(set(labels)))
    target = np.array([[label == name for name in names] for label in labels], dtype=np.float64)
    weight = _weights(groups)
    bias = weight @ target / weight.sum()
    cosine = (vectors @ vectors.T).astype(np.float64)
    kernel = _DENSE * cosine + (1 - _DENSE) * lexical
    inverse = np.linalg.inv(kernel + _RIDGE * np.diag(1 / weight))
    dual = inverse @ (target - bias)
    left_out = target - dual / np.diag(inverse)[:, None]
    np.fill_diagonal(cosine, -1.0)
    nearest = _best(cosine, labels, names)
    near, temperature = _calibrate(left_out, nearest, target, weight)
    silent = _softmax(temperature * (left_out + near * nearest))[:, names.index(SILENT)]
    covered = np.array([label != SILENT for label in labels])
    return Fusion(
        labels=names,
        dense=(_DENSE * vectors.T @ dual).astype(np.float32),
        lexical=((1 - _DENSE) * dual).astype(np.float32),
        bias=bias.astype(np.float32),
        nearest=near,
        temperature=temperature,
        threshold=_weighted_quantile(silent[covered], weight[covered], 1 - _MISSED),
    )


def _weights(groups: Sequence[str]) -> npt.NDArray[np.float64]:
    sizes = {group: groups.count(group) for group in set(groups)}
    weight = np.array([1 / sizes[group] for group in groups])
    even: npt.NDArray[np.float64] = weight / weight.mean()
    return even


def _best(
    cosine: npt.NDArray[np.float64], labels: Sequence[str], names: Sequence[str]
) -> npt.NDArray[np.float64]:
    index = np.array([names.index(label) for label in labels])
    return np.stack([cosine[:, index == i].max(axis=1) for i in range(len(names))], axis=1)


def _calibrate(
    scores: npt.NDArray[np.float64],
    nearest: npt.NDArray[np.float64],
    target: npt.NDArray[np.float64],
    weight: npt.NDArray[np.float64],
) -> tuple[float, float]:
    """The pair (nearest, temperature) with the lowest log loss on left-out phrases."""
    losses = {}
    for near in _NEAREST:
        for temperature in _TEMPERATURES:
            chance = (_softmax(temperature * (scores + near * nearest)) * target).sum(axis=1)
            losses[near, temperature] = float(weight @ -np.log(chance + 1e-12))
    return min(losses, key=lambda pair: losses[pair])


def _softmax(logits: npt.NDArray[np.floating]) -> Floats:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances: Floats = (shifted / shifted.sum(axis=1, keepdims=True)).astype(np.float32)
    return chances


def _weighted_quantile(values: Floats, weight: npt.NDArray[np.float64], share: float) -> float:
    order = np.argsort(values)
    mass = np.cumsum(weight[order]) / weight.sum()
    return float(values[order][int(np.searchsorted(mass, share))])
