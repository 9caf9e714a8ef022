"""Make the weights of `key_clause` anew: `python -m coach.respond.training.clauses` (`make gate`).

`clauses/*.jsonl` hold messages written for this project; each clause that could be given back has
a mark of whoever read the message: 3 is its heart, 2 would be good to hear, 1 is a side line, 0
would be odd, wrong or hurtful.
"""

import argparse
import logging
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, Field

from coach.lora.examples import rows_of
from coach.respond.echo import Encoder
from coach.respond.key_clause import FEATURES, FILE, candidates, features
from knowledge.embeddings import MiniLM

__all__ = ["Row", "read_rows"]

_log = logging.getLogger(__name__)

_HERE = Path(str(resources.files("coach.respond")))
_WORTH = {3: 1.0, 2: 0.6, 1: 0.25, 0: 0.0}
_PENALTY = 100.0
_FOLDS = 6


class Row(BaseModel):
    """One message and the marks of its clauses.

    Attributes:
        text: The message.
        marks: By clause.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Annotated[str, Field(min_length=1)]
    marks: dict[str, Literal[0, 1, 2, 3]]


def read_rows() -> list[Row]:
    """The marked messages.

    Raises:
        ConfigError: A row is not in the form, or a message stands there twice.
    """
    return rows_of(Row, sorted((_HERE / "training" / "clauses").glob("*.jsonl")))


def _shown(row: Row, encoder: Encoder) -> tuple[np.ndarray, list[int]]:
    clauses = [clause for clause in candidates(row.text) if clause in row.marks]
    if not clauses:
        return np.zeros((0, len(FEATURES))), []
    return features(row.text, clauses, encoder), [row.marks[clause] for clause in clauses]


def _worth(marks: list[int]) -> np.ndarray:
    return np.array([_WORTH[mark] for mark in marks])


def _ridge(seen: np.ndarray, worth: np.ndarray) -> tuple[float, np.ndarray]:
    mean, spread = seen.mean(axis=0), seen.std(axis=0) + 1e-6
    level = (seen - mean) / spread
    gram = level.T @ level + _PENALTY * np.eye(len(FEATURES))
    weights = np.linalg.solve(gram, level.T @ (worth - worth.mean())) / spread
    return float(worth.mean() - mean @ weights), weights


def _report(shown: list[tuple[np.ndarray, list[int]]], least: float) -> None:
    """How often the chosen clause has which mark, for messages that were not learned from."""
    chosen = []
    for fold in range(_FOLDS):
        rest = [one for place, one in enumerate(shown) if place % _FOLDS != fold]
        marks = np.concatenate([_worth(some) for _, some in rest])
        bias, weights = _ridge(np.vstack([seen for seen, _ in rest]), marks)
        for seen, some in shown[fold::_FOLDS]:
            worth = bias + seen @ weights
            chosen.append(some[int(worth.argmax())] if worth.max() >= least else None)
    counts = {str(mark): chosen.count(mark) for mark in (3, 2, 1, 0, None)}
    _log.info("marks of the clause chosen, cross-validated: %s", counts)


def main() -> None:
    """Fit and write the weights."""
    parser = argparse.ArgumentParser(description="Fit the weights of the key clause.")
    parser.add_argument("--least", type=float, default=0.42)
    parser.add_argument("--out", type=Path, default=_HERE / "data")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    encoder = MiniLM()
    shown = [one for one in (_shown(row, encoder) for row in read_rows()) if one[1]]
    _report(shown, options.least)
    bias, weights = _ridge(
        np.vstack([seen for seen, _ in shown]),
        np.concatenate([_worth(marks) for _, marks in shown]),
    )
    named = dict(zip(FEATURES, (round(float(one), 4) for one in weights), strict=True))
    data = {"bias": round(bias, 4), "least": options.least, "weights": named}
    head = "# Made by coach/respond/training/clauses.py.\n"
    text = head + yaml.safe_dump(data, sort_keys=False)
    (options.out / FILE).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
