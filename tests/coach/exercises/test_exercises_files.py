"""The definitions: their examples, their words, and what a wrong one is refused for."""

from pathlib import Path

import pytest
import yaml

from coach.errors import ConfigError
from coach.exercises import Exercises
from coach.exercises.drafts import remarks
from coach.exercises.words import load_phrasing
from coach.reply import Turn
from coach.respond.partner import Partner

FOLDER = Path(__file__).parents[3] / "coach" / "exercises"
NAMES = [path.stem for path in sorted(FOLDER.glob("*.yaml"))]
PARTNERS = [Partner(), Partner("your husband", "he"), Partner("your ex-wife", "she")]
SECOND = [
    Turn(role="user", content="hello"),
    Turn(role="assistant", content="Hello.", route="coach"),
]


def test_the_seven_of_the_article_are_there(exercises: Exercises) -> None:
    assert sorted(one.id for one in exercises) == [
        "do-differently",
        "feel-everything",
        "he-wrote",
        "letting-go",
        "new-energy",
        "three-things",
        "urge-to-write",
    ]
    assert exercises.get("urge-to-write") in list(exercises)
    assert exercises.get("juggling") is None


@pytest.mark.parametrize("name", NAMES)
def test_it_is_asked_for_by_its_examples_and_no_others(exercises: Exercises, name: str) -> None:
    exercise = exercises.get(name)
    assert exercise is not None
    for message in exercise.asked.must_start:
        asked = exercises.asked(message)
        assert asked is not None, message
        assert asked.exercise is exercise, message
    for message in exercise.asked.must_not_start:
        asked = exercises.asked(message)
        assert asked is None or asked.exercise is not exercise, message


@pytest.mark.parametrize("name", NAMES)
def test_it_fits_its_examples_and_no_others(exercises: Exercises, name: str) -> None:
    exercise = exercises.get(name)
    assert exercise is not None
    for message in exercise.fitting.must_start:
        assert exercises.fitting(message, SECOND) is exercise, message
    for message in exercise.fitting.must_not_start:
        assert exercises.fitting(message, SECOND) is not exercise, message


@pytest.mark.parametrize("name", ["moves", "requests"])
def test_every_phrase_knows_its_examples(name: str) -> None:
    phrasing = load_phrasing(name)
    for key, phrase in phrasing.phrases.items():
        for message in phrase.must_match:
            assert phrasing.says(key, message), (key, message)
        for message in phrase.must_not_match:
            assert not phrasing.says(key, message), (key, message)


def test_a_draft_is_found_to_hold_what_it_holds(exercises: Exercises) -> None:
    exercise = exercises.get("he-wrote")
    assert exercise is not None
    draft = exercise.draft
    assert draft is not None
    fill = Partner("your ex", "he").fill
    for name, texts in draft.must_find.items():
        lines = next(finding.say for finding in draft.findings if finding.name == name)
        for text in texts:
            shown = {sentence.text for sentence in remarks(draft, text, "", fill)}
            assert shown & {fill(line) for line in lines}, (name, text)


@pytest.mark.parametrize("name", NAMES)
def test_every_step_is_known_again_by_its_words(exercises: Exercises, name: str) -> None:
    exercise = exercises.get(name)
    assert exercise is not None
    for number, step in enumerate(exercise.steps, start=1):
        for template in (*step.ask, *step.smaller):
            for partner in PARTNERS:
                shown = f"I have read it. {partner.fill(template)}"
                history = [Turn(role="assistant", content=shown, route="exercise")]
                position = exercises.running(history)
                assert position is not None, template
                assert (position.exercise.id, position.step) == (name, number), template


@pytest.mark.parametrize("name", NAMES)
def test_crisis_and_age_close_everything_and_harm_all_about_the_ex(
    exercises: Exercises, name: str
) -> None:
    exercise = exercises.get(name)
    assert exercise is not None
    assert {"crisis", "minor"} <= exercise.forbidden_after
    about_ex = name not in ("feel-everything", "new-energy", "urge-to-write")
    assert ({"abuse", "cheating"} <= exercise.forbidden_after) is about_ex
    assert ("no_contact" in exercise.forbidden_after) is (name in ("he-wrote", "do-differently"))


def _wrong(tmp_path: Path, change: dict[str, object]) -> Path:
    data = yaml.safe_load((FOLDER / "three-things.yaml").read_text(encoding="utf-8"))
    (tmp_path / "three-things.yaml").write_text(yaml.safe_dump(data | change), encoding="utf-8")
    return tmp_path


def _with_advice(prefix: str) -> dict[str, object]:
    data = yaml.safe_load((FOLDER / "three-things.yaml").read_text(encoding="utf-8"))
    advice = {"passage": "strawberries", "rests_on": prefix, "say": ["One thing.", "Another."]}
    data["steps"][0]["advice"] = [advice]
    return {"steps": data["steps"]}


@pytest.mark.parametrize(
    "change",
    [
        {"colour": "blue"},
        {"id": "four-things"},
        {"forbidden_after": ["abuse", "cheating", "minor"]},
        {"forbidden_after": ["crisis", "minor"]},
        {"offer": ["Would you like it?", "One.", "Two."]},
        {"offer": ["Three things!", "One.", "Two."]},
        {"offer": ["Three things {somebody} has.", "One.", "Two."]},
        {"close": ["Only one sentence.", "And here too."]},
        _with_advice("This basic psychology rule"),
        _with_advice("No such sentence"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    assert [one.id for one in Exercises.load(_wrong(tmp_path, {}))] == ["three-things"]
    with pytest.raises(ConfigError):
        Exercises.load(_wrong(tmp_path, change))
