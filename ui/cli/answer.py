"""One answer on its way to the terminal."""

from collections.abc import AsyncIterator

from rich.console import Console

from coach import Reply, Sentence, Status, joined
from ui.cli.terminal import Writer

__all__ = ["Answer"]


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
        self._shown: list[Sentence] = []

    @property
    def text(self) -> str:
        """What was shown."""
        return self.reply.text if self.reply is not None else joined(self._shown)

    async def follow(self, events: AsyncIterator[Status | Sentence | Reply]) -> None:
        """Show an answer to its end.

        Args:
            events: What the coach streams.
        """
        try:
            async for event in events:
                if isinstance(event, Status):
                    self._waiting.update(event.text)
                    self._waiting.start()
                    continue
                self._waiting.stop()
                if isinstance(event, Sentence):
                    self._show(event)
                else:
                    self.reply = event
                    self._writer.line()
        finally:
            self._waiting.stop()

    def _show(self, sentence: Sentence) -> None:
        gap = sentence.gap.strip(" ") if self._shown else ""
        self._writer.write(gap + sentence.text)
        self._shown.append(sentence)
