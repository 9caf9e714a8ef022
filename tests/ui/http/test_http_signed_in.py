"""Where people sign in: leaving, the lock, the first visit, and the end of all that is kept."""

import httpx
import pytest
from fastapi import FastAPI

from coach import NotFoundError, Settings
from coach.records import Records
from coach.safety.helplines import FINDER
from ui.http.begun import BEGUN
from ui.http.session import COOKIE, MARK
from ui.web.words import load_words

from .conftest import OWN, PASSWORD, browser, running, sign_in

pytestmark = pytest.mark.anyio

WORDS = load_words()
HERE = {"x-requested-with": "page"}
PASSPHRASE = "a quiet lamp"
HEADERS = ("content-security-policy", "referrer-policy", "x-content-type-options")


def _records(app: FastAPI) -> Records:
    records: Records = app.state.coach.records
    return records


def _written(app: FastAPI, name: str) -> str:
    """Somebody who has written something."""
    records = _records(app)
    person = records.users.known(name).person
    records.ensure_person(person)
    records.journal.add(person, "A page", "a line of mine")
    return person


async def _is_out(client: httpx.AsyncClient) -> bool:
    page = await client.get("/")
    return page.headers.get("location") == "/sign-in" and (
        (await client.get("/config")).status_code == 401
    )


async def test_leaving_ends_her_session_and_no_other(app: FastAPI) -> None:
    person = _written(app, "ann")
    async with browser(app) as client, browser(app) as phone, browser(app) as ben:
        for one, name in ((client, "ann"), (phone, "ann"), (ben, "ben")):
            await sign_in(one, name)
        before = client.cookies[COOKIE]
        assert (await client.post("/leave")).status_code == 204
        assert COOKIE not in client.cookies
        assert await _is_out(client)
        client.cookies.set(COOKIE, before)
        assert await _is_out(client), "whoever kept a copy of it"
        assert (await client.post("/leave")).status_code == 401, "once more, from another tab"
        for one in (phone, ben):
            assert (await one.get("/config")).status_code == 200
        assert not _records(app).lock.state(person).locked, "her name and password are enough"
        client.cookies.clear()
        await sign_in(client)
        assert "After a breakup" in (await client.get("/")).text


async def test_with_a_passphrase_leaving_asks_for_both(app: FastAPI) -> None:
    person = _written(app, "ben")
    _records(app).lock.set_passphrase(person, PASSPHRASE)
    async with browser(app) as client:
        await sign_in(client, "ben")
        await client.post("/leave")
        assert await _is_out(client)
        await sign_in(client, "ben")
        assert WORDS.lock.locked in (await client.get("/")).text
        assert (await client.get("/config")).status_code == 423
        # What is the same for everybody, and the way out, are there for the locked, too.
        for path in ("/manifest.json", "/help-lines", "/sign-out", "/icon.svg"):
            assert (await client.get(path)).status_code == 200
        await client.post("/unlock", data={"passphrase": PASSPHRASE})
        assert (await client.get("/config")).status_code == 200


async def test_deleting_everything_ends_every_session_and_keeps_the_user(app: FastAPI) -> None:
    person = _written(app, "cleo")
    async with browser(app) as client, browser(app) as phone:
        for one in (client, phone):
            await sign_in(one, "cleo")
        refused = await client.post("/forget-me")
        assert refused.status_code == 403
        answer = await client.post("/forget-me", headers=HERE)
        assert answer.json() == {"state": "done", "next": "/sign-in?done"}
        assert not {COOKIE, MARK} & set(client.cookies)
        assert "coach_person" not in client.cookies
        assert await _is_out(client)
        assert await _is_out(phone)
        page = (await client.get("/sign-in?done")).text
        assert WORDS.sign_in.deleted in page
        with pytest.raises(NotFoundError):
            _records(app).summary(person)
        assert (await sign_in(client, "cleo")).status_code == 303
        assert (await client.get("/export/me.json")).status_code == 404, "nothing is kept"
        # Nothing was written since; deleting that is no error, and signs her out as well.
        assert (await client.post("/forget-me", headers=HERE)).json()["state"] == "done"
        assert await _is_out(client)


async def test_who_forgot_the_passphrase_deletes_all_and_is_signed_out(app: FastAPI) -> None:
    person = _written(app, "dora")
    _records(app).lock.set_passphrase(person, PASSPHRASE)
    async with browser(app) as client, browser(app) as phone:
        for one in (client, phone):
            await sign_in(one, "dora")
        assert (await client.post("/delete-all")).headers["location"] == "/"
        assert _records(app).summary(person).pages == 1, "not while it is open"
        _records(app).lock.close(person)
        answer = await client.post("/delete-all")
        assert answer.headers["location"] == "/sign-in?done"
        assert await _is_out(client)
        assert await _is_out(phone)
        with pytest.raises(NotFoundError):
            _records(app).summary(person)


async def test_the_first_visit_is_hers_and_not_the_browsers(app: FastAPI) -> None:
    async with browser(app) as client:
        await sign_in(client, "emma")
        assert BEGUN not in client.cookies
        await client.post("/begun")
        assert BEGUN in client.cookies
        await client.post("/sign-out", headers=OWN)
        _written(app, "ann")
        await sign_in(client, "ann")
        assert BEGUN in client.cookies
        await sign_in(client, "emma")
        assert BEGUN not in client.cookies


