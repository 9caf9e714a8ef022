"""How long she has been sitting here: a visit, as far as its messages tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ["Sitting", "sitting_of"]

_PAUSE = timedelta(minutes=45)  # between two messages; after a longer one she has come again


@dataclass(frozen=True, slots=True)
class Sitting:
    """One visit.

    Attributes:
        minutes: From its first message until now.
        turns: How many of the thread's turns fall into it, before the message at hand.
        fresh: Whether the message at hand is its first.
    """

    minutes: float = 0.0
    turns: int = 0
    fresh: bool = True


def sitting_of(times: Sequence[datetime], now: datetime) -> Sitting:
    """Find the visit that a message belongs to.

    Args:
        times: When the turns of the thread were stored, oldest first, aware.
        now: When the message came, aware.

    Returns:
        The visit; a fresh one when the last turn is long past.
    """
    began, turns, after = now, 0, now
    for time in reversed(times):
        if after - time > _PAUSE:
            break
        began, after, turns = time, time, turns + 1
    minutes = max(0.0, (now - began).total_seconds() / 60)
    return Sitting(minutes, turns, fresh=turns == 0)
