"""Her conversations in a sidebar: to open, to search, to rename and to delete."""

from collections.abc import Sequence
from html import escape
from json import dumps
from pathlib import Path
from typing import Any, Literal

import gradio as gr
from anyio import to_thread

from coach import Coach, CoachError, NotFoundError
from coach.records import FoundThread, ThreadInfo
from ui.http.identity import person_of
from ui.web.chat import Chat
from ui.web.days import in_words
from ui.web.panel import QUICK, Panel, Update, known, said, telling
from ui.web.sources import as_text
from ui.web.turns import Turns
from ui.web.words import Words

__all__ = ["Threads"]

_View = Literal["none", "open", "rename", "sure"]

_READY = Path(__file__).parent / "assets" / "threads.js"

# Gradio's sidebar covers a narrow page: it closes once she has opened a conversation. Her browser
# says as the last input how it is.
_SCREEN = """(...inputs) => {
  const open = document.querySelector("#threads.open");
  const screen = innerWidth <= 768 ? "narrow" : "wide";
  return [...inputs.slice(0, -1), open ? screen : "shut"];
}"""

_SEEING: dict[str, Any] = {**QUICK, "preprocess": True}  # or the state would not be read


class Threads(Panel):
    """The sidebar.

    Args:
        coach: The coach; need not be open yet.
        turns: The answers being written.
        chat: The chat, on the page already.
        words: The page's words.
    """

    def __init__(self, coach: Coach, turns: Turns, chat: Chat, words: Words) -> None:
        super().__init__(coach, words)
        self._turns = turns
        self._chat = chat
        self._words = words.threads
        self._unable = words.threads.unread
        self._sign_out = words.sign_in.out if coach.settings.sign_in_needed else ""
        self._ended = words.sign_in.ended_elsewhere

    def build(self, page: gr.Blocks) -> None:
        """Put the sidebar on the page.

        Args:
            page: The page it is on.
        """
        # The id of the open conversation, which a server that was restarted does not know, and
        # how wide the page is.
        self._open, screen = gr.Textbox("", visible=False), gr.Textbox("", visible=False)
        with gr.Sidebar(open=False, width=320, elem_id="threads") as self._sidebar:
            self._lay_out()
        search, opened = self._search, self._open
        mine = self._mine()
        page.load(None, js=_READY.read_text(encoding="utf-8") % dumps(self._words.title))
        seen = [self._chat.thread, opened, search, screen]
        seeing: dict[str, Any] = {"js": _SCREEN, **_SEEING}
        self._sidebar.expand(self._list_all, seen, mine, api_name="threads", **seeing)
        self._chat.thread.change(self._keep_up, seen, mine, api_name="threads_other", **seeing)
        for number, answer in enumerate(self._chat.answers):
            name = f"threads_said_{number}"  # its first words are its title now
            answer.then(self._keep_up, seen, mine, api_name=name, **seeing)
        # Gradio's `input` hears a keyboard, and neither pasting nor every phone.
        search.change(
            self._find,
            [opened, search],
            mine,
            api_name="threads_search",
            trigger_mode="always_last",
            **QUICK,
        )

        showing = [*self._chat.shown, *mine, self._sidebar]
        leaving: dict[str, Any] = {"js": _SCREEN, "cancels": self._chat.answers, **QUICK}
        chosen = [self._list, search, screen]
        self._list.input(
            self._choose,
            chosen,
            showing,
            api_name="threads_open",
            trigger_mode="always_last",
            **leaving,
        )
        self._new.click(
            self._start_new, [search, screen], showing, api_name="threads_new", **leaving
        )
        self._rename.click(self._ask_name, opened, mine, api_name="threads_rename", **QUICK)
        self._cancel.click(self._again, opened, mine, api_name="threads_unnamed", **QUICK)
        named = [opened, self._name, search]
        for save, name in ((self._save.click, "save"), (self._name.submit, "enter")):
            save(self._store_name, named, mine, api_name=f"threads_{name}", **QUICK)
        self._delete.click(self._ask_sure, opened, mine, api_name="threads_sure", **QUICK)
        self._no.click(self._again, opened, mine, api_name="threads_keep", **QUICK)
        self._yes.click(
            self._delete_it,
            [opened, search, screen],
            showing,
            api_name="threads_delete",
            **leaving,
        )

    def _lay_out(self) -> None:
        words = self._words
        gr.HTML(f"<h2>{as_text(words.title)}</h2>")
        self._new = gr.Button(words.new, size="sm")
        self._head = gr.HTML("", elem_id="thread-open", visible=False)
        with gr.Row(visible=False, elem_classes="buttons") as self._acts:
            self._rename = gr.Button(words.rename, size="sm", scale=0)
            self._delete = gr.Button(words.delete, size="sm", scale=0)
        with gr.Column(visible=False) as self._naming:
            self._name = gr.Textbox(
                label=words.name, elem_id="thread-name", lines=1, max_lines=1, max_length=120
            )
            with gr.Row(elem_classes="buttons"):
                self._save = gr.Button(words.save, size="sm", scale=0)
                self._cancel = gr.Button(words.cancel, size="sm", scale=0)
        with gr.Column(visible=False) as self._sure:
            gr.HTML(f"<p>{as_text(words.sure)}</p><p>{as_text(words.sure_stays)}</p>")
            with gr.Row(elem_classes="buttons"):
                self._yes = gr.Button(words.delete_yes, size="sm", scale=0)
                self._no = gr.Button(words.delete_no, size="sm", scale=0)
        self._said = gr.HTML(said(""), elem_classes="said")
        self._search = gr.Textbox(
            "", label=words.search, elem_id="thread-search", lines=1, max_lines=1, visible=False
        )
        self._empty = gr.HTML("", elem_id="thread-none")
        self._list = gr.Radio([], label=words.list, elem_id="thread-list", visible=False)
        if self._sign_out:
            # leave.js says the other text once she is signed out elsewhere.
            ended = f'data-ended="{escape(self._ended)}"'
            link = f'<a href="/sign-out" {ended}>{as_text(self._sign_out)}</a>'
            gr.HTML(link, elem_id="sign-out", padding=False)

    def _mine(self) -> list[Any]:
        one = [self._open, self._head, self._acts, self._naming, self._name, self._sure]
        return [*one, self._said, self._search, self._empty, self._list]

    # What happens

    @telling
    def _list_all(
        self, thread: str | None, opened: str, text: str, _: str, request: gr.Request
    ) -> Update:
        return self._listed(opened if thread is None else thread, text, request)

    @telling
    def _keep_up(
        self, thread: str | None, opened: str, text: str, screen: str, request: gr.Request
    ) -> Update:
        """Something was said, or another conversation is open; she may be naming this one."""
        now = opened if thread is None else thread
        if screen == "shut":  # nobody sees it
            return {self._open: now}
        listed = self._listed(now, text, request)
        if listed[self._open] == opened:
            for kept in self._view("open"):
                del listed[kept]
        return listed

    @telling
    def _find(self, opened: str, text: str, request: gr.Request) -> Update:
        return self._found(opened, text, request)

    async def _choose(
        self, chosen: str | None, text: str, screen: str, request: gr.Request
    ) -> Update:
        return await self._show(chosen or "", text, screen, request)

    async def _start_new(self, text: str, screen: str, request: gr.Request) -> Update:
        return await self._show("", text, screen, request)

    async def _show(
        self, thread: str, text: str, screen: str, request: gr.Request, line: str = ""
    ) -> Update:
        shown = await self._chat.show(thread, request)
        if self._chat.thread not in shown:  # it stands where she looks, in the chat and here
            return {**shown, **self.failed()}
        now = shown[self._chat.thread]
        if thread and not now:
            line = self._words.gone
        try:
            listed = await to_thread.run_sync(self._listed, now, text, request, line)
        except CoachError:
            listed = {self._open: now, **self.failed()}
        closing = {self._sidebar: gr.update(open=False)} if screen == "narrow" else {}
        return {**shown, **listed, **closing}

    @telling
    def _ask_name(self, opened: str, request: gr.Request) -> Update:
        now = self._one(opened, request)
        if now is None:
            return self._listed("", "", request, self._words.gone)
        return self._view("rename") | {self._name: now.title or ""}

    @telling
    def _ask_sure(self, opened: str, request: gr.Request) -> Update:
        if self._one(opened, request) is None:
            return self._listed("", "", request, self._words.gone)
        return self._view("sure")

    @telling
    def _again(self, opened: str, request: gr.Request) -> Update:
        return self._view("open" if self._one(opened, request) else "none")

    def _store_name(self, opened: str, name: str, text: str, request: gr.Request) -> Update:
        if not name.strip():
            return {self._said: said(self._words.nameless)}
        try:
            self._coach.records.rename_thread(person_of(request), opened, name)
            return self._listed(opened, text, request, self._words.renamed)
        except NotFoundError:
            return self._again(opened, request) | {self._said: said(self._words.gone)}
        except CoachError:  # what she typed stays before her
            return self.failed()

    async def _delete_it(self, opened: str, text: str, screen: str, request: gr.Request) -> Update:
        person, line = person_of(request), self._words.deleted
        # First what is being written in it, so that nothing is stored after it is gone.
        await self._turns.end(person, opened)
        try:
            await to_thread.run_sync(self._coach.records.delete_thread, person, opened)
        except NotFoundError:
            line = self._words.gone
        except CoachError:
            line = self._words.undone
        # Stays open on a narrow page too: she is told there that it is done.
        return await self._show("", text, "wide", request, line)

    # What she sees

    def _listed(self, opened: str, text: str, request: gr.Request, line: str = "") -> Update:
        now = self._one(opened, request)
        head = as_text(self._words.open.format(title=self._title(now))) if now else ""
        return {
            **self._found(opened, text, request),
            **self._view("open" if now else "none", line),
            self._open: now.id if now else "",
            self._head: gr.update(value=f"<p>{head}</p>", visible=bool(now)),
        }

    def _found(self, opened: str, text: str, request: gr.Request) -> Update:
        records, person = self._coach.records, person_of(request)
        found: Sequence[FoundThread]
        if text.strip():
            found = known(lambda: records.search.threads(person, text), [])
        else:
            all_of_them: list[ThreadInfo] = known(lambda: records.threads(person), [])
            found = [FoundThread(thread=one, excerpt=None) for one in all_of_them]
        marked = opened if any(one.thread.id == opened for one in found) else None
        choices = [(self._entry(one), one.thread.id) for one in found]
        none = self._words.none_found if text.strip() else self._words.empty
        return {
            self._search: gr.update(visible=bool(found or text.strip())),
            self._empty: "" if found else f'<p role="status">{as_text(none)}</p>',
            self._list: gr.update(choices=choices, value=marked, visible=bool(found)),
        }

    def _entry(self, found: FoundThread) -> str:
        """Its lines; `page.css` shows them as such, and cuts each where the sidebar ends."""
        day = in_words(found.thread.updated_at.astimezone().date())
        lines = [self._title(found.thread), day, *([found.excerpt] if found.excerpt else [])]
        return "\n".join(lines)

    def _title(self, thread: ThreadInfo) -> str:
        return thread.title or self._words.untitled

    def _one(self, opened: str, request: gr.Request) -> ThreadInfo | None:
        return known(lambda: self._coach.records.thread(person_of(request), opened), None)

    def _view(self, view: _View, line: str = "") -> Update:
        return {
            self._acts: gr.update(visible=view == "open"),
            self._naming: gr.update(visible=view == "rename"),
            self._sure: gr.update(visible=view == "sure"),
            self._said: said(line),
        }
