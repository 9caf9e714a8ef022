"""A small endpoint that speaks the OpenAI interface and can go wrong in every known way.

The model's name chooses what happens, so one running server plays every fault:

    ok        streams the text in small pieces
    slow      the same, with 50 ms between pieces
    429       refuses with that status, as does any other number
    silence   accepts the request and never answers
    stall     sends a few pieces, then nothing for 60 s
    cut       closes the connection in the middle of a sentence
    garbage   answers 200 with something that is neither events nor JSON

A name such as `fail-once:429` fails so the first time and is `ok` from then on.
"""

import asyncio
import contextlib
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

TEXT = (
    "That sounds like a heavy evening. You could let the wish to write to him be there "
    "without acting on it tonight. What would you want to say to yourself instead?"
)
_STALL_SECONDS = 60.0
_PIECE = 12


@dataclass
class FakeEndpoint:
    """A running fake.

    `url` is the base address for a client; `text` is what `ok` streams and may be changed;
    `first` is what the next requests get in its place, one each; `requests` holds the bodies
    that came in, `headers` their headers; `open` counts answers still being sent, and `most_open`
    is the most there were at once. `mode` is what happens whatever the model is called.
    """

    url: str
    text: str = TEXT
    first: list[str] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    open: int = 0
    most_open: int = 0
    mode: str | None = None
    _failed: set[str] = field(default_factory=set)

    async def answer(self, request: Request) -> Response:
        body = await request.json()
        self.requests.append(body)
        self.headers.append(dict(request.headers))
        mode = self.mode or str(body.get("model"))
        if mode.startswith("fail-once:"):
            mode = self._once(mode)
        if mode.isdigit():
            return JSONResponse({"error": {"message": "the fake refuses"}}, int(mode))
        if mode == "silence":
            await self._silence(request)
            return PlainTextResponse("")
        if mode == "garbage":
            return PlainTextResponse("<html>\x00 this is no event stream", media_type="text/html")
        text = self.first.pop(0) if self.first else self.text
        if not body.get("stream"):
            return JSONResponse(_whole(text))
        return StreamingResponse(self._events(mode, text), media_type="text/event-stream")

    def _once(self, mode: str) -> str:
        if mode in self._failed:
            return "ok"
        self._failed.add(mode)
        return mode.removeprefix("fail-once:")

    async def _silence(self, request: Request) -> None:
        self.open += 1
        try:
            async with asyncio.timeout(_STALL_SECONDS):
                while not await request.is_disconnected():  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        except TimeoutError:
            pass
        finally:
            self.open -= 1

    async def _events(self, mode: str, text: str) -> AsyncIterator[str]:
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            for start in range(0, len(text), _PIECE):
                if mode == "cut" and start >= 3 * _PIECE:
                    raise ConnectionResetError("the fake hangs up")
                if mode == "stall" and start >= 3 * _PIECE:
                    await asyncio.sleep(_STALL_SECONDS)
                if mode == "slow":
                    await asyncio.sleep(0.05)
                yield _event(text[start : start + _PIECE])
            yield _event(None)
            yield "data: [DONE]\n\n"
        finally:
            self.open -= 1


def _event(piece: str | None) -> str:
    choice = {
        "index": 0,
        "delta": {"role": "assistant", "content": piece} if piece is not None else {},
        "finish_reason": None if piece is not None else "stop",
    }
    body = {"id": "fake", "object": "chat.completion.chunk", "created": 0, "model": "fake"}
    return f"data: {json.dumps({**body, 'choices': [choice]})}\n\n"


def _whole(text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    body = {"id": "fake", "object": "chat.completion", "created": 0, "model": "fake"}
    return {**body, "choices": [choice]}


@contextlib.contextmanager
def running_endpoint() -> Iterator[FakeEndpoint]:
    """Run a fake on a free port, in a thread of its own."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    fake = FakeEndpoint(url=f"http://127.0.0.1:{listener.getsockname()[1]}/v1")
    app = Starlette(routes=[Route("/v1/chat/completions", fake.answer, methods=["POST"])])
    config = uvicorn.Config(
        app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1, ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            threading.Event().wait(0.01)
        yield fake
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
