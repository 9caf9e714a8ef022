"""What is hers, at the terminal: the pages of her journal, and what is remembered of her."""

from datetime import date
from typing import TypeVar

from coach import Coach, CoachError, NotFoundError
from coach.records import StoredFact, StoredPage
from coach.reply import JournalPage
from ui.cli.terminal import Writer
from ui.web.days import in_words
from ui.web.facts import fact_line
from ui.web.pages import page_text
from ui.web.words import load_words

__all__ = ["Notes"]

_T = TypeVar("_T")

_NO_PAGES = "Nothing here yet. When you finish an exercise, its page is kept here."
_NO_FACTS = "Nothing is remembered about you."
_WHICH_PAGE = "/journal and a number shows a page."
_WHICH_FACT = "/forget and a number takes one back, /forget all takes back all of it."
_FORGOTTEN = "Forgotten. What you wrote in a conversation stays in it."
_NO_NUMBER = "There is nothing of that number."


class Notes:
    """Her journal and what is remembered.

    Args:
        coach: The coach, open.
        person: Whose they are.
        writer: What writes on the terminal.
    """

    def __init__(self, coach: Coach, person: str, writer: Writer) -> None:
        self._coach = coach
        self._person = person
        self._writer = writer

    def journal(self, asked: str) -> None:
        """Show the list of her pages, or one of them.

        Args:
            asked: The number of a page in the list, "" for the list.
        """
        try:
            pages = self._coach.records.journal.pages(self._person)
            self._show_pages(pages, asked)
        except NotFoundError:
            self._writer.line(_NO_PAGES, "dim")
        except CoachError as error:
            self._writer.line(str(error))
        self._writer.line()

    def forget(self, asked: str) -> None:
        """Show what is remembered, or take some of it back.

        Args:
            asked: The number of a fact in the list, `all`, or "" for the list.
        """
        memory = self._coach.records.memory
        try:
            facts = memory.facts(self._person)
            if asked == "all":
                memory.forget_all(self._person)
                self._writer.line(_FORGOTTEN, "dim")
            elif asked:
                fact = _at(facts, asked)
                if fact is not None:
                    memory.forget(self._person, fact.id)
                self._writer.line(_FORGOTTEN if fact else _NO_NUMBER, "dim")
            else:
                self._show_facts(facts)
        except NotFoundError:
            self._writer.line(_NO_FACTS, "dim")
        except CoachError as error:
            self._writer.line(str(error))
        self._writer.line()

    def due(self) -> None:
        """Say that a page is to be read again, where one is."""
        try:
            waiting = self._coach.records.journal.due(self._person, _today())
            if waiting:
                number = _place(self._coach.records.journal.pages(self._person), waiting[0])
                self._writer.line(
                    f"There is a page of yours to read again, if you want to: {waiting[0].title}. "
                    f"/journal {number} shows it.",
                    "dim",
                )
        except CoachError:  # a quiet line is no place to tell of a fault
            return

    def page(self, page: JournalPage | StoredPage) -> None:
        """Show a page."""
        self._writer.line(page.title, "bold")
        self._writer.line(page_text(page.text))

    def _show_pages(self, pages: list[StoredPage], asked: str) -> None:
        page = _at(pages, asked) if asked else None
        if page is not None:
            self.page(page)
            if page.revisit_on is not None and page.revisit_on <= _today():
                self._coach.records.journal.revisit(self._person, page.id, None)
        elif asked:
            self._writer.line(_NO_NUMBER, "dim")
        elif not pages:
            self._writer.line(_NO_PAGES, "dim")
        else:
            for number, one in enumerate(pages, start=1):
                day = in_words(one.created_at.astimezone().date())
                self._writer.line(f"{number}. {one.title}, {day}")
            self._writer.line(_WHICH_PAGE, "dim")

    def _show_facts(self, facts: list[StoredFact]) -> None:
        if not facts:
            self._writer.line(_NO_FACTS, "dim")
            return
        words = load_words()
        for number, stored in enumerate(facts, start=1):
            self._writer.line(f"{number}. {fact_line(stored, words)}")
        self._writer.line(_WHICH_FACT, "dim")


def _at(listed: list[_T], asked: str) -> _T | None:
    number = int(asked) if asked.isdecimal() else 0
    return listed[number - 1] if 1 <= number <= len(listed) else None


def _place(pages: list[StoredPage], page: StoredPage) -> int:
    return 1 + [one.id for one in pages].index(page.id)


def _today() -> date:
    return date.today()  # her own machine, her own day
