"""While her page is locked, nothing of hers is given away, whatever is asked for."""

from datetime import datetime, timedelta

import httpx
import pytest

from coach.records.tables import PersonRow
from coach.safety.helplines import FINDER

pytestmark = pytest.mark.anyio

SAID = "he reads my messages and I am afraid of him"
PAGE = "A page of mine"
HERS = (SAID, "afraid", PAGE, "of mine", "breakup", "quiet lamp")
WORDS = "a quiet lamp"
NAVIGATING = {"sec-fetch-mode": "navigate", "sec-fetch-site": "none"}


async def _told(server, *, passphrase: str | None = None):
    """A tab of somebody who has written, and her records, with her page still open."""
    tab = await server.tab()
    await tab.send(SAID)
    records, person = server.app.state.coach.records, tab.http.cookies["coach_person"]
    records.journal.add(person, PAGE, "a line of mine")
    if passphrase is not None:
        records.lock.set_passphrase(person, passphrase)
    return tab, records, person


async def _opened(server, person: str) -> str:
    """What somebody with her cookie sees who opens the page."""
    transport = httpx.ASGITransport(server.app)
    cookies = {"coach_person": person}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://page.test", cookies=cookies
    ) as client:
        return (await client.get("/")).text


def _gives_nothing(answer: httpx.Response) -> None:
    said = answer.text + str(answer.headers)
    assert not [word for word in HERS if word in said]


async def test_leaving_locks_her_and_nobody_else(serving, settings):
    async with serving(settings) as server:
        tab, records, person = await _told(server)
        other, _, _ = await _told(server)
        assert (await tab.http.post("/leave")).status_code == 204
        assert records.lock.state(person).locked
        locked = await tab.http.get("/")
        assert "This page is locked." in locked.text
        assert locked.headers["cache-control"] == "no-store"
        _gives_nothing(locked)
        assert SAID in (await other.load()).texts
    async with serving(settings) as server:  # started again
        assert "This page is locked." in await _opened(server, person)


async def test_no_event_of_the_page_gives_anything_of_hers(serving, settings):
    async with serving(settings) as server:
        tab, records, person = await _told(server)
        thread = records.latest_thread(person).id
        page = records.journal.pages(person)[0].id
        before = records.export(person)
        config = (await tab.http.get("/config")).json()
        await tab.http.post("/leave")
        names = [one["api_name"] for one in config["dependencies"]]
        assert {"load", "send", "journal", "remembered", "lock_set"} <= set(names)
        for event in config["dependencies"]:
            for given in (None, "", thread, page, "My words"):
                body = {
                    "data": [given for _ in event["inputs"]],
                    "fn_index": event["id"],
                    "session_hash": tab.session,
                    "event_data": {"index": 0, "value": given},
                }
                for door in ("queue/join", "run/predict", f"call/{event['api_name']}"):
                    answer = await tab.http.post(f"/gradio_api/{door}", json=body)
                    assert answer.status_code == 423, (door, event["api_name"])
                    _gives_nothing(answer)
        stream = await tab.http.get(
            "/gradio_api/queue/data", params={"session_hash": tab.session}, timeout=10
        )
        assert stream.status_code == 423
        assert records.export(person) == before  # nor did any of them change something


async def test_no_address_gives_anything_of_hers(serving, settings):
    def addresses(routes, at=""):
        for route in routes:
            inner = getattr(route, "routes", None) or getattr(
                getattr(route, "original_router", None), "routes", None
            )
            path = at + getattr(route, "path", "")
            if inner:
                yield from addresses(inner, path)
            elif hasattr(route, "methods"):
                yield from (
                    (method, path.replace("{", "").replace("}", "")) for method in route.methods
                )

    left_open = {"/leave", "/away", "/help-lines", "/unlock", "/delete-all", "/healthz", "/locked"}
    left_open |= {"/manifest.json", "/icon.svg", "/sw.js", "/offline.html"}  # the same for all
    same_for_all = ("/assets/", "/static/", "/svelte/", "/theme.css", "/favicon.ico")
    async with serving(settings) as server:
        tab, _, _ = await _told(server, passphrase=WORDS)
        await tab.http.post("/leave")
        asked = set(addresses(server.app.routes)) | {("GET", "/gradio_api/queue/data")}
        assert len(asked) > 30
        for method, path in sorted(asked):
            if path == "/delete-all":
                continue
            headers = NAVIGATING | {"x-requested-with": "page"}  # as the page itself asks
            answer = await tab.http.request(method, path or "/", headers=headers)
            _gives_nothing(answer)
            if path in left_open or path.startswith(same_for_all):
                continue
            shown = answer.status_code == 200 and method in ("GET", "HEAD")
            assert shown or answer.status_code == 423, (method, path)
            if shown and method == "GET":
                assert "This page is locked." in answer.text, path


async def test_an_answer_that_was_under_way_shows_nothing_more(serving, settings):
    async with serving(settings) as server:
        tab, records, person = await _told(server)
        body = {
            "data": [None],
            "fn_index": tab.events["load"],
            "session_hash": tab.session,
            "event_data": None,
        }
        assert (await tab.http.post("/gradio_api/queue/join", json=body)).status_code == 200
        records.lock.close(person)
        answer = await tab.http.get(
            "/gradio_api/queue/data", params={"session_hash": tab.session}, timeout=20
        )
        _gives_nothing(answer)
        assert answer.status_code == 423


