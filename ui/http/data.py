"""What is kept of her, for her to take along, and the end of it.

Both are addresses of their own and no events of the page: Gradio would write a download into
its temporary directory, and only an answer of ours can give the browser a new cookie.
"""

import contextlib
import json
from collections.abc import Callable
from functools import partial
from typing import Any, Final, Literal

from anyio import to_thread
from fastapi import FastAPI, Request
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from coach import Coach, CoachError, NotFoundError
from coach.records import as_markdown
from ui.http.identity import person_of, renew
from ui.http.session import SIGN_IN, is_signed_in, sign_out
from ui.web.turns import Turns

__all__ = ["EXPORT_JSON", "EXPORT_MARKDOWN", "FORGET", "OwnPageMiddleware", "add_data_routes"]

EXPORT_MARKDOWN = "/export/me.md"
EXPORT_JSON = "/export/me.json"
FORGET = "/forget-me"

# The name says nothing to whoever sees it among the downloads.
_FILE: Final = "notes"

_Deleted = Literal["done", "traces", "failed"]


class OwnPageMiddleware:
    """Refuses what is hers to everything but her own page, or her own typing.

    It stands before the identity: that would send a link on another site round to the page's
    own side, and would let a stranger's address put a file among her downloads.

    Args:
        app: The application behind it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] == "http" and _refused(scope):
            refusal = PlainTextResponse(
                "This address opens from its own page only.",
                status_code=403,
                headers={"cache-control": "no-store"},
            )
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _refused(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    path = scope["path"].rstrip("/")  # with one too many, the router turns to the one without
    # Browsers say this to addresses they trust, https or this machine, and nowhere else.
    site = headers.get("sec-fetch-site", "none")
    if path in (EXPORT_MARKDOWN, EXPORT_JSON):
        return site not in ("same-origin", "none")
    # No other page can set such a header without asking first, which is answered by nobody.
    asked = headers.get("x-requested-with") == "page"
    return path == FORGET and (site not in ("same-origin", "none") or not asked)


def add_data_routes(app: FastAPI, coach: Coach, turns: Turns) -> None:
    """Add the addresses, before the page, which takes every other one.

    Args:
        app: The application.
        coach: The coach; open once somebody asks.
        turns: The answers being written.
    """

    async def file(request: Request, write: Callable[[dict[str, Any]], str], kind: str) -> Response:
        person = person_of(request)
        try:
            text = await to_thread.run_sync(lambda: write(coach.records.export(person)))
        except NotFoundError:
            return PlainTextResponse("Nothing is kept here yet.", status_code=404)
        except CoachError:
            return PlainTextResponse("This cannot be read right now.", status_code=503)
        ending = request.url.path.rpartition(".")[2]
        headers = {
            "content-disposition": f'attachment; filename="{_FILE}.{ending}"',
            "cache-control": "no-store",
        }
        return Response(text, media_type=f"{kind}; charset=utf-8", headers=headers)

    @app.get(EXPORT_MARKDOWN)
    async def markdown(request: Request) -> Response:
        return await file(request, as_markdown, "text/markdown")

    @app.get(EXPORT_JSON)
    async def plain(request: Request) -> Response:
        return await file(request, _as_json, "application/json")

    @app.post(FORGET)
    async def forget(request: Request) -> Response:
        person = person_of(request)
        await turns.end_all(person)  # a stopped answer is stored, and then goes with the rest
        state = await to_thread.run_sync(_delete, coach, person)
        if state == "failed":
            return JSONResponse({"state": state}, 503)
        if is_signed_in(request):
            response = JSONResponse({"state": state, "next": f"{SIGN_IN}?{state}"})
            # Her user is the operator's to take away; all that is hers ends here.
            with contextlib.suppress(CoachError):
                end = partial(sign_out, request, response, everywhere=True, forget=True)
                await to_thread.run_sync(end)
        else:
            response = JSONResponse({"state": state})
            # Another id rather than none: her other tabs cannot all ask for one at once, and
            # whatever still carries the old one finds nobody.
            renew(request, response)
        return response


def _as_json(exported: dict[str, Any]) -> str:
    return json.dumps(exported, ensure_ascii=False, indent=2) + "\n"


def _delete(coach: Coach, person: str) -> _Deleted:
    try:
        coach.records.delete_person(person)
    except NotFoundError:
        return "done"
    except CoachError:
        return "traces" if _gone(coach, person) else "failed"
    return "done"


def _gone(coach: Coach, person: str) -> bool:
    try:
        coach.records.summary(person)
    except NotFoundError:
        return True
    except CoachError:
        return False
    return False
