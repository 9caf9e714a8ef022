"""What a browser needs to put the page on a home screen, and to say when it cannot be reached.

The service worker keeps one page of ours, which says that there is no connection, and
nothing else: whoever opens the browser after her finds nothing of hers in it.
"""

import html
from pathlib import Path
from string import Template
from typing import Any

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse

from ui.web.words import Words

__all__ = ["ICON", "LINKS", "add_install"]

_ASSETS = Path(__file__).parent / "assets"
_SIZES = (192, 512)
ICON = _ASSETS / "icon-192.png"

# Of the theme: paper and ink-green by day.
_GROUND, _ACCENT = "#f5f2ec", "#3d6a64"

LINKS = """
<link rel="icon" type="image/svg+xml" href="/icon.svg">
<link rel="apple-touch-icon" href="/icon-192.png">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="#f5f2ec">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#1c1e1f">
"""
"""For the page's head; Gradio itself links to /manifest.json."""


def add_install(app: FastAPI, words: Words) -> None:
    """Serve the manifest, the icons, the service worker and the page it keeps.

    Args:
        app: The application, before the page is mounted: Gradio has a manifest of its own,
            under the same address and with the page's title as its name.
        words: The page's words.
    """
    manifest = _manifest(words)
    offline = _offline(words)

    @app.get("/manifest.json")
    def read_manifest() -> JSONResponse:
        return JSONResponse(manifest, media_type="application/manifest+json")

    @app.get("/icon.svg")
    def read_drawing() -> FileResponse:
        return FileResponse(_ASSETS / "icon.svg", media_type="image/svg+xml")

    @app.get("/icon-{size}.png")
    def read_icon(size: int) -> FileResponse:
        nearest = min(_SIZES, key=lambda one: abs(one - size))
        return FileResponse(_ASSETS / f"icon-{nearest}.png", media_type="image/png")

    @app.get("/sw.js")
    def read_worker() -> FileResponse:
        return FileResponse(_ASSETS / "sw.js", media_type="text/javascript")

    @app.get("/offline.html")
    def read_offline() -> HTMLResponse:
        return HTMLResponse(offline)


def _manifest(words: Words) -> dict[str, Any]:
    name = words.away.app_name  # under an icon that others may see
    icons = [
        {"src": "/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
        *(
            {
                "src": f"/icon-{size}.png",
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size in _SIZES
            for purpose in ("any", "maskable")
        ),
    ]
    return {
        "id": "/",
        "name": name,
        "short_name": name,
        "lang": "en",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": _GROUND,
        "theme_color": _ACCENT,
        "icons": icons,
    }


def _offline(words: Words) -> str:
    away = words.away
    texts = {
        "title": away.app_name,
        "lead": away.lead,
        "kept": away.kept,
        "danger": words.help.local_emergency,
        "again": away.again,
    }
    template = Template((_ASSETS / "offline.html").read_text(encoding="utf-8"))
    return template.substitute({name: html.escape(text) for name, text in texts.items()})
