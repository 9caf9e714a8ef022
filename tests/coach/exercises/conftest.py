"""The real exercises, and a conversation that goes through them as the coach would."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from coach.exercises import Exercises, StepReply
from coach.reply import JournalPage, Turn
from coach.respond.partner import Partner

HUSBAND = Partner("your husband", "he")


@dataclass
class Talk:
    """A thread; `plain` keeps only its text, as some clients do."""

    exercises: Exercises
    plain: bool = False
    partner: Partner = HUSBAND
    history: list[Turn] = field(default_factory=list)

    def begin(self, name: str, forbidden: frozenset[str] = frozenset()) -> StepReply:
        exercise = self.exercises.get(name)
        assert exercise is not None
        reply = self.exercises.start(exercise, self.history, self.partner, forbidden)
        return self._kept(exercise.chip, reply)

    def say(self, message: str, forbidden: frozenset[str] = frozenset()) -> StepReply:
        position = self.exercises.running(self.history)
        assert position is not None
        reply = self.exercises.advance(position, message, self.partner, forbidden)
        return self._kept(message, reply)

    def resume(self, forbidden: frozenset[str] = frozenset()) -> StepReply:
        message = "go on with the exercise"
        asked = self.exercises.asked(message, forbidden, self.history, self.partner)
        assert asked is not None
        assert asked.position is not None
        reply = self.exercises.resume(asked.position, self.partner, forbidden)
        return self._kept(message, reply)

    def chat(self, hers: str, coach: str) -> None:
        """An ordinary exchange."""
        route = None if self.plain else "coach"
        self.history += [
            Turn(role="user", content=hers),
            Turn(role="assistant", content=coach, route=route),
        ]

    def _kept(self, message: str, reply: StepReply) -> StepReply:
        text = said(reply) or "An ordinary answer."
        route, tag = ("exercise", reply.tag) if not self.plain else (None, None)
        self.history += [
            Turn(role="user", content=message),
            Turn(role="assistant", content=text, route=route, exercise=tag),
        ]
        return reply


def said(reply: StepReply) -> str:
    return " ".join(sentence.text for sentence in reply.sentences)


@pytest.fixture(scope="session")
def exercises() -> Exercises:
    return Exercises.load()


@pytest.fixture
def talk(exercises: Exercises) -> Talk:
    return Talk(exercises)


@pytest.fixture
def text_of() -> Callable[[StepReply], str]:
    return said


@pytest.fixture
def thread() -> Callable[[Sequence[str]], list[Turn]]:
    """A thread from texts, hers first."""

    def make(texts: Sequence[str]) -> list[Turn]:
        return [
            Turn(role="assistant", content=text, route="coach")
            if place % 2
            else Turn(role="user", content=text)
            for place, text in enumerate(texts)
        ]

    return make


class _Seen(HTMLParser):
    """What a reader sees."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="session")
def lines_of() -> Callable[[JournalPage], list[str]]:
    """The lines a reader sees of a page; fails when her words have become markup."""
    renderer = MarkdownIt("commonmark").enable(["table", "strikethrough"])

    def lines(page: JournalPage) -> list[str]:
        parser = _Seen()
        parser.feed(renderer.render(page.text))
        assert parser.tags <= {"p", "strong", "blockquote", "br"}, parser.tags
        return [line.replace("\u00a0", " ") for line in parser.text.split("\n") if line.strip()]

    return lines
