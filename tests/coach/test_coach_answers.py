"""The road of one message with a model behind it, well and out of order."""

import pytest
from fakes.endpoint import FakeEndpoint

from coach import Coach, Reply, Status
from coach.reply import Turn

from .conftest import Open
from .turns import HERS, heard, settled, shown

pytestmark = pytest.mark.anyio

GOOD = (
    "There is so much pull in that evening. The article would have you give him space, without "
    "calling or texting. What do you most want him to understand?"
)


async def test_a_whole_draft_is_shown(asking: Open, fake_endpoint: FakeEndpoint) -> None:
    fake_endpoint.text = GOOD
    async with asking("ok") as coach:
        events = await heard(coach, HERS)
    reply = events[-1]
    assert isinstance(reply, Reply)
    assert isinstance(events[0], Status)
    assert reply.text == GOOD == " ".join(shown(events))
    assert (reply.mode, reply.interrupted, reply.scope) == ("llm", None, "covered")
    assert reply.model == "ok"
    assert reply.prompt_version is not None
    named = [sentence.passage for sentence in reply.sentences]
    assert named[1] in {passage.id for passage in reply.passages}
    assert (named[0], named[2]) == (None, None)
    assert {"screen", "retrieve", "first_sentence", "total"} <= set(reply.timings_ms)


async def test_what_the_model_is_asked(asking: Open, fake_endpoint: FakeEndpoint) -> None:
    async with asking("ok") as coach:
        await coach.areply(HERS)
        await coach.areply("and now i did it again, he wont answer, how do i stop")
    first, second = (request["messages"] for request in fake_endpoint.requests)
    assert first[:-1] == second[:-1]
    assert HERS in first[-1]["content"]
    assert "EX: your ex (he)" in first[-1]["content"]


@pytest.mark.parametrize(
    ("mode", "why"),
    [
        ("429", "rate_limit"),
        ("500", "server"),
        ("garbage", "garbled"),
        ("silence", "timeout"),
        ("cut", "cut"),
        ("stall", "timeout"),
    ],
)
async def test_no_fault_leaves_her_without_an_answer(
    asking: Open, fake_endpoint: FakeEndpoint, mode: str, why: str
) -> None:
    fake_endpoint.text = "One long sentence that is broken off before it has come to its end."
    async with asking(mode) as coach:
        events = await heard(coach, HERS)
        await settled(fake_endpoint)
    reply = events[-1]
    assert isinstance(reply, Reply)
    assert (reply.mode, reply.interrupted) == ("article", why)
    assert reply.model == mode
    assert reply.text == " ".join(shown(events))
    assert reply.text.endswith("?")
    assert reply.scope == "covered"
    assert reply.passages


@pytest.mark.parametrize("mode", ["cut", "stall"])
async def test_the_composer_finishes_what_was_begun(
    asking: Open, fake_endpoint: FakeEndpoint, mode: str
) -> None:
    fake_endpoint.text = "It aches. It pulls at you. And then there is the long night, still."
    async with asking(mode) as coach:
        reply = await coach.areply(HERS)
    assert reply.mode == "mixed"
    assert reply.sentences[0].text == "It aches."
    assert reply.text.count("?") == 1
    assert reply.text.endswith("?")
    assert reply.scope == "covered"


async def test_a_bad_sentence_ends_the_model_and_not_the_answer(
    asking: Open, fake_endpoint: FakeEndpoint
) -> None:
    bad = "You could text him right now."
    fake_endpoint.text = f"That pull sounds strong. {bad} " + "And it goes on. " * 60
    async with asking("slow") as coach:
        thread = await thread_of(coach)
        events = await heard(coach, HERS, thread=thread)
        await settled(fake_endpoint)  # long before it had written all of that
        stored = coach.records.history("ann", thread)
    reply = events[-1]
    assert isinstance(reply, Reply)
    assert (reply.mode, reply.interrupted) == ("mixed", "gate")
    assert reply.stopped_sentences == (f"{bad}\tstarts-contact",)
    assert reply.sentences[0].text == "That pull sounds strong."
    assert bad not in reply.text
    assert reply.text.endswith("?")
    assert reply.text == " ".join(shown(events)) == stored[-1].turn.content
    assert stored[-1].reply == reply.model_copy(update={"facts": ()})  # kept in one place only


async def test_a_draft_without_a_question_is_given_one(
    asking: Open, fake_endpoint: FakeEndpoint
) -> None:
    fake_endpoint.text = GOOD.rpartition(". ")[0] + "."
    async with asking("ok") as coach:
        reply = await coach.areply(HERS)
    assert reply.text.startswith(fake_endpoint.text)
    assert (reply.mode, reply.interrupted) == ("mixed", None)
    assert reply.text.count("?") == 1
    assert reply.text.endswith("?")


