"""A cookie that says that somebody has begun in this browser, so that she is asked only once.

It is set by the server, because some browsers forget within days what a script has stored,
and it can be read by the page, which knows before it is drawn what to show. It lives and
goes with the cookie that says who she is, and says nothing about her.
"""

from fastapi import FastAPI, Request, Response

from ui.http.identity import KEEP_SECONDS

__all__ = ["BEGUN", "add_begun", "set_begun"]

BEGUN = "coach_begun"


def add_begun(app: FastAPI) -> None:
    """Serve the address that sets the cookie.

    Args:
        app: The application, before the page is mounted.
    """

    @app.post("/begun", status_code=204)
    def begin(request: Request) -> Response:
        answer = Response(status_code=204)
        set_begun(request, answer)
        return answer


def set_begun(request: Request, response: Response, *, begun: bool = True) -> None:
    """Set the cookie, or take it away.

    Args:
        request: What the browser asked.
        response: The answer that takes the cookie along.
        begun: Whether she has begun.
    """
    response.set_cookie(
        BEGUN,
        "1" if begun else "",
        max_age=KEEP_SECONDS if begun else 0,
        path="/",
        secure=request.url.scheme == "https",
        samesite="strict",
    )
