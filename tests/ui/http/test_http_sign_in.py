"""A server that several people share: nothing gets past without a session."""

import re
import time
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.routing import BaseRoute, Mount, Route

from coach import Settings
from coach.records import Records
from ui.http.attempts import Attempts
from ui.http.session import COOKIE
from ui.web.leave import ARRIVED
from ui.web.words import load_words

from .conftest import OWN, PASSWORD, browser, running, sign_in

pytestmark = pytest.mark.anyio

EVERYWHERE = "0.0.0.0"  # noqa: S104  nothing listens there
PAGE = {"x-requested-with": "page"}
HTML = {"accept": "text/html,application/xhtml+xml"}
WORDS = load_words().sign_in

ODD_PATHS = [
    "/?x=/assets/",
    "//",
    "/assets",
    "/assets/../config",
    "/assets/..%2fconfig",
    "/static/%2e%2e/config",
    "/theme.css/../config",
    "/theme.css/",
    "/sign-in/",
    "/healthz/../config",
    "/sign-in/../config",
    "/CONFIG",
    "/config/",
    "/gradio_api/info",
    "/gradio_api/startup-events",
    "/gradio_api/heartbeat/x",
    "/gradio_api/file=/etc/passwd",
    "/gradio_api/queue/data?session_hash=x",
    "/docs",
    "/openapi.json",
    "/gradio_api/user",
    "/manifest.json/",
    "/icon-1.png",
    "/icon-512.png/x",
    "/help-lines/",
    "/away/x",
    "/leave",
    "/here",
    "/locked",
    "/export/me.md",
    "/monitoring",
]
FORMS = [
    ({"sec-fetch-site": "cross-site"}, False),
    ({"sec-fetch-site": "same-site"}, False),
    ({"sec-fetch-site": "cross-site", "origin": "http://page.test"}, False),
    ({"origin": "http://evil.test"}, False),
    ({"origin": "http://page.test.evil.test"}, False),
    ({"origin": "http://page.test:81"}, False),
    ({"origin": "null"}, False),
    ({"accept": "*/*"}, False),
    ({"sec-fetch-site": "none"}, True),
    ({"sec-fetch-site": "same-origin", "origin": "null"}, True),
    ({"origin": "http://page.test"}, True),
]


