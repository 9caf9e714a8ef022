"""What coded speech and slang mean, from `data/slang.yaml`.

"kms" and "grippy sock" say nothing to a phrase rule or to an embedding; the plain words do.
"""

from functools import lru_cache
from importlib import resources
from typing import Annotated, Any

import re2  # type: ignore[import-untyped]
import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from coach.errors import ConfigError
from coach.safety.normalise import Normalised, unmask

__all__ = ["Slang", "plainer"]

_NEAR = 24  # characters before a phrase in which `unless` may stand


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    say: Annotated[str, Field(min_length=2)]
    means: Annotated[str, Field(pattern=r"^[a-z ]+$")]
    unless: str | None = None


class Slang:
    """The list, ready to read with.

    Args:
        source: Text of a YAML file in the form of `data/slang.yaml`.
        name: What to call the file in an error.

    Raises:
        ConfigError: The file is not in that form.
    """

    def __init__(self, source: str, name: str = "slang.yaml") -> None:
        try:
            entries = TypeAdapter(list[_Entry]).validate_python(
                yaml.load(source, Loader=yaml.CSafeLoader)
            )
        except (yaml.YAMLError, ValidationError) as error:
            raise ConfigError(f"{name} cannot be read: {error}") from error
        try:
            self._entries: list[tuple[Any, str, Any]] = [
                (
                    re2.compile(rf"\b(?:{entry.say})\b"),
                    entry.means,
                    re2.compile(rf"(?:{entry.unless})$") if entry.unless else None,
                )
                for entry in entries
            ]
            self._any: Any = re2.compile("|".join(rf"\b(?:{entry.say})\b" for entry in entries))
        except re2.error as error:
            raise ConfigError(f"{name}: {error}") from error

    @classmethod
    def load(cls) -> "Slang":
        """The list that comes with the coach."""
        path = resources.files("coach.safety") / "data" / "slang.yaml"
        return cls(path.read_text(encoding="utf-8"))

    def explained(self, plain: Normalised) -> Normalised | None:
        """A message with its slang put into plain words.

        Args:
            plain: A message in its plain form.

        Returns:
            The form with the meanings in place, or None when it holds no slang.
        """
        text = plain.text
        if self._any.search(text) is None:
            return None
        edits = [
            (match.start(), match.end(), means)
            for phrase, means, unless in self._entries
            for match in phrase.finditer(text)
            if unless is None
            or not unless.search(text[max(0, match.start() - _NEAR) : match.start()])
        ]
        return plain.replaced(edits) if edits else None


def plainer(plain: Normalised) -> Normalised | None:
    """A second form to look at: masked words undone, slang put into plain words.

    Slang is looked for before and after the masks are undone, because "n00ds" is a word of the
    list and a masked one at once.

    Args:
        plain: A message in its plain form.

    Returns:
        The form, or None when nothing in the message is masked or coded.
    """
    slang = _slang()
    spoken = slang.explained(plain)
    bare = unmask(spoken or plain)
    return (slang.explained(bare) or bare) if bare is not None else spoken


@lru_cache(maxsize=1)
def _slang() -> Slang:
    return Slang.load()
