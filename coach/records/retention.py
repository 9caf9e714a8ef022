"""How long conversations are kept: until a person deletes them, or for as long as she says."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, cast, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from coach.errors import NotFoundError
from coach.records import queries
from coach.records.database import Database
from coach.records.tables import PersonRow, ThreadRow, now

__all__ = ["KeepDays", "Retention"]

KeepDays = Literal[1, 7, 30, 90]
"""Days after the last message of a conversation."""

_CHOICES: Final[frozenset[int]] = frozenset(get_args(KeepDays))


class Retention:
    """What becomes of old conversations of all persons, reached as `Records.retention`.

    They go as `Records.delete_thread` lets one go: the facts told in them go too, and what
    was disclosed stays in force without her words. The pages of her journal and her
    check-ins are hers, and stay.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep_for(self, person: str) -> KeepDays | None:
        """How long a person's conversations are kept.

        Returns:
            Days after the last message in them, None for until she deletes them.
        """
        with self._database.reading() as session:
            days = queries.owner(session, person).keep_days
        return cast("KeepDays", days) if days in _CHOICES else None

    def set_keep_for(self, person: str, days: KeepDays | None) -> None:
        """Say how long a person's conversations are kept; `apply` makes it so.

        Args:
            person: Whose.
            days: Days after the last message in them, None for until she deletes them.

        Raises:
            ValueError: There is no such choice.
        """
        if days is not None and days not in _CHOICES:
            raise ValueError(f"conversations cannot be kept for {days!r} days")
        with self._database.writing() as session:
            queries.lock(session, person)
            queries.owner(session, person).keep_days = days

    def over(self, person: str, days: KeepDays | None) -> int:
        """How many of a person's conversations such a choice would delete at once."""
        with self._database.reading() as session:
            queries.owner(session, person)
            return len(_over(session, person, days, now()))

    def apply(
        self,
        time: datetime | None = None,
        *,
        person: str | None = None,
        spare: Collection[str] = (),
    ) -> int:
        """Delete every conversation that is over, also from the bytes of SQLite's files.

        Args:
            time: The time, aware; now when left out.
            person: Whose; everybody's when left out.
            spare: Ids of conversations that wait until the next time, because something is
                being written in them.

        Returns:
            How many were deleted.

        Raises:
            StorageError: Also when they are deleted but another program holds on to the files.
        """
        time = time or datetime.now(UTC)
        with self._database.reading() as session:
            limited = select(PersonRow.id).where(PersonRow.keep_days.is_not(None))
            if person is not None:
                limited = limited.where(PersonRow.id == person)
            persons = session.scalars(limited).all()
            waiting = [one for one in persons if _her_over(session, one, time, spare)]
        count = sum(self._let_go(one, time, spare) for one in waiting)
        if count:
            self._database.purge(rewrite=False)
        return count

    def _let_go(self, person: str, time: datetime, spare: Collection[str]) -> int:
        try:
            with self._database.writing() as session:
                queries.lock(session, person)  # read again: she may have changed her mind
                threads = _her_over(session, person, time, spare)
                for thread in threads:
                    queries.drop_thread(session, thread)
        except NotFoundError:  # she has deleted everything meanwhile
            return 0
        return len(threads)


def _her_over(
    session: Session, person: str, time: datetime, spare: Collection[str]
) -> Sequence[str]:
    days = queries.owner(session, person).keep_days
    return [one for one in _over(session, person, days, time) if one not in spare]


def _over(session: Session, person: str, days: int | None, time: datetime) -> Sequence[str]:
    if days not in _CHOICES:
        return []
    last = time - timedelta(days=days)
    return session.scalars(
        select(ThreadRow.id).where(ThreadRow.person_id == person, ThreadRow.updated_at < last)
    ).all()
