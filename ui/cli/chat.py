"""`coach chat`: a conversation in the terminal."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing

from anyio import to_thread
from rich.console import Console

from coach import Coach, CoachError, Reply, Sentence, Settings, Status, Turn
from coach.safety.helplines import FINDER, emergency_number, helplines
from ui.cli.terminal import Writer

__all__ = ["talk"]

_PERSON = "local"
_PROMPT = "> "
_ABOUT = (
    "You are talking with a program, not with a person. It is no therapist and no emergency "
    "service. What it offers comes from one article about the time after a breakup."
)
_KEYS = (
    "/sources shows what an answer rests on, /help shows where to find help, /quit or Ctrl-D "
    "leaves. Ctrl-C stops an answer."
)
_READING = "Reading what you wrote"


def talk(settings: Settings, *, new: bool = False, temporary: bool = False) -> None:
    """Hold a conversation on standard input and output until the person leaves.

    Args:
        settings: The settings.
        new: Whether to begin a new conversation instead of going on with the last one.
        temporary: Whether to keep nothing of it.

    Raises:
        CoachError: The coach cannot be started.
        KnowledgeError: The article or its index cannot be read or built.
    """
    console = Console(highlight=False, markup=False, emoji=False)
    with asyncio.Runner() as runner:
        coach = Coach(settings)
        with console.status("One moment"):
            runner.run(coach.astart())
        try:
            thread = None if temporary else runner.run(_thread(coach, new))
            _Chat(console, coach, settings, runner, thread).run()
        finally:
            runner.run(coach.aclose())


async def _thread(coach: Coach, new: bool) -> str:
    def choose() -> str:
        coach.records.ensure_person(_PERSON)
        latest = None if new else coach.records.latest_thread(_PERSON)
        return (latest or coach.records.create_thread(_PERSON)).id

    return await to_thread.run_sync(choose)


class _Chat:
    """One sitting at the terminal."""

    def __init__(
        self,
        console: Console,
        coach: Coach,
        settings: Settings,
        runner: asyncio.Runner,
        thread: str | None,
    ) -> None:
        self._console = console
        self._writer = Writer(console)
        self._coach = coach
        self._country = settings.country
        self._runner = runner
        self._thread = thread
        self._said: list[Turn] = []  # of a temporary conversation, which nobody else keeps
        self._last: Reply | None = None
        self._commands: dict[str, Callable[[], None]] = {
            "/sources": self._show_sources,
            "/help": self._show_help,
        }

    def run(self) -> None:
        """Greet, then take messages until the person leaves."""
        self._greet()
        while True:
            try:
                message = input(_PROMPT).strip()
            except EOFError:
                self._writer.line()
                return
            except KeyboardInterrupt:
                self._writer.line()
                self._writer.line("/quit or Ctrl-D leaves.", "dim")
                continue
            if message == "/quit":
                return
            if message.startswith("/"):
                self._commands.get(message, self._show_keys)()
            elif message:
                self._answer(message)

    def _greet(self) -> None:
        say = self._writer.line
        say(_ABOUT)
        say(self._urgent(), "bold")
        say(self._coach.model_status().detail, "dim")
        say(_KEYS, "dim")
        if self._thread is None:
            say("Nothing of this conversation will be kept.", "dim")
            say()
            return
        earlier = self._coach.records.history(_PERSON, self._thread)
        if earlier:
            self._last = earlier[-1].reply
            say(f"You were here before, on {earlier[-1].created_at:%d %B}. The last words were:")
            say()
            say(earlier[-1].turn.content, "dim")
        say()

    def _urgent(self) -> str:
        lines = helplines(self._country, "crisis")
        where = lines[0].line if lines else f"Helplines of your country: {FINDER}"
        return (
            f"Need help now? In danger, call {emergency_number(self._country)}. "
            f"{where}{'' if where.endswith('.') else '.'}"
        )

    def _answer(self, message: str) -> None:
        shown: list[str] = []
        self._writer.line()
        try:
            self._runner.run(self._stream(message, shown))
        except KeyboardInterrupt:
            self._last = None
            self._writer.line()
            self._writer.line("Stopped.", "dim")
        except CoachError as error:
            self._writer.line(str(error))
        self._writer.line()
        if shown and self._thread is None:
            self._said += [
                Turn(role="user", content=message),
                Turn(role="assistant", content=" ".join(shown)),
            ]

    async def _stream(self, message: str, shown: list[str]) -> None:
        waiting = self._console.status(_READING)
        waiting.start()
        try:
            events = self._coach.astream(
                message, thread=self._thread, person=_PERSON, history=tuple(self._said)
            )
            async with aclosing(events):
                async for event in events:
                    if isinstance(event, Status):
                        waiting.update(event.text)
                        continue
                    waiting.stop()
                    if isinstance(event, Sentence):
                        shown.append(event.text)
                        self._writer.write(event.text)
                    else:
                        self._complete(event, shown)
        finally:
            waiting.stop()

    def _complete(self, reply: Reply, shown: list[str]) -> None:
        self._last = reply
        if " ".join(" ".join(shown).split()) != " ".join(reply.text.split()):
            # What is stored is what counts: show it whole.
            if shown:
                self._writer.line()
                self._writer.line()
            self._writer.write(reply.text)
        shown[:] = [reply.text]
        self._writer.line()

    def _show_sources(self) -> None:
        passages = self._last.passages if self._last else ()
        if not passages:
            self._writer.line("The last answer rests on no passage of the article.", "dim")
        for passage in passages:
            self._writer.line(passage.section, "bold")
            self._writer.line(passage.text)
            self._writer.line()

    def _show_help(self) -> None:
        self._writer.line(self._urgent(), "bold")
        for helpline in helplines(self._country):
            self._writer.line(helpline.line)
        self._show_keys()

    def _show_keys(self) -> None:
        self._writer.line(_KEYS, "dim")
