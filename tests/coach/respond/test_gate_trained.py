"""The gate's trained half: what it is made of, and that it can tell twins apart."""

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from coach.errors import ConfigError
from coach.lora.adapter import Adapter
from coach.reply import Turn
from coach.respond.gate_classifier import GateClassifier, plain
from coach.respond.pause import Pause
from coach.respond.training.sentences import LABELS, UNREAD, digest, examples, read_rows

ROWS = read_rows()


def test_the_weights_were_made_of_these_sentences() -> None:
    made_of = [adapter.made_of for adapter in GateClassifier.load().adapters]
    expected = [digest(without=unread) for unread in UNREAD]
    assert made_of == expected, "run `make gate` after a change"


def test_a_reader_is_made_without_files_that_are_there() -> None:
    assert len(ROWS) - len(read_rows(without=UNREAD[1])) > 1000


def test_a_pair_is_a_bad_sentence_and_its_good_twin() -> None:
    pairs = defaultdict(list)
    for row in ROWS:
        if row.pair is not None:
            pairs[row.pair].append(row.label)
    assert len(pairs) >= 3500
    assert all(len(labels) == 2 and labels.count("good") == 1 for labels in pairs.values())
    assert {row.label for row in ROWS} == set(LABELS)


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ("Text him tonight and tell him so.", "There is no need to text him tonight."),
        ("He will come back when he misses you.", "You hope that he will come back."),
        ("It was your fault that she left.", "You tell yourself that it was your fault."),
        ("Look at his page once a day.", "You look at his page once a day."),
        ("Ask his sister how he is.", "You wanted to ask his sister how he is."),
    ],
)
def test_it_tells_a_sentence_from_its_twin(bad: str, good: str) -> None:
    classifier = GateClassifier.load()
    assert classifier.read(bad, False)[0] > 0 > classifier.read(good, False)[0]


def test_a_second_reader_is_asked_only_where_the_first_is_in_doubt() -> None:
    classifier = GateClassifier.load()
    loud = "Text him tonight and beg him to come back."
    first, second = classifier.adapters
    limits = classifier.thresholds

    def alone(adapter: Adapter, doubt: tuple[float, float] = (0.0, 0.0)) -> GateClassifier:
        return GateClassifier((adapter, second), limits.model_copy(update={"doubt": doubt}))

    sure = alone(first).read(loud, False)
    assert sure == classifier.read(loud, False)
    both = alone(first, (-99.0, 99.0)).read(loud, False)
    assert both[0] == pytest.approx((sure[0] + alone(second).read(loud, False)[0]) / 2)


def test_the_two_readers_tell_the_same_classes_apart() -> None:
    first, second = GateClassifier.load().adapters
    other = replace(second, labels=second.labels[::-1])
    with pytest.raises(ConfigError, match="same classes"):
        GateClassifier((first, other), GateClassifier.load().thresholds)


def test_what_reopens_is_closed_to_those_whom_a_disclosure_restricts() -> None:
    classifier = GateClassifier.load()
    sentence = "List three things that you admire about him."
    assert classifier.read(sentence, True)[0] > classifier.read(sentence, False)[0]
    assert classifier.read(sentence, True)[1] == "reopens"


def test_every_sentence_is_shown_once() -> None:
    texts = [one.text for one in examples(ROWS[:40], [(ROWS[0].text, ROWS[0].label)])]
    assert len(texts) == len(set(texts))
    assert plain("  “It’s  late” — ") == '"it\'s late" -'


@pytest.mark.parametrize(
    "line", ['{"text": "a", "label": "nowhere"}', '{"text": "", "label": "good"}', "[]"]
)
def test_a_wrong_row_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "x.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"x\.jsonl, line 1"):
        read_rows(tmp_path)


def test_a_long_visit_is_offered_an_end_once() -> None:
    pause = Pause.load()
    line = pause.line(21.0, [])
    assert line is not None
    assert pause.line(19.0, []) is None
    said = [Turn(role="assistant", content=f"It is late. {line.text}")]
    assert pause.line(40.0, said) is None
    assert all("?" not in text and "!" not in text for text in pause.say)
