"""Coach: loads history and disclosures, runs the road, records what was shown.

The one place where state meets the road, and the one surface that front ends and
evaluation suites use.
"""

import logging
import threading
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, aclosing
from datetime import UTC, datetime
from types import TracebackType
from typing import Self, cast

import anyio
import anyio.to_thread

from coach.blocking import NEWEST, Blocking, Event
from coach.errors import CoachError
from coach.facts import facts_in, still_fits
from coach.models import ModelStatus, Served, untraced
from coach.parts import Parts, load_parts
from coach.pipeline import Graph, build_pipeline
from coach.records import Records, StoredDisclosure, StoredTurn
from coach.reply import Fact, Reply, Sentence, Status, Turn
from coach.road import RoadState
from coach.run import Run, check_message
from coach.safety import ScreenResult
from coach.screening import Decided
from coach.settings import Settings
from coach.sitting import Sitting, sitting_of
from coach.tasks import in_own_task
from knowledge.retriever import SearchResult

__all__ = ["NEWEST", "Coach", "Event"]

_log = logging.getLogger(__name__)

_PERSON = "local"  # the one at this machine, whose threads need no name


class Coach(Blocking):
    """A coach, ready to be talked with.

    Use it as a context manager, async or sync; both run the same core.

    Example:
        >>> from coach import Coach, Settings
        >>> with Coach(Settings.load(llm="none")) as coach:  # doctest: +SKIP
        ...     print(coach.reply("i keep checking his page").text)

    Args:
        settings: The settings; read from the environment when left out.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__()
        self.settings = settings or Settings.load()
        self._parts: Parts | None = None
        self._graph: Graph | None = None
        self._records: Records | None = None
        self._records_lock = threading.Lock()
        self._closed = False

    # Opening and closing

    async def astart(self) -> None:
        """Load what the road needs and begin to load the model; does not wait for it.

        Raises:
            ConfigError: A setting or a data file is wrong.
            StorageError: The index cannot be built or opened.
            ModelError: The model that was asked for by name cannot be used.
        """
        if self._parts is not None:
            return
        parts = await anyio.to_thread.run_sync(load_parts, self.settings)
        try:
            await parts.models.start()
        except BaseException:
            parts.retriever.close()
            raise
        self._graph = build_pipeline(parts)
        self._parts = parts
        self._closed = False

    async def aclose(self) -> None:
        """Stop the local model and release index and records.

        Each is released also when another fails to be, or when the caller is cancelled.
        """
        parts, self._parts = self._parts, None
        self._graph = None  # it holds the parts, and whoever keeps a closed coach should not
        with anyio.CancelScope(shield=True):
            async with AsyncExitStack() as stack:
                stack.push_async_callback(anyio.to_thread.run_sync, self._close_records)
                if parts is not None:
                    stack.push_async_callback(anyio.to_thread.run_sync, parts.retriever.close)
                    stack.push_async_callback(parts.models.aclose)

    async def __aenter__(self) -> Self:
        await self.astart()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    # Talking

    async def areply(
        self,
        text: str,
        *,
        thread: str | None = None,
        person: str | None = None,
        history: Sequence[Turn] = (),
        country: str | None = None,
    ) -> Reply:
        """Answer one message.

        Args:
            text: The message.
            thread: A thread of this person's, whose history is read and to which the
                exchange is added; None for a message whose words are not kept.
            person: Who writes. What she disclosed before counts, and what she discloses
                now is remembered, without a thread by its kind alone. None is the person
                `local` with a thread, and nobody without one: nothing is read or kept.
            history: The conversation before it, when there is no thread.
            country: Two-letter code for helplines; the settings' when left out.

        Returns:
            The complete answer.

        Raises:
            MessageError: The message is empty, no text, or too long.
            ConfigError: The person's id cannot be one.
            NotFoundError: The thread is not there or not this person's.
            StorageError: The records cannot be used.
        """
        reply: Reply | None = None
        stream = self.astream(text, thread=thread, person=person, history=history, country=country)
        async with aclosing(stream) as events:
            async for event in events:
                if isinstance(event, Reply):
                    reply = event
        if reply is None:
            raise CoachError("The answer ended before it was complete.")
        return reply

    async def astream(
        self,
        text: str,
        *,
        thread: str | None = None,
        person: str | None = None,
        history: Sequence[Turn] = (),
        country: str | None = None,
        after: str | None = NEWEST,
        remember: bool = True,
        already: Sequence[str] = (),
    ) -> AsyncGenerator[Event, None]:
        """Answer one message sentence by sentence.

        Closing the iterator early means that the person pressed stop: the model is
        cancelled, and what was shown is stored, as is what she told, however early.

        Args:
            text: As for `areply`.
            thread: As for `areply`.
            person: As for `areply`.
            history: As for `areply`.
            country: As for `areply`.
            after: The answer in the thread that the message follows: `NEWEST`, or the id of
                another, or None to begin anew. What followed it before stays, on a branch of
                its own; who sends the same words once more gets another answer.
            remember: Whether what she discloses is remembered; without a thread it may not be.
                What she disclosed before counts all the same.
            already: Answers to these words that she wants another for; a thread knows them.

        Yields:
            `Status` lines, each `Sentence` as it may be shown, and at last one `Reply`.

        Raises:
            MessageError, ConfigError, NotFoundError, StorageError: As for `areply`.
        """
        parts = self._loaded()
        text = check_message(text, self.settings.max_message_chars)
        began = time.perf_counter()
        told: list[StoredDisclosure] = []
        stored: list[StoredTurn] = []
        facts: list[Fact] = []
        if thread is not None and person is None:
            person = _PERSON
        if person is not None:
            stored, told, facts = await anyio.to_thread.run_sync(
                self._recall, person, thread, after
            )
        history = history if thread is None else [turn.turn for turn in stored]
        if thread is None:
            facts = [*facts, *_retold_facts(history)]
        parent = stored[-1].id if stored else None
        known = await anyio.to_thread.run_sync(self._already, person, thread, parent, text)
        run = Run(person if remember else None, thread, parent, told, text, began)
        state: RoadState = {
            "text": text,
            "history": list(history),
            # What was said in a thread is in the records, in order and with her corrections.
            "retell": [] if thread is not None else list(history),
            "already": [*known, *already],
            "carried": [one.disclosure for one in told],
            "facts": facts,
            "sitting": _sitting(stored, history),
            "country": country or self.settings.country,
            "began": began,
        }
        cut_by = "stopped"
        try:
            async with aclosing(self._events(state, run)) as events:
                async for event in events:
                    # Counted before it is handed over: who takes it may not come back.
                    run.shown += isinstance(event, Sentence)
                    yield event
            reply = run.reply()
            await self._store(run, reply)
            yield reply
        except Exception:  # neither a cancellation nor a closed iterator, which are hers
            cut_by = "error"
            raise
        finally:
            if not run.stored:
                await in_own_task(self._keep(run, parts, state, cut_by), cancel=False)

    # Looking

    def screen(self, text: str, history: Sequence[Turn] = ()) -> ScreenResult:
        """Screen a message of any length without answering it."""
        return self._loaded().screen.screen(text, history)

    def search(self, text: str, k: int = 4) -> SearchResult:
        """Find passages for a text of any length."""
        return self._loaded().retriever.search(text, k=k)

    async def amodel(self) -> Served | None:
        """The model that would answer now, None while there is none."""
        return await self._loaded().models.current()

    def model_status(self) -> ModelStatus:
        """How it stands with the model."""
        return self._loaded().models.status()

    async def asettled(self, seconds: float) -> None:
        """Wait until a model that is being loaded is ready or has failed.

        Args:
            seconds: How long at most.
        """
        await self._loaded().models.settled(seconds)

    @property
    def records(self) -> Records:
        """Conversations and disclosures; opened on first use.

        Raises:
            CoachError: The coach was closed.
            StorageError: The data directory cannot be used.
        """
        with self._records_lock:
            if self._closed:
                raise CoachError("The coach is closed, and its records with it.")
            if self._records is None:
                self._records = Records(self.settings.records_url).open()
            return self._records

    # Inside

    def _close_records(self) -> None:
        with self._records_lock:
            self._closed = True
            records, self._records = self._records, None
        if records is not None:
            records.close()

    def _already(
        self, person: str | None, thread: str | None, parent: str | None, text: str
    ) -> list[str]:
        """Answers that she was given to the same words at the same place."""
        if person is None or thread is None:
            return []
        return self.records.branches.answers_to(person, thread, parent, text)

    def _recall(
        self, person: str, thread: str | None, after: str | None
    ) -> tuple[list[StoredTurn], list[StoredDisclosure], list[Fact]]:
        records = self.records
        if thread is None:
            records.ensure_person(person)  # nobody else may have made her before
        if thread is None or after is None:
            turns = []
        else:
            turns = records.history(person, thread, None if after == NEWEST else after)
        told = [one for one in records.disclosures(person) if not one.corrected]
        today = datetime.now(UTC).date()
        kept = records.memory.facts(person)
        facts = [one.fact for one in kept if still_fits(one.fact, one.created_at.date(), today)]
        return turns, told, facts

    async def _events(self, state: RoadState, run: Run) -> AsyncGenerator[Status | Sentence]:
        assert self._graph is not None  # noqa: S101  there as long as the parts are
        stream = cast(
            "AsyncGenerator[tuple[str, object]]",
            self._graph.astream(state, stream_mode=["custom", "values"]),
        )

        async def following() -> tuple[str, object] | None:
            with untraced():  # whoever asks for the item
                return await anext(stream, None)

        try:
            # In a task of its own, or a cancelled scope would keep the graph from leaving its
            # nodes, and the model running.
            while (item := await in_own_task(following(), cancel=True)) is not None:
                mode, chunk = item
                if mode == "values":
                    run.answer = cast("RoadState", chunk).get("answer", run.answer)
                elif isinstance(chunk, Decided):
                    run.decided = chunk
                elif isinstance(chunk, Status | Sentence):
                    yield chunk
        finally:
            with anyio.CancelScope(shield=True):
                await stream.aclose()

    async def _keep(self, run: Run, parts: Parts, state: RoadState, cut_by: str) -> None:
        await anyio.to_thread.run_sync(run.hear, parts, state)
        if run.worth_keeping:
            await self._store(run, run.reply(interrupted=cut_by))

    async def _store(self, run: Run, reply: Reply) -> None:
        run.stored = True
        _log.info(
            "turn route=%s mode=%s interrupted=%s total_ms=%.0f",
            reply.route,
            reply.mode,
            reply.interrupted,
            reply.timings_ms["total"],
        )
        # In a task of its own, or nothing would be stored for a caller who is cancelled here.
        work = anyio.to_thread.run_sync(lambda: run.record(lambda: self.records, reply))
        await in_own_task(work, cancel=False)

    def _loaded(self) -> Parts:
        if self._parts is None:
            raise CoachError("The coach is not open: use it as a context manager.")
        return self._parts


def _sitting(stored: Sequence[StoredTurn], history: Sequence[Turn]) -> Sitting:
    """The visit; a conversation without times is one, as long as it is handed over."""
    if stored or not history:
        return sitting_of([turn.created_at for turn in stored], datetime.now(UTC))
    return Sitting(0.0, len(history), fresh=False)


def _retold_facts(history: Sequence[Turn]) -> list[Fact]:
    """What she told in a conversation that is in no records."""
    facts: list[Fact] = []
    for turn in history:
        if turn.role == "user":
            facts += facts_in(turn.content, facts)
    return facts
