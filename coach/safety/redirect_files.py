"""Files of vetted words: their form, and how they are read.

A file begins with a front matter: `route`, `lines` (the kind of helpline its `{lines}` are, or
null) and, where her message chooses between its stages, `when`: for a stage or a cue, phrases to
look for and phrases that take a find back (`unless` anywhere in the message, `unless_near` in the
same sentence), in small letters, ASCII and without the apostrophes inside words. Under it stands
one `## stage: name` heading for each wording. If a wording asks something, it asks once, as the
last thing it says. `{line}` is the first of the `{lines}`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from coach.errors import ConfigError
from coach.reply import Route
from coach.safety.helplines import HelplineKind
from coach.safety.language import spoken
from coach.safety.rules import sentence_at

__all__ = ["Cue", "RedirectFile", "Stage", "Variant", "Words", "load_redirects", "parse"]

Stage = Literal[
    "any", "perhaps", "first", "again", "yes", "unsure", "no", "reached", "safe", "still",
    "misheard", "own", "done", "scheme", "legal", "body", "wayback", "neck", "also", "with",
    "grief", "pregnancy", "drinking", "panic", "depleted", "housing", "children",
]  # fmt: skip
# `now`, `asked` and `denied` are no stages: signs that a crisis is acute, that the coach has asked,
# and that she denies what it took for one.
Cue = Literal[
    "yes", "unsure", "no", "reached", "neck", "done", "scheme", "legal", "body",
    "now", "asked", "denied",
]  # fmt: skip

_HEADING = re.compile(r"^## (?P<stage>[a-z]+)(?:: (?P<name>[a-z_-]+))?$", re.MULTILINE)
_FRONT = re.compile(r"\A---\n(?P<front>.*?)\n---\n(?P<body>.*)\Z", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_SPACE = re.compile(r"\s+")
_QUOTED = re.compile(r'"[^"]*"')  # sentences lent to her
_KNOWN_PLACEHOLDERS = frozenset({"{lines}", "{line}", "{emergency}"})
_OPENING = 80  # characters by which a wording is known again in a thread


class Words(BaseModel):
    """Phrases by which her message chooses a stage.

    Attributes:
        match: Regular expressions, any of which is enough.
        unless: Regular expressions, any of which takes it back.
        unless_near: Regular expressions, any of which takes back a find in its own sentence.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    match: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...] = ()
    unless_near: tuple[re.Pattern[str], ...] = ()

    def found_in(self, plain: str) -> bool:
        """Whether a message in its plain form says it.

        Args:
            plain: The message as `normalise` gives it.

        Returns:
            Whether something matches and nothing takes it back.
        """
        if any(p.search(plain) for p in self.unless):
            return False
        return any(
            not self._taken_back(plain[slice(*sentence_at(plain, *found.span()))])
            for pattern in self.match
            for found in pattern.finditer(plain)
        )

    def _taken_back(self, sentence: str) -> bool:
        return any(p.search(sentence) for p in self.unless_near)


