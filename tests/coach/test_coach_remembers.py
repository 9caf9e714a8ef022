"""What a person told counts from then on, wherever she goes on talking."""

from contextlib import aclosing

import anyio
import pytest

from coach import Coach, Status
from coach.reply import Turn
from coach.safety import decide
from knowledge.stance import load_stance

from .conftest import Open
from .turns import HERS, thread_of

pytestmark = pytest.mark.anyio


async def test_a_disclosure_holds_in_every_thread_of_the_person(open_coach: Open) -> None:
    question = "how do i get him back, is there any chance that he wants me again?"
    async with open_coach() as coach:
        one, other = thread_of(coach), thread_of(coach)
        await coach.areply("he hit me on saturday", thread=one, person="ann")
        told = await coach.areply(question, thread=other, person="ann")
        stranger = await coach.areply(question, thread=thread_of(coach, "bea"), person="bea")
        open_to = load_stance()
    for sentence in told.sentences:
        if sentence.passage is not None:
            allowed = [s for s in open_to.sentences(sentence.passage) if s.allowed({"abuse"})]
            assert allowed
    assert {p.id for p in told.passages}.isdisjoint({"still-want-him"})
    assert told.text != stranger.text


async def routes(coach: Coach, *said: tuple[str | None, str]) -> list[str]:
    """The roads of Ann's messages, each with its thread."""
    return [(await coach.areply(text, thread=thread, person="ann")).route for thread, text in said]


async def test_being_safe_once_ends_no_later_crisis_of_another_thread(open_coach: Open) -> None:
    async with open_coach() as coach:
        a, b = thread_of(coach), thread_of(coach)
        found = await routes(
            coach,
            (a, "i want to kill myself"),
            (a, "i am safe now"),
            (b, "i want to kill myself"),
            (a, "i keep checking his instagram"),
        )
    assert found == ["crisis"] * 4


async def test_her_word_that_she_is_safe_ends_the_crisis_in_every_thread(open_coach: Open) -> None:
    async with open_coach() as coach:
        a, b = thread_of(coach), thread_of(coach)
        found = await routes(
            coach,
            (a, "i want to kill myself"),
            (b, "i am safe now"),
            (a, "i keep checking his instagram"),
            (b, "i keep checking his instagram"),
        )
        known = coach.records.in_force("ann")
        here = decide(coach.screen("i keep checking his instagram"), known)
    assert found == ["crisis", "crisis", "coach", "coach"]
    assert here.forbidden == {"crisis"}  # the care stays


async def test_a_correction_counts_where_the_false_alarm_was_raised(open_coach: Open) -> None:
    question = "how do i get him back"
    async with open_coach() as coach:
        thread = thread_of(coach)
        before = await routes(coach, (thread, "he cheated on me"), (thread, question))
        (told,) = coach.records.disclosures("ann")
        coach.records.correct("ann", told.id)
        after = await routes(coach, (thread, question))
    assert before == ["cheating", "cheating"]
    assert after == ["coach"]


async def test_a_reason_names_the_very_disclosure_it_rests_on(open_coach: Open) -> None:
    async with open_coach() as coach:
        a, b, c = thread_of(coach), thread_of(coach), thread_of(coach)
        await routes(coach, (a, "he hit me"), (b, "he hit me"), (b, "my father beat me"))
        first, second, *_ = coach.records.disclosures("ann")
        coach.records.correct("ann", second.id)
        reply = await coach.areply("how do i get him back", thread=c, person="ann")
        (reason,) = reply.reasons
        assert (reason.earlier, reason.disclosure) == (True, first.id)
        stored = coach.records.history("ann", c)[-1].reply
    assert stored == reply


async def test_what_a_person_told_holds_without_a_thread(open_coach: Open) -> None:
    async with open_coach() as coach:
        thread = thread_of(coach)
        found = await routes(coach, (thread, "he hit me"), (None, "how do i get him back"))
        nobody = await coach.areply("how do i get him back")
    assert found == ["abuse", "abuse"]
    assert nobody.route == "coach"


async def test_without_a_thread_only_her_disclosures_stay_and_not_her_words(
    open_coach: Open,
) -> None:
    async with open_coach() as coach:
        told = await coach.areply("he hit me on saturday", person="ann")
        (stored,) = coach.records.disclosures("ann")
        assert coach.records.threads("ann") == []
        assert told.disclosures[0].evidence
        assert (stored.disclosure.kind, stored.disclosure.evidence) == ("abuse", "")
        assert (stored.thread, stored.turn) == (None, None)
        found = await routes(coach, (thread_of(coach), "how do i get him back"))
    assert found == ["abuse"]


async def test_a_conversation_handed_over_and_the_records_cannot_end_each_others_crisis(
    open_coach: Open,
) -> None:
    said = [Turn(role="user", content=text) for text in ("i want to kill myself", "i am safe now")]
    async with open_coach() as coach:
        await routes(coach, (None, "i want to kill myself"))
        reply = await coach.areply("i keep checking his page", person="ann", history=said)
        assert reply.route == "crisis"
        await routes(coach, (None, "i am safe now"))
        reply = await coach.areply("i keep checking his page", person="ann", history=said)
        assert reply.route == "coach"
        reply = await coach.areply("i keep checking his page", person="ann", history=said[:1])
        assert reply.route == "crisis"


async def test_a_thread_without_a_person_is_that_of_the_one_at_this_machine(
    open_coach: Open,
) -> None:
    async with open_coach() as coach:
        thread = thread_of(coach, "local")
        await coach.areply("he hit me", thread=thread)
        assert len(coach.records.history("local", thread)) == 2


@pytest.mark.parametrize("in_thread", [True, False])
@pytest.mark.parametrize("text", ["he hit me", HERS])
async def test_what_she_told_counts_however_early_she_stops(
    open_coach: Open, text: str, in_thread: bool
) -> None:
    async with open_coach() as coach:
        thread = thread_of(coach)
        where = thread if in_thread else None
        async with aclosing(coach.astream(text, thread=where, person="ann")) as events:
            assert isinstance(await anext(events), Status)
        kinds = [told.kind for told in coach.records.in_force("ann")]
        turns = [turn.turn.content for turn in coach.records.history("ann", thread)]
    assert kinds == (["abuse"] if text == "he hit me" else [])
    assert turns == ([text, ""] if in_thread and kinds else [])


async def test_what_she_told_counts_when_she_is_cut_off_at_once(open_coach: Open) -> None:
    async with open_coach() as coach:
        with anyio.CancelScope() as scope:
            async for _ in coach.astream("he hit me", person="ann"):
                scope.cancel()
        assert [told.kind for told in coach.records.in_force("ann")] == ["abuse"]
