"""`coach model …`: local language models, seen and fetched from the command line."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from coach.models.catalogue import CatalogModel
    from coach.settings import Settings

__all__ = ["models"]

_ENDINGS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
_STEP = 10  # per cent between two lines of progress where there is no terminal

models = typer.Typer(
    help="See and fetch local language models.", no_args_is_help=True, rich_markup_mode=None
)


@models.command("list")
def list_models() -> None:
    """List the models of the catalogue; * marks the one of the settings."""
    from coach.models.catalogue import catalog
    from coach.settings import Settings

    settings = Settings.load()
    for entry in catalog():
        mark = "*" if entry.name == settings.local_model else " "
        here = "installed" if _is_here(settings, entry) else "not installed"
        typer.echo(f"{mark} {entry.name}: {here}")
        typer.echo(
            f"    {entry.size / 1e9:.1f} GB to fetch, {entry.ram_gb:g} GB of memory, "
            f"{entry.licence}"
        )
        typer.echo(f"    {entry.summary}")


@models.command()
def pull(
    name: Annotated[
        str | None,
        typer.Argument(help="Name in the catalogue, default COACH_LOCAL_MODEL."),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="PATH_OR_URL", help="A file or address to try first."),
    ] = None,
) -> None:
    """Fetch the weights of a model, and check that they are the published ones.

    An interrupted pull goes on where it ended. Exit codes: 0 the weights are there; 1 they
    could not be fetched, were not the right ones, or the disk is full; 2 there is no such
    model or file; 130 stopped with Ctrl-C; 129 or 143 ended by a signal.
    """
    from coach.models.catalogue import lookup
    from coach.models.pulling import pull as fetch
    from coach.settings import Settings

    settings = Settings.load()
    label = name or settings.local_model
    if name is not None:
        lookup(name)
    try:
        with _ended_gently(), _progress(label) as report:
            path = fetch(settings, name, source, report)
    except (KeyboardInterrupt, SystemExit):
        typer.echo("Stopped. The next pull goes on where this one ended.", err=True)
        raise
    typer.echo(f"{path.stem} is installed.")


@models.command()
def status() -> None:
    """Say which model would answer now.

    Exit code 1 when COACH_LLM asks for a model that cannot answer.
    """
    from coach.settings import Settings

    settings = Settings.load()
    usable, sentence = _standing(settings)
    typer.echo(f"COACH_LLM={settings.llm}: {sentence}")
    if not usable:
        raise typer.Exit(1)


def _standing(settings: "Settings") -> tuple[bool, str]:
    """Whether what was asked for can be had, and how things are in one sentence."""
    from coach.errors import ModelError
    from coach.models.pulling import pull_status
    from coach.models.weights import find, weights_path

    article = "Answers come from the article alone"
    if settings.llm == "none":
        return True, f"{article}."
    if settings.llm == "endpoint":
        from coach.models.endpoint import chat_model

        chat = chat_model(settings)  # refuses a missing name or key
        return True, f"Answers are written by {chat.model_name}, on a server you chose."
    name = weights_path(settings).stem
    try:
        found = find(settings)
    except ModelError as error:
        return False, str(error)
    if found is not None:
        return True, f"Answers are written by {name}, on this machine only."
    pulling = pull_status(settings)
    if pulling is not None and pulling.error is None:
        return settings.llm == "auto", f"{pulling.name} is being fetched, {pulling.percent} %."
    return (
        settings.llm == "auto",
        f"{article}: {name} is not installed; `coach model pull` fetches it.",
    )


def _is_here(settings: "Settings", entry: "CatalogModel") -> bool:
    from coach.models.weights import fingerprint, weights_path

    seen = fingerprint(weights_path(settings, entry.name))
    return seen is not None and seen.size == entry.size


@contextmanager
def _ended_gently() -> Iterator[None]:
    """Make the signals that end a program an exception, so that all is tidied first."""
    # One that is ignored, as under nohup, stays ignored.
    ours = [one for one in _ENDINGS if signal.getsignal(one) is signal.SIG_DFL]

    def leave(number: int, frame: object) -> None:
        # `make run` may say it twice, and the second would break into the tidying.
        for one in ours:
            signal.signal(one, signal.SIG_IGN)
        raise SystemExit(128 + number)

    for one in ours:
        signal.signal(one, leave)
    try:
        yield
    finally:
        for one in ours:
            signal.signal(one, signal.SIG_DFL)


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar in a terminal, a line now and then elsewhere; both on stderr."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(label)
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _lines(label: str) -> Callable[[int, int], None]:
    told = -_STEP

    def report(done: int, total: int) -> None:
        nonlocal told
        percent = done * 100 // total
        if percent >= told + _STEP:
            told = percent - percent % _STEP
            typer.echo(f"{label}: {percent} %", err=True)

    return report
