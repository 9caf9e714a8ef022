"""The vetted words of every road that no model may write for, from `data/redirects/*.md`.

Words in another language stand in `data/redirects.<language>`, for the gravest roads only.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from coach.reply import Disclosure, Route, Sentence, Turn
from coach.safety.helplines import Helpline, HelplineKind, helplines
from coach.safety.language import emergency_in, finder_in
from coach.safety.mistaken import likeness_in_force, was_mistaken
from coach.safety.normalise import normalise
from coach.safety.redirect_files import RedirectFile, Stage, Variant, load_redirects
from coach.safety.rules import Signal
from coach.safety.screen import Door, crisis_in_force

__all__ = ["RedirectText", "opened", "redirect", "redirect_routes"]

# In Hindi a sentence ends with "।", and no letter is a capital one.
_SENTENCE_END = re.compile(r"(?<=[.?:।])[\"”“»]?\s+(?=[\"“„«¿]?\s?[A-Z0-9À-ÖØ-Þऀ-ॿ])")
_SPACE = re.compile(r"\s+")
_LINES_AT_MOST = 2  # with the emergency number three: more is hard to read in distress
_READ = 4000  # characters of her message, from its end, that choose a stage
_DANGER: frozenset[str] = frozenset({"crisis", "abuse", "violence"})
_DOORS: Route = "coach"  # the road whose file holds the doors; it has no other vetted words


@dataclass(frozen=True, slots=True)
class RedirectText:
    """Vetted words, ready to show.

    Attributes:
        text: The whole text.
        sentences: The text, sentence by sentence; none rests on a passage.
        language: Two-letter code of the language they are in, None for English.
    """

    text: str
    sentences: tuple[Sentence, ...]
    language: str | None = None


@dataclass(frozen=True, slots=True)
class _Heard:
    """What chooses the stage of a road."""

    text: str
    signals: Collection[Signal]
    disclosures: Sequence[Disclosure]
    history: Sequence[Turn]

    @property
    def whole(self) -> str:
        """Her message in its plain form."""
        return normalise(self.text).text.strip()

    @property
    def plain(self) -> str:
        """The end of it, where an answer or a wish usually stands."""
        return normalise(self.text[-_READ:]).text.strip()

    @property
    def own_cheating(self) -> bool:
        """Whether it was she who cheated: by this message, else by what she told last."""
        now = [signal.about for signal in self.signals if signal.route == "cheating"]
        told = [one.about for one in self.disclosures if one.kind == "cheating"]
        return "self" in (now or told[-1:])


def redirect(
    route: Route,
    *,
    disclosures: Sequence[Disclosure] = (),
    country: str | None = None,
    seed: int = 0,
    history: Sequence[Turn] = (),
    also: Sequence[Route] = (),
    way_back: bool = False,
    text: str = "",
    door: Door | None = None,
    signals: Collection[Signal] = (),
    language: str | None = None,
) -> RedirectText:
    """The vetted words for a road.

    For cheating, professional, a closed way back and a door they are an opening, after which
    an answer follows.

    Args:
        route: The road; every road but `coach` and `exercise` has words.
        disclosures: What is known of the person, oldest first, this message included.
        country: Two-letter code for the helplines, None when not known.
        seed: Chooses among the variants; the index of the turn does.
        history: The thread; none of its variants comes again before all have been used.
        also: Further roads of the same message, each of which gets a paragraph.
        way_back: Whether she asks for a way back that is closed to her.
        text: Her message; it chooses the stage, such as a yes to the question asked before.
        door: What her message is about besides the breakup; its words then stand for the
            road's own, and `route` may be `coach`.
        signals: What the screen found in her message; while it finds danger, nobody has
            reached her.
        language: Two-letter code of the language she writes in, None for English. Where a road
            has no words in it, they are the English ones; where it has none for the stage,
            those of its first stage.

    Returns:
        The words.

    Raises:
        ValueError: The road has no vetted words.
    """
    files = load_redirects()
    if door is None and (route == _DOORS or route not in files):
        raise ValueError(f"no vetted words for route {route!r}")
    own = load_redirects(language) if door is None else {}
    if route in own:
        files = {**files, **own}
    else:
        own, language = files, None
    file = files[route if door is None else _DOORS]
    heard = _Heard(text, signals, disclosures, history)
    chosen: Stage = door or ("wayback" if way_back else _stage(file, heard))
    main = _fresh(_fitting(file, chosen), history, seed).text
    others = [files[other] for other in also if other != route and other in files]
    kinds = dict.fromkeys(f.lines for f in (file, *others) if f.lines is not None)
    if any(disclosure.kind == "minor" for disclosure in disclosures):
        kinds["youth"] = None
    extra = [v.text for v in file.variants if v.stage == "neck" and file.says("neck", heard.plain)]
    # A paragraph in another language would not be read; the line of its road still stands.
    extra += [_paragraph(file, other) for other in others if other.route in own]
    whole = _joined(main, extra)
    if "{line" not in whole and any(other.lines for other in others):
        whole = _joined(whole, ["{lines}"])
    filled = whole.replace("{emergency}", emergency_in(language, country))
    lines = _lines(tuple(kinds), country, language)
    filled = filled.replace("{lines}", "\n".join(lines)).replace("{line}", lines[0])
    return RedirectText(filled, _sentences(filled), language)


def opened(door: Door, history: Sequence[Turn]) -> bool:
    """Whether a door was named in this thread already; once is enough.

    Args:
        door: The door.
        history: The thread.

    Returns:
        True when one of its wordings stands in it.
    """
    ways = [v.opening for v in load_redirects()[_DOORS].variants if v.stage == door]
    said = [_SPACE.sub(" ", turn.content) for turn in history if turn.role == "assistant"]
    return any(content.startswith(way) for content in said for way in ways)


def redirect_routes() -> tuple[Route, ...]:
    """Every road that has vetted words.

    Returns:
        The roads, by name.
    """
    return tuple(sorted(route for route in load_redirects() if route != _DOORS))


def _stage(file: RedirectFile, heard: _Heard) -> Stage:
    if file.route == "crisis":
        return _crisis_stage(file, heard)
    if file.route in ("abuse", "minor"):
        return "again" if _spoken_of(file.route, heard.history) else "any"
    if file.route == "cheating" and heard.own_cheating:
        return "own"
    cues: tuple[Literal["done", "scheme", "legal", "body"], ...]
    cues = ("done", "scheme", "legal", "body")
    said = [cue for cue in cues if file.says(cue, heard.plain)]
    # Who speaks of the law and of her health needs the words for both.
    return said[0] if len(said) == 1 else "any"


def _crisis_stage(file: RedirectFile, heard: _Heard) -> Stage:
    # What cannot wait stands before her word that she is safe, wherever it stands.
    if file.says("now", heard.whole):
        return "yes"
    told = any(disclosure.kind == "crisis" for disclosure in heard.disclosures)
    if told and not crisis_in_force(heard.disclosures):
        return "misheard" if was_mistaken(heard.disclosures) else "safe"
    if not _spoken_of("crisis", heard.history):
        return "perhaps" if likeness_in_force(heard.disclosures) else "first"
    in_danger = any(signal.route in _DANGER for signal in heard.signals)
    if not in_danger and file.says("reached", heard.plain):
        return "reached"
    said = next((turn for turn in reversed(heard.history) if turn.role == "assistant"), None)
    # A bare yes or no is an answer to the last question only, and that one may have been another.
    if said is not None and said.route == "crisis":
        answers: tuple[Literal["yes", "unsure", "no"], ...] = ("yes", "unsure", "no")
        if file.says("asked", normalise(said.content).text):
            said_so = next((cue for cue in answers if file.says(cue, heard.plain)), None)
            if said_so is not None:
                return said_so
    # Nothing new in this message, and nothing sure before it: the question is all there is.
    quiet = not in_danger and likeness_in_force(heard.disclosures)
    return "still" if quiet else "again"


def _fitting(file: RedirectFile, stage: Stage) -> list[Variant]:
    """The wordings for a stage, else those for the first stage of the file."""
    first = file.variants[0].stage
    return [v for v in file.variants if v.stage == stage] or [
        v for v in file.variants if v.stage == first
    ]


def _spoken_of(route: Route, history: Sequence[Turn]) -> bool:
    # A turn that she stopped before its first word was not spoken.
    return any(
        turn.role == "assistant" and turn.route == route and turn.content for turn in history
    )


def _fresh(fitting: Sequence[Variant], history: Sequence[Turn], seed: int) -> Variant:
    # A turn keeps what was shown, not which variant it was: its first words tell.
    shown = [_SPACE.sub(" ", turn.content) for turn in history if turn.role == "assistant"]
    used = [v for content in shown for v in fitting if content.startswith(v.opening)]
    least = min(used.count(variant) for variant in fitting)
    fresh = [variant for variant in fitting if used.count(variant) == least]
    if len(fresh) > 1 and used:
        fresh = [variant for variant in fresh if variant != used[-1]]
    return fresh[seed % len(fresh)]


def _paragraph(first: RedirectFile, second: RedirectFile) -> str:
    """What the words for one road say of a second one in the same message."""
    own = (v.text for v in first.variants if v.stage == "with" and v.name == second.route)
    general = (v.text for v in second.variants if v.stage == "also")
    return next(own, None) or next(general, "")


def _joined(text: str, paragraphs: Iterable[str]) -> str:
    """One message of several: what the first asks stays the last thing said."""
    body, _, last = text.rpartition("\n\n")
    *before, closing = _split(last)
    if closing.endswith("?"):
        pieces = [body, "".join(before).strip(), *paragraphs, closing]
    else:
        pieces = [text, *paragraphs]
    return "\n\n".join(piece for piece in pieces if piece)


def _lines(kinds: Sequence[HelplineKind], country: str | None, language: str | None) -> list[str]:
    """One line for each kind, or one for several, and a second when there is only one kind."""
    shown: dict[Helpline, None] = {}
    found = [helplines(country, kind) for kind in kinds]
    if "youth" in kinds and not found[kinds.index("youth")]:
        found[kinds.index("youth")] = helplines(country, "crisis")
    for group in found:
        if group and not shown.keys() & set(group):
            shown[group[0]] = None
    for line in (line for group in found for line in group):
        if len(shown) < _LINES_AT_MOST:
            shown[line] = None
    lines = [f"- {line.line}" for line in shown]
    return lines if found and all(found) else [*lines, f"- {finder_in(language)}"]


def _sentences(text: str) -> tuple[Sentence, ...]:
    sentences: list[Sentence] = []
    for paragraph in text.split("\n\n"):
        gap: Literal[" ", "\n", "\n\n"] = "\n\n"
        for line in paragraph.split("\n"):
            for piece in [line] if line.startswith("- ") else _split(line):
                if piece.strip():
                    sentences.append(Sentence(text=piece.strip(), gap=gap))
                    gap = " "
            gap = "\n"
    return tuple(sentences)


def _split(paragraph: str) -> list[str]:
    cuts = [0, *(m.end() for m in _SENTENCE_END.finditer(paragraph)), len(paragraph)]
    return [paragraph[a:b] for a, b in pairwise(cuts)]
