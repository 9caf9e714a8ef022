"""An exercise in the conversation: chips, where it stands, how long a step takes."""

import re
import time

import pytest

from ui.web.exercise import chip_text

pytestmark = pytest.mark.anyio

START = "stop me from texting him"
ANSWERS = ["it is quieter now", "please come home, i am <b>lost</b>"]


async def test_a_chip_is_sent_as_her_message_and_leaves_the_box_alone(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        seen = await tab.send(START)
        assert list(seen.chips) == ["Leave it for now", "Skip this step"]
        assert (await tab.load()).chips == seen.chips
        left = await tab.choose("Leave it for now")
        hers = [m["content"][0]["text"] for m in left.chat if m["role"] == "user"]
        assert hers == [START, "Leave it for now"]
        assert "value" not in left.box  # she may have begun to write
        assert "step" not in left.status
        assert list(left.chips) == ["Go on with the exercise"]
        again = await tab.choose("Go on with the exercise")
        assert "step 1 of 3" in again.status
        assert list(again.chips) == list(seen.chips)


async def test_where_an_exercise_stands_is_shown_until_its_page_is_kept(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        before = time.time()
        first = await tab.send(START)
        assert "Wait before you write: step 1 of 3." in first.status
        over = re.search(r'data-over="(\d+)" data-then="The 10 minutes are over', first.status)
        assert over is not None
        assert 590 <= int(over[1]) - before <= 660
        assert (await tab.load()).status == first.status
        for number, text in enumerate(ANSWERS, start=2):
            seen = await tab.send(text)
            assert f"step {number} of 3" in seen.status
            assert "data-over" not in seen.status
        done = await tab.send("some sleep")
        assert "in your journal" in done.status
        assert done.chips == {}
        assert (await tab.load()).status == done.status
        assert "journal" not in (await tab.send("thank you, that helped a little")).status


async def test_an_exercise_without_a_word_written_promises_no_page(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        seen = await tab.send(START)
        for _ in range(3):
            assert "step" in seen.status
            seen = await tab.send("skip")
        assert "journal" not in seen.status
        assert "step" not in seen.status


async def test_in_a_crisis_no_exercise_is_within_reach_of_a_touch(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        await tab.send(START)
        seen = await tab.send("i want to die")
        assert list(seen.chips) == ["I am safe now"]
        assert "step" not in seen.status


async def test_the_button_asks_for_an_exercise(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        shown, *_ = await tab.event("give", None, "")
        chat = shown["value"]
        assert chat[0]["content"][0]["text"] == "Give me an exercise"
        assert (
            "exercise" in " ".join(m["content"][0]["text"] for m in chat[1:]).lower()
            or (chat[-1]["options"])
        )


@pytest.mark.parametrize("value", ["", "say", "misread abc", "keep", None, 3, ["say x"]])
def test_another_chip_sends_nothing(value):
    assert chip_text(value) is None


async def test_a_chip_with_nothing_on_it_is_refused_as_an_empty_message_is(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        data = await tab.event("choose", None, "", about={"index": 0, "value": "say  "})
        assert "nothing in the box yet" in data[1]
        assert (await tab.load()).chat == []