async def test_without_a_passphrase_one_button_opens_it(serving, settings):
    async with serving(settings) as server:
        tab, _, _ = await _told(server)
        await tab.http.post("/leave")
        locked = (await tab.http.get("/")).text
        assert "Open it again" in locked
        assert "password" not in locked
        assert "do not know" not in locked
        opened = await tab.http.post("/unlock")
        assert (opened.status_code, opened.headers["location"]) == (303, "/")
        assert SAID in (await tab.load()).texts


async def test_wrong_passphrases_are_told_kindly_and_then_pause(serving, settings):
    async with serving(settings) as server:
        tab, records, person = await _told(server, passphrase=WORDS)
        await tab.http.post("/leave")
        assert "That was not it" not in (await tab.http.get("/")).text
        for _ in range(5):
            opened = await tab.http.post("/unlock", data={"passphrase": "not this one"})
            assert opened.headers["location"] == "/?wrong=1"
        assert "there is a pause" in (await tab.http.get("/?wrong=1")).text
        await tab.http.post("/unlock", data={"passphrase": WORDS})
        assert records.lock.state(person).locked
    async with serving(settings) as server:
        assert "there is a pause" in await _opened(server, person)


async def test_the_right_one_opens_it(serving, settings):
    async with serving(settings) as server:
        tab, _, _ = await _told(server, passphrase=WORDS)
        await tab.http.post("/leave")
        for wrong in ({}, {"passphrase": ""}, {"other": WORDS}):
            await tab.http.post("/unlock", data=wrong)
            assert "This page is locked." in (await tab.http.get("/")).text
        await tab.http.post("/unlock", data={"passphrase": WORDS})
        assert SAID in (await tab.load()).texts


async def test_everything_can_be_deleted_only_in_a_second_step_and_only_while_locked(
    serving, settings
):
    async with serving(settings) as server:
        tab, records, person = await _told(server, passphrase=WORDS)
        await tab.http.post("/delete-all")
        assert records.threads(person)
        await tab.http.post("/leave")
        first = (await tab.http.get("/")).text
        assert 'href="/?forgotten=1"' in first
        assert "/delete-all" not in first
        second = await tab.http.get("/?forgotten=1")
        assert 'action="/delete-all"' in second.text
        _gives_nothing(second)
        await tab.http.post("/delete-all")
        assert (await tab.load()).texts == []
        assert records.lock.state(person).locked is False


async def test_help_is_reached_while_locked(serving, settings):
    async with serving(settings) as server:
        tab, _, _ = await _told(server)
        await tab.http.post("/leave")
        assert 'href="/help-lines"' in (await tab.http.get("/")).text
        here = await tab.http.get("/help-lines", headers={"accept-language": "de-DE,de;q=0.9"})
        _gives_nothing(here)
        assert "tel:112" in here.text
        elsewhere = await tab.http.get("/help-lines", params={"country": "<script>"})
        assert FINDER in elsewhere.text
        assert "<script>&" not in elsewhere.text
        assert elsewhere.text.count("<script>") == 1  # ours


async def test_records_that_cannot_be_read_are_not_taken_for_an_open_lock(serving, settings):
    async with serving(settings) as server:
        tab, records, _ = await _told(server)
        await tab.http.post("/leave")
        file = settings.data_dir / records._database._path.name
        file.rename(file.with_suffix(".gone"))
        assert (await tab.http.post("/leave")).status_code == 503
        assert "cannot be read right now" in (await tab.event("load"))[1]
        file.with_suffix(".gone").rename(file)
        assert "This page is locked." in (await tab.http.get("/")).text


async def _panel(tab, event: str, *given):
    names = ["lead", "old", "new", "set", "remove", "away", "said"]
    return dict(zip(names, await tab.event(event, *given), strict=True))


async def test_the_panel_sets_changes_and_removes_a_passphrase(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()  # she has not written yet
        seen = await _panel(tab, "lock")
        assert "with one button" in seen["lead"]
        assert not seen["old"]["visible"]
        assert "value" not in seen["old"]
        assert "at least 8" in (await _panel(tab, "lock_set", "seven 7", ""))["said"]
        seen = await _panel(tab, "lock_set", WORDS, "")
        assert "is set" in seen["said"]
        assert seen["old"]["visible"]
        assert seen["new"]["value"] == ""
        assert "not the passphrase" in (await _panel(tab, "lock_set", "another one", "x"))["said"]
        assert "is changed" in (await _panel(tab, "lock_typed", "another one", WORDS))["said"]
        assert (await _panel(tab, "lock_away", True))["away"]["value"] is True
        assert (await tab.http.get("/here")).json() == {"closes": True}
        assert "not the passphrase" in (await _panel(tab, "lock_remove", WORDS))["said"]
        seen = await _panel(tab, "lock_remove", "another one")
        assert "is removed" in seen["said"]
        assert not seen["away"]["visible"]
        assert (await tab.http.get("/here")).json() == {"closes": False}


async def test_a_page_left_open_does_not_keep_it_from_closing(serving, settings):
    async with serving(settings) as server:
        tab, records, person = await _told(server, passphrase=WORDS)
        records.lock.close_when_away(person, True)

        def seen_at(earlier: timedelta = timedelta()) -> datetime:
            with records._database.writing() as session:
                row = session.get(PersonRow, person)
                row.seen_at -= earlier
                return row.seen_at

        before = seen_at(timedelta(minutes=5))
        await tab.http.get("/here")
        assert seen_at() == before
        await tab.http.post("/here")
        assert seen_at() > before
