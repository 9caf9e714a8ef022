"""Exercises as a person goes through them."""

from collections.abc import Callable

import pytest

from coach.exercises import Exercises, StepReply
from coach.reply import JournalPage

NAMES = (
    "do-differently",
    "feel-everything",
    "he-wrote",
    "letting-go",
    "new-energy",
    "three-things",
    "urge-to-write",
)
Text = Callable[[StepReply], str]
Lines = Callable[[JournalPage], list[str]]
# An answer to every kind of step, with something to cut where a draft is wanted.
ANSWERS = (
    "the first thing, and how the light fell on it",
    "Thanks for writing. I miss you so much, can we meet?",
    "that I would sleep more and shout less",
    "it would be quiet on the stairs",
)


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_a_whole_run_ends_in_a_page_with_her_words(
    exercises: Exercises, talk, text_of: Text, lines_of: Lines, name: str, plain: bool
) -> None:
    talk.plain = plain
    reply = talk.begin(name)
    exercise = exercises.get(name)
    assert exercise is not None
    written = []
    heard = [text_of(reply)]
    while reply.state.status == "running":
        assert reply.tag == f"{name}:{reply.state.step}"
        assert reply.state.wait_minutes == exercise.steps[reply.state.step - 1].wait_minutes
        assert [chip.kind for chip in reply.chips] == ["leave", "follow_up"]
        words = ANSWERS[reply.state.step - 1]
        written.append(words)
        reply = talk.say(words)
        heard.append(text_of(reply))
    assert reply.state.status == "done"
    assert reply.tag == f"{name}:done"
    page = reply.state.page
    assert page is not None
    assert (page.exercise, page.revisit_days) == (name, exercise.revisit_days)
    shown = lines_of(page)
    for words in set(written):
        assert words in shown
    assert len(heard) >= len(exercise.steps) + 1
    assert all(text.count("?") <= 1 for text in heard)
    assert "?" not in heard[-1]
    assert exercises.running(talk.history) is None
    assert exercises.left(talk.history) is None


def test_only_the_urge_is_read_again_the_next_day(exercises: Exercises) -> None:
    assert [one.id for one in exercises if one.revisit_days == 1] == ["urge-to-write"]


@pytest.mark.parametrize(
    "message",
    ["stop", "Not now please", "leave it for now", "I don't want to", "can we stop here?"],
)
def test_she_can_leave_at_any_step_and_come_back(
    exercises: Exercises, talk, text_of: Text, message: str
) -> None:
    talk.begin("letting-go")
    talk.say("that he reads my messages")
    before = talk.history[-1].content
    gone = talk.say(message)
    assert (gone.state.status, gone.tag) == ("left", "letting-go:left")
    assert text_of(gone)
    assert "?" not in text_of(gone)
    assert exercises.running(talk.history) is None
    talk.chat("my sister came round", "That sounds like company. What did you do?")
    back = talk.resume()
    assert (back.state.status, back.state.step) == ("running", 2)
    assert back.sentences[-1].text not in before
    for words in ("what he reads", "my own door", "the reading"):
        last = talk.say(words)
    assert last.state.page is not None
    assert "that he reads my messages" in last.state.page.text
    assert message not in last.state.page.text


@pytest.mark.parametrize(
    "message",
    [
        "should i text him?",
        "he just texted me",
        "by the way, do you keep what I write?",
        "I want to talk about my mum",
        "What exercises are there?",
        "One new thing this week",
        "bye, good night",
        "My boss wants me back in the office from Monday on. What should I do?",
    ],
)
def test_something_else_is_left_for_an_ordinary_answer(
    exercises: Exercises, talk, message: str
) -> None:
    talk.begin("three-things")
    reply = talk.say(message)
    assert reply.sentences == ()
    assert (reply.state.status, reply.tag) == ("left", "three-things:left")
    position = exercises.left(talk.history)
    assert position is not None
    assert (position.exercise.id, position.step, position.answers) == ("three-things", 1, {})


def test_her_questions_are_part_of_what_she_writes_freely(talk) -> None:
    talk.begin("feel-everything")
    reply = talk.say("why did he go? what was so wrong with sundays? i dont know")
    assert (reply.state.status, reply.state.step) == ("running", 2)
    talk.history.clear()
    talk.begin("urge-to-write")
    talk.say("still there")
    reply = talk.say("Can you just tell me why? I need to talk to you. When can we meet?")
    assert (reply.state.status, reply.state.step) == ("running", 3)


def test_a_skipped_step_leaves_no_trace_on_the_page(exercises: Exercises, talk) -> None:
    talk.begin("new-energy")
    reply = talk.say("skip this step")
    assert (reply.state.status, reply.state.step) == ("running", 2)
    talk.say("thursday")
    page = talk.say("ten lengths").state.page
    exercise = exercises.get("new-energy")
    assert page is not None
    assert exercise is not None
    headings = [step.page for step in exercise.steps if f"**{step.page}**" in page.text]
    assert headings == [step.page for step in exercise.steps[1:]]


def test_without_a_word_of_hers_there_is_no_page(talk) -> None:
    talk.begin("new-energy")
    for _ in range(3):
        reply = talk.say("skip")
    assert reply.state.status == "done"
    assert reply.state.page is None


@pytest.mark.parametrize("little", ["idk", "hmm", "…", "what do you mean?", "😭", "nothing"])
def test_a_short_answer_gets_a_smaller_step_once(
    exercises: Exercises, talk, text_of: Text, little: str
) -> None:
    exercise = exercises.get("letting-go")
    assert exercise is not None
    talk.begin("letting-go")
    smaller = talk.say(little)
    assert (smaller.state.step, smaller.tag) == (1, "letting-go:1")
    assert any(talk.partner.fill(one) in text_of(smaller) for one in exercise.steps[0].smaller)
    assert talk.say("i really don't know").state.step == 2
    # The next step is made smaller in its turn.
    assert talk.say("idk").state.step == 2
    assert talk.say("idk").state.step == 3


def test_a_single_word_answers_the_smaller_step(talk) -> None:
    talk.begin("he-wrote")
    talk.say("hi")
    talk.say("thanks, all well")
    talk.say("ok")
    page = talk.say("no").state.page
    assert page is not None
    assert "> no" in page.text


def test_after_the_wait_a_bare_word_is_enough(talk) -> None:
    assert talk.begin("urge-to-write").state.wait_minutes == 10
    assert talk.say("not yet").state.step == 1
    assert talk.say("ok I'm back").state.step == 2
    assert talk.say("I wrote it in my notebook").state.step == 3


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["crisis", "minor", "abuse", "cheating", "no_contact"])
def test_what_she_tells_ends_a_running_exercise_gently(
    exercises: Exercises, talk, text_of: Text, name: str, kind: str
) -> None:
    forbidden = frozenset({kind})
    exercise = exercises.get(name)
    assert exercise is not None
    talk.begin(name)
    reply = talk.say("there is something I have not told you yet", forbidden)
    if exercise.open_to(forbidden):
        assert reply.state.status == "running"
        return
    assert (reply.state.status, reply.chips, len(reply.sentences)) == ("left", (), 1)
    assert "?" not in text_of(reply)
    assert exercises.running(talk.history) is None
    assert talk.resume(forbidden).state.status == "left"
    assert exercises.start(exercise, [], talk.partner, forbidden).state.status == "left"
