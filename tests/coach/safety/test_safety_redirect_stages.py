"""Her message, and what the screen found in it, choose the stage of the vetted words."""

import re
import time
from collections.abc import Sequence
from importlib import resources

import pytest

from coach.reply import About, Disclosure, DisclosureKind, Route, Turn
from coach.safety import Screen, redirect
from coach.safety.redirect_files import Variant, parse
from coach.safety.rules import RuleBook

FOLDER = resources.files("coach.safety") / "data" / "redirects"
FILES = {
    file.route: file
    for file in (parse(path.read_text(encoding="utf-8"), path.name) for path in FOLDER.iterdir())
}
SCREEN = Screen((RuleBook.load(),))


def _told(kind: DisclosureKind, about: About = "self") -> Disclosure:
    return Disclosure(kind=kind, about=about, evidence="…", by="rules:test", score=0.9)


def _begins(text: str, variant: Variant) -> bool:
    return re.sub(r"\s+", " ", text).startswith(variant.opening)


CRISIS = _told("crisis")

FIRST = redirect("crisis", disclosures=[CRISIS])
ASKED = [Turn(role="assistant", content=FIRST.text, route="crisis")]
LATER = [*ASKED, Turn(role="assistant", content="Who could be with you?", route="crisis")]


def _stage_of(text: str, history: Sequence[Turn], route: Route = "crisis") -> str:
    known: list[Disclosure] = [CRISIS] if route == "crisis" else []
    found = SCREEN.screen(text)
    known += found.disclosures
    words = redirect(route, disclosures=known, history=history, text=text, signals=found.signals)
    shown = words.text
    return next(v.stage for v in FILES[route].variants if _begins(shown, v))


@pytest.mark.parametrize(
    ("text", "history", "stage"),
    [
        ("i want to die", [], "first"),
        ("I have the pills here in front of me", [], "yes"),
        ("I’m going to do it tonight", ASKED, "yes"),
        ("i took all of the pills", LATER, "yes"),
        ("yes", ASKED, "yes"),
        ("Yeah.", ASKED, "yes"),
        ("i am", ASKED, "yes"),
        ("yes but don't tell anyone", ASKED, "yes"),
        ("yes", LATER, "again"),  # to another question
        ("I don't know", ASKED, "unsure"),
        ("maybe", ASKED, "unsure"),
        ("i have no idea", ASKED, "unsure"),
        ("no", ASKED, "no"),
        ("i am not", ASKED, "no"),
        ("no", LATER, "again"),
        ("no but i don't see the point any more", ASKED, "again"),
        ("no one is here", ASKED, "again"),
        ("my sister is here now", ASKED, "reached"),
        ("I called 988", LATER, "again"),  # and what then
        ("I'm on the phone with 988", LATER, "reached"),
        ("I'm on my way to the hospital", LATER, "reached"),
        ("yes, my mum is on her way", LATER, "reached"),
        ("nobody is with me", LATER, "again"),
        ("I called but nobody answered", LATER, "again"),
        ("my friend isn't coming", LATER, "again"),
        ("should I call someone", LATER, "again"),
        ("my ex is here", LATER, "again"),
        ("anyway, should I text him?", ASKED, "again"),
        ("I took my tablets as usual", LATER, "again"),
        ("i'm not going to do it tonight", LATER, "again"),
        ("I rang my sister and she is coming", LATER, "reached"),
        ("I'm at my mum's", LATER, "reached"),
        ("the ambulance is on its way", LATER, "reached"),
        ("no, I don't want to die", ASKED, "no"),
        ("no, i'm just very sad", ASKED, "no"),
        ("No, nothing like that. I promise", ASKED, "no"),
        ("not really, i only miss him", ASKED, "no"),
    ],
)
def test_her_message_chooses_the_stage_of_a_crisis(
    text: str, history: Sequence[Turn], stage: str
) -> None:
    assert _stage_of(text, history) == stage


@pytest.mark.parametrize("history", [ASKED, LATER])
@pytest.mark.parametrize(
    "text",
    [
        "i messaged my best friend goodbye and thank you for everything",
        "i texted my sister goodbye",
        "i told my friends i'd be gone by morning",
        "i told my mum and she said do it then",
        "I told my best friend I want to die and she laughed",
        "my dad is here and he is hurting me",
        "my dad is coming to beat me",
        "I called 988 and they were useless, nothing helps",
        "i called the police on him last year",
        "I told my therapist last month, pointless",
        "i am with my mum's ashes",
        "my sister is here but she is asleep",
        "my mum is here. i still want to die",
        "my mum is coming, i have to be quick",
        "I'm at the hospital car park roof",
        "my dad is here and he is drinking",
    ],
)
def test_nobody_has_reached_her_yet(text: str, history: Sequence[Turn]) -> None:
    assert _stage_of(text, history) != "reached"


