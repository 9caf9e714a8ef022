"""Her notes: the journal, what is remembered, days without contact, how she was."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from coach import Reply
from coach.facts import facts_in
from coach.records import CheckIn, StoredTurn
from coach.reply import Fact, FactKind, Turn
from ui.web.conversation import Conversation, moment_of
from ui.web.days import today_of
from ui.web.words import load_words

pytestmark = pytest.mark.anyio

TODAY = datetime.now().astimezone().date()
HER_DAY = TODAY.isoformat()


def _records(server, tab):
    records = server.app.state.coach.records
    person = tab.http.cookies["coach_person"]
    records.ensure_person(person)
    return records, person


def _named(data: list, names: str) -> dict:
    return dict(zip(names.split(), data, strict=True))


async def _journal(tab, event: str, *given) -> dict:
    names = "empty list page reading changing words sure said"
    return _named(await tab.event(event, *given), names)


async def _remembered(tab, event: str, *given) -> dict:
    return _named(await tab.event(event, *given), "lead facts buttons sure said")


async def _contact(tab, event: str, *given) -> dict:
    return _named(await tab.event(event, *given), "said day clear")


# The journal


async def test_a_page_is_listed_read_changed_and_deleted(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        assert (await _journal(tab, "journal", None, HER_DAY))["empty"]["visible"]
        records, person = _records(server, tab)
        page = records.journal.add(person, "A title", "**Head**\n\n> <b>mine</b>").id
        seen = await _journal(tab, "journal", None, HER_DAY)
        ((label, value),) = seen["list"]["choices"]
        assert label.startswith("A title, ")
        assert value == page
        assert not seen["empty"]["visible"]

        seen = await _journal(tab, "read", page, HER_DAY)
        assert seen["page"]["value"] == "<h4>Head</h4><p>&lt;b&gt;mine&lt;/b&gt;</p>"
        assert seen["reading"]["visible"]
        seen = await _journal(tab, "change", page)
        assert seen["words"] == "Head\n\n<b>mine</b>"
        assert seen["changing"]["visible"]
        seen = await _journal(tab, "save", page, "  \n")
        assert "at least one word" in seen["said"]
        assert seen["changing"]["visible"]
        seen = await _journal(tab, "save", page, "Head\n\nno longer")
        assert seen["page"]["value"] == "<h4>Head</h4><p>no longer</p>"
        assert "mine" not in records.journal.page(person, page).text

        assert (await _journal(tab, "sure"))["sure"]["visible"]
        assert len(records.journal.pages(person)) == 1  # not before she says so again
        seen = await _journal(tab, "delete", page, HER_DAY)
        assert "deleted" in seen["said"]
        assert records.journal.pages(person) == []


async def test_nobody_reads_changes_or_deletes_the_page_of_another(serving, settings):
    async with serving(settings) as server:
        hers, other = await server.tab(), await server.tab()
        records, person = _records(server, hers)
        _records(server, other)
        page = records.journal.add(person, "Hers", "a secret").id
        for event in (["journal", page, HER_DAY], ["read", page, HER_DAY], ["change", page]):
            assert "secret" not in str(await _journal(other, *event))
        await _journal(other, "save", page, "spoilt")
        await _journal(other, "delete", page, HER_DAY)
        assert records.journal.page(person, page).text == "a secret"


async def test_a_page_that_is_due_is_told_of_until_it_was_read(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        line, _ = await tab.event("due", HER_DAY)
        assert not line["visible"]
        records, person = _records(server, tab)
        tomorrow = TODAY + timedelta(days=1)
        records.journal.add(person, "For tomorrow", "words", revisit_on=tomorrow)
        assert not (await tab.event("due", HER_DAY))[0]["visible"]
        # Her day counts, not the server's.
        line, said = await tab.event("due", tomorrow.isoformat())
        assert line["visible"]
        assert "For tomorrow" in said
        *seen, line, notes = await tab.event("read_due", tomorrow.isoformat())
        assert notes["open"]
        assert not line["visible"]
        assert seen[2]["value"] == "<p>words</p>"
        assert not (await tab.event("due", tomorrow.isoformat()))[0]["visible"]


async def test_the_page_of_an_exercise_is_in_the_journal(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        for text in ("stop me from texting him", "it is quieter", "please come home", "sleep"):
            await tab.send(text)
        ((label, page),) = (await _journal(tab, "journal", None, HER_DAY))["list"]["choices"]
        assert label.startswith("Wait before you write")
        assert "please come home" in (await _journal(tab, "read", page, HER_DAY))["page"]["value"]


# What is remembered


async def test_a_fact_is_shown_in_plain_words_and_can_be_taken_back(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        seen = await _remembered(tab, "remembered")
        assert "nothing about you" in seen["lead"]
        assert not seen["facts"]["visible"]
        await tab.send("my husband Tom left me two weeks ago. we have two kids")
        records, person = _records(server, tab)
        lines = dict((await _remembered(tab, "remembered"))["facts"]["choices"])
        assert {"A name: Tom", "Who ended it: the other person"} <= set(lines)
        assert "What still ties you: children" in lines
        assert "Nothing is chosen" in (await _remembered(tab, "forget", []))["said"]
        after = await _remembered(tab, "forget", [lines["A name: Tom"]])
        assert "Forgotten" in after["said"]
        assert "A name: Tom" not in dict(after["facts"]["choices"])
        assert len(after["facts"]["choices"]) == len(lines) - 1

        assert (await _remembered(tab, "ask_forget_all"))["sure"]["visible"]
        assert records.memory.facts(person)
        await _remembered(tab, "forget_all")
        assert records.memory.facts(person) == []


async def test_nobody_sees_or_takes_what_another_told(serving, settings):
    async with serving(settings) as server:
        hers, other = await server.tab(), await server.tab()
        records, person = _records(server, hers)
        _records(server, other)
        records.memory.add(person, [Fact(kind="ex_name", value="Tom", evidence="Tom")])
        (fact,) = records.memory.facts(person)
        assert "Tom" not in str(await _remembered(other, "remembered"))
        await _remembered(other, "forget", [fact.id])
        await _remembered(other, "forget_all")
        assert [one.id for one in records.memory.facts(person)] == [fact.id]


def test_every_kind_of_fact_and_tie_has_words():
    words = load_words()
    assert set(words.remembered.kinds) == set(get_args(FactKind))
    told = "we still live together, we have two kids, we work together and we share a dog"
    ties = {one.value for one in facts_in(told) if one.kind == "tie"}
    assert ties
    assert ties <= set(words.remembered.values["tie"])


# Days without contact


async def test_days_are_counted_only_when_she_wants(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        assert '<p role="status"></p>' in (await _contact(tab, "contact", HER_DAY))["said"]
        day = (TODAY - timedelta(days=12)).isoformat()
        seen = await _contact(tab, "keep_day", day, HER_DAY)
        assert "12 days since you were last in touch." in seen["said"]
        assert seen["clear"]["visible"]
        seen = await _contact(tab, "contact", HER_DAY)
        assert "12 days since" in seen["said"]
        assert seen["day"]["value"] == day
        seen = await _contact(tab, "remove_day")
        assert "days" not in seen["said"]
        assert not seen["clear"]["visible"]
        records, person = _records(server, tab)
        assert records.moods.last_contact(person) is None


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "You were in touch today."), (1, "One day since"), (-1, "still to come")],
)
async def test_today_yesterday_and_a_day_to_come(serving, settings, days, said):
    async with serving(settings) as server:
        tab = await server.tab()
        day = (TODAY - timedelta(days=days)).isoformat()
        assert said in (await _contact(tab, "keep_day", day, HER_DAY))["said"]
        records, person = _records(server, tab)
        assert (records.moods.last_contact(person) is None) == (days < 0)


@pytest.mark.parametrize("day", ["", None, "last week", "2025-13-01"])
async def test_what_is_no_day_is_met_with_a_kind_line(serving, settings, day):
    async with serving(settings) as server:
        tab = await server.tab()
        assert "could not read that" in (await _contact(tab, "keep_day", day, HER_DAY))["said"]


@pytest.mark.parametrize("said", ["", None, "soon", "1999-01-01", "2999-01-01", 3])
def test_a_day_that_cannot_be_hers_is_the_servers(said):
    assert today_of(said) == datetime.now().astimezone().date()


# How she is


async def _asks(tab) -> bool:
    return (await tab.load()).asks_how


async def test_how_she_is_is_asked_once_and_stored(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        assert not await _asks(tab)  # nothing was said yet
        assert (await tab.send("i miss him so much tonight")).asks_how
        assert await _asks(tab)
        line, asked, answers, *_ = await tab.event("mood_2", None)
        assert line == {"__type__": "update"}  # it keeps its place
        assert "Written down" in asked
        assert not answers["visible"]
        assert not await _asks(tab)
        await tab.event("mood_2", None)  # a second touch, from another tab
        records, person = _records(server, tab)
        (kept,) = records.moods.check_ins(person)
        assert (kept.moment, kept.mood, kept.word) == ("start", 2, None)
        assert kept.thread == records.latest_thread(person).id
        await tab.send("and i cannot sleep")
        assert not await _asks(tab)
        await tab.send("ok thanks, bye")
        assert await _asks(tab)
        await tab.event("mood_word", "a bit  calmer", None)
        kept = records.moods.check_ins(person)[-1]
        assert (kept.moment, kept.word) == ("end", "a bit calmer")
        (shown,) = await tab.event("moods")
        assert shown.index("a bit calmer") < shown.index("low")


async def test_how_she_is_is_hers_alone_and_shown_as_text(serving, settings):
    async with serving(settings) as server:
        hers, other = await server.tab(), await server.tab()
        await hers.send("i miss him so much tonight")
        await hers.event("mood_word", "<b>torn</b>", None)
        assert "&lt;b&gt;torn" in (await hers.event("moods"))[0]
        assert "torn" not in (await other.event("moods"))[0]
        other.session = hers.session  # whose open thread is not the other's
        assert not await _asks(other)
        await other.event("mood_1", None)
        records, person = _records(server, hers)
        assert len(records.moods.check_ins(person)) == 1


@pytest.mark.parametrize("word", ["", "   "])
async def test_no_word_is_no_answer(serving, settings, word):
    async with serving(settings) as server:
        tab = await server.tab()
        await tab.send("i miss him so much tonight")
        await tab.event("mood_word", word, None)
        records, person = _records(server, tab)
        assert records.moods.check_ins(person) == []


async def test_in_a_crisis_and_in_an_exercise_it_is_not_asked(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        await tab.send("stop me from texting him")
        assert not await _asks(tab)
        other = await server.tab()
        await other.send("i want to die")
        assert not await _asks(other)


def _answered(minutes: float, check_in, told=()) -> tuple[Conversation, datetime]:
    now = datetime.now(UTC)
    reply = Reply(text="a", route="coach", scope="feeling", mode="article", check_in=check_in)
    turn = StoredTurn(
        id="t",
        parent=None,
        turn=Turn(role="assistant", content="a"),
        reply=reply,
        created_at=now - timedelta(minutes=minutes),
    )
    return Conversation("thread", [turn], list(told)), now


def test_nobody_is_asked_about_a_moment_long_past():
    fresh, now = _answered(5, "start")
    assert moment_of(fresh, [], now) == "start"
    old, now = _answered(60 * 20, "end")
    assert moment_of(old, [], now) is None
    plain, now = _answered(1, None)
    assert moment_of(plain, [], now) is None


def test_an_answer_from_another_visit_or_thread_does_not_count():
    talk, now = _answered(5, "start")
    kept = {"id": "c", "moment": "start", "mood": 1, "word": None, "thread": "thread"}
    assert moment_of(talk, [CheckIn(**kept, created_at=now)], now) is None
    earlier = CheckIn(**kept, created_at=now - timedelta(days=1))
    assert moment_of(talk, [earlier], now) == "start"
    elsewhere = CheckIn(**kept | {"thread": "other"}, created_at=now)
    assert moment_of(talk, [elsewhere], now) == "start"
