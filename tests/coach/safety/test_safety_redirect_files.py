"""The files of vetted words are strict, and no wording shows a line of another country."""

import re

import pytest

from coach.errors import ConfigError
from coach.reply import Route
from coach.safety import redirect
from coach.safety.helplines import FINDER, emergency_number, load_helplines
from coach.safety.redirect import redirect_routes
from coach.safety.redirect_files import parse

COUNTRIES = sorted({code for line in load_helplines() for code in line.countries})
ROUTES = redirect_routes()


def _numbers(text: str | None) -> set[str]:
    digits = (re.sub(r"\D", "", found) for found in re.findall(r"\d[\d -]*\d", text or ""))
    return {number for number in digits if len(number) > 2}


@pytest.mark.parametrize("country", [*COUNTRIES, "ZZ", None])
def test_no_number_of_another_country(country: str | None) -> None:
    own = {
        number
        for line in load_helplines()
        if country in line.countries
        for field in (line.name, line.phone, line.text, line.note)
        for number in _numbers(field)
    }
    for route in ROUTES:
        for seed in range(7):
            words = redirect(route, country=country, seed=seed, also=("abuse", "minor"))
            assert _numbers(words.text.replace("in 130 countries", "")) <= own


@pytest.mark.parametrize("country", [*COUNTRIES, "ZZ", None])
@pytest.mark.parametrize("route", ["crisis", "abuse", "minor", "violence"])
def test_every_country_has_a_path(route: Route, country: str | None) -> None:
    for seed in range(5):
        text = redirect(route, country=country, seed=seed).text
        assert "\n- " in text
        assert emergency_number(country) in text
    if country in ("ZZ", None):
        assert FINDER in text


def test_a_kind_that_a_country_lacks_gets_the_finder_beside_the_other() -> None:
    text = redirect("crisis", country="CA", also=("abuse",)).text
    assert "9-8-8" in text
    assert FINDER in text


HEAD = "---\nroute: close\nlines: null\n---\n"


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("no front matter", "front matter"),
        ("---\nroute: nowhere\nlines: null\n---\n## any: a\nWords.", "front matter is wrong"),
        (f"{HEAD}Words.", "heading"),
        (f"{HEAD}## never: a\nWords.", "no such stage"),
        (f"{HEAD}## any: a\n{{who}}", "unknown"),
        (f"{HEAD}## any: a\n{{lines}}", "names no kind"),
        (f"{HEAD}## any: a\n{{line}}", "names no kind"),
        (f"{HEAD}## any: a\nW.\n## any: a\nW.", "names of their own"),
        (f"{HEAD}## any: a\nWhy? Words.", "must be the last"),
        (f"{HEAD}## any: a\nWhy? And why?", "must be the last"),
        (f"{HEAD}## with: nowhere\nWords.", "must name a route"),
        (
            "---\nroute: close\nlines: null\nwhen:\n  done:\n    match: ['a']\n---\n## any: a\nW.",
            "has no words for",
        ),
        (
            "---\nroute: close\nlines: null\nwhen:\n  done:\n    match: ['(']\n---\n## done: a\nW.",
            "front matter is wrong",
        ),
    ],
)
def test_a_wrong_file_is_refused(source: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        parse(source, "x.md")


def test_a_find_is_taken_back_in_its_sentence_or_in_the_message() -> None:
    cues = "when:\n  done:\n    match: ['hit him']\n    {}: ['years ago']\n"
    files = {
        word: parse(HEAD.replace("null\n", "null\n" + cues.format(word)) + "## done: a\nW.", "x")
        for word in ("unless", "unless_near")
    }
    for file in files.values():
        assert file.says("done", "i hit him")
        assert not file.says("done", "i hit him years ago")
    assert files["unless_near"].says("done", "i hit him. years ago we were happy")
    assert not files["unless"].says("done", "i hit him. years ago we were happy")


@pytest.mark.parametrize("route", ROUTES)
def test_sentences_are_the_text(route: Route) -> None:
    words = redirect(route, country="NZ")
    joined = "".join(sentence.text for sentence in words.sentences)
    assert re.sub(r"\s", "", joined) == re.sub(r"\s", "", words.text)


def test_a_road_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="'coach'"):
        redirect("coach")
