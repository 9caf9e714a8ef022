"""What goes wrong ends in one clear sentence, a proper exit code and no traceback."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from coach.safety.screen import Screen

from .conftest import COMMAND, InProcess, Program

ROW = b'{"id": 1, "text": "i miss him"}\n'


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["screen"], "Give either one message or --jsonl FILE."),
        (["screen", "hi", "--jsonl", "-"], "Give either one message or --jsonl FILE."),
        (["screen", ""], "The message is empty."),
        (["search", " \n"], "The message is empty."),
        (["ask", ""], "The message is empty."),
        (["screen", "hi", "--loud"], "No such option"),
        (["sing"], "No such command"),
        (["screen", "--jsonl", "/nowhere/rows.jsonl"], "No such file or directory"),
        (["screen", "--jsonl", "/"], "Is a directory"),
        (["ask", "hi", "--llm", "parrot"], "'parrot' is not one of"),
        (["ask", "hi", "--country", "Narnia"], "two-letter country code"),
        (["serve", "--port", "70000"], "'--port': Input should be less"),
        (["chat", "--new", "--temporary"], "leave out --new"),
        (["search", "hi", "--top", "0"], "'--top': Input should be greater"),
    ],
)
def test_a_wrong_command_line_ends_with_two(
    in_process: InProcess, args: list[str], sentence: str
) -> None:
    result = in_process(*args)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert sentence in result.stderr


def test_no_arguments_show_the_commands(program: Program) -> None:
    began = time.perf_counter()
    result = program("--help")
    assert time.perf_counter() - began < 2
    assert result.returncode == 0
    for word in (
        b"ask",
        b"screen",
        b"search",
        b"serve",
        b"chat",
        b"index",
        b"model",
        b"Exit codes",
    ):
        assert word in result.stdout
    bare = program()
    assert b"Exit codes" in bare.stdout + bare.stderr


def test_the_version_is_told(program: Program) -> None:
    assert program("--version").stdout.startswith(b"coach ")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the input is empty"),
        (b"\n \n", "the input is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "not a file of JSON lines"),
        (b"\xff\xfe\xfd", "not a file of JSON lines"),
        ('{"id": 1, "text": "x"}'.encode("utf-16"), "not a file of JSON lines"),
    ],
)
def test_a_file_without_rows_ends_with_two(
    in_process: InProcess, tmp_path: Path, content: bytes, sentence: str
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(content)
    result = in_process("screen", "--jsonl", str(file))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_message_that_is_no_text_ends_with_two(program: Program) -> None:
    result = program("screen", b"\xff\xfe")
    assert result.returncode == 2
    assert result.stderr == b"The message is not valid UTF-8 text.\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_a_full_disk_is_told_in_one_sentence(environment: dict[str, str]) -> None:
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [*COMMAND, "screen", "hi", "--json"],
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert result.returncode == 1
    assert result.stderr == b"No space left on device.\n"


def test_a_reader_that_goes_away_is_no_fault(environment: dict[str, str]) -> None:
    with subprocess.Popen(
        [*COMMAND, "screen", "--jsonl", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(ROW)
        process.stdin.flush()
        assert process.stdout.readline()
        process.stdout.close()
        process.stdin.write(ROW)
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait(20) == 141


def test_ctrl_c_ends_quietly(environment: dict[str, str]) -> None:
    with subprocess.Popen(
        [*COMMAND, "screen", "--jsonl", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(ROW)
        process.stdin.flush()
        assert process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
        assert process.stderr.read() == b""


def test_an_unreadable_article_is_told_in_one_sentence(
    in_process: InProcess, tmp_path: Path
) -> None:
    (tmp_path / "picture.md").write_bytes(b"\xff\xfe\0")
    for command in (["index"], ["search", "hi"], ["ask", "hi"], ["chat"]):
        result = in_process(*command, env={"COACH_ARTICLES": str(tmp_path)})
        assert result.exit_code == 2
        assert result.stdout == ""
        assert len(result.stderr.splitlines()) == 1
        assert "picture.md" in result.stderr


def test_a_cache_that_cannot_be_written_is_told_in_one_sentence(
    in_process: InProcess, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    result = in_process("index", env={"COACH_CACHE_DIR": str(tmp_path / "file")})
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert "cannot be used" in result.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_ends_with_two(in_process: InProcess, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(ROW)
    file.chmod(0)
    result = in_process("screen", "--jsonl", str(file))
    assert result.exit_code == 2
    assert "Permission denied" in result.stderr


def test_a_wrong_setting_names_its_variable(in_process: InProcess) -> None:
    result = in_process("search", "hi", env={"COACH_PORT": "many"})
    assert result.exit_code == 2
    assert "COACH_PORT is wrong" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_fault_of_ours_tells_nobody_what_she_wrote(
    in_process: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Screen, text: str, history: object) -> None:
        raise ValueError(f"cannot screen {text!r}")

    monkeypatch.setattr(Screen, "screen", fail)
    result = in_process("screen", "i miss him", "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "ValueError" in result.stderr
    assert "i miss him" not in result.stderr
    assert isinstance(result.exception, SystemExit)
