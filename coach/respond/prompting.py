"""Prompts are data: read them from prompts/*.md and put one turn together."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal, cast

import yaml
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from coach.errors import ConfigError
from coach.reply import Turn
from coach.respond.partner import Partner

__all__ = ["Prompt", "load_prompt"]

_FOLDER = Path(__file__).with_name("prompts")
_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)
_PART = re.compile(r"^## (system|user|assistant)\n", re.MULTILINE)
_QUESTION = re.compile(r"[^.?\n]+\?")
_TURN_WORDS = 30  # of an earlier message: what changes from turn to turn stays short
_MESSAGE_WORDS = 220
_KINDS = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True)
class Prompt:
    """A prompt file.

    Attributes:
        name: Its name.
        number: The version its author gave it.
        parts: Role and text, in order.
    """

    name: str
    number: int
    parts: tuple[tuple[Role, str], ...]

    @cached_property
    def version(self) -> str:
        """Name, number and a digest of the words: `coach-1-3fa9c1`."""
        digest = hashlib.sha256(repr(self.parts).encode()).hexdigest()[:6]
        return f"{self.name}-{self.number}-{digest}"

    @cached_property
    def prefix(self) -> list[BaseMessage]:
        """The unchanging messages every turn begins with."""
        return [_KINDS[role](content=text) for role, text in self.parts]

    @property
    def rules(self) -> str:
        """The part that tells the model what to do, and that no answer may give away."""
        return self.parts[0][1]

    def with_rule(self, line: str) -> "Prompt":
        """The same prompt with one more line of rules.

        Args:
            line: The line, such as a secret whose leaking is to be measured.

        Returns:
            Another prompt.
        """
        (role, text), *rest = self.parts
        return replace(self, parts=((role, f"{text}\n{line}"), *rest))

    def messages(
        self,
        message: str,
        history: Sequence[Turn],
        ideas: Sequence[str] | None,
        partner: Partner,
        question: str,
        silent: bool = False,
        known: str = "",
        begun: str = "",
    ) -> list[BaseMessage]:
        """Put one turn together.

        Args:
            message: What she wrote.
            history: The thread before it.
            ideas: What the model may say, best first; empty for nothing. None when it is not
                asked for an idea at all.
            partner: Her word for the ex.
            question: A question that fits, which the model may ask or better.
            silent: Without ideas, whether she asked something the article does not speak to.
            known: What she told earlier, in one line; empty for nothing.
            begun: How the answer begins, where the model only ends it.

        Returns:
            The prefix and her message with what goes with it.
        """
        nothing = "none, the article is silent on this" if silent else "none, stay with the feeling"
        lines = [f"EX: {partner.noun} ({partner.pronoun})"]
        if known:
            lines.append(f"KNOWN: {known}")
        # Of the thread only her own words and the last question: a small model that reads
        # its old answers writes them again.
        if history:
            lines.append(f"BEFORE: {_before(history)}")
        if begun:
            lines.append(f"SAID: {begun}")
        if ideas is not None:
            lines.append(f"NOTES: {' '.join(ideas) or nothing}")
        lines += [
            # Her message last: a small model answers the line that is nearest.
            f"ASK: {question}",
            f"MESSAGE: {_cut(message, _MESSAGE_WORDS)}",
        ]
        return [*self.prefix, HumanMessage(content="\n".join(lines))]


def load_prompt(name: str = "coach", folder: Path = _FOLDER) -> Prompt:
    """Read a prompt file.

    Args:
        name: File name without `.md`.
        folder: Where it lies.

    Returns:
        The prompt.

    Raises:
        ConfigError: It cannot be read, or lacks its front matter or its system part.
    """
    path = folder / f"{name}.md"
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The prompt {path.name!r} cannot be read: {error}") from error
    front = _FRONT.match(source)
    head = yaml.load(front.group(1), Loader=yaml.CSafeLoader) if front else None
    if front is None or not isinstance(head, dict) or not isinstance(head.get("version"), int):
        raise ConfigError(f"The prompt {path.name!r} does not begin with a name and a version.")
    pieces = _PART.split(_COMMENT.sub("", source[front.end() :]))[1:]
    roles, texts = pieces[::2], pieces[1::2]
    parts = tuple(
        (cast("Role", role), text.strip()) for role, text in zip(roles, texts, strict=True)
    )
    if not parts or parts[0][0] != "system" or len(parts) % 2 == 0:
        raise ConfigError(
            f"The prompt {path.name!r} needs one system part, then pairs of user and assistant."
        )
    return Prompt(str(head.get("name", name)), head["version"], parts)


def _before(history: Sequence[Turn]) -> str:
    hers = [_cut(turn.content, _TURN_WORDS) for turn in history if turn.role == "user"][-2:]
    asked = [
        sentence
        for turn in history[-1:]
        if turn.role == "assistant"
        for sentence in _QUESTION.findall(turn.content)
    ]
    question = f" (then you asked: {asked[-1].strip()})" if asked else ""
    return " / ".join(hers) + question


def _cut(text: str, words: int) -> str:
    """The end of a long text: people come to the point last."""
    found = text.split()
    return " ".join(found) if len(found) <= words else "… " + " ".join(found[-words:])
