"""Of whom a sentence speaks: this ex, an earlier partner, a parent, herself."""

from functools import lru_cache
from importlib import resources
from typing import Any

import re2  # type: ignore[import-untyped]
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from coach.errors import ConfigError
from coach.reply import About, Route

__all__ = ["Whose"]

_OF_HERSELF: frozenset[str] = frozenset({"crisis", "minor", "professional"})
_OF_EX: frozenset[str] = frozenset({"abuse", "violence", "boundary", "cheating"})


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    earlier_partner: list[str]
    parent: list[str]
    own: list[str]


class Whose:
    """The patterns, compiled.

    Args:
        source: Text of a YAML file in the form of `data/whose.yaml`.

    Raises:
        ConfigError: The file is not in that form.
    """

    def __init__(self, source: str) -> None:
        try:
            file = _File.model_validate(yaml.safe_load(source))
            self._earlier = _compiled(file.earlier_partner)
            self._parent = _compiled(file.parent)
            self._own = _compiled(file.own)
        except (yaml.YAMLError, ValidationError, re2.error) as error:
            raise ConfigError(f"whose.yaml cannot be read: {error}") from error

    @staticmethod
    @lru_cache(maxsize=1)
    def load() -> "Whose":
        """The patterns that come with the coach."""
        path = resources.files("coach.safety") / "data" / "whose.yaml"
        return Whose(path.read_text(encoding="utf-8"))

    def earlier(self, sentence: str) -> bool:
        """Whether a sentence speaks of a partner before this ex.

        Args:
            sentence: In the plain form.

        Returns:
            True when it does.
        """
        return bool(self._earlier.search(sentence))

    def about(self, route: Route, sentence: str) -> About:
        """Of whom a sentence speaks that asks for a road.

        Args:
            route: The road.
            sentence: In the plain form.

        Returns:
            Of whom; this ex when nothing tells.
        """
        if route in _OF_HERSELF:
            return "self"
        if route not in _OF_EX:
            return "other"
        if route == "cheating" and self._own.search(sentence):
            return "self"
        if route == "abuse" and self._parent.search(sentence):
            return "parent"
        return "earlier_partner" if self.earlier(sentence) else "ex"


def _compiled(patterns: list[str]) -> Any:
    options = re2.Options()
    options.log_errors = False
    return re2.compile("|".join(rf"\b(?:{pattern})\b" for pattern in patterns), options)
