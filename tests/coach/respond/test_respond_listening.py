"""What the coach hears: her clause, the turn to "you", the ex's noun and pronoun, the feeling."""

import re

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coach.respond.echo import pick_clause, quoted, to_second_person
from coach.respond.feelings import hear
from coach.respond.partner import Partner, find_partner, in_words_of
from coach.respond.phrasebook import Voice
from knowledge.embeddings import MiniLM

quick = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
# Pieces that people's messages are made of, good and bad, in any order.
pieces = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "i miss him",
                "my wife",
                "im so tired",
                "he said i",
                ", and",
                ". ",
                "! ",
                "?",
                "\n",
                "<b>",
                "https://x.io/a",
                "a@b.uk",
                "07700 900123",
                "\u202e",
                "**no**",
                "“why”",
                "…",
                "I",
                "ME",
                "she’s",
                "& me",
                "`rm`",
                "[a](b)",
                "12/11/2019",
                "🙂",
                "dont",
                "{ex}",
            ]
        ),
        st.text(max_size=12),
    ),
    max_size=14,
).map(" ".join)


class ByLength:
    """An encoder for the properties, which must hold whatever it says."""

    def encode(self, texts: "list[str]") -> npt.NDArray[np.float32]:
        rows = [[1.0, (len(text) % 7) / 7] for text in texts]
        return np.array(rows, dtype=np.float32)


@pytest.mark.parametrize(
    ("clause", "turned"),
    [
        ("I keep checking my phone", "you keep checking your phone"),
        ("i’m so tired", "you are so tired"),
        ("im so tired", "you are so tired"),
        ("i am not myself", "you are not yourself"),
        ("I wasn't ready", "you weren’t ready"),
        ("i've lost mine", "you have lost yours"),
        ("I'd been so sure", "you’d been so sure"),
        ("he left me and i cried", "he left you and you cried"),
        ("My husband moved out", "your husband moved out"),
        ("i cant sleep and he doesnt call", "you can’t sleep and he doesn’t call"),
        ("shes gone and i know it", "she’s gone and you know it"),
        ("HE LEFT ME", "he left you"),
        # Not safe to turn: it is quoted instead.
        ("what do i do", None),
        ("am i mad", None),
        ("we were happy", None),
        ("he said i need space", None),
        ("he was like i never loved you", None),
        ("i told him 'i love you'", None),
        ("he told me i was cold", None),
        ("ill never forget", None),
        ("happy birthday to me", None),
    ],
)
def test_second_person(clause: str, turned: str | None) -> None:
    assert to_second_person(clause) == turned


@pytest.mark.parametrize(
    ("message", "clause"),
    [
        ("ok so... i miss my old life!!", "i miss my old life"),
        ("Hi.", None),
        ("see https://example.org/x now", None),
        ("write me at jo@example.org please", None),
        ("my number is 07700 900123", None),
        ("<script>alert(i miss him)</script>", "i miss him"),
        ("what?!he left me alone", "he left me alone"),
    ],
)
def test_the_clause_that_is_given_back(encoder: MiniLM, message: str, clause: str | None) -> None:
    assert pick_clause(message, encoder) == clause


def test_a_clause_with_the_feeling_is_preferred(encoder: MiniLM) -> None:
    message = "I went to the shop for bread. I am so ashamed of it all. The bus was late again."
    assert pick_clause(message, encoder, ["ashamed"]) == "I am so ashamed of it all"


def test_quotation_marks_do_not_nest() -> None:
    assert quoted('he said "go" to me') == "“he said go to me”"


@pytest.mark.parametrize(
    ("messages", "noun", "pronoun"),
    [
        (["my husband left"], "your husband", "he"),
        (["my hubby left"], "your husband", "he"),
        (["my ex-husband called"], "your ex-husband", "he"),
        (["My ex wife sold it"], "your ex-wife", "she"),
        (["my gf dumped me"], "your girlfriend", "she"),
        (["my fiancée left"], "your fiancée", "she"),
        (["my partner left and she took the cat"], "your partner", "she"),
        (["he left"], "your ex", "he"),
        (["shes gone"], "your ex", "she"),
        (["i am sad"], "your ex", "they"),
        (["they left. i loved them"], "your ex", "they"),
        (["my mum says she never liked it. he cried"], "your ex", "he"),
        (["my friends say she is mean. he is fine"], "your ex", "he"),
        (["he has a new girlfriend. she is younger and she posts her photos"], "your ex", "he"),
        (["saw the girlfriend today, he was there too"], "your ex", "he"),
        (["i cannot sleep", "my wife moved out"], "your wife", "she"),
        (["she is so pretty", "he left me", "he took his things"], "your ex", "he"),
    ],
)
def test_her_word_for_the_ex(messages: list[str], noun: str, pronoun: str) -> None:
    found = find_partner(messages)
    assert (found.noun, found.pronoun) == (noun, pronoun)


def test_a_text_about_him_in_words_for_her() -> None:
    her = find_partner(["my wife left"])
    assert in_words_of(her, "Give him space. He wants his peace.") == (
        "Give her space. She wants her peace."
    )


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("i cant stop crying", "sad"),
        ("I’m furious with him", "angry"),
        ("so embarrassed, i made a fool of myself", "ashamed"),
        ("it is all my fault", "guilty"),
        ("i miss him", "longing"),
        ("i feel nothing, so empty", "numb"),
        ("so alone in this flat", "lonely"),
        ("honestly such a relief", "relieved"),
        ("exhausted, no energy", "tired"),
        ("i am not angry", "calm"),
        ("the train was at nine", "calm"),
    ],
)
def test_the_feeling_that_is_heard(voice: Voice, message: str, name: str) -> None:
    assert hear(message, voice.hearing.feelings).name == name


@quick
@given(pieces)
def test_nothing_private_or_marked_up_is_given_back(message: str) -> None:
    clause = pick_clause(message, ByLength())
    assert clause == pick_clause(message, ByLength())
    if clause is None:
        return
    for shown in (quoted(clause), to_second_person(clause) or ""):
        assert not re.search(r"[<>`*\[\]{}!?\n]|https?:|@|\d{4}|\d{3}[ -]\d{3}", shown), shown
        assert not re.search(r"[\u200b\u202a-\u202e\x00-\x1f]", shown), shown


@quick
@given(pieces)
def test_listening_never_fails_and_never_wavers(voice: Voice, message: str) -> None:
    heard = hear(message, voice.hearing.feelings)
    assert heard == hear(message, voice.hearing.feelings)
    assert heard.name in voice.hearing.feelings
    assert find_partner([message]) == find_partner([message])
    turned = to_second_person(message)
    assert turned is None or not re.search(r"\b(?:am|i)\b", turned, re.IGNORECASE)


@pytest.mark.parametrize(
    ("pronoun", "idea", "expected"),
    [
        ("she", "He has decided; let him be.", "She has decided; let her be."),
        ("they", "What he wants is his; he is free.", "What they want is their; they are free."),
        ("he", "Let him be.", "Let him be."),
    ],
)
def test_an_idea_about_him_is_put_into_her_words(pronoun: str, idea: str, expected: str) -> None:
    assert in_words_of(Partner(pronoun=pronoun), idea) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "clause", ["its been 4 months, when does this get better", "this breakup is killing me"]
)
def test_what_would_sound_wrong_from_the_coach_is_only_quoted(clause: str) -> None:
    assert to_second_person(clause) is None
