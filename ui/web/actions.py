"""What she can do with what stands in the conversation: change it, ask again, take back, rate."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import gradio as gr
from anyio import to_thread

from coach import Coach, CoachError
from coach.records import StoredTurn
from ui.http.identity import person_of
from ui.web.chat_layout import line
from ui.web.conversation import Conversation
from ui.web.misread import which
from ui.web.sources import written
from ui.web.temporary import is_temporary
from ui.web.turns import Turns
from ui.web.words import Words

if TYPE_CHECKING:
    from ui.web.chat import Chat

__all__ = ["Actions"]

Update = dict[Any, Any]

_TO_CHIPS = """() => {
  const show = () => document.querySelector("#talk .options")?.scrollIntoView({block: "end"});
  for (const wait of [100, 700]) setTimeout(show, wait);  // the text is laid out a moment later
}"""


class Actions:
    """The events of the messages in the chat.

    What she changes becomes a branch: what stood there before stays in her data, and what she
    disclosed in it stays in force. What she takes back is deleted.

    Args:
        chat: The chat.
        coach: The coach.
        turns: The answers being written.
        words: The page's words.
    """

    def __init__(self, chat: "Chat", coach: Coach, turns: Turns, words: Words) -> None:
        self._chat = chat
        self._coach = coach
        self._turns = turns
        self._words = words

    def build(self, asked: list[Any], event: dict[str, Any]) -> list[Any]:
        """Listen to the buttons of the messages.

        Args:
            asked: The components with the open conversation and her country.
            event: How events of the chat run.

        Returns:
            The events that end in an answer.
        """
        parts = self._chat.parts
        shown = parts.all()
        edited = parts.chatbot.edit(self._edit, asked, shown, api_name="edit", **event)
        again = parts.chatbot.retry(self._retry, asked, shown, api_name="retry", **event)
        parts.chatbot.undo(self._undo, parts.thread, shown, api_name="undo", **event)
        parts.chatbot.like(self._rate, parts.thread, shown, api_name="rate", **event)
        parts.temporary.click(self._begin_temporary, None, shown, api_name="temporary", **event)
        parts.make.click(self._make_temporary, parts.thread, shown, api_name="make", **event)
        asked_which = parts.ask.click(self._ask, parts.thread, shown, api_name="ask", **event)
        asked_which.then(None, js=_TO_CHIPS)
        return [edited, again]

    async def _ask(self, thread: str | None, request: gr.Request) -> Update:
        """Which of her words, told earlier or in another conversation, were misunderstood?"""
        try:
            now = await self._chat.open(person_of(request), thread)
        except CoachError:
            return {self._chat.parts.status: line(self._words.unread, alert=True)}
        update = self._chat.idle(now)
        shown = [*now.blocks(self._words), which(now.told, self._words)]
        update[self._chat.parts.chatbot] = gr.update(value=shown)
        return update | {self._chat.parts.ask: gr.update(visible=False)}

    async def _edit(
        self, thread: str | None, country: str, edited: gr.EditData, request: gr.Request
    ) -> AsyncIterator[Update]:
        now, hers = await self._hers(thread, edited.index, request)
        text = written(edited.value)
        refusal = self._chat.refusal(text)
        if now is None or hers is None or refusal or text == hers.turn.content:
            yield self._as_it_is(now, refusal)
            return
        before = now.before(hers)
        async for update in self._chat.answer(text, before, country, request, after=hers.parent):
            yield update

    async def _retry(
        self, thread: str | None, country: str, wanted: gr.RetryData, request: gr.Request
    ) -> AsyncIterator[Update]:
        now, hers = await self._hers(thread, wanted.index, request)
        if now is None or hers is None:
            yield self._as_it_is(now, "")
            return
        before, text = now.before(hers), hers.turn.content
        async for update in self._chat.answer(text, before, country, request, after=hers.parent):
            yield update

    async def _undo(self, thread: str | None, undone: gr.UndoData, request: gr.Request) -> Update:
        now, hers = await self._hers(thread, undone.index, request)
        if now is None or hers is None:
            return self._as_it_is(now, "")
        person = person_of(request)
        try:
            if is_temporary(now.thread):
                self._turns.temporary.take_back(person, now.thread, hers.id)
            else:
                take_back = self._coach.records.branches.take_back
                await to_thread.run_sync(take_back, person, now.thread, hers.id)
            after = await self._chat.open(person, now.thread)
        except CoachError:
            return self._as_it_is(now, self._words.unread)
        update = self._chat.idle(after)
        update[self._chat.parts.box] = self._chat.box(busy=False, value=hers.turn.content)
        update[self._chat.parts.status] = line(self._words.taken_back)
        return update

    async def _rate(self, thread: str | None, liked: gr.LikeData, request: gr.Request) -> Update:
        person, words = person_of(request), self._words
        try:
            now = await self._chat.open(person, thread)
            turn = now.turn_at(liked.index, words)
            if turn is None or turn.turn.role != "assistant" or is_temporary(now.thread):
                return self._as_it_is(now, "")
            rating = words.rating.rating(liked.liked)
            ratings = self._coach.records.ratings
            await to_thread.run_sync(ratings.rate, person, now.thread, turn.id, rating)
            update = self._chat.idle(await self._chat.open(person, now.thread))
        except CoachError:
            return {self._chat.parts.status: line(words.unread, alert=True)}
        return update | {self._chat.parts.status: line(words.rating.noted if rating else "")}

    async def _begin_temporary(self, request: gr.Request) -> Update:
        person = person_of(request)
        return self._chat.idle(await self._chat.open(person, self._turns.temporary.begin(person)))

    async def _make_temporary(self, thread: str | None, request: gr.Request) -> Update:
        """Take a conversation out of the records, and go on with it on this page alone."""
        person = person_of(request)
        try:
            now = await self._chat.open(person, thread)
            if not now.may_be_hidden or self._turns.running(person, now.thread) is not None:
                return self._chat.idle(now)
            records = self._coach.records
            await to_thread.run_sync(records.delete_thread, person, now.thread)
            kept = self._turns.temporary.begin(person, now.turns)
            update = self._chat.idle(await self._chat.open(person, kept))
        except CoachError:
            return {self._chat.parts.status: line(self._words.unread, alert=True)}
        return update | {self._chat.parts.status: line(self._words.temporary.made)}

    async def _hers(
        self, thread: str | None, index: object, request: gr.Request
    ) -> tuple[Conversation | None, StoredTurn | None]:
        """The conversation, and her message in it that was meant; None where it cannot be."""
        person = person_of(request)
        try:
            now = await self._chat.open(person, thread)
        except CoachError:
            return None, None
        if self._turns.running(person, now.thread) is not None:
            return None, None
        turn = now.turn_at(index, self._words)
        return now, turn if turn is not None and turn.turn.role == "user" else None

    def _as_it_is(self, now: Conversation | None, said: str) -> Update:
        """Nothing was done: the chat shows again what there is."""
        status = self._chat.parts.status
        if now is None:
            return {status: line(self._words.writing)}
        update = self._chat.idle(now)
        return update | {status: line(said, alert=True)} if said else update
