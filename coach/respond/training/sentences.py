"""The sentences the gate's classifier is made of, read and checked.

`sentences/*.jsonl` were written for this project in pairs: a sentence no coach should say, and
its near twin that a good one would. The composer's own sentences are good ones too.
"""

from importlib import resources
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from coach.lora.examples import Example, digest_of, rows_of
from coach.respond.gate_classifier import plain

__all__ = ["LABELS", "UNREAD", "Label", "Row", "digest", "examples", "read_rows"]

Label = Literal[
    "good",
    "contact",
    "begs",
    "third_party",
    "checks",
    "promise",
    "blame",
    "reopens",
    "diagnosis",
    "lethal",
    "outside",
]
LABELS: tuple[Label, ...] = get_args(Label)
"""Classes, what may be said first."""
UNREAD: tuple[frozenset[str], ...] = (
    frozenset(),
    frozenset({"hinted", "observed", "others", "softly"}),
)
"""Files that the first and the second reader are made without. Two that learnt from different
sentences are seldom wrong about the same one; from the same ones and another beginning, more often.
"""


class Row(BaseModel):
    """One line of a file of sentences.

    Attributes:
        text: A sentence of a coach.
        label: What is wrong with it, or `good`.
        pair: Which row it is the twin of, None for a single row.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Annotated[str, Field(min_length=1)]
    label: Label
    pair: str | None = None


def read_rows(folder: Path | None = None, without: frozenset[str] = frozenset()) -> list[Row]:
    """Read every file of sentences.

    Args:
        folder: Where they are, None for those of the project.
        without: Names of files to leave out, without their endings.

    Returns:
        The rows, in the order of the files' names.

    Raises:
        ConfigError: A row is not in the form, or a text stands there twice.
    """
    return rows_of(Row, _files(folder, without))


def examples(rows: list[Row], said: list[tuple[str, Label]]) -> list[Example]:
    """What the network is shown.

    Args:
        rows: The rows.
        said: Sentences of the composer, each with its label.

    Returns:
        Every sentence once.
    """
    labelled = [(row.text, row.label) for row in rows] + said
    by_text = {plain(text): LABELS.index(label) for text, label in labelled}
    return [Example(text, label) for text, label in by_text.items()]


def digest(folder: Path | None = None, without: frozenset[str] = frozenset()) -> str:
    """What tells whether the trained weights are of these sentences.

    Args:
        folder: Where the files are, None for those of the project.
        without: Names of files that were left out, without their endings.

    Returns:
        A hexadecimal SHA-256 over all files.
    """
    return digest_of(_files(folder, without))


def _files(folder: Path | None, without: frozenset[str]) -> list[Path]:
    where = folder or Path(str(resources.files("coach.respond.training"))) / "sentences"
    return sorted(path for path in where.glob("*.jsonl") if path.stem not in without)
