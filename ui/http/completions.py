"""The coach as other programs know a model: `/v1/chat/completions` and `/v1/models`.

Made for evaluation: any client or harness that speaks this protocol can drive the coach. Each
call stands alone. What was disclosed before is read from the messages that are handed over;
nothing is stored, and nothing that the page stored is read.
"""

import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from secrets import token_hex
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Request
from openai.types import Model
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from starlette.responses import JSONResponse, Response, StreamingResponse

from coach import Coach, CoachError, MessageError, Reply, Sentence, Status, Turn

__all__ = ["MODEL", "add_completions"]

MODEL = "coach"
"""The name that the coach answers to."""

_REMEMBERED = 20_000  # answers, some bytes each
_SERVED_SINCE = int(time.time())


def _plain(content: object) -> object:
    """The text of a message that comes in parts."""
    if not isinstance(content, list):
        return content
    parts = [part for part in content if isinstance(part, dict)]
    if len(parts) < len(content) or any(part.get("type") != "text" for part in parts):
        raise ValueError("only text can be read")
    return "\n".join(str(part.get("text", "")) for part in parts)


class _Message(BaseModel):
    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant"]
    content: Annotated[str, BeforeValidator(_plain)]


class _Asked(BaseModel):
    """A request. What steers a model (`temperature`, `stop`, …) is accepted and has no effect."""

    model_config = ConfigDict(extra="ignore")

    model: str
    messages: list[_Message] = Field(min_length=1)
    stream: bool = False
    n: Literal[1] | None = None
    x_country: str | None = Field(default=None, pattern="^[A-Za-z]{2}$")


class _Places:
    """Which road an answer took, and where its exercise stood.

    The protocol hands back what was said and nothing else. What is kept is a digest of the
    conversation up to the answer, never a word of it.
    """

    def __init__(self) -> None:
        self._turns: OrderedDict[bytes, tuple[Any, str | None]] = OrderedDict()

    def remember(self, history: Sequence[Turn], turn: Turn) -> None:
        *_, digest = _digests([*history, turn])
        self._turns[digest] = (turn.route, turn.exercise)
        while len(self._turns) > _REMEMBERED:
            self._turns.popitem(last=False)

    def history(self, messages: Sequence[_Message]) -> list[Turn]:
        """The messages as the coach said and heard them."""
        said = [
            Turn(role=message.role, content=message.content)
            for message in messages
            # Nobody but the coach's own files tells it how to answer.
            if message.role in ("user", "assistant")
        ]
        return [
            turn.model_copy(update=self._place(turn, digest))
            for turn, digest in zip(said, _digests(said), strict=True)
        ]

    def _place(self, turn: Turn, digest: bytes) -> dict[str, Any]:
        route, exercise = self._turns.get(digest, (None, None))
        return {"route": route, "exercise": exercise} if turn.role == "assistant" else {}


def _digests(turns: Sequence[Turn]) -> Iterator[bytes]:
    """Of the conversation up to each turn, one after the other."""
    sofar = hashlib.blake2b(digest_size=16)
    for turn in turns:
        sofar.update(json.dumps([turn.role, turn.content]).encode())
        yield sofar.copy().digest()


class _Answer:
    """One answer on its way, in the protocol's words.

    Args:
        coach: The coach.
        places: Where answers are remembered for the next call.
        turns: The conversation, her message last.
        country: Two-letter code for helplines, None for the settings'.
    """

    def __init__(
        self, coach: Coach, places: _Places, turns: list[Turn], country: str | None
    ) -> None:
        self._places = places
        self._turns = turns
        self._common = {"id": f"chatcmpl-{token_hex(12)}", "created": int(time.time())}
        self._events = coach.astream(turns[-1].content, history=turns[:-1], country=country)

    async def whole(self) -> dict[str, Any]:
        """The complete answer."""
        async with aclosing(self._events) as events:
            reply = [event async for event in events][-1]
        if not isinstance(reply, Reply):
            raise CoachError("The answer ended before it was complete.")
        self._places.remember(self._turns, reply.turn)
        message = {"role": "assistant", "content": reply.text}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        body = ChatCompletion.model_validate(
            {**self._common, "object": "chat.completion", "model": MODEL, "choices": [choice]}
        )
        return body.model_dump(exclude_unset=True) | {"x_coach": reply.model_dump(mode="json")}

    async def begun(self) -> AsyncIterator[str]:
        """The answer in pieces, once it is clear that there will be one.

        Raises:
            CoachError: It could not begin.
        """
        first = await anext(self._events)
        return self._pieces(first)

    async def _pieces(self, first: Status | Sentence | Reply) -> AsyncIterator[str]:
        yield self._chunk({"role": "assistant", "content": ""})
        async with aclosing(self._events) as events:
            try:
                said = False
                async for event in _after(first, events):
                    if isinstance(event, Sentence):
                        yield self._chunk(
                            {"content": event.gap + event.text if said else event.text}
                        )
                        said = True
                    elif isinstance(event, Reply):
                        self._places.remember(self._turns, event.turn)
                        yield self._chunk({}, "stop", x_coach=event.model_dump(mode="json"))
            except CoachError as error:
                yield _line({"error": _error(str(error), "coach_failed", 503)})
                return
        yield "data: [DONE]\n\n"

    def _chunk(self, delta: dict[str, str], finish: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        body = ChatCompletionChunk.model_validate(
            {**self._common, "object": "chat.completion.chunk", "model": MODEL, "choices": [choice]}
        )
        return _line(body.model_dump(exclude_unset=True) | more)


def add_completions(app: FastAPI, coach: Coach) -> None:
    """Add the addresses, before the page, which takes every other one.

    Args:
        app: The application.
        coach: The coach; open once somebody asks.
    """
    places = _Places()

    @app.get("/v1/models")
    async def models() -> Response:
        one = Model(id=MODEL, created=_SERVED_SINCE, object="model", owned_by="reflection-coach")
        return JSONResponse({"object": "list", "data": [one.model_dump()]})

    @app.post("/v1/chat/completions")
    async def completions(request: Request) -> Response:
        try:
            asked = _Asked.model_validate_json(await request.body())
        except ValidationError as error:
            return _refused(_reason(error), "invalid_request", 400)
        if asked.model != MODEL:
            known = f"There is no model {asked.model!r} here; this one is called {MODEL!r}."
            return _refused(known, "model_not_found", 404)
        turns = places.history(asked.messages)
        if not turns or turns[-1].role != "user":
            return _refused("The last message must be the user's.", "invalid_request", 400)
        answer = _Answer(coach, places, turns, asked.x_country)
        try:
            if not asked.stream:
                return JSONResponse(await answer.whole())
            pieces = await answer.begun()
        except MessageError as error:
            return _refused(str(error), "invalid_message", 400)
        except CoachError as error:
            return _refused(str(error), "coach_failed", 503)
        return StreamingResponse(pieces, media_type="text/event-stream")


async def _after(
    first: Status | Sentence | Reply, rest: AsyncIterator[Status | Sentence | Reply]
) -> AsyncIterator[Status | Sentence | Reply]:
    yield first
    async for event in rest:
        yield event


def _line(body: dict[str, Any]) -> str:
    return f"data: {json.dumps(body)}\n\n"


def _refused(text: str, code: str, status: int) -> Response:
    return JSONResponse({"error": _error(text, code, status)}, status)


def _error(text: str, code: str, status: int) -> dict[str, Any]:
    kind = "invalid_request_error" if status < 500 else "server_error"
    return {"message": text, "type": kind, "param": None, "code": code}


def _reason(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else str(first["msg"])
