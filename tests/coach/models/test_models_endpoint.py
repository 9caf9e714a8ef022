"""The client: what it sends, how it fails, and that nothing of a talk leaks beside it."""

import logging
from collections.abc import Iterator
from typing import Any
from unittest.mock import MagicMock

import anyio
import openai
import pytest
from anyio import to_thread
from fakes.endpoint import FakeEndpoint
from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import HumanMessage
from langchain_core.tracers import LangChainTracer
from langsmith.utils import get_env_var, tracing_is_enabled

from coach.errors import ConfigError
from coach.models import chat_model, untraced
from coach.models.endpoint import close_chat
from coach.settings import Settings

from .conftest import until

pytestmark = pytest.mark.anyio

HERS = "he left on a Tuesday"


def settings_for(fake: FakeEndpoint, mode: str, **more: Any) -> Settings:
    return Settings.load(llm="endpoint", base_url=fake.url, model=mode, **more)


async def collect(settings: Settings) -> str:
    chat = chat_model(settings)
    try:
        return "".join([str(chunk.content) async for chunk in chat.astream(HERS)])
    finally:
        await close_chat(chat)


async def test_it_streams_in_pieces_and_asks_for_a_short_answer(
    fake_endpoint: FakeEndpoint,
) -> None:
    chat = chat_model(settings_for(fake_endpoint, "ok"))
    pieces = [str(chunk.content) async for chunk in chat.astream(HERS)]
    await close_chat(chat)
    assert "".join(pieces) == fake_endpoint.text
    assert len([piece for piece in pieces if piece]) > 5
    (body,) = fake_endpoint.requests
    assert body["stream"] is True
    assert body["max_tokens"] == 220  # the name that every compatible server knows
    assert "max_completion_tokens" not in body
    assert body["temperature"] < 0.5
    assert body["messages"] == [{"role": "user", "content": HERS}]


@pytest.mark.parametrize(
    ("mode", "error"),
    [
        ("429", openai.RateLimitError),
        ("500", openai.InternalServerError),
        ("cut", openai.APIConnectionError),
        ("garbage", ValueError),
    ],
)
async def test_a_fault_is_raised_at_once_and_nothing_is_retried(
    fake_endpoint: FakeEndpoint, mode: str, error: type[Exception]
) -> None:
    with pytest.raises(error) as caught:
        await collect(settings_for(fake_endpoint, mode))
    assert HERS not in str(caught.value)
    assert len(fake_endpoint.requests) == 1


@pytest.mark.parametrize("mode", ["silence", "stall"])
async def test_silence_ends_by_itself(fake_endpoint: FakeEndpoint, mode: str) -> None:
    settings = settings_for(fake_endpoint, mode, first_token_timeout=0.3, stall_timeout=0.3)
    with anyio.fail_after(5), pytest.raises((openai.APIConnectionError, TimeoutError)):
        await collect(settings)
    await until(lambda: not fake_endpoint.open, 5)


async def test_leaving_the_stream_closes_it(fake_endpoint: FakeEndpoint) -> None:
    chat = chat_model(settings_for(fake_endpoint, "stall"))
    with anyio.move_on_after(0.5) as scope:
        async for _ in chat.astream(HERS):
            pass
    assert scope.cancelled_caught
    await until(lambda: not fake_endpoint.open, 5)
    await close_chat(chat)


async def test_a_fault_of_the_first_time_is_gone_the_second(fake_endpoint: FakeEndpoint) -> None:
    settings = settings_for(fake_endpoint, "fail-once:429")
    with pytest.raises(openai.RateLimitError):
        await collect(settings)
    assert await collect(settings) == fake_endpoint.text


def test_an_endpoint_without_a_model_or_a_key_is_told_by_variable() -> None:
    with pytest.raises(ConfigError, match="COACH_MODEL"):
        chat_model(Settings.load(llm="endpoint", api_key="k"))
    with pytest.raises(ConfigError, match="OPENAI_API_KEY"):
        chat_model(Settings.load(llm="endpoint", model="m"))


async def test_the_key_is_sent_and_a_server_without_keys_needs_none(
    fake_endpoint: FakeEndpoint,
) -> None:
    await collect(settings_for(fake_endpoint, "ok", api_key="mine"))
    await collect(settings_for(fake_endpoint, "ok"))
    sent = [headers["authorization"] for headers in fake_endpoint.headers]
    assert sent == ["Bearer mine", "Bearer none"]


def test_no_gateway_or_address_of_the_environment_takes_the_place_of_openai(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LANGSMITH_GATEWAY", "true")
    monkeypatch.setenv("LANGSMITH_GATEWAY_API_KEY", "theirs")
    monkeypatch.setenv("OPENAI_API_BASE", "http://elsewhere.example/v1")
    chat = chat_model(Settings.load(llm="endpoint", model="m", api_key="mine"))
    assert str(chat.root_async_client.base_url) == "https://api.openai.com/v1/"
    assert chat.root_async_client.api_key == "mine"


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """LangSmith switched on by a stray variable; gives what its tracer was handed."""
    handed: list[str] = []

    def record(self: LangChainTracer, _: object, messages: Any, **more: Any) -> Any:
        handed.append(str(messages))
        return start(self, _, messages, **more)

    start = LangChainTracer.on_chat_model_start
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setattr(LangChainTracer, "on_chat_model_start", record)
    monkeypatch.setattr("langchain_core.tracers.langchain.get_client", lambda: MagicMock())
    get_env_var.cache_clear()
    yield handed
    monkeypatch.undo()
    get_env_var.cache_clear()


async def test_a_stray_tracing_variable_traces_nothing(
    fake_endpoint: FakeEndpoint, traced: list[str]
) -> None:
    # Were nothing done, the words would be handed over.
    FakeListChatModel(responses=["x"]).invoke(HERS)
    assert len(traced) == 1
    with untraced():
        FakeListChatModel(responses=["x"]).invoke(HERS)
    assert len(traced) == 1

    chat = chat_model(settings_for(fake_endpoint, "ok"))
    async for _ in chat.astream(HERS):
        assert tracing_is_enabled()  # the caller's own is untouched
    await chat.ainvoke([HumanMessage(HERS)])
    await to_thread.run_sync(lambda: list(chat.stream(HERS)))
    await to_thread.run_sync(chat.invoke, HERS)
    await close_chat(chat)
    assert len(fake_endpoint.requests) == 4
    assert len(traced) == 1


async def test_no_log_level_makes_the_client_log_a_message(
    fake_endpoint: FakeEndpoint, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("openai").setLevel(logging.DEBUG)
    with caplog.at_level(logging.DEBUG):
        await collect(settings_for(fake_endpoint, "ok"))
    assert HERS not in caplog.text
