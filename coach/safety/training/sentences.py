"""The sentences the trained layer is made of, read and checked.

`sentences/*.jsonl` were written for this project, most of them in pairs: a message that belongs
on a road, and a look-alike that does not. The notes of the article are ordinary messages too.
"""

from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Annotated, get_args

from pydantic import BaseModel, ConfigDict, Field

from coach.errors import ConfigError
from coach.lora.examples import Example, digest_of, rows_of
from coach.reply import Route
from coach.safety.normalise import normalise
from coach.safety.pieces import pieces
from coach.safety.slang import plainer

__all__ = ["LABELS", "Row", "digest", "plain", "read_rows", "training_texts"]

LABELS: tuple[Route, ...] = ("coach", *(r for r in get_args(Route)[:9]))
"""Classes, ordinary coaching first."""

# Shares of the epochs:
_UNSURE = 0.5  # of a row that a careful reader could send either way
_SENTENCE = 0.5  # of an ordinary sentence taken out of a story
_STRETCH = 1.0  # of several of them
_STORY = 25  # words from which the pieces of a single row are shown as well
_WHOLE = 120  # words up to which a row is shown as a whole; the layer never reads more at once


class Row(BaseModel):
    """One line of a file of sentences.

    Attributes:
        text: The message.
        route: Its road.
        kind: What kind of message it is; for those who write more of them.
        pair: Which row it is the counterpart of, None for a single row.
        either: Whether a careful reader could send it to coaching as well.
        key: The words of a long story that disclose something, None when all of it counts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Annotated[str, Field(min_length=1)]
    route: Route
    kind: str = ""
    pair: str | None = None
    either: bool = False
    key: str | None = None


def read_rows(folder: Path | None = None) -> list[Row]:
    """Read every file of sentences.

    Args:
        folder: Where they are, None for those of the project.

    Returns:
        The rows, in the order of the files' names.

    Raises:
        ConfigError: A row is not in the form, or a text stands there twice.
    """
    return rows_of(Row, _files(folder))


def plain(text: str) -> str:
    """A text as the layer reads it.

    Args:
        text: Any text.

    Returns:
        The plain form, masks undone and slang in plain words.
    """
    form = normalise(text)
    return (plainer(form) or form).text


def training_texts(rows: list[Row], ordinary: list[str]) -> list[Example]:
    """What the network is shown of the rows.

    Args:
        rows: The rows.
        ordinary: Further ordinary messages, as the notes have them.

    Returns:
        Every message that is not too long, every piece of the stories, every further message.

    Raises:
        ConfigError: A key does not stand in its text.
    """
    texts: list[Example] = []
    for row in rows:
        words = len(row.text.split())
        if words <= _WHOLE and row.key is None:
            weight = _UNSURE if row.either else 1.0
            texts.append(Example(plain(row.text), LABELS.index(row.route), weight))
        if row.pair is None and words >= _STORY:
            texts += _pieces_of(row)
    return [*texts, *(Example(plain(text), 0, 1.0) for text in ordinary)]


def _pieces_of(row: Row) -> Iterator[Example]:
    """The sentences and stretches of a story, as the layer will read them."""
    text = plain(row.text)
    key = plain(row.key) if row.key is not None else ""
    first = text.find(key) if key else -1
    if key and first < 0:
        raise ConfigError(f"a key is not in its text: {row.key!r}")
    sentences, stretches = pieces(text)
    for start, end in [*sentences, *stretches]:
        inside = min(end, first + len(key)) - max(start, first)
        whole = (start, end) in stretches
        if key and inside * 2 > len(key):
            yield Example(text[start:end], LABELS.index(row.route), 1.0)
        elif (not key and row.route == "coach") or (key and inside <= 0):
            yield Example(text[start:end], 0, _STRETCH if whole else _SENTENCE)


def digest(folder: Path | None = None) -> str:
    """What tells whether the trained weights are of these sentences.

    Args:
        folder: Where the files are, None for those of the project.

    Returns:
        A hexadecimal SHA-256 over all files.
    """
    return digest_of(_files(folder))


def _files(folder: Path | None) -> list[Path]:
    where = folder or Path(str(resources.files("coach.safety.training"))) / "sentences"
    return sorted(where.glob("*.jsonl"))
