"""What is remembered about a person: the facts she told, for her to see and to take back."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coach.records import convert, queries
from coach.records.database import Database
from coach.records.tables import FactRow, new_id, now
from coach.records.values import StoredFact
from coach.reply import Fact, FactKind

__all__ = ["Memory", "store_facts"]

# Of these there may be several; of the others what she said last counts.
_SEVERAL: Final[frozenset[FactKind]] = frozenset({"ex_name", "tie"})


class Memory:
    """The facts of all persons, reached as `Records.memory`.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def facts(self, person: str) -> list[StoredFact]:
        """What a person told that the coach may come back to, in order."""
        with self._database.reading() as session:
            return queries.facts(session, person)

    def add(self, person: str, facts: Iterable[Fact], thread: str | None = None) -> None:
        """Remember what a person told.

        The newest value of a kind replaces the one before it; names of the ex and what ties
        them still may be several. A value that is known already is not stored again.

        Args:
            person: Who told it.
            facts: What she told, in order.
            thread: The conversation she told it in; it takes them along when it is deleted.
        """
        with self._database.writing() as session:
            queries.lock(session, person)
            if thread is not None:
                queries.thread(session, person, thread)
            store_facts(session, person, thread, tuple(facts))

    def forget(self, person: str, fact: str) -> None:
        """Delete one fact, also from the bytes of SQLite's files.

        Where she told it in a conversation that is kept, her message stays as it is.

        Args:
            person: Whose it is.
            fact: Its id.
        """
        with self._database.writing() as session:
            queries.lock(session, person)
            session.delete(queries.owned(session, FactRow, person, fact, "fact"))
        self._database.purge(rewrite=False)

    def forget_all(self, person: str) -> None:
        """Delete every fact of a person, as `forget` does one."""
        with self._database.writing() as session:
            queries.lock(session, person)
            session.execute(delete(FactRow).where(FactRow.person_id == person))
        self._database.purge(rewrite=False)


def store_facts(session: Session, person: str, thread: str | None, facts: Sequence[Fact]) -> None:
    """Store facts in a transaction under way, whose person and thread were checked."""
    if not facts:
        return
    kinds = {fact.kind for fact in facts}
    known = list(
        session.scalars(select(FactRow).where(FactRow.person_id == person, FactRow.kind.in_(kinds)))
    )
    for fact in facts:
        value = convert.clean(fact.value)
        alike = [row for row in known if row.kind == fact.kind]
        if any(row.value.casefold() == value.casefold() for row in alike):
            continue
        if fact.kind not in _SEVERAL:
            for row in alike:
                known.remove(row)
                session.delete(row)
            session.flush()
        row = FactRow(
            id=new_id(),
            person_id=person,
            thread_id=thread,
            kind=fact.kind,
            value=value,
            evidence=convert.clean(fact.evidence),
            created_at=now(),
        )
        session.add(row)
        session.flush()
        known.append(row)
