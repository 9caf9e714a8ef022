"""The measure of the gate, and the counting of a blind reading."""

import json
from pathlib import Path

import pytest

from evals.blind import Answered, make_pairs, win_rate
from evals.gating import Judged, Planted, read_planted, table


def test_shares_are_counted_by_side_and_kind() -> None:
    judged = [
        Judged(Planted(id=1, text="a", ok=False, kind="contact"), False, "contact", 4.0),
        Judged(Planted(id=2, text="b", ok=False, kind="blame"), True, None, 4.0),
        Judged(Planted(id=3, text="c", ok=True, kind="contact"), True, None, 4.0),
    ]
    lines = list(table(judged))
    assert "1 of    2" in lines[0]
    assert "contact" in lines[2]
    assert any(line.startswith("good sentences passed") and "1 of    1" in line for line in lines)


def test_a_wrong_row_is_named(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text('{"id": 1, "text": "a", "ok": true}\n{"id": 2}\n', encoding="utf-8")
    with pytest.raises(ValueError, match="line 2"):
        read_planted(file)


def test_a_reader_who_always_says_a_prefers_nobody() -> None:
    rows = [
        Answered(id=str(n), messages=("hi",), answers={"coach": ("x",), "rag": ("y",)})
        for n in range(10)
    ]
    pairs, key = make_pairs(rows, "coach", "rag", seed=3)
    assert len(pairs) == len(key) == 20
    assert not any("coach" in json.dumps(pair) for pair in pairs)
    wins, count = win_rate([(pair["pair"], "A") for pair in pairs], key, "coach")
    assert (wins, count) == (10, 20)
    right = [(name, "A" if first == "coach" else "B") for name, first in key.items()]
    assert win_rate(right, key, "coach") == (20, 20)
    assert win_rate([(name, "tie") for name in key], key, "coach") == (10, 20)
