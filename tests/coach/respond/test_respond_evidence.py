"""An idea is put only to a message that shows what the idea speaks of."""

import pytest
import yaml

from coach.errors import ConfigError
from coach.reply import Fact
from coach.respond.composer import Composer, Situation
from coach.respond.evidence import Evidence, load_evidence
from coach.respond.key_clause import key_clause
from coach.respond.phrasebook import Voice
from coach.respond.phrases import load_phrases
from coach.respond.thread import told_in
from knowledge.embeddings import MiniLM
from knowledge.retriever import PassageRetriever

EVIDENCE = load_evidence()

SHOWN = [
    ("wanting-control-back", "She left me and I keep trying to convince her to stay.", True),
    ("wanting-control-back", "She left me in May and I miss her.", False),
    ("wanting-control-back", "I begged him for weeks. I don't want him any more.", False),
    ("his-socials", "I keep looking at her Instagram", True),
    ("his-socials", "I keep looking at the ceiling", False),
    ("mourn", "I can’t stop crying", True),
    ("mourn", "I had the best weekend and I am fine", False),
    ("still-want-him", "i still love him", True),
    ("still-want-him", "i dont love him anymore but i still think of him", False),
    ("new-energy", "My weekends are empty", True),
    ("new-energy", "My weekends are empty although I keep busy", False),
    ("he-reaches-out", "My ex texted me last night", True),
    ("he-reaches-out", "I texted my ex last night", False),
    ("no-such-passage", "anything", True),
]


@pytest.mark.parametrize(("slug", "text", "expected"), SHOWN)
def test_a_passage_needs_its_signs(slug: str, text: str, expected: bool) -> None:
    assert EVIDENCE.of(text).speaks_for(slug) is expected


def test_a_sentence_may_need_more_than_its_passage() -> None:
    chance, journey = "There’s a chance that you won’t reunite", "Healing is an ongoing journey"
    assert EVIDENCE.of("I want to get back together").allows("no-overnight", chance, "")
    assert not EVIDENCE.of("How long does this take?").allows("no-overnight", chance, "")
    assert EVIDENCE.of("How long?").allows("no-overnight", journey, "")


def test_a_line_may_need_more_than_its_sentence() -> None:
    slug, on = "life-without-him", "Stop trying to prove to yourself"
    line = "You may be proving to yourself that life is worse without {ex}."
    assert EVIDENCE.of("Nothing is fun without him").allows(slug, on, line)
    assert not EVIDENCE.of("I laughed all evening").allows(slug, on, line)
    assert EVIDENCE.of("I laughed all evening").allows(slug, on, "Days without {ex} can be good.")


def test_every_sign_belongs_to_something_that_is_said(voice: Voice) -> None:
    assert set(EVIDENCE.slugs) <= set(voice.slugs)
    for slug in EVIDENCE.slugs:
        said = {on for _, on in (*voice.ideas(slug, frozenset()), *voice.then(slug, frozenset()))}
        assert set(EVIDENCE.sentences(slug)) <= said, slug


def test_a_sign_that_there_is_not_is_refused() -> None:
    from coach.respond.evidence import _Needs

    with pytest.raises(ConfigError, match="no sign 'hrut'"):
        Evidence({"mourn": _Needs(needs=("hrut",))}, load_phrases("evidence"))


def test_nobody_who_fights_for_nothing_is_told_to_stop_fighting(
    composer: Composer, retriever: PassageRetriever
) -> None:
    message = (
        "My boyfriend of three years ended it on Sunday. I have been in bed since, and everything "
        "reminds me of him. I don't even know what to say, it just hurts."
    )
    hits = retriever.search(message, k=20).hits
    passages = [hit.passage for hit in hits]
    answer = composer.compose(Situation(message, (), passages, more=passages))
    assert {s.passage for s in answer.sentences} & {"mourn", "mixed-days", "no-overnight"}
    assert not {s.passage for s in answer.sentences} & {"wanting-control-back", "strawberries"}


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            "Two years gone\n\nWe met at a bakery in 2019 and it was a Tuesday. She had flour on "
            "her sleeve. I still love her more than I can say. My brother has a boat.",
            "I still love her more than I can say",
        ),
        ("The weather was bad. The bus came late. There was a dog.", None),
    ],
)
def test_the_clause_in_which_it_comes_to_its_point(
    encoder: MiniLM, message: str, expected: str | None
) -> None:
    assert key_clause(message, encoder) == expected


def test_who_did_the_erasing_is_not_consoled_for_being_erased(
    composer: Composer, retriever: PassageRetriever
) -> None:
    told = "I deleted his number today and I blocked him on everything. It was time."
    hits = retriever.search(told, k=20).hits
    passages, scores = [h.passage for h in hits], [h.score for h in hits]
    composed = composer.compose(Situation(told, passages=passages, scores=scores))
    assert composed.moment != "unfollowed-or-erased"
    assert "his-socials" not in {s.passage for s in composed.sentences}


def test_the_files_are_in_order() -> None:
    text = yaml.safe_dump({"evidence": {"mourn": {"needs": [], "uness": []}}})
    from coach.respond.evidence import _File

    with pytest.raises(ValueError, match="uness"):
        _File.model_validate(yaml.safe_load(text))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("last week", "last week"),
        ("on Christmas day", "on Christmas day"),
        ("yesterday", "yesterday"),
        ("in March", "in March"),
        ("two weeks", "two weeks ago"),
        ("about three months", "about three months ago"),
    ],
)
def test_only_a_span_is_so_long_ago(value: str, said: str) -> None:
    message = f"It ended {value}"
    told = told_in(message, [Fact(kind="since", value=value, evidence=message)])
    assert told is not None
    assert told.slots["since"] == said
