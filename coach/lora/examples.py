"""What a classifier is trained on; without the libraries of training, so that tests can look."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Example", "digest_of"]


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
