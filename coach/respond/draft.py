"""The one LLM call of a turn: stream it, cut it into sentences, tell why it failed."""

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Literal

import httpx
import openai
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_openai import ChatOpenAI

__all__ = ["DraftError", "Failure", "Limits", "draft", "split_sentences"]

Failure = Literal["timeout", "rate_limit", "connection", "server", "garbled", "cut"]

_log = logging.getLogger(__name__)

_THOUGHT = re.compile(r"<(think\w*|reasoning)>.*?</\1>", re.DOTALL | re.IGNORECASE)
# Open, or only begun: the tag may come in pieces.
_THINKING = re.compile(r"<(?:think\w*|reasoning)>.*\Z|</?[a-z]*\Z", re.DOTALL | re.IGNORECASE)

_END = re.compile(r"(?<=[.!?…])[\"”’')\]]*(?:\s+|$)|\n+")
_FINAL = re.compile(r"[.!?…][\"”’')\]]*$")
# No end of a sentence: an abbreviation, the number of a list item.
_NO_END = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|e\.g|i\.e|etc|vs|a\.m|p\.m)\.$|(?:^|\n)\s*\d{1,2}\.$")
# After these, a small letter says that the sentence goes on: I hear "why?" and wait.
_MAY_GO_ON = re.compile(r"(?:…|\.{2,}|[.!?…][\"”’')\]]+)$")
# No timeout: she has waited long enough, and the composer answers at once.
_RETRY: frozenset[Failure] = frozenset({"rate_limit", "connection", "server", "garbled"})
_RETRY_AFTER = 1.0  # seconds
_SERVER_FAULT = 500  # the first status that blames the server


class DraftError(Exception):
    """The model did not finish.

    Attributes:
        failure: Why.
        retry: Whether asking once more may help.
    """

    def __init__(self, failure: Failure, *, refused: bool = False) -> None:
        super().__init__(failure)
        self.failure = failure
        self.retry = failure in _RETRY and not refused


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait, in seconds.

    Attributes:
        first_token: To the first token.
        stall: Between two tokens.
        total: For the whole draft, the retry included.
    """

    first_token: float
    stall: float
    total: float


async def draft(
    chat: ChatOpenAI,
    messages: Sequence[BaseMessage],
    limits: Limits,
    cut: Callable[[str], list[str]] | None = None,
) -> AsyncGenerator[str]:
    """Stream a draft sentence by sentence, with one retry while nothing was yielded.

    A request that ran out of time, or that the server refused, is not tried again.
    Closing the iterator cancels the request.

    Args:
        chat: The model.
        messages: The prompt.
        limits: Time limits.
        cut: Cuts what is written so far, as `split_sentences` does; that when left out.

    Yields:
        Whole sentences, as written.

    Raises:
        DraftError: The model failed, stalled, was cut off or wrote no text.
    """
    deadline = asyncio.get_running_loop().time() + limits.total
    for attempt in (1, 2):
        shown = False
        try:
            tokens = _tokens(chat, messages, limits, deadline)
            async with aclosing(_sentences(tokens, cut or split_sentences)) as sentences:
                async for sentence in sentences:
                    shown = True
                    yield sentence
            return
        except DraftError as error:
            left = deadline - asyncio.get_running_loop().time()
            last = shown or attempt == 2 or left <= _RETRY_AFTER
            if last or not error.retry:
                raise
        await asyncio.sleep(_RETRY_AFTER)


async def _sentences(
    written: AsyncGenerator[tuple[str, str | None]], cut: Callable[[str], list[str]]
) -> AsyncGenerator[str]:
    buffer, wrote, reason = "", False, None
    async with aclosing(written) as tokens:
        async for text, finish in tokens:
            reason = finish or reason
            buffer = _THOUGHT.sub("", buffer + text)
            if _THINKING.search(buffer):
                continue  # a reasoning model's thoughts are not for her
            if "�" in buffer or _unreadable(buffer):
                raise DraftError("garbled")
            *whole, buffer = cut(buffer)
            for sentence in whole:
                wrote = True
                yield sentence
    rest = _THINKING.split(buffer)[0].strip()
    if reason is None:
        raise DraftError("cut" if wrote or rest else "garbled")
    # A draft that ran out of its token budget ends in half a sentence: leave it out.
    if rest and (_FINAL.search(rest) or reason == "stop"):
        wrote = True
        yield rest
    if not wrote:
        raise DraftError("garbled")


async def _tokens(
    chat: ChatOpenAI, messages: Sequence[BaseMessage], limits: Limits, deadline: float
) -> AsyncGenerator[tuple[str, str | None]]:
    """Text pieces with the finish reason of the last, under the time limits."""
    stream: AsyncIterator[AIMessageChunk] = chat.astream(list(messages))
    loop = asyncio.get_running_loop()
    # Chunks without text, such as the one that only names the role, buy no more time.
    until = loop.time() + limits.first_token
    started = False
    try:
        while True:
            try:
                async with asyncio.timeout_at(min(deadline, until)):
                    chunk = await anext(stream)
            except StopAsyncIteration:
                return
            text = chunk.text if isinstance(chunk.text, str) else str(chunk.content)
            started = started or bool(text)
            if started:
                until = loop.time() + limits.stall
            yield text, chunk.response_metadata.get("finish_reason")
    except (TimeoutError, openai.APITimeoutError, httpx.TimeoutException) as error:
        raise DraftError("timeout") from error
    except openai.RateLimitError as error:
        raise DraftError("rate_limit") from error
    except openai.APIConnectionError as error:
        raise DraftError("cut" if started else "connection") from error
    except openai.APIStatusError as error:
        # A wrong key, name or request (4xx) is as wrong a second later.
        _log.warning("draft refused with status %d", error.status_code)
        raise DraftError("server", refused=error.status_code < _SERVER_FAULT) from error
    except Exception as error:
        # A server that speaks no OpenAI-compatible stream makes the client and its transport
        # raise anything at all, and none of it may leave her without an answer.
        _log.warning("draft failed: %s", type(error).__name__)
        raise DraftError("cut" if started else "garbled") from error
    finally:
        close = getattr(stream, "aclose", None)
        if close is not None:
            await close()


def split_sentences(text: str) -> list[str]:
    """Cut a text that is still being written.

    Args:
        text: What there is of it.

    Returns:
        Whole sentences, and at the end what is left over.
    """
    found: list[str] = []
    start = 0
    for match in _END.finditer(text):
        sentence, rest = text[start : match.end()].strip(), text[match.end() :]
        broken = "\n" in match.group()
        # A mark at the very end may still be followed by more: wait for the space.
        if not rest and not broken and not match.group().strip("\"”’')]"):
            break
        if not broken and _MAY_GO_ON.search(sentence):
            if not rest:
                break
            if rest[0].islower():
                continue
        if _NO_END.search(sentence):
            continue
        if sentence:
            found.append(sentence)
        start = match.end()
    return [*found, text[start:]]


def _unreadable(text: str) -> bool:
    tail = text[-200:]
    return len(tail) >= 40 and sum(c.isalpha() or c.isspace() for c in tail) < 0.5 * len(tail)
