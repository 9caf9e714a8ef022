"""`coach search`: the passages of the article that speak to a message."""

from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.options import AsJson, JsonLines, Text, input_of

if TYPE_CHECKING:
    from knowledge.retriever import PassageRetriever

__all__ = ["search"]


def search(
    text: Text = None,
    jsonl: JsonLines = None,
    as_json: AsJson = False,
    top: Annotated[int, typer.Option(help="How many passages at most.", min=1)] = 4,
) -> None:
    """Find the passages that speak to a message of any length, best first.

    With --json or --jsonl: {"id", "passages": [{"id", "section", "text", "score"}], "fits"};
    the passages are listed also when nothing fits. Of a conversation, the last message is
    searched for. Exit code 1 when a row of the file could not be searched for.
    """
    given = input_of(text, jsonl)
    from coach.knowledge_base import open_knowledge
    from coach.settings import Settings
    from ui.cli.rows import Row, answer_rows, print_json

    retriever = open_knowledge(Settings.load()).retriever

    def fields(row: Row) -> dict[str, object]:
        result = retriever.search(row.text, k=top)
        return {
            "passages": [
                {
                    "id": hit.passage.slug,
                    "section": hit.passage.section,
                    "text": hit.passage.text,
                    "score": round(hit.score, 4),
                }
                for hit in result.hits
            ],
            "fits": result.fits,
        }

    try:
        if not isinstance(given, str):
            answer_rows(given, fields)
        elif as_json:
            print_json({"id": None, **fields(Row("", given))})
        else:
            _show(retriever, given, top)
    finally:
        retriever.close()


def _show(retriever: "PassageRetriever", text: str, top: int) -> None:
    result = retriever.search(text, k=top)
    if not result.fits:
        typer.echo("Nothing in the article fits.")
        return
    for hit in result.hits:
        typer.echo(f"{hit.score:.2f}  {hit.passage.section} ({hit.passage.slug})")
        typer.echo(f"{hit.passage.text}\n")
