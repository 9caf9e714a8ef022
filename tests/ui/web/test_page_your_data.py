"""Her data: where it goes, how much is kept, for how long, and the end of it."""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from coach import Settings
from coach.models import ModelStatus
from coach.records import queries
from coach.reply import Fact, Reply
from ui.http.tidying import tidying
from ui.web.where import where_it_goes
from ui.web.words import load_words

pytestmark = pytest.mark.anyio

NAMES = "where held take keep_for sure_keep keep_text buttons sure said"
HERE = {"x-requested-with": "page"}


def _records(server, tab):
    records = server.app.state.coach.records
    person = tab.http.cookies["coach_person"]
    records.ensure_person(person)
    return records, person


async def _panel(tab, event: str, *given) -> dict:
    data = await tab.event(event, *given)
    names = NAMES.split()
    return dict(zip(names, data[: len(names)], strict=True)) | {"more": data[len(names) :]}


def _old(records, person: str, days: float, words: str = "old words") -> str:
    """A conversation that was last spoken in so many days ago."""
    thread = records.create_thread(person).id
    reply = Reply(text="I hear you.", route="coach", scope="feeling", mode="article")
    records.add_exchange(person, thread, words, reply, None)
    with records._database.writing() as session:
        then = datetime.now(UTC) - timedelta(days=days)
        queries.thread(session, person, thread).updated_at = then
    return thread


def _bytes(folder: Path) -> bytes:
    return b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())


# How much


async def test_what_is_kept_is_counted_and_only_hers(serving, settings):
    async with serving(settings) as server:
        tab, other = await server.tab(), await server.tab()
        seen = await _panel(tab, "your_data")
        assert "Nothing is kept of you yet." in seen["held"]
        assert not seen["take"]["visible"]
        assert not seen["buttons"]["visible"]
        assert seen["keep_for"]["value"] == "0"
        await tab.send("he left me, i miss him")
        await tab.send("i cannot sleep")
        records, person = _records(server, tab)
        records.memory.add(person, [Fact(kind="tie", value="work", evidence="")])
        records.journal.add(person, "A title", "words")
        records.moods.check_in(person, "start", 3, None)
        records.moods.set_last_contact(person, datetime(2026, 1, 2, tzinfo=UTC).date())
        await other.send("something else entirely")
        seen = await _panel(tab, "your_data")
        for line in (
            "Conversations: 1<",
            "answers: 4<",
            "Journal pages: 1<",
            "how you were: 1<",
            f"remember: {len(records.memory.facts(person))}<",
            "safety: 0<",
            "2 Jan 2026",
        ):
            assert line in seen["held"]
        assert seen["take"]["visible"]
        assert seen["buttons"]["visible"]


# Where it goes


def _where(status: str = "none", **settings) -> str:
    given = Settings.load(**settings)
    return where_it_goes(given, ModelStatus(state=status, detail="-"), load_words().your_data)


async def test_an_endpoint_is_named_by_its_host_and_nothing_secret_is_shown():
    shown = _where("ready", llm="endpoint", base_url="https://me:key@llm.example:8443/v1?k=secret")
    assert "sent to llm.example," in shown
    assert "key" not in shown
    assert "secret" not in shown
    assert "Nothing is sent" not in shown
    assert "sent to api.openai.com," in _where("ready", llm="endpoint", model="m", api_key="k")


async def test_nothing_is_said_to_stay_here_that_does_not():
    assert "Nothing is sent anywhere else." in _where(llm="none")
    assert "language model on the same machine" in _where("ready", llm="auto")
    assert "No language model answers" in _where("starting", llm="auto")
    assert "a file on the machine" in _where(llm="none")
    shown = _where(llm="none", database_url="postgresql://u:p@db.example/coach")
    assert "database of whoever runs this program" in shown
    assert "a file" not in shown
    shown = _where(llm="none", chroma_url="http://index.example:8000")
    assert "index.example" in shown
    assert "Nothing is sent" not in shown


# For how long


