"""What a message says that matters for safety, decided by code that needs no LLM.

The screen is a list of layers. Each may raise a signal, none may take back another's;
the road is that of the highest signal, in the order of the policy. A layer that fails is
left out, and the others still count.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from coach.errors import CoachError
from coach.reply import Disclosure, DisclosureKind, Route, Turn
from coach.safety.classifier import Classifier
from coach.safety.language import language_of
from coach.safety.mistaken import denied, in_force, set_right
from coach.safety.normalise import Normalised, normalise
from coach.safety.rules import RuleBook, Signal

__all__ = ["PRECEDENCE", "Door", "Layer", "Screen", "ScreenResult", "crisis_in_force", "raised"]

_log = logging.getLogger(__name__)

Layer = Callable[[Normalised], Iterable[Signal]]
Door = Literal["grief", "pregnancy", "drinking", "panic", "depleted", "housing", "children"]
"""What people bring beside a breakup that the article cannot speak to, and others can."""

PRECEDENCE: tuple[Route, ...] = (
    "crisis",
    "abuse",
    "violence",
    "boundary",
    "cheating",
    "minor",
    "professional",
    "injection",
    "off_topic",
    "close",
    "coach",
)
_SHORT = 160  # characters; two longer messages are not one that was sent in pieces
_PLAIN = 400  # characters; who says more than that says more than that she is safe
_DENIALS = 6  # "I am safe, I won't do it, I promise I won't"
_ACROSS: frozenset[str] = frozenset({"crisis", "abuse", "violence", "minor"})
_ALARMS: frozenset[str] = frozenset({"crisis", "abuse", "violence"})
# Marks, and of which road no likeness counts then.
_EXCUSES = {"adult": "minor", "plea": "crisis", "eased": "crisis"}
_KINDS = frozenset(get_args(DisclosureKind))
# A crisis that an earlier answer of a retold thread was about; its words are not known.
_ANSWERED = Disclosure(kind="crisis", about="self", evidence="", by="thread", score=1.0)


@dataclass(frozen=True, slots=True)
class ScreenResult:
    """What the screen found.

    Attributes:
        route: The road of the message, by the order of the policy; a crisis or an age
            under 18 told earlier in the thread counts as if told now.
        disclosures: What this message disclosed.
        thread: What earlier messages of the thread disclosed, oldest first.
        signals: Everything found in this message, highest road first.
        ms: Milliseconds it took.
    """

    route: Route
    disclosures: tuple[Disclosure, ...]
    thread: tuple[Disclosure, ...]
    signals: tuple[Signal, ...]
    ms: float


class Screen:
    """Screens messages; holds the loaded layers and nothing of any person.

    Example:
        >>> Screen().screen("this breakup is killing me").route
        'coach'
    """

    def __init__(self, layers: Sequence[Layer] | None = None) -> None:
        """Load the layers.

        Args:
            layers: Layers to use instead of the built-in ones, which are the phrase rules and
                the trained classifier.
        """
        built_in = (RuleBook.load, Classifier.load)
        self._layers: tuple[Layer, ...] = (
            tuple(load() for load in built_in) if layers is None else tuple(layers)
        )
        self._phrases = tuple(layer for layer in self._layers if isinstance(layer, RuleBook))

    def screen(
        self, text: str, history: Sequence[Turn] = (), before: str | None = None
    ) -> ScreenResult:
        """Screen one message in its thread.

        Args:
            text: The message, of any length.
            history: The thread before it, as far as it has to be screened again; the person's
                own turns are read, and of the coach's which road they took.
            before: Her message before this one, None when it is the last of `history`.

        Returns:
            The road, the disclosures and the evidence.

        Raises:
            CoachError: Not one of the layers could read it, so that nothing is known of it.
        """
        began = time.perf_counter()
        thread, last = self._retold(history)
        signals = self._heard(text, last if before is None else before)
        disclosures = _disclosures(signals)
        return ScreenResult(
            route=_route(signals, thread, disclosures),
            disclosures=disclosures,
            thread=thread,
            signals=signals,
            ms=(time.perf_counter() - began) * 1000,
        )

    def _retold(self, history: Sequence[Turn]) -> tuple[tuple[Disclosure, ...], str | None]:
        """What a thread disclosed that is in no records, and her last message in it."""
        thread: list[Disclosure] = []
        last: str | None = None
        safe = False  # whether that message says that she is safe
        for at, turn in enumerate(history):
            if turn.role == "user":
                signals = self._heard(turn.content, last)
                no = denied(turn.content, signals, thread, history[:at])
                told = _disclosures(signals if no is None else set_right(signals, no))
                safe = any(disclosure.kind == "safe_now" for disclosure in told)
                thread += told
                last = turn.content
            elif turn.route == "crisis" and not safe and not crisis_in_force(thread):
                # Whatever raised it then, such as the adjudicator: it was a crisis.
                thread.append(_ANSWERED)
        return tuple(thread), last

    def _heard(self, text: str, before: str | None) -> tuple[Signal, ...]:
        """Everything in one message, read alone and together with the one before it."""
        alone = self._alone(text)
        safe = [signal.span for signal in alone if signal.route == "safe_now"]
        # The plain word that she is safe is not the end of a phrase that began before it.
        across = [
            signal
            for signal in self._across(before, text)
            if signal.route != "crisis" or all(signal.span[1] <= start for start, _ in safe)
        ]
        return _in_order([*alone, *across])

    def _alone(self, text: str) -> list[Signal]:
        plain = normalise(text)
        by_layer = [_run(layer, plain) for layer in self._layers]
        if by_layer and all(found is None for found in by_layer):
            # Who was read by nobody must not be coached.
            raise CoachError("The message could not be screened.")
        signals = self._understood(text, by_layer)
        if self._only_denied(text, signals):
            return [signal for signal in signals if signal.route != "crisis"]
        return signals

    def _understood(self, text: str, by_layer: Sequence[list[Signal] | None]) -> list[Signal]:
        """What the layers found, without likenesses that mislead.

        To a trained layer a German sentence may sound like an injection: of a message in another
        language only its alarms count, and what the phrase rules hear. And who tells of the
        fourteen-year-olds she teaches, or of fourteen years of marriage, is no minor for it; nor
        is "promise me he'll come back" a cry for help of another kind.
        """
        signals = [signal for found in by_layer for signal in found or ()]
        likenesses = {
            id(signal)
            for layer, found in zip(self._layers, by_layer, strict=True)
            if layer not in self._phrases
            for signal in found or ()
        }
        marks = {signal.route for signal in signals}
        dropped: set[str] = {road for mark, road in _EXCUSES.items() if mark in marks}
        if likenesses and language_of(text) is not None:
            dropped |= marks - _ALARMS
        return [one for one in signals if one.route not in dropped or id(one) not in likenesses]

    def _only_denied(self, text: str, signals: Sequence[Signal]) -> bool:
        """Whether a crisis was heard in nothing but the words in which she denies it.

        "I am not going to kill myself" resembles what it denies, and to a trained layer it may
        sound the same. So the words in which the phrase rules hear that she is safe are taken
        out of a short message, and every layer reads what is left. Where one of them still
        hears a crisis, it is one; where all are quiet, her word counts. What the phrase rules
        themselves hear as a crisis is never taken for a denial.
        """
        routes = {signal.route for signal in signals}
        if len(text) > _PLAIN or not {"crisis", "safe_now"} <= routes:
            return False
        rest, ours = text, self._by_phrases(text)
        if any(signal.route == "crisis" for signal in ours):
            return False
        for _ in range(_DENIALS):
            said = next((signal for signal in ours if signal.route == "safe_now"), None)
            if said is None:
                break
            start, end = said.span
            rest = f"{rest[:start]}.{rest[end:]}"
            ours = self._by_phrases(rest)
        by_layer = [_run(layer, normalise(rest)) for layer in self._layers]
        return None not in by_layer and not any(
            signal.route == "crisis" for found in by_layer for signal in found or ()
        )

    def _across(self, before: str | None, text: str) -> list[Signal]:
        """What only two short messages together say: "I want to" and then "kill myself".

        Read by the phrase rules alone, which can tell that a phrase began in the one and ended
        in the other. A trained layer would judge the pair as a whole, and so the message
        before once more: its alarm would come again with everything she says next.
        """
        if not before or max(len(before), len(text)) > _SHORT:
            return []
        border = len(before)
        found = []
        for signal in self._by_phrases(f"{before}\n{text}"):
            end = signal.span[1] - border - 1
            if signal.route in _ACROSS and signal.span[0] < border and end > 0:
                found.append(replace(signal, span=(0, end), evidence=text[:end]))
        # What the first of them said alone was heard then.
        known = {signal.route for signal in self._by_phrases(before)} if found else set()
        return [signal for signal in found if signal.route not in known]

    def _by_phrases(self, text: str) -> list[Signal]:
        plain = normalise(text)
        return [signal for rules in self._phrases for signal in _run(rules, plain) or ()]


def raised(result: ScreenResult, more: Iterable[Signal]) -> ScreenResult:
    """What was found with what another layer adds afterwards.

    Args:
        result: What the layers found that need no language model.
        more: Further signals of the same message.

    Returns:
        Both; the road can only become a graver one.
    """
    signals = _in_order([*result.signals, *more])
    disclosures = _disclosures(signals)
    route = _route(signals, result.thread, disclosures)
    return replace(result, route=route, disclosures=disclosures, signals=signals)


def crisis_in_force(disclosures: Iterable[Disclosure]) -> bool:
    """Whether a crisis was told and she has not said since that she is safe or was misheard.

    Args:
        disclosures: A person's disclosures, oldest first.

    Returns:
        True while the coach has to stay with her safety.
    """
    return bool(in_force(disclosures))


def _run(layer: Layer, plain: Normalised) -> list[Signal] | None:
    """What a layer finds, the surest first; None when it failed and found nothing before."""
    found: list[Signal] = []
    try:
        for signal in layer(plain):
            found.append(signal)  # one by one: what came before a fault is kept
    # Whatever is wrong with one layer, the others have to be heard.
    except Exception as error:  # noqa: BLE001
        _log.error("a layer of the screen failed: %s", type(error).__name__)
        if not found:
            return None
    return sorted(found, key=lambda signal: -signal.score)


def _in_order(found: Sequence[Signal]) -> tuple[Signal, ...]:
    if any(signal.route == "crisis" for signal in found):
        # "I'm safe" beside a sign of danger is not the plain word that ends a crisis.
        found = [signal for signal in found if signal.route != "safe_now"]
    # Within a road in the order of the layers: a phrase is better evidence than a likeness.
    return tuple(sorted(found, key=_rank))


def _rank(signal: Signal) -> int:
    return PRECEDENCE.index(signal.route) if signal.route in PRECEDENCE else -1


def _disclosures(signals: Iterable[Signal]) -> tuple[Disclosure, ...]:
    best: dict[tuple[str, str], Disclosure] = {}
    for signal in signals:
        if signal.route in _KINDS and (signal.route, signal.about) not in best:
            best[signal.route, signal.about] = Disclosure.model_validate(
                {
                    "kind": signal.route,
                    "about": signal.about,
                    "evidence": signal.evidence,
                    "by": signal.rule,
                    "score": signal.score,
                }
            )
    return tuple(best.values())


def _route(
    signals: Iterable[Signal],
    thread: tuple[Disclosure, ...],
    disclosures: tuple[Disclosure, ...],
) -> Route:
    raised: set[str] = {signal.route for signal in signals}
    if crisis_in_force(thread + disclosures):
        raised.add("crisis")
    if any(disclosure.kind == "minor" for disclosure in thread):
        raised.add("minor")
    return next((route for route in PRECEDENCE if route in raised), "coach")
