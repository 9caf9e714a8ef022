"""What the coach remembers: conversations, and what was disclosed in them.

Usage:
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with Records(f"sqlite:///{folder}/coach.sqlite3") as records:
    ...         person = records.create_person()
    ...         thread = records.create_thread(person)
    ...         records.history(person, thread.id)
    []
"""

from coach.records.store import Records
from coach.records.values import (
    CorrectionError,
    ExchangeIds,
    StoredDisclosure,
    StoredTurn,
    ThreadInfo,
)

__all__ = [
    "CorrectionError",
    "ExchangeIds",
    "Records",
    "StoredDisclosure",
    "StoredTurn",
    "ThreadInfo",
]
