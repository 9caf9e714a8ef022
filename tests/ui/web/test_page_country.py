"""Whose helplines: her choice, else the operator's, else those of her browser's language."""

import re

import pytest

from coach import Settings
from coach.safety.helplines import load_helplines
from ui.web.help import help_html
from ui.web.words import load_words


async def _country(tab, language: str | None, chosen: str | None = None) -> tuple[str, str]:
    if language is not None:
        tab.http.headers["accept-language"] = language
    country, shown = await tab.event("country", chosen)
    return country, shown


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("language", "country"),
    [
        ("en-NZ,en;q=0.9", "NZ"),
        ("de-DE,de;q=0.9,en-US;q=0.8", "DE"),
        ("de,en-US;q=0.7,en;q=0.3", ""),
        ("en", ""),
        ("en-AQ", ""),  # nobody there is listed
        ("<b>\"';--", ""),
        (None, ""),
    ],
)
async def test_the_browser_says_where_she_is(serving, settings, language, country):
    async with serving(settings) as server:
        tab = await server.tab()
        said, shown = await _country(tab, language)
        assert said == country
        assert ("your local emergency number" in shown) == (country == "")
        assert "findahelpline.com" in shown


@pytest.mark.anyio
async def test_her_choice_comes_first_then_the_operators(serving, settings):
    ours = Settings.load(
        llm="none", data_dir=settings.data_dir, cache_dir=settings.cache_dir, country="nz"
    )
    async with serving(ours) as server:
        tab = await server.tab()
        assert (await _country(tab, "en-US"))[0] == "NZ"
        assert (await _country(tab, "en-US", "IE"))[0] == "IE"
        assert (await _country(tab, "en-US", ""))[0] == ""  # "somewhere else" is a choice too
        assert (await _country(tab, "en-US", "<b>"))[0] == "NZ"


@pytest.mark.anyio
async def test_an_answer_names_the_lines_of_the_chosen_country(serving, settings):
    ours = Settings.load(
        llm="none", data_dir=settings.data_dir, cache_dir=settings.cache_dir, country="nz"
    )
    async with serving(ours) as server:
        tab = await server.tab()
        here = (await tab.send("i want to die", "GB")).texts[1]
        assert "116 123" in here
        elsewhere = (await tab.send("i want to die", "")).texts[-2]
        assert "findahelpline.com" in elsewhere
        assert not re.search(r"\d{4}", elsewhere)


def test_help_shows_everything_known_of_a_line():
    words = load_words()
    for line in load_helplines():
        for country in line.countries:
            shown = help_html(country, words)
            for part in (line.name, line.hours, line.note, line.chat):
                assert part is None or part.replace("&", "&amp;") in shown
            for number in (line.phone, line.text):
                digits = re.findall(r"\d(?:[ -]?\d){2,}", number or "")
                assert all(re.sub(r"\D", "", one) in shown for one in digits)
            for code in line.languages:
                assert words.help.languages[code] in shown
