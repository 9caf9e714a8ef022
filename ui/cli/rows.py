"""Rows of JSON in, rows of JSON out, one at a time and each on its own."""

import codecs
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, BinaryIO, Literal, NoReturn

import typer
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StrictInt,
    StrictStr,
    ValidationError,
)

from coach.errors import CoachError, ConfigError
from coach.reply import Disclosure, Turn
from knowledge.errors import KnowledgeError

__all__ = ["BadRow", "Row", "answer_rows", "print_json", "read_rows"]

_HEAD = 8192  # bytes of the first line that are looked at to tell text from other files
# Legal inside JSON, but many readers take them for the end of a line.
_LINE_ENDS = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})

RowId = int | str


@dataclass(frozen=True, slots=True)
class Row:
    """A message to answer.

    Attributes:
        id: The caller's name for it.
        text: The message.
        history: What was said before it.
        disclosures: What the person is known to have told.
    """

    id: RowId
    text: str
    history: tuple[Turn, ...] = ()
    disclosures: tuple[Disclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that holds no message.

    Attributes:
        id: The caller's name for it; the number of the line when the row has none, None
            when it cannot be read at all.
        error: What is wrong with it, one sentence that begins with the number of the line.
    """

    id: RowId | None
    error: str


def _mend(value: object) -> object:
    """Replace half characters, which JSON can carry and UTF-8 cannot."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


_Words = Annotated[StrictStr, BeforeValidator(_mend)]


class _Message(BaseModel):
    model_config = ConfigDict(extra="ignore")

    role: Literal["user", "assistant"]
    content: _Words


def _whole(value: object) -> object:
    """A disclosure named by its kind alone is one of this relationship."""
    if isinstance(value, str):
        return {"kind": value, "about": "ex", "evidence": "", "by": "row", "score": 1}
    return value


class _Given(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: StrictInt | _Words
    text: _Words | None = None
    messages: list[_Message] | None = None
    disclosures: list[Annotated[Disclosure, BeforeValidator(_whole)]] | None = None


def read_rows(stream: BinaryIO) -> Iterator[Row | BadRow]:
    """Read messages from lines of JSON, as they come.

    Args:
        stream: The lines, in UTF-8; empty ones are passed over.

    Yields:
        One row for each line, good or bad.

    Raises:
        ConfigError: The stream is no text at all, or holds no line.
    """
    empty = True
    for number, line in enumerate(_lines(stream), start=1):
        if line.strip():
            empty = False
            yield _row(number, line)
    if empty:
        raise ConfigError("There is no row to read: the input is empty.")


def answer_rows(stream: BinaryIO, answer: Callable[[Row], dict[str, Any]]) -> None:
    """Answer every row, and print each answer before the next row is read.

    Args:
        stream: The lines.
        answer: Gives the fields that follow the id.

    Raises:
        typer.Exit: With 1 after the last row, when a row could not be answered.
        ConfigError: The stream holds no rows.
    """
    failed = False
    for row in read_rows(stream):
        if isinstance(row, BadRow):
            failed = True
            print_json({"id": row.id, "error": row.error})
            continue
        try:
            line = _line({"id": row.id, **answer(row)})
        except (CoachError, KnowledgeError) as error:
            failed = True
            line = _line({"id": row.id, "error": str(error)})
        except Exception as error:  # noqa: BLE001 - its text may hold the message
            failed = True
            fault = f"This is a fault of the coach ({type(error).__name__})."
            line = _line({"id": row.id, "error": fault})
        _print(line)
    if failed:
        raise typer.Exit(1)


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object as one line of UTF-8, whatever the locale says.

    Args:
        value: The object.
    """
    _print(_line(value))


def _line(value: dict[str, Any]) -> bytes:
    line = json.dumps(value, ensure_ascii=False, allow_nan=False).translate(_LINE_ENDS)
    return line.encode("utf-8", "replace") + b"\n"


def _print(line: bytes) -> None:
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    head = stream.readline(_HEAD)
    if b"\0" in head or not (_is_utf8(head) or head.lstrip().startswith(b"{")):
        raise ConfigError("The input is not a file of JSON lines in UTF-8.")
    if len(head) == _HEAD and not head.endswith(b"\n"):
        head += stream.readline()
    if head:
        yield head.removeprefix(codecs.BOM_UTF8)
    yield from stream


def _is_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # its end may be cut off
    except UnicodeDecodeError:
        return False
    return True


def _row(number: int, line: bytes) -> Row | BadRow:
    try:
        value = json.loads(line.decode(), parse_constant=_refuse)
    except UnicodeDecodeError:
        return BadRow(None, f"Line {number}: not valid UTF-8.")
    except json.JSONDecodeError as error:
        return BadRow(None, f"Line {number}: not valid JSON ({error.msg}).")
    except (ValueError, RecursionError):
        return BadRow(None, f"Line {number}: NaN, an endless number, or nested too deeply.")
    if not isinstance(value, dict):
        return BadRow(None, f"Line {number}: not a JSON object.")
    if "id" not in value:
        return BadRow(number, f"Line {number}: the row has no id.")
    try:
        given = _Given.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        if first["loc"][0] == "id":
            return BadRow(None, f"Line {number}: the id is neither a string nor a whole number.")
        where = ".".join(map(str, first["loc"]))
        row_id = _id_of(value)
        return BadRow(row_id, f"Line {number}: {where}: {first['msg'].lower()}.")
    return _checked(number, given)


def _checked(number: int, given: _Given) -> Row | BadRow:
    if (given.text is None) == (given.messages is None):
        which = "neither text nor messages" if given.text is None else "both text and messages"
        return BadRow(given.id, f"Line {number}: the row has {which}.")
    messages = given.messages or []
    if given.text is None and (not messages or messages[-1].role != "user"):
        return BadRow(given.id, f"Line {number}: the last message must be the user's.")
    text = messages[-1].content if given.text is None else given.text
    if not text.strip():
        return BadRow(given.id, f"Line {number}: the message is empty.")
    history = tuple(Turn(role=one.role, content=one.content) for one in messages[:-1])
    return Row(given.id, text, history, tuple(given.disclosures or ()))


def _id_of(value: dict[str, Any]) -> RowId | None:
    found = _mend(value["id"])
    return found if isinstance(found, (int, str)) and not isinstance(found, bool) else None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
