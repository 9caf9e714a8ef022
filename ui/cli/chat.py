"""`coach chat`: a conversation in the terminal."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing, suppress

from anyio import to_thread
from rich.console import Console

from coach import Coach, CoachError, MessageError, Reply, Settings, Turn
from coach.safety.helplines import FINDER, emergency_number, helplines
from ui.cli.answer import Answer
from ui.cli.notes import Notes
from ui.cli.terminal import Writer

with suppress(ImportError):  # not on Windows
    import readline  # noqa: F401  gives `input` its keys, and takes lines over 4,095 characters

__all__ = ["talk"]

_PERSON = "local"
_PROMPT = "> "
_ABOUT = (
    "You are writing to a program, not to a person. It is no therapist and no emergency "
    "service. What it offers comes from one article about the time after a breakup."
)
_KEYS = (
    "/sources shows what an answer rests on, /help shows where to find help, /quit or Ctrl-D "
    "leaves. Ctrl-C stops an answer. /exercise asks for an exercise, /journal shows your pages, "
    "/forget shows what is remembered about you and takes it back."
)
_EXERCISE = "Give me an exercise"
_KEPT = "This page is in your journal; /journal shows it again."
_NOT_KEPT = "This page is not kept."
_TEMPORARY = (
    "Your words are not kept. If you tell of danger, of violence or of something else that "
    "calls for care, only that you did is remembered."
)
_BROKEN_OFF = "The language model did not finish, so the rest was written from the article."


def talk(settings: Settings, *, new: bool = False, temporary: bool = False) -> None:
    """Hold a conversation on standard input and output until the person leaves.

    Args:
        settings: The settings.
        new: Whether to begin a new conversation instead of going on with the last one.
        temporary: Whether to keep none of her words.

    Raises:
        CoachError: The coach cannot be started.
    """
    console = Console(highlight=False, markup=False, emoji=False)
    # One loop for the whole sitting; between two answers it stands still, and Ctrl-C
    # during an answer cancels that answer only.
    with asyncio.Runner() as runner:
        coach = Coach(settings)
        with console.status("One moment"):
            runner.run(coach.astart())
        try:
            _Chat(console, coach, runner, temporary=temporary).run(new=new)
        finally:
            runner.run(coach.aclose())


class _Chat:
    """One sitting at the terminal."""

    def __init__(
        self, console: Console, coach: Coach, runner: asyncio.Runner, *, temporary: bool
    ) -> None:
        self._console = console
        self._writer = Writer(console)
        self._coach = coach
        self._runner = runner
        self._temporary = temporary
        self._thread: str | None = None
        self._said: list[Turn] = []  # of a temporary conversation, which nobody else keeps
        self._last: Reply | None = None
        self._notes = Notes(coach, _PERSON, self._writer)
        self._commands: dict[str, Callable[[str], None]] = {
            "/sources": lambda _: self._show_sources(),
            "/help": lambda _: self._show_help(),
            "/exercise": lambda _: self._answer(_EXERCISE),
            "/journal": self._notes.journal,
            "/forget": self._notes.forget,
        }

    def run(self, *, new: bool) -> None:
        """Greet, then take messages until the person leaves."""
        self._greet()
        if self._temporary:
            self._writer.line(_TEMPORARY, "dim")
        else:
            self._notes.due()
            if not new:
                self._go_on()
        self._writer.line()
        while (message := self._read()) is not None:
            if message.startswith("/"):
                command, _, about = message.partition(" ")
                self._commands.get(command, self._show_keys)(about.strip())
            elif message:
                self._answer(message)

    def _read(self) -> str | None:
        """The next message, None when the person leaves."""
        while True:
            try:
                message = input(_PROMPT).strip()
            except EOFError:
                self._writer.line()
                return None
            except KeyboardInterrupt:
                self._writer.line()
                self._writer.line("/quit or Ctrl-D leaves.", "dim")
                continue
            return None if message == "/quit" else message

    def _greet(self) -> None:
        self._writer.line(_ABOUT)
        self._writer.line()
        self._writer.line(self._urgent(), "bold")
        self._writer.line()
        self._writer.line(self._coach.model_status().detail, "dim")
        self._writer.line(_KEYS, "dim")

    def _go_on(self) -> None:
        records = self._coach.records
        records.ensure_person(_PERSON)
        latest = records.latest_thread(_PERSON)
        if latest is None:
            return
        self._thread = latest.id
        earlier = records.history(_PERSON, latest.id)
        if earlier:
            self._last = earlier[-1].reply
            when = f"{earlier[-1].created_at.astimezone():%d %B %Y}"
            self._writer.line()
            self._writer.line(f"You were here on {when}. This was said last:", "dim")
            self._writer.line(earlier[-1].turn.content)

    def _urgent(self) -> str:
        country = self._coach.settings.country
        lines = helplines(country, "crisis")
        where = f"Or {lines[0].line}" if lines else f"Helplines of your country: {FINDER}"
        return f"Need help now? In danger, call {emergency_number(country)}. {where}."

    def _answer(self, message: str) -> None:
        answer = Answer(self._console, self._writer)
        self._writer.line()
        try:
            self._runner.run(self._follow(message, answer))
        except KeyboardInterrupt:
            self._writer.line()
            self._writer.line("Stopped.", "dim")
        except MessageError as error:  # refused: it is as if it had not been sent
            self._writer.line(str(error))
            self._writer.line()
            return
        except CoachError as error:
            self._writer.line(str(error))
        self._last = answer.reply
        if answer.reply is not None:
            self._show_more(answer.reply)
        self._writer.line()
        self._remember(message, answer)

    def _show_more(self, reply: Reply) -> None:
        """What stands under an answer: where an exercise is, and words that could be sent."""
        if reply.model_failed:
            self._writer.line(_BROKEN_OFF, "dim")
        state = reply.exercise
        if state is not None and state.status == "running":
            self._writer.line(f"{state.title}: step {state.step} of {state.steps}.", "dim")
        if reply.chips:
            hints = ", ".join(f"“{chip.text}”" for chip in reply.chips)
            self._writer.line(f"You could also write {hints}.", "dim")
        if state is not None and state.page is not None:
            self._writer.line()
            self._notes.page(state.page)
            self._writer.line(_NOT_KEPT if self._temporary else _KEPT, "dim")

    def _remember(self, message: str, answer: Answer) -> None:
        if not self._temporary:
            return
        # Also when she stopped it before the first word: what she said still counts.
        self._said.append(Turn(role="user", content=message))
        if answer.reply is not None:
            self._said.append(answer.reply.turn)  # with where its exercise stands
        elif answer.text:
            self._said.append(Turn(role="assistant", content=answer.text))

    async def _follow(self, message: str, answer: Answer) -> None:
        if self._thread is None and not self._temporary:
            self._thread = await to_thread.run_sync(self._begin)
        events = self._coach.astream(
            message, thread=self._thread, person=_PERSON, history=tuple(self._said)
        )
        async with aclosing(events):
            await answer.follow(events)

    def _begin(self) -> str:
        self._coach.records.ensure_person(_PERSON)
        return self._coach.records.create_thread(_PERSON).id

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
        for helpline in helplines(self._coach.settings.country):
            self._writer.line(helpline.line)
        self._show_keys()

    def _show_keys(self, _: str = "") -> None:
        self._writer.line(_KEYS, "dim")
        self._writer.line()
