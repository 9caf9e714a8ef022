"""The vetted words: complete, varied, one question at the end, and of the right stage."""

import re
from collections import Counter
from collections.abc import Sequence
from importlib import resources
from itertools import combinations
from typing import get_args

import pytest

from coach.reply import About, Disclosure, DisclosureKind, Route, Turn
from coach.safety import redirect
from coach.safety.helplines import load_helplines
from coach.safety.redirect import redirect_routes
from coach.safety.redirect_files import RedirectFile, Variant, parse
from coach.safety.screen import Door

FOLDER = resources.files("coach.safety") / "data" / "redirects"
FILES = {
    file.route: file
    for file in (parse(path.read_text(encoding="utf-8"), path.name) for path in FOLDER.iterdir())
}
VARIANTS = [(file, variant) for file in FILES.values() for variant in file.variants]
COUNTRIES = sorted({code for line in load_helplines() for code in line.countries})
ROUTES = redirect_routes()
DOORS: tuple[Door, ...] = get_args(Door)
PARAGRAPHS = ("also", "with", "neck")
OPENINGS = {"cheating", "professional", "coach"}  # after which an answer follows
TIRED = re.compile(
    r"not alone|reach(?:ing)? out|gets better|stay strong|hear you|\bvalid|journey|"
    r"\bheal(?:ing|ed)?\b|trauma|toxic|narciss|boundar|trigger|safe space|brave|so proud|"
    r"amazing|promise|always be here|[!—–]",
    re.IGNORECASE,
)


def _told(kind: DisclosureKind, about: About = "self", evidence: str = "…") -> Disclosure:
    return Disclosure(kind=kind, about=about, evidence=evidence, by="rules:test", score=0.9)


def _own(text: str) -> str:
    return re.sub(r'"[^"]*"', "", text)  # sentences lent to her are not the coach's own


def _shown(
    file: RedirectFile, stage: str, history: Sequence[Turn] = (), country: str | None = None
) -> str:
    """What she gets at a stage, after a thread."""
    route, before = file.route, list(history)
    known: list[Disclosure] = [CRISIS] if route == "crisis" else []
    known = [LIKENESS] if stage in ("perhaps", "still", "misheard") else known
    said = SAID.get(stage, "")
    if route == "crisis" and stage not in ("first", "perhaps"):
        before.append(Turn(role="assistant", content="Is it suicide?", route="crisis"))
        known += [_told("safe_now")] if stage == "safe" else []
        known += [DENIED] if stage == "misheard" else []
    elif stage == "again":
        before.append(Turn(role="assistant", content="…", route=route))
    elif stage == "own":
        known = [_told("cheating")]
    return redirect(
        route,
        disclosures=known,
        country=country,
        history=before,
        text=said,
        way_back=stage == "wayback",
        door=next((door for door in DOORS if door == stage), None),
    ).text


def _filled(variant: Variant, file: RedirectFile, country: str | None) -> str:
    """A wording as she gets it: in a thread in which every other one has been used."""
    others = [v for v in file.variants if v.stage == variant.stage and v is not variant]
    history = [Turn(role="assistant", content=other.text) for other in others]
    text = _shown(file, variant.stage, history, country)
    assert _begins(text, variant)
    return text


def _begins(text: str, variant: Variant) -> bool:
    return re.sub(r"\s+", " ", text).startswith(variant.opening)


CRISIS = _told("crisis")
DENIED = Disclosure(kind="safe_now", about="self", evidence="no", by="answer:misheard", score=0.9)
LIKENESS = CRISIS.model_copy(update={"by": "classifier:crisis"})
SAID = {
    "yes": "yes",
    "unsure": "maybe",
    "no": "no",
    "reached": "my sister is here",
    "done": "I hit him",
    "scheme": "how do I guilt trip him",
    "legal": "do I have to sign the divorce papers",
    "body": "can I stop my tablets",
}
WHOLE = [(file, variant) for file, variant in VARIANTS if variant.stage not in PARAGRAPHS]
STAGES = sorted({(file.route, variant.stage) for file, variant in WHOLE})
NAMES = [f"{file.route}-{variant.stage}-{variant.name}" for file, variant in WHOLE]


def test_every_road_but_coaching_has_words() -> None:
    assert set(ROUTES) == {
        "crisis", "abuse", "violence", "boundary", "cheating", "minor", "professional",
        "injection", "off_topic", "close",
    }  # fmt: skip


