"""A local model: llama.cpp in a child process that is watched, and started anew when it dies.

The child listens on a loopback port of its own choice and asks for a key made for it, so
that one client class serves both a local model and an endpoint. A thread watches it, not
a task: it must outlive any one event loop, and nothing of it may block a turn.
"""

import contextlib
import json
import logging
import os
import secrets
import subprocess  # starts our own child with our own interpreter
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Literal, NamedTuple

from coach.settings import Settings

__all__ = ["Address", "LocalServer", "ServerState"]

ServerState = Literal["starting", "ready", "failed", "stopped"]

_logger = logging.getLogger(__name__)
_CHILD = Path(__file__).with_name("_child.py")
_LOAD_SECONDS = 300.0
_QUICK_SECONDS = 30.0
_MAX_QUICK_CRASHES = 4
_BACK_OFF_SECONDS = (0.2, 1.0, 4.0)
_REST_SECONDS = 600.0  # memory that was short may be free again by then
_GOODBYE_SECONDS = 3.0
_CACHE_MIB = 512
_LOG_BYTES = 1 << 20


class Address(NamedTuple):
    """Where a local model answers.

    Attributes:
        base_url: Root of its OpenAI-compatible interface.
        api_key: The key it asks for.
        model: The model's name.
        slot_dir: Folder in which it may keep the state of a conversation slot.
    """

    base_url: str
    api_key: str
    model: str
    slot_dir: Path


class LocalServer:
    """One supervised llama.cpp server.

    Example:
        >>> server = LocalServer(settings, weights)  # doctest: +SKIP
        >>> server.start(); server.wait(60)  # doctest: +SKIP
        'ready'

    Args:
        settings: The settings; context, slots, threads and cache directory are read.
        weights: The .gguf file to load.
        prepare: Called in the watching thread after each start and before the server
            counts as ready, to warm its prompt cache; what it raises is logged only.
    """

    def __init__(
        self,
        settings: Settings,
        weights: Path,
        prepare: Callable[[Address], None] | None = None,
    ) -> None:
        self._settings = settings
        self._weights = weights
        self._prepare = prepare
        self._changed = threading.Condition()
        self._state: ServerState = "stopped"
        self._address: Address | None = None
        self._detail = ""
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher: threading.Thread | None = None

    @property
    def name(self) -> str:
        """The model's name: that of its file, without the ending."""
        return self._weights.stem

    @property
    def state(self) -> ServerState:
        """Where the server is in its life."""
        return self._state

    @property
    def address(self) -> Address | None:
        """Where it answers now, None unless it is ready; changes with every restart."""
        return self._address

    @property
    def detail(self) -> str:
        """Why it failed, in one sentence; empty while it has not."""
        return self._detail

    @property
    def pid(self) -> int | None:
        """Process id of the child, None when there is none."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def start(self) -> None:
        """Start the child and the thread that watches it; returns at once."""
        if self._watcher is not None and self._watcher.is_alive():
            return
        self._stopping.clear()
        self._set("starting")
        self._watcher = threading.Thread(target=self._watch, name="coach-local-model", daemon=True)
        self._watcher.start()

    def wait(self, timeout: float) -> ServerState:
        """Wait until the server is no longer starting.

        Args:
            timeout: Seconds to wait at most.

        Returns:
            The state it is in then.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._state != "starting", timeout)
            return self._state

    def stop(self) -> None:
        """End the child and the thread, and wait until both are gone."""
        self._stopping.set()
        process = self._process
        if process is not None:
            _end(process)
        if self._watcher is not None:
            self._watcher.join()
            self._watcher = None
        self._set("stopped")

    def _set(self, state: ServerState, address: Address | None = None, detail: str = "") -> None:
        with self._changed:
            self._state, self._address, self._detail = state, address, detail
            self._changed.notify_all()

    def _watch(self) -> None:
        quick_crashes = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                error = self._live_once()
            except OSError as problem:
                error = f"The local model cannot be started: {problem.strerror or problem}."
            except Exception as problem:  # noqa: BLE001  without this thread nobody starts it anew
                error = f"The local model cannot be started ({type(problem).__name__})."
            if self._stopping.is_set():
                return
            quick_crashes = quick_crashes + 1 if time.monotonic() - began < _QUICK_SECONDS else 1
            _logger.warning("local model ended, crash %d in a row", quick_crashes)
            if quick_crashes >= _MAX_QUICK_CRASHES:
                self._set("failed", detail=error)
                self._stopping.wait(_REST_SECONDS)
                quick_crashes = _MAX_QUICK_CRASHES - 1  # one try after each rest
                self._set("starting")
            else:
                self._set("starting")
                self._stopping.wait(_BACK_OFF_SECONDS[quick_crashes - 1])

    def _live_once(self) -> str:
        """Run one child from birth to death; returns what to say of its death."""
        logs = self._settings.cache_dir / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(prefix="coach-slots-") as slot_dir,
            _open_log(logs / "local-model.log") as log,
            subprocess.Popen(  # noqa: S603
                # -P: the folder of the script must not shadow packages of the same name.
                [sys.executable, "-P", str(_CHILD)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,  # Ctrl-C belongs to the parent, which says goodbye
            ) as process,
        ):
            self._process = process
            try:
                if self._stopping.is_set():
                    return ""
                said = self._introduce(process, slot_dir)
                if "url" not in said:
                    return said.get("error", "The local model crashed while it was loaded.")
                process.wait()
            finally:
                _end(process)
                self._process = None
        return f"The local model crashed {_MAX_QUICK_CRASHES} times in a row."

    def _introduce(self, process: subprocess.Popen[bytes], slot_dir: str) -> dict[str, str]:
        assert process.stdin is not None  # noqa: S101  both are pipes, see above
        assert process.stdout is not None  # noqa: S101
        settings = self._settings
        key = secrets.token_urlsafe(32)
        wanted = {
            "weights": str(self._weights.resolve()),
            "name": self.name,
            "api_key": key,
            "slots": settings.local_slots,
            "context": settings.local_context,
            "threads": settings.local_threads or _cores(),
            "cache_mib": _CACHE_MIB,
            "slot_dir": f"{slot_dir}{os.sep}",  # llama.cpp wants the end of it
        }
        limit = threading.Timer(_LOAD_SECONDS, process.kill)
        limit.daemon = True
        limit.start()
        try:
            process.stdin.write(json.dumps(wanted).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = b""
        finally:
            limit.cancel()
        # A line without its end: the child died while it wrote.
        said: dict[str, str] = json.loads(line if line.endswith(b"\n") else b"{}")
        if "url" in said:
            address = Address(f"{said['url']}/v1", key, self.name, Path(slot_dir))
            self._warm(address)
            if process.poll() is None:
                self._set("ready", address)
        return said

    def _warm(self, address: Address) -> None:
        if self._prepare is None:
            return
        try:
            self._prepare(address)
        except Exception as error:  # noqa: BLE001  a cold cache is slower, nothing else
            _logger.warning("local model not warmed: %s", type(error).__name__)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    try:
        process.wait(_GOODBYE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _open_log(path: Path) -> IO[bytes]:
    try:
        mode = "wb" if path.stat().st_size > _LOG_BYTES else "ab"
    except OSError:
        mode = "ab"
    return path.open(mode)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
