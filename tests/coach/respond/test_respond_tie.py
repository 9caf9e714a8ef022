"""What a small model may add to an answer."""

import pytest

from coach.respond.tie import asks, ties

HERS = (
    "My wife of nine years left today and took the dogs, "
    "and the kitchen is so quiet I can't bear it"
)
SAID = ["The loss is in the small things.", "This may be mourned, however untidy it gets."]


def test_a_sentence_of_hers_ties() -> None:
    assert ties("The kitchen is quiet without the dogs.", HERS, SAID)
    assert ties("You can't bear the quiet kitchen.", HERS, SAID)


@pytest.mark.parametrize(
    "sentence",
    [
        "You have been alone for nine years.",  # her number, put together wrongly
        "You have room for a good book, a good walk, and a good book.",
        "The loss is in the small things, and it may be mourned.",
        "You took the dogs, and the kitchen is quiet.",
        "Your mother must be very disappointed in this.",
        "It is what it is.",
        "The kitchen is quiet, and the dogs, and your wife, and the kitchen that you cannot bear"
        " when it is as quiet as this evening without any of them.",
    ],
)
def test_what_only_seems_to(sentence: str) -> None:
    assert not ties(sentence, HERS, SAID)


@pytest.mark.parametrize(
    "question",
    [
        "What is the quiet like in the kitchen, and when is it loudest?",
        "Where do you sit when the kitchen is at its quietest and loudest?",
    ],
)
def test_our_question_with_a_word_of_hers_is_asked(question: str) -> None:
    assert asks(question, HERS, "When is it loudest for you?")


@pytest.mark.parametrize(
    "question",
    [
        "When is it loudest for you?",  # nothing of hers
        "What do you miss about the dogs?",  # not ours any more
        "What do you think is loudest in the kitchen?",
        "When would it be loudest if you had kept the dogs?",
        "What would you do when the kitchen is loudest?",
        "What else is loudest in the kitchen?",
        "When is the kitchen loudest, and what do you do with the dogs and the quiet and all of the"
        " long evenings in it?",
    ],
)
def test_a_question_that_goes_astray_is_not(question: str) -> None:
    assert not asks(question, HERS, "When is it loudest for you?")