async def test_a_draft_of_which_nothing_passes(asking: Open, fake_endpoint: FakeEndpoint) -> None:
    fake_endpoint.text = "I miss him so much. My heart is heavy."
    async with asking("ok") as coach:
        reply = await coach.areply(HERS)
    assert (reply.mode, reply.interrupted) == ("article", "gate")
    assert len(reply.stopped_sentences) == 2


async def test_a_hello_and_a_redirect_ask_no_model(
    asking: Open, fake_endpoint: FakeEndpoint
) -> None:
    async with asking("ok") as coach:
        hello = await coach.areply("hi")
        crisis = await coach.areply("i want to kill myself")
    assert fake_endpoint.requests == []
    assert "AI" in hello.text
    assert (crisis.route, crisis.mode, crisis.model) == ("crisis", "redirect", None)


async def test_a_soft_redirect_opens_and_then_answers(
    asking: Open, fake_endpoint: FakeEndpoint
) -> None:
    fake_endpoint.text = "Two people hurt you at the same time. What hurts the most about it?"
    async with asking("ok") as coach:
        events = await heard(coach, "he cheated on me with my best friend and i feel worthless")
    reply = events[-1]
    assert isinstance(reply, Reply)
    assert reply.route == "cheating"
    opening, _, answer = reply.text.rpartition("\n\n")
    assert opening
    assert answer.startswith("Two people hurt you at the same time.")
    order = shown(events)
    assert [sentence.text for sentence in reply.sentences] == order
    assert order.index("Two people hurt you at the same time.") >= 2
    assert [text for text in order if text in opening] == order[
        : len(order) - answer.count(". ") - 1
    ]


async def test_a_restricted_draft_reopens_nothing(
    asking: Open, fake_endpoint: FakeEndpoint
) -> None:
    bad = "Perhaps the two of you get back together."
    fake_endpoint.text = f"Two people hurt you at the same time. {bad} What now?"
    history = [Turn(role="user", content="he cheated on me last year")]
    async with asking("ok") as coach:
        reply = await coach.areply("i still lie awake thinking of him", history=history)
    assert reply.interrupted == "gate"
    assert bad not in reply.text


async def test_a_stray_key_selects_nothing(
    open_coach: Open, fake_endpoint: FakeEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-stray")
    monkeypatch.setenv("OPENAI_BASE_URL", fake_endpoint.url)
    monkeypatch.setenv("COACH_MODEL", "ok")
    async with open_coach() as coach:
        reply = await coach.areply(HERS)
    assert fake_endpoint.requests == []
    assert (reply.mode, reply.model, reply.interrupted) == ("article", None, None)


async def thread_of(coach: Coach, person: str = "ann") -> str:
    coach.records.ensure_person(person)
    return coach.records.create_thread(person).id


@pytest.mark.parametrize(
    "message",
    ["he texted me and i do not know whether to answer", "what three things do i admire about him"],
)
async def test_what_is_closed_gets_company_and_no_other_idea(
    open_coach: Open, message: str
) -> None:
    told = (Turn(role="user", content="he hit me last night"), Turn(role="assistant", content="…"))
    async with open_coach() as coach:
        free = await coach.areply(message)
        after = await coach.areply(message, history=told)
    assert free.scope == "covered"
    assert after.passages == ()
    assert after.scope == "feeling"  # the article is not silent, it is closed to her


async def test_a_small_model_that_offers_no_idea_is_helped(
    asking: Open, fake_endpoint: FakeEndpoint
) -> None:
    fake_endpoint.text = "That sounds tiring. What do you feel when you look?"
    async with asking("ok") as coach:
        reply = await coach.areply("i keep checking his page every hour and it makes me sick")
    assert reply.mode == "mixed"
    assert [bool(sentence.passage) for sentence in reply.sentences] == [False, True, False]
    assert reply.sentences[-1].text == "What do you feel when you look?"


async def test_the_thoughts_of_a_reasoning_model_stay_its_own(
    asking: Open, fake_endpoint: FakeEndpoint
) -> None:
    thoughts = "<think>\nOkay, the user is sad. They miss their ex. Ask something.\n</think>\n\n"
    fake_endpoint.text = thoughts + GOOD
    async with asking("ok") as coach:
        reply = await coach.areply(HERS)
    assert reply.text == GOOD


async def test_thoughts_that_never_end_are_finished_by_the_composer(
    asking: Open, fake_endpoint: FakeEndpoint
) -> None:
    fake_endpoint.text = "<think>The user is sad. I should name the feeling. What do they want?"
    async with asking("ok") as coach:
        reply = await coach.areply(HERS)
    assert reply.mode == "article"
    assert "The user" not in reply.text
