"""What a classifier is trained on; without the libraries of training, so that tests can look."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from pydantic import TypeAdapter, ValidationError

from coach.errors import ConfigError

__all__ = ["Example", "HasText", "digest_of", "rows_of"]


@dataclass(frozen=True, slots=True)
class Example:
    """What the network is shown.

    Attributes:
        text: A text in the form it will read.
        label: Index of its class; 0 is the ordinary one.
        weight: Share of the epochs in which it is shown.
    """

    text: str
    label: int
    weight: float = 1.0


class HasText(Protocol):
    """A row of a file of examples."""

    @property
    def text(self) -> str:
        """What is to be learned from."""


Row = TypeVar("Row", bound=HasText)


def rows_of(form: type[Row], paths: Iterable[Path]) -> list[Row]:
    """Read files of examples, a JSON object a line.

    Args:
        form: The form of a row.
        paths: The files, in order.

    Returns:
        The rows of all files.

    Raises:
        ConfigError: A row is not in the form, or a text stands there twice.
    """
    adapter, rows, seen = TypeAdapter(form), list[Row](), set[str]()
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                row = adapter.validate_json(line)
            except ValidationError as error:
                raise ConfigError(f"{path.name}, line {number}: {error}") from error
            if row.text in seen:
                raise ConfigError(f"{path.name}, line {number}: stands there twice")
            seen.add(row.text)
            rows.append(row)
    return rows


def digest_of(paths: Iterable[Path]) -> str:
    """What tells whether trained weights are of these files.

    Args:
        paths: The files, in order.

    Returns:
        A hexadecimal SHA-256 over names and bytes.
    """
    total = hashlib.sha256()
    for path in paths:
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()
