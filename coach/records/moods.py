"""How a person is over the days: what she says of it, and how long without contact."""

from datetime import date
from typing import Final

from coach.errors import MessageError
from coach.records import convert, queries
from coach.records.database import Database
from coach.records.tables import CheckInRow, new_id, now
from coach.records.values import CheckIn, Moment

__all__ = ["Moods"]

_FACES: Final = range(1, 6)
_WORD_CHARS: Final = 40


class Moods:
    """Check-ins and last contacts of all persons, reached as `Records.moods`.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def check_in(
        self, person: str, moment: Moment, mood: int | str, thread: str | None = None
    ) -> CheckIn:
        """Store how a person says she is.

        Args:
            person: Who says so.
            moment: Whether she has just come or is about to go.
            mood: One of five faces, 1 (worst) to 5 (best), or a word of at most 40 characters.
            thread: The conversation around it.

        Returns:
            What was stored.

        Raises:
            MessageError: The mood is neither.
        """
        face, word = _checked(mood)
        row = CheckInRow(
            id=new_id(),
            person_id=person,
            thread_id=thread,
            moment=moment,
            mood=face,
            word=word,
            created_at=now(),
        )
        with self._database.writing() as session:
            queries.lock(session, person)
            if thread is not None:
                queries.thread(session, person, thread)
            session.add(row)
        return convert.check_in(row)

    def check_ins(self, person: str) -> list[CheckIn]:
        """How a person said she was, in order."""
        with self._database.reading() as session:
            return queries.check_ins(session, person)

    def set_last_contact(self, person: str, day: date | None) -> None:
        """Note when a person last had contact with the ex.

        Args:
            person: Who counts.
            day: The day, None to count no longer.
        """
        with self._database.writing() as session:
            queries.lock(session, person)
            queries.owner(session, person).last_contact = day
        if day is None:
            self._database.purge(rewrite=False)

    def last_contact(self, person: str) -> date | None:
        """The day a person last had contact with the ex, None when she does not count."""
        with self._database.reading() as session:
            return queries.owner(session, person).last_contact

    def days_since_contact(self, person: str, today: date) -> int | None:
        """How many days a person has been without contact.

        Args:
            person: Who counts.
            today: Her day, which need not be the server's.

        Returns:
            Whole days, 0 on the day itself; None when she does not count.
        """
        day = self.last_contact(person)
        return None if day is None else max(0, (today - day).days)


def _checked(mood: int | str) -> tuple[int | None, str | None]:
    if isinstance(mood, str):
        word = " ".join(convert.clean(mood).split())
        if 0 < len(word) <= _WORD_CHARS:
            return None, word
    elif not isinstance(mood, bool) and mood in _FACES:
        return int(mood), None
    raise MessageError(
        f"A mood is one of five faces, 1 to 5, or a word of at most {_WORD_CHARS} characters."
    )
