"""The vetted words: complete, varied, and with the right country's numbers only."""

import datetime as dt
import re
from importlib import resources

import pytest

from coach.errors import ConfigError
from coach.reply import About, Disclosure, DisclosureKind, Route, Turn
from coach.safety import emergency_number, helplines, redirect
from coach.safety.helplines import FINDER, load_helplines
from coach.safety.redirect import RedirectFile, Variant, parse, redirect_routes

FOLDER = resources.files("coach.safety") / "data" / "redirects"
FILES = [parse(path.read_text(encoding="utf-8"), path.name) for path in FOLDER.iterdir()]
VARIANTS = [(file, variant) for file in FILES for variant in file.variants]
COUNTRIES = sorted({code for line in load_helplines() for code in line.countries})
ROUTES = redirect_routes()
SOFT = ("cheating", "professional")


def _told(kind: DisclosureKind, about: About = "self") -> Disclosure:
    return Disclosure(kind=kind, about=about, evidence="…", by="rules:test", score=0.9)


def _numbers(text: str | None) -> set[str]:
    digits = (re.sub(r"\D", "", found) for found in re.findall(r"\d[\d -]*\d", text or ""))
    return {number for number in digits if len(number) > 2}


def test_every_road_but_coaching_has_words() -> None:
    assert set(ROUTES) == {
        "crisis", "abuse", "violence", "boundary", "cheating", "minor", "professional",
        "injection", "off_topic", "close",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("file", "variant"),
    VARIANTS,
    ids=[f"{file.route}-{variant.name}" for file, variant in VARIANTS],
)
def test_the_words_keep_to_the_house(file: RedirectFile, variant: Variant) -> None:
    text = variant.text
    assert "!" not in text
    assert text.count("?") <= (0 if file.route == "close" else 2)
    if file.route in SOFT:
        assert "?" not in text
        assert len(re.findall(r"[.:](?:\s|$)", text)) <= 4


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("seed", range(4))
def test_at_most_one_question_of_the_coach(route: Route, seed: int) -> None:
    text = redirect(route, seed=seed).text
    own_words = re.sub(r'"[^"]*"', "", text)  # sentences lent to her are not questions to her
    assert own_words.count("?") <= 1
    assert "{" not in text


@pytest.mark.parametrize("route", ROUTES)
def test_three_wordings_at_least(route: Route) -> None:
    assert len({redirect(route, seed=seed).text for seed in range(6)}) >= 3


@pytest.mark.parametrize("route", ROUTES)
def test_never_the_wording_used_last(route: Route) -> None:
    history: list[Turn] = []
    before = ""
    for seed in (0, 0, 0, 1, 1, 5):
        text = redirect(route, seed=seed, history=history, country="NZ").text
        assert text != before
        history += [
            Turn(role="assistant", content=text, route=route),
            Turn(role="user", content="and now?"),
        ]
        before = text


CRISIS = [_told("crisis")]


@pytest.mark.parametrize("seed", range(3))
def test_a_crisis_is_asked_about_and_guided_to_people(seed: int) -> None:
    text = redirect("crisis", disclosures=CRISIS, country="GB", seed=seed).text
    for needed in (
        r"(suicide|ending your life|killing yourself)[^.]*\?",  # asks, in plain words
        r"999",
        r"116 123",
        r"(away from|distance between|Leave the room)",
        r"(another person|friend|person you trust)",
        r"(doctor|therapist)",
        r"I am an AI",
    ):
        assert re.search(needed, text), needed
    assert len(text.split()) < 230


def test_the_second_crisis_text_does_not_repeat_the_question() -> None:
    first = redirect("crisis", disclosures=CRISIS)
    history = [Turn(role="assistant", content=first.text, route="crisis")]
    again = redirect("crisis", disclosures=CRISIS, history=history)
    asked = {s.text for s in first.sentences if s.text.endswith("?")}
    assert asked
    assert not asked & {s.text for s in again.sentences}


def test_when_she_is_safe_the_words_end_with_help() -> None:
    text = redirect("crisis", disclosures=[*CRISIS, _told("safe_now")], country="US").text
    assert "safe" in text.split(".")[0]
    assert "988" in text
    assert "?" not in text


@pytest.mark.parametrize("seed", range(4))
def test_abuse_words_are_complete(seed: int) -> None:
    text = redirect("abuse", country="AU", seed=seed).text
    assert re.search(
        r"not your fault|did not bring it about|fault lies with|not caused by you", text
    )
    assert re.search(r"\bwin\b|winning someone back", text)
    assert "1800 737 732" in text
    assert "000" in text
    assert re.search(r"history|private window", text)
    assert re.search(r"phone|device", text)


def test_several_at_once_become_one_message() -> None:
    both = redirect("abuse", also=("professional", "minor"), country="IN").text
    assert "lawyer" in both
    assert "under 18" in both
    assert "1098" in both


def test_cheating_words_know_who_cheated() -> None:
    hers = redirect("cheating", disclosures=[_told("cheating", "self")]).text
    his = redirect("cheating", disclosures=[_told("cheating", "ex")]).text
    assert "you cheated" in hers or "you did" in hers or "you were the one" in hers
    assert hers != his


@pytest.mark.parametrize("route", ROUTES)
def test_sentences_are_the_text(route: Route) -> None:
    words = redirect(route, country="NZ")
    joined = "".join(sentence.text for sentence in words.sentences)
    assert re.sub(r"\s", "", joined) == re.sub(r"\s", "", words.text)


def test_a_road_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="'coach'"):
        redirect("coach")


@pytest.mark.parametrize("country", [*COUNTRIES, "ZZ", None])
def test_no_number_of_another_country(country: str | None) -> None:
    own = {n for h in helplines(country) for f in (h.phone, h.text, h.note) for n in _numbers(f)}
    own |= {n for h in helplines(country) for n in _numbers(h.name)}
    for route in ROUTES:
        for seed in range(6):
            words = redirect(route, country=country, seed=seed, also=("abuse", "minor"))
            lines = words.text.replace("helplines in 130 countries", "")
            assert _numbers(lines) <= own


@pytest.mark.parametrize("country", ["ZZ", None, ""])
def test_an_unknown_country_gets_the_finder(country: str | None) -> None:
    assert helplines(country) == ()
    assert emergency_number(country) == "your local emergency number"
    text = redirect("crisis", disclosures=CRISIS, country=country).text
    assert FINDER in text
    assert "your local emergency number" in text


def test_no_line_is_past_its_review() -> None:
    late = [line.name for line in load_helplines() if line.review_by < dt.date.today()]
    assert not late, f"check these with their operators again: {late}"


def test_every_line_can_be_reached() -> None:
    assert all(line.phone or line.text or line.chat for line in load_helplines())


def test_the_ended_line_is_not_named() -> None:
    assert not any("press 3" in line.line.lower() for line in load_helplines())


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("no front matter", "front matter"),
        ("---\nroute: nowhere\nlines: null\n---\n## any: a\nWords.", "front matter is wrong"),
        ("---\nroute: close\nlines: null\n---\nWords.", "heading"),
        ("---\nroute: close\nlines: null\n---\n## never: a\nWords.", "no such stage"),
        ("---\nroute: close\nlines: null\n---\n## any: a\n{who}", "unknown"),
        ("---\nroute: close\nlines: null\n---\n## any: a\n{lines}", "names no kind"),
        ("---\nroute: close\nlines: null\n---\n## any: a\nW.\n## any: a\nW.", "names of their own"),
    ],
)
def test_a_wrong_file_is_refused(source: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        parse(source, "x.md")
