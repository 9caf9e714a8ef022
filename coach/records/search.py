"""Search: a person's conversations, found by their titles and by what was said in them."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final, NamedTuple

from sqlalchemy import select

from coach.records import convert, queries
from coach.records.database import Database
from coach.records.tables import ThreadRow, TurnRow
from coach.records.values import FoundThread

__all__ = ["Search"]

_BEFORE: Final = 16
_AFTER: Final = 60
# A phone writes the curly ones, a desktop the straight ones.
_QUOTES: Final = {
    "'": "['\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}]",
    '"': '["\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}]',
}
_STRAIGHT: Final = str.maketrans(
    "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"
    "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}",
    "''\"\"",
)


class _Turn(NamedTuple):
    thread: str
    seq: int
    before: int | None
    content: str


class Search:
    """What was said in all conversations, reached as `Records.search`.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def threads(self, person: str, text: str) -> list[FoundThread]:
        """A person's conversations that hold a text, the one last spoken in first.

        The text stands for itself, whatever its characters, in upper or lower case. Searched
        are the titles and what is shown of a conversation, its newest branch.

        Args:
            person: Whose they are.
            text: What to look for; blank finds nothing.
        """
        wanted = _pattern(text)
        with self._database.reading() as session:
            rows = queries.threads(session, person)
            if wanted is None:
                return []
            # Compared here and not in SQL: SQLite knows upper and lower case of ASCII only.
            parent = select(TurnRow.seq, TurnRow.id).subquery()
            turns = session.execute(
                select(TurnRow.thread_id, TurnRow.seq, parent.c.seq, TurnRow.content)
                .join(ThreadRow, ThreadRow.id == TurnRow.thread_id)
                .outerjoin(parent, parent.c.id == TurnRow.parent_id)
                .where(ThreadRow.person_id == person)
                .order_by(TurnRow.thread_id, TurnRow.seq.desc())
            )
            said = {
                thread: _newest(wanted, (_Turn(*turn) for turn in of_thread))
                for thread, of_thread in groupby(turns, key=lambda turn: turn[0])
            }
            return [
                FoundThread(thread=convert.thread_info(row), excerpt=said.get(row.id))
                for row in rows
                if said.get(row.id) is not None or wanted.search(row.title or "")
            ]


def _pattern(text: str) -> re.Pattern[str] | None:
    words = convert.clean(text).translate(_STRAIGHT).split()
    if not words:
        return None
    escaped = [
        "".join(_QUOTES.get(character, re.escape(character)) for character in word)
        for word in words
    ]
    return re.compile(r"\s+".join(escaped), re.IGNORECASE)


def _newest(wanted: re.Pattern[str], turns: Iterable[_Turn]) -> str | None:
    """The newest place on the newest branch; the turns come from the last one back."""
    for content in _branch(turns):
        found = wanted.search(content)
        if found is not None:
            return _excerpt(content, *found.span())
    return None


def _branch(turns: Iterable[_Turn]) -> Iterator[str]:
    following: int | None = None
    for count, turn in enumerate(turns):
        if count == 0 or turn.seq == following:
            following = turn.before
            yield turn.content


def _excerpt(content: str, begin: int, end: int) -> str:
    before, after = content[max(0, begin - _BEFORE) : begin], content[end : end + _AFTER]
    if begin > _BEFORE:  # from the beginning of a word, where there is one
        before = "…" + (before.partition(" ")[2] if " " in before.strip() else before)
    if end + _AFTER < len(content):
        after = after.rpartition(" ")[0] + "…"
    return " ".join((before + content[begin:end] + after).split())
