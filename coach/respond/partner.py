"""The person's own word for the ex, and the pronoun that goes with it."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

__all__ = ["Partner", "find_partner", "in_words_of"]

Pronoun = Literal["he", "she", "they"]

_NOUNS: dict[str, tuple[str, Pronoun | None]] = {
    "husband": ("husband", "he"),
    "hubby": ("husband", "he"),
    "boyfriend": ("boyfriend", "he"),
    "bf": ("boyfriend", "he"),
    "fiance": ("fiancé", "he"),
    "fiancé": ("fiancé", "he"),
    "wife": ("wife", "she"),
    "girlfriend": ("girlfriend", "she"),
    "gf": ("girlfriend", "she"),
    "fiancee": ("fiancée", "she"),
    "fiancée": ("fiancée", "she"),
    "partner": ("partner", None),
}
# "The girlfriend" is mostly his new one, "the wife" mostly one's own.
_MINE = re.compile(
    rf"\b(?:my (ex[ -])?({'|'.join(map(re.escape, _NOUNS))})|the ()(husband|wife))\b",
    re.IGNORECASE,
)
_PRONOUNS: dict[Pronoun, re.Pattern[str]] = {
    "he": re.compile(r"\b(?:he|him|his|himself|hes|hed)\b", re.IGNORECASE),
    "she": re.compile(r"\b(?:she|her|hers|herself|shes|shed)\b", re.IGNORECASE),
    "they": re.compile(r"\b(?:they|them|their|themself)\b", re.IGNORECASE),
}
# A mother or a friend has pronouns too: sentences about them do not say who the ex is.
_OTHERS = re.compile(
    r"\b(?:mum|mom|mother|sister|daughter|dad|father|brother|son|friend|boss|therapist|nan|gran|"
    r"aunt|"
    r"uncle|cousin|doctor|counsellor|counselor|flatmate|roommate|colleague|neighbou?r)s?\b",
    re.IGNORECASE,
)
# Somebody new beside the ex: whom the message names first is more often the ex.
_RIVAL = re.compile(
    r"\b(?:(?:new|other|another|some) (?:girl\w*|gf|woman|lady|wife|guy|man|boy\w*|bf|bloke|"
    r"husband)|"
    r"(?:his|her) (?:girlfriend|gf|wife|fianc[eé]e?|boyfriend|bf|husband))\b",
    re.IGNORECASE,
)
_HIM = re.compile(r"\b(?:he|him|his)\b", re.IGNORECASE)
_THEY = re.compile(r"\b(they) (\w+s)\b", re.IGNORECASE)
_IRREGULAR = {"is": "are", "was": "were", "has": "have", "does": "do", "always": "always"}
_SENTENCE = re.compile(r"[.!?\n]+")
_FORMS: dict[Pronoun, dict[str, str]] = {
    "he": {"he": "he", "him": "him", "his": "his", "is": "is", "was": "was", "has": "has"},
    "she": {"he": "she", "him": "her", "his": "her", "is": "is", "was": "was", "has": "has"},
    "they": {
        "he": "they",
        "him": "them",
        "his": "their",
        "is": "are",
        "was": "were",
        "has": "have",
    },
}


@dataclass(frozen=True, slots=True)
class Partner:
    """How the coach speaks of the ex.

    Attributes:
        noun: "your husband", "your ex".
        pronoun: "he", "she" or "they".
    """

    noun: str = "your ex"
    pronoun: Pronoun = "they"

    def fill(self, template: str, **more: str) -> str:
        """Fill a sentence's slots ({he}, {him}, {his}, {is}, {was}, {has}, {does}, {s}, {ex}).

        Args:
            template: The sentence; after {he}, a verb carries the slot {s}.
            **more: Values of further slots.

        Returns:
            The sentence.
        """
        forms = _FORMS[self.pronoun]
        several = self.pronoun == "they"
        return template.format(
            **forms,
            He=forms["he"].capitalize(),
            His=forms["his"].capitalize(),
            Him=forms["him"].capitalize(),
            does="do" if several else "does",
            s="" if several else "s",
            ex=self.noun,
            Ex=self.noun[0].upper() + self.noun[1:],
            **more,
        )


def find_partner(texts: Iterable[str]) -> Partner:
    """Find her word for the ex in what she wrote.

    Args:
        texts: Her messages, newest first; the newest that has a word for the ex decides on
            the word, all of them together on the pronoun when the word does not tell.

    Returns:
        Her word and pronoun; "your ex" and "they" when she has not told.
    """
    messages = list(texts)
    noun, pronoun = "your ex", None
    for found in filter(None, map(_MINE.search, messages)):
        word, pronoun = _NOUNS[(found[2] or found[4]).lower()]
        noun = f"your ex-{word}" if found[1] else f"your {word}"
        break
    return Partner(noun, pronoun or _pronoun(messages) or "they")


def _pronoun(messages: Iterable[str]) -> Pronoun | None:
    counts: Counter[Pronoun] = Counter()
    for message in messages:
        counts.update(_pronouns(message))
    if not counts:
        return None
    best, times = counts.most_common(1)[0]
    # "They" is often friends or people at large; alone it must be said twice.
    return best if times > (1 if best == "they" else 0) else None


def _pronouns(message: str) -> Counter[Pronoun]:
    own = " ".join(part for part in _SENTENCE.split(message) if not _OTHERS.search(part))
    places = {name: [m.start() for m in found.finditer(own)] for name, found in _PRONOUNS.items()}
    if _RIVAL.search(message) and places["he"] and places["she"]:
        places["they"] = []
        places["she" if places["he"] < places["she"] else "he"] = []
    return Counter({name: len(found) for name, found in places.items() if found})


def in_words_of(partner: Partner, text: str) -> str:
    """Put a text that speaks of a him, as the article does, into words for this ex.

    Args:
        partner: Her word and pronoun.
        text: One of our own sentences about "him".

    Returns:
        The sentence with the fitting pronouns.
    """
    forms = _FORMS[partner.pronoun]

    def swap(match: re.Match[str]) -> str:
        word = forms[match.group().lower()]
        return word.capitalize() if match.group()[0].isupper() else word

    swapped = _HIM.sub(swap, text)
    return _THEY.sub(_plural, swapped) if partner.pronoun == "they" else swapped


def _plural(match: re.Match[str]) -> str:
    """After "they" a verb loses its -s: "they wants" is "they want"."""
    pronoun, verb = match.groups()
    return f"{pronoun} {_IRREGULAR.get(verb, verb.removesuffix('s'))}"
