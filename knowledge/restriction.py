"""What a person may have disclosed that closes sentences of the article to her.

A module of its own, without imports: the safety screen starts in a blink because it
loads nothing that embeds or indexes.
"""

from typing import Literal

__all__ = ["Restriction"]

Restriction = Literal["abuse", "cheating", "crisis", "minor", "no_contact"]
