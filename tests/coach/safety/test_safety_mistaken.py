"""What only sounded like a crisis: the coach asks, and her no to that question ends it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from coach.records import Records
from coach.reply import Disclosure, Route, Turn
from coach.safety import Screen, ScreenResult, decide, redirect
from coach.safety.mistaken import denied
from coach.safety.normalise import Normalised
from coach.safety.redirect_files import load_redirects
from coach.safety.rules import RuleBook, Signal
from coach.safety.screen import crisis_in_force
from coach.screening import heard


def _likeness(plain: Normalised) -> Iterator[Signal]:
    """Stands in for the trained layer, which is not to be made to mishear on demand."""
    if "hollow" in plain.text or "ending my life" in plain.text:
        yield Signal("crisis", "classifier:crisis", plain.text, (0, 1), 0.8, "self")


def _disclosed(kind: Any, by: str) -> Disclosure:
    return Disclosure(kind=kind, about="self", evidence="", by=by, score=0.9)


SCREEN = Screen((RuleBook.load(), _likeness))
PARTS: Any = SimpleNamespace(screen=SCREEN)
HERS = "A bit hollow on the way home, I slept."
LIKENESS = _disclosed("crisis", "classifier:crisis")
PLAIN = _disclosed("crisis", "rules:crisis-x")
SAFE = _disclosed("safe_now", "rules:safe-now-told")
MISHEARD = _disclosed("safe_now", "answer:misheard")


def _asked(variant: int) -> list[Turn]:
    words = redirect("crisis", text=HERS, disclosures=[LIKENESS], seed=variant)
    return [
        Turn(role="user", content=HERS),
        Turn(role="assistant", content=words.text, route="crisis"),
    ]


THREAD = _asked(0)


def _answered(
    text: str, thread: Sequence[Turn] = THREAD, told: Sequence[Disclosure] = (LIKENESS,)
) -> tuple[ScreenResult, list[Disclosure]]:
    """Her message as a turn meets it, and what is known after it."""
    found = heard(PARTS, text, thread, (), told).result
    return found, [*told, *found.disclosures]


def _stage(
    text: str, *told: Disclosure, thread: Sequence[Turn] = (), route: Route = "crisis"
) -> str:
    signals = SCREEN.screen(text).signals
    words = redirect(route, disclosures=told, history=thread, text=text, signals=signals).text
    plain = " ".join(words.split())
    return next(v.stage for v in load_redirects()[route].variants if plain.startswith(v.opening))


def test_a_likeness_is_asked_about_and_a_phrase_is_believed() -> None:
    assert _stage(HERS, LIKENESS) == "perhaps"
    assert _stage("I feel hollow, I want to kill myself", LIKENESS, PLAIN) == "first"
    # What she said plainly before, in another conversation, is in force here too.
    assert _stage(HERS, PLAIN, LIKENESS) == "first"
    assert _stage(HERS, PLAIN, SAFE, LIKENESS) == "perhaps"


@pytest.mark.parametrize("variant", range(4))
@pytest.mark.parametrize(
    "text",
    [
        "no",
        "No, not at all.",
        "nooo",
        "lol no",
        "oh god no",
        "What? No. I slept nine hours.",
        "no, i meant my stomach",
        "no no i was talking about the ipad",
        "no but thanks for asking",
        "that's not what I meant",
        "you misread me",
        "it was a joke",
        "No, I'm safe.",
        "I'm not suicidal.",
        "No, I would never kill myself.",
        "No I am not thinking about ending my life",
        "No, I'm not thinking of suicide or hurting myself. Just tired.",
        "no i just miss him",
    ],
)
def test_her_no_ends_it_and_leaves_nothing_behind(text: str, variant: int) -> None:
    thread = _asked(variant)
    found, known = _answered(text, thread)
    assert _stage(text, *known, thread=thread) == "misheard"
    assert not crisis_in_force(known)
    # This turn still belongs to the question; the next one is coached, and nothing is closed.
    assert decide(found, [LIKENESS]).route == "crisis"
    later = decide(SCREEN.screen("He took the good pan."), known)
    assert (later.route, later.forbidden) == ("coach", frozenset())


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "maybe",
        "I don't know",
        "anyway, what should I do about the flat?",
        "no but i don't see the point",
        "No. I just want it to stop.",
        "no, not tonight",
        "no, goodbye",
        "nobody cares",
        "no i already did it",
        "no, I meant I want to be gone",
        "I meant what I said, I can't go on",
        "no, i am hollow",
        "no, he hit me",
        "no, yes",
        "no... yes",
        "no. Yes I am",
        "no i lied yes",
        "no, just cutting like always",
        "no, I'm at the river",
        "no. I'm on the balcony, eleventh floor",
        "no, please look after my dog",
        "no, I'm just done",
        "no. I want it to be over",
        "no, just passing thoughts",
        "no i was researching heights",
        "no, if I say yes you will call someone",
        "no. leave me alone",
        "no. is that what you want to hear",
        "no i tried last year",
        "no i don't trust myself",
        "i mean it",
        "I meant every word",
        "I mean yes",
        "you misread me, I am planning it",
        "it's a figure of speech for what I'm going to do",
        "no hope",
        "no strength left",
        "no sleep in four days",
        "no idea",
        "No way I'd tell you",
        "no puedo más",
        "no aguanto más",
        "no, sí",
        "nah ich will nicht mehr",
        "no, he came back and he is angry",
        "I'm not in danger, he is",
        "no, killing him",
        "no, my daughter is",
        "no, I'm not suicidal, but I'm not safe",
        "no. " + "I went to the shops and then home again. " * 6,
    ],
)
def test_nothing_but_a_plain_no_ends_it(text: str) -> None:
    _, known = _answered(text)
    assert _stage(text, *known, thread=THREAD) != "misheard"
    assert crisis_in_force(known)


def test_who_goes_on_is_asked_again_and_not_treated_as_in_danger() -> None:
    text = "anyway, what should I do about the flat?"
    assert _stage(text, LIKENESS, thread=THREAD) == "still"
    assert _stage(text, PLAIN, thread=THREAD) == "again"
    assert _stage("I feel hollow again", LIKENESS, LIKENESS, thread=THREAD) == "again"
    again = redirect("crisis", disclosures=[LIKENESS], history=THREAD, text=text)
    thread = [*THREAD, Turn(role="user", content=text)]
    thread.append(Turn(role="assistant", content=again.text, route="crisis"))
    assert not crisis_in_force(_answered("no", thread)[1])
    assert _stage("yes", LIKENESS, thread=thread) == "yes"


@pytest.mark.parametrize(
    ("told", "thread"),
    [
        ([PLAIN], THREAD),
        ([PLAIN, LIKENESS], THREAD),
        ([LIKENESS, PLAIN], THREAD),
        # Another question was the last one, or there was none.
        ([LIKENESS], [*THREAD, Turn(role="assistant", content="Who is near?", route="crisis")]),
        ([LIKENESS], [*THREAD[:1], Turn(role="assistant", content="Is it suicide?")]),
        ([LIKENESS], THREAD[:1]),
        ([LIKENESS], []),
        ([], THREAD),
    ],
)
def test_a_no_ends_nothing_else(told: list[Disclosure], thread: list[Turn]) -> None:
    assert denied("no", SCREEN.screen("no").signals, told, thread) is None


def test_a_retold_thread_remembers_the_no() -> None:
    thread = [*THREAD, Turn(role="user", content="no, I am not thinking about ending my life")]
    thread.append(Turn(role="assistant", content="I believe you.", route="crisis"))
    told = SCREEN.screen("", thread).thread
    assert [one.by for one in told] == ["classifier:crisis", "answer:misheard"]
    assert decide(SCREEN.screen("He took the pan."), told).route == "coach"


@pytest.mark.parametrize(
    ("told", "in_force", "closed"),
    [
        ([LIKENESS, MISHEARD], False, set()),
        ([LIKENESS, MISHEARD, LIKENESS], True, {"crisis"}),
        # Stored meanwhile from another tab, so that the no came after it.
        ([LIKENESS, PLAIN, MISHEARD], True, {"crisis"}),
        ([PLAIN, SAFE, LIKENESS, MISHEARD], False, {"crisis"}),
        ([LIKENESS, SAFE, LIKENESS, MISHEARD], False, {"crisis"}),
    ],
)
def test_a_no_takes_back_a_likeness_and_nothing_more(
    told: list[Disclosure], in_force: bool, closed: set[str]
) -> None:
    assert crisis_in_force(told) is in_force
    decision = decide(SCREEN.screen("He took the pan."), told)
    assert (decision.route == "crisis") is in_force
    assert decision.forbidden == closed


def test_the_records_remember_it_in_order(tmp_path: Path) -> None:
    with Records(f"sqlite:///{tmp_path / 'records.db'}") as records:
        person = records.create_person()
        records.add_disclosures(person, [LIKENESS])
        _, known = _answered("no, not at all", told=records.in_force(person))
        records.add_disclosures(person, known[1:])
        kept = records.in_force(person)
    assert [one.by for one in kept] == ["classifier:crisis", "answer:misheard"]
    assert decide(SCREEN.screen("He took the pan."), kept).route == "coach"
