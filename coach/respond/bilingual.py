"""Answers in another language: each sentence written twice, judged in English, shown in hers."""

import re
from dataclasses import dataclass

from coach.respond.gate import tidy
from coach.respond.prompting import Prompt, load_prompt

__all__ = ["Pair", "cut_lines", "in_language", "read_pair"]

_ARROW = re.compile(r"\s*(?:=>|⇒|→)\s*")
_NAMES = {
    "es": "Spanish",
    "de": "German",
    "fr": "French",
    "hi": "Hindi",
    "it": "Italian",
    "pt": "Portuguese",
    "nl": "Dutch",
    "pl": "Polish",
    "tr": "Turkish",
    "sv": "Swedish",
    "ru": "Russian",
    "uk": "Ukrainian",
    "ar": "Arabic",
    "zh": "Chinese",
    "ja": "Japanese",
    "ko": "Korean",
}
# A translation is about as long as what it translates; much longer ones say more than was judged.
_LONGER = 2.5
_SLACK = 40  # characters


@dataclass(frozen=True, slots=True)
class Pair:
    """One sentence in two languages.

    Attributes:
        english: What the gate reads.
        shown: What she reads.
    """

    english: str
    shown: str

    @property
    def asks(self) -> bool:
        """Whether it is a question."""
        return self.english.endswith("?")


def in_language(prompt: Prompt, language: str) -> Prompt:
    """A prompt that asks for every sentence in English and in another language.

    Args:
        prompt: The prompt.
        language: Two-letter code.

    Returns:
        Another prompt.

    Raises:
        ConfigError: The file with the rule cannot be read.
    """
    name = _NAMES.get(language, f"the language with the code {language}")
    return prompt.with_rule(load_prompt("bilingual").rules.replace("{language}", name))


def cut_lines(text: str) -> list[str]:
    """Cut a text that is still being written at its line ends.

    Args:
        text: What there is of it.

    Returns:
        Whole lines, and at the end what is left over.
    """
    *whole, rest = text.split("\n")
    return [*(line.strip() for line in whole if line.strip()), rest]


def read_pair(line: str) -> Pair | None:
    """Read one line of a draft in two languages.

    Args:
        line: The line.

    Returns:
        Both halves; None when it has not the form, or when the half to be shown is so much
        longer than the one to be judged that it cannot say the same.
    """
    halves = _ARROW.split(line)
    if len(halves) != 2 or not all(halves):
        return None
    english, shown = halves
    if len(shown) > _LONGER * len(english) + _SLACK:
        return None
    return Pair(tidy(english), tidy(shown))
