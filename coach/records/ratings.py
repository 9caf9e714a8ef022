"""What a person thought of the answers she got."""

from typing import Final, get_args

from sqlalchemy import delete, select

from coach.errors import MessageError
from coach.records import queries
from coach.records.database import Database
from coach.records.tables import RatingRow, TurnRow, new_id, now
from coach.records.values import Rating

__all__ = ["Ratings"]

_RATINGS: Final = frozenset(get_args(Rating))


class Ratings:
    """Ratings of all persons, reached as `Records.ratings`.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def rate(self, person: str, thread: str, turn: str, value: Rating | None) -> None:
        """Store what a person thought of an answer, in place of what she thought before.

        Args:
            person: Who says so.
            thread: The conversation it stands in.
            turn: The answer.
            value: What she says, None to take it back.

        Raises:
            NotFoundError: There is no such answer to her.
            MessageError: It is no rating.
        """
        if value is not None and value not in _RATINGS:
            raise MessageError(f"There is no rating {value!r}.")
        with self._database.writing() as session:
            queries.lock(session, person)
            queries.thread(session, person, thread)
            queries.answer(session, thread, turn)
            session.execute(delete(RatingRow).where(RatingRow.turn_id == turn))
            if value is not None:
                row = RatingRow(
                    id=new_id(), person_id=person, turn_id=turn, value=value, created_at=now()
                )
                session.add(row)

    def of_thread(self, person: str, thread: str) -> dict[str, Rating]:
        """What a person thought of the answers in one conversation, by the answer's id."""
        with self._database.reading() as session:
            queries.thread(session, person, thread)
            rows = session.scalars(
                select(RatingRow)
                .join(TurnRow, RatingRow.turn_id == TurnRow.id)
                .where(TurnRow.thread_id == thread, RatingRow.person_id == person)
            )
            known = {row.turn_id: row.value for row in rows}
        # One of a version to come says nothing here.
        return {turn: one for turn, value in known.items() for one in _RATINGS if one == value}
