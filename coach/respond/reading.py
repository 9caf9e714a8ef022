"""What a message is before anything else: whose breakup, and what is done with it.

People bring to a coach what they would write to a forum: their own grief, but also tips for
others, thanks, questions to a crowd, a friend's breakup, trouble in a running relationship, and
the day on which it was light again. An answer to the wrong one of these is wrong in every line,
so this is read first. It is an adapted MiniLM, trained on messages written for this project
(`training/messages/`).
"""

from functools import lru_cache
from importlib import resources
from typing import Literal, NamedTuple, get_args

import numpy as np

from coach.errors import ConfigError
from coach.lora.adapter import Adapter
from coach.lora.reader import Reader

__all__ = ["FILE", "KINDS", "Kind", "MessageReader", "Reading", "plain"]

FILE = "reading.npz"
"""The weights, in `data/`."""

Kind = Literal[
    "pain",
    "light",
    "calm",
    "gives",
    "crowd",
    "thanks",
    "letter",
    "other_person",
    "together",
    "elsewhere",
]
"""Own pain, own joy or pride, neither of them; comfort or tips given, a question to a crowd,
thanks, a letter to the ex; somebody else's breakup, a couple that is together, no breakup."""
KINDS: tuple[Kind, ...] = get_args(Kind)

_BEGINNING, _END = 35, 70  # words of a long message: its title, and where people come to the point
_MARKS = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "—": "-", "–": "-", "…": "."})


class Reading(NamedTuple):
    """How likely a message is of each kind.

    Attributes:
        shares: By kind; they add up to one.
    """

    shares: dict[Kind, float]

    @property
    def kind(self) -> Kind:
        """The likeliest kind."""
        return max(KINDS, key=self.shares.__getitem__)

    @property
    def own(self) -> float:
        """How likely it is that the writer tells of her own breakup."""
        return self.of("pain", "light", "calm", "letter")

    def of(self, *kinds: Kind) -> float:
        """How likely it is one of these."""
        return sum(self.shares[kind] for kind in kinds)


class MessageReader:
    """Reads messages; loads its model on first use, safe to share between threads.

    Args:
        adapter: What training made.

    Raises:
        ConfigError: It does not tell these kinds apart.
    """

    def __init__(self, adapter: Adapter) -> None:
        if adapter.labels != KINDS:
            raise ConfigError("The reader of messages was trained on other kinds.")
        self._reader = Reader(adapter)

    @staticmethod
    @lru_cache(maxsize=1)
    def load() -> "MessageReader":
        """The reader that comes with the coach; the same one for all who ask.

        Returns:
            The reader.

        Raises:
            ConfigError: Its file is wrong.
        """
        try:
            data = (resources.files("coach.respond") / "data" / FILE).read_bytes()
        except OSError as error:
            raise ConfigError(f"The reader of messages cannot be loaded: {error}") from error
        return MessageReader(Adapter.from_bytes(data, FILE))

    @property
    def adapter(self) -> Adapter:
        """What training made."""
        return self._reader.adapter

    def read(self, message: str) -> Reading:
        """Read one message.

        Args:
            message: Her message, of any length.

        Returns:
            How likely it is of each kind.
        """
        logits = self._reader.logits([plain(message)])[0]
        raised = np.exp(logits - logits.max())
        shares = (raised / raised.sum()).tolist()
        return Reading(dict(zip(KINDS, shares, strict=True)))


def plain(message: str) -> str:
    """A message as it is read: plain marks, one space between words, its middle left out.

    Args:
        message: Any message.

    Returns:
        The beginning and the end of a long one, the whole of a shorter one, in lower case.
    """
    words = message.translate(_MARKS).lower().split()
    if len(words) > _BEGINNING + _END:
        words = [*words[:_BEGINNING], ".", *words[-_END:]]
    return " ".join(words)
