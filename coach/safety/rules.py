"""Phrase rules: read from a file that people who do not program can edit, and matched.

Patterns run on RE2, which takes time in proportion to the text whatever the pattern is,
so that no edit of the file can make a long message hang.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from typing import Annotated, Any, Literal

import re2  # type: ignore[import-untyped]
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coach.errors import ConfigError
from coach.reply import About, Route
from coach.safety.normalise import Normalised, folded, normalise
from coach.safety.slang import plainer
from coach.safety.speakers import reported
from coach.safety.whose import Whose

__all__ = ["Mark", "Rule", "RuleBook", "Signal", "sentence_at"]

Mark = Literal[
    "no_contact",
    "safe_now",
    "way_back",
    "adult",
    "plea",
    "eased",
    "door_grief",
    "door_pregnancy",
    "door_drinking",
    "door_housing",
    "door_children",
    "door_panic",
    "door_depleted",
]

_FILES = ("rules.yaml", *(f"rules.{language}.yaml" for language in ("es", "de", "fr", "hi")))
_UNKNOWN_WORD = re.compile(r"\{[a-z_]+\}")
_SPACE = re.compile(r"\[[^\]]*\]| ")
_FIRST_PERSON = re.compile(r"\b(?:i|im|ive|id|ill|me|my|myself|we|us|our)\b")
_SENTENCE_ENDS = ".!?\n"
_REACH = 160  # characters of a sentence that are read on either side of a match


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing a layer found in a message.

    Attributes:
        route: The road it asks for; `no_contact`, `safe_now`, `way_back`, `adult`, `plea`, `eased`
            and the doors are noted and ask for none.
        rule: Layer and rule that found it, such as `rules:abuse-hit`.
        evidence: The person's own words.
        span: Where they stand in the message.
        score: How sure the layer is, 0 to 1.
        about: Of whom she speaks.
    """

    route: Route | Mark
    rule: str
    evidence: str
    span: tuple[int, int]
    score: float
    about: About


