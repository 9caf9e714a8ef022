"""The session of somebody who is signed in: what her browser holds of it, and its end."""

from http.cookies import CookieError, SimpleCookie
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from coach import Coach
from ui.http.identity import ID, KEEP_SECONDS

__all__ = [
    "COOKIE",
    "MARK",
    "SIGN_IN",
    "begin",
    "cookie",
    "is_signed_in",
    "sign_out",
]

COOKIE: Final = "coach_session"
MARK: Final = "coach_browser"
"""The cookie of a browser that somebody has signed in with; it lets nobody in by itself."""
SIGN_IN: Final = "/sign-in"


def cookie(headers: Headers, name: str) -> str | None:
    """What a request brings under one of the names above, None when it has another form."""
    for header in headers.getlist("cookie"):
        try:
            morsel = SimpleCookie(header).get(name)
        except CookieError:
            continue
        if morsel is not None and ID.fullmatch(morsel.value):
            return morsel.value
    return None


def is_signed_in(request: Request) -> bool:
    """Whether somebody asks who has signed in, and is not known by her browser alone."""
    return "session" in request.scope["state"]


def begin(request: Request, response: Response, token: str, mark: str) -> None:
    """Give the browser a session, in place of any that it had.

    Args:
        request: What it asked.
        response: The answer that takes the cookies along.
        token: The session.
        mark: What tells this browser from a stranger's when a password was wrong.
    """
    for name, value in ((COOKIE, token), (MARK, mark)):
        response.set_cookie(name, value, max_age=KEEP_SECONDS, **_attributes(request))


def sign_out(
    request: Request, response: Response, *, everywhere: bool = False, forget: bool = False
) -> None:
    """End the session that a request was sent in.

    Args:
        request: What the browser asked.
        response: The answer, which takes the cookie away.
        everywhere: Whether all other sessions of the same user end as well.
        forget: Whether the browser forgets that she has signed in here.

    Raises:
        CoachError: The records cannot be written.
    """
    coach: Coach = request.app.state.coach
    sessions, token = coach.records.sessions, request.scope["state"]["session"]
    if everywhere:
        sessions.end_everywhere(token)
    else:
        sessions.end(token)
    for name in (COOKIE, MARK) if forget else (COOKIE,):
        response.delete_cookie(name, **_attributes(request))


def _attributes(request: Request) -> dict[str, Any]:
    secure = request.url.scheme == "https"
    return {"path": "/", "httponly": True, "samesite": "strict", "secure": secure}
