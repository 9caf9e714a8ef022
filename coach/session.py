"""Coach: loads history and disclosures, runs the road, records what was shown.

The one place where state meets the road, and the one surface that front ends and
evaluation suites use.
"""

import logging
import threading
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import AbstractContextManager, aclosing
from dataclasses import dataclass
from types import TracebackType
from typing import Self, cast

import anyio
import anyio.to_thread
from anyio.from_thread import BlockingPortal, start_blocking_portal

from coach.errors import CoachError, ConfigError, MessageError, StorageError
from coach.models import ModelProvider, ModelStatus, untraced
from coach.pipeline import Answer, Decided, Parts, RoadState, build_pipeline
from coach.records import Records
from coach.reply import Disclosure, Reply, Sentence, Status, Turn
from coach.respond.composer import Composer
from coach.respond.draft import Limits
from coach.respond.gate import Gate
from coach.respond.phrasebook import load_voice
from coach.respond.prompting import load_prompt
from coach.safety import Screen, ScreenResult
from coach.settings import Settings
from knowledge.article import load_folder
from knowledge.errors import ArticleError, KnowledgeError
from knowledge.notes import load_notes
from knowledge.retriever import PassageRetriever, SearchResult
from knowledge.stance import load_stance

__all__ = ["Coach", "Event"]

_log = logging.getLogger(__name__)

Event = Status | Sentence | Reply


@dataclass(slots=True)
class _Run:
    """One turn while it is under way."""

    person: str
    thread: str | None
    parent: str | None
    text: str
    began: float
    decided: Decided | None = None
    answer: Answer | None = None
    stored: bool = False


