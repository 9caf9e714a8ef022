"""What is kept of her as a file: hers alone, for her own page alone, and nowhere on the way."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from coach import Coach, Settings
from coach.records import Records
from coach.reply import Reply
from ui.http.data import OwnPageMiddleware, add_data_routes
from ui.http.identity import IdentityMiddleware
from ui.http.privacy import PrivacyMiddleware
from ui.web.turns import Turns

pytestmark = pytest.mark.anyio

ANN, BEN = "a" * 43, "b" * 43
FILES = ("/export/me.md", "/export/me.json")
HERE = {"x-requested-with": "page"}


@pytest.fixture
def coach(tmp_path, cache_dir) -> Coach:
    return Coach(Settings.load(llm="none", data_dir=tmp_path / "data", cache_dir=cache_dir))


@pytest.fixture
def records(coach) -> Records:
    records = coach.records
    for person, words in ((ANN, "ann's <b>own</b> words"), (BEN, "ben's words")):
        records.ensure_person(person)
        thread = records.create_thread(person).id
        reply = Reply(text="I hear you.", route="coach", scope="feeling", mode="article")
        records.add_exchange(person, thread, words, reply, None)
    return records


@pytest.fixture
async def client(coach) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI(openapi_url=None)
    app.add_middleware(PrivacyMiddleware)
    app.add_middleware(IdentityMiddleware)
    app.add_middleware(OwnPageMiddleware)
    async with Turns(coach) as turns:
        add_data_routes(app, coach, turns)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://page.test") as client:
            yield client
    await coach.aclose()


def _as(person: str, **more: str) -> dict[str, str]:
    return {"cookie": f"coach_person={person}", **{k.replace("_", "-"): v for k, v in more.items()}}


async def test_everybody_gets_her_own(client, records):
    text = await client.get("/export/me.md", headers=_as(ANN))
    assert "ann's \\<b\\>own\\</b\\> words" in text.text
    assert "ben's" not in text.text
    assert text.headers["content-type"] == "text/markdown; charset=utf-8"
    assert text.headers["content-disposition"] == 'attachment; filename="notes.md"'
    data = await client.get("/export/me.json", headers=_as(BEN))
    assert data.headers["content-disposition"] == 'attachment; filename="notes.json"'
    exported = json.loads(data.text)
    assert exported["person"] == BEN
    assert exported["threads"][0]["turns"][0]["content"] == "ben's words"
    assert "ann's" not in data.text
    for answer in (text, data):
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", FILES)
async def test_who_has_written_nothing_gets_nothing(client, records, path):
    answer = await client.get(path)
    assert answer.status_code == 404
    assert "content-disposition" not in answer.headers
    assert "words" not in answer.text


@pytest.mark.parametrize("path", [*FILES, "/export/me.md/"])
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("mode", ["navigate", "no-cors"])
async def test_another_site_gets_nothing_and_sends_her_nowhere(client, records, path, site, mode):
    from_elsewhere = {"sec_fetch_site": site, "sec_fetch_mode": mode}
    for headers in (_as(ANN, **from_elsewhere), {"sec-fetch-site": site, "sec-fetch-mode": mode}):
        answer = await client.get(path, headers=headers)
        assert answer.status_code == 403
        assert "words" not in answer.text
        # Neither is her id replaced, nor is she sent round to fetch it after all.
        assert "set-cookie" not in answer.headers
        assert "refresh" not in answer.text


@pytest.mark.parametrize("site", ["same-origin", "none"])
async def test_her_own_page_and_her_own_typing_get_it(client, records, site):
    headers = _as(ANN, sec_fetch_site=site, sec_fetch_mode="navigate")
    assert (await client.get("/export/me.md", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},  # a form of another page in a browser that does not say where it comes from
        {"x_requested_with": "page", "sec_fetch_site": "cross-site"},
        {"x_requested_with": "page", "sec_fetch_site": "same-site"},
    ],
)
async def test_nobody_else_deletes_for_her(client, records, headers):
    answer = await client.post("/forget-me", headers=_as(ANN, **headers))
    assert answer.status_code == 403
    assert records.summary(ANN).conversations == 1
    assert (await client.get("/forget-me", headers=_as(ANN) | HERE)).status_code == 405
    assert records.summary(ANN).conversations == 1


async def test_deleting_takes_hers_alone_and_changes_the_cookie(client, records):
    answer = await client.post("/forget-me", headers=_as(ANN, sec_fetch_site="same-origin") | HERE)
    assert answer.json() == {"state": "done"}
    value, *attributes = answer.headers["set-cookie"].split("; ")
    assert value.startswith("coach_person=")
    assert ANN not in value
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(attributes)
    assert answer.headers["cache-control"] == "no-store"
    assert (await client.get("/export/me.md", headers=_as(ANN))).status_code == 404
    assert records.summary(BEN).conversations == 1
