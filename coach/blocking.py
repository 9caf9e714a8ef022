"""The coach for code without an event loop: the same async core, called through a portal."""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from anyio.from_thread import BlockingPortal, start_blocking_portal

from coach.errors import CoachError
from coach.reply import Reply, Sentence, Status, Turn

__all__ = ["NEWEST", "Blocking", "Event"]

NEWEST = "newest"
"""Stands for the answer that was stored last in a thread."""

Event = Status | Sentence | Reply


class Blocking(ABC):
    """What `Coach` offers to synchronous code, on top of its async methods."""

    def __init__(self) -> None:
        self._portal: BlockingPortal | None = None
        self._portal_context: AbstractContextManager[BlockingPortal] | None = None

    @abstractmethod
    async def astart(self) -> None:
        """Load what is needed."""

    @abstractmethod
    async def aclose(self) -> None:
        """Release it."""

    @abstractmethod
    async def areply(
        self,
        text: str,
        *,
        thread: str | None = None,
        person: str | None = None,
        history: Sequence[Turn] = (),
        country: str | None = None,
    ) -> Reply:
        """Answer one message."""

    @abstractmethod
    def astream(
        self,
        text: str,
        *,
        thread: str | None = None,
        person: str | None = None,
        history: Sequence[Turn] = (),
        country: str | None = None,
        after: str | None = ...,
        remember: bool = ...,
        already: Sequence[str] = ...,
    ) -> AsyncGenerator[Event, None]:
        """Answer one message sentence by sentence."""

    @abstractmethod
    async def asettled(self, seconds: float) -> None:
        """Wait for the model."""

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

    def reply(
        self,
        text: str,
        *,
        thread: str | None = None,
        person: str | None = None,
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
        person: str | None = None,
        history: Sequence[Turn] = (),
        country: str | None = None,
        after: str | None = NEWEST,
        remember: bool = True,
        already: Sequence[str] = (),
    ) -> Iterator[Event]:
        """As `astream`, for code without an event loop; inside `with Coach() as coach`."""
        portal = self._called_portal()
        events = self.astream(
            text,
            thread=thread,
            person=person,
            history=history,
            country=country,
            after=after,
            remember=remember,
            already=already,
        )

        async def following() -> Event | None:
            return await anext(events, None)

        try:
            while (event := portal.call(following)) is not None:
                yield event
        finally:
            portal.call(events.aclose)

    def settled(self, seconds: float) -> None:
        """As `asettled`, for code without an event loop; inside `with Coach() as coach`."""
        self._called_portal().call(self.asettled, seconds)

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
