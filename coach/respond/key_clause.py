"""The clause in which a story comes to its point.

What makes a clause the one to give back was learned from messages written for this project, in
which people marked each clause (`training/clauses/`): a linear sum of what can be seen of it. The
weights are a file that can be read, `data/key_clause.yaml`; `python -m
coach.respond.training.clauses` makes it anew.
"""

import re
from functools import lru_cache
from importlib import resources
from typing import Final

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from coach.errors import ConfigError
from coach.respond.echo import (
    HEADLESS,
    MAX_WORDS,
    Encoder,
    about_her,
    clauses_of,
    own_words,
    readable,
    to_second_person,
)
from coach.respond.phrases import load_phrases

__all__ = ["FEATURES", "FILE", "candidates", "features", "key_clause"]

FILE: Final = "key_clause.yaml"
"""The weights, in `data/`."""

FEATURES: Final = (
    "near_all",
    "near_end",
    "near_clauses",
    "turns",
    "may_turn",
    "weighs",
    "in_title",
    "at",
    "at_squared",
    "last",
    "words",
    "few_words",
    "headless",
    "hangs",
    "of_the_other",
    "in_the_past",
    "denies",
    "turned",
    "begins",
    "ends",
    "digit",
)
"""What is seen of a clause, in the order of `features`."""

_PHRASES = load_phrases("telling")
_PLAIN = str.maketrans({"’": "", "'": ""})
_PLAIN_WORDS = re.compile(r"[\w\s,'’\-/&%]+")
_OTHER = re.compile(r"(?:he|she|they|it|there|nobody|everyone|everything)\b", re.IGNORECASE)
_PAST = re.compile(r"\b(?:was|were|had|did|said|told|went|came|got|took|asked|\w+ed)\b", re.I)
_DENIES = re.compile(
    r"\b(?:not|never|no|nothing|nobody|(?:ca|do|did|wo|could|is|was|would)n?['’]?t)\b", re.I
)
_FEW, _TITLE_WORDS, _END_WORDS, _WEIGHS_MOST = 5, 15, 70, 2


class _Weights(BaseModel):
    """What each thing seen of a clause is worth.

    Attributes:
        bias: What a clause is worth of which nothing is seen.
        least: What the best clause must be worth; below it none is given back.
        weights: By feature.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    bias: float
    least: float
    weights: dict[str, float]


@lru_cache(maxsize=1)
def _load() -> tuple[_Weights, np.ndarray]:
    try:
        source = (resources.files("coach.respond") / "data" / FILE).read_text(encoding="utf-8")
        read = _Weights.model_validate(yaml.load(source, Loader=yaml.CSafeLoader))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigError(f"{FILE}: {error}") from error
    if tuple(read.weights) != FEATURES:
        raise ConfigError(f"{FILE}: the weights must be {', '.join(FEATURES)}, in this order.")
    return read, np.array(list(read.weights.values()))


def key_clause(message: str, encoder: Encoder) -> str | None:
    """The clause in which a story comes to its point.

    Args:
        message: Her message.
        encoder: Tells how near a clause is to the whole.

    Returns:
        A clause of hers about herself that can be read back, without end mark; None where none
        is likely enough to be the one.

    Raises:
        ConfigError: The file of the weights is wrong.
    """
    learned, weights = _load()
    clauses = candidates(message)
    if not clauses:
        return None
    worth = learned.bias + features(message, clauses, encoder) @ weights
    best = int(worth.argmax())
    return clauses[best] if worth[best] >= learned.least else None


def candidates(message: str) -> list[str]:
    """Clauses of a message that could be given back, in order.

    Args:
        message: Her message.

    Returns:
        Clauses that tell of her or the two of them and read well.
    """
    return [
        clause
        for clause in dict.fromkeys(clauses_of(own_words(message)))
        if about_her(clause) and _PLAIN_WORDS.fullmatch(clause) and readable(clause, MAX_WORDS)
    ]


def features(message: str, clauses: list[str], encoder: Encoder) -> np.ndarray:
    """What is seen of each clause.

    Args:
        message: Her message.
        clauses: Some of its clauses, at least one.
        encoder: Tells how near one text is to another.

    Returns:
        Shape (clauses, FEATURES).
    """
    own = own_words(message)
    end = " ".join(own.split()[-_END_WORDS:])
    vectors = encoder.encode([own, end, *clauses])
    whole, end_vector, vectors = vectors[0], vectors[1], vectors[2:]
    middle = vectors.mean(axis=0)
    title = own.split("\n", 1)[0]
    title = title if len(title.split()) <= _TITLE_WORDS else ""
    rows = []
    for place, (clause, vector) in enumerate(zip(clauses, vectors, strict=True)):
        plain = clause.lower().translate(_PLAIN)
        start = own.find(clause)
        before, after = own[:start], own[start + len(clause) :]
        at, words = start / len(own), len(clause.split())
        rows.append(
            [
                vector @ whole,
                vector @ end_vector,
                vector @ middle,
                _PHRASES["turns"].search(plain) is not None,
                _PHRASES["may_turn"].search(plain) is not None,
                min(_WEIGHS_MOST, len(_PHRASES["weighs"].findall(plain))),
                clause in title,
                at,
                at * at,
                place == len(clauses) - 1,
                words,
                words < _FEW,
                HEADLESS.match(clause) is not None,
                _hangs(before, after),
                _OTHER.match(clause) is not None,
                _PAST.search(clause) is not None,
                _DENIES.search(clause) is not None,
                to_second_person(clause) is not None,
                before.rstrip(" ")[-1:] in ("", "\n", ".", "!", "?"),
                after[:1] in (".", "!", "\n", ""),
                any(char.isdigit() for char in clause),
            ]
        )
    return np.array(rows, dtype=float)


def _hangs(before: str, after: str) -> bool:
    """Whether a clause is part of something: "he said …", "… and backstabbing", a quotation."""
    line = before.rsplit("\n", 1)[-1]
    spoken = sum(line.count(mark) for mark in '"“”') % 2 == 1
    led, goes_on = _PHRASES["leads_in"].search(line), _PHRASES["goes_on"].search(after)
    return spoken or led is not None or goes_on is not None
