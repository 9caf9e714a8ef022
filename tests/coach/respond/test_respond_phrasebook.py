"""The composer's sentences, held against the article's stance and against the gate."""

from pathlib import Path
from typing import get_args

import pytest
import yaml

from coach.errors import ConfigError
from coach.respond.gate import Gate
from coach.respond.partner import Partner
from coach.respond.phrasebook import Voice, load_voice
from knowledge.article import load_article
from knowledge.restriction import Restriction
from knowledge.stance import Stance

PARTNERS = [Partner("your husband", "he"), Partner("your wife", "she"), Partner("your ex", "they")]
RESTRICTIONS = get_args(Restriction)
SLUGS = [passage.slug for passage in load_article().passages]
HERS = {"hers": "you keep checking your phone", "quote": "“the bed is cold”"}


def advice(voice: Voice, slug: str, forbidden: frozenset[str]) -> list[tuple[str, str]]:
    return [*voice.ideas(slug, forbidden), *voice.then(slug, forbidden)]


def everything(voice: Voice) -> list[str]:
    hearing = voice.hearing
    lines = [*hearing.interrupted]
    for pool in (hearing.silent, hearing.feeling, hearing.greeting):
        lines += [*pool.say, *pool.questions]
    for feeling in hearing.feelings.values():
        lines += [*feeling.echo, *feeling.quote, *feeling.strong]
    for slug in SLUGS:
        lines += [text for text, _ in advice(voice, slug, frozenset())]
        lines += voice.questions(slug, frozenset())
    return lines


@pytest.mark.parametrize("slug", SLUGS)
def test_every_passage_speaks(voice: Voice, slug: str) -> None:
    assert len(voice.ideas(slug, frozenset())) >= 7
    assert len(voice.then(slug, frozenset())) >= 7
    assert len(voice.questions(slug, frozenset())) >= 13


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("restriction", RESTRICTIONS)
def test_a_restriction_closes_what_the_stance_closes(
    voice: Voice, stance: Stance, slug: str, restriction: str
) -> None:
    forbidden = frozenset({restriction})
    for _, rests_on in advice(voice, slug, forbidden):
        sentence = stance.sentence(slug, rests_on)
        assert sentence is not None
        assert restriction not in sentence.forbidden_after
    assert voice.questions(slug, forbidden) == voice.hearing.feeling.questions


def test_restrictions_do_close_something(voice: Voice) -> None:
    for restriction in RESTRICTIONS:
        closed = [
            slug
            for slug in SLUGS
            if len(voice.ideas(slug, {restriction})) < len(voice.ideas(slug, frozenset()))
        ]
        assert closed, restriction


@pytest.mark.parametrize("partner", PARTNERS, ids=lambda p: p.pronoun)
def test_slots_fill_in_every_sentence(voice: Voice, partner: Partner) -> None:
    for text in everything(voice):
        filled = partner.fill(text, **HERS)
        assert not set("{}!") & set(filled), filled
        assert filled.count("?") == (1 if filled.endswith("?") else 0), filled
        assert filled.rstrip("”")[-1] in ".?", filled


@pytest.mark.parametrize(
    ("pronoun", "expected"),
    [
        ("he", "What he wants is his. He has it, he was it, and does he? Ask your ex."),
        ("she", "What she wants is her. She has it, she was it, and does she? Ask your ex."),
        ("they", "What they want is their. They have it, they were it, and do they? Ask your ex."),
    ],
)
def test_the_grammar_of_the_slots(pronoun: str, expected: str) -> None:
    template = (
        "What {he} want{s} is {his}. {He} {has} it, {he} {was} it, and {does} {he}? Ask {ex}."
    )
    partner = Partner("your ex", pronoun)  # type: ignore[arg-type]
    assert partner.fill(template) == expected


@pytest.mark.parametrize("partner", PARTNERS, ids=lambda p: p.pronoun)
def test_no_wrong_verb_after_they(voice: Voice, partner: Partner) -> None:
    wrong = {
        "he": ("he are", "he have", "he were ", "he do "),
        "she": ("she are", "she have", "she were ", "she do "),
        "they": ("they is ", "they has ", "they was ", "they does "),
    }[partner.pronoun]
    for text in everything(voice):
        filled = f" {partner.fill(text, **HERS).lower()}"
        assert not any(f" {form}" in filled for form in wrong), filled


def test_questions_end_in_one_question_mark(voice: Voice) -> None:
    pools = [voice.questions(slug, frozenset()) for slug in SLUGS]
    hearing = voice.hearing
    pools += [pool.questions for pool in (hearing.silent, hearing.feeling, hearing.greeting)]
    for question in (text for pool in pools for text in pool):
        assert question.endswith("?"), question
        assert question.count("?") == 1, question


@pytest.mark.parametrize("partner", PARTNERS[:2], ids=lambda p: p.pronoun)
def test_the_gate_would_let_every_sentence_through(
    voice: Voice, gate: Gate, partner: Partner
) -> None:
    said = [
        partner.fill(text)
        for slug in SLUGS
        for text in [
            *(t for t, _ in advice(voice, slug, frozenset())),
            *voice.questions(slug, frozenset()),
        ]
    ]
    assert_passes(gate, said, frozenset())


def assert_passes(gate: Gate, said: list[str], forbidden: frozenset[str]) -> None:
    verdicts = {text: gate.check(text, forbidden) for text in said}
    stopped = {text: one.reason for text, one in verdicts.items() if one.decision != "pass"}
    assert stopped == {}


@pytest.mark.parametrize("restriction", RESTRICTIONS)
def test_what_is_left_under_a_restriction_reopens_nothing(
    voice: Voice, gate: Gate, restriction: str
) -> None:
    forbidden = frozenset({restriction})
    left = [PARTNERS[0].fill(t) for slug in SLUGS for t, _ in advice(voice, slug, forbidden)]
    assert_passes(gate, left, forbidden)


def test_a_sentence_that_rests_on_nothing_is_refused(stance: Stance, tmp_path: Path) -> None:
    source = Path("coach/respond/voice/hearing.yaml").read_text(encoding="utf-8")
    (tmp_path / "hearing.yaml").write_text(source, encoding="utf-8")
    voice = {
        "ideas": [{"rests_on": "The moon", "say": ["Look up."]}],
        "then": [],
        "questions": ["Why?", "How?", "When?"],
    }
    passages = yaml.safe_dump({"passages": {SLUGS[0]: voice}})
    (tmp_path / "passages-1.yaml").write_text(passages, encoding="utf-8")
    with pytest.raises(ConfigError, match="rests on 'The moon'"):
        load_voice(stance, tmp_path)


def test_a_broken_file_is_one_clear_error(stance: Stance, tmp_path: Path) -> None:
    (tmp_path / "hearing.yaml").write_text("feelings: [", encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot be used"):
        load_voice(stance, tmp_path)
