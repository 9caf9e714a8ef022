"""`coach model …`, with files instead of a network."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from coach.models import catalog

from .conftest import InProcess

FIRST = catalog()[0]


@pytest.fixture
def empty_cache(tmp_path: Path) -> dict[str, str]:
    return {"COACH_CACHE_DIR": str(tmp_path / "cache"), "COACH_LLM": "auto"}


def make_sparse(path: Path, size: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.truncate(path, size)


def test_the_list_names_every_model_and_what_is_installed(
    in_process: InProcess, empty_cache: dict[str, str], tmp_path: Path
) -> None:
    make_sparse(tmp_path / "cache" / "models" / FIRST.file, FIRST.size)
    result = in_process("model", "list", env=empty_cache)
    assert result.exit_code == 0
    text = result.stdout
    assert f"* {FIRST.name}: installed\n" in text
    for entry in catalog()[1:]:
        assert f"  {entry.name}: not installed\n" in text
        assert entry.licence in text


@pytest.mark.parametrize(
    ("args", "code", "sentence"),
    [
        (["no-such-model"], 2, "There is no local model named 'no-such-model'"),
        ([FIRST.name, "--from", "/nowhere/weights.gguf"], 2, "There is no file"),
    ],
)
def test_a_pull_that_cannot_begin_is_told(
    in_process: InProcess, empty_cache: dict[str, str], args: list[str], code: int, sentence: str
) -> None:
    result = in_process("model", "pull", *args, env=empty_cache)
    assert result.exit_code == code
    assert result.stdout == ""
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_wrong_file_is_refused_and_deleted(
    in_process: InProcess, empty_cache: dict[str, str], tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.gguf"
    wrong.write_bytes(b"GGUF and then something else")
    result = in_process("model", "pull", "--from", str(wrong), env=empty_cache)
    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()[-1]) > 0
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "cache" / "models" / FIRST.file).exists()
    assert wrong.exists()


def test_a_pull_shows_its_progress_and_says_what_is_there(
    in_process: InProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import hashlib

    from coach.models import catalogue

    content = b"GGUF" + b"weights" * 100_000
    source = tmp_path / "mine.gguf"
    source.write_bytes(content)
    small = FIRST.model_copy(
        update={"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    )
    monkeypatch.setattr(catalogue, "catalog", lambda: (small,))
    monkeypatch.setenv("COACH_CACHE_DIR", str(tmp_path / "cache"))
    result = in_process("model", "pull", "--from", str(source))
    assert (result.exit_code, result.stdout) == (0, f"{FIRST.name} is installed.\n")
    assert f"{FIRST.name}: 100 %" in result.stderr
    assert (tmp_path / "cache" / "models" / FIRST.file).read_bytes() == content


def test_a_pull_that_is_ended_leaves_no_child_and_no_folder(
    environment: dict[str, str], tmp_path: Path
) -> None:
    only_mirror = (
        "from coach.models import catalogue; real = catalogue.catalog()[0]\n"
        "tiny = real.model_copy(update={'hub': None, 'size': 1000})\n"
        "catalogue.catalog = lambda: (tiny,)\n"
        "import sys; from ui.cli import main; sys.argv[1:] = ['model', 'pull']; main()\n"
    )
    models = tmp_path / "cache" / "models"
    with socket.create_server(("127.0.0.1", 0)) as index:  # takes the call and says nothing
        index.settimeout(30)
        env = environment | {
            "COACH_CACHE_DIR": str(tmp_path / "cache"),
            "PIP_INDEX_URL": f"http://127.0.0.1:{index.getsockname()[1]}/index",
            "PIP_CONFIG_FILE": os.devnull,
        }
        with subprocess.Popen(
            [sys.executable, "-c", only_mirror], env=env, stderr=subprocess.PIPE
        ) as process:
            assert process.stderr is not None
            pip, _ = index.accept()
            assert len(list(models.glob(".part-*"))) == 1
            process.send_signal(signal.SIGTERM)
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 143
            told = process.stderr.read().decode()
    with pip:
        pip.settimeout(10)
        while pip.recv(4096):  # what it asked for; then the end, as pip is gone
            pass
    assert told.endswith("Stopped. The next pull goes on where this one ended.\n")
    assert "Traceback" not in told
    assert list(models.glob(".part-*")) == []
    assert not (models / "pull.json").exists()


@pytest.mark.parametrize(
    ("llm", "code", "words"),
    [
        ("none", 0, "from the article alone"),
        ("auto", 0, "`coach model pull` fetches it"),
        ("local", 1, "`coach model pull` fetches it"),
        ("endpoint", 2, "COACH_MODEL"),
    ],
)
def test_the_status_says_who_would_answer(
    in_process: InProcess, empty_cache: dict[str, str], llm: str, code: int, words: str
) -> None:
    result = in_process("model", "status", env=empty_cache | {"COACH_LLM": llm})
    assert result.exit_code == code
    assert words in result.stdout + result.stderr
    assert "Traceback" not in result.stderr
