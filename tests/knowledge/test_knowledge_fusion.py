"""The learned fusion, on small made-up worlds with a known answer."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from knowledge.fusion import SILENT, Fusion, fit

DIMENSIONS = 384
LABELS = ["a", "b", "c", SILENT]


def world(
    sizes: dict[str, int], noise: float, seed: int = 0
) -> tuple[npt.NDArray[np.float32], list[str]]:
    """Unit vectors scattered around one centre a label."""
    centres = dict(
        zip(
            LABELS,
            np.linalg.qr(np.random.default_rng(7).normal(size=(DIMENSIONS, 4)))[0].T,
            strict=True,
        )
    )
    rng = np.random.default_rng(seed)
    labels = [label for label, size in sizes.items() for _ in range(size)]
    rows = np.array([centres[label] for label in labels])
    rows += noise * rng.normal(size=rows.shape) / np.sqrt(DIMENSIONS)
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit.astype(np.float32), labels


def fitted(
    sizes: dict[str, int], noise: float = 1.0
) -> tuple[Fusion, npt.NDArray[np.float32], list[str]]:
    vectors, labels = world(sizes, noise)
    return fit(vectors, np.maximum(vectors @ vectors.T, 0), labels, labels), vectors, labels


def chances(
    fusion: Fusion,
    vector: npt.NDArray[np.float32],
    vectors: npt.NDArray[np.float32],
    labels: list[str],
) -> npt.NDArray[np.float32]:
    cosine = vectors @ vector
    nearest = np.array(
        [
            max(c for c, x in zip(cosine, labels, strict=True) if x == label)
            for label in fusion.labels
        ],
        dtype=np.float32,
    )
    return fusion.probabilities(vector, np.maximum(cosine, 0), nearest)


EVEN = dict.fromkeys(LABELS, 20)


def test_new_messages_find_their_label_and_chances_sum_to_one() -> None:
    fusion, vectors, labels = fitted(EVEN)
    news, truth = world(dict.fromkeys(LABELS, 10), 1.0, seed=1)
    found = [chances(fusion, row, vectors, labels) for row in news]
    assert np.sum(found, axis=1) == pytest.approx(1, abs=1e-5)
    assert [fusion.labels[int(row.argmax())] for row in found] == truth


def test_silent_stands_above_the_threshold_and_the_rest_below() -> None:
    fusion, vectors, labels = fitted(EVEN)
    news, truth = world(dict.fromkeys(LABELS, 20), 1.0, seed=2)
    at = fusion.labels.index(SILENT)
    silent = [chances(fusion, row, vectors, labels)[at] > fusion.threshold for row in news]
    of_silent = [flag for flag, label in zip(silent, truth, strict=True) if label == SILENT]
    of_others = [flag for flag, label in zip(silent, truth, strict=True) if label != SILENT]
    assert np.mean(of_silent) >= 0.95
    assert np.mean(of_others) <= 0.1, "a few of a hundred may be missed, by design"


def test_many_phrases_do_not_outvote_few() -> None:
    fusion, vectors, labels = fitted({"a": 120, "b": 6, "c": 6, SILENT: 6}, noise=1.5)
    news, truth = world({"b": 30}, 1.5, seed=3)
    found = [fusion.labels[int(chances(fusion, row, vectors, labels).argmax())] for row in news]
    assert np.mean(np.array(found) == truth) >= 0.9
    assert fusion.bias == pytest.approx(0.25, abs=1e-6), "each group weighs the same"


def test_sure_where_phrases_agree_and_unsure_where_they_do_not() -> None:
    means = []
    for noise in (0.5, 9.0):
        fusion, vectors, labels = fitted(EVEN, noise)
        news, _ = world(dict.fromkeys(LABELS, 10), noise, seed=4)
        means.append(np.mean([chances(fusion, row, vectors, labels).max() for row in news]))
    assert means[0] > 0.95
    assert means[1] < 0.75


def test_fit_is_deterministic() -> None:
    first, second = fitted(EVEN)[0], fitted(EVEN)[0]
    assert (first.threshold, first.temperature, first.nearest) == (
        second.threshold,
        second.temperature,
        second.nearest,
    )
    np.testing.assert_array_equal(first.dense, second.dense)


def test_saved_weights_answer_the_same(tmp_path: Path) -> None:
    fusion, vectors, labels = fitted(EVEN)
    fusion.save(tmp_path / "fusion.npz")
    again = Fusion.load(tmp_path / "fusion.npz")
    assert again.labels == fusion.labels
    for row in vectors[::9]:
        np.testing.assert_allclose(
            chances(again, row, vectors, labels), chances(fusion, row, vectors, labels), atol=1e-2
        )
