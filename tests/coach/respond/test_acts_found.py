"""What kind of message it is, in its thread."""

import pytest

from coach.reply import Turn
from coach.respond.acts import find_act

ASKED = (
    Turn(role="user", content="he left"),
    Turn(role="assistant", content="That is hard. When is it worst?"),
)
TOLD = (
    Turn(role="user", content="he left"),
    Turn(role="assistant", content="You need not explain it."),
)


@pytest.mark.parametrize(
    ("message", "act", "kind"),
    [
        ("yes", "short", "agree"),
        ("Yeah, kind of", "short", "agree"),
        ("no", "short", "deny"),
        ("not really", "short", "deny"),
        ("idk", "short", "unsure"),
        ("dont know", "short", "unsure"),
        ("i don’t know", "short", "unsure"),
        ("maybe", "short", "maybe"),
        ("nothing", "short", "nothing"),
        ("whatever", "short", "nothing"),
        ("...", "short", "nothing"),
        ("ok", "short", "okay"),
        ("the evenings", "answer", ""),
        ("mostly when i cook for one", "answer", ""),
        ("thank you so much", "thanks", ""),
        ("ok. thanks", "thanks", ""),
        ("thanks but that doesn't help", "pushback", "no_help"),
        ("you don't get it", "pushback", "misunderstood"),
        ("that's not what I meant", "pushback", "misunderstood"),
        ("that doesn't help", "pushback", "no_help"),
        ("you already said that", "pushback", "repeated"),
        ("stop quoting me", "pushback", "quoting"),
        ("you sound like a robot", "pushback", "cold"),
        ("I am rather tired of questions, if I may say so.", "pushback", "questions"),
        ("my mum says you don't get it until you are older, she keeps saying it", "answer", ""),
        ("are you human?", "greeting", ""),
        ("do you remember what i told you?", "about_coach", "memory"),
        ("who can read this", "about_coach", "privacy"),
        ("is this private?", "about_coach", "privacy"),
        ("what can you do", "about_coach", "ability"),
        ("how are you?", "about_coach", "how_are_you"),
        ("haha", "small_talk", "laugh"),
        ("tell me a joke", "small_talk", ""),
        ("asdfghjkl", "nonsense", ""),
        ("will he come back?", "prediction", "return"),
        ("do you think she regrets it", "prediction", "return"),
        ("does he still love me", "prediction", "heart"),
        ("when will this stop", "prediction", "when"),
        ("and what if he does?", "follow_up", "what_if"),
        ("yeah but what if he forgets me", "follow_up", "what_if"),
        ("but why", "follow_up", "why"),
        ("how?", "follow_up", "how"),
        ("but i love him", "follow_up", "but"),
        ("i slept 7 hours last night for the first time!", "good_news", ""),
        ("i laughed out loud today", "good_news", ""),
        ("i laughed today and then cried for hours", "answer", ""),
        ("what should i do", "advice", ""),
        ("should i give him his hoodie back", "advice", ""),
    ],
)
def test_after_a_question(message: str, act: str, kind: str) -> None:
    found = find_act(message, ASKED)
    assert (found.name, found.kind) == (act, kind)
    assert found.asked


@pytest.mark.parametrize(
    ("message", "act"),
    [
        ("he left me on sunday", "story"),
        ("why does it hurt so much", "story"),
        ("how do i stop loving her", "advice"),
        ("does he still love me", "prediction"),
        ("hello", "greeting"),
        ("how are you", "greeting"),
        ("she says i don't get it and you never listen to anybody, that was her line", "story"),
    ],
)
def test_as_a_first_message(message: str, act: str) -> None:
    found = find_act(message)
    assert found.name == act
    assert not found.asked


def test_telling_more_without_being_asked_is_letting_it_out() -> None:
    assert find_act("and then he took the kettle as well", TOLD).name == "vent"
    long = "he took the kettle " * 10
    assert find_act(long, ASKED).name == "vent"
