"""Signing in, on a server that several people share: nothing gets past without a session."""

from typing import Final
from urllib.parse import parse_qs, urlsplit

import anyio
from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from coach import Coach, CoachError, NotFoundError
from coach.records import Records
from coach.records.users import folded
from ui.http.attempts import Attempts
from ui.http.begun import set_begun
from ui.http.identity import TURN_ROUND, comes_from_elsewhere
from ui.http.privacy import is_public
from ui.http.session import COOKIE, MARK, SIGN_IN, begin, cookie, sign_out
from ui.web.sign_in_page import SignInPages
from ui.web.words import load_words

__all__ = ["SIGN_OUT", "SignInMiddleware", "add_sign_in"]

SIGN_OUT: Final = "/sign-out"

# The service worker asks for a page as for anything else; these are nothing but pages.
_PAGES: Final = frozenset({"/", SIGN_OUT})
_LARGEST_BODY: Final = 64 * 1024
_LONGEST_NAME: Final = 64
# Every failure takes as long as the slowest, so that none tells what it failed for.
_FAILURE_SECONDS: Final = 0.8
_HASHES_AT_ONCE: Final = 2  # each takes 64 MiB, and a core for some time


class SignInMiddleware:
    """Gives every request the person who is signed in, and refuses all others.

    Args:
        app: The application behind it.
        coach: Its coach; need not be open yet.
    """

    def __init__(self, app: ASGIApp, coach: Coach) -> None:
        self._app = app
        self._coach = coach
        words = load_words()
        # Gradio shows these to somebody whose session ended while the page was open.
        self._ended, self._unread = words.sign_in.ended_elsewhere, words.unread

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "lifespan" or (scope["type"] == "http" and _is_open(scope["path"])):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        token = cookie(headers, COOKIE)
        try:
            person = await _person(self._coach, token)
        except CoachError:
            await self._unable(scope, headers)(scope, receive, send)
            return
        if person is None:
            await self._refusal(scope, headers)(scope, receive, send)
            return
        scope.setdefault("state", {}).update(person=person, session=token)
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers) -> ASGIApp:
        if scope["type"] == "websocket":
            return WebSocketClose(1008)
        if _wants_a_page(scope, headers):
            if scope["method"] == "GET" and comes_from_elsewhere(headers):
                return HTMLResponse(TURN_ROUND)  # the cookie may only have been held back
            return RedirectResponse(SIGN_IN, 303)
        return JSONResponse({"detail": self._ended}, 401)

    def _unable(self, scope: Scope, headers: Headers) -> ASGIApp:
        if scope["type"] == "websocket":
            return WebSocketClose(1011)
        if _wants_a_page(scope, headers):
            return RedirectResponse(SIGN_IN, 303)  # where it is told
        return JSONResponse({"detail": self._unread}, 503)


def add_sign_in(app: FastAPI, coach: Coach) -> None:
    """Add the pages for signing in and out.

    Args:
        app: The application, which has the middleware as well.
        coach: Its coach; need not be open yet.
    """
    desk = _Desk(coach)
    app.add_route(SIGN_IN, desk.show, methods=["GET"], include_in_schema=False)
    app.add_route(SIGN_IN, desk.sign_in, methods=["POST"], include_in_schema=False)
    app.add_route(SIGN_OUT, desk.show_out, methods=["GET"], include_in_schema=False)
    app.add_route(SIGN_OUT, desk.sign_out, methods=["POST"], include_in_schema=False)