def _sha256(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def _paths(routes: list[BaseRoute]) -> Iterator[tuple[str, str]]:
    for route in routes:
        inner = getattr(route, "original_router", route)  # FastAPI's wrapper of a router
        if inner is not route or isinstance(route, Mount):
            yield from _paths(inner.routes)
        elif isinstance(route, Route):
            path = re.sub(r"{[^}]*}", "x", route.path)
            for method in route.methods or ():
                yield method, path


async def test_every_route_refuses_without_a_session(app: FastAPI) -> None:
    async with browser(app) as client:
        seen = sorted(set(_paths(app.routes)))
        paths = {path for _, path in seen}
        assert len(paths) > 40
        assert {"/", "/config", "/gradio_api/queue/join", "/gradio_api/queue/data"} <= paths
        assert {"/gradio_api/upload", "/gradio_api/file=x", "/sign-out"} <= paths
        assert {"/export/me.md", "/forget-me", "/v1/chat/completions"} <= paths
        let_in = []
        for method, path in seen:
            answer = await client.request(method, path, headers=PAGE)
            asked = await client.request(method, path, headers=PAGE | HTML)
            to_sign_in = [one.headers.get("location") == "/sign-in" for one in (answer, asked)]
            if not (answer.status_code == 401 or to_sign_in[0]) or not to_sign_in[1]:
                let_in.append(path)
        # Files that are the same for everybody, the numbers to call, the page that says nothing,
        # and nothing else.
        assert set(let_in) == {
            "/sign-in", "/healthz", "/static/x", "/assets/x", "/svelte/x", "/theme.css",
            "/favicon.ico", "/manifest.json", "/icon.svg", "/sw.js", "/offline.html", "/away",
            "/help-lines",
        }  # fmt: skip
        for path in ("/icon-192.png", "/icon-512.png"):
            assert (await client.get(path)).headers["content-type"] == "image/png"


async def test_no_way_of_writing_a_path_gets_past(app: FastAPI) -> None:
    cookies = ("", f"{COOKIE}={'k' * 43}", "coach_person=" + "k" * 43, f"{COOKIE}=x")
    async with browser(app) as client:
        for path in ODD_PATHS:
            for cookie in cookies:
                answer = await client.get(path, headers={"cookie": cookie})
                refused = answer.headers.get("location") == "/sign-in"
                assert refused or answer.status_code in (401, 403, 404, 405), path
                assert "components" not in answer.text


async def test_a_websocket_is_closed_at_once(app: FastAPI) -> None:
    said: list[Any] = []

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        said.append(message)

    scope = {"type": "websocket", "path": "/gradio_api/x", "headers": [], "query_string": b""}
    await app(scope, receive, send)
    assert [message["type"] for message in said] == ["websocket.close"]


async def test_signing_in_and_out(app: FastAPI) -> None:
    async with browser(app) as client:
        assert (await client.get("/", headers=HTML)).headers["location"] == "/sign-in"
        page = await client.get("/sign-in")
        assert "breakup" not in page.text.lower()
        assert re.findall("<script.*?</script>", page.text) == [f"<script>{ARRIVED}</script>"]
        assert _sha256(ARRIVED) in page.text
        assert page.headers["cache-control"] == "no-store"
        answer = await sign_in(client)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        token, *attributes = answer.headers["set-cookie"].split("; ")
        assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(attributes)
        assert "Secure" not in attributes
        shown = await client.get("/")
        assert "After a breakup" in shown.text
        assert "/sign-out" in shown.text
        assert "coach_person" not in shown.headers.get("set-cookie", "")
        assert (await client.get("/config")).status_code == 200
        assert (await client.get("/sign-in")).headers["location"] == "/"

        asked = await client.get("/sign-out")
        assert WORDS.out_everywhere in asked.text
        assert (await client.get("/config")).status_code == 200, "looking signs nobody out"
        answer = await client.post("/sign-out", data={"where": "here"}, headers=OWN)
        assert answer.headers["location"] == "/sign-in?out"
        assert WORDS.ended in (await client.get("/sign-in?out")).text
        assert COOKIE not in client.cookies
        # What was copied from the browser before is of no use.
        for path in ("/config", "/gradio_api/queue/data?session_hash=x"):
            assert (await client.get(path, headers={"cookie": token})).status_code == 401
        answer = await client.get("/", headers={"cookie": token})
        assert answer.headers["location"] == "/sign-in"


async def test_everywhere_is_everywhere_and_others_stay(app: FastAPI) -> None:
    async with (
        browser(app) as phone,
        browser(app) as laptop,
        browser(app) as ben,
    ):
        for client, name in ((phone, "ann"), (laptop, "Ann"), (ben, "ben")):
            assert (await sign_in(client, name)).status_code == 303
        await phone.post("/sign-out", data={"where": "everywhere"}, headers=OWN)
        assert (await laptop.get("/config")).status_code == 401
        assert (await ben.get("/config")).status_code == 200


async def test_a_new_sign_in_ends_the_session_before_it(app: FastAPI) -> None:
    async with browser(app) as client:
        await sign_in(client)
        before = client.cookies[COOKIE]
        await sign_in(client)
        assert client.cookies[COOKIE] != before
        client.cookies.set(COOKIE, before, domain="page.test")
        async with browser(app) as other:
            header = {"cookie": f"{COOKIE}={before}"}
            assert (await other.get("/config", headers=header)).status_code == 401


async def test_over_https_the_cookie_is_secure(app: FastAPI) -> None:
    async with browser(app, "https://page.test") as client:
        assert "; Secure" in (await sign_in(client)).headers["set-cookie"]


async def test_a_form_of_another_site_is_refused(app: FastAPI) -> None:
    for headers, own in FORMS:
        async with browser(app) as client:
            answer = await sign_in(client, **headers)
            assert answer.status_code == (303 if own else 403), headers
            assert (COOKIE in client.cookies) is own
            await sign_in(client)
            await client.post("/sign-out", headers=headers)
            assert ((await client.get("/config")).status_code == 200) is not own, headers


async def test_a_link_on_another_site_does_not_ask_her_to_sign_in_again(app: FastAPI) -> None:
    link = HTML | {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    async with browser(app) as client:
        for path in ("/", "/sign-in"):
            answer = await client.get(path, headers=link)
            assert 'http-equiv="refresh"' in answer.text


async def test_every_failure_says_and_costs_the_same(app: FastAPI) -> None:
    for _ in range(5):
        app.state.coach.records.users.check("cleo", "wrong password")
    seen: dict[str, list[float]] = {}
    pages = set()
    # Of the same length, as the page shows the name once more.
    for name in ("ben", "cleo", "nobody", "no one") * 2:
        async with browser(app) as client:
            began = time.perf_counter()
            answer = await sign_in(client, name, "wrong password")
            seen.setdefault(name, []).append(time.perf_counter() - began)
        assert answer.status_code == 403
        pages.add(answer.text.replace(name, "NAME"))
    async with browser(app) as client:  # the right one, while it is locked
        pages.add((await sign_in(client, "cleo")).text.replace("cleo", "NAME"))
    assert len(pages) == 1
    quickest = [min(times) for times in seen.values()]
    assert max(quickest) / min(quickest) < 1.6


async def test_what_is_typed_is_text_and_the_password_is_not_sent_back(app: FastAPI) -> None:
    async with browser(app) as client:
        answer = await sign_in(client, '"><script>alert(1)</script>', "my secret words")
        assert "<script" not in answer.text
        assert "&lt;script&gt;" in answer.text
        assert "my secret words" not in answer.text
        for body in (
            b"",
            b"name=ann",
            b"\xff",
            b"password=x",
            b"name=ann&password=" + b"x" * 99999,
        ):
            answer = await client.post("/sign-in", content=body, headers=OWN)
            assert answer.status_code == 422
            assert WORDS.blank in answer.text


async def test_locks_and_sessions_outlive_the_server(settings: Settings) -> None:
    async with running(settings, "ann", "ben") as app, browser(app) as client:
        await sign_in(client, "ben")
        session = {"cookie": f"{COOKIE}={client.cookies[COOKIE]}"}
        for _ in range(5):
            assert (await sign_in(client, password="wrong password")).status_code == 403
        assert (await sign_in(client)).status_code == 403
    async with running(settings) as app, browser(app) as client:
        assert (await sign_in(client)).status_code == 403
        assert (await client.get("/config", headers=session)).status_code == 200


def test_an_address_has_so_many_failures() -> None:
    attempts = Attempts(most=3, seconds=600)
    for _ in range(5):
        assert attempts.take("192.0.2.1")
        attempts.give_back("192.0.2.1")
    assert [attempts.take("192.0.2.1") for _ in range(4)] == [True, True, True, False]
    assert attempts.take("192.0.2.2")
    # One line has a whole network of these.
    taken = [attempts.take(f"2001:db8::{number}") for number in range(4)]
    assert taken == [True, True, True, False]
    assert attempts.take("2001:db8:0:1::1")
    assert not attempts.take("::ffff:192.0.2.1")
    soon = Attempts(most=1, seconds=0.05)
    assert [soon.take("a"), soon.take("a")] == [True, False]
    time.sleep(0.1)
    assert soon.take("a")


async def test_one_password_cannot_be_tried_on_all_names(app: FastAPI) -> None:
    async with browser(app, address="192.0.2.1") as client:
        for _ in range(20):
            assert _desk(app)._limits._by_address.take("192.0.2.1")
        answer = await sign_in(client)
        assert answer.status_code == 429
        assert WORDS.too_many in answer.text
        assert COOKIE not in client.cookies
        async with browser(app, address="192.0.2.2") as other:
            assert (await sign_in(other)).status_code == 303


def _desk(app: FastAPI) -> Any:
    (route,) = (
        one
        for one in app.routes
        if isinstance(one, Route) and one.path == "/sign-in" and "POST" in (one.methods or ())
    )
    return route.endpoint.__self__  # type: ignore[attr-defined]


async def test_while_nobody_is_there_it_is_told_kindly_and_in_the_log(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(settings) as app, browser(app) as client:
        assert "coach user add NAME" in caplog.text
        page = await client.get("/sign-in")
        assert WORDS.nobody in page.text
        assert "<form" not in page.text
        with Records(settings.records_url) as records:
            records.users.add("ann", PASSWORD)
        assert "<form" in (await client.get("/sign-in")).text
        assert (await sign_in(client)).status_code == 303


async def test_records_that_cannot_be_read_let_nobody_in(settings: Settings) -> None:
    async with running(settings, "ann") as app, browser(app) as client:
        await sign_in(client)
        app.state.coach.records.close()
        assert (await client.get("/config")).status_code == 503
        for answer in (await client.get("/sign-in"), await sign_in(client)):
            assert answer.status_code == 503
            assert WORDS.unavailable in answer.text


@pytest.mark.parametrize(
    ("host", "sign_in", "needed"),
    [
        ("127.0.0.1", "auto", False), ("127.8.8.8", "auto", False), ("::1", "auto", False),
        ("localhost", "auto", False), (EVERYWHERE, "auto", True), ("::", "auto", True),
        ("192.0.2.1", "auto", True), ("coach.example", "auto", True), ("", "auto", True),
        ("127.0.0.1", "on", True), (EVERYWHERE, "off", False),
        ("127.0.0.1.example.org", "auto", True),
    ],
)  # fmt: skip
async def test_when_it_is_needed(host: str, sign_in: str, needed: bool) -> None:
    assert Settings.load(host=host, sign_in=sign_in).sign_in_needed is needed


@pytest.mark.parametrize(("host", "warned"), [("127.0.0.1", False), (EVERYWHERE, True)])
async def test_without_sign_in_the_cookie_is_the_person_and_the_log_warns(
    settings: Settings, caplog: pytest.LogCaptureFixture, host: str, warned: bool
) -> None:
    open_to_all = settings.model_copy(update={"sign_in": "off", "host": host})
    async with running(open_to_all) as app, browser(app) as client:
        page = await client.get("/", headers=HTML)
        assert "coach_person" in page.headers["set-cookie"]
        assert "/sign-out" not in page.text
        # "/sign-in" is one of the many paths that there are not.
        assert (await client.get("/sign-in")).status_code == 404
        assert ("COACH_SIGN_IN=off" in caplog.text) is warned
