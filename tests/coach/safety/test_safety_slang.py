"""Coded speech is read in plain words, and shown in her own."""

import pytest

from coach.errors import ConfigError
from coach.safety import Screen
from coach.safety.normalise import normalise
from coach.safety.rules import RuleBook
from coach.safety.slang import Slang, plainer

SCREEN = Screen((RuleBook.load(),))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("i wanna kms", "i wanna kill myself"),
        ("thinking of unaliving myself", "thinking of killing myself"),
        ("K.M.S. fr", "kill myself. fr"),
        ("un-alive me", "kill me"),
        ("sewerslide", "suicide"),
        ("he graped me", "he raped me"),
        ("he is a r*pist", "he is a rapist"),
        ("he posted my n00ds", "he posted my nude pictures"),
        ("n00ds, i wanna k.m.s.", "nude pictures, i wanna kill myself."),
    ],
)
def test_slang_is_put_into_plain_words(written: str, meant: str) -> None:
    found = plainer(normalise(written))
    assert found is not None
    assert found.text == meant


@pytest.mark.parametrize(
    "honest", ["we ran 5 kms this morning", "a few kms from here", "sui generis", "a wool sock"]
)
def test_other_meanings_are_left_alone(honest: str) -> None:
    assert plainer(normalise(honest)) is None


def test_the_evidence_is_what_she_wrote() -> None:
    (told,) = SCREEN.screen("honestly i might just Unalive myself").disclosures
    assert told.kind == "crisis"
    assert "Unalive myself" in told.evidence


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("- {say: kms}", "means"),
        ("- {say: kms, means: 'Kill!'}", "means"),
        ("- {say: '(kms', means: kill}", "missing"),
        ("kms: kill", "list"),
    ],
)
def test_a_wrong_file_is_refused(source: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        Slang(source)
