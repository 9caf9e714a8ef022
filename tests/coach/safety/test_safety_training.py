"""The sentences the classifier is made of, and that its weights are of these sentences."""

import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from coach.errors import ConfigError
from coach.safety.classifier import Classifier
from coach.safety.training.sentences import LABELS, digest, plain, read_rows, training_texts

ROWS = read_rows()


def test_the_weights_were_made_of_these_sentences() -> None:
    assert Classifier.load().adapter.made_of == digest(), "run `make classifier` after a change"


def test_every_road_has_its_sentences_and_look_alikes() -> None:
    by_route = Counter(row.route for row in ROWS)
    assert set(by_route) == set(LABELS)
    assert min(by_route.values()) >= 180
    assert sum(by_route.values()) >= 5000


def test_a_pair_is_one_message_for_a_road_and_one_for_coaching() -> None:
    pairs = defaultdict(list)
    for row in ROWS:
        if row.pair is not None:
            pairs[row.pair].append(row.route)
    assert all(len(routes) == 2 and "coach" in routes for routes in pairs.values())
    assert sum(set(routes) == {"coach"} for routes in pairs.values()) == 0


def test_no_message_of_a_data_set_is_among_them() -> None:
    shared = Path(__file__).parents[4] / "shared" / "data" / "safety_dev.jsonl"
    if not shared.exists():
        pytest.skip("the data set is not on this machine")
    lines = shared.read_text(encoding="utf-8").splitlines()
    theirs = {plain(json.loads(line)["text"]) for line in lines}
    longer = {plain(row.text) for row in ROWS if len(row.text.split()) > 4}
    assert not theirs & longer


def test_stories_are_shown_by_the_sentence_as_well() -> None:
    story = "We met in June by the lake. " * 5
    rows = [ROWS[0].model_copy(update={"text": story, "route": "coach", "pair": None})]
    texts = training_texts(rows, ["hello there"])
    assert texts[0].text == plain(story)
    assert "we met in june by the lake." in {one.text.strip() for one in texts}
    assert texts[-1].text == "hello there"


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ('{"text": "a", "route": "nowhere"}', "line 1"),
        ('{"text": "", "route": "coach"}', "line 1"),
        ('{"text": "a", "route": "coach"}\n{"text": "a", "route": "abuse"}', "line 2.*twice"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, lines: str, complaint: str) -> None:
    (tmp_path / "x.jsonl").write_text(lines, encoding="utf-8")
    with pytest.raises(ConfigError, match=f"x.jsonl, {complaint}"):
        read_rows(tmp_path)
