"""Which exercise is offered, listed or started, and when none is."""

from collections.abc import Callable, Sequence

import pytest

from coach.exercises import Exercises
from coach.reply import Turn
from coach.respond.partner import Partner

Thread = Callable[[Sequence[str]], list[Turn]]
URGE = "I want to text him so badly right now"


def test_a_chip_starts_its_exercise(exercises: Exercises) -> None:
    for exercise in exercises:
        asked = exercises.asked(exercise.start_chip.text)
        assert asked is not None
        assert asked.exercise is exercise


def test_any_exercise_is_the_one_that_fits_what_she_told(
    exercises: Exercises, thread: Thread
) -> None:
    history = thread(["my weekends are so empty now", "Two long days."])
    asked = exercises.asked("give me an exercise", history=history)
    assert asked is not None
    assert asked.exercise is exercises.get("new-energy")


@pytest.mark.parametrize("message", ["give me an exercise", "which exercises are there?"])
def test_without_a_sign_at_most_three_are_named(exercises: Exercises, message: str) -> None:
    asked = exercises.asked(message, partner=Partner("your wife", "she"))
    assert asked is not None
    assert asked.exercise is None
    text = " ".join(sentence.text for sentence in asked.sentences)
    assert len(asked.chips) == 3
    assert "?" not in text
    assert "{" not in text
    for chip in asked.chips:
        started = exercises.asked(chip.text)
        assert started is not None
        assert started.exercise is not None
        assert Partner("your wife", "she").fill(started.exercise.about) in text


def test_the_next_three_are_others(exercises: Exercises) -> None:
    first = exercises.asked("which exercises are there?")
    assert first is not None
    text = " ".join(sentence.text for sentence in first.sentences)
    history = [Turn(role="user", content="x"), Turn(role="assistant", content=text, route="coach")]
    second = exercises.asked("are there other exercises?", history=history)
    assert second is not None
    assert not set(first.chips) & set(second.chips)
    picked = exercises.asked("the second one", history=history)
    assert picked is not None
    assert picked.exercise is not None
    assert picked.exercise.start_chip == first.chips[1]


@pytest.mark.parametrize("kind", ["crisis", "minor"])
def test_none_in_a_crisis_and_none_for_minors(
    exercises: Exercises, thread: Thread, kind: str
) -> None:
    forbidden = frozenset({kind})
    history = thread(["hello", "Hello."])
    messages = ["give me an exercise", "what exercises are there", *(e.chip for e in exercises)]
    for message in messages:
        asked = exercises.asked(message, forbidden, history)
        assert asked is not None
        assert (asked.exercise, asked.position, asked.chips) == (None, None, ())
        assert asked.sentences
    for exercise in exercises:
        for message in exercise.fitting.must_start:
            assert exercises.fitting(message, history, exercise.passages, forbidden) is None


@pytest.mark.parametrize("kind", ["abuse", "cheating"])
def test_after_harm_nothing_about_the_ex(exercises: Exercises, thread: Thread, kind: str) -> None:
    forbidden = frozenset({kind})
    history = thread(["hello", "Hello."])
    free = {"feel-everything", "new-energy", "urge-to-write"}
    asked = exercises.asked("which exercises are there?", forbidden, history)
    assert asked is not None
    assert {chip.text for chip in asked.chips} == {e.chip for e in exercises if e.id in free}
    for exercise in exercises:
        named = exercises.asked(exercise.chip, forbidden, history)
        assert named is not None
        assert (named.exercise is None) is (exercise.id not in free)
        assert bool(named.sentences) is (exercise.id not in free)
        for message in exercise.fitting.must_start:
            found = exercises.fitting(message, history, exercise.passages, forbidden)
            assert found is None or found.id in free


def test_no_contact_closes_the_reply(exercises: Exercises, thread: Thread) -> None:
    history = thread(["hello", "Hello."])
    message = "he just texted me, asking how I am"
    assert exercises.fitting(message, history) is exercises.get("he-wrote")
    assert exercises.fitting(message, history, (), frozenset({"no_contact"})) is None


