"""What is kept of a person, in numbers."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coach.records import queries
from coach.records.tables import (
    CheckInRow,
    DisclosureRow,
    FactRow,
    PageRow,
    ThreadRow,
    TurnRow,
)

__all__ = ["Summary", "summary"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How much is kept of a person.

    Attributes:
        since: When she came first, UTC.
        conversations: How many conversations.
        messages: How many messages are in them, hers and the answers.
        pages: How many pages are in her journal.
        check_ins: How often she said how she was.
        facts: How many things she told are remembered.
        disclosures: How many things were noted for her safety.
        last_contact: The day she last had contact with the ex, if she keeps it.
    """

    since: datetime
    conversations: int
    messages: int
    pages: int
    check_ins: int
    facts: int
    disclosures: int
    last_contact: date | None


def summary(session: Session, person: str) -> Summary:
    """Count what is kept of a person."""
    row = queries.owner(session, person)

    def count(table: Any) -> int:
        return _number(session, select(func.count()).where(table.person_id == person))

    messages = (
        select(func.count())
        .select_from(TurnRow)
        .join(ThreadRow, ThreadRow.id == TurnRow.thread_id)
        # An answer that was stopped before its first word is no message.
        .where(ThreadRow.person_id == person, TurnRow.content != "")
    )
    return Summary(
        since=row.created_at,
        conversations=count(ThreadRow),
        messages=_number(session, messages),
        pages=count(PageRow),
        check_ins=count(CheckInRow),
        facts=count(FactRow),
        disclosures=count(DisclosureRow),
        last_contact=row.last_contact,
    )


def _number(session: Session, question: Any) -> int:
    return int(session.scalar(question) or 0)