def test_there_are_enough_wordings_of_each_stage() -> None:
    have = Counter((file.route, variant.stage) for file, variant in WHOLE)
    least: dict[tuple[Route, str], int] = {
        ("crisis", "first"): 4, ("crisis", "again"): 6, ("crisis", "safe"): 3,
        ("crisis", "yes"): 4, ("crisis", "reached"): 4, ("crisis", "unsure"): 3,
        ("crisis", "no"): 3, ("crisis", "perhaps"): 4, ("crisis", "misheard"): 4,
        ("abuse", "any"): 5, ("abuse", "again"): 5, ("minor", "any"): 5,
        ("minor", "again"): 4, ("injection", "any"): 6, ("off_topic", "any"): 6,
        **{("coach", door): 3 for door in DOORS},
    }  # fmt: skip
    assert {key: have[key] for key in have if have[key] < least.get(key, 4)} == {}
    assert set(least) <= set(have)


@pytest.mark.parametrize("country", ["GB", "US", None])
@pytest.mark.parametrize(("file", "variant"), WHOLE, ids=NAMES)
def test_the_words_keep_to_the_house(
    file: RedirectFile, variant: Variant, country: str | None
) -> None:
    text = _filled(variant, file, country)
    assert not TIRED.search(text)
    assert "{" not in text
    assert len(text.split()) <= (160 if variant.stage == "first" else 170)
    assert variant.text.count("{emergency}") <= 1
    own = _own(text)
    assert own.count("?") <= 1
    assert "?" not in own or own.endswith("?")
    if file.route in OPENINGS or file.route == "close" or variant.stage == "wayback":
        assert "?" not in own


def test_no_two_wordings_begin_alike() -> None:
    openings = [variant.opening for _, variant in WHOLE]
    assert all(len(opening) >= 20 for opening in openings)  # by it a wording is known again
    starts = Counter((file.route, *variant.opening.split()[:3]) for file, variant in WHOLE)
    assert [start for start, count in starts.items() if count > 1] == []


@pytest.mark.parametrize(("route", "stage"), STAGES)
def test_none_comes_again_before_all_have_been_used(route: Route, stage: str) -> None:
    size = sum(variant.stage == stage for variant in FILES[route].variants)
    shown: list[str] = []
    for round_of in range(3):
        for _ in range(size):
            history = [Turn(role="assistant", content=text) for text in shown]
            text = _shown(FILES[route], stage, history, "NZ")
            assert shown.count(text) == round_of
            assert shown[-1:] != [text]
            shown.append(text)


def test_the_choice_is_the_same_every_time() -> None:
    assert all(redirect(r, seed=3).text == redirect(r, seed=3).text for r in ROUTES)
    assert all(len({redirect(r, seed=n).text for n in range(8)}) >= 4 for r in ROUTES)


def _of(route: Route, *stages: str) -> list[Variant]:
    return [v for v in FILES[route].variants if v.stage in stages]


@pytest.mark.parametrize("variant", _of("crisis", "first", "perhaps", "yes", "unsure", "again"))
def test_a_crisis_is_guided_to_people(variant: Variant) -> None:
    text = _filled(variant, FILES["crisis"], "GB")
    for needed in (
        r"[Cc]all 999",
        r"116 123",
        r"friend|neighbour|person|someone|somebody|one who will come",
        r"come|sit with|same room|in the room|stay|another person|next to|voice",
        r"I am an AI|than an AI can",
        r'"[A-Z][^"]{12,}"',  # what to say first
    ):
        assert re.search(needed, text), needed


@pytest.mark.parametrize("variant", _of("crisis", "first", "perhaps"))
def test_the_first_words_ask_and_make_safe(variant: Variant) -> None:
    direct = r"(suicide|(ending|taking) your (own )?life|killing yourself)[^.?]*\?$"
    assert re.search(direct, variant.text)
    assert not re.search(r"aren't you|you're not|you are not thinking|right\?", variant.text)
    assert re.search(r"distance|[Ll]eave|Move away|keep away", variant.text)
    assert re.search(r"doctor|therapist", variant.text)


@pytest.mark.parametrize("variant", _of("crisis", "yes", "unsure"))
def test_after_a_yes_come_steps_and_means(variant: Variant) -> None:
    assert re.search(r"away from|out of reach|behind|distance", variant.text)
    if variant.stage == "yes":
        assert re.search(r"already", variant.text)  # something may have happened
        assert variant.text.index("{emergency}") < variant.text.index("{lines}")


@pytest.mark.parametrize(
    "variant", _of("crisis", "again", "yes", "unsure", "no", "reached", "safe")
)
def test_the_direct_question_is_asked_once(variant: Variant) -> None:
    asked = _own(variant.text).rpartition(".")[2]
    assert not re.search(r"suicide|killing|ending your life|hurting|[Aa]re you safe", asked)


@pytest.mark.parametrize("variant", _of("crisis", "reached", "still", "misheard"))
def test_with_people_there_one_line_is_kept(variant: Variant) -> None:
    text = _filled(variant, FILES["crisis"], "US")
    assert text.count("\n- ") == 1
    assert "988" in text


