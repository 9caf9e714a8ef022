"""An exercise in the conversation: the guide to its steps, and what can be touched in it."""

import re
import time

import pytest

from coach.exercises import Exercises
from ui.web.exercise import CHIPS, chip_text

pytestmark = pytest.mark.anyio

START = "stop me from texting him"
ANSWERS = ["it is quieter now", "please come home, i am <b>lost</b>"]
LEAVE, SKIP = "Leave it for now", "Skip this one"


def _hers(seen):
    return [m["content"][0]["text"] for m in seen.chat if m["role"] == "user"]


async def test_a_touch_is_sent_as_her_message_and_leaves_the_box_alone(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        seen = await tab.send(START)
        assert seen.chips == {}  # they stand in the guide, once
        assert seen.guide["buttons"] == ["Go on", LEAVE, SKIP]
        assert len(seen.guide["buttons"]) == CHIPS + 1
        assert (await tab.load()).guide == seen.guide
        left = await tab.touch(LEAVE)
        assert _hers(left) == [START, LEAVE]
        assert "value" not in left.box  # she may have begun to write
        assert left.guide == {"page": False}
        assert list(left.chips) == ["Go on with the exercise"]
        again = await tab.choose("Go on with the exercise")
        assert "step 1 of 3" in again.guide["title"]
        assert again.guide["buttons"] == seen.guide["buttons"]


async def test_the_guide_stands_where_the_conversation_stands(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        before = time.time()
        first = await tab.send(START)
        assert "Wait before you write: step 1 of 3." in first.guide["title"]
        names = ["After ten minutes", "What I would have sent", "What I need underneath it"]
        steps = first.guide["steps"]
        assert [name in step for name, step in zip(names, steps, strict=True)] == [True] * 3
        assert ["<details" in step for step in steps] == [True, False, False]
        (asked,) = re.findall("<p>(.*?)</p>", steps[0])
        assert asked in first.texts[1]
        over = re.search(r'data-over="(\d+)" data-then="The 10 minutes are over', first.status)
        assert over is not None
        assert 590 <= int(over[1]) - before <= 660
        assert (await tab.load()).status == first.status
        for number, text in enumerate(ANSWERS, start=2):
            seen = await tab.send(text)
            steps = seen.guide["steps"]
            here = [" open>" in step for step in steps]
            assert here == [place == number for place in (1, 2, 3)]
            assert sum("<details" in step for step in steps) == number
            assert asked in steps[0]  # to look at again
            assert "data-over" not in seen.status
        assert seen.guide["buttons"][0] == "Finish"
        # It is no more than the conversation: also in a new tab, taken back, in a new one.
        other = await server.tab(tab.http.cookies["coach_person"])
        assert (await other.load()).guide == seen.guide
        assert (await tab.new()).guide == {"page": False}
        loaded = await tab.load()
        back = await tab.undo(next(at for at, one in enumerate(loaded.texts) if "come home" in one))
        assert [" open>" in step for step in back.guide["steps"]] == [False, True, False]
        await tab.send("all of it")
        done = await tab.send("some sleep")
        assert done.guide == {"page": True}
        assert done.chips == {}
        assert (await tab.load()).guide == done.guide
        assert (await tab.send("thank you, that helped a little")).guide == {"page": False}


async def test_a_finished_exercise_leads_to_its_page(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        for text in (START, *ANSWERS, "some sleep"):
            await tab.send(text)
        shown = await tab.event("read_left", None, "")
        assert any("please come home, i am &lt;b&gt;lost" in str(one) for one in shown)
        assert shown[-1]["open"] is True
        other = await server.tab()  # somebody else, who has no page
        assert "please come home" not in str(await other.event("read_left", None, ""))


async def test_go_on_takes_what_is_in_the_box_or_says_that_it_is_done(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        await tab.send(START)
        seen = await tab.go_on("  ")
        assert _hers(seen)[-1] == "Done"
        assert "step 2 of 3" in seen.guide["title"]
        seen = await tab.go_on("come home")
        assert _hers(seen)[-1] == "come home"
        assert "step 3 of 3" in seen.guide["title"]


async def test_go_on_alone_comes_to_the_end_of_every_exercise(serving, settings):
    async with serving(settings) as server:
        for exercise in Exercises.load():
            tab = await server.tab()
            seen = await tab.send(exercise.chip)
            assert exercise.title in seen.guide["title"]
            for _ in range(2 * len(exercise.steps)):  # a draft is asked for once more
                if "steps" not in seen.guide:
                    break
                seen = await tab.go_on()
            assert seen.guide == {"page": False}, exercise.id  # not a word was written


async def test_an_exercise_without_a_word_written_promises_no_page(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        seen = await tab.send(START)
        for _ in range(3):
            assert "steps" in seen.guide
            seen = await tab.touch(SKIP)
        assert seen.guide == {"page": False}


async def test_in_a_crisis_no_exercise_is_within_reach_of_a_touch(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        await tab.send(START)
        seen = await tab.go_on("i want to die")
        assert list(seen.chips) == ["I am safe now"]
        assert seen.guide == {"page": False}


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
