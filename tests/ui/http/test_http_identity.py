"""Who is asking: the cookie, and the headers that keep the page to itself."""

import re

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from ui.http.identity import COOKIE, IdentityMiddleware, person_of
from ui.http.privacy import PrivacyMiddleware

pytestmark = pytest.mark.anyio

KNOWN = "k" * 43


async def _who(request: Request) -> PlainTextResponse:
    return PlainTextResponse(person_of(request))


def _client(base_url: str = "http://page.test") -> httpx.AsyncClient:
    app = Starlette(routes=[Route("/", _who), Route("/assets/a.js", _who)])
    app.add_middleware(PrivacyMiddleware)
    app.add_middleware(IdentityMiddleware)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base_url)


async def test_a_new_person_gets_an_unguessable_cookie_that_only_this_site_reads():
    async with _client() as client:
        answer = await client.get("/")
        value, *attributes = answer.headers["set-cookie"].split("; ")
        assert value == f"{COOKIE}={answer.text}"
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", answer.text)
        assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(attributes)
        assert "Secure" not in attributes
        again = await client.get("/")
        assert again.text == answer.text
        assert "set-cookie" not in again.headers


async def test_two_new_people_are_two():
    async with _client() as one, _client() as other:
        assert (await one.get("/")).text != (await other.get("/")).text


async def test_over_https_the_cookie_is_secure():
    async with _client("https://page.test") as client:
        assert "; Secure" in (await client.get("/")).headers["set-cookie"]


@pytest.mark.parametrize(
    "value", ["", "short", "k" * 44, "../../etc/passwd", "k" * 42 + "%", '"' + "k" * 43]
)
async def test_a_cookie_of_another_form_is_nobodys(value):
    async with _client() as client:
        answer = await client.get("/", headers={"cookie": f"{COOKIE}={value}"})
        assert answer.text != value
        assert answer.headers["set-cookie"].startswith(f"{COOKIE}={answer.text}")


async def test_other_cookies_are_no_obstacle():
    async with _client() as client:
        header = {"cookie": f"theme=dark; {COOKIE}={KNOWN}; x=1"}
        assert (await client.get("/", headers=header)).text == KNOWN


async def test_a_link_from_another_site_does_not_replace_her():
    from_elsewhere = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    async with _client() as client:
        # The browser holds her cookie back on this one.
        answer = await client.get("/", headers=from_elsewhere)
        assert "set-cookie" not in answer.headers
        assert 'http-equiv="refresh"' in answer.text
        # And sends it when the page turns round to itself.
        header = {"cookie": f"{COOKIE}={KNOWN}", "sec-fetch-site": "same-origin"}
        assert (await client.get("/", headers=header)).text == KNOWN


async def test_the_browser_is_told_to_keep_everything_here():
    async with _client() as client:
        page, asset = await client.get("/"), await client.get("/assets/a.js")
        policy = page.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "http:" not in policy
        assert "https:" not in policy
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["cache-control"] == "no-store"
        assert "cache-control" not in asset.headers
