"""The gate, by the examples of its rules and by bad sentences planted into drafts."""

from pathlib import Path

import pytest
import yaml

from coach.errors import ConfigError
from coach.respond.gate import Gate, tidy
from coach.respond.gate_rules import GateRule, load_rules

RULES = {rule.id: rule for rule in load_rules()}
PLANTED = yaml.safe_load(Path(__file__).with_name("planted.yaml").read_text(encoding="utf-8"))
BAD = [(kind, text) for kind, texts in PLANTED["stopped"].items() for text in texts]
SUPPORT = {
    "give-space": [
        "This means no begging, pleading, convincing, calling or texting.",
        "Give him the space he needs.",
    ],
    "his-socials": ["Try to stop looking at his page, or at least look less often."],
}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_rule_catches_its_examples(rule: GateRule) -> None:
    assert [text for text in rule.must_match if not rule.fires(text)] == []


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_no_rule_catches_what_another_lets_pass(rule: GateRule) -> None:
    caught = [
        (text, other.id)
        for text in rule.must_not_match
        for other in RULES.values()
        if other.fires(text)
    ]
    assert caught == []


def test_planted_sentences_do_not_pass(gate: Gate) -> None:
    assert len(BAD) >= 60
    passed = [(k, t) for k, t in BAD if gate.open(SUPPORT).judge(tidy(t)).decision == "pass"]
    # Held where it stands, so that a change which lets more through is seen.
    assert len(passed) <= len(BAD) * 0.05, passed


def test_near_twins_pass_the_rules(gate: Gate) -> None:
    stopped = [t for t in PLANTED["passed"] if gate.check(t).decision != "pass"]
    # The trained half stops one of these in eleven: known, and to be trained away. It was 0.03
    # while the phrase rules judged alone.
    assert len(stopped) <= len(PLANTED["passed"]) * 0.10, stopped


@pytest.mark.parametrize(
    "sentence",
    [
        "Don't wait, text him.",
        "Do not be shy; call her.",
        "Never mind the others, write to him.",
        "If nothing helps, text him.",
    ],
)
def test_a_negation_of_something_else_excuses_nothing(gate: Gate, sentence: str) -> None:
    assert gate.open(SUPPORT).judge(sentence).decision == "stop"


def test_a_second_question_is_left_out(gate: Gate) -> None:
    session = gate.open(SUPPORT)
    assert session.judge("What hurts the most tonight?").decision == "pass"
    assert session.full
    verdict = session.judge("And what would you like to be different?")
    assert (verdict.decision, verdict.reason) == ("drop", "second-question")


def test_a_repeated_sentence_is_left_out(gate: Gate) -> None:
    session = gate.open(SUPPORT, said=["It sounds like a long night. What now?"])
    assert session.judge("It sounds like a long night.").reason == "repeats"
    assert session.judge("The evening sounds heavy and slow.").decision == "pass"
    assert session.judge("The evening sounds heavy, and slow.").reason == "repeats"


def test_advice_without_a_passage_stops_the_model(gate: Gate) -> None:
    verdict = gate.open(SUPPORT).judge("You could learn to play the piano.")
    assert (verdict.decision, verdict.reason) in (("stop", "unsupported"), ("stop", "outside"))
    offer = gate.open(SUPPORT).judge("Have you considered learning to play the piano?")
    assert (offer.decision, offer.reason) in (("stop", "unsupported"), ("stop", "outside"))
    assert gate.open({}).judge("You could give him space.").reason == "unsupported"


def test_advice_names_the_passage_it_rests_on(gate: Gate) -> None:
    session = gate.open(SUPPORT)
    assert session.judge("That sounds lonely.").passage is None
    supported = session.judge("You could leave his page alone for today.")
    assert (supported.decision, supported.passage) == ("pass", "his-socials")
    other = session.judge("The article would have you give him space, without calling.")
    assert other.passage == "give-space"
    assert session.judge("What would that change for you?").passage is None


@pytest.mark.parametrize("restriction", ["abuse", "cheating", "no_contact", "minor", "crisis"])
def test_nothing_is_reopened_after_a_disclosure(gate: Gate, restriction: str) -> None:
    sentence = "Perhaps the two of you find your way back together."
    assert gate.open(SUPPORT, {restriction}).judge(sentence).reason == "reopens"
    assert gate.open(SUPPORT).judge(sentence).reason != "reopens"


def test_an_answer_has_a_length(gate: Gate) -> None:
    session = gate.open(SUPPORT)
    lines = [
        f"The {word} evening felt endless and grey, with rain on the window and nobody to ring"
        f" at the door, and the {word} clock went on."
        for word in ("blue", "loud", "sour", "thin", "wooden", "broken", "sleepy")
    ]
    reasons = [session.judge(line).reason for line in lines]
    shown = sum(len(line.split()) for line, why in zip(lines, reasons, strict=True) if not why)
    assert shown <= 90
    assert session.judge("What stays with you from it?").decision == "pass"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("**Empty**, like a `room`.", "Empty, like a room."),
        ("1. Feel it.", "Feel it."),
        ("- Feel it.", "Feel it."),
        ("# Feelings", "Feelings"),
        ("What a night!", "What a night."),
        ("He did what?!", "He did what?"),
        ("Stop!!!", "Stop."),
        ("<b>So</b> it is.", "So it is."),
        ("Assistant: It hurts.", "It hurts."),
        ("It   hurts\n now.", "It hurts now."),
        ("***", ""),
        ("💔", ""),
    ],
)
def test_drafts_are_made_plain(written: str, shown: str) -> None:
    assert tidy(written) == shown


def test_a_bad_pattern_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "gate.yaml"
    rule = {"id": "x", "verdict": "stop", "patterns": ["("], "must_match": list("abc")}
    rule["must_not_match"] = list("def")
    path.write_text(yaml.safe_dump({"version": 1, "rules": [rule]}), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"gate\.yaml"):
        load_rules(path)


def test_the_article_is_not_called_silent_on_what_it_speaks_to(gate: Gate) -> None:
    sentence = "The article I work from does not speak to this, so I will not guess."
    assert gate.open(SUPPORT).judge(sentence).reason == "denies-article"
    assert gate.open({}).judge(sentence).decision == "pass"
