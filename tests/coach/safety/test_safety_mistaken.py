"""What only sounded like a crisis: the coach asks, and her no to that question ends it."""

from collections.abc import Iterator, Sequence

import pytest

from coach.reply import Disclosure, Turn
from coach.safety import Screen, ScreenResult, decide, redirect
from coach.safety.mistaken import denied
from coach.safety.normalise import Normalised
from coach.safety.redirect_files import load_redirects
from coach.safety.rules import RuleBook, Signal
from coach.safety.screen import crisis_in_force, raised


def _likeness(plain: Normalised) -> Iterator[Signal]:
    """Stands in for the trained layer, which is not to be made to mishear on demand."""
    if "hollow" in plain.text:
        yield Signal("crisis", "classifier:crisis", plain.text, (0, 1), 0.8, "self")


SCREEN = Screen((RuleBook.load(), _likeness))
HERS = "A bit hollow on the way home, then alright. I slept."
ASKED = redirect("crisis", text=HERS, signals=SCREEN.screen(HERS).signals).text
THREAD = [
    Turn(role="user", content=HERS),
    Turn(role="assistant", content=ASKED, route="crisis"),
]


def _answered(text: str, thread: Sequence[Turn] = THREAD) -> tuple[ScreenResult, list[Disclosure]]:
    """Her message as a turn meets it, and what is known after it."""
    told = list(SCREEN.screen("", thread).thread)
    found = SCREEN.screen(text)
    no = denied(text, found.signals, told, thread)
    found = found if no is None else raised(found, [no])
    return found, [*told, *found.disclosures]


def _stage(text: str) -> str:
    found, known = _answered(text)
    words = redirect(
        "crisis", disclosures=known, history=THREAD, text=text, signals=found.signals
    ).text
    plain = " ".join(words.split())
    variants = load_redirects()["crisis"].variants
    return next(v.stage for v in variants if plain.startswith(v.opening))


def test_a_likeness_is_asked_about_and_a_phrase_is_believed() -> None:
    perhaps = [v for v in load_redirects()["crisis"].variants if v.stage == "perhaps"]
    assert any(" ".join(ASKED.split()).startswith(v.opening) for v in perhaps)
    said = "I feel hollow and I want to kill myself"
    told = redirect("crisis", text=said, signals=SCREEN.screen(said).signals).text
    assert not any(" ".join(told.split()).startswith(v.opening) for v in perhaps)


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "No, not at all.",
        "oh god no, I was talking about the train",
        "What? No. I slept nine hours.",
        "no no, i meant my stomach",
        "I meant the tablet, the ipad",
        "that's not what I meant",
        "you misread me",
        "I'm not suicidal, I had soup and went to bed",
        "It was a figure of speech",
    ],
)
def test_her_no_ends_it_and_leaves_nothing_behind(text: str) -> None:
    assert _stage(text) == "misheard"
    found, known = _answered(text)
    assert not crisis_in_force(known)
    # This turn still belongs to the question; the next one is coached, and nothing is closed.
    assert decide(found, SCREEN.screen("", THREAD).thread).route == "crisis"
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
        "no. " + "I went to the shops and then home again. " * 12,
    ],
)
def test_nothing_but_a_plain_no_ends_it(text: str) -> None:
    assert _stage(text) != "misheard"
    assert crisis_in_force(_answered(text)[1])


@pytest.mark.parametrize(
    "thread",
    [
        [Turn(role="user", content="I want to kill myself"), THREAD[1]],
        [Turn(role="user", content="I want to kill myself"), THREAD[1], *THREAD],
        [*THREAD, Turn(role="user", content="i want to kill myself"), THREAD[1]],
        # Another question was the last one.
        [*THREAD, Turn(role="assistant", content="Who is near you?", route="crisis")],
        THREAD[:1],
    ],
)
def test_what_was_said_plainly_is_not_ended_by_a_no(thread: list[Turn]) -> None:
    found = SCREEN.screen("no")
    told = SCREEN.screen("", thread).thread
    assert crisis_in_force(told)
    assert denied("no", found.signals, told, thread) is None


def test_a_retold_thread_remembers_the_no() -> None:
    thread = [*THREAD, Turn(role="user", content="no, I meant I was tired"), THREAD[1]]
    told = SCREEN.screen("", thread).thread
    assert [one.by for one in told] == ["classifier:crisis", "answer:misheard"]
    assert decide(SCREEN.screen("He took the pan."), told).route == "coach"


def test_a_crisis_before_it_keeps_its_care() -> None:
    earlier = Disclosure(kind="crisis", about="self", evidence="", by="rules:x", score=0.9)
    safe = Disclosure(kind="safe_now", about="self", evidence="", by="rules:y", score=0.9)
    _, known = _answered("no")
    assert decide(SCREEN.screen("He took the pan."), [earlier, safe, *known]).forbidden == {
        "crisis"
    }
