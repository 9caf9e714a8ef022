"""`coach ask`: one answer, or one for each row of a file."""

import typer

from ui.cli.options import AsJson, Country, JsonLines, Llm, Text, input_of

__all__ = ["ask"]

_LOADING_SECONDS = 180.0


def ask(
    text: Text = None,
    jsonl: JsonLines = None,
    as_json: AsJson = False,
    llm: Llm = None,
    country: Country = None,
) -> None:
    """Answer one message, or every row of a file, and keep nothing.

    With --json or --jsonl: {"id", "text", "route", "scope", "disclosures", "reasons", "passages":
    [{"id", "section", "text", "score", "before", "after"}], "sentences": [{"text", "passage",
    "gap", "rests_on"}], "mode", "model", "prompt_version", "stopped_sentences", "interrupted",
    "timings_ms"}. Exit code 1 when a row of the file could not be answered, 2 when the message
    cannot be taken.
    """
    given = input_of(text, jsonl)
    from coach import Coach, Settings
    from ui.cli.rows import Row, answer_rows, print_json

    with Coach(Settings.load(llm=llm, country=country)) as coach:
        # Let a local model load first, so that the first row is answered like the last.
        coach.settled(_LOADING_SECONDS)

        def fields(row: Row) -> dict[str, object]:
            reply = coach.reply(row.text, history=row.history)
            return reply.model_dump(mode="json")

        if not isinstance(given, str):
            answer_rows(given, fields)
        elif as_json:
            print_json({"id": None, **fields(Row("", given))})
        else:
            typer.echo(coach.reply(given).text)
