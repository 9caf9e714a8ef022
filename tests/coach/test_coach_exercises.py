"""Exercises, facts, visits and languages, on the whole road of a message."""

from datetime import UTC, datetime, timedelta

import pytest
from fakes.endpoint import FakeEndpoint

from coach.reply import Reply, Turn
from coach.sitting import Sitting, sitting_of

from .conftest import Open
from .turns import thread_of

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def test_an_exercise_from_its_name_to_its_page(open_coach: Open) -> None:
    async with open_coach() as coach:
        thread = thread_of(coach)
        replies = [
            await coach.areply(text, thread=thread, person="ann")
            for text in (
                "i want to write to him so badly",
                "Give me the exercise about the urge to write",
                "done, ten minutes are over",
                "dear tom, the garden is dead and so is the radio",
                "i need to sleep, that is all",
            )
        ]
        pages = coach.records.journal.pages("ann")
    states = [reply.exercise for reply in replies]
    assert replies[1].route == "exercise"
    assert states[1] is not None
    assert (states[1].id, states[1].step) == ("urge-to-write", 1)
    last = states[-1]
    assert last is not None
    assert last.status == "done"
    assert last.page is not None
    assert "the garden is dead and so is the radio" in last.page.text
    assert [page.exercise for page in pages] == ["urge-to-write"]
    assert pages[0].revisit_on is not None
    assert all(reply.text.count("?") <= 1 for reply in replies)


async def test_a_crisis_ends_the_exercise_she_was_in(open_coach: Open) -> None:
    async with open_coach() as coach:
        thread = thread_of(coach)
        await coach.areply("give me the exercise on letting go", thread=thread, person="ann")
        grave = await coach.areply("i want to kill myself", thread=thread, person="ann")
        after = await coach.areply("another exercise please", thread=thread, person="ann")
    assert grave.route == "crisis"
    assert grave.exercise is None
    assert after.exercise is None


async def test_another_matter_leaves_the_exercise_and_is_answered(open_coach: Open) -> None:
    async with open_coach() as coach:
        first = await coach.areply("let us do the exercise on new energy")
        assert first.exercise is not None
        history = [Turn(role="user", content="let us do the exercise"), first.turn]
        reply = await coach.areply(
            "why does it still hurt so much after two months?", history=history
        )
    assert reply.route == "coach"
    assert reply.text
    assert reply.exercise is not None
    assert reply.exercise.status == "left"


async def test_after_abuse_no_exercise_is_about_him(open_coach: Open) -> None:
    async with open_coach() as coach:
        thread = thread_of(coach)
        await coach.areply("he hit me last month", thread=thread, person="ann")
        reply = await coach.areply("list three things i admire", thread=thread, person="ann")
    assert reply.exercise is None or reply.exercise.id not in ("three-things", "do-differently")


async def test_what_she_told_is_kept_and_can_be_forgotten(open_coach: Open) -> None:
    async with open_coach() as coach:
        thread = thread_of(coach)
        text = "my husband left me in march, we were together nine years"
        told = await coach.areply(text, thread=thread, person="ann")
        again = await coach.areply("i still miss my husband", thread=thread, person="ann")
        kept = coach.records.memory.facts("ann")
        coach.records.memory.forget_all("ann")
        left = coach.records.memory.facts("ann")
    assert {(fact.kind, fact.value) for fact in told.facts} >= {
        ("ex_word", "husband"),
        ("together", "nine years"),
        ("who_ended", "ex"),
    }
    assert not again.facts
    assert {one.fact for one in kept} == set(told.facts)
    assert left == []


async def test_the_model_is_told_what_she_told(asking: Open, fake_endpoint: FakeEndpoint) -> None:
    fake_endpoint.text = "It is a long way to come back from. What is the evening like?"
    async with asking("ok") as coach:
        history = [
            Turn(role="user", content="my husband left me in march after nine years together"),
            Turn(role="assistant", content="That is a long time.", route="coach"),
        ]
        await coach.areply("i do not know what to do with my evenings", history=history)
    sent = fake_endpoint.requests[-1]["messages"][-1]["content"]
    assert "KNOWN:" in sent
    assert "nine years" in sent


async def test_a_check_in_is_asked_when_she_comes_and_when_she_goes(open_coach: Open) -> None:
    async with open_coach() as coach:
        thread = thread_of(coach)
        first = await coach.areply("i miss her", thread=thread, person="ann")
        second = await coach.areply("mostly at night", thread=thread, person="ann")
        last = await coach.areply("thank you, good night", thread=thread, person="ann")
    assert (first.check_in, second.check_in, last.check_in) == ("start", None, "end")
    assert last.route == "close"
    assert "?" not in last.text


def test_a_visit_ends_with_a_long_pause() -> None:
    times = [NOON - timedelta(minutes=ago) for ago in (300, 290, 30, 25, 5)]
    assert sitting_of(times, NOON) == Sitting(minutes=30.0, turns=3, fresh=False)
    assert sitting_of(times[:2], NOON) == Sitting(minutes=0.0, turns=0, fresh=True)
    assert sitting_of([], NOON).fresh


async def test_without_a_model_another_language_is_told_so_kindly(open_coach: Open) -> None:
    async with open_coach() as coach:
        first = await coach.areply("mi novio me dejó y no puedo dejar de llorar")
        history = [Turn(role="user", content="mi novio me dejó"), first.turn]
        again = await coach.areply("no sé qué hacer", history=history)
    assert first.scope == again.scope == "language"
    assert "inglés" in first.text
    assert len(again.text) < len(first.text)


async def test_an_endpoint_answers_in_her_language_and_is_judged_in_english(
    asking: Open, fake_endpoint: FakeEndpoint
) -> None:
    fake_endpoint.text = (
        "That sounds like a very heavy evening. => Suena a una noche muy pesada.\n"
        "You could text him tonight. => Podrías escribirle esta noche.\n"
    )
    async with asking("ok") as coach:
        reply = await coach.areply("mi novio me dejó y no puedo dejar de llorar")
    assert "Spanish" in fake_endpoint.requests[-1]["messages"][0]["content"]
    assert reply.text == "Suena a una noche muy pesada."
    assert reply.interrupted == "gate"
    assert reply.stopped_sentences


@pytest.mark.parametrize(
    "text",
    [
        "Podrías escribirle esta noche.",
        "It is heavy. => Llama al 600 123 456 esta noche.",
        "It is heavy. => " + "Y además podrías llamarle y decirle todo lo que sientes. " * 4,
    ],
)
async def test_what_was_not_judged_is_not_shown(
    asking: Open, fake_endpoint: FakeEndpoint, text: str
) -> None:
    fake_endpoint.text = text
    async with asking("ok") as coach:
        reply: Reply = await coach.areply("mi novio me dejó y no puedo dejar de llorar")
    assert "inglés" in reply.text
    assert "escribirle" not in reply.text
    assert "600" not in reply.text
