"""Of whom a sentence speaks: this ex, an earlier partner, a parent, herself.

Only what this ex did closes the way back, so a mistake has a safe side: when in doubt, it is
this ex.
"""

import re
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
_MARK = re.compile(r"[,;:.!?\n]")
_OF_EX: frozenset[str] = frozenset({"abuse", "violence", "boundary", "cheating"})


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    earlier_partner: list[str]
    perhaps_earlier: list[str]
    another_named: list[str]
    this_ex: list[str]
    apart: list[str]
    compares: list[str]
    did_too: list[str]
    parent: list[str]
    of_today: list[str]
    own: list[str]
    theirs: list[str]


class Whose:
    """The patterns, compiled.

    Args:
        source: Text of a YAML file in the form of `data/whose.yaml`.

    Raises:
        ConfigError: The file is not in that form.
    """

    def __init__(self, source: str) -> None:
        try:
            file = _File.model_validate(yaml.load(source, Loader=yaml.CSafeLoader))
            self._earlier = _compiled(file.earlier_partner)
            self._perhaps = _compiled(file.perhaps_earlier)
            self._another = _compiled(file.another_named)
            self._this_ex = _compiled(file.this_ex)
            self._apart = _compiled(file.apart)
            self._compares = _compiled(file.compares, end="[ ,]*$")
            self._did_too = _compiled(file.did_too)
            self._parent = _compiled(file.parent)
            self._today = _compiled(file.of_today)
            self._own = _compiled(file.own)
            self._theirs = _compiled(file.theirs)
        except (yaml.YAMLError, ValidationError, re2.error) as error:
            raise ConfigError(f"whose.yaml cannot be read: {error}") from error

    @staticmethod
    @lru_cache(maxsize=1)
    def load() -> "Whose":
        """The patterns that come with the coach."""
        path = resources.files("coach.safety") / "data" / "whose.yaml"
        return Whose(path.read_text(encoding="utf-8"))

    def earlier(self, sentence: str, start: int, end: int) -> bool:
        """Whether what is found in a sentence was done by a partner before this ex.

        Args:
            sentence: In the plain form.
            start: Where the find begins.
            end: One past its last character.

        Returns:
            True when an earlier partner is the only one named in the find, or stands right
            before it in the same clause, and is not there for comparison.
        """
        named = self._earlier_spans(sentence)
        if not named or self._did_too.search(sentence, end):
            return False
        within = [span for span in named if span[0] < end and span[1] > start]
        if not within:
            # The last one before the find, with nothing between that begins a new clause.
            within = [span for span in named if span[1] <= start][-1:]
            if not within or self._new_clause(sentence[within[0][1] : start]):
                return False
        first, last = min(start, within[0][0]), max(end, within[-1][1])
        return not self._names_this_ex(sentence[first:last], within, first) and not any(
            self._compares.search(sentence[:begin]) for begin, _ in within
        )

    def about(self, route: Route, sentence: str) -> About:
        """Of whom a text speaks that asks for a road.

        Args:
            route: The road.
            sentence: One or several sentences in the plain form.

        Returns:
            Of whom; this ex when nothing tells, or when the text has a word for this ex.
        """
        if route in _OF_HERSELF:
            return "self"
        if route not in _OF_EX:
            return "other"
        if route == "cheating" and self._own.search(sentence):
            return "ex" if self._theirs.search(sentence) else "self"
        named = self._earlier_spans(sentence)
        if self._names_this_ex(sentence, named, 0) or self._today.search(sentence):
            return "ex"
        if route == "abuse" and self._parent.search(sentence):
            return "parent"
        compared = any(self._compares.search(sentence[:begin]) for begin, _ in named)
        return "earlier_partner" if named and not compared else "ex"

    def _new_clause(self, between: str) -> bool:
        return bool(_MARK.search(between) or self._apart.search(between))

    def _earlier_spans(self, sentence: str) -> list[tuple[int, int]]:
        spans = [match.span() for match in self._earlier.finditer(sentence)]
        if self._another.search(sentence):
            spans += [match.span() for match in self._perhaps.finditer(sentence)]
        return sorted(spans)

    def _names_this_ex(self, text: str, earlier: list[tuple[int, int]], offset: int) -> bool:
        """Whether a piece has a word for this ex that is no part of an earlier partner's name."""
        return any(
            not any(
                match.start() + offset < last and match.end() + offset > first
                for first, last in earlier
            )
            for match in self._this_ex.finditer(text)
        )


def _compiled(patterns: list[str], end: str = r"\b") -> Any:
    options = re2.Options()
    options.log_errors = False
    return re2.compile("|".join(rf"\b(?:{pattern}){end}" for pattern in patterns), options)
