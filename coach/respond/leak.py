"""What of its own prompt a draft may not give away, in whatever dress.

Guarded are the rules part of the prompt, in runs of words, and every word in it that
gate.yaml does not call ordinary: a code word somebody put there is a secret unless said
otherwise. A model that was talked into telling writes it backwards, spelled out or encoded,
so each of these readings is looked at.
"""

import base64
import codecs
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from coach.respond.gate_rules import load_sayable

__all__ = ["PromptGuard", "guard_of"]

_RUN = 6  # words in a row that are the prompt's
_LETTERS = 24  # the same without spaces, for a text whose words cannot be told apart
_LONG = 6  # letters from which a secret is looked for across the borders of words
_SHORT = 3  # letters from which it counts as a word of its own
_TAIL = 400  # characters of what was shown before: a secret may be told in pieces

_LINE_WORDS = 4  # words from which a sentence of the rules has a meaning to compare

_LINE = re.compile(r"(?<=[.:])\s+|\n")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{8,}")
_APOSTROPHES = re.compile(r"['’]")
# Letters that digits and signs stand in for; both sides are read so.
_LOOKS = str.maketrans("01l34578@$|!", "oiieastbasii")


class PromptGuard:
    """Knows the rules of one prompt, and tells whether a sentence gives of them away.

    Args:
        rules: The rules part of the prompt.

    Attributes:
        lines: Sentences of the rules, for a reader who compares meanings; without those that
            an answer is asked to say.
    """

    def __init__(self, rules: str) -> None:
        sayable = load_sayable()
        ordinary = {_fold(word) for word in sayable.words}
        words = _words(rules)
        self._runs = set(_windows(words, _RUN))
        for phrase in sayable.phrases:
            self._runs -= set(_windows(_words(phrase), _RUN))
        self._letters = set(_windows("".join(words), _LETTERS))
        for phrase in sayable.phrases:
            self._letters -= set(_windows(_fold(phrase), _LETTERS))
        secrets = set(_secrets(rules, ordinary))
        self.lines = tuple(
            line
            for line in _LINE.split(rules)
            if len(line.split()) >= _LINE_WORDS
            and not any(phrase in line.casefold() for phrase in sayable.phrases)
        )
        self._long = tuple(secret for secret in secrets if len(secret) >= _LONG)
        self._short = frozenset(secrets) - frozenset(self._long)

    def gives_away(self, sentence: str, shown: str = "") -> bool:
        """Whether a sentence, after what was shown before it, tells of the rules.

        Args:
            sentence: The sentence, not shown yet.
            shown: What of this answer was shown already.

        Returns:
            True when it must not be shown.
        """
        text = f"{shown[-_TAIL:]} {sentence}" if shown else sentence
        words = _words(text)
        if not self._runs.isdisjoint(_windows(words, _RUN)):
            return True
        turned = [word[::-1] for word in words]
        if not self._short.isdisjoint(
            [*_joined(words), *_joined(turned), *_words(codecs.encode(text, "rot13"))]
        ):
            return True
        return any(self._in(reading) for reading in _readings(text, words))

    def _in(self, reading: str) -> bool:
        return any(secret in reading for secret in self._long) or not self._letters.isdisjoint(
            _windows(reading, _LETTERS)
        )


@lru_cache(maxsize=4)
def guard_of(rules: str) -> PromptGuard:
    """The guard of a prompt's rules, made once for each prompt.

    Args:
        rules: The rules part of the prompt.

    Returns:
        The guard.

    Raises:
        ConfigError: gate.yaml cannot be used.
    """
    return PromptGuard(rules)


def _fold(text: str) -> str:
    """Letters and digits only, in one case, look-alikes as one."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_LOOKS)
    return "".join(sign for sign in plain if sign.isalnum())


def _words(text: str) -> list[str]:
    return [_fold(word) for word in _WORD.findall(_APOSTROPHES.sub("'", text))]


def _windows(text: "str | list[str]", size: int) -> Iterator[object]:
    for start in range(len(text) - size + 1):
        part = text[start : start + size]
        yield part if isinstance(part, str) else tuple(part)


def _secrets(rules: str, ordinary: set[str]) -> Iterator[str]:
    """Words that are not ordinary: as they stand between spaces, and part by part."""
    for chunk in rules.split():
        parts = [part for part in _words(chunk) if part not in ordinary and len(part) >= _SHORT]
        yield from parts
        if parts:
            yield _fold(chunk)


def _joined(words: Iterable[str]) -> Iterator[str]:
    """The words, and what single letters in a row spell."""
    letters = ""
    for word in words:
        if len(word) == 1:
            letters += word
            continue
        if letters:
            yield letters
            letters = ""
        yield word
    yield letters


def _readings(text: str, words: list[str]) -> Iterator[str]:
    """The text as one row of letters: as it is, backwards, turned, abridged, decoded."""
    row = "".join(words)
    yield row
    yield row[::-1]
    yield _fold(codecs.encode(text, "rot13"))
    yield "".join(word[0] for word in words if word)
    yield "".join(word for word in words if len(word) == 1)
    for run in {*_ENCODED.findall(text), "".join(_ENCODED.findall(text))}:
        yield from _decoded(run)


def _decoded(run: str) -> Iterator[str]:
    """What a run of signs may stand for, in base64 and in hexadecimal."""
    whole = run.replace("-", "+").replace("_", "/")
    whole = whole[:-1] if len(whole) % 4 == 1 else whole
    for decode, code in (
        (base64.b64decode, whole + "=" * (-len(whole) % 4)),
        (bytes.fromhex, run[: len(run) // 2 * 2]),
    ):
        try:
            yield _fold(decode(code).decode("utf-8", "ignore"))
        except ValueError:
            continue
