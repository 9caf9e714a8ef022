"""Answers being written now, each in a task of its own.

An answer belongs to the conversation, not to the browser tab that asked for it: a
reload or a lost connection takes nothing away, and the page that comes back goes on
watching. Only `stop`, or the end of the server, cuts an answer short.
"""

import contextlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from types import TracebackType
from typing import Self

import anyio
from anyio.abc import TaskGroup

from coach import Coach, CoachError, Reply, Sentence, Status, joined
from coach.session import NEWEST, Event
from ui.web.temporary import TemporaryChats, is_temporary

__all__ = ["RunningTurn", "Turns"]

_logger = logging.getLogger(__name__)


class RunningTurn:
    """One message and the answer to it, as far as it has come.

    Attributes:
        text: Her message.
        status: What the coach is doing now, empty when it has not said.
        sentences: What may be shown so far.
        reply: The whole answer, None until it is complete or when it was cut short.
        failed: Whether there is no answer because something is out of order.
        stopped: Whether she stopped it.
        done: Whether nothing more will come, and what was shown is stored.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.status = ""
        self.sentences: list[Sentence] = []
        self.reply: Reply | None = None
        self.failed = False
        self.stopped = False
        self.done = False
        self.kept: Callable[[], None] | None = None  # where nothing else keeps it
        self._changed = anyio.Event()
        self._scope = anyio.CancelScope()

    async def changes(self) -> AsyncIterator[None]:
        """Yields now, and whenever something has changed, until the turn is done."""
        while True:
            changed = self._changed
            yield
            if self.done:
                return
            await changed.wait()

    def stop(self) -> None:
        """End the answer here; what was shown is kept."""
        self.stopped = True
        self._scope.cancel()

    async def _run(self, events: AsyncGenerator[Event]) -> None:
        try:
            with self._scope:
                async with contextlib.aclosing(events):
                    async for event in events:
                        self._take(event)
        except CoachError as error:
            self.failed = True
            _logger.warning("A turn failed: %s", type(error).__name__)
        except Exception as error:  # noqa: BLE001 - its text may hold her words
            self.failed = True
            _logger.error("A turn broke: %s", type(error).__name__)
        finally:
            if self.kept is not None and (self.sentences or self.reply):
                self.kept()
            self.done = True
            self._tell()

    def _take(self, event: Status | Sentence | Reply) -> None:
        if isinstance(event, Status):
            self.status = event.text
        elif isinstance(event, Sentence):
            self.sentences.append(event)
        else:
            self.reply = event
        self._tell()

    def _tell(self) -> None:
        changed, self._changed = self._changed, anyio.Event()
        changed.set()


class Turns:
    """The answers being written now, at most one in a conversation.

    An async context manager; leaving it cuts every answer short and waits until what was
    shown is stored.

    Args:
        coach: The coach, open for as long as this is.

    Attributes:
        temporary: The conversations that are never written down.
    """

    def __init__(self, coach: Coach) -> None:
        self.temporary = TemporaryChats()
        self._coach = coach
        self._running: dict[tuple[str, str], RunningTurn] = {}
        self._tasks: TaskGroup | None = None

    async def __aenter__(self) -> Self:
        self._tasks = await anyio.create_task_group().__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        tasks, self._tasks = self._tasks, None
        if tasks is not None:
            for turn in self._running.values():
                turn.stop()
            # Without the error of the body, which would come back in a group of its own.
            await tasks.__aexit__(None, None, None)

    def running(self, person: str, thread: str) -> RunningTurn | None:
        """The answer being written in a conversation, None when there is none."""
        return self._running.get((person, thread))

    async def start(
        self,
        person: str,
        thread: str,
        text: str,
        country: str | None = None,
        after: str | None = NEWEST,
    ) -> RunningTurn:
        """Send a message, after the answer before it is complete.

        Args:
            person: Who writes.
            thread: Where.
            text: Her message.
            country: Two-letter code for helplines, None when not known.
            after: The answer that it follows, as for `Coach.astream`.

        Returns:
            The turn, which has just begun.

        Raises:
            RuntimeError: The server is not running.
        """
        while (before := self.running(person, thread)) is not None:
            await self._over(before)
        if self._tasks is None:
            raise RuntimeError("No turn can start outside the lifespan of the application.")
        turn = RunningTurn(text)
        self._running[person, thread] = turn
        self._tasks.start_soon(self._run, turn, person, thread, country, after)
        return turn

    def stop(self, person: str, thread: str) -> None:
        """Stop the answer being written in a conversation, if there is one."""
        turn = self.running(person, thread)
        if turn is not None:
            turn.stop()

    @property
    def threads(self) -> frozenset[str]:
        """The conversations in which an answer is being written."""
        return frozenset(thread for _, thread in self._running)

    async def end(self, person: str, thread: str) -> None:
        """Stop the answer being written in a conversation, and wait until it is stored."""
        while (turn := self.running(person, thread)) is not None:
            turn.stop()
            await self._over(turn)

    async def end_all(self, person: str) -> None:
        """Stop every answer to a person, wait until nothing more is stored, forget what is not.

        Args:
            person: Whose.
        """
        while hers := [thread for whose, thread in self._running if whose == person]:
            for thread in hers:
                self.stop(person, thread)  # all at once, before any is waited for
            await self.end(person, hers[0])
        self.temporary.forget_all(person)

    @staticmethod
    async def _over(turn: RunningTurn) -> None:
        async for _ in turn.changes():
            pass
        await anyio.lowlevel.checkpoint()  # its task takes it out of the list

    async def _run(
        self, turn: RunningTurn, person: str, thread: str, country: str | None, after: str | None
    ) -> None:
        try:
            if is_temporary(thread):
                await self._run_temporary(turn, person, thread, country, after)
            else:
                events = self._coach.astream(
                    turn.text, thread=thread, person=person, country=country, after=after
                )
                await turn._run(events)
        finally:
            del self._running[person, thread]

    async def _run_temporary(
        self, turn: RunningTurn, person: str, thread: str, country: str | None, after: str | None
    ) -> None:
        before = self.temporary.history(person, thread, after)
        follows = (self.temporary.turns(person, thread) or [])[len(before) :]
        again = follows[:1] and follows[0].turn.content == turn.text
        events = self._coach.astream(
            turn.text,
            person=person,
            history=[one.turn for one in before],
            country=country,
            remember=False,
            already=[one.turn.content for one in follows[1:2]] if again else (),
        )
        turn.kept = lambda: self.temporary.add(
            person, thread, before, turn.text, turn.reply or joined(turn.sentences)
        )
        await turn._run(events)