async def test_the_numbers_to_call_are_one_link_away(app: FastAPI) -> None:
    async with browser(app) as client:
        for page in (await client.get("/sign-in"), await sign_in(client, "nobody", "wrong")):
            assert 'href="/help-lines"' in page.text
            assert WORDS.help.local_emergency in page.text
        for country in ("", "US", "DE"):
            answer = await client.get("/help-lines", params={"country": country})
            assert answer.status_code == 200
            assert FINDER in answer.text or "tel:" in answer.text
        assert (await client.get("/away")).status_code == 200


async def test_every_answer_keeps_to_itself(app: FastAPI) -> None:
    link = {"accept": "text/html", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    async with browser(app) as client:
        answers = [
            await client.get("/"),
            await client.get("/", headers=link),
            await client.get("/config"),
            await client.get("/sign-in"),
            await client.post("/sign-in"),
            await client.post("/forget-me"),
            await client.get("/nowhere", headers=link),
            await sign_in(client, "ben"),
        ]
    for answer in answers:
        assert all(name in answer.headers for name in HEADERS), answer.url
        assert answer.headers["cache-control"] == "no-store"


async def test_what_the_service_worker_asks_for_leads_to_signing_in(app: FastAPI) -> None:
    async with browser(app) as client:
        for path in ("/", "/sign-out"):
            answer = await client.get(path, headers={"accept": "*/*", "sec-fetch-mode": "cors"})
            assert answer.headers["location"] == "/sign-in"


async def test_no_address_sends_anybody_elsewhere(app: FastAPI) -> None:
    elsewhere = "https://evil.test/"
    async with browser(app) as client:
        for name in ("next", "_target_url", "redirect", "url", "root"):
            query = {name: elsewhere}
            fields = {"name": "ann", "password": PASSWORD, **query}
            answers = [
                await client.get("/", params=query),
                await client.post("/sign-in", params=query, data=fields, headers=OWN),
                await client.get("/sign-in", params=query),
                await client.get("/logout", params=query),
                await client.post("/login", params=query, data=fields),
                await client.post("/sign-out", params=query, data=query, headers=OWN),
            ]
            for answer in answers:
                assert "evil.test" not in answer.headers.get("location", "")


async def test_a_stranger_cannot_keep_her_out(settings: Settings) -> None:
    async with (
        running(settings, "ann") as app,
        browser(app) as hers,
        browser(app, address="192.0.2.9") as his,
    ):
        await sign_in(hers)
        await hers.post("/leave")
        answers = [(await sign_in(his, "ANN", f"guess {one}")).status_code for one in range(8)]
        assert answers == [403] * 6 + [429] * 2
        assert _records(app).users.known("ann").locked_until is not None
        # Not from an address that has tried nothing, as long as that lasts.
        async with browser(app) as new:
            assert (await sign_in(new)).status_code == 403
        # Her own browser is not asked to wait.
        assert (await sign_in(hers, password="not quite right")).status_code == 403
        assert (await sign_in(hers)).status_code == 303
        assert _records(app).users.known("ann").locked_until is None
        # It is hers with her name alone, and with her password alone.
        mark = hers.cookies[MARK]
        assert not _records(app).users.knows("ben", mark)
        _records(app).users.change_password("ann", "another long one")
        assert not _records(app).users.knows("ann", mark)
        async with browser(app) as other:
            other.cookies.set(MARK, mark)
            assert await _is_out(other), "it opens nothing by itself"


async def test_a_browser_of_hers_cannot_guess_for_ever(app: FastAPI) -> None:
    async with browser(app) as client:
        await sign_in(client, "emma")
        await client.post("/sign-out", headers=OWN)
        answers = [(await sign_in(client, "emma", f"guess {one}")).status_code for one in range(17)]
        # Ten by its mark, and then as anybody else.
        assert answers == [403] * 16 + [429]


async def test_passwords_are_in_no_log(app: FastAPI, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with browser(app) as client:
        await sign_in(client, "ben", "my wrong secret words")
        await client.post("/sign-in", content=b"password=my+wrong+secret+words", headers=OWN)
        await sign_in(client, "ben")
    assert "secret words" not in caplog.text
    assert "my+wrong" not in caplog.text
    assert PASSWORD not in caplog.text


async def test_a_stream_ends_with_the_session(app: FastAPI) -> None:
    """An answer that is being read elsewhere goes no further once she is signed out there."""
    from starlette.responses import StreamingResponse
    from starlette.types import Message

    from ui.http.lock import LockMiddleware

    token = _records(app).users.sign_in("ben", PASSWORD) or ""
    person = _records(app).sessions.person(token)
    said: list[Message] = []

    async def chunks():
        yield b"before "
        _records(app).sessions.end(token)
        yield b"after"

    async def send(message: Message) -> None:
        said.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    state = {"person": person, "session": token}
    scope = {"type": "http", "method": "GET", "path": "/x", "headers": [], "state": state}
    scope |= {"asgi": {"spec_version": "2.4"}}
    await LockMiddleware(StreamingResponse(chunks()), app.state.coach)(scope, receive, send)
    assert b"".join(one.get("body", b"") for one in said) == b"before "
