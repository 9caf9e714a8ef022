"""Her conversations in the sidebar: list, open, search, rename, delete."""

import contextlib
from datetime import datetime

import anyio
import pytest

from coach import NotFoundError, Settings
from coach.reply import Disclosure, Reply
from ui.web.words import load_words

pytestmark = pytest.mark.anyio

WORDS = load_words().threads
MINE = "open head acts naming name sure said search empty list"
MESSAGE = "I keep checking his page"


def _records(server, tab):
    records = server.app.state.coach.records
    person = tab.http.cookies["coach_person"]
    records.ensure_person(person)
    return records, person


def _add(records, person, *texts, title=None):
    thread, parent = records.create_thread(person, title).id, None
    for text in texts:
        reply = Reply(text=f"To {text}", route="coach", scope="feeling", mode="article")
        parent = records.add_exchange(person, thread, text, reply, parent).coach
    return thread


def _messages(chat) -> list:
    """The messages in a value of the chat, which may come with what she thought of them."""
    return chat["value"] if isinstance(chat, dict) else chat


async def _side(tab, event, *given) -> dict:
    """What the sidebar shows after an event; with `chat`, where it shows a conversation."""
    *before, last = await tab.event(f"threads_{event}" if event else "threads", *given)
    if event in ("open", "new", "delete"):
        chat, mine = before[:-10], before[-10:]
        shown = dict(zip(MINE.split(), mine, strict=True))
        return shown | {"chat": _messages(chat[0]), "status": chat[1], "sidebar": last}
    return dict(zip(MINE.split(), [*before, last], strict=True))


async def _list(tab, text="") -> dict:
    return await _side(tab, "", None, "", text, "wide")


def _ids(seen) -> list[str]:
    return [value for _, value in seen["list"]["choices"]]


def _texts(seen) -> list[str]:
    return [message["content"][0]["text"] for message in _messages(seen["chat"])]


