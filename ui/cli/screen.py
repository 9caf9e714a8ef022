"""`coach screen`: which road a message takes, decided without a language model."""

import typer

from ui.cli.options import AsJson, JsonLines, Text, input_of

__all__ = ["screen"]


def screen(text: Text = None, jsonl: JsonLines = None, as_json: AsJson = False) -> None:
    """Say which road a message of any length takes, and what it discloses.

    With --json or --jsonl: {"id", "route", "disclosures": [{"kind", "about", "evidence",
    "by", "score"}], "ms", "reasons": [{"route", "by", "evidence", "score", "earlier", "kind",
    "about", "disclosure"}]}. Exit code 1 when a row of the file could not be screened.
    """
    given = input_of(text, jsonl)
    from coach.safety.policy import decide
    from coach.safety.screen import Screen
    from ui.cli.rows import Row, answer_rows, print_json

    screener = Screen()

    def fields(row: Row) -> dict[str, object]:
        result = screener.screen(row.text, row.history)
        decision = decide(result, ())
        return {
            "route": decision.route,
            "disclosures": [one.model_dump(mode="json") for one in result.disclosures],
            "ms": round(result.ms, 3),
            "reasons": [one.model_dump(mode="json") for one in decision.reasons],
        }

    if not isinstance(given, str):
        answer_rows(given, fields)
    elif as_json:
        print_json({"id": None, **fields(Row("", given))})
    else:
        result = screener.screen(given)
        decision = decide(result, ())
        typer.echo(decision.route)
        told = {(one.by, one.evidence) for one in result.disclosures}
        for one in result.disclosures:
            typer.echo(f"  {one.kind} ({one.about}), by {one.by}: {one.evidence}")
        for reason in decision.reasons:
            if (reason.by, reason.evidence) not in told:
                typer.echo(f"  by {reason.by}: {reason.evidence}")
