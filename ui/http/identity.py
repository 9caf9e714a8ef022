"""Who is asking: an unguessable id in a cookie that no script and no other site can read.

This is for a server of one's own, without accounts; `sign_in.py` takes its place on a shared
one. Whoever holds the cookie may read what its person wrote, so the id has 256 random bits
and every look-up in the records names it.
"""

import re
import secrets
from http.cookies import CookieError, SimpleCookie
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = [
    "COOKIE",
    "ID",
    "KEEP_SECONDS",
    "TURN_ROUND",
    "IdentityMiddleware",
    "comes_from_elsewhere",
    "person_of",
    "renew",
]

COOKIE = "coach_person"

ID = re.compile(r"[A-Za-z0-9_-]{43}")
"""What a secret of 256 random bits looks like."""

KEEP_SECONDS = 400 * 24 * 3600  # browsers keep no cookie longer
# A link on another site brings no SameSite=Strict cookie along. Taking that for a first
# visit would replace her id and lose her conversations, so the page first turns round
# to itself: that second request is the site's own and carries the cookie.
TURN_ROUND = (
    '<!doctype html><html lang="en"><meta charset="utf-8">'
    '<meta http-equiv="refresh" content="0"><title>One moment</title></html>'
)


class IdentityMiddleware:
    """Gives every request a person, and every new person a cookie.

    Args:
        app: The application behind it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        person = _from_cookie(headers.getlist("cookie"))
        if person is None and comes_from_elsewhere(headers):
            await HTMLResponse(TURN_ROUND)(scope, receive, send)
            return
        known = person is not None
        person = person or secrets.token_urlsafe(32)
        scope.setdefault("state", {})["person"] = person

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and not known:
                cookie = _set_cookie(person, secure=scope["scheme"] == "https")
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        await self._app(scope, receive, send_with_cookie)


def person_of(request: Any) -> str:
    """The person who sent a request.

    Args:
        request: Gradio's or Starlette's request, after the middleware.

    Returns:
        Her id.
    """
    inner = request if isinstance(request, Request) else request.request
    person: str = inner.scope["state"]["person"]
    return person


def renew(request: Request, response: Response) -> None:
    """Give the browser a new id in place of the one it has.

    Args:
        request: What it asked.
        response: The answer that takes the id along.
    """
    cookie = _set_cookie(secrets.token_urlsafe(32), secure=request.url.scheme == "https")
    response.headers.append("set-cookie", cookie)


def _from_cookie(headers: list[str]) -> str | None:
    for header in headers:
        try:
            morsel = SimpleCookie(header).get(COOKIE)
        except CookieError:
            continue
        if morsel is not None and ID.fullmatch(morsel.value):
            return morsel.value
    return None


def comes_from_elsewhere(headers: Headers) -> bool:
    """Whether a request is a link on another site, which brings no cookie along."""
    return (
        headers.get("sec-fetch-site") == "cross-site"
        and headers.get("sec-fetch-mode") == "navigate"
    )


def _set_cookie(person: str, *, secure: bool) -> str:
    parts = f"{COOKIE}={person}; Path=/; Max-Age={KEEP_SECONDS}; HttpOnly; SameSite=Strict"
    return f"{parts}; Secure" if secure else parts
