"""`coach gate`: drafts in, verdicts out."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ui.cli.app import app


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    file = tmp_path / "rows.jsonl"
    lines = [
        {"id": "a", "text": "You could text him tonight and ask how he is."},
        {"id": "b", "text": "You miss him, and the evening is long."},
        {"id": "c", "text": "Make a list of three things you admire about him."},
        {
            "id": "d",
            "text": "Make a list of three things you admire about him.",
            "disclosures": ["abuse"],
        },
        {"id": "e", "text": "Well then.", "disclosures": ["nonsense"]},
        {"id": "f", "text": "You can call Samaritans on 116 123."},
        {"id": "g", "text": "You can call them on 555 0199 77."},
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return file


def test_rows_are_judged_and_a_wrong_one_is_named(
    rows: Path, cache_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COACH_CACHE_DIR", str(cache_dir))
    result = CliRunner().invoke(app, ["gate", "--jsonl", str(rows)])
    found = {row["id"]: row for row in map(json.loads, result.stdout.splitlines())}
    assert result.exit_code == 1
    assert {row_id for row_id, row in found.items() if row.get("ok")} >= {"b", "c"}
    assert not found["a"]["ok"]
    assert found["a"]["reason"]
    assert not found["d"]["ok"]
    assert "disclosures" in found["e"]["error"]
    assert not found["g"]["ok"]
    assert found["f"]["reason"] != "number-or-link"
