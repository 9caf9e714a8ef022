"""The conversation: her message in, the answer sentence by sentence, stop, a new start."""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

import gradio as gr
from anyio import to_thread

from coach import Coach, CoachError, Settings, joined
from coach.session import NEWEST
from ui.http.identity import person_of
from ui.web.actions import Actions
from ui.web.chat_layout import EVENT, about, lay_out, line, paragraph
from ui.web.checkin import CheckInLine
from ui.web.conversation import Conversation, known_disclosures, read_conversation
from ui.web.exercise import chip_text
from ui.web.guide import GuidePanel
from ui.web.help import country_for_answers
from ui.web.misread import SAFE, misread_ids, set_aside
from ui.web.sources import as_text, message
from ui.web.temporary import is_temporary
from ui.web.turns import RunningTurn, Turns
from ui.web.words import Words

__all__ = ["Chat"]

Update = dict[Any, Any]

_FOLLOW = Path(__file__).parent / "assets" / "follow.js"


class Chat:
    """The chat panel.

    Args:
        coach: The coach.
        turns: The answers being written.
        settings: The settings.
        words: The page's words.

    Attributes:
        guide: The guide to a running exercise.
    """

    def __init__(self, coach: Coach, turns: Turns, settings: Settings, words: Words) -> None:
        self._coach = coach
        self._turns = turns
        self._limit = settings.max_message_chars
        self._words = words
        self._check_in = CheckInLine(coach, words)
        self.guide = GuidePanel(words)

    def build(
        self,
        page: gr.Blocks,
        country: gr.Dropdown,
        give: gr.Button,
        lines: Iterable[Callable[[], None]] = (),
    ) -> None:
        """Put the panel on the page.

        Args:
            page: The page it is on.
            country: Where she chose her country.
            give: The button that asks for an exercise.
            lines: Lay out what else stands under the conversation, each a line.
        """
        self.parts = parts = lay_out(self._words, lines, self._check_in, self.guide)
        self._check_in.build(parts.thread)
        asked = [parts.thread, country]
        loaded = page.load(self._load, None, parts.all(), api_name="load", **EVENT)
        sent = parts.box.submit(
            self.send, [parts.box, *asked], parts.all(), api_name="send", **EVENT
        )
        begun = parts.chatbot.example_select(
            self._begin, asked, parts.all(), api_name="begin", **EVENT
        )
        chosen = parts.chatbot.option_select(
            self._choose, asked, parts.all(), api_name="choose", **EVENT
        )
        parts.chatbot.change(None, js=_FOLLOW.read_text(encoding="utf-8"))
        actions = Actions(self, self._coach, self._turns, self._words).build(asked, EVENT)
        parts.box.stop(self._stop, parts.thread, None, api_name="stop", **EVENT)
        # An answer that is still being written goes on and is stored where it belongs.
        followed = parts.followed.change(
            self._follow, parts.followed, parts.all(), api_name="follow", **EVENT
        )
        guided = self.guide.build(self, give, asked, EVENT)
        self._answers: list[Any] = [loaded, sent, begun, chosen, followed, *actions, *guided]
        parts.new.click(
            self._start_new, None, parts.all(), cancels=self._answers, api_name="new", **EVENT
        )

    # What happens

    async def _load(self, request: gr.Request) -> AsyncIterator[Update]:
        async for update in self._grow(person_of(request), None):
            yield update

    async def _follow(
        self, followed: tuple[str, float] | None, request: gr.Request
    ) -> AsyncIterator[Update]:
        if followed is not None:
            async for update in self._grow(person_of(request), followed[0]):
                yield update

    async def _grow(self, person: str, thread: str | None) -> AsyncIterator[Update]:
        """Show a conversation, and the answer being written in it as it grows."""
        try:
            before = await self.open(person, thread)
            turn = self._turns.running(person, before.thread)
            if turn is not None:  # she left it, or reloaded the page, before it was complete
                async for update in self._watch(person, before, turn):
                    yield update
            else:  # read again: it may have become complete a moment ago
                yield self.idle(await self.open(person, before.thread))
        except CoachError:
            yield {self.parts.status: line(self._words.unread, alert=True)}

    async def send(
        self,
        text: str,
        thread: str | None,
        country: str,
        request: gr.Request,
        *,
        typed: bool = True,
    ) -> AsyncIterator[Update]:
        """Send a message to the open conversation, unless it is none, and show the answer.

        Args:
            text: Her message.
            thread: The open conversation.
            country: Where she chose her country.
            request: Who asks.
            typed: Whether it stood in the box.

        Yields:
            Values for `shown`.
        """
        refusal = self.refusal(text)
        if refusal:
            yield {self.parts.status: line(refusal, alert=True)}
            return
        async for update in self._answer(text, thread, country, request, typed=typed):
            yield update

    async def _begin(
        self, thread: str | None, country: str, chosen: gr.SelectData, request: gr.Request
    ) -> AsyncIterator[Update]:
        text = chosen.value["text"] if isinstance(chosen.value, dict) else ""
        async for update in self.send(text, thread, country, request, typed=False):
            yield update

    async def _choose(
        self, thread: str | None, country: str, chosen: gr.SelectData, request: gr.Request
    ) -> AsyncIterator[Update]:
        """A chip under the newest answer."""
        text = self._words.misread.safe if chosen.value == SAFE else chip_text(chosen.value)
        if text is not None:
            async for update in self.send(text, thread, country, request, typed=False):
                yield update
            return
        person, ids = person_of(request), misread_ids(chosen.value)
        corrected = [one for one in ids if await self._correct(person, one)]
        if ids and not corrected:
            yield {self.parts.status: line(self._words.misread.not_done, alert=True)}
            return
        try:
            after = await self.open(person, thread)
        except CoachError:
            yield {self.parts.status: line(self._words.unread, alert=True)}
            return
        update = self.idle(after)
        if ids:
            said = set_aside(after.told, self._words)
            newest = after.blocks(self._words)[-1:]
            # Where the newest answer was meant, the line stands right under it.
            if [one["content"] for one in newest] != [message("assistant", said)["content"]]:
                update[self.parts.status] = line(said)
        yield update

    async def _correct(self, person: str, disclosure: str) -> bool:
        """Set one thing aside; says whether it was done, which of an id not hers it never is."""
        try:
            await to_thread.run_sync(self._coach.records.correct, person, disclosure)
        except CoachError:
            return False
        return True

    async def _answer(
        self, text: str, thread: str | None, country: str, request: gr.Request, *, typed: bool
    ) -> AsyncIterator[Update]:
        person = person_of(request)
        try:
            before = await self.open(person, thread)
            turn = self._turns.running(person, before.thread)
            if turn is not None:  # a second tab: first let that answer be complete
                async for update in self._watch(person, before, turn):
                    yield {**update, self.parts.box: gr.skip()}
                there = before.thread
                before = await self.open(person, there)
                if before.thread != there:  # deleted meanwhile, and not to be begun anew
                    yield self._not_sent(text)
                    return
        except CoachError:
            yield self._not_sent(text)
            return
        async for update in self.answer(text, before, country, request, typed=typed):
            yield update

    async def answer(
        self,
        text: str,
        before: Conversation,
        country: str,
        request: gr.Request,
        *,
        typed: bool = False,
        after: str | None = NEWEST,
    ) -> AsyncIterator[Update]:
        """Send a message, and show the answer as it grows.

        Args:
            text: Her message.
            before: The conversation as it stands before it.
            country: Where she chose her country.
            request: Who asks.
            typed: Whether it stood in the box.
            after: The answer that it follows, as for `Coach.astream`.

        Yields:
            Values for `shown`.
        """
        person = person_of(request)
        try:
            if not before.thread:
                begun = await to_thread.run_sync(self._begin_thread, person)
                before = replace(before, thread=begun)
            where = country_for_answers(country)
            turn = await self._turns.start(person, before.thread, text, where, after)
            async for update in self._watch(person, before, turn, typed=typed):
                yield update
        except CoachError:
            yield self._not_sent(text)

    def _not_sent(self, text: str) -> Update:
        return {
            self.parts.status: line(self._words.failed, alert=True),
            self.parts.box: self.box(busy=False, value=text),
        }

    async def _watch(
        self, person: str, before: Conversation, turn: RunningTurn, *, typed: bool = True
    ) -> AsyncIterator[Update]:
        """Show a turn as it grows, and at the end what was stored of it."""
        parts, words = self.parts, self._words
        said = [*before.blocks(words), message("user", turn.text)]
        # With a chip, what stands half written in the box stays there.
        first = {parts.box: self.box(busy=True, value="" if typed else None)}
        first |= self._check_in.shown(None)
        async for _ in turn.changes():
            if turn.done:
                break
            shown = [message("assistant", joined(turn.sentences))] if turn.sentences else []
            yield {
                parts.chatbot: said + shown,
                parts.status: line(turn.status or words.reading),
                parts.thread: before.thread,
                parts.ask: gr.update(visible=False),
                **first,
            }
            first = {}  # she may be writing again already
        after = await self.open(person, before.thread)
        update = self.idle(after)
        cut = turn.failed or not (turn.sentences or turn.reply)
        # What she disclosed is stored even when it was not answered.
        lost = cut and after.last_said != turn.text
        if lost:
            update[parts.box] = self.box(busy=False, value=turn.text)
        if turn.failed and lost:
            update[parts.status] = line(words.failed, alert=True)
        elif turn.stopped or turn.failed:
            update[parts.status] = line(words.stopped)
        elif turn.reply is not None and turn.reply.model_failed:
            update[parts.status] = line(words.finished)
        yield update

    async def _stop(self, thread: str | None, request: gr.Request) -> None:
        self._turns.stop(person_of(request), thread or "")

    async def _start_new(self, request: gr.Request) -> Update:
        return await self.show("", request)

    # For other panels

    @property
    def shown(self) -> list[Any]:
        """The components that `show` gives new values to."""
        return self.parts.all()

    @property
    def thread(self) -> gr.State:
        """The id of the open conversation; see `read_conversation` for what stands for none."""
        return self.parts.thread

    @property
    def answers(self) -> list[Any]:
        """The events that show an answer as it grows; opening a conversation cancels them."""
        return self._answers

    async def show(self, thread: str, request: gr.Request) -> Update:
        """Show a conversation of hers in place of the open one.

        An answer that is being written goes on and is stored where it belongs; one that is being
        written in this conversation is shown as it grows.

        Args:
            thread: Its id, "" for a new one.
            request: Who asks.

        Returns:
            Values for `shown`; one that is not hers is shown as a new one.
        """
        person = person_of(request)
        # Asked before the reading: it may be complete and stored a moment later.
        running = self._turns.running(person, thread) is not None
        try:
            now = await self.open(person, thread)
        except CoachError:
            if thread:
                return {self.parts.status: line(self._words.unread, alert=True)}
            now = Conversation()  # a new beginning needs nothing of what was before
        followed = (thread, monotonic()) if running else None  # never twice the same: it is news
        return {**self.idle(now), self.parts.followed: followed}

    # What she sees

    def idle(self, now: Conversation) -> Update:
        """The page while no answer is being written.

        Args:
            now: The open conversation.

        Returns:
            Values for `shown`.
        """
        parts, temporary = self.parts, is_temporary(now.thread)
        said = as_text(self._words.temporary.about) if temporary else ""
        return {
            parts.chatbot: gr.update(
                value=now.blocks(self._words), feedback_value=now.rated(self._words)
            ),
            parts.status: paragraph(now.waiting(self._words) or said),
            parts.temporary: gr.update(visible=not temporary),
            parts.make: gr.update(visible=now.may_be_hidden),
            parts.box: self.box(busy=False),
            parts.model: about(self._words, self._coach.model_status().detail),
            parts.thread: now.thread,
            parts.ask: gr.update(visible=now.may_be_misread),
            **self._check_in.shown(now.moment),
            **self.guide.shown(now),
        }

    def box(self, *, busy: bool, value: str | None = None) -> Any:
        """The message box, while an answer is being written or not, with or without new text."""
        buttons: dict[str, Any] = {
            "submit_btn": False if busy else self._words.send,
            "stop_btn": self._words.stop if busy else False,
        }
        return gr.update(**buttons) if value is None else gr.update(value=value, **buttons)

    def refusal(self, text: str) -> str:
        """Why a message cannot be sent, empty where it can."""
        if not text.strip():
            return self._words.empty
        if len(text) > self._limit:
            return self._words.too_long.format(length=f"{len(text):,}", limit=f"{self._limit:,}")
        return ""

    async def open(self, person: str, thread: str | None) -> Conversation:
        """Read a conversation of hers; see `read_conversation`."""
        if thread is not None and is_temporary(thread):
            turns = self._turns.temporary.turns(person, thread)
            if turns is None:
                return await self.open(person, "")
            told = await to_thread.run_sync(known_disclosures, self._coach.records, person)
            return Conversation(thread, turns, told)
        return await to_thread.run_sync(
            lambda: read_conversation(self._coach.records, person, thread)
        )

    def _begin_thread(self, person: str) -> str:
        records = self._coach.records
        records.ensure_person(person)
        return records.create_thread(person).id
