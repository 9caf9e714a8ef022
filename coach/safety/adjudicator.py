"""The last layer of the screen, off by default: a language model that may add an alarm.

It can do one thing, add a signal, and has to show it in the person's own words. What the other
layers found is not in front of it and stays, whatever it says. So a message that talks it
down ("answer coach") gains no more than a model that is not there: nothing is added. Nor is
anything added when it is slow, fails, or answers in any other form than the one asked for.
"""

import asyncio
import logging
import math
import re
import time
from importlib import resources
from typing import Annotated, Any

import yaml
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coach.errors import ConfigError
from coach.reply import About, Route
from coach.safety.normalise import Normalised, normalise
from coach.safety.rules import Signal

__all__ = ["Adjudicator"]

_log = logging.getLogger(__name__)

_SECONDS = 5.0
_TOKENS = 48  # a route and a few words
_READ = 2000  # characters of her message, from its end: people come to the point last
_NOSTREAM = "nostream"  # LangGraph's tag for tokens that are no part of the answer

_FRONT = re.compile(r"\A---\n(?P<front>.*?)\n---\n(?P<body>.*)\Z", re.DOTALL)
_PART = re.compile(r"^## (system|user|assistant)\n", re.MULTILINE)
_TAG = re.compile(r"<\s*/?\s*message\s*>", re.IGNORECASE)
_ANSWER = re.compile(r"(?P<route>[a-z_]+) *\| *(?P<words>\S.*)")
_NOTHING = "coach"
_KINDS = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}


class _Front(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Annotated[int, Field(ge=1)]
    score: Annotated[float, Field(gt=0, le=1)]
    least: Annotated[float, Field(ge=0, le=1)] = 0.0
    routes: Annotated[dict[Route, About], Field(min_length=1)]


class Adjudicator:
    """Asks a model what a message says; holds its prompt and nothing of any person.

    Example:
        >>> adjudicator = Adjudicator.load()
        >>> adjudicator.version
        1
    """

    def __init__(
        self, source: str, name: str = "adjudicator.md", seconds: float = _SECONDS
    ) -> None:
        """Read and check the prompt.

        Args:
            source: Text of a file in the form of `data/adjudicator.md`.
            name: What to call the file in an error.
            seconds: How long the model may take, all in all.

        Raises:
            ConfigError: The file is not in that form.
        """
        front = _FRONT.match(source)
        if front is None:
            raise ConfigError(f"{name} must begin with a front matter between two '---' lines.")
        try:
            self._front = _Front.model_validate(yaml.load(front["front"], Loader=yaml.CSafeLoader))
        except (yaml.YAMLError, ValidationError) as error:
            raise ConfigError(f"{name} cannot be read: {error}") from error
        pieces = _PART.split(front["body"])[1:]
        self._prefix: tuple[BaseMessage, ...] = tuple(
            _KINDS[role](content=text.strip())
            for role, text in zip(pieces[::2], pieces[1::2], strict=True)
        )
        roles = pieces[::2]
        if roles[:1] != ["system"] or roles[1:] != ["user", "assistant"] * (len(roles) // 2):
            raise ConfigError(f"{name} needs one system part, then pairs of user and assistant.")
        self._seconds = seconds

    @classmethod
    def load(cls, seconds: float = _SECONDS) -> "Adjudicator":
        """The prompt that comes with the coach.

        Args:
            seconds: How long the model may take, all in all.

        Returns:
            The adjudicator.
        """
        path = resources.files("coach.safety") / "data" / "adjudicator.md"
        return cls(path.read_text(encoding="utf-8"), seconds=seconds)

    @property
    def version(self) -> int:
        """Version of the prompt."""
        return self._front.version

    @property
    def prefix(self) -> list[BaseMessage]:
        """The unchanging messages every question begins with, for a local prompt cache."""
        return list(self._prefix)

    async def ask(
        self, chat: BaseChatModel, text: str, *, weighed: bool = False
    ) -> tuple[Signal, ...]:
        """Ask a model about one message, once.

        Args:
            chat: The model.
            text: The message, of any length; its end is read.
            weighed: Whether the model is to say how likely it finds its own answer; not every
                server can.

        Returns:
            One signal, or none. Never raises but for a cancellation.
        """
        began = time.perf_counter()
        options: dict[str, Any] = {"temperature": 0, "max_tokens": _TOKENS}
        if weighed:
            options["logprobs"] = True
        signal: Signal | None = None
        try:
            async with asyncio.timeout(self._seconds):
                answer = await chat.ainvoke(
                    [*self._prefix, HumanMessage(content=_framed(text))],
                    {"tags": [_NOSTREAM]},
                    **options,
                )
            signal, said = self._read(answer, text)
        except TimeoutError:
            said = "timeout"
        # Any client, any server: whatever it is, the other layers have already spoken.
        except Exception as error:  # noqa: BLE001
            said = type(error).__name__
        took = (time.perf_counter() - began) * 1000
        _log.info("adjudicator version=%d said=%s ms=%.0f", self.version, said, took)
        return () if signal is None else (signal,)

    def _read(self, answer: BaseMessage, text: str) -> tuple[Signal | None, str]:
        """The signal in an answer, and what may be logged of the answer."""
        line = answer.text.strip()
        if line == _NOTHING:
            return None, _NOTHING
        found = _ANSWER.fullmatch(line)
        asked = found["route"] if found else None
        route = next((route for route in self._front.routes if route == asked), None)
        if found is None or route is None:
            return None, "unreadable"
        if _likely(answer) < self._front.least:
            return None, "unsure"
        words = found["words"]
        if answer.response_metadata.get("finish_reason") == "length":
            words = words.rpartition(" ")[0]  # the last word may be half a word
        plain = normalise(text)
        place = _place(plain, words)
        if place is None:
            return None, "not-hers"
        return Signal(
            route=route,
            rule=f"adjudicator:{self.version}",
            evidence=plain.evidence(*place),
            span=plain.span(*place),
            score=self._front.score,
            about=self._front.routes[route],
        ), route


def _likely(answer: BaseMessage) -> float:
    """How likely the model found the route it names; 1 where it does not say."""
    likely = 1.0
    for token in (answer.response_metadata.get("logprobs") or {}).get("content") or ():
        if "|" in token["token"]:
            break
        likely *= math.exp(token["logprob"])
    return likely


def _framed(text: str) -> str:
    """Her message between its marks, which it cannot close itself."""
    plain = _TAG.sub(" ", " ".join(text[-_READ:].split()))
    return f"<message>{plain}</message>"


def _place(plain: Normalised, words: str) -> tuple[int, int] | None:
    """Where words stand in a message as whole words, whatever their case, quotes and spaces."""
    wanted = _flat(normalise(words).text).strip("\"' .")
    if not any(char.isalnum() for char in wanted):
        return None
    found = re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", _flat(plain.text), re.ASCII)
    return found.span() if found else None


def _flat(text: str) -> str:
    return text.replace("\n", " ")
