"""The errors a caller of the coach may meet, each with one clear sentence.

Every error carries the exit code that the command line ends with, so that a
script can tell a typing error (2) from a machine that is out of order (1).
"""

__all__ = [
    "CoachError",
    "ConfigError",
    "MessageError",
    "ModelError",
    "NotFoundError",
    "StorageError",
]


class CoachError(Exception):
    """Base of all errors the coach raises on purpose.

    Attributes:
        exit_code: What a command-line program should exit with.
    """

    exit_code = 1


class ConfigError(CoachError):
    """A setting, an option or a data file is wrong."""

    exit_code = 2


class MessageError(CoachError):
    """A message cannot be taken: empty, not text, or over the length limit."""

    exit_code = 2


class NotFoundError(CoachError):
    """A person, thread or turn does not exist, or belongs to somebody else."""

    exit_code = 2


class ModelError(CoachError):
    """A language model or its weights cannot be used."""


class StorageError(CoachError):
    """The data or cache directory cannot be read or written."""
