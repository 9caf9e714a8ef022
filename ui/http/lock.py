"""While her page is locked, nothing of hers is read or shown: one rule, before everything else.

A request of somebody whose page is locked does not reach the page at all, whatever it asks for,
so that no handler can forget to look and a new one is covered before it is written. Only the
few addresses below are let through, of which none shows anything of hers.
"""

import secrets
from collections.abc import Awaitable, Callable
from typing import Final

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coach import Coach, CoachError
from ui.http.privacy import is_public

__all__ = ["LOCKED", "LockMiddleware"]

LOCKED: Final = "/locked"
"""Where the locked view is; it is shown in place of any page that a locked person opens."""

_OPEN: Final = {LOCKED, "/leave", "/unlock", "/delete-all", "/sign-in", "/sign-out"}
# A page left open in another tab keeps asking these two by itself: nobody is there for that.
_NOBODY_HERE: Final = ("/here", "/gradio_api/heartbeat/")


class LockMiddleware:
    """Shows a locked person the locked view, and refuses everything else.

    Args:
        app: The application behind it.
        coach: The coach, whose records know who is locked.
    """

    def __init__(self, app: ASGIApp, coach: Coach) -> None:
        self._app = app
        self._coach = coach

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path = scope.get("path", "")
        if scope["type"] != "http" or path in _OPEN or is_public(path):
            await self._app(scope, receive, send)
            return
        person: str = scope["state"]["person"]
        try:
            lock = await to_thread.run_sync(lambda: self._coach.records.lock.state(person))
            if lock.when_away and not lock.locked and not _asks_by_itself(scope):
                await to_thread.run_sync(lambda: self._coach.records.lock.seen(person))
        except CoachError:
            # It cannot be known, so she is nobody here: the page tells that nothing can be read.
            scope["state"]["person"] = secrets.token_urlsafe(32)
            await self._app(scope, receive, send)
            return
        if not lock.locked:
            await self._app(scope, receive, self._until_locked(scope, receive, send))
        elif _opens_a_page(scope):
            await self._app({**scope, "path": LOCKED, "raw_path": b"/locked"}, receive, send)
        else:
            await _refuse(scope, receive, send)

    def _until_locked(
        self, scope: Scope, receive: Receive, send: Send
    ) -> Callable[[Message], Awaitable[None]]:
        """Send an answer only as long as she is not locked or signed out meanwhile."""
        ended = streamed = False

        async def send_unless_locked(message: Message) -> None:
            nonlocal ended, streamed
            begins = message["type"] == "http.response.start"
            if ended:
                return
            # The end of a stream says nothing, and must get through while the server shuts down.
            tells = begins or (streamed and message.get("body"))
            if tells and await self._is_over(scope, begun=not begins):
                ended = True
                if begins:
                    await _refuse(scope, receive, send)
                else:
                    await send({"type": "http.response.body", "body": b"", "more_body": False})
                return
            if begins:
                streamed = "content-length" not in Headers(raw=message["headers"])
            await send(message)

        return send_unless_locked

    async def _is_over(self, scope: Scope, *, begun: bool) -> bool:
        person: str = scope["state"]["person"]
        token: str | None = scope["state"].get("session")

        def is_over() -> bool:
            records = self._coach.records
            if records.lock.state(person).locked:
                return True
            # What ends her session is answered; what is still told afterwards is not.
            return begun and token is not None and records.sessions.person(token) != person

        try:
            return await to_thread.run_sync(is_over)
        except CoachError:
            return False  # it was open when this began, and an error says so by itself


def _asks_by_itself(scope: Scope) -> bool:
    path: str = scope["path"]
    return scope["method"] == "GET" and path.startswith(_NOBODY_HERE)


def _opens_a_page(scope: Scope) -> bool:
    if scope["method"] not in ("GET", "HEAD"):
        return False
    return scope["path"] == "/" or Headers(scope=scope).get("sec-fetch-mode") == "navigate"


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("Locked", status_code=423)(scope, receive, send)
