"""Questions to the tables. Each checks whose rows these are."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, aliased

from coach.errors import NotFoundError
from coach.records import convert
from coach.records.tables import (
    CheckInRow,
    CorrectionRow,
    DisclosureRow,
    FactRow,
    PageRow,
    PersonRow,
    RatingRow,
    ThreadRow,
    TurnRow,
)
from coach.records.values import CheckIn, StoredDisclosure, StoredFact, StoredPage

__all__ = [
    "answer",
    "answers_to",
    "branch",
    "check_ins",
    "disclosure",
    "disclosures",
    "drop_thread",
    "export",
    "facts",
    "lock",
    "owned",
    "owner",
    "pages",
    "take_back",
    "thread",
    "threads",
]

_Owned = TypeVar("_Owned", FactRow, PageRow)


def lock(session: Session, person: str) -> None:
    """Let one person's writes happen one after another.

    Every write starts here, so the numbers of her rows follow the order of events and
    no two writes wait for each other in a circle. SQLite has its own single lock.
    """
    found = convert.is_id(person) and session.scalar(
        select(PersonRow.id).where(PersonRow.id == person).with_for_update()
    )
    if not found:
        raise _missing("person", person)


def owner(session: Session, person: str) -> PersonRow:
    """The person herself."""
    row = session.get(PersonRow, person) if convert.is_id(person) else None
    if row is None:
        raise _missing("person", person)
    return row


def owned(session: Session, table: type[_Owned], person: str, wanted: str, what: str) -> _Owned:
    """A row of this person; `what` is the word for it, should there be none."""
    row = (
        session.scalar(select(table).where(table.id == wanted, table.person_id == person))
        if convert.is_id(person) and convert.is_id(wanted)
        else None
    )
    if row is None:
        raise _missing(what, wanted)
    return row


def thread(session: Session, person: str, thread: str) -> ThreadRow:
    """A thread of this person."""
    row = (
        session.scalar(
            select(ThreadRow).where(ThreadRow.id == thread, ThreadRow.person_id == person)
        )
        if convert.is_id(person) and convert.is_id(thread)
        else None
    )
    if row is None:
        raise _missing("conversation", thread)
    return row


def threads(session: Session, person: str, limit: int | None = None) -> Sequence[ThreadRow]:
    """The person's threads, the last one spoken in first."""
    owner(session, person)
    return session.scalars(
        select(ThreadRow)
        .where(ThreadRow.person_id == person)
        .order_by(ThreadRow.updated_at.desc(), ThreadRow.seq.desc())
        .limit(limit)
    ).all()


def drop_thread(session: Session, thread: str) -> None:
    """Delete a thread; what was disclosed in it stays without her words."""
    session.execute(
        update(DisclosureRow).where(DisclosureRow.thread_id == thread).values(evidence="")
    )
    session.execute(delete(ThreadRow).where(ThreadRow.id == thread))


def answer(session: Session, thread: str, turn: str) -> None:
    """Check that a turn is the coach's and stands in this thread."""
    found = convert.is_id(turn) and session.scalar(
        select(TurnRow.id).where(
            TurnRow.id == turn, TurnRow.thread_id == thread, TurnRow.role == "assistant"
        )
    )
    if not found:
        raise _missing("answer", turn)


def branch(session: Session, thread: str, leaf: str | None) -> Sequence[TurnRow]:
    """The turns from the first message to the leaf, or to the turn stored last."""
    last = select(TurnRow.seq, TurnRow.id, TurnRow.parent_id).where(TurnRow.thread_id == thread)
    if leaf is None:
        last = last.order_by(TurnRow.seq.desc()).limit(1)
    elif convert.is_id(leaf):
        last = last.where(TurnRow.id == leaf)
    else:
        raise _missing("turn", leaf)
    # In a subquery, because SQLite takes no ORDER BY in one half of a UNION.
    start = last.subquery()
    path = select(start.c.seq, start.c.parent_id).cte("path", recursive=True)
    before = aliased(TurnRow)
    path = path.union_all(select(before.seq, before.parent_id).where(before.id == path.c.parent_id))
    rows = session.scalars(
        select(TurnRow).join(path, TurnRow.seq == path.c.seq).order_by(TurnRow.seq)
    ).all()
    if leaf is not None and not rows:
        raise _missing("turn", leaf)
    return rows


def answers_to(session: Session, thread: str, parent: str | None, text: str) -> list[str]:
    """What was answered to the same words after the same turn, oldest first."""
    hers, ours = aliased(TurnRow), aliased(TurnRow)
    return list(
        session.scalars(
            select(ours.content)
            .join(hers, ours.parent_id == hers.id)
            .where(
                hers.thread_id == thread,
                hers.parent_id.is_(None) if parent is None else hers.parent_id == parent,
                hers.role == "user",
                hers.content == text,
            )
            .order_by(ours.seq)
        )
    )


