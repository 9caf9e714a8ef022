"""The tables of the records, typed.

`seq` numbers rows in the order they were stored and never leaves this package; a
clock may jump backwards, a sequence does not. `id` is what the outside sees.
"""

import secrets
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    event,
    false,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

__all__ = [
    "Base",
    "CheckInRow",
    "CorrectionRow",
    "DisclosureRow",
    "FactRow",
    "PageRow",
    "PersonRow",
    "RatingRow",
    "SessionRow",
    "ThreadRow",
    "TurnRow",
    "UserRow",
    "UtcDateTime",
    "new_id",
    "now",
]


def new_id() -> str:
    """An id that cannot be guessed."""
    return secrets.token_urlsafe(16)


def now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time, also where the database keeps no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time into UTC; SQLite gets it without the zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the stored time back as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite counts by itself only in a column declared as plain INTEGER.
Sequence = BigInteger().with_variant(Integer(), "sqlite")
Id = String(64)


class Base(DeclarativeBase):
    """Base of all tables; constraints have names, so that migrations can change them."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime()}  # noqa: RUF012  SQLAlchemy's own idiom


class PersonRow(Base):
    """A person: an id and nothing that names her.

    `last_contact` is the day she last had contact with the ex, if she wants to count;
    `keep_days` how long her conversations are kept after their last message, if not for good.
    `locked` and what stands between it and `keep_days` is the lock's, and explained in `lock.py`.
    """

    __tablename__ = "persons"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    created_at: Mapped[datetime]
    last_contact: Mapped[date | None] = mapped_column(Date)
    locked: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    passphrase: Mapped[str | None] = mapped_column(String(200))
    lock_when_away: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    seen_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    tried_at: Mapped[datetime | None]
    keep_days: Mapped[int | None] = mapped_column(Integer)


class ThreadRow(Base):
    """A conversation of a person."""

    __tablename__ = "threads"

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    id: Mapped[str] = mapped_column(Id, unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), index=True)
    title: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class TurnRow(Base):
    """A message of a conversation; its parents make the branches.

    `parent_id` does not cascade: turns go only with their whole thread, and SQLite
    limits how deep one cascade may follow another.
    """

    __tablename__ = "turns"

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    id: Mapped[str] = mapped_column(Id, unique=True)
    thread_id: Mapped[str] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"), index=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("turns.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    content: Mapped[str] = mapped_column(Text)
    route: Mapped[str | None] = mapped_column(String(32))
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime]


class DisclosureRow(Base):
    """Something a person disclosed. Rows are added, never changed or taken away.

    Two exceptions, both made by the database or by one statement in the store: all of a
    person's rows go with the person; when a thread is deleted, `evidence` is emptied,
    because these are her words, and the references to thread and turn become null.
    """

    __tablename__ = "disclosures"

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    id: Mapped[str] = mapped_column(Id, unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), index=True)
    thread_id: Mapped[str | None] = mapped_column(
        ForeignKey("threads.id", ondelete="SET NULL"), index=True
    )
    turn_id: Mapped[str | None] = mapped_column(
        ForeignKey("turns.id", ondelete="SET NULL"), index=True
    )
    kind: Mapped[str] = mapped_column(String(32))
    about: Mapped[str] = mapped_column(String(32))
    evidence: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(200))
    score: Mapped[float] = mapped_column(Double)
    created_at: Mapped[datetime]


class CorrectionRow(Base):
    """The person's word that a disclosure was a misunderstanding. Append-only."""

    __tablename__ = "corrections"

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    id: Mapped[str] = mapped_column(Id, unique=True)
    disclosure_id: Mapped[str] = mapped_column(
        ForeignKey("disclosures.id", ondelete="CASCADE"), unique=True
    )
    created_at: Mapped[datetime]


class FactRow(Base):
    """Something she told that the coach may come back to. Goes with its thread."""

    __tablename__ = "facts"

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    id: Mapped[str] = mapped_column(Id, unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), index=True)
    thread_id: Mapped[str | None] = mapped_column(
        ForeignKey("threads.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(32))
    value: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class CheckInRow(Base):
    """How she said she was, as one of five faces or as a word. Stays when its thread goes."""

    __tablename__ = "check_ins"

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    id: Mapped[str] = mapped_column(Id, unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), index=True)
    thread_id: Mapped[str | None] = mapped_column(
        ForeignKey("threads.id", ondelete="SET NULL"), index=True
    )
    moment: Mapped[str] = mapped_column(String(16))
    mood: Mapped[int | None] = mapped_column(Integer)
    word: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime]


class PageRow(Base):
    """A page of her journal. Stays when the thread it came from goes: it is hers."""

    __tablename__ = "pages"

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    id: Mapped[str] = mapped_column(Id, unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), index=True)
    thread_id: Mapped[str | None] = mapped_column(
        ForeignKey("threads.id", ondelete="SET NULL"), index=True
    )
    exercise: Mapped[str | None] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    revisit_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class RatingRow(Base):
    """What she thought of one answer. Goes with it."""

    __tablename__ = "ratings"

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    id: Mapped[str] = mapped_column(Id, unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), index=True)
    turn_id: Mapped[str] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"), unique=True)
    value: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]


class UserRow(Base):
    """Somebody who may sign in on a shared server.

    `person_id` is no foreign key: whoever deletes all that she wrote can still sign in, and
    becomes a person again with the first message.
    """

    __tablename__ = "users"

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    password: Mapped[str] = mapped_column(String(255))
    person_id: Mapped[str] = mapped_column(Id, unique=True)
    failures: Mapped[int] = mapped_column(Integer)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]


class SessionRow(Base):
    """A browser that somebody is signed in with; its token is kept as a digest only."""

    __tablename__ = "sessions"

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    user_seq: Mapped[int] = mapped_column(ForeignKey("users.seq", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    last_seen: Mapped[datetime]


@event.listens_for(DisclosureRow, "before_update")
@event.listens_for(DisclosureRow, "before_delete")
@event.listens_for(CorrectionRow, "before_update")
@event.listens_for(CorrectionRow, "before_delete")
def _append_only(_mapper: object, _connection: object, row: Base) -> None:
    raise RuntimeError(f"{row.__tablename__!r} is append-only")
