"""What the coach remembers: conversations, what was disclosed and told in them, a journal.

Usage:
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with Records(f"sqlite:///{folder}/coach.sqlite3") as records:
    ...         person = records.create_person()
    ...         thread = records.create_thread(person)
    ...         records.history(person, thread.id)
    []
"""

from coach.records.lock import Attempt, LockState
from coach.records.markdown import as_markdown
from coach.records.retention import KeepDays
from coach.records.store import Records
from coach.records.summary import Summary
from coach.records.values import (
    CheckIn,
    CorrectionError,
    ExchangeIds,
    FoundThread,
    Moment,
    Rating,
    StoredDisclosure,
    StoredFact,
    StoredPage,
    StoredTurn,
    ThreadInfo,
    User,
    UserError,
)

__all__ = [
    "Attempt",
    "CheckIn",
    "CorrectionError",
    "ExchangeIds",
    "FoundThread",
    "KeepDays",
    "LockState",
    "Moment",
    "Rating",
    "Records",
    "StoredDisclosure",
    "StoredFact",
    "StoredPage",
    "StoredTurn",
    "Summary",
    "ThreadInfo",
    "User",
    "UserError",
    "as_markdown",
]
