"""Conversations as a page to read."""

from pathlib import Path

import pytest

from coach.reply import Reply
from evals.transcripts import Script, read_scripts, told


def test_her_words_are_quoted_and_markup_is_shown_as_text() -> None:
    script = Script(id="a", title="t", llm="none", messages=("one\n<b>two</b>",))
    reply = Reply(text="First.\n\n# Second.", route="coach", scope="feeling", mode="article")
    lines = list(told(script, [reply]))
    assert "> one" in lines
    assert "> &lt;b>two&lt;/b>" in lines
    assert "\\# Second." in lines
    assert "*coach, article*" in lines


def test_a_wrong_row_is_named(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text('{"id": "a"}\n', encoding="utf-8")
    with pytest.raises(ValueError, match="line 1"):
        read_scripts(file)