def test_not_before_her_second_message_unless_she_asks_what_to_do(
    exercises: Exercises, thread: Thread
) -> None:
    assert exercises.fitting(URGE, []) is None
    assert exercises.fitting(f"{URGE}, what can I do?", []) is exercises.get("urge-to-write")
    assert exercises.fitting(URGE, thread(["hello", "Hello."])) is exercises.get("urge-to-write")


def test_a_passage_is_reason_enough_later_on(exercises: Exercises, thread: Thread) -> None:
    message, slugs = "sundays, mostly", ["new-energy", "mourn"]
    early = thread(["hello", "Hello."])
    later = thread(["hello", "Hello.", "it is quiet here", "Quiet can be loud."])
    assert exercises.fitting(message, early, slugs) is None
    assert exercises.fitting(message, later, slugs) is exercises.get("new-energy")
    assert exercises.fitting(message, later, ["his-socials", "new-energy"]) is None
    assert exercises.fitting(message, later, slugs, frozenset({"crisis"})) is None


def _offered(exercises: Exercises, name: str) -> list[Turn]:
    exercise = exercises.get(name)
    assert exercise is not None
    line = exercises.offer(exercise, partner=Partner("your husband", "he")).text
    assert "?" not in line
    answer = f"The phone is close by. {line} What would you write?"
    return [
        Turn(role="user", content=URGE),
        Turn(role="assistant", content=answer, route="coach"),
    ]


@pytest.mark.parametrize("message", ["yes please", "ok let's try", "I'd like that"])
def test_an_offer_can_be_accepted(exercises: Exercises, message: str) -> None:
    asked = exercises.asked(message, history=_offered(exercises, "letting-go"))
    assert asked is not None
    assert asked.exercise is exercises.get("letting-go")
    assert exercises.asked(message) is None


def test_offers_are_rare(exercises: Exercises, thread: Thread) -> None:
    history = _offered(exercises, "letting-go")
    assert exercises.fitting(URGE, history) is None
    history += thread(["it is late", "Late and quiet."] * 4)
    assert exercises.fitting(URGE, history) is exercises.get("urge-to-write")


def test_what_she_declined_or_did_is_not_offered_again(
    exercises: Exercises, thread: Thread, talk
) -> None:
    pause = thread(["it is late", "Late and quiet."] * 12)
    offered = _offered(exercises, "urge-to-write")
    no = thread(["no thanks", "All right."])
    assert exercises.fitting(URGE, [*offered, *pause]) is exercises.get("urge-to-write")
    assert exercises.fitting(URGE, [*offered, *no, *pause]) is None
    talk.begin("urge-to-write")
    for words in ("less", "dear you", "sleep"):
        talk.say(words)
    assert exercises.fitting(URGE, [*talk.history, *pause]) is None


def test_who_wants_no_exercises_is_offered_none(exercises: Exercises, thread: Thread) -> None:
    refused = thread(["no exercises please", "All right."])
    history = [*refused, *thread(["it is late", "Late and quiet."] * 6)]
    assert exercises.fitting(URGE, history) is None
    asked = exercises.asked("wait before I write", history=history)
    assert asked is not None
    assert asked.exercise is not None


def test_an_offer_is_worded_anew(exercises: Exercises) -> None:
    exercise = exercises.get("urge-to-write")
    assert exercise is not None
    first = exercises.offer(exercise).text
    history = [Turn(role="assistant", content=first, route="coach")]
    assert exercises.offer(exercise, history).text != first


@pytest.mark.parametrize(
    "message",
    ["I exercise every day", "he went to his exercise class", "yes", "go on", "the first one"],
)
def test_what_is_no_request_starts_nothing(exercises: Exercises, message: str) -> None:
    assert exercises.asked(message) is None
