"""What a browser fetches to put the page on a home screen, and the mark of who has begun."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from coach import Settings
from ui.http.app import create_app

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    app: FastAPI = create_app(settings)  # these addresses need no open coach
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://page.test") as one:
        yield one


async def _read(client: httpx.AsyncClient, path: str) -> httpx.Response:
    answer = await client.get(path)
    assert answer.status_code == 200, path
    return answer


async def test_the_manifest_is_ours_and_gives_nothing_away(client: httpx.AsyncClient) -> None:
    answer = await _read(client, "/manifest.json")
    assert answer.headers["content-type"].startswith("application/manifest+json")
    manifest = answer.json()
    assert manifest["name"] == manifest["short_name"] == "Notebook"
    assert "breakup" not in answer.text.lower()
    assert (manifest["scope"], manifest["start_url"]) == ("/", "/")
    for icon in manifest["icons"]:
        drawn = await _read(client, icon["src"])
        assert drawn.headers["content-type"].startswith(icon["type"])
        if icon["type"] == "image/png":
            width = int.from_bytes(drawn.content[16:20], "big")
            assert icon["sizes"] == f"{width}x{width}"
            assert len(drawn.content) < 10_000


async def test_tab_and_history_give_nothing_away(client: httpx.AsyncClient) -> None:
    page = (await _read(client, "/")).text
    told = re.findall(r'="(?:og|twitter):title" content="([^"]*)"', page)
    assert set(told) <= {"Notebook", "Gradio"}, "what else Gradio makes of the title"
    assert "Notebook" in told
    assert (await client.get("/config")).json()["title"] == "Notebook"


async def test_the_worker_and_its_page_are_ours(client: httpx.AsyncClient) -> None:
    worker = await _read(client, "/sw.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    page = await _read(client, "/offline.html")
    assert page.headers["content-type"].startswith("text/html")
    assert "You are offline, or this program is not running." in page.text
    assert "$" not in page.text
    assert "//" not in page.text  # nothing from elsewhere
    policy = page.headers["content-security-policy"]
    assert "manifest-src 'self'" in policy
    assert "worker-src 'self'" in policy


async def test_the_mark_is_set_only_when_she_begins(client: httpx.AsyncClient) -> None:
    seen = await _read(client, "/")
    assert "coach_begun" not in seen.headers.get("set-cookie", "")
    answer = await client.post("/begun")
    assert answer.status_code == 204
    (cookie,) = answer.headers.get_list("set-cookie")
    assert cookie.startswith("coach_begun=1;")
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie
    assert "HttpOnly" not in cookie  # the page reads it before it is drawn
    secure = await client.post("https://page.test/begun")
    cookies = secure.headers.get_list("set-cookie")
    assert cookies
    assert all("Secure" in one for one in cookies)