class Rule(BaseModel):
    """One rule of the file; the head of `rules.yaml` explains each field in plain words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    route: Route | Mark
    about: About = "ex"
    score: float = Field(default=0.9, ge=0, le=1)
    patterns: Annotated[list[str], Field(min_length=1)]
    unless: list[str] = []
    unless_near: list[str] = []
    unless_anywhere: list[str] = []
    unless_story: bool = False
    whose: Literal["any", "hers", "theirs"] = "any"
    max_words: int | None = Field(default=None, ge=1)
    must_match: Annotated[list[str], Field(min_length=3)]
    must_not_match: Annotated[list[str], Field(min_length=3)]


class _Story(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    of_others: list[str] = []
    of_any: list[str] = []
    after: list[str] = []
    ends: list[str] = []


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    words: dict[Annotated[str, Field(pattern=r"^[a-z_]+$")], str]
    story: _Story = _Story()
    rules: list[Rule]


@dataclass(frozen=True)
class _Tale:
    """What makes a find part of a story, compiled."""

    of_others: Any
    of_any: Any
    after: Any
    ends: Any

    def holds(self, sentence: str, start: int, end: int) -> bool:
        """Whether grammar ties the find to a song, a film, a dream; one being named does not."""
        if _links(self.after, sentence, start, end, self.ends, after=True):
            return True
        if _links(self.of_any, sentence, start, end, self.ends):
            return True
        link = _links(self.of_others, sentence, start, end, self.ends)
        return bool(link) and not _FIRST_PERSON.search(sentence[link:end])


@dataclass(frozen=True)
class _Matcher:
    """A rule with its patterns compiled."""

    rule: Rule
    pattern: Any
    unless: Any
    near: Any
    anywhere: Any
    whose: Whose = field(repr=False)
    story: _Tale = field(repr=False)

    def finds(
        self, plain: Normalised, theirs: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[About, Signal]]:
        """The first match about each person that nothing in the rule takes back."""
        text = plain.text
        if self.rule.max_words is not None and text.count(" ") >= self.rule.max_words:
            return
        blocked: bool | None = None
        done: set[tuple[str, int]] = set()  # a long message may repeat itself
        found: set[About] = set()
        for match in self.pattern.finditer(text):
            if blocked is None:
                blocked = self.anywhere is not None and bool(self.anywhere.search(text))
            if blocked:
                return
            start, end = match.span()
            if self.rule.whose != "any" and (self.rule.whose == "theirs") != _within(start, theirs):
                continue
            first, last = sentence_at(text, start, end)
            sentence = text[first:last]
            place = (sentence, start - first)
            if place in done:
                continue
            done.add(place)
            if self._taken_back(sentence, start - first, end - first):
                continue
            about = self._about(sentence, start - first, end - first)
            if about not in found:
                found.add(about)
                yield (
                    about,
                    Signal(
                        route=self.rule.route,
                        rule=f"rules:{self.rule.id}",
                        evidence=plain.evidence(start, end),
                        span=plain.span(start, end),
                        score=self.rule.score,
                        about=about,
                    ),
                )
            if about == self.rule.about:  # what weighs most is found
                return

    def _about(self, sentence: str, start: int, end: int) -> About:
        if self.rule.about == "ex" and self.whose.earlier(sentence, start, end):
            return "earlier_partner"
        return self.rule.about

    def _taken_back(self, sentence: str, start: int, end: int) -> bool:
        if self.near is not None and self.near.search(sentence):
            return True
        if self.rule.unless_story and self.story.holds(sentence, start, end):
            return True
        if self.unless is None:
            return False
        return any(
            found.start() < end and found.end() > start for found in self.unless.finditer(sentence)
        )


class RuleBook:
    """All rules of a file, ready to run.

    Example:
        >>> book = RuleBook.load()
        >>> [signal.route for signal in book(normalise("he punched me last night"))]
        ['abuse']
    """

    def __init__(self, source: str, name: str = "rules.yaml") -> None:
        """Read and check the rules.

        Args:
            source: Text of a YAML file in the form of `data/rules.yaml`.
            name: What to call the file in an error.

        Raises:
            ConfigError: The file is not in that form; the message names the rule.
        """
        try:
            self._file = _File.model_validate(yaml.load(source, Loader=yaml.CSafeLoader))
        except (yaml.YAMLError, ValidationError) as error:
            raise ConfigError(f"{name} cannot be read: {error}") from error
        ids = [rule.id for rule in self._file.rules]
        twice = sorted({id_ for id_ in ids if ids.count(id_) > 1})
        if twice:
            raise ConfigError(f"{name}: rule ids must be unique, these are not: {twice!r}")
        self._name = name
        story = self._file.story
        self._story = _Tale(
            of_others=self._compile("story", story.of_others),
            of_any=self._compile("story", story.of_any),
            after=self._compile("story", story.after),
            ends=self._compile("story", story.ends),
        )
        self._matchers = [self._matcher(rule) for rule in self._file.rules]

    @classmethod
    def load(cls) -> "RuleBook":
        """The rules that come with the coach, in every language: all are read at once."""
        folder = resources.files("coach.safety") / "data"
        book, *others = (cls((folder / name).read_text(encoding="utf-8"), name) for name in _FILES)
        for other in others:
            book._matchers += other._matchers
        return book

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, in the order of the files."""
        return tuple(matcher.rule for matcher in self._matchers)

    def __call__(self, plain: Normalised) -> Iterator[Signal]:
        """Run every rule over a message, as it is and with masked words undone.

        Args:
            plain: The message in its plain form.

        Yields:
            At most one signal per rule and person it speaks of.
        """
        bare = plainer(plain)
        theirs = reported(plain)
        bare_theirs = reported(bare) if bare is not None else []
        for matcher in self._matchers:
            found = dict(matcher.finds(plain, theirs))
            if bare is not None and matcher.rule.about not in found:
                found = dict(matcher.finds(bare, bare_theirs)) | found
            yield from found.values()

    def matches(self, rule_id: str, text: str) -> bool:
        """Whether one rule matches a text; what the examples in the file are checked with.

        Args:
            rule_id: Id of the rule.
            text: Any text.

        Returns:
            True when it does.
        """
        return any(s.rule == f"rules:{rule_id}" for s in self(normalise(text)))

    def _matcher(self, rule: Rule) -> _Matcher:
        return _Matcher(
            rule=rule,
            pattern=self._compile(rule.id, rule.patterns),
            unless=self._compile(rule.id, rule.unless),
            near=self._compile(rule.id, rule.unless_near),
            anywhere=self._compile(rule.id, rule.unless_anywhere),
            whose=Whose.load(),
            story=self._story,
        )

    def _compile(self, rule_id: str, patterns: list[str]) -> Any:
        if not patterns:
            return None
        joined = "|".join(_bordered(p, self._expand(rule_id, p)) for p in patterns)
        options = re2.Options()
        options.log_errors = False
        options.max_mem = 64 << 20
        try:
            return re2.compile(joined, options)
        except re2.error as error:
            raise ConfigError(f"{self._name}, rule {rule_id!r}: {error}") from error

    def _expand(self, rule_id: str, pattern: str) -> str:
        # Words may use words, a few deep; apostrophes are gone from the plain form.
        for _ in range(4):
            for name in self._names:
                pattern = pattern.replace(f"{{{name}}}", f"(?:{self._file.words[name]})")
        if unknown := _UNKNOWN_WORD.search(pattern):
            raise ConfigError(f"{self._name}, rule {rule_id!r}: no such word list: {unknown[0]!r}")
        # A space may be a line break in the message, except inside a [character class].
        plain = folded(pattern.replace("'", ""))
        return _SPACE.sub(lambda found: "[ \n]" if found[0] == " " else found[0], plain)

    @cached_property
    def _names(self) -> list[str]:
        return list(self._file.words)


