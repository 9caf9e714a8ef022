"""Words that all exercises share, and how a message is read (common/*.yaml)."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from coach.errors import ConfigError
from coach.exercises.definition import Statement
from coach.reply import Chip
from coach.respond.partner import Partner
from coach.safety.normalise import normalise

__all__ = ["Chips", "Phrase", "Phrasing", "Words", "load_phrasing", "load_words"]

_FOLDER = Path(__file__).with_name("common")
MoveName = Literal[
    "leave", "skip", "help", "little", "none", "assent", "done", "goodbye", "aside", "sent", "news"
]
RequestName = Literal["accept", "decline", "refuse", "which", "any", "lost", "ordinal", "resume"]
_NAMES: dict[str, frozenset[str]] = {
    "moves": frozenset(get_args(MoveName)),
    "requests": frozenset(get_args(RequestName)),
}
# A hyphen, an apostrophe and a slash hold a word together; the rest are gaps.
_GAPS = re.compile(r"[^\w\s'/-]+")


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Chips(_Data):
    """Texts of the chips under a step."""

    leave: str
    skip: str
    resume: str

    @property
    def running(self) -> tuple[Chip, ...]:
        """Under a step."""
        skip = Chip(text=self.skip, kind="follow_up")
        return Chip(text=self.leave, kind="leave"), skip

    @property
    def left(self) -> tuple[Chip, ...]:
        """After one was left."""
        return (Chip(text=self.resume, kind="exercise"),)


class Words(_Data):
    """Sentences by the moment they are said in; common/words.yaml tells when."""

    chips: Chips
    begin: tuple[Statement, ...] = Field(min_length=2)
    resume: tuple[Statement, ...] = Field(min_length=2)
    short: tuple[str, ...] = Field(min_length=2)
    elsewhere: tuple[Statement, ...] = Field(min_length=2)
    ready: tuple[Statement, ...] = Field(min_length=2)
    smaller: tuple[Statement, ...] = Field(min_length=2)
    open: tuple[Statement, ...] = Field(min_length=2)
    skipped: tuple[Statement, ...] = Field(min_length=2)
    leave: tuple[Statement, ...] = Field(min_length=2)
    ended: tuple[Statement, ...] = Field(min_length=2)
    empty: tuple[Statement, ...] = Field(min_length=2)
    closed: tuple[Statement, ...] = Field(min_length=2)
    none: tuple[Statement, ...] = Field(min_length=2)
    several: tuple[str, ...] = Field(min_length=2)
    choose: tuple[Statement, ...] = Field(min_length=2)

    @field_validator("short", "several")
    @classmethod
    def _fillable(cls, lines: tuple[str, ...]) -> tuple[str, ...]:
        for line in lines:
            if not {"{hers}", "{list}"} & set(re.findall(r"\{\w+\}", line)) or "?" in line:
                raise ValueError(f"needs {{hers}} or {{list}}, and asks nothing: {line!r}")
            try:
                Partner().fill(line, hers="", list="")
            except (KeyError, IndexError, ValueError) as error:
                raise ValueError(f"unknown slot in {line!r}: {error}") from error
        return lines


class Phrase(_Data):
    """Words by which one thing she may say is known.

    Attributes:
        whole: Regular expressions; the message says this and, fillers aside, nothing else.
        part: Regular expressions; the message holds this somewhere.
        unless: Regular expressions that take it back.
        most: Words of the longest message that counts.
        must_match: Messages that say it.
        must_not_match: Messages that do not.
    """

    whole: tuple[re.Pattern[str], ...] = ()
    part: tuple[re.Pattern[str], ...] = ()
    unless: tuple[re.Pattern[str], ...] = ()
    most: int = Field(ge=1)
    must_match: tuple[str, ...] = Field(min_length=3)
    must_not_match: tuple[str, ...] = Field(min_length=3)


class Phrasing(_Data):
    """A file of such phrases.

    Attributes:
        filler: What is taken off both ends of a message.
        phrases: By name.
    """

    filler: str
    phrases: dict[str, Phrase]

    def says(self, name: MoveName | RequestName, message: str) -> bool:
        """Whether a message, as she wrote it, says one of these things.

        Args:
            name: Which.
            message: The message.

        Returns:
            Whether it is said.
        """
        phrase = self.phrases[name]
        bare = " ".join(_GAPS.sub(" ", normalise(message).text).split())
        if len(bare.split()) > phrase.most or any(p.search(bare) for p in phrase.unless):
            return False
        if any(p.search(bare) for p in phrase.part):
            return True
        return any(p.fullmatch(form) for form in self._forms(bare) for p in phrase.whole)

    def _forms(self, bare: str) -> Iterator[str]:
        """The message with none, some and all of the fillers taken off its ends."""
        for start in _shorter(bare, rf"{self.filler}\s+"):
            yield from _shorter(start, rf".*(?=\s{self.filler}$)", keep=True)


def _shorter(text: str, pattern: str, *, keep: bool = False) -> Iterator[str]:
    """A text, and what is left of it each time a pattern is cut off (or alone kept)."""
    yield text
    while found := re.match(pattern, text):
        text = found[0] if keep else text[found.end() :]
        yield text


def load_words(folder: Path = _FOLDER) -> Words:
    """Read common/words.yaml.

    Args:
        folder: Where it lies.

    Returns:
        The words.

    Raises:
        ConfigError: It cannot be read or breaks its form.
    """
    try:
        return Words.model_validate(_read(folder / "words.yaml"))
    except (OSError, ValueError, yaml.YAMLError, ValidationError) as error:
        raise ConfigError(f"The words of the exercises cannot be used: {error}") from error


def load_phrasing(name: Literal["moves", "requests"], folder: Path = _FOLDER) -> Phrasing:
    """Read common/moves.yaml or common/requests.yaml.

    Args:
        name: Name of the file, without its ending.
        folder: Where it lies.

    Returns:
        The phrases.

    Raises:
        ConfigError: It cannot be read or breaks its form.
    """
    try:
        raw = _read(folder / f"{name}.yaml")
        if not isinstance(raw, dict):
            raise ValueError("is no mapping")
        filler = raw.pop("filler", "")
        if raw.keys() != _NAMES[name]:
            raise ValueError(f"must tell of {sorted(_NAMES[name])!r}")
        return Phrasing.model_validate({"filler": filler, "phrases": raw})
    except (OSError, ValueError, yaml.YAMLError, ValidationError) as error:
        raise ConfigError(f"The phrases {name!r} cannot be used: {error}") from error


def _read(path: Path) -> object:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
