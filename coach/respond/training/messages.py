"""The messages the reader of messages is made of, read and checked.

`messages/*.jsonl` were written for this project, in the way people write to forums and to a chat.
"""

from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from coach.lora.examples import Example, digest_of, rows_of
from coach.respond.reading import KINDS, Kind, plain

__all__ = ["Row", "digest", "examples", "kind_of", "read_rows"]

_LIGHT = frozenset({"glad", "proud", "relieved"})


class Row(BaseModel):
    """One line of a file of messages.

    Attributes:
        text: A message.
        kind: What it does.
        over: Whether the writer's own relationship has ended.
        left: Who ended it.
        mood: What rules it as a whole.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Annotated[str, Field(min_length=1)]
    kind: Literal["story", "advice", "crowd", "gives", "letter", "other_person", "thanks"]
    over: Literal["over", "together", "undecided", "none"]
    left: Literal["me", "ex", "both", "unclear"]
    mood: str


def kind_of(row: Row) -> Kind:
    """The class a message is trained as.

    Args:
        row: The message with its labels.

    Returns:
        The class.
    """
    if row.kind in ("gives", "crowd", "thanks", "letter", "other_person"):
        return row.kind
    if row.over == "together":
        return "together"
    if row.over == "none":
        return "elsewhere"
    if row.mood in _LIGHT:
        return "light"
    return "calm" if row.mood == "neutral" else "pain"


def read_rows(folder: Path | None = None) -> list[Row]:
    """Read every file of messages.

    Args:
        folder: Where they are, None for those of the project.

    Returns:
        The rows, in the order of the files' names.

    Raises:
        ConfigError: A row is not in the form, or a message stands there twice.
    """
    return rows_of(Row, _files(folder))


def examples(rows: list[Row]) -> list[Example]:
    """The rows as the network is shown them.

    Args:
        rows: The messages.

    Returns:
        One example a row.
    """
    return [Example(plain(row.text), KINDS.index(kind_of(row))) for row in rows]


def digest(folder: Path | None = None) -> str:
    """What tells whether the weights are of these messages.

    Args:
        folder: Where they are, None for those of the project.

    Returns:
        A hexadecimal digest.
    """
    return digest_of(_files(folder))


def _files(folder: Path | None) -> list[Path]:
    here = Path(str(resources.files("coach.respond.training"))) / "messages"
    return sorted((folder or here).glob("*.jsonl"))
