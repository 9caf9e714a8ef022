"""The pages beside the page: the dull one, the locked view, and the helplines by themselves.

They are plain HTML from this server, need no Gradio, and work while everything else is refused.
"""

from anyio import to_thread
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from coach import Coach, CoachError, Settings
from coach.records import Attempt
from coach.safety.helplines import country_of_locale
from ui.http.identity import person_of
from ui.http.lock import LOCKED
from ui.http.session import SIGN_IN, is_signed_in, sign_out
from ui.web.leave import AWAY
from ui.web.locked_view import failed_html, help_lines_html, locked_html
from ui.web.words import Words

__all__ = ["LockedPages"]


class LockedPages:
    """These pages, and what their forms and the page's script send.

    Args:
        coach: The coach.
        settings: The settings; `country` is whose helplines are shown at first.
        words: The page's words.
    """

    def __init__(self, coach: Coach, settings: Settings, words: Words) -> None:
        self._coach = coach
        self._country = settings.country
        self._words = words

    def add_to(self, app: FastAPI) -> None:
        """Add them to an application; to be done before the page is mounted.

        Args:
            app: The application.
        """
        read, sent = ["GET", "HEAD"], ["POST"]
        app.add_api_route("/away", lambda: HTMLResponse(AWAY), methods=read)
        app.add_api_route("/help-lines", self._help_lines, methods=read, response_model=None)
        app.add_api_route(LOCKED, self._locked, methods=read, response_model=None)
        app.add_api_route("/here", self._here, methods=["GET", "POST"], response_model=None)
        app.add_api_route("/leave", self._leave, methods=sent, response_model=None)
        app.add_api_route("/unlock", self._unlock, methods=sent, response_model=None)
        app.add_api_route("/delete-all", self._delete_all, methods=sent, response_model=None)

    def _help_lines(self, request: Request, country: str | None = None) -> Response:
        if country is None:
            said = country_of_locale(request.headers.get("accept-language", ""))
            country = self._country or said or ""
        return HTMLResponse(help_lines_html(country, self._words))

    def _locked(self, request: Request) -> Response:
        try:
            state = self._coach.records.lock.state(person_of(request))
        except CoachError:
            return HTMLResponse(failed_html(self._words))
        if not state.locked:
            return _to("/")
        return HTMLResponse(locked_html(state, request.query_params, self._words))

    def _here(self, request: Request) -> Response:
        """Answers whether her lock closes by itself; a POST has told that she is here."""
        try:
            state = self._coach.records.lock.state(person_of(request))
        except CoachError:
            return Response(status_code=503)
        return JSONResponse({"closes": state.when_away})

    def _leave(self, request: Request) -> Response:
        person, records = person_of(request), self._coach.records
        request.app.state.turns.temporary.forget_all(person)
        answer = Response(status_code=204)
        try:
            # Where she signs in, that is asked of whoever comes next; a passphrase is as well.
            if not is_signed_in(request) or records.lock.state(person).has_passphrase:
                records.ensure_person(person)
                records.lock.close(person)
            if is_signed_in(request):
                sign_out(request, answer)
        except CoachError:
            return Response(status_code=503)
        return answer

    async def _unlock(self, request: Request) -> Response:
        typed = (await request.form()).get("passphrase", "")
        passphrase = typed if isinstance(typed, str) else ""

        def attempt() -> Attempt:
            return self._coach.records.lock.open(person_of(request), passphrase)

        try:
            right = await to_thread.run_sync(attempt) == "right"
        except CoachError:
            return _to("/?failed=1")
        return _to("/" if right else "/?wrong=1")

    def _delete_all(self, request: Request) -> Response:
        person, records = person_of(request), self._coach.records
        try:
            if not records.lock.state(person).locked:  # an open page has a way of its own
                return _to("/")
            records.delete_person(person)
            if not is_signed_in(request):
                return _to("/")
            answer = _to(f"{SIGN_IN}?done")
            sign_out(request, answer, everywhere=True, forget=True)
        except CoachError:
            return _to("/?failed=1")
        return answer


def _to(where: str) -> Response:
    return RedirectResponse(where, status_code=303)
