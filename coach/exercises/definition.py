"""What an exercise is: the form of its file.

Every sentence may carry the slots of `Partner.fill`. Phrases are written for the plain form of a
message: small letters, ASCII, no apostrophes inside words.
"""

import re
from collections.abc import Iterator, Set
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from coach.exercises.saying import split
from coach.reply import Chip
from coach.respond.partner import Partner
from coach.safety.normalise import normalise
from knowledge.restriction import Restriction

__all__ = ["Advice", "Draft", "Exercise", "Finding", "Phrases", "Step"]

FindingName = Literal["kind", "reproach", "longing", "meeting", "question", "long", "clean"]
Takes = Literal["words", "ready", "free", "letter", "draft", "redraft"]


def _line(text: str) -> str:
    """A sentence as it may be said: known slots, no shouting, a question only at its end."""
    try:
        filled = Partner().fill(text)
    except (KeyError, IndexError, ValueError) as error:
        raise ValueError(f"unknown slot in {text!r}: {error}") from error
    if "!" in filled or "?" in filled.rstrip("?") or filled.count("?") > 1:
        raise ValueError(f"one question at most, as the last thing said, and no '!': {text!r}")
    return text


def _statement(text: str) -> str:
    if "?" in text:
        raise ValueError(f"must not ask: {text!r}")
    return _line(text)


def _two(text: str) -> str:
    if len(split(text)) != 2:
        raise ValueError(f"must be two sentences: {text!r}")
    return text


Line = Annotated[str, Field(min_length=2), AfterValidator(_line)]
Statement = Annotated[str, Field(min_length=2), AfterValidator(_statement)]
Closing = Annotated[Statement, AfterValidator(_two)]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Phrases(_Data):
    """Words by which a message is known, with examples that a test holds them to.

    Attributes:
        match: Regular expressions, any of which is enough.
        unless: Regular expressions, any of which takes it back.
        must_start: Messages that are meant.
        must_not_start: Messages that are not, though they come near.
    """

    match: tuple[re.Pattern[str], ...] = Field(min_length=1)
    unless: tuple[re.Pattern[str], ...] = ()
    must_start: tuple[str, ...] = Field(min_length=4)
    must_not_start: tuple[str, ...] = Field(min_length=4)

    def found_in(self, plain: str) -> bool:
        """Whether a message in its plain form says it."""
        if any(pattern.search(plain) for pattern in self.unless):
            return False
        return any(pattern.search(plain) for pattern in self.match)


class Advice(_Data):
    """Sentences that rest on one sentence of the article.

    Attributes:
        passage: Slug of the passage.
        rests_on: First words of the sentence.
        say: The coach's own sentences.
    """

    passage: str
    rests_on: str = Field(min_length=2)
    say: tuple[Statement, ...] = Field(min_length=2)


class Step(_Data):
    """One step.

    Attributes:
        page: Heading over her answer on the journal page.
        takes: What counts as an answer. `words`: her own words; `ready`: also a bare "ok" or
            "done"; `free`: writing in which questions are hers, not for the coach; `letter`: the
            same, written to the ex; `draft`: a reply to the ex that is looked over; `redraft`: a
            second one, passed over when the first needed nothing.
        advice: What of the article is said before the step; of each one sentence.
        ask: What she is asked to do.
        smaller: The same step made smaller.
        heard: Said after she has answered it.
        wait_minutes: How long it wants her to take.
    """

    page: Statement
    takes: Takes = "words"
    advice: tuple[Advice, ...] = ()
    ask: tuple[Line, ...] = Field(min_length=2)
    smaller: tuple[Line, ...] = Field(min_length=2)
    heard: tuple[Statement, ...] = Field(min_length=2)
    wait_minutes: int | None = Field(default=None, ge=1)


class Finding(_Data):
    """Something a draft may hold, and what is said of it.

    Attributes:
        name: What it is: `kind` may stay, `clean` is a draft that needs nothing, all others
            could be left out.
        passage: Slug of the passage that says so.
        rests_on: First words of its sentence.
        match: Regular expressions over the plain form of the draft; none for `long`, `clean`.
        say: Sentences about it.
    """

    name: FindingName
    passage: str
    rests_on: str = Field(min_length=2)
    match: tuple[re.Pattern[str], ...] = ()
    say: tuple[Statement, ...] = Field(min_length=2)


class Draft(_Data):
    """How a reply to the ex is looked over, with phrases alone.

    Attributes:
        lines: Lines a reply may have.
        words: Words a reply may have.
        findings: What is looked for, the most important first.
        must_find: Drafts by what must be found in them.
    """

    lines: int = Field(ge=1)
    words: int = Field(ge=1)
    findings: tuple[Finding, ...]
    must_find: dict[str, tuple[str, ...]]

    @model_validator(mode="after")
    def _each(self) -> Self:
        if {one.name for one in self.findings} != set(get_args(FindingName)):
            raise ValueError("needs words for every kind of finding")
        return self


class Exercise(_Data):
    """An exercise.

    Attributes:
        id: Its name in records and tags; the name of its file.
        order: Its place; of several that fit a message the first is taken.
        title: Its name for her.
        about: What it is, after "there is".
        chip: Words that start it with one touch.
        forbidden_after: What she has disclosed that closes it to her.
        passages: Slugs of passages it goes with.
        asked: Words by which she asks for it.
        fitting: Words of a message it fits.
        news: Whether news of the ex ("he just wrote") belong to it and do not interrupt it.
        offer: Sentences that offer it.
        steps: What is asked, one a turn.
        draft: How a draft is looked over, for exercises that have one.
        close: Closing words, of two sentences each.
        revisit_days: After how many days its page is laid before her again.
    """

    id: str = Field(pattern=r"^[a-z]+(?:-[a-z]+)*$")
    order: int = Field(ge=1)
    title: Statement
    about: Statement
    chip: Statement
    forbidden_after: frozenset[Restriction]
    passages: tuple[str, ...] = ()
    asked: Phrases
    fitting: Phrases
    news: bool = False
    offer: tuple[Statement, ...] = Field(min_length=3)
    steps: tuple[Step, ...] = Field(min_length=2)
    draft: Draft | None = None
    close: tuple[Closing, ...] = Field(min_length=2)
    revisit_days: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not {"crisis", "minor"} <= self.forbidden_after:
            raise ValueError("must be closed in a crisis and to minors")
        if self.draft is None and any(step.takes in ("draft", "redraft") for step in self.steps):
            raise ValueError("a step takes a draft, but nothing says how it is looked over")
        return self

    @property
    def start_chip(self) -> Chip:
        """The chip that starts it."""
        return Chip(text=self.chip, kind="exercise")

    def open_to(self, forbidden: Set[str]) -> bool:
        """Whether it may be done under these restrictions."""
        return not (self.forbidden_after & forbidden)

    def named_by(self, plain: str) -> bool:
        """Whether a message in its plain form is its chip or its title."""
        bare = plain.strip(" .,:;?!'\"")
        return bare in (normalise(self.chip).text, normalise(self.title).text)

    def resting(self) -> Iterator[tuple[str, str]]:
        """Passage and first words of every sentence of the article it rests on."""
        for step in self.steps:
            for advice in step.advice:
                yield advice.passage, advice.rests_on
        if self.draft is not None:
            for finding in self.draft.findings:
                yield finding.passage, finding.rests_on