async def test_a_choice_that_deletes_nothing_is_kept_at_once(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        await tab.send("hello, i am sad")
        seen = await _panel(tab, "keep_for", "30")
        assert not seen["sure_keep"]["visible"]
        assert "from now on" in seen["said"]
        assert (await _panel(tab, "your_data"))["keep_for"]["value"] == "30"
        other = await server.tab()
        assert (await _panel(other, "your_data"))["keep_for"]["value"] == "0"
        assert (await _panel(tab, "keep_for", "13"))["keep_for"]["value"] == "30"


async def test_a_choice_that_deletes_asks_first_and_then_lets_go(serving, settings):
    async with serving(settings) as server:
        tab, other = await server.tab(), await server.tab()
        records, person = _records(server, tab)
        old, young = _old(records, person, 8, "canary-old"), _old(records, person, 6)
        others, neighbour = _records(server, other)
        others.retention.set_keep_for(neighbour, 7)
        kept = _old(others, neighbour, 9)
        seen = await _panel(tab, "keep_for", "7")
        assert "deletes one conversation" in seen["keep_text"]
        assert seen["sure_keep"]["visible"]
        assert {one.id for one in records.threads(person)} == {old, young}
        assert (await _panel(tab, "not_kept_for"))["keep_for"]["value"] == "0"

        seen = await _panel(tab, "keep_for_yes", "7", None)
        assert "deleted: 1" in seen["said"]
        assert [one.id for one in records.threads(person)] == [young]
        assert b"canary-old" not in _bytes(settings.data_dir)
        assert [one.id for one in others.threads(neighbour)] == [kept]  # its time comes by itself


async def test_where_the_open_conversation_goes_a_new_one_opens(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        records, person = _records(server, tab)
        _old(records, person, 2, "open before me")
        assert "open before me" in (await tab.load()).texts
        seen = await _panel(tab, "keep_for_yes", "1", None)
        assert seen["more"][0]["value"] == []  # the chat
        assert (await tab.load()).chat == []
        # And where it stays, the chat is left as it is.
        await tab.send("i am here")
        seen = await _panel(tab, "keep_for_yes", "1", None)
        assert seen["more"][0] == {"__type__": "update"}


async def test_the_server_lets_go_when_it_starts_and_while_it_runs(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        records, person = _records(server, tab)
        cookie = tab.http.cookies["coach_person"]
        records.retention.set_keep_for(person, 1)
        _old(records, person, 1.5, "canary-night")
        assert len(records.threads(person)) == 1
    async with serving(settings) as server:
        coach, turns = server.app.state.coach, server.app.state.turns
        assert coach.records.threads(cookie) == []
        assert b"canary-night" not in _bytes(settings.data_dir)
        async with tidying(coach, turns, every_seconds=0.05):
            _old(coach.records, cookie, 1.5)
            for _ in range(200):
                if not coach.records.threads(cookie):
                    break
                await asyncio.sleep(0.05)
        assert coach.records.threads(cookie) == []


# The end of it


async def test_deleting_leaves_nothing_and_gives_a_new_beginning(serving, settings):
    async with serving(settings) as server:
        tab, other, neighbour = await server.tab(), await server.tab(), await server.tab()
        before = tab.http.cookies["coach_person"]
        other.http.cookies.set("coach_person", before, domain="page.test")
        await tab.send("canary-mine he hit me")
        await neighbour.send("canary-hers")
        assert "visible" in (await _panel(tab, "ask_delete_all"))["sure"]
        assert len((await tab.load()).chat) > 1  # not before she says so again
        answer = await tab.http.post("/forget-me", headers=HERE)
        assert answer.json() == {"state": "done"}
        after = tab.http.cookies["coach_person"]
        assert len(after) == 43
        assert after != before
        assert (await tab.load()).chat == []
        assert "Nothing is kept" in (await _panel(tab, "your_data"))["held"]
        # A tab that still has the old id finds nobody.
        seen = await other.load()
        assert seen.chat == []
        assert "wrong" not in seen.status
        everything = _bytes(settings.data_dir)
        assert b"canary-mine" not in everything
        assert before.encode() not in everything
        assert b"canary-hers" in everything
        # What was never there can be deleted, too.
        assert (await tab.http.post("/forget-me", headers=HERE)).json() == {"state": "done"}


async def test_an_answer_being_written_is_stopped_and_not_stored(
    serving, settings, fake_endpoint, monkeypatch
):
    slow = Settings.load(
        llm="endpoint",
        model="slow",
        base_url=fake_endpoint.url,
        data_dir=settings.data_dir,
        cache_dir=settings.cache_dir,
    )
    async with serving(slow) as server:
        tab, other = await server.tab(), await server.tab()
        person = tab.http.cookies["coach_person"]
        other.http.cookies.set("coach_person", person, domain="page.test")
        turns = server.app.state.turns
        sending = asyncio.create_task(tab.send("canary-running i miss him so much"))
        for _ in range(1000):
            if turns.threads:
                break
            await asyncio.sleep(0.01)
        # Waits in the other tab until that answer is complete.
        waiting = asyncio.create_task(other.event("send", "canary-waiting", None, ""))
        await asyncio.sleep(0.3)
        answer = await tab.http.post("/forget-me", headers=HERE)
        assert answer.json() == {"state": "done"}
        await sending
        await waiting
        assert not turns.threads
        everything = _bytes(settings.data_dir)
        assert b"canary-running" not in everything
        assert b"canary-waiting" not in everything
        assert person.encode() not in everything


async def test_a_failure_says_so_and_keeps_her_id(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        await tab.send("hello, i am sad")
        before = tab.http.cookies["coach_person"]
        database = settings.data_dir / "coach.sqlite3"
        database.rename(settings.data_dir / "moved")
        answer = await tab.http.post("/forget-me", headers=HERE)
        assert answer.status_code == 503
        assert answer.json() == {"state": "failed"}
        assert tab.http.cookies["coach_person"] == before
        assert (await tab.http.get("/export/me.md")).status_code == 503
        (settings.data_dir / "moved").rename(database)
        assert len((await tab.load()).chat) > 1


async def test_traces_that_another_program_holds_are_told(serving, settings, monkeypatch):
    async with serving(settings) as server:
        tab = await server.tab()
        await tab.send("hello, i am sad")
        monkeypatch.setattr("coach.records.database._BUSY_SECONDS", 0.2)
        reader = sqlite3.connect(settings.data_dir / "coach.sqlite3", isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM turns").fetchone()
        answer = await tab.http.post("/forget-me", headers=HERE)
        reader.close()
        assert answer.json() == {"state": "traces"}
        assert (await tab.load()).chat == []
