"""The real page, without a browser: its own web application, asked as a browser asks it."""

import json
import re
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from fastapi import FastAPI

from coach import Settings
from ui.http.app import create_app


@dataclass
class Seen:
    """What the page shows after an event."""

    chat: list[dict[str, Any]]
    status: str
    box: dict[str, Any]
    about: str
    asks: bool = False  # "Did I get something wrong?" is in sight
    asks_how: bool = False  # "How are you now?" is
    may_hide: bool = False  # "Make this chat temporary" is
    guide: dict[str, Any] = field(default_factory=dict)  # to an exercise, what is in sight of it

    @property
    def texts(self) -> list[str]:
        return [message["content"][0]["text"] for message in self.chat]

    @property
    def chips(self) -> dict[str, str]:
        """Under the newest message, by what they say; Gradio shows no others."""
        options = self.chat[-1]["options"] if self.chat else []
        return {one["label"]: one["value"] for one in options or []}

    @property
    def why(self) -> list[str]:
        """What stands behind each "Why this answer?"."""
        return [
            message["content"][0]["text"]
            for message in self.chat
            if (message["metadata"] or {}).get("title") == "Why this answer?"
        ]


@dataclass
class Tab:
    """One tab of one browser."""

    http: httpx.AsyncClient
    events: dict[str, int]
    session: str = field(default_factory=lambda: secrets.token_hex(6))

    async def load(self) -> Seen:
        return _seen(await self.event("load"))

    async def send(self, text: str, country: str = "") -> Seen:
        return _seen(await self.event("send", text, None, country))

    async def begin(self, text: str) -> Seen:
        return _seen(
            await self.event("begin", None, "", about={"index": 0, "value": {"text": text}})
        )

    async def choose(self, label: str, country: str = "") -> Seen:
        """Click the chip of this name under the newest answer."""
        shown = (await self.load()).chips
        chosen = {"index": 0, "value": shown[label]}
        return _seen(await self.event("choose", None, country, about=chosen))

    async def go_on(self, box: str = "") -> Seen:
        """Click the guide's "Go on"."""
        return _seen(await self.event("go_on", box, None, ""))

    async def touch(self, label: str) -> Seen:
        """Click the button of the guide that says this."""
        place = (await self.load()).guide["buttons"].index(label)
        return _seen(await self.event(f"guide_{place}", label, None, ""))

    async def undo(self, index: int) -> Seen:
        """Take back the message at this place, and all after it."""
        return _seen(await self.event("undo", None, about={"index": index, "value": ""}))

    async def ask(self) -> Seen:
        return _seen(await self.event("ask", None))

    async def new(self) -> Seen:
        return _seen(await self.event("new"))

    async def stop(self) -> None:
        await self.event("stop", None)

    async def event(self, name: str, *data: Any, about: Any = None) -> list[Any]:
        # A session of its own for each call, for the stream of a session ends with the
        # first event that is complete; `stop` while sending needs the same one.
        body = {
            "data": list(data),
            "fn_index": self.events[name],
            "session_hash": self.session,
            "event_data": about,
        }
        joined = await self.http.post("/gradio_api/queue/join", json=body)
        assert joined.status_code == 200, joined.text
        if name == "stop":
            return []
        answer = await self.http.get(
            "/gradio_api/queue/data", params={"session_hash": self.session}, timeout=60
        )
        for line in answer.text.splitlines():
            if not line.startswith("data:"):
                continue
            message = json.loads(line[5:])
            ours = message.get("event_id") == joined.json()["event_id"]
            if ours and message["msg"] == "process_completed":
                assert message["success"], message
                return list(message["output"]["data"])
        raise AssertionError(answer.text)


def _guide(values: list[Any]) -> dict[str, Any]:
    """What the guide shows, of the values that its components were given."""
    left, whole, title, steps, *buttons = values
    if not whole["visible"]:
        return {"page": left["visible"]}
    return {
        "page": left["visible"],
        "title": title["label"],
        "steps": re.findall("<li.*?</li>", steps),
        "buttons": [one["value"] for one in buttons if one.get("visible", True)],
    }


def _seen(data: list[Any]) -> Seen:
    chat, status, box, about, _, ask, line, _, _, _, _, *guide, _, make, _ = data
    chat = chat["value"] if isinstance(chat, dict) else chat
    return Seen(
        chat=chat,
        status=status,
        box=box,
        about=about,
        asks=ask.get("visible", False),
        asks_how=line["visible"],
        may_hide=make.get("visible", False),
        guide=_guide(guide),
    )


@dataclass
class Server:
    """The running application, and the tabs that people open on it."""

    app: FastAPI
    _group: list[httpx.AsyncClient] = field(default_factory=list)

    async def tab(self, cookie: str | None = None) -> Tab:
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url="http://page.test"
        )
        self._group.append(client)
        if cookie is not None:
            client.cookies.set("coach_person", cookie, domain="page.test")
        assert (await client.get("/")).status_code == 200
        config = (await client.get("/config")).json()
        events = {one["api_name"]: one["id"] for one in config["dependencies"]}
        return Tab(client, events)

    async def close(self) -> None:
        for client in self._group:
            await client.aclose()


Serving = Callable[[Settings], AbstractAsyncContextManager[Server]]


@pytest.fixture
def serving() -> Serving:
    """`async with serving(settings) as server`: the application, open."""

    @asynccontextmanager
    async def run(settings: Settings) -> AsyncIterator[Server]:
        app = create_app(settings)
        async with app.router.lifespan_context(app):
            server = Server(app)
            try:
                with anyio.fail_after(60):
                    yield server
            finally:
                await server.close()

    return run


@pytest.fixture
def settings(tmp_path: Path, cache_dir: Path) -> Settings:
    return Settings.load(llm="none", data_dir=tmp_path / "data", cache_dir=cache_dir)
