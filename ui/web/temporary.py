"""Conversations that are never written down: they live in this process, and nowhere else."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from coach.records import StoredTurn
from coach.reply import Reply, Turn
from coach.session import NEWEST

__all__ = ["TemporaryChats", "is_temporary"]

_PREFIX = "temporary-"
_FORGOTTEN_AFTER = timedelta(hours=3)  # without a word; a closed page does not always say so


def is_temporary(thread: str | None) -> bool:
    """Whether an id is that of a conversation which is not written down."""
    return thread is not None and thread.startswith(_PREFIX)


class TemporaryChats:
    """The temporary conversations of everybody on this server."""

    def __init__(self) -> None:
        self._turns: dict[tuple[str, str], list[StoredTurn]] = {}
        self._used: dict[tuple[str, str], datetime] = {}

    def begin(self, person: str, turns: Sequence[StoredTurn] = ()) -> str:
        """Begin one.

        Args:
            person: Whose it is.
            turns: What was said in it so far.

        Returns:
            Its id, which no thread of the records can have.
        """
        self._sweep()
        thread = _PREFIX + secrets.token_urlsafe(16)
        self._turns[person, thread] = list(turns)
        self._used[person, thread] = datetime.now(UTC)
        return thread

    def turns(self, person: str, thread: str) -> list[StoredTurn] | None:
        """What was said in one, None where it is forgotten or somebody else's."""
        found = self._turns.get((person, thread))
        return None if found is None else list(found)

    def history(self, person: str, thread: str, after: str | None) -> list[StoredTurn]:
        """What stands before a message.

        Args:
            person: Whose conversation.
            thread: Which one.
            after: As for `Coach.astream`.

        Returns:
            The turns; empty for one that is forgotten.
        """
        turns = self.turns(person, thread) or []
        if after == NEWEST:
            return turns
        ids = [one.id for one in turns]
        return turns[: ids.index(after) + 1] if after in ids else []

    def add(
        self, person: str, thread: str, before: Sequence[StoredTurn], text: str, answer: Reply | str
    ) -> None:
        """Add a message and its answer, in place of what may have followed before.

        Args:
            person: Whose conversation.
            thread: Which one.
            before: What stands before the message.
            text: Her message.
            answer: The answer, or what was shown of it when it was cut short.
        """
        if (person, thread) not in self._turns:
            return  # forgotten meanwhile
        hers = _stored(Turn(role="user", content=text), before[-1].id if before else None)
        if isinstance(answer, str):
            ours = _stored(Turn(role="assistant", content=answer), hers.id)
        else:
            ours = _stored(answer.turn, hers.id, answer)
        self._turns[person, thread] = [*before, hers, ours]
        self._used[person, thread] = datetime.now(UTC)

    def take_back(self, person: str, thread: str, turn: str) -> None:
        """Forget a message and everything after it."""
        turns = self._turns.get((person, thread), [])
        ids = [one.id for one in turns]
        if turn in ids:
            self._turns[person, thread] = turns[: ids.index(turn)]

    def forget(self, person: str, thread: str) -> None:
        """Forget a conversation."""
        self._turns.pop((person, thread), None)
        self._used.pop((person, thread), None)

    def forget_all(self, person: str) -> None:
        """Forget every conversation of a person."""
        for one, thread in [key for key in self._turns if key[0] == person]:
            self.forget(one, thread)

    def _sweep(self) -> None:
        old = datetime.now(UTC) - _FORGOTTEN_AFTER
        for person, thread in [key for key, used in self._used.items() if used < old]:
            self.forget(person, thread)


def _stored(turn: Turn, parent: str | None, reply: Reply | None = None) -> StoredTurn:
    return StoredTurn(
        id=secrets.token_urlsafe(16),
        parent=parent,
        turn=turn,
        reply=reply,
        created_at=datetime.now(UTC),
    )
