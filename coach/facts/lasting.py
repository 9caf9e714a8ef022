"""How long a fact stays true as it was worded."""

import re
from datetime import date

from coach.reply import Fact

__all__ = ["still_fits"]

# Days after which "two weeks ago" and the like would be told wrongly.
_KEEPS: tuple[tuple[re.Pattern[str], int], ...] = tuple(
    (re.compile(rf"\b(?:{words})\b", re.IGNORECASE), days)
    for words, days in (
        (r"today|tonight|yesterday|this (?:morning|afternoon|evening)|last night", 0),
        (r"days?|\w+day|week ?end", 2),
        (r"weeks?|wks?", 5),
        (r"months?|mos?", 20),
        (r"20\d\d", 3650),
        (r"years?|yrs?|decades?", 120),
    )
)
_OTHERWISE = 120  # "in march", "after christmas"


def still_fits(fact: Fact, told: date, today: date) -> bool:
    """Whether a fact can be said today in the words it was told in.

    Only how long it is over changes with the days.

    Args:
        fact: What she told.
        told: When she told it.
        today: The day it would be said.

    Returns:
        False for "two weeks ago" a week later.
    """
    if fact.kind != "since":
        return True
    keeps = next((days for words, days in _KEEPS if words.search(fact.value)), _OTHERWISE)
    return (today - told).days <= keeps
