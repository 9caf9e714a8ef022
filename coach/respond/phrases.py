"""Phrases by which her message is known for what it is, from `phrases/*.yaml`."""

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, model_validator

from coach.errors import ConfigError

__all__ = ["Phrases", "load_phrases"]

_LISTS = "lists"
_NAMED = re.compile(r"\{[a-z_]+\}")


class _Entry(BaseModel):
    """The phrases of one name; the head of each file explains the kinds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: tuple[str, ...] = ()
    begin_a_word: tuple[str, ...] = ()
    begin: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _some(self) -> "_Entry":
        if not (self.words or self.begin_a_word or self.begin or self.patterns):
            raise ValueError("has no phrases")
        return self

    @property
    def source(self) -> str:
        """All of it as one regular expression."""
        framed = (
            (r"\b(?:{})\b", self.words),
            (r"\b(?:{})", self.begin_a_word),
            (r"^(?:{})", self.begin),
            ("{}", self.patterns),
        )
        return "|".join(frame.replace("{}", "|".join(some)) for frame, some in framed if some)


class Phrases:
    """The phrases of one file.

    Args:
        source: The file as YAML.
        name: What to call it in an error.

    Raises:
        ConfigError: It is not in the form of the files in `phrases/`.
    """

    def __init__(self, source: str, name: str) -> None:
        try:
            data = yaml.load(source, Loader=yaml.CSafeLoader)
            read = TypeAdapter(dict[str, dict[str, str] | _Entry]).validate_python(data)
            lists, entries = read.pop(_LISTS, {}), read
            if not isinstance(lists, dict):
                raise ValueError("lists: each has one pattern")
            sources = {}
            for key, entry in entries.items():
                if not isinstance(entry, _Entry):
                    raise ValueError(f"{key}: needs words or patterns")
                text = entry.source
                for word, choice in lists.items():
                    text = text.replace(f"{{{word}}}", f"(?:{choice})")
                if unknown := _NAMED.search(text):
                    raise ValueError(f"{key}: no such list: {unknown[0]}")
                sources[key] = text
            self._compiled = {key: re.compile(text) for key, text in sources.items()}
        except (yaml.YAMLError, ValidationError, ValueError, re.error) as error:
            raise ConfigError(f"{name}: {error}") from error
        self._groups: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
        for key, pattern in self._compiled.items():
            group, _, kind = key.partition(".")
            if kind:
                self._groups.setdefault(group, []).append((kind, pattern))

    def __getitem__(self, name: str) -> re.Pattern[str]:
        """The phrases of a name.

        Args:
            name: A name of the file.

        Returns:
            One pattern for all of them.

        Raises:
            KeyError: The file has no such name.
        """
        return self._compiled[name]

    def kinds(self, group: str) -> Sequence[tuple[str, re.Pattern[str]]]:
        """The phrases of all names that begin with a group and a point.

        Args:
            group: The part before the point.

        Returns:
            What stands behind the point, and its pattern, in the order of the file.

        Raises:
            KeyError: The file has no such group.
        """
        return self._groups[group]


def _folder() -> Traversable:
    return resources.files("coach.respond") / "phrases"


@lru_cache(maxsize=8)
def load_phrases(name: str) -> Phrases:
    """The phrases that come with the coach.

    Args:
        name: The name of a file in `phrases/`, without its ending.

    Returns:
        The phrases.

    Raises:
        ConfigError: The file is wrong.
    """
    path = _folder() / f"{name}.yaml"
    try:
        return Phrases(path.read_text(encoding="utf-8"), path.name)
    except OSError as error:
        raise ConfigError(f"{path.name}: {error}") from error
