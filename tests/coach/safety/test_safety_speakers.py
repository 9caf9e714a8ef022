"""Whose words: what is quoted of somebody, or pasted from a chat, is not hers."""

import pytest

from coach.reply import Disclosure, DisclosureKind, Turn
from coach.safety import Screen, decide
from coach.safety.normalise import normalise
from coach.safety.rules import RuleBook
from coach.safety.speakers import reported

SCREEN = Screen((RuleBook.load(),))  # grammar is the business of the phrase rules


def _theirs(text: str) -> list[str]:
    plain = normalise(text)
    return [plain.text[start:end] for start, end in reported(plain)]


@pytest.mark.parametrize(
    ("text", "theirs"),
    [
        ("she said 'i cheated on you'", ["i cheated on you"]),
        ('My ex just texted me: "leave me" and left', ["leave me"]),
        ('"I am done," he said', ["i am done,"]),
        ("him: its over. dont contact me", ["its over. dont contact me"]),
        ("me: why\nAlex: its over\nme: ok", ["its over "]),
        ('I told him "I want to die"', []),
        ('I said "I want to die" he said "then do it"', ["then do it"]),
        ("what i wrote to him: i want to die", []),
        ('the night i said "i want to die"', []),
        ('my diary says "i want to die"', []),
        ('"I want to die"', []),
        ("edit: i want to die", []),
    ],
)
def test_whose_words(text: str, theirs: list[str]) -> None:
    assert _theirs(text) == theirs


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("she said 'i cheated on you'", ("cheating", "ex")),
        ("him: its over. dont contact me", ("no_contact", "ex")),
        ('He said: "I want to die if you leave me". I left him.', ("abuse", "ex")),
    ],
)
def test_what_another_said_is_told_of_them(text: str, told: tuple[str, str]) -> None:
    assert [(d.kind, d.about) for d in SCREEN.screen(text).disclosures] == [told]


@pytest.mark.parametrize(
    "text",
    [
        "my favorite song is playing and i want to kill myself",
        "that song about us i want to die",
        "bottom line: i want to die",
        'i heard a song called "hello" i want to die',
        'I said "I want to die" he said "then do it"',
        "what i wrote to him: i want to die",
        "i just want to die, the news is on and i do not care",
        "me: i want to die\nhim: ok",
        "it was a dream with him and now i want to kill myself",
    ],
)
def test_no_everyday_word_takes_back_her_own(text: str) -> None:
    assert SCREEN.screen(text).route == "crisis"


@pytest.mark.parametrize(
    "text",
    [
        "he raped me after a movie night",
        "it was a nightmare he hit me every day",
        "i lived in a nightmare he hit me every day",
        "my ex is an actor he is abusive",
        "he hit me with a bat",
        "he won't let me see my mother",
        "i am a student and my boyfriend hit me",
    ],
)
def test_nor_what_was_done_to_her(text: str) -> None:
    assert SCREEN.screen(text).route == "abuse"


@pytest.mark.parametrize(
    "text",
    [
        "lyrics: i want to die",
        "in the film he wants to die",
        "a character who wants to die",
        "I had a nightmare that he hit me",
        "the article says that suicide is rising",
        "her: i want to die",
    ],
)
def test_grammar_may_tie_a_find_to_a_story(text: str) -> None:
    assert SCREEN.screen(text).route == "coach"


@pytest.mark.parametrize(
    "text",
    [
        "i'm safe? no",
        "i'm safe but the pills are next to me",
        "i'm not going to do it tonight, maybe tomorrow",
        "i'd never do it sober",
        "I'm safe now. I want to die",
        'he says "I\'m safe now"',
    ],
)
def test_a_hedged_word_ends_no_crisis(text: str) -> None:
    history = [Turn(role="user", content="I want to die")]
    found = SCREEN.screen(text, history)
    assert found.route == "crisis"
    assert "safe_now" not in [d.kind for d in found.disclosures]


@pytest.mark.parametrize("kind", ["abuse", "cheating", "no_contact"])
@pytest.mark.parametrize("text", ["is there any chance for us", "help me write a message to him"])
def test_a_closed_way_back_is_answered(kind: DisclosureKind, text: str) -> None:
    carried = [Disclosure(kind=kind, about="ex", evidence="…", by="rules:test", score=0.9)]
    assert decide(SCREEN.screen(text), carried).way_back
