"""Several processes, one of them killed, and an index that is always whole."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

INDEXER = Path(__file__).with_name("indexer.py")
ROOT = Path(__file__).parents[2]


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(INDEXER), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def answer(process: subprocess.Popen[str]) -> dict[str, object]:
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    found: dict[str, object] = json.loads(out)
    return found


@pytest.mark.parametrize(
    "moment", ["embedding", "vectors stored, weights not", "moving into place"]
)
def test_killed_while_indexing_the_old_index_still_answers(moment: str, tmp_path: Path) -> None:
    old = answer(start(str(tmp_path), "old"))
    assert old["built"]

    victim = start(str(tmp_path), "new", moment)
    assert victim.stdout is not None
    assert victim.stdout.readline() == "stopped\n"
    os.kill(victim.pid, signal.SIGKILL)
    victim.communicate()
    assert victim.returncode == -signal.SIGKILL
    whole = {mark.parent.name for mark in (tmp_path / "index").glob("[!.]*/complete.json")}
    assert whole == {old["name"]}, "no half index under a name that is opened"

    again = answer(start(str(tmp_path), "old"))
    assert again == {**old, "built": False}

    new = answer(start(str(tmp_path), "new"))
    assert new["built"]
    assert new["hits"]
    left = {path.name for path in (tmp_path / "index").iterdir() if path.is_dir()}
    assert left == {old["name"], new["name"]}, "what the crash left is cleared away"


def test_two_processes_build_one_index(tmp_path: Path) -> None:
    both = [start(str(tmp_path), "same") for _ in range(2)]
    first, second = (answer(process) for process in both)
    assert sorted([bool(first["built"]), bool(second["built"])]) == [False, True]
    assert first["hits"] == second["hits"] != []
    assert first["name"] == second["name"]
