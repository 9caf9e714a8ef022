"""Helplines: only what was seen, of the right country, checked again in time."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.safety.helplines import (
    Helpline,
    country_of_locale,
    emergency_number,
    helplines,
    load_helplines,
    overdue,
)

EU = {
    "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT",
    "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE",
}  # fmt: skip
# Typed by hand from the notes of what was seen; a number that is not here was never confirmed.
SEEN: dict[str, dict[str, str]] = {
    "US": {
        "988": "operator", "838255": "operator", "18007997233": "operator",
        "8007873224": "operator", "88788": "operator", "8006564673": "operator",
        "741741": "secondary", "18663319474": "dated", "22522": "dated",
    },
    "GB": {
        "116123": "operator", "85258": "operator", "111": "operator", "08082000247": "operator",
        "08088010327": "secondary", "999": "secondary", "55": "secondary",
    },
    "CA": {"988": "operator"},
    "AU": {
        "131114": "operator", "0477131114": "operator", "1800737732": "secondary",
        "0458737732": "secondary", "000": "secondary",
    },
    "IE": {"116123": "operator", "1800341900": "operator"},
    "NZ": {
        "0800543354": "secondary", "4357": "secondary", "1737": "secondary",
        "0508828865": "secondary", "0800733843": "operator", "0800456450": "operator",
        "0508744633": "operator", "111": "operator",
    },
    "IN": {
        "14416": "secondary", "18008914416": "secondary", "181": "secondary",
        "14490": "secondary", "1098": "secondary", "112": "secondary",
    },
}  # fmt: skip
for _code in EU:
    SEEN.setdefault(_code, {})["112"] = "secondary"
NOT_CONFIRMED = {"64673", "50808", "116016", "116006", "911"}


def _numbers(line: Helpline) -> set[str]:
    fields = (line.phone, line.text, line.note)
    found = re.findall(r"\d[\d -]*\d", " / ".join(filter(None, fields)))
    return {re.sub(r"\D", "", number) for number in found}


@pytest.mark.parametrize("line", load_helplines(), ids=lambda line: line.name)
def test_a_line_was_seen_in_its_country(line: Helpline) -> None:
    numbers = _numbers(line)
    assert numbers or line.chat
    for country in line.countries:
        for number in numbers:
            assert number in SEEN[country], f"{number} was not seen for {country}"
            assert SEEN[country][number] == line.status
    assert not numbers & NOT_CONFIRMED
    assert "press 3" not in line.line.lower()  # that line has ended
    assert line.source


def test_every_line_can_be_reached() -> None:
    assert all(line.phone or line.text or line.chat for line in load_helplines())


def test_the_best_confirmed_comes_first() -> None:
    order = [line.status for line in helplines("US")]
    assert order == sorted(order, key=("operator", "secondary", "dated").index)
    assert helplines("US", "abuse")[-1].status == "dated"


def test_no_line_is_past_its_review() -> None:
    late = [line.name for line in overdue(load_helplines(), dt.date.today())]
    assert not late, f"check these with their operators again: {late}"


def test_a_review_that_is_missed_shows() -> None:
    lines = load_helplines()
    last = max(line.review_by for line in lines)
    assert overdue(lines, last + dt.timedelta(days=1)) == lines
    first = min(line.review_by for line in lines)
    assert overdue(lines, first) == ()  # on the day itself there is still time


@pytest.mark.parametrize("country", ["ZZ", None, "", "<b>", "GBR"])
def test_an_unknown_country_has_no_number(country: str | None) -> None:
    assert helplines(country) == ()
    assert emergency_number(country) == "your local emergency number"


@pytest.mark.parametrize("country", ["US", "CA"])
def test_no_emergency_number_is_given_that_was_not_seen(country: str) -> None:
    assert emergency_number(country) == "your local emergency number"


@pytest.mark.parametrize(
    ("header", "country"),
    [
        ("en-NZ,en;q=0.9", "NZ"),
        ("en-GB,en-US;q=0.9,en;q=0.8", "GB"),
        ("en-us", "US"),
        ("EN-nz", "NZ"),
        ("en_NZ.UTF-8", "NZ"),
        ("de_AT@euro", "AT"),
        ("en-UK", "GB"),
        ("zh-Hant-TW", "TW"),
        ("de-DE-1996", "DE"),
        ("en-US-u-ca-buddhist", "US"),
        ("en,en-AU;q=0.9", "AU"),  # the same language, said more exactly
        ("en;q=0.5,hi-IN", "IN"),
        ("fr;q=0.2, en-CA ; q=0.8", "CA"),
        ("en", None),
        ("de,en-US;q=0.7", None),  # her second language is no country
        ("en-GB;q=0,en", None),
        ("es-419", None),
        ("en-x-NZ", None),
        ("C.UTF-8", None),
        ("POSIX", None),
        ("*", None),
        ("", None),
        (",,;q=1", None),
        ("en-GBR", None),
        ("en-G1", None),
        ("en-NZ;q=nonsense", None),
        ("<script>alert(1)</script>", None),
        ("ｅｎ-ＮＺ", None),
        ("en-ſſ", None),
        ("en-NZ" * 10_000, None),
    ],
)
def test_country_of_locale(header: str, country: str | None) -> None:
    assert country_of_locale(header) == country


@given(st.one_of(st.text(), st.from_regex(r"[a-zA-Z_;,=q0-9. *-]{0,60}", fullmatch=True)))
def test_any_header_gives_two_letters_or_nothing(header: str) -> None:
    country = country_of_locale(header)
    assert country is None or re.fullmatch("[A-Z]{2}", country)