class Coach:
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
        self.settings = settings or Settings.load()
        self._parts: Parts | None = None
        self._records: Records | None = None
        self._records_lock = threading.Lock()
        self._portal: BlockingPortal | None = None
        self._portal_context: AbstractContextManager[BlockingPortal] | None = None

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
        parts = await anyio.to_thread.run_sync(self._load)
        try:
            await parts.models.start()
        except BaseException:
            parts.retriever.close()
            raise
        self._graph = build_pipeline(parts)
        self._parts = parts

    async def aclose(self) -> None:
        """Stop the local model and release index and records."""
        parts, self._parts = self._parts, None
        if parts is not None:
            await parts.models.aclose()
            await anyio.to_thread.run_sync(parts.retriever.close)
        records, self._records = self._records, None
        if records is not None:
            await anyio.to_thread.run_sync(records.close)

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

    def __enter__(self) -> Self:
        self._portal_context = start_blocking_portal()
        self._portal = self._portal_context.__enter__()
        try:
            self._portal.call(self.astart)
        except BaseException:
            self._leave(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._called_portal().call(self.aclose)
        finally:
            self._leave(kind, error, trace)

    # Talking

    async def areply(
        self,
        text: str,
        *,
        thread: str | None = None,
        person: str = "local",
        history: Sequence[Turn] = (),
        country: str | None = None,
    ) -> Reply:
        """Answer one message.

        Args:
            text: The message.
            thread: A thread of this person's, whose history is read and to which the
                exchange is added; None for a message that leaves no trace.
            person: Whose thread it is.
            history: The conversation before it, when there is no thread.
            country: Two-letter code for helplines; the settings' when left out.

        Returns:
            The complete answer.

        Raises:
            MessageError: The message is empty, no text, or too long.
            NotFoundError: The thread is not there or not this person's.
            StorageError: The records cannot be used.
        """
        reply: Reply | None = None
        stream = self.astream(
            text, thread=thread, person=person, history=history, country=country
        )
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
        person: str = "local",
        history: Sequence[Turn] = (),
        country: str | None = None,
    ) -> AsyncGenerator[Event, None]:
        """Answer one message sentence by sentence.

        Closing the iterator early means that the person pressed stop: the model is
        cancelled, and what was shown is stored.

        Args:
            text: As for `areply`.
            thread: As for `areply`.
            person: As for `areply`.
            history: As for `areply`.
            country: As for `areply`.

        Yields:
            `Status` lines, each `Sentence` as it may be shown, and at last one `Reply`.

        Raises:
            MessageError: As for `areply`.
            NotFoundError: As for `areply`.
            StorageError: As for `areply`.
        """
        self._loaded()
        text = self._checked(text)
        began = time.perf_counter()
        carried: tuple[Disclosure, ...] = ()
        parent: str | None = None
        if thread is not None:
            stored = await anyio.to_thread.run_sync(self.records.history, person, thread)
            carried = await anyio.to_thread.run_sync(self.records.in_force, person)
            history = [turn.turn for turn in stored]
            parent = stored[-1].id if stored else None
        run = _Run(person, thread, parent, text, began)
        state: RoadState = {
            "text": text,
            "history": list(history),
            "carried": carried,
            "country": country or self.settings.country,
            "began": began,
        }
        try:
            with untraced():
                async with aclosing(self._events(state, run)) as events:
                    async for event in events:
                        yield event
            reply = self._reply(run, interrupted=None)
            await self._store(run, reply)
            yield reply
        finally:
            if not run.stored and run.answer is not None and run.answer.sentences:
                with anyio.CancelScope(shield=True):
                    await self._store(run, self._reply(run, interrupted="stopped"))

    def reply(
        self,
        text: str,
        *,
        thread: str | None = None,
        person: str = "local",
        history: Sequence[Turn] = (),
        country: str | None = None,
    ) -> Reply:
        """As `areply`, for code without an event loop; inside `with Coach() as coach`."""

        async def call() -> Reply:
            return await self.areply(
                text, thread=thread, person=person, history=history, country=country
            )

        return self._called_portal().call(call)

    def stream(
        self,
        text: str,
        *,
        thread: str | None = None,
        person: str = "local",
        history: Sequence[Turn] = (),
        country: str | None = None,
    ) -> Iterator[Event]:
        """As `astream`, for code without an event loop; inside `with Coach() as coach`."""
        portal = self._called_portal()
        events = self.astream(
            text, thread=thread, person=person, history=history, country=country
        )

        async def following() -> Event | None:
            return await anext(events, None)

        try:
            while (event := portal.call(following)) is not None:
                yield event
        finally:
            portal.call(events.aclose)

    # Looking

    def screen(self, text: str, history: Sequence[Turn] = ()) -> ScreenResult:
        """Screen a message of any length without answering it."""
        return self._loaded().screen.screen(text, history)

    def search(self, text: str, k: int = 4) -> SearchResult:
        """Find passages for a text of any length."""
        return self._loaded().retriever.search(text, k=k)

    def model_status(self) -> ModelStatus:
        """How it stands with the model."""
        return self._loaded().models.status()

    async def settled(self, seconds: float) -> None:
        """Wait until a model that is being loaded is ready or has failed.

        Args:
            seconds: How long at most.
        """
        await self._loaded().models.settled(seconds)

    @property
    def records(self) -> Records:
        """Conversations and disclosures; opened on first use.

        Raises:
            StorageError: The data directory cannot be used.
        """
        with self._records_lock:
            if self._records is None:
                self._records = Records(self.settings.records_url).open()
            return self._records

    # Inside

    def _load(self) -> Parts:
        settings = self.settings
        try:
            articles = load_folder(settings.articles)
            passages = [passage for article in articles for passage in article.passages]
            notes = load_notes(passages)
            stance = load_stance()
            retriever = PassageRetriever.open(
                articles, notes, settings.cache_dir, settings.chroma_url
            )
        except ArticleError as error:
            raise ConfigError(str(error)) from error
        except KnowledgeError as error:
            raise StorageError(str(error)) from error
        encoder = retriever.embeddings
        voice = load_voice(stance)
        prompt = load_prompt()
        return Parts(
            screen=Screen(),
            retriever=retriever,
            notes=notes,
            stance=stance,
            voice=voice,
            composer=Composer(voice, encoder),
            gate=Gate(encoder),
            prompt=prompt,
            models=ModelProvider(settings, warmup=prompt.prefix),
            limits=Limits(
                settings.first_token_timeout, settings.stall_timeout, settings.total_timeout
            ),
        )

    async def _events(self, state: RoadState, run: _Run) -> AsyncGenerator[Event, None]:
        stream = self._graph.astream(state, stream_mode=["custom", "values"])
        async for mode, chunk in cast("AsyncGenerator[tuple[str, object]]", stream):
            if mode == "values":
                run.answer = cast("RoadState", chunk).get("answer", run.answer)
            elif isinstance(chunk, Decided):
                run.decided = chunk
            elif isinstance(chunk, Status | Sentence):
                yield chunk

    def _reply(self, run: _Run, interrupted: str | None) -> Reply:
        answer, decided = run.answer, run.decided
        if answer is None or decided is None:
            raise CoachError("The answer ended before it was complete.")
        return Reply(
            text=_text(answer),
            route=decided.decision.route,
            scope=answer.scope,
            disclosures=decided.disclosures,
            passages=answer.passages,
            sentences=tuple(answer.sentences),
            mode=answer.mode,
            model=answer.model,
            prompt_version=answer.prompt_version,
            stopped_sentences=tuple(answer.stopped),
            interrupted=interrupted or answer.interrupted,
            timings_ms=answer.timings_ms
            | {"total": round((time.perf_counter() - run.began) * 1000, 2)},
        )

    async def _store(self, run: _Run, reply: Reply) -> None:
        run.stored = True
        _log.info(
            "turn route=%s mode=%s interrupted=%s total_ms=%.0f",
            reply.route,
            reply.mode,
            reply.interrupted,
            reply.timings_ms["total"],
        )
        if run.thread is not None:
            await anyio.to_thread.run_sync(
                self.records.add_exchange, run.person, run.thread, run.text, reply, run.parent
            )

    def _checked(self, text: object) -> str:
        if not isinstance(text, str):
            raise MessageError(f"A message must be text, not {type(text).__name__}.")
        if "\x00" in text:
            raise MessageError("This message holds bytes that are not text.")
        if not text.strip():
            raise MessageError("There is nothing to answer yet: the message is empty.")
        most = self.settings.max_message_chars
        if len(text) > most:
            raise MessageError(
                f"This message has {len(text):,} characters, and one message can hold {most:,}. "
                "It may help to send it in two or three parts."
            )
        return text

    def _loaded(self) -> Parts:
        if self._parts is None:
            raise CoachError("The coach is not open: use it as a context manager.")
        return self._parts

    def _called_portal(self) -> BlockingPortal:
        if self._portal is None:
            raise CoachError("The coach is not open: use it as a context manager.")
        return self._portal

    def _leave(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        context, self._portal_context, self._portal = self._portal_context, None, None
        if context is not None:
            context.__exit__(kind, error, trace)


def _text(answer: Answer) -> str:
    """What was shown: vetted paragraphs as they are, then the written sentences."""
    written = " ".join(sentence.text for sentence in answer.sentences[answer.opened :])
    return "\n\n".join(part for part in (answer.opening, written) if part)
