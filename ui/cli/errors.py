"""What a person sees when a command fails: one sentence, and an exit code for scripts."""

import logging
import os
import sys
from typing import Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

__all__ = ["OneSentence"]

_INTERRUPTED = 130  # what shells say of a program ended by Ctrl-C
_READER_GONE = 141  # what shells say of a program ended by a closed pipe

_UNKNOWN = "This is a fault of the coach ({}). COACH_LOG_LEVEL=debug shows where it is."

_log = logging.getLogger(__name__)


class OneSentence(TyperGroup):
    """The group of commands, which words every failure as one sentence on stderr."""

    def invoke(self, ctx: Any) -> Any:
        """Run the chosen command.

        Args:
            ctx: The context of the command line.

        Returns:
            What the command returns.

        Raises:
            typer.Exit: It failed; the sentence has been printed.
        """
        try:
            return super().invoke(ctx)
        except (TyperException, typer.Exit, typer.Abort):
            raise  # a wrong command line, which typer words itself
        except BrokenPipeError:
            _close_quietly()
            raise typer.Exit(_READER_GONE) from None
        except KeyboardInterrupt:
            raise typer.Exit(_INTERRUPTED) from None
        except OSError as error:
            where = f" {str(error.filename)!r}" if error.filename is not None else ""
            _say(f"{error.strerror or type(error).__name__}{where}.")
            _close_quietly()  # a full disk would fail once more when Python flushes at its end
            raise typer.Exit(1) from error
        except Exception as error:
            code = _known(error)
            if code is None and os.environ.get("COACH_LOG_LEVEL", "").lower() == "debug":
                raise
            # The text of any other error may quote a message: only its type is told.
            _say(str(error) if code is not None else _UNKNOWN.format(type(error).__name__))
            raise typer.Exit(code or 1) from error


def _known(error: Exception) -> int | None:
    """The exit code of an error raised on purpose, None for any other."""
    from coach.errors import CoachError, ConfigError, StorageError
    from knowledge.errors import ArticleError, KnowledgeError

    if isinstance(error, CoachError):
        return error.exit_code
    if isinstance(error, ArticleError):
        return ConfigError.exit_code
    return StorageError.exit_code if isinstance(error, KnowledgeError) else None


def _say(sentence: str) -> None:
    typer.echo(sentence, err=True)


def _close_quietly() -> None:
    """Let what is still buffered go nowhere."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError) as error:  # a stream without a file, as in tests
        _log.debug("stdout stays open: %s", type(error).__name__)
