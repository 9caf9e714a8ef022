"""`coach gate`: whether the coach would show a drafted sentence, and if not, why."""

import typer

from ui.cli.options import AsJson, JsonLines, Text, input_of

__all__ = ["gate"]


def gate(text: Text = None, jsonl: JsonLines = None, as_json: AsJson = False) -> None:
    """Say whether a drafted answer may be shown, sentence by sentence.

    Advice is held against the whole article. With --json or --jsonl: {"id", "ok", "reason"}; a
    row may name what the person disclosed, {"id", "text", "disclosures": ["abuse"]}. Exit code
    1 when a row of the file could not be read.
    """
    given = input_of(text, jsonl)
    from coach.reviewer import Reviewer
    from coach.settings import Settings
    from ui.cli.rows import Row, answer_rows, print_json

    with Reviewer.open(Settings.load()) as reviewer:

        def fields(row: Row) -> dict[str, object]:
            verdict = reviewer.review(row.text, row.disclosures)
            return {"ok": verdict.decision == "pass", "reason": verdict.reason}

        if not isinstance(given, str):
            answer_rows(given, fields)
        elif as_json:
            print_json({"id": None, **fields(Row("", given))})
        else:
            verdict = reviewer.review(given, ())
            typer.echo("ok" if verdict.decision == "pass" else verdict.reason)