async def test_conversations_are_listed_the_last_spoken_in_first(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        seen = await _list(tab)
        assert WORDS.empty in seen["empty"]
        assert not seen["list"]["visible"]
        assert not seen["search"]["visible"]
        assert not seen["acts"]["visible"]
        records, person = _records(server, tab)
        first = _add(records, person, "first <b>words</b>")
        second = _add(records, person, "second")
        empty = records.create_thread(person).id
        await tab.send("first again")  # in the latest, which is the empty one
        seen = await _list(tab)
        assert _ids(seen) == [empty, second, first]
        assert seen["empty"] == ""
        day = datetime.now().astimezone().date()
        labels = [label for label, _ in seen["list"]["choices"]]
        assert labels[2] == f"first <b>words</b>\n{day.day} {day:%b %Y}"
        assert seen["list"]["value"] == seen["open"] == empty
        assert "Open now: first again" in seen["head"]["value"]
        assert seen["acts"]["visible"]


async def test_a_title_is_never_markup(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        records, person = _records(server, tab)
        _add(records, person, "<img src=x onerror=alert(1)>")
        await tab.load()
        assert "&lt;img src=x" in (await _list(tab))["head"]["value"]


async def test_choosing_one_opens_it_and_closes_a_narrow_sidebar(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        records, person = _records(server, tab)
        first, second = _add(records, person, "first"), _add(records, person, "second")
        await tab.load()
        seen = await _side(tab, "open", first, "", "wide")
        assert _texts(seen) == ["first", "To first"]
        assert seen["open"] == seen["list"]["value"] == first
        assert "open" not in seen["sidebar"]
        # What she writes next stands there.
        assert "and more" in (await tab.send("and more")).texts
        assert len(records.history(person, first)) == 4
        seen = await _side(tab, "open", second, "", "narrow")
        assert seen["sidebar"]["open"] is False
        seen = await _side(tab, "new", "", "narrow")
        assert seen["chat"] == []
        assert seen["open"] == ""
        assert seen["list"]["value"] is None
        assert seen["sidebar"]["open"] is False
        assert not seen["acts"]["visible"]


async def test_one_that_is_gone_opens_as_a_new_one(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        records, person = _records(server, tab)
        first = _add(records, person, "first")
        records.delete_thread(person, first)
        seen = await _side(tab, "open", first, "", "wide")
        assert seen["chat"] == []
        assert WORDS.gone in seen["said"]


async def test_search_shows_where_it_was_found(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        records, person = _records(server, tab)
        first = _add(records, person, "hello", "he took the red umbrella")
        second = _add(records, person, "nothing")
        seen = await _side(tab, "search", second, "RED umb")
        ((label, value),) = seen["list"]["choices"]
        assert value == first
        assert label.splitlines()[0] == "hello"
        assert "red umbrella" in label.splitlines()[2]
        assert seen["list"]["value"] is None  # the open one is not among them
        seen = await _side(tab, "search", second, "100%")
        assert WORDS.none_found in seen["empty"]
        assert seen["search"]["visible"]
        assert _ids(await _side(tab, "search", second, "  ")) == [second, first]


async def test_a_name_can_be_changed_or_left(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        records, person = _records(server, tab)
        thread = _add(records, person, "hello")
        seen = await _side(tab, "rename", thread)
        assert seen["naming"]["visible"]
        assert seen["name"] == "hello"
        assert not (await _side(tab, "unnamed", thread))["naming"]["visible"]
        seen = await _side(tab, "save", thread, " \n ", "")
        assert WORDS.nameless in seen["said"]
        assert "visible" not in seen["naming"]  # stays
        assert records.thread(person, thread).title == "hello"
        seen = await _side(tab, "save", thread, "  The <i>first</i> night ", "")
        assert WORDS.renamed in seen["said"]
        assert seen["list"]["choices"][0][0].startswith("The <i>first</i> night\n")
        assert not seen["naming"]["visible"]
        await _side(tab, "enter", thread, "x" * 500, "")
        assert len(records.thread(person, thread).title) <= 120


async def test_deleting_asks_first_and_then_shows_a_new_one(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        records, person = _records(server, tab)
        kept = _add(records, person, "kept")
        thread = _add(records, person, "to be deleted")
        await tab.load()
        assert (await _side(tab, "sure", thread))["sure"]["visible"]
        assert not (await _side(tab, "keep", thread))["sure"]["visible"]
        assert len(records.threads(person)) == 2
        seen = await _side(tab, "delete", thread, "", "narrow")
        assert WORDS.deleted in seen["said"]
        assert seen["chat"] == []
        assert seen["open"] == ""
        assert _ids(seen) == [kept]
        assert "open" not in seen["sidebar"]  # she is told there
        assert [one.id for one in records.threads(person)] == [kept]
        # What she writes now begins a new one.
        assert (await tab.send("hello")).texts[0] == "hello"
        assert len(records.history(person, kept)) == 2


async def test_what_was_told_of_her_safety_outlives_its_conversation(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        records, person = _records(server, tab)
        thread = records.create_thread(person).id
        told = Disclosure(kind="abuse", about="ex", evidence="her words", by="rules:t", score=1)
        answer = Reply(
            text="a", route="abuse", scope="feeling", mode="article", disclosures=(told,)
        )
        records.add_exchange(person, thread, "her words", answer, None)
        await _side(tab, "delete", thread, "", "wide")
        (stored,) = records.disclosures(person)
        assert stored.disclosure.kind == "abuse"
        assert stored.disclosure.evidence == ""
        assert "careful" in WORDS.sure_stays


async def test_another_persons_conversation_is_refused_everywhere(serving, settings):
    async with serving(settings) as server:
        hers, other = await server.tab(), await server.tab()
        records, person = _records(server, hers)
        _records(server, other)
        thread = _add(records, person, "a secret", title="a hidden name")
        for event, given in {
            "": (None, thread, "", "wide"),
            "other": (None, thread, "", "wide"),
            "said_0": (None, thread, "", "wide"),
            "search": (thread, "secret"),
            "open": (thread, "", "wide"),
            "new": ("secret", "wide"),
            "rename": (thread,),
            "unnamed": (thread,),
            "save": (thread, "spoilt", ""),
            "enter": (thread, "spoilt", ""),
            "sure": (thread,),
            "keep": (thread,),
            "delete": (thread, "", "wide"),
        }.items():
            seen = str(await _side(other, event, *given))
            assert "a secret" not in seen, event
            assert "hidden name" not in seen, event
            assert thread not in seen, event
        # Also in the session of the first, whose open conversation it is.
        await hers.load()
        other.session = hers.session
        assert "a secret" not in str(await other.event("follow", None))
        assert "hidden name" not in str(await _list(other))
        assert records.thread(person, thread).title == "a hidden name"
        assert len(records.history(person, thread)) == 2


async def test_a_sidebar_that_is_shut_is_not_filled(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        records, person = _records(server, tab)
        thread = _add(records, person, "hello")
        await tab.load()
        seen = await _side(tab, "said_1", None, "", "", "shut")
        assert seen["open"] == thread
        assert "choices" not in seen["list"]
        # And a name she is writing stays when an answer arrives.
        seen = await _side(tab, "said_1", None, thread, "", "wide")
        assert _ids(seen) == [thread]
        assert "visible" not in seen["naming"]


async def test_three_hundred_are_listed_and_searched_at_once(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        records, person = _records(server, tab)
        for number in range(300):
            _add(records, person, f"number {number}")
        began = anyio.current_time()
        assert len(_ids(await _list(tab))) == 300
        assert len(_ids(await _side(tab, "search", "", "to NUMBER 29"))) == 11
        assert anyio.current_time() - began < 5


# Answers being written


@pytest.fixture
def slow(settings, fake_endpoint):
    """A model that stalls for a minute after its first sentence."""
    fake_endpoint.text = "You keep looking. " * 3 + "What hurts most now?"
    return Settings.load(
        llm="endpoint",
        model="stall",
        api_key="k",
        base_url=fake_endpoint.url,
        data_dir=settings.data_dir,
        cache_dir=settings.cache_dir,
    )


async def _writing(server, person):
    """Wait until an answer to her can be seen; gives its conversation."""
    records, turns = server.app.state.coach.records, server.app.state.turns
    while True:
        with contextlib.suppress(NotFoundError):
            latest = records.latest_thread(person)
            turn = turns.running(person, latest.id) if latest else None
            if turn is not None and turn.sentences:
                return latest.id
        await anyio.sleep(0.02)


async def test_an_answer_goes_on_while_she_is_elsewhere_and_is_shown_when_she_is_back(
    serving, slow
):
    async with serving(slow) as server:
        tab = await server.tab()
        records, person = _records(server, tab)
        elsewhere = _add(records, person, "elsewhere")
        other = await server.tab(person)
        await _side(tab, "new", "", "wide")
        followed = []

        async def follow() -> None:
            followed.append((await other.event("follow", None))[0])

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(tab.send, MESSAGE)
            thread = await _writing(server, person)
            assert _texts(await _side(other, "open", elsewhere, "", "wide"))[0] == "elsewhere"
            assert server.app.state.turns.running(person, thread) is not None
            await _side(other, "open", thread, "", "wide")
            tasks.start_soon(follow)
            await anyio.sleep(0.3)
            assert not followed  # it watches, for the answer is not complete
            await tab.stop()
        texts = _texts({"chat": followed[0]})
        assert texts[0] == MESSAGE
        assert "You keep looking." in texts[1]
        assert len(records.history(person, elsewhere)) == 2


async def test_nothing_comes_back_from_an_answer_in_a_deleted_conversation(serving, slow):
    async with serving(slow) as server:
        tab = await server.tab()
        records, person = _records(server, tab)
        other = await server.tab(person)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(tab.send, MESSAGE)
            thread = await _writing(server, person)
            await _side(other, "delete", thread, "", "wide")
            assert server.app.state.turns.running(person, thread) is None
            assert records.threads(person) == []
            await anyio.sleep(0.5)
        assert records.threads(person) == []
        assert MESSAGE not in str(records.export(person))
