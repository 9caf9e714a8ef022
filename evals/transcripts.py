"""Whole conversations as a page to read: `python -m evals.transcripts HER_SIDE --out FILE`.

HER_SIDE holds `{"id", "title", "llm": "none" | "local" | "endpoint", "messages": [...]}`, one JSON
object a line. Every message is sent, whatever the answer before it was; nothing is edited.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter

from coach import Coach, Reply, Settings

__all__ = ["Script", "read_scripts", "told"]

_MODEL_SECONDS = 300.0  # to load the weights
_COUNTRY = "GB"
_HEAD = """# {count} conversations

Her side was written for this page; the coach's side is as it came, unedited
(`python -m evals.transcripts`). Before each answer stands which road the message took and who wrote
it: `article` is the composer, `mixed` the composer and the small local model, `redirect` vetted
words.
"""


class Script(BaseModel):
    """Her side of a conversation.

    Attributes:
        id: Its name.
        title: What it is about.
        llm: Which model answers.
        messages: What she writes, in order.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    llm: str
    messages: tuple[str, ...]


def read_scripts(path: Path) -> list[Script]:
    """Read a file of conversations.

    Args:
        path: JSON Lines.

    Returns:
        The conversations.

    Raises:
        ValueError: A row is not in the form; the message names its line.
    """
    adapter, scripts = TypeAdapter(Script), []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                scripts.append(adapter.validate_json(line))
            except ValueError as error:
                raise ValueError(f"{path.name}, line {number}: {error}") from error
    return scripts


def told(script: Script, replies: Sequence[Reply]) -> Iterator[str]:
    """One conversation as Markdown, line by line.

    Args:
        script: Her side.
        replies: The coach's.

    Yields:
        Lines; her words are quoted, the coach's stand as they are.
    """
    yield f"## {script.id}: {script.title}"
    yield ""
    for message, reply in zip(script.messages, replies, strict=True):
        yield from (f"> {_plain(line)}".rstrip() for line in message.splitlines())
        yield ""
        yield f"*{', '.join(_how(reply))}*"
        yield ""
        yield from (_plain(line) for line in reply.text.splitlines())
        yield ""


def _how(reply: Reply) -> Iterator[str]:
    yield reply.route
    yield reply.mode
    if reply.exercise is not None:
        yield reply.exercise.tag
    if reply.passages:
        yield "rests on " + ", ".join(passage.id for passage in reply.passages)
    if reply.chips:
        yield "chips: " + " · ".join(chip.text for chip in reply.chips)


def _plain(line: str) -> str:
    return line.replace("<", "&lt;").replace("#", "\\#")


def _replies(coach: Coach, script: Script) -> list[Reply]:
    person = f"reader-{script.id}"
    coach.records.ensure_person(person)
    thread = coach.records.create_thread(person).id
    return [
        coach.reply(message, thread=thread, person=person, country=_COUNTRY)
        for message in script.messages
    ]


def main() -> None:
    """Hold the conversations and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scripts", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="an empty folder for the records")
    options = parser.parse_args()
    scripts = read_scripts(options.scripts)
    told_by: dict[str, list[str]] = {}
    for llm in dict.fromkeys(script.llm for script in scripts):
        settings: dict[str, Any] = {"llm": llm, "data_dir": options.data}
        with Coach(Settings.load(**settings)) as coach:
            if llm != "none":
                coach.settled(_MODEL_SECONDS)
            for script in scripts:
                if script.llm == llm:
                    told_by[script.id] = list(told(script, _replies(coach, script)))
                    print(json.dumps({"done": script.id}))
    lines = [_HEAD.format(count=len(scripts))]
    for script in scripts:
        lines += told_by[script.id]
    options.out.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
