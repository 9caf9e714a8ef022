"""Plain text on a terminal, wrapped at words while it is still coming."""

import re

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

__all__ = ["Writer"]

_WIDEST = 88  # longer lines are tiring to read
# Control characters and escape sequences would let a text move the cursor or worse.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_PIECE = re.compile(r"\n|[^\s]+")


class Writer:
    """Writes sentences as they arrive.

    Args:
        console: Where to write.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._column = 0

    def write(self, text: str, style: str = "") -> None:
        """Write on, after a space where something stands in the line already.

        Args:
            text: The words; line ends in them are kept.
            style: A rich style for them.
        """
        width = min(self._console.width, _WIDEST)
        for piece in _PIECE.findall(_CONTROL.sub("", text)):
            if piece == "\n":
                self._put("\n", "")
                continue
            length = cell_len(piece)
            if self._column and self._column + 1 + length > width:
                self._put("\n", "")
            self._put(f" {piece}" if self._column else piece, style)

    def line(self, text: str = "", style: str = "") -> None:
        """Write a text of its own, beginning and ending a line.

        Args:
            text: The words; nothing ends the line or leaves an empty one.
            style: A rich style for them.
        """
        if text and self._column:
            self._put("\n", "")
        self.write(text, style)
        self._put("\n", "")

    def _put(self, piece: str, style: str) -> None:
        self._console.print(Text(piece, style), end="", soft_wrap=True)
        self._column = 0 if piece == "\n" else self._column + cell_len(piece)
