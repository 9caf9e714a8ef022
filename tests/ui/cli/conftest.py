"""The `coach` command as a real program, and in this process where a start would cost time."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ui.cli import app

ROOT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-m", "ui.cli"]

Program = Callable[..., "subprocess.CompletedProcess[bytes]"]
InProcess = Callable[..., Result]


@pytest.fixture
def environment(cache_dir: Path, tmp_path: Path) -> dict[str, str]:
    """What the program finds: the real index, an empty data folder, no model."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return kept | {
        "HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT),
        "COACH_LLM": "none",
        "COACH_CACHE_DIR": str(cache_dir),
        "COACH_DATA_DIR": str(tmp_path / "data"),
    }


@pytest.fixture
def program(environment: dict[str, str]) -> Program:
    """Runs `coach` with arguments, as a program of its own."""

    def run(
        *args: str | bytes, stdin: bytes = b"", env: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            [*COMMAND, *args],
            input=stdin,
            env=environment | dict(env or {}),
            capture_output=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def in_process(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> InProcess:
    """Runs `coach` with arguments in this process."""
    for name, value in environment.items():
        if name.startswith("COACH_"):
            monkeypatch.setenv(name, value)

    def run(*args: str, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Result:
        return CliRunner().invoke(app, args, input=stdin, env=env, prog_name="coach")

    return run
