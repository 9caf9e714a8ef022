"""The one client class behind which every model stands, local or elsewhere."""

import contextlib
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import openai
from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import LLMResult
from langchain_core.runnables import RunnableConfig
from langchain_openai import ChatOpenAI
from langsmith import tracing_context

from coach.errors import ConfigError
from coach.models.local import Address
from coach.settings import Settings

__all__ = ["chat_model", "close_chat", "local_chat_model", "untraced"]

_OPENAI_HOST = re.compile(r"^https://[a-z0-9.-]*\bopenai\.com(/|$)", re.IGNORECASE)
_NO_KEY = "none"  # the client insists on one; Ollama and others ignore it
_CONNECT_SECONDS = 5.0
_TEMPERATURE = 0.3
_MAX_TOKENS = 220


def untraced() -> contextlib.AbstractContextManager[None]:
    """Keep what runs inside from being sent to LangSmith, whatever the environment says.

    Wrap the running of a graph in it: a graph traces its own inputs, which are a
    person's words. Models made here do it by themselves.

    Returns:
        A context manager.
    """
    return tracing_context(enabled=False)


def chat_model(settings: Settings) -> ChatOpenAI:
    """Make the client of the endpoint that was asked for by name.

    Args:
        settings: The settings; `model`, `api_key`, `base_url` and the time limits are read.

    Returns:
        A streaming client that retries nothing and traces nothing.

    Raises:
        ConfigError: `COACH_MODEL` is missing, or the key is missing where one is needed.
    """
    key = settings.api_key.get_secret_value() if settings.api_key is not None else ""
    if not settings.model:
        raise ConfigError("COACH_LLM=endpoint needs COACH_MODEL, the name of the model to ask.")
    if not key and not settings.base_url:
        raise ConfigError(
            "COACH_LLM=endpoint needs OPENAI_API_KEY, or OPENAI_BASE_URL for a server without keys."
        )
    return _make(settings, settings.endpoint_url, key or _NO_KEY, settings.model)


def local_chat_model(settings: Settings, address: Address) -> ChatOpenAI:
    """Make the client of a local model.

    Args:
        settings: The settings; the time limits are read.
        address: Where the local model answers.

    Returns:
        A streaming client that retries nothing and traces nothing, and that reaches the
        loopback address past any proxy of the environment.
    """
    return _make(settings, address.base_url, address.api_key, address.model, loopback=True)


async def close_chat(chat: ChatOpenAI) -> None:
    """Close the connections of a client made here.

    Args:
        chat: The client.
    """
    await chat.root_async_client.close()
    chat.root_client.close()


def _make(
    settings: Settings, base_url: str, api_key: str, model: str, *, loopback: bool = False
) -> ChatOpenAI:
    # Waiting for the first token is the longest silence there is; whoever drafts an
    # answer keeps the finer limits.
    silence = max(settings.first_token_timeout, settings.stall_timeout)
    timeout = openai.Timeout(silence, connect=_CONNECT_SECONDS)
    # Clients of its own, so that they can be closed, and so that no address, proxy or
    # gateway from the environment takes their place.
    common: dict[str, Any] = {"trust_env": not loopback, "timeout": timeout}
    return _PrivateChat(
        model=model,
        base_url=base_url,
        api_key=api_key,
        openai_proxy=None,
        http_client=openai.DefaultHttpxClient(**common),
        http_async_client=openai.DefaultAsyncHttpxClient(**common),
        http_socket_options=(),
        timeout=timeout,
        stream_chunk_timeout=silence,
        max_retries=0,
        temperature=_TEMPERATURE,
        max_tokens=_MAX_TOKENS,
        streaming=True,
        stream_usage=False,
        use_responses_api=False,
    )


class _PrivateChat(ChatOpenAI):
    """A client whose calls are never traced, because they hold a person's words."""

    def generate(self, *args: Any, **kwargs: Any) -> LLMResult:
        with untraced():
            return super().generate(*args, **kwargs)

    async def agenerate(self, *args: Any, **kwargs: Any) -> LLMResult:
        with untraced():
            return await super().agenerate(*args, **kwargs)

    def stream(
        self, input: LanguageModelInput, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[AIMessageChunk]:
        chunks = super().stream(input, config, **kwargs)
        with contextlib.closing(chunks):  # type: ignore[type-var]
            while True:
                with untraced():
                    chunk = next(chunks, None)
                if chunk is None:
                    return
                yield chunk

    async def astream(
        self, input: LanguageModelInput, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncIterator[AIMessageChunk]:
        chunks = super().astream(input, config, **kwargs)
        # Entered anew for each chunk: held across a yield it would leak into the caller.
        async with contextlib.aclosing(chunks):  # type: ignore[type-var]
            while True:
                with untraced():
                    chunk = await anext(chunks, None)
                if chunk is None:
                    return
                yield chunk

    def _get_request_payload(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        payload: dict[str, Any] = super()._get_request_payload(*args, **kwargs)
        # Several compatible servers know the older name of this limit only.
        if not _OPENAI_HOST.match(self.openai_api_base or "") and (
            limit := payload.pop("max_completion_tokens", None)
        ):
            payload["max_tokens"] = limit
        return payload