class _Desk:
    """Where people sign in and out."""

    def __init__(self, coach: Coach) -> None:
        words = load_words()
        self._coach = coach
        self._words = words.sign_in
        self._pages = SignInPages(words)
        self._limits = _Limits()
        self._hashes = CapacityLimiter(_HASHES_AT_ONCE)

    async def show(self, request: Request) -> Response:
        if comes_from_elsewhere(request.headers):
            return HTMLResponse(TURN_ROUND)
        try:
            if await _person(self._coach, cookie(request.headers, COOKIE)):
                return RedirectResponse("/", 303)
            if await to_thread.run_sync(lambda: self._coach.records.users.nobody()):
                return HTMLResponse(self._pages.nobody())
        except CoachError:
            return self._unavailable()
        words = self._words
        told = {"out": words.ended, "done": words.deleted, "traces": words.deleted_traces}
        said = next((text for key, text in told.items() if key in request.query_params), "")
        return HTMLResponse(self._pages.form(said=said))

    async def sign_in(self, request: Request) -> Response:
        began = anyio.current_time()
        if not _is_own(request):
            return HTMLResponse(self._pages.form(error=self._words.forged), 403)
        fields = await _fields(request)
        name, password = fields.get("name", "").strip(), fields.get("password", "")
        if not name or not password:
            return HTMLResponse(self._pages.form(error=self._words.blank, name=name), 422)
        address = request.client.host if request.client else ""
        key = folded(name[:_LONGEST_NAME])
        try:
            mark = await self._mark(request, name)
            if mark is None and not self._limits.take(address, key):
                page = self._pages.form(error=self._words.too_many, name=name)
                return HTMLResponse(page, 429, {"retry-after": "3600"})
        except CoachError:
            return self._unavailable()
        try:
            answer = await self._let_in(request, name, password, mark)
        except CoachError:
            self._limits.give_back(address, key, mark)
            return self._unavailable()
        if answer is None:
            await anyio.sleep_until(began + _FAILURE_SECONDS)
            return HTMLResponse(self._pages.form(error=self._words.wrong, name=name), 403)
        self._limits.give_back(address, key, mark)
        return answer

    async def _mark(self, request: Request, name: str) -> str | None:
        """The mark of a browser that she has signed in with, unless it took too many tries."""
        mark = cookie(request.headers, MARK)
        if mark is None:
            return None
        known = await to_thread.run_sync(lambda: self._coach.records.users.knows(name, mark))
        return mark if known and self._limits.take_mark(mark) else None

    async def _let_in(
        self, request: Request, name: str, password: str, mark: str | None
    ) -> Response | None:
        def enter() -> tuple[str, str, bool] | None:
            records = self._coach.records
            token = records.users.sign_in(name, password, mark)
            if token is None:
                return None
            before = cookie(request.headers, COOKIE)
            if before is not None:
                records.sessions.end(before)
            return token, records.users.mark(name), _has_begun(records, token)

        entered = await to_thread.run_sync(enter, limiter=self._hashes)
        if entered is None:
            return None
        token, new_mark, has_begun = entered
        answer = RedirectResponse("/", 303)
        begin(request, answer, token, new_mark)
        # Others may have begun in this browser, and she in another.
        set_begun(request, answer, begun=has_begun)
        return answer

    async def show_out(self, _request: Request) -> Response:
        return HTMLResponse(self._pages.out())

    async def sign_out(self, request: Request) -> Response:
        if not _is_own(request):
            return HTMLResponse(self._pages.out(), 403)
        everywhere = (await _fields(request)).get("where") == "everywhere"
        answer = RedirectResponse(f"{SIGN_IN}?out", 303)
        try:
            await to_thread.run_sync(lambda: sign_out(request, answer, everywhere=everywhere))
        except CoachError:
            return self._unavailable()
        return answer

    def _unavailable(self) -> Response:
        return HTMLResponse(self._pages.unavailable(), 503)


class _Limits:
    """How many wrong passwords are taken, besides what the records count for each name.

    A stranger who knows her name can lock it for some minutes with each that counts there; so
    he has few of them, and they do not touch a browser that she has signed in with before.
    """

    def __init__(self) -> None:
        self._by_address = Attempts(20, 600)
        self._by_name = Attempts(6, 3600)
        self._by_mark = Attempts(10, 600)

    def take(self, address: str, name: str) -> bool:
        return self._by_address.take(address) and self._by_name.take(address, name)

    def take_mark(self, mark: str) -> bool:
        return self._by_mark.take(mark)

    def give_back(self, address: str, name: str, mark: str | None) -> None:
        if mark is not None:
            self._by_mark.give_back(mark)
            return
        self._by_address.give_back(address)
        self._by_name.give_back(address, name)


def _has_begun(records: Records, token: str) -> bool:
    try:
        records.summary(records.sessions.person(token) or "")
    except NotFoundError:
        return False
    return True


async def _person(coach: Coach, token: str | None) -> str | None:
    if token is None:
        return None
    return await to_thread.run_sync(lambda: coach.records.sessions.person(token))


def _is_open(path: str) -> bool:
    return path == SIGN_IN or is_public(path)


def _wants_a_page(scope: Scope, headers: Headers) -> bool:
    read = scope["method"] in ("GET", "HEAD")
    return "text/html" in headers.get("accept", "") or (read and scope["path"] in _PAGES)


def _is_own(request: Request) -> bool:
    """Whether a form was sent from a page of this site.

    Signing somebody in under another name is as bad as reading along: she would write
    into it. Browsers leave out Sec-Fetch-Site where there is no https, and Origin never
    where they send a form; whoever sends neither is no browser of hers.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = urlsplit(request.headers.get("origin", ""))
    return bool(origin.netloc) and origin.netloc == request.headers.get("host")


async def _fields(request: Request) -> dict[str, str]:
    """The fields of a form, none when it is of another kind or too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_BODY:
            return {}
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=10)
    except ValueError:
        return {}
    return {name: values[-1] for name, values in fields.items()}
