"""The vetted words of every road that no model may write for, from `data/redirects/*.md`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from coach.errors import ConfigError
from coach.reply import Disclosure, Route, Sentence, Turn
from coach.safety.helplines import FINDER, HelplineKind, emergency_number, helplines
from coach.safety.screen import crisis_in_force

__all__ = ["RedirectFile", "RedirectText", "Variant", "parse", "redirect", "redirect_routes"]

Stage = Literal["any", "first", "again", "safe", "own", "also", "wayback"]

_HEADING = re.compile(r"^## (?P<stage>[a-z]+)(?:: (?P<name>[a-z-]+))?$", re.MULTILINE)
_FRONT = re.compile(r"\A---\n(?P<front>.*?)\n---\n(?P<body>.*)\Z", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_SENTENCE_END = re.compile(r"(?<=[.?:])[\"”]?\s+(?=[\"“]?[A-Z0-9])")
_KNOWN_PLACEHOLDERS = frozenset({"{lines}", "{emergency}"})
_LINES_AT_MOST = 2  # with the emergency number three: more is hard to read in distress


class _Front(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    route: Route
    lines: HelplineKind | None


@dataclass(frozen=True, slots=True)
class Variant:
    """One wording.

    Attributes:
        stage: When it fits: `any`; for a crisis `first`, `again` or `safe`; for cheating
            `own` when it was her; `also` when the road comes second in one message;
            `wayback` when she asks for a way back that her disclosures have closed.
        name: Its name in the file.
        text: The words, with placeholders.
    """

    stage: Stage
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class RedirectFile:
    """One file of vetted words.

    Attributes:
        route: The road it is for.
        lines: Which helplines its `{lines}` are, None when it names none.
        variants: The wordings, in the order of the file.
    """

    route: Route
    lines: HelplineKind | None
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class RedirectText:
    """Vetted words, ready to show.

    Attributes:
        text: The whole text.
        sentences: The text, sentence by sentence; none rests on a passage.
    """

    text: str
    sentences: tuple[Sentence, ...]


def redirect(
    route: Route,
    *,
    disclosures: Sequence[Disclosure] = (),
    country: str | None = None,
    seed: int = 0,
    history: Sequence[Turn] = (),
    also: Sequence[Route] = (),
    way_back: bool = False,
) -> RedirectText:
    """The vetted words for a road.

    For cheating and professional they are an opening, after which an answer follows.

    Args:
        route: The road; every road but `coach` and `exercise` has words.
        disclosures: What is known of the person, oldest first, this message included.
        country: Two-letter code for the helplines, None when not known.
        seed: Chooses among the variants; the index of the turn does.
        history: The thread; the variant used last in it is not used again.
        also: Further roads of the same message, each of which gets a paragraph.
        way_back: Whether she asks for a way back that is closed to her.

    Returns:
        The words.

    Raises:
        ValueError: The road has no vetted words.
    """
    files = _load()
    if route not in files:
        raise ValueError(f"no vetted words for route {route!r}")
    file = files[route]
    minor = any(disclosure.kind == "minor" for disclosure in disclosures)
    stage = "wayback" if way_back else _stage(route, disclosures, history)
    fitting = [v for v in file.variants if v.stage == stage]
    used = _last_used(fitting, history)
    fresh = [v for v in fitting if v.name != used] or fitting
    parts = [_fill(fresh[seed % len(fresh)].text, file.lines, country, minor)]
    for other in also:
        if other != route and (extra := files.get(other)):
            parts += [
                _fill(v.text, extra.lines, country, minor)
                for v in extra.variants
                if v.stage == "also"
            ]
    text = "\n\n".join(parts)
    return RedirectText(text, _sentences(text))


def redirect_routes() -> tuple[Route, ...]:
    """Every road that has vetted words.

    Returns:
        The roads, by name.
    """
    return tuple(sorted(_load()))


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
        front = _Front.model_validate(yaml.safe_load(parts["front"]))
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
    names = [variant.name for variant in variants]
    if len(set(names)) != len(names):
        raise ConfigError(f"{name}: variants need names of their own, got {names!r}")
    if front.lines is None and any("{lines}" in variant.text for variant in variants):
        raise ConfigError(f"{name}: uses {{lines}} but its front matter names no kind of line")
    return RedirectFile(front.route, front.lines, variants)


def _variant(heading: re.Match[str], text: str, name: str) -> Variant:
    try:
        stage = TypeAdapter(Stage).validate_python(heading["stage"])
    except ValidationError as error:
        raise ConfigError(f"{name}: no such stage: {heading['stage']!r}") from error
    unknown = set(_PLACEHOLDER.findall(text)) - _KNOWN_PLACEHOLDERS
    if unknown or not text:
        raise ConfigError(f"{name}, {heading[0]!r}: empty, or unknown {sorted(unknown)!r}")
    return Variant(stage, heading["name"] or heading["stage"], text)


def _stage(route: Route, disclosures: Sequence[Disclosure], history: Sequence[Turn]) -> Stage:
    if route == "crisis":
        told = any(disclosure.kind == "crisis" for disclosure in disclosures)
        if told and not crisis_in_force(disclosures):
            return "safe"
        asked = any(turn.role == "assistant" and turn.route == "crisis" for turn in history)
        return "again" if asked else "first"
    if route == "cheating" and any(
        disclosure.kind == "cheating" and disclosure.about == "self" for disclosure in disclosures
    ):
        return "own"
    return "any"


def _last_used(fitting: Sequence[Variant], history: Sequence[Turn]) -> str | None:
    # A turn keeps what was shown, not which variant it was: its first words tell. Only
    # words before a placeholder count, as the country may have been chosen since.
    for turn in reversed(history):
        if turn.role != "assistant":
            continue
        for variant in fitting:
            if turn.content.startswith(variant.text.split("{", 1)[0][:80]):
                return variant.name
    return None


def _fill(text: str, kind: HelplineKind | None, country: str | None, minor: bool) -> str:
    filled = text.replace("{emergency}", emergency_number(country))
    return filled.replace("{lines}", "\n".join(_lines(kind, country, minor)))


def _lines(kind: HelplineKind | None, country: str | None, minor: bool) -> list[str]:
    if kind is None:
        return []
    found = list(helplines(country, kind))
    if kind == "youth":
        found = found or list(helplines(country, "crisis"))
    elif minor:
        found = [*found[:1], *helplines(country, "youth"), *found[1:]]
    shown = [helpline.line for helpline in dict.fromkeys(found)][:_LINES_AT_MOST]
    return [f"- {line}" for line in shown] or [f"- {FINDER}: helplines in 130 countries"]


def _sentences(text: str) -> tuple[Sentence, ...]:
    pieces = (
        piece.strip()
        for paragraph in text.split("\n")
        for piece in ([paragraph] if paragraph.startswith("- ") else _split(paragraph))
    )
    return tuple(Sentence(text=piece) for piece in pieces if piece)


def _split(paragraph: str) -> list[str]:
    cuts = [0, *(m.end() for m in _SENTENCE_END.finditer(paragraph)), len(paragraph)]
    return [paragraph[a:b] for a, b in pairwise(cuts)]


@lru_cache(maxsize=1)
def _load() -> dict[Route, RedirectFile]:
    folder = resources.files("coach.safety") / "data" / "redirects"
    files = [
        parse(path.read_text(encoding="utf-8"), path.name)
        for path in folder.iterdir()
        if path.name.endswith(".md")
    ]
    return {file.route: file for file in files}
