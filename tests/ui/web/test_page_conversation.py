"""The page as one person, two people, two tabs and a second day meet it."""

import contextlib

import anyio
import pytest

from coach import NotFoundError, Settings

pytestmark = pytest.mark.anyio

MESSAGE = "i keep checking his page and it makes me sick"
SHOWN = "That is a lot to carry tonight."


async def test_a_message_is_answered_with_what_the_answer_rests_on(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        assert (await tab.load()).chat == []
        seen = await tab.send(MESSAGE)
        assert seen.texts[0] == MESSAGE
        assert seen.chat[1]["role"] == "assistant"
        assert seen.texts[1].endswith("?")
        closed = seen.chat[2]["metadata"]
        assert closed["status"] == "done"
        assert "rests on" in closed["title"]
        assert "stalk his socials" in seen.texts[2]
        assert seen.box == {"submit_btn": "Send", "stop_btn": False, "__type__": "update"}
        assert "not a person" in seen.about
        assert "the article alone" in seen.about


async def test_the_conversation_outlives_reload_and_restart(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        said = await tab.send(MESSAGE)
        cookie = tab.http.cookies["coach_person"]
        again = await server.tab(cookie)
        assert (await again.load()).chat == said.chat
    async with serving(settings) as server:
        again = await server.tab(cookie)
        # The page that was open all along has not loaded again and still goes on there.
        more = await again.send("and then i hate myself for it")
        assert more.texts[: len(said.texts)] == said.texts
        assert (await again.load()).chat == more.chat


async def test_a_new_conversation_begins_empty_and_the_old_one_is_kept(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        await tab.send(MESSAGE)
        assert (await tab.new()).chat == []
        seen = await tab.send("the nights are the worst")
        assert seen.texts[0] == "the nights are the worst"
        records = server.app.state.coach.records
        threads = records.threads(tab.http.cookies["coach_person"])
        assert [thread.title for thread in threads][1].startswith("i keep checking")


async def test_two_people_see_nothing_of_each_other(serving, settings):
    async with serving(settings) as server:
        first, second = await server.tab(), await server.tab()
        await first.send(MESSAGE)
        assert first.http.cookies["coach_person"] != second.http.cookies["coach_person"]
        assert (await second.load()).chat == []
        # Even in the first one's session, whose open thread is not the second's.
        second.session = first.session
        seen = await second.send("hello")
        assert MESSAGE not in seen.texts
        assert (await first.load()).texts[0] == MESSAGE
        assert len((await first.load()).texts) == 3


@pytest.mark.parametrize("nothing", ["", "   \n\t "])
async def test_an_empty_message_is_met_with_a_kind_line(serving, settings, nothing):
    async with serving(settings) as server:
        tab = await server.tab()
        chat, status, box, *_ = await tab.event("send", nothing, None, "")
        assert "nothing in the box yet" in status
        assert chat == box == {"__type__": "update"}
        assert (await tab.load()).chat == []


async def test_a_message_too_long_stays_in_the_box(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        _, status, box, *_ = await tab.event("send", "a" * 8001, None, "")
        assert "8,001 characters" in status
        assert "value" not in box
        assert (await tab.send("a " * 4000)).chat[0]["role"] == "user"


async def test_a_starter_sends_its_whole_message(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        config = (await tab.http.get("/config")).json()
        chatbot = next(c for c in config["components"] if c["type"] == "chatbot")
        starters = chatbot["props"]["examples"]
        assert starters[0]["display_text"] == "He just wrote"
        assert len(starters) == 6
        seen = await tab.begin(starters[0]["text"])
        assert seen.texts[0] == starters[0]["text"]
        assert seen.chat[1]["role"] == "assistant"


def _with_endpoint(settings: Settings, url: str, model: str) -> Settings:
    return Settings.load(
        llm="endpoint",
        model=model,
        api_key="k",
        base_url=url,
        data_dir=settings.data_dir,
        cache_dir=settings.cache_dir,
    )


async def _shown(server, person: str) -> None:
    """Wait until a first sentence of an answer to her can be seen."""
    coach, turns = server.app.state.coach, server.app.state.turns
    while True:
        with contextlib.suppress(NotFoundError):
            thread = await anyio.to_thread.run_sync(coach.records.latest_thread, person)
            turn = turns.running(person, thread.id) if thread else None
            if turn is not None and turn.sentences:
                return
        await anyio.sleep(0.02)


@pytest.fixture
def slow(settings, fake_endpoint):
    """A model that stalls for a minute after its first sentence."""
    fake_endpoint.text = f"{SHOWN} {'You keep looking. ' * 3}What hurts most now?"
    return _with_endpoint(settings, fake_endpoint.url, "stall")


async def test_stop_keeps_and_stores_what_was_shown(serving, slow):
    async with serving(slow) as server:
        tab = await server.tab()
        person = tab.http.cookies["coach_person"]
        seen = []

        async def send() -> None:
            seen.append(await tab.send(MESSAGE))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(send)
            await _shown(server, person)
            await tab.stop()
        assert seen[0].texts[:2] == [MESSAGE, SHOWN]
        assert "Stopped" in seen[0].status
        assert seen[0].box["submit_btn"] == "Send"
        assert (await tab.load()).texts[:2] == [MESSAGE, SHOWN]


@pytest.mark.parametrize(
    ("text", "chat", "box"),
    [
        # Nothing of it was stored, so that it would be lost.
        (MESSAGE, [], MESSAGE),
        # It tells something that must not be forgotten, and was stored.
        (
            "he blocked me everywhere and i am so sad",
            ["he blocked me everywhere and i am so sad"],
            None,
        ),
    ],
)
async def test_a_message_stopped_before_the_first_word_is_in_one_place(
    serving, settings, fake_endpoint, text, chat, box
):
    async with serving(_with_endpoint(settings, fake_endpoint.url, "silence")) as server:
        tab = await server.tab()
        seen = []

        async def send() -> None:
            seen.append(await tab.send(text))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(send)
            while not fake_endpoint.open:  # noqa: ASYNC110
                await anyio.sleep(0.02)
            await tab.stop()
        assert seen[0].texts == chat
        assert seen[0].box.get("value") == box
        assert "Stopped" in seen[0].status


async def test_an_answer_under_way_is_found_again_after_a_reload(serving, slow):
    async with serving(slow) as server:
        tab = await server.tab()
        person = tab.http.cookies["coach_person"]
        other = await server.tab(person)
        seen = []

        async def load() -> None:
            seen.append(await other.load())

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(tab.send, MESSAGE)
            await _shown(server, person)
            tasks.start_soon(load)
            await anyio.sleep(0.2)
            assert not seen  # it watches, for the answer is not complete
            await tab.stop()
        assert seen[0].texts[:2] == [MESSAGE, SHOWN]


async def test_a_server_that_ends_stores_what_was_shown(serving, slow, settings):
    async with serving(slow) as server:
        tab = await server.tab()
        person = tab.http.cookies["coach_person"]
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(tab.send, MESSAGE)
            await _shown(server, person)
            tasks.cancel_scope.cancel()
    async with serving(settings) as server:
        again = await server.tab(person)
        assert (await again.load()).texts[:2] == [MESSAGE, SHOWN]


async def test_many_people_do_not_wait_for_each_other(serving, slow):
    async with serving(slow) as server:
        tabs = [await server.tab() for _ in range(6)]
        async with anyio.create_task_group() as tasks:
            for tab in tabs:
                tasks.start_soon(tab.send, MESSAGE)
            with anyio.fail_after(9):  # before the first answer's ten silent seconds are over
                for tab in tabs:
                    await _shown(server, tab.http.cookies["coach_person"])
            tasks.cancel_scope.cancel()
