"""The journal: the pages that exercises left, to read, to change and to delete."""

from typing import Any, Literal

import gradio as gr

from coach import Coach, CoachError, MessageError, NotFoundError
from coach.records import StoredPage
from ui.http.identity import person_of
from ui.web.conversation import read_conversation
from ui.web.days import HER_TODAY, in_words, today_of
from ui.web.pages import page_html, page_markdown, page_text
from ui.web.panel import QUICK, Panel, Update, known, said, telling, title
from ui.web.sources import as_text
from ui.web.words import Words

__all__ = ["JournalPanel"]

_View = Literal["list", "read", "change", "sure"]


class JournalPanel(Panel):
    """The panel, and a line that says when a page is to be read again."""

    def __init__(self, coach: Coach, words: Words) -> None:
        super().__init__(coach, words)
        self._words = words.journal

    def build(self, opened: Any, today: gr.Textbox) -> None:
        """Put the panel on the page.

        Args:
            opened: The event that shows it.
            today: Where her browser puts her day.
        """
        words = self._words
        gr.HTML(title(words.title))
        self._empty = gr.HTML(f"<p>{as_text(words.empty)}</p>", visible=False)
        self._list = gr.Radio([], label=words.pages, elem_id="pages", visible=False)
        self._page = gr.HTML(elem_id="journal-page", visible=False)
        with gr.Row(visible=False, elem_classes="buttons") as self._reading:
            change = gr.Button(words.change, size="sm", scale=0)
            delete = gr.Button(words.delete, size="sm", scale=0)
        with gr.Column(visible=False) as self._changing:
            self._editor = gr.Textbox(
                label=words.edit, elem_id="journal-words", lines=8, max_lines=16
            )
            with gr.Row(elem_classes="buttons"):
                save = gr.Button(words.save, size="sm", scale=0)
                cancel = gr.Button(words.cancel, size="sm", scale=0)
        with gr.Column(visible=False) as self._sure:
            gr.HTML(f"<p>{as_text(words.sure)}</p>")
            with gr.Row(elem_classes="buttons"):
                yes = gr.Button(words.delete_yes, size="sm", scale=0)
                no = gr.Button(words.delete_no, size="sm", scale=0)
        self._said = gr.HTML(said(""), elem_classes="said")

        chosen, shown = self._list, self._shown()
        self._today = today
        opened(self._open, [chosen, today], shown, js=HER_TODAY, api_name="journal", **QUICK)
        chosen.input(self._read, [chosen, today], shown, js=HER_TODAY, api_name="read", **QUICK)
        change.click(self._change, chosen, shown, api_name="change", **QUICK)
        cancel.click(self._again, chosen, shown, api_name="unchanged", **QUICK)
        no.click(self._again, chosen, shown, api_name="undeleted", **QUICK)
        delete.click(lambda: self._view("sure"), None, shown, api_name="sure", **QUICK)
        with_words = [chosen, self._editor]
        save.click(self._save, with_words, shown, api_name="save", **QUICK)
        yes.click(self._delete, [chosen, today], shown, js=HER_TODAY, api_name="delete", **QUICK)

    def lay_out_line(self) -> None:
        """Put the line on the page that says that a page is to be read again."""
        with gr.Row(visible=False, elem_id="due", elem_classes="line") as self._line:
            self._due_text = gr.HTML()
            self._due_read = gr.Button(self._words.due_read, size="sm", min_width=0, scale=0)
            self._due_not = gr.Button(self._words.due_not_now, size="sm", min_width=0, scale=0)

    def build_line(self, page: gr.Blocks, notes: gr.Accordion) -> None:
        """Make the line work, once it and the panel are on the page.

        Args:
            page: The page they are on.
            notes: What the panel is in, to be opened for reading.
        """
        self._notes = notes
        line = [self._line, self._due_text]
        page.load(self._due, self._today, line, js=HER_TODAY, api_name="due", **QUICK)
        self._due_read.click(
            self._read_due,
            self._today,
            [*self._shown(), self._line, notes],
            js=HER_TODAY,
            api_name="read_due",
            **QUICK,
        )
        self._due_not.click(lambda: gr.update(visible=False), None, self._line, **QUICK)

    def _shown(self) -> list[Any]:
        read = [self._empty, self._list, self._page, self._reading]
        return [*read, self._changing, self._editor, self._sure, self._said]

    # What happens

    def failed(self) -> Update:
        """No page stays in sight whose buttons would act on another one."""
        return self._view("list", self._unable)

    @telling
    def _open(self, chosen: str | None, today: str, request: gr.Request) -> Update:
        return self._opened(chosen, today, request)

    def _opened(self, chosen: str | None, today: str, request: gr.Request) -> Update:
        journal, person = self._coach.records.journal, person_of(request)
        pages: list[StoredPage] = known(lambda: journal.pages(person), [])
        kept = next((page for page in pages if page.id == chosen), None)
        return self._view("read" if kept else "list") | self._listed(pages, kept, today)

    @telling
    def _read(self, chosen: str | None, today: str, request: gr.Request) -> Update:
        person, journal = person_of(request), self._coach.records.journal
        try:
            page = journal.page(person, chosen or "")
            if page.revisit_on is not None and page.revisit_on <= today_of(today):
                journal.revisit(person, page.id, None)  # she has read it again
        except NotFoundError:
            return self._opened(None, today, request)
        return self._view("read") | {self._page: _shown(page)}

    def _again(self, chosen: str | None, request: gr.Request) -> Update:
        return self._read(chosen, "", request)

    @telling
    def _change(self, chosen: str | None, request: gr.Request) -> Update:
        page = self._coach.records.journal.page(person_of(request), chosen or "")
        return self._view("change") | {self._editor: page_text(page.text)}

    def _save(self, chosen: str | None, text: str, request: gr.Request) -> Update:
        person, journal = person_of(request), self._coach.records.journal
        try:
            page = journal.page(person, chosen or "")
            words = page_markdown(text, page.text)
            if not words:
                return self._view("change", self._words.wordless)
            page = journal.edit(person, page.id, page.title, words)
        except MessageError:
            return self._view("change", self._words.wordless)
        except CoachError:  # what she wrote stays before her
            return self._view("change", self._unable)
        return self._view("read", self._words.saved) | {self._page: _shown(page)}

    @telling
    def _delete(self, chosen: str | None, today: str, request: gr.Request) -> Update:
        journal, person = self._coach.records.journal, person_of(request)
        known(lambda: journal.delete(person, chosen or ""), None)
        return self._opened(None, today, request) | {self._said: said(self._words.deleted)}

    def _due(self, today: str, request: gr.Request) -> Update:
        waiting = self._waiting(today, request)
        text = self._words.due.format(title=waiting[0].title) if waiting else ""
        return {self._line: gr.update(visible=bool(waiting)), self._due_text: said(text)}

    def _read_due(self, today: str, request: gr.Request) -> Update:
        waiting = self._waiting(today, request)
        page = waiting[0].id if waiting else None
        listed = self._open(page, today, request)
        return {
            **listed,
            **self._read(page, today, request),
            self._line: gr.update(visible=False),
            self._notes: gr.update(open=True),
        }

    def build_link(self, button: gr.Button, thread: gr.State) -> None:
        """Make a button open the page that the exercise of the open conversation has left.

        Args:
            button: The button.
            thread: The open conversation.
        """
        button.click(
            self._read_left,
            [thread, self._today],
            [*self._shown(), self._notes],
            js=HER_TODAY,
            api_name="read_left",
            **QUICK | {"preprocess": True},  # the conversation is a state of the session
        )

    def _read_left(self, thread: str | None, today: str, request: gr.Request) -> Update:
        try:
            page = read_conversation(self._coach.records, person_of(request), thread).page
        except CoachError:
            page = ""
        listed = self._open(page, today, request)
        read = self._read(page, today, request) if page else {}
        return {**listed, **read, self._notes: gr.update(open=True)}

    def _waiting(self, today: str, request: gr.Request) -> list[StoredPage]:
        try:
            return self._coach.records.journal.due(person_of(request), today_of(today))
        except CoachError:  # a quiet line is no place to tell of a fault
            return []

    # What she sees

    def _listed(self, pages: list[StoredPage], chosen: StoredPage | None, today: str) -> Update:
        choices = [(self._entry(page, today), page.id) for page in pages]
        value = chosen.id if chosen else None
        return {
            self._empty: gr.update(visible=not pages),
            self._list: gr.update(choices=choices, value=value, visible=bool(pages)),
            self._page: _shown(chosen) if chosen else gr.update(value="", visible=False),
        }

    def _entry(self, page: StoredPage, today: str) -> str:
        due = page.revisit_on is not None and page.revisit_on <= today_of(today)
        frame = self._words.entry_due if due else self._words.entry
        day = in_words(page.created_at.astimezone().date())
        return frame.format(title=page.title, day=day)

    def _view(self, view: _View, line: str = "") -> Update:
        return {
            self._page: gr.update(visible=view in ("read", "sure")),
            self._reading: gr.update(visible=view == "read"),
            self._changing: gr.update(visible=view == "change"),
            self._sure: gr.update(visible=view == "sure"),
            self._said: said(line),
        }


def _shown(page: StoredPage) -> Any:
    return gr.update(value=page_html(page.text), visible=True)
