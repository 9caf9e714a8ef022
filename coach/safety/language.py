"""In which language a message is, and what is said to her in it when it is not English.

The coach without a larger model speaks English. Common words decide first, from
`data/languages.yaml`; only where they leave it open is a trained identifier asked. An English
message, whatever its spelling, must never be taken for a foreign one: when in doubt, English.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Annotated, Protocol, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coach.errors import ConfigError
from coach.safety.helplines import FINDER, emergency_number, helplines
from coach.safety.normalise import folded, normalise

__all__ = ["emergency_in", "finder_in", "language_of", "notice", "spoken"]

_READ = 1000  # characters of a message that are enough to know its language
_EARLIER = 6  # messages before it that are asked when it is too short to tell
_ENGLISH = "en"
_WORD = re.compile(r"[a-z]+")
_SHORT = 4  # letters; a shorter word also turns up in other languages, and counts half
_PLAIN = 1.5  # so much evidence, and no English word beside it, is enough
_FEW, _LITTLE = 3, 1.0  # in so few words so little is enough
_AGAINST_ENGLISH = 2.5  # a foreign message may hold one English word to so much of its own
_MANY = 5  # words; of so many, and none of them known, the identifier may decide by itself
_LIKELY, _SURE = 0.7, 0.997  # for the identifier: with a known word beside it, and without
_NEIGHBOURS_OF_HINDI = frozenset({"mr", "ne"})  # written in the same script


class _Identifier(Protocol):
    """What is used of the trained identifier."""

    def classify(self, text: str) -> tuple[str, float]: ...


class _Notice(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    first: str
    again: str


class _Spoken(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    words: str
    emergency: str
    finder: str
    notice: _Notice


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    english: str
    loans: list[str]
    spoken: Annotated[dict[str, _Spoken], Field(min_length=1)]
    others: dict[str, str]
    further: list[str]
    notice: _Notice


@dataclass(frozen=True)
class _Lists:
    """The file, ready to count with."""

    file: _File
    english: frozenset[str]
    foreign: dict[str, frozenset[str]]
    loans: re.Pattern[str]


def language_of(text: str, before: Sequence[str] = ()) -> str | None:
    """The language of a message that is surely not English.

    Args:
        text: The message.
        before: Her earlier messages, oldest first; the last of them tell when this one is too
            short to, such as "ok".

    Returns:
        Two-letter code; None for English, for two languages in one message, and when unsure.
    """
    for message in (text, *reversed(before[-_EARLIER:])):
        found = _known(message)
        if found is not None:
            return None if found == _ENGLISH else found
    return None


def spoken() -> tuple[str, ...]:
    """The languages besides English that have vetted words.

    Returns:
        Two-letter codes.
    """
    return tuple(_lists().file.spoken)


def notice(language: str, *, again: bool = False, country: str | None = None) -> str:
    """That the coach speaks English without a larger model, said kindly.

    Args:
        language: Two-letter code, as `language_of` gives it; one without vetted words gets
            plain English.
        again: Whether it has been said in this thread; then it is shorter.
        country: Two-letter code for the emergency number, None when not known.

    Returns:
        The words, in that language where there are some.
    """
    own = _lists().file.spoken.get(language)
    words = _lists().file.notice if own is None else own.notice
    text = words.again if again else words.first
    return text.format(emergency=emergency_in(language, country), finder=FINDER)


def emergency_in(language: str | None, country: str | None) -> str:
    """What to call when life is in danger, put into a sentence of a language.

    Args:
        language: Two-letter code, None for English.
        country: Two-letter code, None when not known.

    Returns:
        The number with its note as in English, or what to call where no number is known.
    """
    own = _lists().file.spoken.get(language or _ENGLISH)
    if own is None or helplines(country, "emergency"):
        return emergency_number(country)
    return own.emergency


def finder_in(language: str | None) -> str:
    """The finder of helplines as a line, in a language.

    Args:
        language: Two-letter code, None for English.

    Returns:
        Its address and what it is.
    """
    own = _lists().file.spoken.get(language or _ENGLISH)
    return f"{FINDER}: {'helplines in 130 countries' if own is None else own.finder}"


def _known(text: str) -> str | None:
    """A language code, English among them; None when the message does not tell."""
    text = unicodedata.normalize("NFKC", text[:_READ])
    lists = _lists()
    words = _WORD.findall(lists.loans.sub(" ", normalise(text).text))
    english = {word for word in words if word in lists.english}
    scores = {
        code: sum(
            1.0 if len(word) >= _SHORT else 0.5
            for word in words
            if word in own and word not in lists.english
        )
        for code, own in lists.foreign.items()
    }
    best = _best(text, scores)
    against = sum(word in english and word not in lists.foreign[best] for word in words)
    if _other_script(text):
        return _ENGLISH if against > 1 else _by_script(text)
    if against:
        enough = scores[best] > 2 and scores[best] >= _AGAINST_ENGLISH * against
        return best if enough else _ENGLISH
    if scores[best] >= (_LITTLE if len(words) <= _FEW else _PLAIN):
        return best
    return _by_identifier(text, words, scores)


def _best(text: str, scores: dict[str, float]) -> str:
    top = max(scores.values())
    rivals = [code for code, score in scores.items() if score == top]
    if top < _LITTLE or len(rivals) == 1:
        return rivals[0]
    # Danish and Swedish share their words; Spanish and Portuguese many of them.
    likelier = _identified(text)[0]
    return likelier if likelier in rivals else rivals[0]


def _by_identifier(text: str, words: Sequence[str], scores: dict[str, float]) -> str | None:
    if len(words) < _FEW:
        return None
    code, chance = _identified(text)
    known_word = scores.get(code, 0) > 0
    if code == _ENGLISH:
        return code if chance >= _LIKELY else None
    sure = chance >= (_LIKELY if known_word else _SURE) and (known_word or len(words) >= _MANY)
    return code if sure else None


def _other_script(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    latin = sum(unicodedata.name(char, "").startswith("LATIN") for char in letters)
    return len(letters) > 2 * latin


def _by_script(text: str) -> str | None:
    code, chance = _identified(text)
    if any("DEVANAGARI" in unicodedata.name(char, "") for char in text):
        return code if code in _NEIGHBOURS_OF_HINDI and chance >= _SURE else "hi"
    return None if code == _ENGLISH else code


def _identified(text: str) -> tuple[str, float]:
    code, chance = _identifier().classify(text)
    return str(code), float(chance)


@lru_cache(maxsize=1)
def _identifier() -> _Identifier:
    # Its model takes a moment to unpack, and most people write English.
    from py3langid.langid import (  # type: ignore[import-untyped]
        MODEL_DIR,
        MODEL_FILE,
        LanguageIdentifier,
    )

    identifier = LanguageIdentifier.from_modelpath(MODEL_DIR / MODEL_FILE, norm_probs=True)
    file = _lists().file
    identifier.set_languages([_ENGLISH, *file.spoken, *file.others, *file.further])
    return cast("_Identifier", identifier)


@lru_cache(maxsize=1)
def _lists() -> _Lists:
    path = resources.files("coach.safety") / "data" / "languages.yaml"
    try:
        file = _File.model_validate(
            yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        )
        loans = folded("|".join(file.loans).replace("'", ""))
        pattern = re.compile(rf"\b(?:{loans})\b")
    except (yaml.YAMLError, ValidationError, re.error) as error:
        raise ConfigError(f"languages.yaml cannot be read: {error}") from error
    foreign = {code: own.words for code, own in file.spoken.items()} | file.others
    return _Lists(
        file=file,
        english=_words(file.english),
        foreign={code: _words(words) for code, words in foreign.items()},
        loans=pattern,
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(normalise(text).text))
