"""What a message has to show before an idea of the article is put to its writer.

Likeness of meaning alone hands "do not fight for control" to people who fight for nothing: the
article speaks to one who was left and wants to go back, and most who write here are somebody
else. So every idea names the signs it needs (voice/evidence.yaml), in people's own words
(phrases/evidence.yaml). An idea without its signs is left out: nothing is better than an idea
that is true of others.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from coach.errors import ConfigError
from coach.respond.phrases import Phrases, load_phrases

__all__ = ["Evidence", "Shown", "load_evidence"]

_FILE = Path(__file__).with_name("voice") / "evidence.yaml"
_PLAIN = str.maketrans({"’": "", "'": "", "`": ""})


class _Needs(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    sentences: dict[str, tuple[str, ...]] = {}
    lines: dict[str, tuple[str, ...]] = {}


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    evidence: dict[str, _Needs]


class Evidence:
    """Which ideas a text gives reason for.

    Args:
        needs: The signs that each passage needs.
        phrases: The signs.

    Raises:
        ConfigError: A passage needs a sign that there is not.
    """

    def __init__(self, needs: Mapping[str, _Needs], phrases: Phrases) -> None:
        self._needs = needs
        self._phrases = phrases
        for slug, one in needs.items():
            parts = (*one.sentences.values(), *one.lines.values())
            for name in (*one.needs, *one.unless, *(name for part in parts for name in part)):
                try:
                    phrases[name]
                except KeyError as error:
                    raise ConfigError(f"Evidence for {slug!r}: no sign {name!r}.") from error

    @property
    def slugs(self) -> tuple[str, ...]:
        """The passages that need a sign."""
        return tuple(self._needs)

    def sentences(self, slug: str) -> tuple[str, ...]:
        """First words of the passage's sentences that need signs of their own."""
        one = self._needs.get(slug)
        return tuple(one.sentences) if one else ()

    def of(self, text: str) -> "Shown":
        """What a text shows.

        Args:
            text: What she wrote.

        Returns:
            The text, ready to be asked about every idea.
        """
        return Shown(self._needs, self._phrases, text)


class Shown:
    """Which ideas one text gives reason for; every sign is looked for once.

    Args:
        needs: The signs that each passage needs.
        phrases: The signs.
        text: What she wrote.
    """

    def __init__(self, needs: Mapping[str, _Needs], phrases: Phrases, text: str) -> None:
        self._needs = needs
        self._phrases = phrases
        self._plain = " ".join(text.lower().translate(_PLAIN).split())
        self._found: dict[str, bool] = {}

    def speaks_for(self, slug: str) -> bool:
        """Whether it gives reason for the idea of a passage; True for one that needs nothing."""
        one = self._needs.get(slug)
        return one is None or (
            all(self._has(name) for name in one.needs) and not self.speaks_against(slug)
        )

    def speaks_against(self, slug: str) -> bool:
        """Whether it rules the idea of a passage out, however near it is in meaning."""
        one = self._needs.get(slug)
        return one is not None and any(self._has(name) for name in one.unless)

    def allows(self, slug: str, rests_on: str, line: str) -> bool:
        """Whether it gives reason for one of our lines.

        Args:
            slug: The passage.
            rests_on: First words of the sentence that the line rests on.
            line: The line.

        Returns:
            True for a line that needs nothing of its own.
        """
        one = self._needs.get(slug)
        if one is None:
            return True
        named = [signs for words, signs in one.lines.items() if words in line]
        signs = (*one.sentences.get(rests_on, ()), *(sign for part in named for sign in part))
        return all(self._has(name) for name in signs)

    def _has(self, name: str) -> bool:
        if name not in self._found:
            self._found[name] = self._phrases[name].search(self._plain) is not None
        return self._found[name]


@lru_cache(maxsize=1)
def load_evidence() -> Evidence:
    """The signs that come with the coach.

    Returns:
        What each idea needs.

    Raises:
        ConfigError: The file cannot be read or breaks its schema.
    """
    try:
        read = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        needs = _File.model_validate(read).evidence
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigError(f"{_FILE.name}: {error}") from error
    return Evidence(needs, load_phrases("evidence"))
