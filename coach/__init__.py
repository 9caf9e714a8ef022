"""A reflection coach for people after a breakup, grounded in one article.

Example:
    >>> from coach import Coach, Settings
    >>> with Coach(Settings.load(llm="none")) as coach:  # doctest: +SKIP
    ...     reply = coach.reply("i keep typing him a message and deleting it")
    ...     print(reply.text, [passage.section for passage in reply.passages])
"""

from typing import TYPE_CHECKING

from coach.errors import (
    CoachError,
    ConfigError,
    MessageError,
    ModelError,
    NotFoundError,
    StorageError,
)
from coach.reply import Disclosure, PassageRef, Reason, Reply, Sentence, Status, Turn, joined
from coach.settings import Settings

if TYPE_CHECKING:
    from coach.session import Coach

__all__ = [
    "Coach",
    "CoachError",
    "ConfigError",
    "Disclosure",
    "MessageError",
    "ModelError",
    "NotFoundError",
    "PassageRef",
    "Reason",
    "Reply",
    "Sentence",
    "Settings",
    "Status",
    "StorageError",
    "Turn",
    "joined",
]


def __getattr__(name: str) -> object:
    # Coach pulls in LangChain, Chroma and onnxruntime: two seconds that `coach --help`
    # and the records need not wait for.
    if name == "Coach":
        from coach.session import Coach

        return Coach
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
