"""What a small model may add to an answer."""

import pytest

from coach.respond.tie import ties

HERS = (
    "My wife of nine years left today and took the dogs, "
    "and the kitchen is so quiet I can't bear it"
)
SAID = ["The loss is in the small things.", "This may be mourned, however untidy it gets."]


def test_a_sentence_of_hers_ties() -> None:
    assert ties("The kitchen is quiet without the dogs.", HERS, SAID)


@pytest.mark.parametrize(
    "sentence",
    [
        "You have been alone for nine years.",  # her number, put together wrongly
        "You have room for a good book, a good walk, and a good book.",
        "The loss is in the small things, and it may be mourned.",
        "Your mother must be very disappointed in this.",
        "It is what it is.",
        "The kitchen is quiet, and the dogs, and your wife, and the kitchen that you cannot bear"
        " when it is as quiet as this evening without any of them.",
    ],
)
def test_what_only_seems_to(sentence: str) -> None:
    assert not ties(sentence, HERS, SAID)
