"""The weights on disk: where they lie, whether they are whole, and that they are the right ones.

A file of a gigabyte is hashed once. The result is kept beside it, tied to its size and
time of change, so that a server starts without reading it all again.
"""

import hashlib
import json
from pathlib import Path
from typing import NamedTuple

from coach.errors import ConfigError, ModelError, StorageError
from coach.models.catalogue import CatalogModel, lookup
from coach.settings import Settings

__all__ = ["Fingerprint", "find", "fingerprint", "remember", "sha256_of", "weights_path"]

_GGUF_MAGIC = b"GGUF"


class Fingerprint(NamedTuple):
    """What tells one state of a file from another without reading it.

    Attributes:
        size: Length in bytes.
        mtime_ns: Time of the last change, in nanoseconds.
    """

    size: int
    mtime_ns: int


def own_file(settings: Settings) -> Path | None:
    """Tell whether the operator named a file of her own rather than a catalogue name.

    Args:
        settings: The settings; `local_model` is read.

    Returns:
        The path, or None for a catalogue name.
    """
    path = Path(settings.local_model).expanduser()
    return path if path.suffix == ".gguf" or len(path.parts) > 1 else None


def weights_path(settings: Settings, name: str | None = None) -> Path:
    """Say where the weights of a model belong, whether or not they are there.

    Args:
        settings: The settings.
        name: Name in the catalogue; None takes the model of the settings, which may
            also be the path of a file.

    Returns:
        The path of the .gguf file.

    Raises:
        ConfigError: The catalogue has no such model.
    """
    if name is None and (own := own_file(settings)) is not None:
        return own
    return settings.cache_dir / "models" / lookup(name or settings.local_model).file


def fingerprint(path: Path) -> Fingerprint | None:
    """Look at a file without reading it.

    Args:
        path: The file.

    Returns:
        Its size and time of change, None when there is no such file.
    """
    try:
        stat = path.stat()
    except OSError:
        return None
    return Fingerprint(stat.st_size, stat.st_mtime_ns)


def find(settings: Settings) -> Path | None:
    """Find the weights of the settings' model, ready to be loaded.

    The first look at a new file reads all of it; later ones do not.

    Args:
        settings: The settings.

    Returns:
        Their path, or None when they are not there or not yet complete.

    Raises:
        ConfigError: The catalogue has no such model.
        ModelError: A file is there, but not the one its makers published, or not weights.
    """
    path = weights_path(settings)
    seen = fingerprint(path)
    if seen is None:
        return None
    if own_file(settings) is not None:
        _check_magic(path)
        return path
    entry = lookup(settings.local_model)
    if seen.size != entry.size:
        return None
    if not is_right(path, entry):
        raise ModelError(wrong_digest(path, entry))
    return path


def is_right(path: Path, entry: CatalogModel) -> bool:
    """Check a file against the catalogue, reading it only when it has not been checked yet.

    Args:
        path: The file.
        entry: The model it should hold.

    Returns:
        True when size and digest agree.
    """
    seen = fingerprint(path)
    if seen is None or seen.size != entry.size:
        return False
    if not _known(path, entry, seen):
        if sha256_of(path) != entry.sha256:
            return False
        remember(path, entry)
    return True


def sha256_of(path: Path) -> str:
    """Compute the digest of a file.

    Args:
        path: The file.

    Returns:
        Its SHA-256, in hexadecimal.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def wrong_digest(path: Path, entry: CatalogModel) -> str:
    """Word the sentence about a file that is not the published one.

    Args:
        path: The file.
        entry: The model it was taken for.

    Returns:
        The sentence.
    """
    return f"{path.name} is not the file its makers published: its SHA-256 is not {entry.sha256}."


def remember(path: Path, entry: CatalogModel) -> None:
    """Note that a file was checked, so that it need not be read again.

    Args:
        path: The file, whose digest was just found right.
        entry: The model it holds.
    """
    seen = fingerprint(path)
    if seen is None:
        return
    note = {"size": seen.size, "mtime_ns": seen.mtime_ns, "sha256": entry.sha256}
    try:
        _note_path(path).write_text(json.dumps(note), encoding="utf-8")
    except OSError:
        return  # a read-only cache still works, it is only hashed at each start


def _note_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.verified.json")


def _known(path: Path, entry: CatalogModel, seen: Fingerprint) -> bool:
    try:
        note = json.loads(_note_path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    expected = {"size": seen.size, "mtime_ns": seen.mtime_ns, "sha256": entry.sha256}
    return bool(note == expected)


def _check_magic(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(len(_GGUF_MAGIC))
    except OSError as error:
        raise StorageError(f"{str(path)!r} cannot be read: {error.strerror}.") from error
    if head != _GGUF_MAGIC:
        raise ConfigError(f"COACH_LOCAL_MODEL names {str(path)!r}, which is not a GGUF file.")