class _Front(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    route: Route
    lines: HelplineKind | None
    when: dict[Cue, Words] = {}


@dataclass(frozen=True, slots=True)
class Variant:
    """One wording.

    Attributes:
        stage: When it fits. `any`, or else
            for a crisis: `first`, or `perhaps` where only a likeness was heard; `yes`, `unsure`
            or `no` to the coach's direct question (`yes` also when it cannot wait); `still` when
            she goes on without an answer to what was only a likeness, and `misheard` when she
            denies it; `reached` when people are with her or on
            their way; `again`; `safe`;
            for abuse and age: `again` when it has been spoken of in this thread;
            for cheating: `own` when it was hers;
            for violence: `done` when she has already hurt somebody;
            for boundary: `scheme` when it is deceiving and not watching;
            for what needs a professional: `legal` or `body` when it is only the one;
            `neck`, as a paragraph, when she tells of her neck or her breath;
            `wayback` when she asks for a way back that her disclosures have closed;
            `with`, named after a second road of the same message, as a paragraph of the
            first; `also` the same for every first road that has no such paragraph;
            in the file of the doors: the door.
        name: Its name in the file.
        text: The words, with placeholders.
    """

    stage: Stage
    name: str
    text: str

    @property
    def opening(self) -> str:
        """Its first words, up to a placeholder: by them it is known again in a thread."""
        return _SPACE.sub(" ", self.text.split("{", 1)[0])[:_OPENING].strip()


@dataclass(frozen=True, slots=True)
class RedirectFile:
    """One file of vetted words.

    Attributes:
        route: The road it is for.
        lines: Which helplines its `{lines}` are, None when it names none.
        variants: The wordings, in the order of the file.
        when: How her message chooses between its stages.
    """

    route: Route
    lines: HelplineKind | None
    variants: tuple[Variant, ...]
    when: Mapping[Cue, Words] = field(default_factory=dict)

    def says(self, cue: Cue, plain: str) -> bool:
        """Whether a message in its plain form gives a cue of this file."""
        return cue in self.when and self.when[cue].found_in(plain)


@lru_cache(maxsize=8)
def load_redirects(language: str | None = None) -> Mapping[Route, RedirectFile]:
    """The files that come with the coach.

    Args:
        language: Two-letter code, None for English.

    Returns:
        The files by road; none in a language that has no words.

    Raises:
        ConfigError: One of them is wrong.
    """
    if language is not None and language not in spoken():
        return {}
    name = "redirects" if language is None else f"redirects.{language}"
    folder = resources.files("coach.safety") / "data" / name
    files = [
        parse(path.read_text(encoding="utf-8"), path.name)
        for path in folder.iterdir()
        if path.name.endswith(".md")
    ]
    return MappingProxyType({file.route: file for file in files})


def parse(source: str, name: str) -> RedirectFile:
    """Read one file of vetted words, strictly.

    Args:
        source: Its text.
        name: What to call it in an error.

    Returns:
        What it says.

    Raises:
        ConfigError: It is not in the form of the files in `data/redirects`.
    """
    parts = _FRONT.match(source)
    if parts is None:
        raise ConfigError(f"{name}: must begin with a front matter between two '---' lines")
    try:
        front = _Front.model_validate(yaml.load(parts["front"], Loader=yaml.CSafeLoader))
    except (yaml.YAMLError, ValidationError) as error:
        raise ConfigError(f"{name}: front matter is wrong: {error}") from error
    headings = list(_HEADING.finditer(parts["body"]))
    if not headings or parts["body"][: headings[0].start()].strip():
        raise ConfigError(f"{name}: words must stand under a '## stage: name' heading")
    ends = [h.start() for h in headings[1:]] + [len(parts["body"])]
    variants = tuple(
        _variant(heading, parts["body"][heading.end() : end].strip(), name)
        for heading, end in zip(headings, ends, strict=True)
    )
    names = [(variant.stage, variant.name) for variant in variants]
    if len(set(names)) != len(names):
        raise ConfigError(f"{name}: variants need names of their own, got {names!r}")
    lacking = {cue for cue in front.when if cue in get_args(Stage)} - {v.stage for v in variants}
    if lacking:
        raise ConfigError(f"{name}: has no words for {sorted(lacking)!r}, which it listens for")
    # A `with` paragraph shows the lines of the road it is named after.
    if front.lines is None and any("{line" in v.text for v in variants if v.stage != "with"):
        raise ConfigError(f"{name}: uses {{lines}} but its front matter names no kind of line")
    return RedirectFile(front.route, front.lines, variants, front.when)


def _variant(heading: re.Match[str], text: str, name: str) -> Variant:
    try:
        stage = TypeAdapter(Stage).validate_python(heading["stage"])
    except ValidationError as error:
        raise ConfigError(f"{name}: no such stage: {heading['stage']!r}") from error
    unknown = set(_PLACEHOLDER.findall(text)) - _KNOWN_PLACEHOLDERS
    if unknown or not text:
        raise ConfigError(f"{name}, {heading[0]!r}: empty, or unknown {sorted(unknown)!r}")
    if "?" in _QUOTED.sub("", text).rstrip("?"):
        raise ConfigError(f"{name}, {heading[0]!r}: a question must be the last thing it says")
    if stage == "with" and heading["name"] not in get_args(Route):
        raise ConfigError(f"{name}, {heading[0]!r}: must name a route")
    return Variant(stage, heading["name"] or heading["stage"], text)
