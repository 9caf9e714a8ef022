"""Options that several commands share."""

from typing import Annotated, Literal

import typer

__all__ = ["AsJson", "Country", "JsonLines", "Llm", "Text", "input_of"]

Text = Annotated[str | None, typer.Argument(help="One message.", show_default=False)]
JsonLines = Annotated[
    typer.FileBinaryRead | None,
    typer.Option(
        "--jsonl",
        metavar="FILE",
        help='Read rows {"id", "text"} or {"id", "messages": [{"role", "content"}]}, one JSON '
        "object a line, and print one JSON object for each in the same order; - is standard "
        'input. A row that cannot be answered gives {"id", "error"} and the rest goes on.',
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Llm = Annotated[
    Literal["auto", "local", "endpoint", "none"] | None,
    typer.Option(help="Which model answers (COACH_LLM).", show_default=False),
]
Country = Annotated[
    str | None,
    typer.Option(
        help="Two-letter code of the country to name helplines of (COACH_COUNTRY).",
        show_default=False,
    ),
]


def input_of(text: str | None, jsonl: typer.FileBinaryRead | None) -> str | typer.FileBinaryRead:
    """Check that a command was given exactly one kind of input.

    Args:
        text: The message of the command line.
        jsonl: The opened file of `--jsonl`.

    Returns:
        The one that was given.

    Raises:
        typer.BadParameter: Neither or both were given.
        MessageError: The message is empty or not text.
    """
    if (text is None) == (jsonl is None):
        raise typer.BadParameter("Give either one message or --jsonl FILE.")
    if text is None:
        assert jsonl is not None  # noqa: S101  one of the two is there
        return jsonl
    from coach.errors import MessageError

    try:
        text.encode()
    except UnicodeEncodeError:
        raise MessageError("The message is not valid UTF-8 text.") from None
    if not text.strip():
        raise MessageError("The message is empty.")
    return text
