"""A person's journal: what exercises leave in it and what she writes herself."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from coach.errors import MessageError
from coach.records import convert, queries
from coach.records.database import Database
from coach.records.tables import PageRow, new_id, now
from coach.records.values import StoredPage
from coach.reply import JournalPage

__all__ = ["Journal", "store_page"]


class Journal:
    """The pages of all persons, reached as `Records.journal`.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def pages(self, person: str) -> list[StoredPage]:
        """A person's pages, the newest first."""
        with self._database.reading() as session:
            return queries.pages(session, person)

    def page(self, person: str, page: str) -> StoredPage:
        """One page of a person."""
        with self._database.reading() as session:
            return convert.stored_page(queries.owned(session, PageRow, person, page, "page"))

    def due(self, person: str, today: date) -> list[StoredPage]:
        """The pages to be laid before a person again, the longest due first.

        A page stays due until `revisit` gives it another day or none.

        Args:
            person: Whose they are.
            today: Her day, which need not be the server's.
        """
        waiting = [
            (page.revisit_on, page)
            for page in reversed(self.pages(person))
            if page.revisit_on is not None and page.revisit_on <= today
        ]
        return [page for _, page in sorted(waiting, key=lambda pair: pair[0])]

    def add(
        self,
        person: str,
        title: str,
        text: str,
        *,
        thread: str | None = None,
        exercise: str | None = None,
        revisit_on: date | None = None,
    ) -> StoredPage:
        """Add a page.

        Args:
            person: Whose it is.
            title: Its heading; when blank, its first words become the heading.
            text: Markdown.
            thread: The conversation it came from; it outlives that.
            exercise: Id of the exercise it came from.
            revisit_on: From which day on it should be laid before her again.

        Returns:
            The new page.

        Raises:
            MessageError: There is no word on it.
        """
        title, text = _checked(title, text)
        with self._database.writing() as session:
            queries.lock(session, person)
            if thread is not None:
                queries.thread(session, person, thread)
            row = _row(person, thread, exercise, title, text, revisit_on)
            session.add(row)
        return convert.stored_page(row)

    def edit(self, person: str, page: str, title: str, text: str) -> StoredPage:
        """Change a page; what it said before is in none of SQLite's files any more.

        Args:
            person: Whose it is.
            page: Its id.
            title: Its heading from now on; when blank, its first words become the heading.
            text: Its text from now on.

        Returns:
            The page as it is now.

        Raises:
            MessageError: There would be no word on it.
        """
        title, text = _checked(title, text)
        with self._database.writing() as session:
            queries.lock(session, person)
            row = queries.owned(session, PageRow, person, page, "page")
            row.title, row.text, row.updated_at = title, text, now()
        self._database.purge(rewrite=False)
        return convert.stored_page(row)

    def revisit(self, person: str, page: str, on: date | None) -> StoredPage:
        """Say when a page should be laid before its writer again.

        Args:
            person: Whose it is.
            page: Its id.
            on: From which day on, None for never, as when she has read it.

        Returns:
            The page as it is now.
        """
        with self._database.writing() as session:
            queries.lock(session, person)
            row = queries.owned(session, PageRow, person, page, "page")
            row.revisit_on = on
        return convert.stored_page(row)

    def delete(self, person: str, page: str) -> None:
        """Delete a page, also from the bytes of SQLite's files."""
        with self._database.writing() as session:
            queries.lock(session, person)
            session.delete(queries.owned(session, PageRow, person, page, "page"))
        self._database.purge(rewrite=False)


def store_page(session: Session, person: str, thread: str, page: JournalPage | None) -> None:
    """Store an exercise's page in a transaction under way, whose thread was checked.

    A page without a word is left out.
    """
    if page is None or not page.text.strip():
        return
    title, text = _checked(page.title, page.text)
    # "Tomorrow" is meant by the clock on the wall, not by UTC.
    today = now().astimezone().date()
    days = page.revisit_days
    revisit_on = None if days is None else today + timedelta(days=days)
    session.add(_row(person, thread, page.exercise, title, text, revisit_on))


def _row(
    person: str,
    thread: str | None,
    exercise: str | None,
    title: str,
    text: str,
    revisit_on: date | None,
) -> PageRow:
    time = now()
    return PageRow(
        id=new_id(),
        person_id=person,
        thread_id=thread,
        exercise=exercise,
        title=title,
        text=text,
        revisit_on=revisit_on,
        created_at=time,
        updated_at=time,
    )


def _checked(title: str, text: str) -> tuple[str, str]:
    heading = convert.clean_title(title) or convert.title_from(text)
    if heading is None:
        raise MessageError("A page of the journal needs at least one word.")
    return heading, convert.clean(text)
