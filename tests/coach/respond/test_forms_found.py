"""Messages that are no story told to a coach: letters, comfort for others, links, moods, plans."""

import re
from collections.abc import Callable

import pytest

from coach.reply import Fact, Turn
from coach.respond.acts import find_act
from coach.respond.composer import Composed, Composer, Situation
from coach.respond.phrasebook import Voice
from knowledge.retriever import PassageRetriever

HELLO = (
    Turn(role="user", content="hi"),
    Turn(role="assistant", content="Hello. How are things with you right now?"),
)
LETTER = (
    "Dear Tom, I still set two cups out in the morning and I miss you in every room. "
    "I know you are happier now. I hope you sleep better than I do. I love you, and I let you go."
)
ANGRY = (
    "You left me with the rent and you lied to my face. I hate you for it. You never even said why."
)
COMFORT = (
    "To everyone who is in week one: it does get better. "
    "You will be okay, hang in there, all of you."
)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (LETTER, "letter_love"),
        (ANGRY, "letter_angry"),
        (COMFORT, "comfort"),
        ("Don't do what I did and wait for a year. Learn from my mistakes, guys.", "warning"),
        ("Saw this and thought of it all: https://example.org/picture", "link"),
        ("Any songs you would recommend for a night of being furious at an ex?", "songs"),
        ("Have you ever driven past an ex's house at night? Tell me your stories.", "survey"),
        ("My husband died in the spring and I cannot clear his desk", "bereaved"),
        ("HE JUST WALKED OUT AND TOOK THE CAT", "loud"),
        ("Being dumped is awesome. Just kidding, I am alone and out of wine", "irony"),
        ("Thanks to everybody on this forum, you got me through the nights", "community"),
    ],
)
def test_a_form_is_known(message: str, kind: str) -> None:
    act = find_act(message, ())
    assert (act.name, act.kind) == ("form", kind)


@pytest.mark.parametrize(
    "message",
    [
        "he left me after nine years and i don't know who i am",
        "does it get better? everybody says it will be okay",
        "do you think i should write her a letter?",
        "I told him that I love him and he said he needs time",
        "my dad died when I was ten and now he leaves me too",
        "I miss her so much, she was my best friend",
        "can you help me, i don't know how to stop checking his page",
        "How do I tell the children?",
        "My boyfriend left three weeks ago, five years together. I'm 34 and I feel like somebody "
        "took the floor out from under me in one single evening.",
    ],
)
def test_a_story_is_no_form(message: str) -> None:
    assert find_act(message, ()).name != "form"


@pytest.mark.parametrize(
    ("message", "kind"),
    [("not so good", "low"), ("so so", "mid"), ("im ok thanks, and you?", "well")],
)
def test_how_she_is_after_a_hello(message: str, kind: str) -> None:
    act = find_act(message, HELLO)
    assert (act.name, act.kind) == ("mood", kind)


def test_a_plan_of_her_own() -> None:
    assert find_act("maybe i could go for a walk with my sister", HELLO).name == "plan"
    assert find_act("maybe i could talk to his sister about him", HELLO).name != "plan"
    assert find_act("I think I will call my ex and ask", HELLO).name != "plan"


@pytest.fixture
def answer(composer: Composer, retriever: PassageRetriever) -> Callable[..., Composed]:
    def answered(message: str, *, facts: tuple[Fact, ...] = (), asks: bool = False) -> Composed:
        found = retriever.search(message)
        near = found.hits[:3] if found.fits else ()
        given = Situation(
            message,
            (),
            [hit.passage for hit in near],
            asks=asks,
            scores=[hit.score for hit in near],
            more=[hit.passage for hit in found.hits],
            facts=facts,
        )
        return composer.compose(given)

    return answered


def test_a_letter_is_left_unsent_and_gets_no_advice(
    answer: Callable[..., Composed], voice: Voice
) -> None:
    said = answer(LETTER)
    texts = [sentence.text for sentence in said.sentences]
    assert said.ideas == ()
    assert texts[0] in voice.acts["form_letter_love"]
    assert texts[1] in voice.acts["form_letter_stay"]
    assert texts[2] in voice.acts["form_letter_ask"]


def test_grief_for_the_dead_gets_none_of_the_article(answer: Callable[..., Composed]) -> None:
    said = answer("My husband died in the spring and I cannot clear his desk. How do I go on?")
    assert said.ideas == ()
    assert "breakup" in " ".join(sentence.text for sentence in said.sentences)


def test_how_to_bear_it_gets_an_idea(answer: Callable[..., Composed]) -> None:
    for message in (
        "My wife left in March and I am heartbroken. How do I get over it?",
        "We separated a week ago and I feel so lonely in the flat. Any advice?",
        "He broke up with me and I am so tired and overwhelmed, how do I cope?",
    ):
        assert answer(message, asks=True).ideas, message


def test_a_matter_the_article_has_nothing_on_gets_none(answer: Callable[..., Composed]) -> None:
    said = answer("How do we split the deposit of the flat now that we have separated?", asks=True)
    assert said.scope == "silent"


def test_who_ended_it_herself_is_not_told_to_accept_the_other_decision(
    answer: Callable[..., Composed],
) -> None:
    hers = Fact(kind="who_ended", value="me", evidence="I broke up with him")
    for message in (
        "I broke up with him in June and now everything slips out of my hands, what do I do?",
        "I broke up with him and I keep fighting for control of it. How do I let go?",
        "It was my decision, I broke up with him, and I can't accept that it is over",
    ):
        said = answer(message, facts=(hers,), asks=True)
        text = " ".join(sentence.text for sentence in said.sentences)
        assert not re.search(r"\b(?:accept(?:ing)?|respect\w*) (?:his|the) decision\b", text), text
        slugs = {sentence.passage for sentence in said.ideas}
        assert not slugs & {"wanting-control-back", "accept-his-decision", "give-it-to-him"}


def test_it_never_says_two_empty_lines_in_a_row(
    answer: Callable[..., Composed], voice: Voice
) -> None:
    empty = {*voice.hearing.feelings["calm"].plain, *voice.hearing.feeling.say}
    for message in (
        "so there it is, the thing with my relationship, and the rest of it as well I suppose",
        "I thought I would write something about what went on with us over the last while here",
        "there are some matters about him and me that one would have to go into at some point",
    ):
        said = answer(message)
        assert sum(sentence.text in empty for sentence in said.sentences) <= 1, said
        assert said.sentences[-1].text.endswith("?")


def test_who_was_worn_down_is_not_told_to_let_it_be(answer: Callable[..., Composed]) -> None:
    for message in (
        "His constant accusations are draining me, is it time to end it for good?",
        "He has anger issues and blames me for everything he does wrong, and we broke up again",
        "She insulted me and called me names, and now I go over her faults all day long",
    ):
        slugs = {sentence.passage for sentence in answer(message, asks=True).ideas}
        assert not slugs & {"let-him-be", "your-part-without-guilt", "do-differently"}
