"""The commands put together.

Everything heavy is imported inside the command that needs it, so that `coach --help`
and `coach screen` start at once.
"""

import importlib.metadata
import io
import logging
import sys
from typing import Annotated

import typer

from ui.cli.ask import ask
from ui.cli.errors import OneSentence
from ui.cli.gate import gate
from ui.cli.models import models
from ui.cli.options import Country, Llm
from ui.cli.screen import screen
from ui.cli.search import search
from ui.cli.users import users

__all__ = ["app", "main"]

_DISTRIBUTION = "reflection-coach"
_EXIT_CODES = (
    "Exit codes: 0 all went well; 1 something is out of order, or a row of a --jsonl file "
    "could not be answered; 2 a wrong option, setting or message; 130 stopped with Ctrl-C; "
    "141 the reader of the output went away."
)

app = typer.Typer(
    name="coach",
    cls=OneSentence,
    help="A reflection coach for people after a breakup, grounded in one article.",
    epilog=_EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command()(ask)
app.command()(screen)
app.command()(gate)
app.command()(search)
app.add_typer(models, name="model")
app.add_typer(users, name="user")


def main() -> None:
    """Run the `coach` command."""
    app(prog_name="coach")


def _show_version(wanted: bool) -> None:
    if not wanted:
        return
    try:
        version = importlib.metadata.version(_DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        version = "(not installed)"  # run from a folder of the source
    typer.echo(f"coach {version}")
    raise typer.Exit


@app.callback()
def _start(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a poor locale loses a letter, not the answer
    if context.invoked_subcommand != "serve":  # the server has a log of its own
        handler = logging.StreamHandler()  # on stderr
        handler.setLevel(logging.WARNING)  # also for libraries that choose a level themselves
        logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", handlers=[handler])


@app.command()
def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on, default 127.0.0.1 (COACH_HOST).")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(help="Port to listen on, default 7860 (COACH_PORT).", min=0, max=65535),
    ] = None,
    llm: Llm = None,
    country: Country = None,
) -> None:
    """Serve the page for the browser. Never downloads anything; Ctrl-C ends it."""
    from coach.settings import Settings

    settings = Settings.load(host=host, port=port, llm=llm, country=country)
    from ui.http.app import serve as serve_http

    serve_http(settings)


@app.command()
def chat(
    new: Annotated[bool, typer.Option("--new", help="Begin a new conversation.")] = False,
    temporary: Annotated[
        bool, typer.Option("--temporary", help="Keep none of the words of this conversation.")
    ] = False,
    llm: Llm = None,
    country: Country = None,
) -> None:
    """Talk with the coach in this terminal.

    The last conversation goes on where it ended. Ctrl-C stops an answer, Ctrl-D leaves.
    """
    if new and temporary:
        raise typer.BadParameter("A temporary conversation is always new: leave out --new.")
    from coach.settings import Settings

    settings = Settings.load(llm=llm, country=country)
    from ui.cli.chat import talk

    talk(settings, new=new, temporary=temporary)


@app.command()
def index() -> None:
    """Build the search index of the articles, unless it is up to date."""
    from coach.settings import Settings

    settings = Settings.load()
    from coach.knowledge_base import open_knowledge

    retriever = open_knowledge(settings).retriever
    try:
        done = "built" if retriever.index.built else "up to date"
        typer.echo(f"The index is {done}: {len(retriever.passages)} passages.")
    finally:
        retriever.close()
