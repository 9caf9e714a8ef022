"""`coach user …`: who may sign in on a server that several people share."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from coach.records import Records

__all__ = ["users"]

_PASSWORDS = (
    "The password is asked for without showing it, or read as one line of standard input; it "
    "has at least 10 characters."
)

users = typer.Typer(
    help="Who may sign in on a server that several people share.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Name = Annotated[str, typer.Argument(help="The name to sign in with.")]


@users.command(help=f"Add somebody. {_PASSWORDS}")
def add(
    name: Name,
    person: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Give back what was kept by `remove --keep-data`.",
            show_default=False,
        ),
    ] = None,
) -> None:
    with _records() as records:
        records.users.check_new(name)  # before anybody thinks of a password
        user = records.users.add(name, _password(), person)
    typer.echo(f"{user.name} can sign in now.")


@users.command(help=f"Give somebody another password, and sign her out everywhere. {_PASSWORDS}")
def password(name: Name) -> None:
    with _records() as records:
        user = records.users.known(name)
        records.users.change_password(name, _password())
    typer.echo(f"{user.name} has a new password, and is signed out everywhere.")


@users.command()
def remove(
    name: Name,
    data: Annotated[
        bool | None,
        typer.Option(
            "--delete-data/--keep-data",
            help="Whether everything that was written under this name is deleted as well.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Remove somebody, who is signed out everywhere."""
    with _records() as records:
        user = records.users.known(name)
        if data is None:
            if not sys.stdin.isatty():
                raise typer.BadParameter("Say --delete-data or --keep-data.")
            data = typer.confirm(
                f"Delete everything that was written under {user.name} as well? "
                "It cannot be brought back.",
                default=None,
            )
        removed = records.users.remove(name, data=data)
    if data:
        typer.echo(f"{removed.name} is removed, and everything written under that name is deleted.")
        return
    typer.echo(f"{removed.name} is removed. What was written is kept:")
    typer.echo(f"`coach user add NAME --person {removed.person}` gives it back.")


@users.command("list")
def list_users() -> None:
    """List everybody who may sign in."""
    with _records() as records:
        everybody = records.users.everybody()
    if not everybody:
        typer.echo("Nobody has been added yet: `coach user add NAME` does.", err=True)
    for user in everybody:
        locked = user.locked_until
        resting = (
            f", locked until {locked.astimezone():%H:%M} after wrong passwords" if locked else ""
        )
        typer.echo(f"{user.name}: since {user.created_at.astimezone():%Y-%m-%d}{resting}")


def _records() -> "Records":
    from coach.records import Records
    from coach.settings import Settings

    return Records(Settings.load().records_url)


def _password() -> str:
    from coach.errors import MessageError
    from coach.records.passwords import check_password

    if sys.stdin.isatty():
        given: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        try:
            given = sys.stdin.buffer.readline().decode().rstrip("\r\n")
        except UnicodeDecodeError:
            raise MessageError("The password is not valid UTF-8 text.") from None
    check_password(given)
    return given
