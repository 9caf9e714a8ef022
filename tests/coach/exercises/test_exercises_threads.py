"""Several exercises in one thread, and threads that are not as they should be."""

from collections.abc import Callable

import pytest

from coach.exercises import Exercises, StepReply

Text = Callable[[StepReply], str]


def test_two_exercises_in_one_thread_keep_their_words_apart(exercises: Exercises, talk) -> None:
    talk.begin("new-energy")
    talk.say("clay")
    talk.say("stop")
    talk.begin("letting-go")
    talk.say("his silence")
    talk.say("the wheel")
    talk.say("my sundays")
    page = talk.say("his phone").state.page
    assert page is not None
    assert "clay" not in page.text
    left = exercises.left(talk.history)
    assert left is not None
    assert (left.exercise.id, left.step, dict(left.answers)) == ("new-energy", 2, {1: "clay"})
    assert talk.resume().state.step == 2
    talk.say("on friday")
    page = talk.say("five minutes of it").state.page
    assert page is not None
    assert "clay" in page.text
    assert "his silence" not in page.text
    assert exercises.left(talk.history) is None


def test_done_again_it_starts_with_an_empty_page_and_other_words(talk, text_of: Text) -> None:
    first = text_of(talk.begin("new-energy"))
    for words in ("clay", "friday", "five minutes"):
        talk.say(words)
    second = text_of(talk.begin("new-energy"))
    assert not set(first.split(". ")) & set(second.split(". "))
    for words in ("bread", "sunday", "only the dough"):
        page = talk.say(words).state.page
    assert page is not None
    assert "bread" in page.text
    assert "clay" not in page.text


def test_a_redirect_in_the_middle_interrupts_and_can_be_resumed(exercises: Exercises, talk) -> None:
    talk.begin("new-energy")
    talk.say("clay")
    talk.chat("something grave", "Vetted words.")
    assert exercises.running(talk.history) is None
    left = exercises.left(talk.history)
    assert left is not None
    assert (left.step, dict(left.answers)) == (2, {1: "clay"})


@pytest.mark.parametrize("tag", ["juggling:1", "new-energy:99", "new-energy:0", "new-energy", ""])
def test_a_tag_that_means_nothing_runs_nothing(exercises: Exercises, talk, tag: str) -> None:
    talk.begin("new-energy")
    talk.history[-1] = talk.history[-1].model_copy(update={"exercise": tag})
    assert exercises.running(talk.history) is None