def _bordered(pattern: str, expanded: str) -> str:
    # A phrase ends at the border of a word, unless it names the end of the message. RE2 knows
    # borders of Latin words only.
    if not expanded.isascii():
        return f"(?:{expanded})"
    start = "" if pattern.startswith(("[", "^")) else r"\b"
    return rf"{start}(?:{expanded})" + ("" if pattern.endswith(("$", "]")) else r"\b")


def _within(position: int, spans: Sequence[tuple[int, int]]) -> bool:
    index = bisect_right(spans, (position, 1 << 62)) - 1
    return index >= 0 and spans[index][0] <= position < spans[index][1]


def _links(
    link: Any, sentence: str, start: int, end: int, ends: Any, *, after: bool = False
) -> int:
    """Where the last link ends that reaches the find with no new clause between; else 0."""
    reached = 0
    if link is None:
        return reached
    for found in link.finditer(sentence):
        if after:
            near, clause = found.start() >= end, sentence[end : found.start()].strip()
            if near and not clause:
                return int(found.end())
        elif (found.end() <= start and not ends.search(sentence[found.end() : start + 2])) or (
            found.start() < end and start < found.end() < end
        ):
            reached = int(found.end())
    return reached


def sentence_at(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence a find stands in.

    Args:
        text: A message in its plain form.
        start: Where the find begins.
        end: One past its last character.

    Returns:
        First character and one past the last, at most some 160 characters from the find.
    """
    low, high = max(0, start - _REACH), min(len(text), end + _REACH)
    first = max(text.rfind(mark, low, start) for mark in _SENTENCE_ENDS)
    # A find may itself end with the end of its sentence.
    ends = [text.find(mark, max(start, end - 1), high) for mark in _SENTENCE_ENDS]
    found = [e for e in ends if e >= 0]
    return (first + 1 if first >= 0 else low, min(found) + 1 if found else high)
