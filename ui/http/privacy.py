"""Response headers that keep the page to itself."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["PrivacyMiddleware", "is_public", "is_static"]

# Gradio's page needs inline scripts and styles. What counts here is the last word of
# each line: the browser itself refuses to fetch from, post to, or be framed by others.
_CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'self'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)
_STATIC_FOLDERS = ("/assets/", "/static/", "/svelte/")
_STATIC_FILES = frozenset({"/theme.css", "/favicon.ico"})
_PUBLIC = frozenset(
    {
        "/away",
        "/healthz",
        "/help-lines",
        "/icon-192.png",
        "/icon-512.png",
        "/icon.svg",
        "/manifest.json",
        "/offline.html",
        "/sw.js",
    }
)


def is_static(path: str) -> bool:
    """Whether a path is one of Gradio's own files, the same for everybody."""
    return path.startswith(_STATIC_FOLDERS) or path in _STATIC_FILES


def is_public(path: str) -> bool:
    """Whether what a path leads to is the same for everybody, and shows nothing of anybody's.

    It is reached by people who are locked out, or have not signed in. The numbers to call are
    among it: who needs them may not remember a password.
    """
    return is_static(path) or path in _PUBLIC


class PrivacyMiddleware:
    """Adds the headers to every response.

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

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["content-security-policy"] = _CONTENT_POLICY
                headers["referrer-policy"] = "no-referrer"
                headers["x-content-type-options"] = "nosniff"
                # Nobody who opens the browser after her finds her words in its cache.
                if not is_static(scope["path"]):
                    headers["cache-control"] = "no-store"
            await send(message)

        await self._app(scope, receive, send_with_headers)
