"""Branches of a conversation: the same words answered again, and a message taken back."""

from coach.records import convert, queries
from coach.records.database import Database

__all__ = ["Branches"]


class Branches:
    """Branches of all conversations, reached as `Records.branches`.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def answers_to(self, person: str, thread: str, parent: str | None, text: str) -> list[str]:
        """What a person was answered to the same words at the same place, oldest first.

        Args:
            person: Whose conversation.
            thread: Which one.
            parent: The turn that the words follow, None for a first message.
            text: Her words.

        Returns:
            The answers; empty when she says it for the first time.
        """
        with self._database.reading() as session:
            queries.thread(session, person, thread)
            return queries.answers_to(session, thread, parent, convert.clean(text))

    def take_back(self, person: str, thread: str, turn: str) -> str:
        """Delete one message of hers with everything that follows it, also from SQLite's files.

        What she disclosed stays in force without her words; the facts she told in it go.

        Args:
            person: Whose conversation.
            thread: Which one.
            turn: Her message.

        Returns:
            What she had written.

        Raises:
            NotFoundError: There is no such message of hers.
        """
        with self._database.writing() as session:
            queries.lock(session, person)
            queries.thread(session, person, thread)
            words = queries.take_back(session, thread, turn)
        self._database.purge(rewrite=False)
        return words