@pytest.mark.parametrize("variant", _of("crisis", "safe"))
def test_when_she_is_safe_the_words_end_with_help(variant: Variant) -> None:
    text = _filled(variant, FILES["crisis"], "US")
    assert re.search(r"\bsafe\b", text.split(".")[0], re.IGNORECASE)
    assert "988" in text
    assert re.search(r"doctor", text)
    assert "?" not in _own(text)


@pytest.mark.parametrize("variant", _of("abuse", "any"))
def test_abuse_words_are_complete(variant: Variant) -> None:
    text = _filled(variant, FILES["abuse"], "AU")
    assert re.search(
        r"not your fault|did not bring it about|fault lies with|not caused by you", text
    )
    assert re.search(r"\bwin\b|winning someone back", text)
    assert "1800 737 732" in text
    assert "call 000" in text
    assert re.search(r"history|private window", text)
    assert re.search(r"phone|device", text)


@pytest.mark.parametrize("variant", _of("abuse", "again"))
def test_abuse_told_again_is_smaller_and_keeps_the_help(variant: Variant) -> None:
    text = _filled(variant, FILES["abuse"], "AU")
    assert "1800 737 732" in text
    assert "call 000" in text or "000 is there" in text
    assert "I believe you" not in text
    shortest = min(len(v.text.split()) for v in _of("abuse", "any"))
    assert len(variant.text.split()) < shortest


@pytest.mark.parametrize("variant", _of("minor", "any"))
def test_minors_are_told_who_this_is_for_and_who_can_help(variant: Variant) -> None:
    text = _filled(variant, FILES["minor"], "IN")
    assert re.search(r"adults|over 18", text)
    assert re.search(r"\bAI\b", text)
    assert "1098" in text
    assert "112" in text
    assert "teacher" in text or "school" in text


@pytest.mark.parametrize("door", DOORS)
def test_a_door_says_who_and_stays(door: Door) -> None:
    who = {
        "grief": "bereavement", "pregnancy": "doctor|midwife", "drinking": "doctor",
        "panic": "doctor", "depleted": "doctor", "housing": "advice service",
        "children": "lawyer|mediator",
    }[door]  # fmt: skip
    for variant in _of("coach", door):
        text = _filled(variant, FILES["coach"], "NZ")
        assert re.search(who, text)
        assert re.search(r"[Ii]f|and not suddenly|only to do with", text)
    if door in ("drinking", "pregnancy", "panic", "depleted"):
        assert all("111" in redirect("coach", door=door, country="NZ", seed=n).text for n in (0, 1))


@pytest.mark.parametrize(
    ("text", "told"),
    [("he put his hands round my neck", True), ("she choked me", True), ("I choked up", False)],
)
def test_a_hurt_neck_is_sent_to_a_doctor(text: str, told: bool) -> None:
    words = redirect("abuse", text=text).text
    assert ("I was strangled" in words) is told
    assert words.endswith("?")


SECONDS: tuple[Route, ...] = ("abuse", "cheating", "minor", "professional")


@pytest.mark.parametrize("country", ["GB", "US", "CA", "IN", None])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("route", ["crisis", "abuse", "violence", "boundary", "minor"])
def test_several_at_once_become_one_message(route: Route, seed: int, country: str | None) -> None:
    for count in (1, 2):
        for also in combinations([r for r in SECONDS if r != route], count):
            alone = redirect(route, country=country, seed=seed).text
            words = redirect(route, country=country, seed=seed, also=also).text
            own = _own(words)
            assert own.count("?") == 1
            assert words.endswith("?")  # the question is still the last thing said
            assert words.splitlines()[-1] in alone
            listed = [line for line in words.splitlines() if line.startswith("- ")]
            assert len(listed) == len(set(listed)) <= 3
            assert words.count("\n\n- ") <= 1  # one list
            assert len(words.split()) <= (225 if count == 1 else 270)


@pytest.mark.parametrize(
    ("route", "also", "needed"),
    [
        ("abuse", "professional", r"lawyer.*first minute"),
        ("abuse", "cheating", r"cheating belongs"),
        ("abuse", "minor", r"under 18.*1098|1098.*under 18"),
        ("crisis", "abuse", r"14416.*181.*not your fault"),
        ("crisis", "minor", r"1098.*under 18"),
        ("boundary", "minor", r"under 18.*1098"),
        ("minor", "cheating", r"cheated"),
    ],
)
def test_the_second_road_has_its_words_and_its_line(route: Route, also: Route, needed: str) -> None:
    assert re.search(needed, redirect(route, also=(also,), country="IN").text, re.DOTALL)


def test_no_wording_has_a_number_of_its_own() -> None:
    for _, variant in VARIANTS:
        assert not re.search(r"\d{3}", variant.text), variant.name
