"""Records: everything the coach keeps about a person, and nothing it does not."""

from collections.abc import Iterable
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coach.records import convert, queries
from coach.records.branches import Branches
from coach.records.database import Database
from coach.records.journal import Journal, store_page
from coach.records.lock import Lock
from coach.records.memory import Memory, store_facts
from coach.records.moods import Moods
from coach.records.ratings import Ratings
from coach.records.retention import Retention
from coach.records.search import Search
from coach.records.sessions import Sessions
from coach.records.summary import Summary, summary
from coach.records.tables import (
    CorrectionRow,
    DisclosureRow,
    PersonRow,
    ThreadRow,
    TurnRow,
    new_id,
    now,
)
from coach.records.users import Users
from coach.records.values import (
    CorrectionError,
    ExchangeIds,
    StoredDisclosure,
    StoredTurn,
    ThreadInfo,
)
from coach.reply import Disclosure, Reply

__all__ = ["Records"]


class Records:
    """Conversations, disclosures and what else is kept of a person, in one database.

    Methods are synchronous and safe to call from many threads; async code calls them
    through `anyio.to_thread`. Several processes may use one database. Every method
    that names a thread, turn, disclosure, fact or page raises `NotFoundError` when there is none
    of that id or when it is somebody else's, which are not told apart, and
    `StorageError` when the database cannot be used.

    Args:
        url: SQLAlchemy address, such as `Settings.records_url`.

    Attributes:
        memory: The facts she told.
        journal: The pages she wrote.
        moods: How she said she was, and her days without contact.
        ratings: What she thought of the answers.
        branches: Answers given again, and messages taken back.
        search: Her conversations by what was said in them.
        lock: What keeps all of this from whoever else uses her browser.
        retention: How long her conversations are kept.
        users: Who may sign in on a shared server.
        sessions: Where they are signed in.

    Raises:
        ConfigError: The address is wrong or its driver is not installed.
    """

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        self.memory = Memory(self._database)
        self.journal = Journal(self._database)
        self.moods = Moods(self._database)
        self.ratings = Ratings(self._database)
        self.branches = Branches(self._database)
        self.search = Search(self._database)
        self.lock = Lock(self._database)
        self.retention = Retention(self._database)
        self.users = Users(self._database)
        self.sessions = Sessions(self._database)

    def open(self) -> Self:
        """Open the database, making it or bringing it up to date where needed.

        Returns:
            These records.
        """
        self._database.open()
        try:
            self.migrate()
        except BaseException:
            self.close()
            raise
        return self

    def close(self) -> None:
        """Close every connection. `open` opens them again."""
        self._database.close()

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def migrate(self) -> None:
        """Bring the schema to the newest revision; `open` has done so already."""
        self._database.migrate()

    # Persons

    def create_person(self) -> str:
        """Make a person.

        Returns:
            Her id; whoever holds it may read what she wrote.
        """
        person = new_id()
        with self._database.writing() as session:
            session.add(PersonRow(id=person, created_at=now()))
        return person

    def ensure_person(self, person: str) -> None:
        """Make a person with a given id unless there is one.

        Args:
            person: 1 to 64 letters, digits, `-` and `_`. Should be unguessable wherever
                more than one person can reach the coach.

        Raises:
            ConfigError: The id has another form.
        """
        convert.check_person_id(person)
        with self._database.reading() as session:
            if session.get(PersonRow, person) is not None:
                return
        try:
            with self._database.writing() as session:
                session.add(PersonRow(id=person, created_at=now()))
        except IntegrityError:
            pass  # another process was quicker

    def delete_person(self, person: str) -> None:
        """Delete everything of a person, also from the bytes of SQLite's files.

        Raises:
            StorageError: Also when her words are deleted but another program holds on to
                the files, so that traces stay for now.
        """
        with self._database.writing() as session:
            queries.lock(session, person)
            session.execute(delete(PersonRow).where(PersonRow.id == person))
        self._database.purge(rewrite=True)

    def export(self, person: str) -> dict[str, Any]:
        """Everything stored about a person, for her to keep.

        Sentences the gate stopped are left out: they were never shown to her.

        Returns:
            Values that `json.dumps` takes; times are ISO 8601, UTC.
        """
        with self._database.reading() as session:
            return queries.export(session, person)

    def summary(self, person: str) -> Summary:
        """How much is stored about a person."""
        with self._database.reading() as session:
            return summary(session, person)

    # Threads

    def create_thread(self, person: str, title: str | None = None) -> ThreadInfo:
        """Start a conversation.

        Args:
            person: Whose it is.
            title: Its title; without one, the first words said in it become the title.

        Returns:
            The new conversation.
        """
        began = now()
        row = ThreadRow(
            id=new_id(),
            person_id=person,
            title=convert.clean_title(title),
            created_at=began,
            updated_at=began,
        )
        with self._database.writing() as session:
            queries.lock(session, person)
            session.add(row)
        return convert.thread_info(row)

    def thread(self, person: str, thread: str) -> ThreadInfo:
        """One conversation of a person."""
        with self._database.reading() as session:
            return convert.thread_info(queries.thread(session, person, thread))

    def threads(self, person: str) -> list[ThreadInfo]:
        """A person's conversations, the one last spoken in first."""
        with self._database.reading() as session:
            return [convert.thread_info(row) for row in queries.threads(session, person)]

    def latest_thread(self, person: str) -> ThreadInfo | None:
        """The conversation a person last spoke in, None when she has none."""
        with self._database.reading() as session:
            rows = queries.threads(session, person, limit=1)
            return convert.thread_info(rows[0]) if rows else None

    def rename_thread(self, person: str, thread: str, title: str) -> ThreadInfo:
        """Give a conversation another title; a blank one makes it untitled again."""
        with self._database.writing() as session:
            queries.lock(session, person)
            row = queries.thread(session, person, thread)
            row.title = convert.clean_title(title)
        return convert.thread_info(row)

    def delete_thread(self, person: str, thread: str) -> None:
        """Delete a conversation and every word of it, also from SQLite's files.

        The facts told in it go with it. What was disclosed in it stays in force; its
        `evidence`, her words, does not stay. Her check-ins and the pages of her journal
        stay, as they are her own writing, and are deleted there.
        """
        with self._database.writing() as session:
            queries.lock(session, person)
            row = queries.thread(session, person, thread)
            queries.drop_thread(session, row.id)
        self._database.purge(rewrite=False)

    # Turns

    def add_exchange(
        self, person: str, thread: str, user_text: str, reply: Reply, parent: str | None
    ) -> ExchangeIds:
        """Store what a person said, what she was answered and what came of it.

        What came of it is what she disclosed, the facts she told and, when an exercise is
        done, its page for her journal. All of it or nothing: a message never stands without
        its answer, nor an answer without what it had learnt.

        Args:
            person: Who speaks.
            thread: Where.
            user_text: Her message.
            reply: The answer, as it was shown.
            parent: The coach's turn that her message follows, None for a first message.
                A turn that was already followed starts a new branch.

        Returns:
            The ids of both turns.
        """
        time = now()
        ids = ExchangeIds(user=new_id(), coach=new_id())
        with self._database.writing() as session:
            queries.lock(session, person)
            row = queries.thread(session, person, thread)
            if parent is not None:
                queries.answer(session, thread, parent)
            # Her turn first, by itself: the order of the statements is the order of time.
            session.add(
                TurnRow(
                    id=ids.user,
                    thread_id=thread,
                    parent_id=parent,
                    role="user",
                    content=convert.clean(user_text),
                    created_at=time,
                )
            )
            session.flush()
            session.add(
                TurnRow(
                    id=ids.coach,
                    thread_id=thread,
                    parent_id=ids.user,
                    role="assistant",
                    content=convert.clean(reply.text),
                    route=reply.route,
                    payload=convert.payload(reply),
                    created_at=time,
                )
            )
            session.flush()
            _add_disclosures(session, reply.disclosures, person, thread, ids.user, time)
            store_facts(session, person, thread, reply.facts)
            if reply.exercise is not None and reply.exercise.status == "done":
                store_page(session, person, thread, reply.exercise.page)
            row.title = row.title or convert.title_from(user_text)
            row.updated_at = time
        return ids

    def history(self, person: str, thread: str, leaf: str | None = None) -> list[StoredTurn]:
        """One branch of a conversation, from its first message on.

        Args:
            person: Whose conversation.
            thread: Which one.
            leaf: The last turn of the branch; default is the turn stored last.

        Returns:
            The turns in order, empty when nothing was said yet.
        """
        with self._database.reading() as session:
            queries.thread(session, person, thread)
            return [convert.stored_turn(row) for row in queries.branch(session, thread, leaf)]

    # Disclosures

    def disclosures(self, person: str) -> list[StoredDisclosure]:
        """Everything a person disclosed, in order, corrected or not."""
        with self._database.reading() as session:
            return queries.disclosures(session, person)

    def add_disclosures(self, person: str, disclosures: Iterable[Disclosure]) -> None:
        """Store what a person disclosed where her words are not kept.

        Args:
            person: Who speaks.
            disclosures: What she disclosed in one message; `evidence` is left out.
        """
        wordless = [one.model_copy(update={"evidence": ""}) for one in disclosures]
        with self._database.writing() as session:
            queries.lock(session, person)
            _add_disclosures(session, wordless, person, None, None, now())

    def in_force(self, person: str) -> tuple[Disclosure, ...]:
        """What a person disclosed and did not correct, in order.

        Her word that she is safe stands among it as `safe_now`: it ends the crises before
        it, and not the care that they call for.
        """
        found = self.disclosures(person)
        return tuple(stored.disclosure for stored in found if not stored.corrected)

    def correct(self, person: str, disclosure: str) -> None:
        """Take down a person's word that a disclosure was a misunderstanding.

        Saying it twice is the same as once.

        Args:
            person: Who says so.
            disclosure: Id of one of her disclosures.

        Raises:
            CorrectionError: It is of a kind that cannot be corrected.
        """
        with self._database.writing() as session:
            queries.lock(session, person)
            stored = queries.disclosure(session, person, disclosure)
            if not stored.correctable:
                raise CorrectionError(
                    f"A disclosure of kind {stored.disclosure.kind!r} cannot be corrected."
                )
            if not stored.corrected:
                session.add(CorrectionRow(id=new_id(), disclosure_id=disclosure, created_at=now()))


def _add_disclosures(
    session: Session,
    disclosures: Iterable[Disclosure],
    person: str,
    thread: str | None,
    turn: str | None,
    now: datetime,
) -> None:
    # "I am safe" goes first: it ends the crises of earlier messages, not one that the
    # same message tells of.
    for disclosure in sorted(disclosures, key=lambda one: one.kind != "safe_now"):
        session.execute(
            insert(DisclosureRow).values(
                id=new_id(),
                person_id=person,
                thread_id=thread,
                turn_id=turn,
                kind=disclosure.kind,
                about=disclosure.about,
                evidence=convert.clean(disclosure.evidence),
                by=disclosure.by,
                score=disclosure.score,
                created_at=now,
            )
        )
