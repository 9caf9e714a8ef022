"""Helplines by country, from `data/helplines.yaml`; unknown countries get the world's finder."""

import datetime as dt
import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from coach.errors import ConfigError

__all__ = [
    "FINDER",
    "Helpline",
    "HelplineKind",
    "contacts",
    "country_of_locale",
    "emergency_number",
    "helplines",
    "load_helplines",
    "overdue",
]

HelplineKind = Literal["crisis", "abuse", "youth", "emergency"]

FINDER = "findahelpline.com"
_EMERGENCY_ANYWHERE = "your local emergency number"
_ALIASES = {"UK": "GB"}  # what people type, and what the standard calls it
_LOCALE_AT_MOST = 1000  # characters; no browser sends more
_STATUS_ORDER = ("operator", "secondary", "dated")

# Language, perhaps a script, a country; what may follow (variants, extensions) tells no more.
_LOCALE = re.compile(
    r"(?P<language>[a-z]{2,3})(?:[-_][a-z]{4})?(?:[-_](?P<country>[a-z]{2}))?(?=[-_.@]|$)",
    re.IGNORECASE | re.ASCII,
)
_WEIGHT = re.compile(r"q=(?P<weight>[01](?:\.\d{0,3})?)", re.ASCII)


class Helpline(BaseModel):
    """One line a person can turn to.

    Attributes:
        name: What it calls itself.
        countries: Two-letter codes of the countries it serves.
        kinds: What it is for (`for` in the file).
        phone: Number to call, None when there is none.
        text: Number to write to, with the word to send.
        chat: Where to chat.
        hours: When it answers, None when not known.
        languages: Language codes known to be spoken there.
        note: A few words the person needs to know.
        source: The kind of page that confirmed it.
        status: How well it is confirmed.
        verified: Date of that page, as exactly as it is known.
        review_by: When it has to be checked again.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    countries: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...], Field(min_length=1)
    ]
    kinds: Annotated[tuple[HelplineKind, ...], Field(min_length=1, alias="for")]
    phone: str | None
    text: str | None
    chat: str | None
    hours: str | None
    languages: tuple[str, ...]
    note: str | None
    source: str
    status: Literal["operator", "secondary", "dated"]
    verified: Annotated[str, Field(pattern=r"^\d{4}(-\d\d){0,2}$")] | None
    review_by: dt.date

    @property
    def line(self) -> str:
        """The helpline as one line of plain text, such as "Shout: text 85258"."""
        # One number for both reads better once than twice.
        if self.phone and self.phone == self.text:
            ways = [f"call or text {self.phone}"]
        else:
            ways = [f"call {self.phone}"] if self.phone else []
            ways += [f"text {self.text}"] if self.text else []
        ways += [f"chat {self.chat}"] if self.chat else []
        note = f" ({self.note})" if self.note else ""
        hours = f", {self.hours}" if self.hours else ""
        return f"{self.name}: {', or '.join(ways)}{hours}{note}"


def load_helplines() -> tuple[Helpline, ...]:
    """Every helpline of the file.

    Returns:
        The helplines, in the order of the file.

    Raises:
        ConfigError: The file is not in its form.
    """
    return _load()


def contacts() -> tuple[str, ...]:
    """Every number and address by which a helpline of the file can be reached.

    Returns:
        Texts as the file has them, the finder's address among them.

    Raises:
        ConfigError: The file is not in its form.
    """
    ways = [way for line in _load() for way in (line.phone, line.text, line.chat) if way]
    return (FINDER, *ways)


def helplines(country: str | None, kind: HelplineKind | None = None) -> tuple[Helpline, ...]:
    """Helplines of one country, the best confirmed first.

    Args:
        country: Two-letter code in either case, None when not known.
        kind: What the line should be for, None for every kind.

    Returns:
        The helplines; empty when none is listed, and then `FINDER` is the answer.
    """
    given = (country or "").upper()
    code = _ALIASES.get(given, given)
    found = [
        helpline
        for helpline in _load()
        if code in helpline.countries and (kind is None or kind in helpline.kinds)
    ]
    return tuple(sorted(found, key=lambda h: _STATUS_ORDER.index(h.status)))


def emergency_number(country: str | None) -> str:
    """What to call when life is in danger, to be put after "call".

    Args:
        country: Two-letter code, None when not known.

    Returns:
        The number with its note, or "your local emergency number".
    """
    found = helplines(country, "emergency")
    if not found:
        return _EMERGENCY_ANYWHERE
    note = f" ({found[0].note})" if found[0].note else ""
    return f"{found[0].phone}{note}"


def overdue(lines: Iterable[Helpline], today: dt.date) -> tuple[Helpline, ...]:
    """Helplines that should have been checked again by now.

    Args:
        lines: The helplines to look at.
        today: The day to compare with.

    Returns:
        Those whose day of review has passed.
    """
    return tuple(line for line in lines if line.review_by < today)


def country_of_locale(header: str) -> str | None:
    """The country that a browser's `Accept-Language`, or a terminal's locale, speaks of.

    Only the language that is preferred counts: `de,en-US` says nothing about the country, and
    the right number of the wrong country helps nobody.

    Args:
        header: Such as `en-NZ,en;q=0.9`, or `en_NZ.UTF-8`.

    Returns:
        Two capital letters, None when it names no country.
    """
    weighed: list[tuple[float, re.Match[str]]] = []
    for part in header[:_LOCALE_AT_MOST].split(","):
        tag, _, parameter = (piece.strip() for piece in part.partition(";"))
        found, weight = _LOCALE.match(tag), _WEIGHT.fullmatch(parameter.replace(" ", ""))
        if found and (weight or not parameter):
            weighed.append((float(weight["weight"]) if weight else 1.0, found))
    wanted = [one for weight, one in sorted(weighed, key=lambda pair: -pair[0]) if weight > 0]
    for one in wanted:
        if one["country"] and one["language"].lower() == wanted[0]["language"].lower():
            code = one["country"].upper()
            return _ALIASES.get(code, code)
    return None


@lru_cache(maxsize=1)
def _load() -> tuple[Helpline, ...]:
    path = resources.files("coach.safety") / "data" / "helplines.yaml"
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        return TypeAdapter(tuple[Helpline, ...]).validate_python(data)
    except (yaml.YAMLError, ValidationError) as error:
        raise ConfigError(f"helplines.yaml cannot be read: {error}") from error
