"""One answer on its way to the terminal."""

import asyncio
from collections.abc import AsyncIterator

from rich.console import Console

from coach import Reply, Sentence, Status
from ui.cli.terminal import Writer

__all__ = ["Answer"]

# Vetted words come all at once, and only the complete reply knows their paragraphs: what
# follows this soon is waited for. A model's sentences come further apart.
_BURST_SECONDS = 0.1

_Event = Status | Sentence | Reply


class Answer:
    """Shows the sentences of one answer as they come.

    Args:
        console: The terminal.
        writer: What writes on it.

    Attributes:
        reply: The complete reply, None until it is there or when it was stopped.
    """

    def __init__(self, console: Console, writer: Writer) -> None:
        self.reply: Reply | None = None
        self._writer = writer
        self._waiting = console.status("")
        self._shown: list[str] = []
        self._held: list[str] = []

    @property
    def text(self) -> str:
        """What was shown."""
        return self.reply.text if self.reply is not None else " ".join(self._shown)

    async def follow(self, events: AsyncIterator[_Event]) -> None:
        """Show an answer to its end.

        Args:
            events: What the coach streams.
        """
        queue: asyncio.Queue[_Event | None] = asyncio.Queue()

        async def feed() -> None:
            # A task of its own, because a wait that times out would cancel the coach.
            try:
                async for event in events:
                    queue.put_nowait(event)
            finally:
                queue.put_nowait(None)

        feeding = asyncio.create_task(feed())
        try:
            await self._show(queue)
            await feeding
        finally:
            feeding.cancel()
            await asyncio.wait({feeding})
            self._waiting.stop()
            self._let_go()

    async def _show(self, queue: "asyncio.Queue[_Event | None]") -> None:
        while (event := await self._next(queue)) is not None:
            if isinstance(event, Status):
                self._waiting.update(event.text)
                self._waiting.start()
                continue
            self._waiting.stop()
            if isinstance(event, Sentence):
                self._held.append(event.text)
            else:
                self._complete(event)

    async def _next(self, queue: "asyncio.Queue[_Event | None]") -> _Event | None:
        if self._held:
            try:
                async with asyncio.timeout(_BURST_SECONDS):
                    return await queue.get()
            except TimeoutError:
                self._let_go()
        return await queue.get()

    def _let_go(self) -> None:
        for text in self._held:
            if text.startswith("- "):
                self._writer.line(text)  # a helpline has a line of its own
            else:
                self._writer.write(text)
        self._shown += self._held
        self._held = []

    def _complete(self, reply: Reply) -> None:
        self.reply = reply
        if self._shown and _words([*self._shown, *self._held]) == _words([reply.text]):
            self._let_go()
        else:
            # What is stored is what counts: it is shown whole.
            if self._shown:
                self._writer.line()
            self._held = []
            self._writer.write(reply.text)
        self._writer.line()


def _words(texts: list[str]) -> list[str]:
    return " ".join(texts).split()
