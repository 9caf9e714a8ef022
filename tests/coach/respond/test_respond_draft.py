"""The one LLM call, against an endpoint that goes wrong in every known way."""

import contextlib
import time
from collections.abc import AsyncIterator

import anyio
import pytest
from fakes.endpoint import TEXT, FakeEndpoint
from langchain_core.messages import HumanMessage

from coach.models.endpoint import chat_model, close_chat
from coach.respond.draft import DraftError, Limits, draft
from coach.settings import Settings

pytestmark = pytest.mark.anyio

SHORT = Limits(first_token=0.6, stall=0.5, total=4.0)
SENTENCES = [
    "That sounds like a heavy evening.",
    "You could let the wish to write to him be there without acting on it tonight.",
    "What would you want to say to yourself instead?",
]


@contextlib.asynccontextmanager
async def asked(
    fake: FakeEndpoint, mode: str, limits: Limits = SHORT
) -> AsyncIterator[AsyncIterator[str]]:
    settings = Settings.load(llm="endpoint", model=mode, base_url=fake.url, api_key="k")
    chat = chat_model(settings)
    try:
        async with contextlib.aclosing(draft(chat, [HumanMessage("hi")], limits)) as sentences:
            yield sentences
    finally:
        await close_chat(chat)


async def taken(fake: FakeEndpoint, mode: str, limits: Limits = SHORT) -> tuple[list[str], str]:
    """The sentences, and why it ended."""
    found: list[str] = []
    try:
        async with asked(fake, mode, limits) as sentences:
            async for sentence in sentences:
                found.append(sentence)
    except DraftError as error:
        return found, error.failure
    return found, ""


async def closed(fake: FakeEndpoint) -> None:
    with anyio.fail_after(3):
        while fake.open:  # noqa: ASYNC110
            await anyio.sleep(0.02)


async def test_a_whole_draft(fake_endpoint: FakeEndpoint) -> None:
    assert await taken(fake_endpoint, "ok") == (SENTENCES, "")
    assert len(fake_endpoint.requests) == 1


@pytest.mark.parametrize(
    ("mode", "failure", "requests"),
    [
        ("429", "rate_limit", 2),
        ("500", "server", 2),
        ("503", "server", 2),
        # A wrong key, name or request is as wrong a second later.
        ("400", "server", 1),
        ("401", "server", 1),
        ("404", "server", 1),
        ("garbage", "garbled", 2),
        ("silence", "timeout", 1),
    ],
)
async def test_a_fault_before_the_first_word(
    fake_endpoint: FakeEndpoint, mode: str, failure: str, requests: int
) -> None:
    assert await taken(fake_endpoint, mode) == ([], failure)
    assert len(fake_endpoint.requests) == requests
    await closed(fake_endpoint)


@pytest.mark.parametrize("mode", ["fail-once:429", "fail-once:500", "fail-once:garbage"])
async def test_one_retry_saves_the_draft(fake_endpoint: FakeEndpoint, mode: str) -> None:
    assert await taken(fake_endpoint, mode) == (SENTENCES, "")
    assert len(fake_endpoint.requests) == 2


@pytest.mark.parametrize(("mode", "failure"), [("cut", "cut"), ("stall", "timeout")])
async def test_no_retry_after_a_sentence_was_shown(
    fake_endpoint: FakeEndpoint, mode: str, failure: str
) -> None:
    fake_endpoint.text = "Yes. That is hard. And it goes on, and on, and on, and on."
    found, why = await taken(fake_endpoint, mode)
    assert (found[0], why) == ("Yes.", failure)
    assert len(fake_endpoint.requests) == 1


async def test_a_dead_address_is_a_connection_failure(fake_endpoint: FakeEndpoint) -> None:
    dead = FakeEndpoint(url="http://127.0.0.1:9/v1")
    assert await taken(dead, "ok") == ([], "connection")


@pytest.mark.parametrize(
    ("mode", "limits", "longest"),
    [
        ("silence", Limits(0.4, 5, 9), 1.5),
        ("stall", Limits(5, 0.4, 9), 1.5),
        ("slow", Limits(5, 5, 0.5), 1.5),
        ("429", Limits(5, 5, 0.5), 0.9),  # no time left for the second try
    ],
)
async def test_the_time_limits_hold(
    fake_endpoint: FakeEndpoint, mode: str, limits: Limits, longest: float
) -> None:
    began = time.monotonic()
    _, why = await taken(fake_endpoint, mode, limits)
    assert why in ("timeout", "rate_limit")
    assert time.monotonic() - began < longest
    await closed(fake_endpoint)


async def test_closing_it_ends_the_request(fake_endpoint: FakeEndpoint) -> None:
    fake_endpoint.text = TEXT + " More, and more, and more." * 40
    async with asked(fake_endpoint, "slow") as sentences:
        assert await anext(sentences) == SENTENCES[0]
        assert fake_endpoint.open == 1
    await closed(fake_endpoint)


async def test_cancelling_it_ends_the_request(fake_endpoint: FakeEndpoint) -> None:
    with anyio.move_on_after(0.3) as scope:
        await taken(fake_endpoint, "silence", Limits(9, 9, 9))
    assert scope.cancelled_caught
    await closed(fake_endpoint)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two. Three", ["One.", "Two.", "Three"]),
        ("You say “it is over.” And you wait.", ["You say “it is over.”", "And you wait."]),
        ('You ask "why?" and wait. Then sleep.', ['You ask "why?" and wait.', "Then sleep."]),
        ("It hurts... and stays. So.", ["It hurts... and stays.", "So."]),
        ("It hurts… So be it.", ["It hurts…", "So be it."]),
        ("Dr. No left, e.g. him. End.", ["Dr. No left, e.g. him.", "End."]),
        ("1. Feel it.\n2. Let it go.", ["1. Feel it.", "2. Let it go."]),
        ("- Feel it\n- Let it go\n", ["- Feel it", "- Let it go"]),
        ("That hurts. 💔 What now?", ["That hurts.", "💔 What now?"]),
        ("After 3.5 years it ends. Yes.", ["After 3.5 years it ends.", "Yes."]),
        ("What?! No.", ["What?!", "No."]),
        ("all small. still a sentence.", ["all small.", "still a sentence."]),
    ],
)
async def test_where_sentences_end(
    fake_endpoint: FakeEndpoint, text: str, sentences: list[str]
) -> None:
    fake_endpoint.text = text
    assert await taken(fake_endpoint, "ok") == (sentences, "")


@pytest.mark.parametrize("text", ["", "   ", "\ufffd\ufffd\ufffd", "%$#@ ^&*( 1234 )(*& " * 8])
async def test_no_words_are_garbled(
    fake_endpoint: FakeEndpoint, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coach.respond.draft._RETRY_AFTER", 0.01)
    fake_endpoint.text = text
    assert await taken(fake_endpoint, "ok") == ([], "garbled")