def test_while_danger_is_found_nobody_has_reached_her() -> None:
    text = "my sister is here"
    words = redirect(
        "crisis",
        disclosures=[CRISIS],
        history=LATER,
        text=text,
        signals=SCREEN.screen("he choked me").signals,
    ).text
    assert not any(_begins(words, v) for v in FILES["crisis"].variants if v.stage == "reached")


@pytest.mark.parametrize(
    "text",
    [
        "No I'm not safe",
        "no i already did it",
        "no, ive decided",
        "no i have already started",
        "never mind, too late",
        "nope, just going to let it happen",
        "no. goodbye",
        "not really, i just hope my heart stops tonight",
    ],
)
def test_only_a_harmless_no_is_one(text: str) -> None:
    assert _stage_of(text, ASKED) in ("again", "yes")


@pytest.mark.parametrize(
    "text",
    [
        "im safe now i already took them all",
        "i'm safe now, i took all of them",
        "I am safe here, nobody will find me in time",
        "I'm safe now, it will all be over soon",
        "I'm safe now, standing on the edge",
    ],
)
def test_safe_does_not_hide_what_cannot_wait(text: str) -> None:
    assert _stage_of(text, LATER) == "yes"
    known = [CRISIS, _told("safe_now")]  # not even if it was taken for the plain word
    words = redirect("crisis", disclosures=known, history=LATER, text=text).text
    assert any(_begins(words, v) for v in FILES["crisis"].variants if v.stage == "yes")


@pytest.mark.parametrize(
    "text",
    [
        "I'm safe. I gave the pills to my sister",
        "I'm safe. My flatmate took the knife away",
        "Yes, I'm safe but still sad",
        "I am safe tonight",
    ],
)
def test_her_plain_word_ends_it_with_help(text: str) -> None:
    assert _stage_of(text, LATER) == "safe"


def test_the_words_that_stay_tell_how_to_say_it() -> None:
    again = [variant for variant in FILES["crisis"].variants if variant.stage == "again"]
    assert all('"I am safe"' in variant.text for variant in again)
    assert [d.kind for d in SCREEN.screen("I am safe").disclosures] == ["safe_now"]


def test_what_cannot_wait_is_heard_at_the_head_of_a_long_message() -> None:
    text = "I took all of the pills. " + "Then I wrote to him about our years. " * 400
    assert _stage_of(text, LATER) == "yes"
    # Another sentence may speak of another time.
    assert _stage_of("I took all of the pills. Last year I was happy.", LATER) == "yes"
    assert _stage_of("I took all of the pills last year.", LATER) == "again"


def test_a_very_long_message_chooses_in_time() -> None:
    text = "i have taken pills with the gun on the bridge " * 20_000
    began = time.perf_counter()
    redirect("crisis", disclosures=[CRISIS], history=LATER, text=text + "x" * 100_000)
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    ("route", "text", "stage"),
    [
        ("violence", "I hit him last night", "done"),
        ("violence", "I posted her nudes", "done"),
        ("violence", "I want to hit him", "any"),
        ("violence", "I almost hit him", "any"),
        ("boundary", "how do I guilt-trip him into calling", "scheme"),
        ("boundary", "I'll say I'm pregnant so he stays", "scheme"),
        ("boundary", "make her jealous", "scheme"),
        ("professional", "do I need a lawyer for this", "legal"),
        ("professional", "can I take 50 mg twice a day", "body"),
        ("professional", "my doctor says the court wants a report", "any"),
        ("boundary", "how do I get into her phone", "any"),
        ("boundary", "I made a fake account to follow him", "any"),
    ],
)
def test_her_message_chooses_the_stage(route: Route, text: str, stage: str) -> None:
    assert _stage_of(text, (), route) == stage


@pytest.mark.parametrize("route", ["abuse", "minor"])
def test_what_was_spoken_of_in_the_thread_is_taken_up_smaller(route: Route) -> None:
    told = Turn(role="assistant", content=redirect(route).text, route=route)
    assert _stage_of("there is more", [told], route) == "again"
    assert _stage_of("there is more", [Turn(role="user", content="…")], route) == "any"


def test_cheating_words_know_who_cheated() -> None:
    hers = redirect("cheating", disclosures=[_told("cheating", "self")]).text
    his = redirect("cheating", disclosures=[_told("cheating", "ex")]).text
    assert re.search(r"you cheated|you did|you were the one|having cheated", hers)
    assert hers != his


def test_cheating_of_this_message_comes_before_what_is_known() -> None:
    carried = [_told("cheating", "self")]
    found = SCREEN.screen("I found out she slept with my brother")
    known = [*carried, *found.disclosures]
    words = redirect("cheating", disclosures=known, signals=found.signals).text
    assert words in {redirect("cheating", seed=n).text for n in range(8)}
    # Without what the screen found, the last thing told counts.
    assert redirect("cheating", disclosures=known).text == words
    assert redirect("cheating", disclosures=known[::-1]).text != words
    mine = SCREEN.screen("I cheated on him")
    assert redirect("cheating", disclosures=known, signals=mine.signals).text != words
