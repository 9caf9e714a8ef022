"""What a message says that matters for safety, decided by code that needs no LLM.

The screen is a list of layers. Each may raise a signal, none may take back another's;
the road is that of the highest signal, in the order of the policy.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from coach.reply import Disclosure, DisclosureKind, Route, Turn
from coach.safety.normalise import Normalised, normalise
from coach.safety.rules import RuleBook, Signal

__all__ = ["PRECEDENCE", "Door", "Layer", "Screen", "ScreenResult", "crisis_in_force", "raised"]

Layer = Callable[[Normalised], Iterable[Signal]]
Door = Literal["grief", "pregnancy", "drinking", "housing", "children"]
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
_ACROSS: frozenset[str] = frozenset({"crisis", "abuse", "violence", "minor"})
_KINDS = frozenset(get_args(DisclosureKind))


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
            layers: Layers to use instead of the built-in ones.
        """
        self._layers: tuple[Layer, ...] = (RuleBook.load(),) if layers is None else tuple(layers)

    def screen(
        self, text: str, history: Sequence[Turn] = (), before: str | None = None
    ) -> ScreenResult:
        """Screen one message in its thread.

        Args:
            text: The message, of any length.
            history: The thread before it, as far as it has to be screened again; only the
                person's own turns are read.
            before: Her message before this one, None when it is the last of `history`.

        Returns:
            The road, the disclosures and the evidence.
        """
        began = time.perf_counter()
        thread = tuple(
            disclosure
            for turn in history
            if turn.role == "user"
            for disclosure in _disclosures(self._signals(turn.content))
        )
        if before is None:
            hers = (turn.content for turn in reversed(history) if turn.role == "user")
            before = next(hers, None)
        signals = _in_order([*self._signals(text), *self._across(before, text)])
        disclosures = _disclosures(signals)
        return ScreenResult(
            route=_route(signals, thread, disclosures),
            disclosures=disclosures,
            thread=thread,
            signals=signals,
            ms=(time.perf_counter() - began) * 1000,
        )

    def _across(self, before: str | None, text: str) -> list[Signal]:
        """What only two short messages together say: "I want to" and then "kill myself"."""
        if not before or max(len(before), len(text)) > _SHORT:
            return []
        border = len(before)
        found = [
            replace(signal, span=(0, signal.span[1] - border - 1))
            for signal in self._signals(f"{before}\n{text}")
            if signal.route in _ACROSS and signal.span[0] < border < signal.span[1] - 1
        ]
        # What the first of them said alone was heard then.
        known = {signal.route for signal in self._signals(before)} if found else set()
        return [signal for signal in found if signal.route not in known]

    def _signals(self, text: str) -> tuple[Signal, ...]:
        plain = normalise(text)
        found = [signal for layer in self._layers for signal in layer(plain)]
        return _in_order(found)


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
    """Whether a crisis was told and she has not said since that she is safe.

    Args:
        disclosures: A person's disclosures, oldest first.

    Returns:
        True while the coach has to stay with her safety.
    """
    in_force = False
    for disclosure in disclosures:
        if disclosure.kind == "crisis":
            in_force = True
        elif disclosure.kind == "safe_now":
            in_force = False
    return in_force


def _in_order(found: Sequence[Signal]) -> tuple[Signal, ...]:
    if any(signal.route == "crisis" for signal in found):
        # "I'm safe" beside a sign of danger is not the plain word that ends a crisis.
        found = [signal for signal in found if signal.route != "safe_now"]
    return tuple(sorted(found, key=lambda s: (_rank(s), -s.score)))


def _rank(signal: Signal) -> int:
    # Marks come first: within one message "I'm safe, but I want to die" is a crisis.
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
