"""`coach chat`, through pipes and in a terminal of its own."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fakes.endpoint import FakeEndpoint

from coach.records import Records

from .conftest import COMMAND, InProcess, Program

pty = pytest.importorskip("pty")

_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_PATIENCE = 40.0
_HURT = re.compile("someone who hurt you|told me about being hurt")


class Terminal:
    """A program in a terminal."""

    def __init__(self, process: "subprocess.Popen[bytes]", master: int) -> None:
        self.process = process
        self._master = master
        self._read = ""

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def until(self, words: str) -> str:
        """Everything up to and with these words, without colours and cursor movements."""
        began = time.monotonic()
        while words not in (plain := _ESCAPE.sub("", self._read).replace("\r", "")):
            assert time.monotonic() - began < _PATIENCE, plain
            assert self.process.poll() is None or self._more(), plain
            self._more()
        end = plain.index(words) + len(words)
        self._read = plain[end:]
        return plain[:end]

    def _more(self) -> bool:
        os.set_blocking(self._master, False)
        try:
            piece = os.read(self._master, 65536)
        except BlockingIOError:
            time.sleep(0.02)
            return False
        except OSError:  # the other end was closed
            return False
        self._read += piece.decode(errors="replace")
        return bool(piece)


@pytest.fixture
def terminal(environment: dict[str, str]) -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def start(*args: str, **env: str) -> Terminal:
        master, slave = pty.openpty()
        process = subprocess.Popen(
            [*COMMAND, "chat", *args],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment | {"TERM": "xterm", "COLUMNS": "80"} | env,
            start_new_session=True,
        )
        os.close(slave)
        opened.append(Terminal(process, master))
        return opened[-1]

    yield start
    for one in opened:
        one.process.kill()
        one.process.wait()
        os.close(one._master)


def words(text: str) -> str:
    return " ".join(text.split())


def stored(environment: dict[str, str]) -> list[list[str]]:
    """All threads, the last one first, each as the texts of its turns."""
    with Records(f"sqlite:///{environment['COACH_DATA_DIR']}/coach.sqlite3") as records:
        return [
            [turn.turn.content for turn in records.history("local", thread.id)]
            for thread in records.threads("local")
        ]


def test_a_conversation_goes_on_at_the_next_start(
    program: Program, in_process: InProcess, environment: dict[str, str]
) -> None:
    first = program("chat", stdin=b"i keep checking his page\n/sources\n/quit\n")
    assert (first.returncode, first.stderr) == (0, b"")
    shown = words(first.stdout.decode())
    assert "a program, not to a person" in shown
    assert "findahelpline.com" in shown
    ((said, answered),) = stored(environment)
    assert said == "i keep checking his page"
    assert words(answered) in shown
    assert "Don’t Reach Out – Give Him the Space He Needs" in shown
    second = in_process("chat", stdin="danke, ich weiß\n".encode())
    assert second.exit_code == 0
    assert words(answered) in words(second.stdout)
    third = in_process("chat", "--new", stdin=b"hello\n")
    assert words(answered) not in words(third.stdout)
    newest, oldest = stored(environment)
    assert (len(newest), len(oldest)) == (2, 4)
    assert oldest[2] == "danke, ich weiß"


def test_a_temporary_conversation_remembers_but_keeps_no_words(
    in_process: InProcess, environment: dict[str, str]
) -> None:
    result = in_process(
        "chat", "--temporary", stdin=b"i want to die\nok\n", env={"COACH_COUNTRY": "NZ"}
    )
    assert result.exit_code == 0
    # Twice a crisis, because the first message still counts for the second.
    assert result.stdout.count("- 1737: call 1737") == 2
    assert "Your words are not kept." in words(result.stdout)
    assert stored(environment) == []
    files = Path(environment["COACH_DATA_DIR"]).iterdir()
    assert not any(b"want to die" in file.read_bytes() for file in files)
    # That she told of it is hers: the next conversation knows.
    later = in_process("chat", stdin=b"ok\n", env={"COACH_COUNTRY": "NZ"})
    assert "- 1737: call 1737" in later.stdout


def test_a_temporary_conversation_knows_what_was_told_before(in_process: InProcess) -> None:
    in_process("chat", stdin=b"he hit me\n")
    told = in_process("chat", "--temporary", "--country", "NZ", stdin=b"how do i get him back\n")
    asked = in_process("ask", "how do i get him back", "--country", "NZ")
    assert told.exit_code == asked.exit_code == 0
    assert _HURT.search(words(told.stdout))
    assert not _HURT.search(words(asked.stdout))


def test_vetted_words_keep_their_paragraphs(in_process: InProcess) -> None:
    result = in_process("chat", "--temporary", "--country", "NZ", stdin=b"i want to die\n")
    text = result.stdout
    assert "\n\n- Lifeline: call 0800 543 354, or text 4357\n- 1737: call 1737\n\n" in text


def test_commands_are_not_sent_to_the_coach(
    in_process: InProcess, environment: dict[str, str]
) -> None:
    result = in_process(
        "chat", "--country", "nz", stdin=b"/sources\n/help\n/nonsense\n\n/quit\nnever\n"
    )
    assert result.exit_code == 0
    text = words(result.stdout)
    assert "rests on no passage" in text
    assert "Women's Refuge: call 0800 733 843" in text
    assert text.count("/quit or Ctrl-D leaves") == 3
    assert stored(environment) == []


def test_a_message_over_the_limit_is_refused_and_the_talk_goes_on(
    in_process: InProcess, environment: dict[str, str]
) -> None:
    result = in_process("chat", stdin=b"x" * 8001 + b"\ni miss him\n")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "8,000" in result.stdout or "8000" in result.stdout
    ((said, _),) = stored(environment)
    assert said == "i miss him"


def test_text_cannot_send_commands_to_the_terminal(in_process: InProcess) -> None:
    result = in_process("chat", "--temporary", stdin=b"i miss \x1b[2J\x07tom \x9b2J so much\n")
    assert b"\x1b" not in result.stdout_bytes
    assert b"\x07" not in result.stdout_bytes


def test_ctrl_c_stops_an_answer_and_keeps_what_was_shown(
    terminal: Callable[..., Terminal], environment: dict[str, str], fake_endpoint: FakeEndpoint
) -> None:
    screen = terminal(
        COACH_LLM="endpoint",
        COACH_MODEL="stall",
        OPENAI_BASE_URL=fake_endpoint.url,
        OPENAI_API_KEY="x",
    )
    screen.until("\n> ")
    screen.type("i miss him tonight\n")
    screen.until("That sounds like a heavy evening.")
    screen.process.send_signal(signal.SIGINT)
    screen.until("Stopped.")
    screen.until("\n> ")
    deadline = time.monotonic() + 5
    while fake_endpoint.open and time.monotonic() < deadline:
        time.sleep(0.05)
    assert fake_endpoint.open == 0
    ((said, answered),) = stored(environment)
    assert (said, answered) == ("i miss him tonight", "That sounds like a heavy evening.")
    # At the prompt it only says how to leave, and the talk goes on.
    screen.process.send_signal(signal.SIGINT)
    screen.until("/quit or Ctrl-D leaves.")
    screen.until("\n> ")
    screen.type("\x04")
    assert screen.process.wait(20) == 0


def test_what_she_stopped_before_the_first_word_still_counts(
    terminal: Callable[..., Terminal], fake_endpoint: FakeEndpoint
) -> None:
    screen = terminal(
        "--temporary",
        COACH_LLM="endpoint",
        COACH_MODEL="silence",
        COACH_FIRST_TOKEN_TIMEOUT="3",
        COACH_TOTAL_TIMEOUT="3",
        OPENAI_BASE_URL=fake_endpoint.url,
        OPENAI_API_KEY="x",
    )
    screen.until("\n> ")
    screen.type("i keep thinking about my dog Rufus and the lake\n")
    while not fake_endpoint.requests:
        screen._more()
    screen.process.send_signal(signal.SIGINT)
    screen.until("Stopped.")
    screen.until("\n> ")
    screen.type("it was so quiet there with him, and now it is not\n")
    while len(fake_endpoint.requests) < 2:
        screen._more()
    assert "Rufus" in str(fake_endpoint.requests[-1]["messages"][-1])


def test_a_long_line_reaches_the_coach_whole(
    terminal: Callable[..., Terminal], environment: dict[str, str]
) -> None:
    message = "i miss him. " * 500
    screen = terminal()
    screen.until("\n> ")
    for start in range(0, len(message), 1000):
        screen.type(message[start : start + 1000])
        screen._more()
    screen.type("\n")
    screen.until("?")
    screen.until("\n> ")
    screen.type("/quit\n")
    assert screen.process.wait(20) == 0
    ((said, _),) = stored(environment)
    assert said == message.strip()
