"""The server as a program: it starts, says what is wrong in one sentence, and ends cleanly."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from coach import CoachError, ConfigError, Settings
from ui.http.app import serve

PROGRAM = "from coach import Settings\nfrom ui.http.app import serve\nserve(Settings.load())\n"


@contextmanager
def running(data: Path, cache: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {
        "COACH_LLM": "none",
        "COACH_DATA_DIR": str(data),
        "COACH_CACHE_DIR": str(cache),
        "COACH_PORT": str(port),
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stderr is not None:
            process.stderr.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_up(port: int, process: subprocess.Popen[str]) -> httpx.Response:
    for _ in range(400):
        assert process.poll() is None, process.stderr and process.stderr.read()
        try:
            return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=30)
        except httpx.ConnectError:
            time.sleep(0.1)
    raise AssertionError("the server did not come up")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_the_signal_and_ends_with_zero(tmp_path, cache_dir, number):
    port = free_port()
    with running(tmp_path, cache_dir, port) as process:
        health = wait_until_up(port, process)
        assert health.json() == {"status": "ok", "model": {"state": "none", "name": None}}
        page = httpx.get(f"http://127.0.0.1:{port}/?secret=words")
        assert "After a breakup" in page.text
        process.send_signal(number)
        _, log = process.communicate(timeout=20)
        assert process.returncode == 0, log
        assert f"http://127.0.0.1:{port}" in log
        assert "Traceback" not in log
        assert "secret" not in log
        assert page.cookies["coach_person"] not in log


def test_a_taken_port_is_one_clear_sentence(tmp_path, cache_dir):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        settings = Settings.load(llm="none", port=port, data_dir=tmp_path, cache_dir=cache_dir)
        sentence = f"Port {port} is already taken; choose another with --port."
        with pytest.raises(CoachError, match=re.escape(sentence)) as caught:
            serve(settings)
        assert caught.value.exit_code == 1


def test_an_address_of_another_machine_is_one_clear_sentence(tmp_path):
    for host in ("203.0.113.7", "no.such.host.invalid"):
        with pytest.raises(ConfigError, match=re.escape(repr(host))):
            serve(Settings.load(llm="none", host=host, port=0, data_dir=tmp_path))


def test_a_data_directory_that_cannot_be_used_is_told_at_the_start(tmp_path, cache_dir):
    (tmp_path / "file").write_text("no directory")
    with pytest.raises(CoachError):
        serve(Settings.load(llm="none", port=0, data_dir=tmp_path / "file", cache_dir=cache_dir))