def take_back(session: Session, thread: str, turn: str) -> str:
    """Delete a message and everything after it, and what was learnt of her words alone.

    Returns:
        The message.
    """
    first = convert.is_id(turn) and session.scalar(
        select(TurnRow).where(
            TurnRow.id == turn, TurnRow.thread_id == thread, TurnRow.role == "user"
        )
    )
    if not first:
        raise _missing("message", turn)
    after = select(TurnRow.id).where(TurnRow.id == turn).cte("after", recursive=True)
    later = aliased(TurnRow)
    after = after.union_all(select(later.id).where(later.parent_id == after.c.id))
    gone = session.scalars(
        select(TurnRow).join(after, TurnRow.id == after.c.id).order_by(TurnRow.seq)
    ).all()
    ids, words = [row.id for row in gone], str(first.content)
    hers = "\n".join(row.content for row in gone if row.role == "user")
    session.execute(update(DisclosureRow).where(DisclosureRow.turn_id.in_(ids)).values(evidence=""))
    for fact in session.scalars(select(FactRow).where(FactRow.thread_id == thread)):
        if fact.evidence and fact.evidence in hers:
            session.delete(fact)
    session.flush()
    session.execute(delete(TurnRow).where(TurnRow.id.in_(ids)))
    return words


def disclosures(session: Session, person: str) -> list[StoredDisclosure]:
    """What the person disclosed, in order."""
    owner(session, person)
    return _disclosures(session, DisclosureRow.person_id == person)


def disclosure(session: Session, person: str, disclosure: str) -> StoredDisclosure:
    """One disclosure of this person."""
    found = (
        _disclosures(session, DisclosureRow.person_id == person, DisclosureRow.id == disclosure)
        if convert.is_id(disclosure)
        else []
    )
    if not found:
        raise _missing("disclosure", disclosure)
    return found[0]


def facts(session: Session, person: str) -> list[StoredFact]:
    """What the person told that the coach may come back to, in order."""
    owner(session, person)
    rows = session.scalars(select(FactRow).where(FactRow.person_id == person).order_by(FactRow.seq))
    return [convert.stored_fact(row) for row in rows]


def check_ins(session: Session, person: str) -> list[CheckIn]:
    """How the person said she was, in order."""
    owner(session, person)
    rows = session.scalars(
        select(CheckInRow).where(CheckInRow.person_id == person).order_by(CheckInRow.seq)
    )
    return [convert.check_in(row) for row in rows]


def pages(session: Session, person: str) -> list[StoredPage]:
    """The person's journal, the newest page first."""
    owner(session, person)
    rows = session.scalars(
        select(PageRow).where(PageRow.person_id == person).order_by(PageRow.seq.desc())
    )
    return [convert.stored_page(row) for row in rows]


def export(session: Session, person: str) -> dict[str, Any]:
    """Everything of a person as plain values, without what was never shown to her."""
    row = owner(session, person)
    return {
        "format": 1,
        "person": row.id,
        "created_at": row.created_at.isoformat(),
        "threads": [_export_thread(session, one) for one in reversed(threads(session, person))],
        "disclosures": [_export_disclosure(one) for one in disclosures(session, person)],
        "facts": [_export_fact(one) for one in facts(session, person)],
        "check_ins": [_plain(one) for one in check_ins(session, person)],
        "journal": [_plain(one) for one in reversed(pages(session, person))],
        "last_contact": row.last_contact.isoformat() if row.last_contact else None,
        "keep_days": row.keep_days,
    }


def _export_thread(session: Session, row: ThreadRow) -> dict[str, Any]:
    turns = session.scalars(
        select(TurnRow).where(TurnRow.thread_id == row.id).order_by(TurnRow.seq)
    )
    rated = select(RatingRow).join(TurnRow, RatingRow.turn_id == TurnRow.id)
    ratings = {
        one.turn_id: one.value for one in session.scalars(rated.where(TurnRow.thread_id == row.id))
    }
    return {
        "id": row.id,
        "title": row.title,
        "created_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
        "turns": [_export_turn(turn, ratings.get(turn.id)) for turn in turns],
    }


def _export_turn(row: TurnRow, rating: str | None) -> dict[str, Any]:
    reply = {key: value for key, value in (row.payload or {}).items() if key != "stopped_sentences"}
    return {
        "id": row.id,
        "parent": row.parent_id,
        "role": row.role,
        "content": row.content,
        "route": row.route,
        "reply": reply or None,
        "rating": rating,
        "created_at": row.created_at.isoformat(),
    }


def _export_disclosure(stored: StoredDisclosure) -> dict[str, Any]:
    return {
        "id": stored.id,
        **stored.disclosure.model_dump(mode="json"),
        "thread": stored.thread,
        "turn": stored.turn,
        "created_at": stored.created_at.isoformat(),
        "corrected": stored.corrected,
    }


def _export_fact(stored: StoredFact) -> dict[str, Any]:
    return {
        "id": stored.id,
        **stored.fact.model_dump(mode="json"),
        "thread": stored.thread,
        "created_at": stored.created_at.isoformat(),
    }


def _plain(value: CheckIn | StoredPage) -> dict[str, Any]:
    return {
        name: one.isoformat() if isinstance(one, date) else one
        for name, one in asdict(value).items()
    }


def _disclosures(session: Session, *where: Any) -> list[StoredDisclosure]:
    rows = session.execute(
        select(DisclosureRow, CorrectionRow.seq)
        .outerjoin(CorrectionRow, CorrectionRow.disclosure_id == DisclosureRow.id)
        .where(*where)
        .order_by(DisclosureRow.seq)
    )
    return [convert.stored_disclosure(row, corrected=seq is not None) for row, seq in rows]


def _missing(what: str, given: str) -> NotFoundError:
    return NotFoundError(f"There is no {what} {given[:80]!r} here.")
