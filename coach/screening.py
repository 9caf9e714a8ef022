"""The screen as a turn meets it: code first, then, where it is turned on, the adjudicator."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import anyio.to_thread

from coach.parts import Parts
from coach.reply import Disclosure, Status, Turn
from coach.safety import Decision, ScreenResult, decide, joined
from coach.safety.mistaken import denied, set_right, was_mistaken
from coach.safety.screen import raised

__all__ = ["Decided", "Screened", "heard", "screened"]


@dataclass(frozen=True, slots=True)
class Decided:
    """Said on the stream as soon as the road is known.

    Attributes:
        decision: The policy's decision.
        disclosures: What this message disclosed.
    """

    decision: Decision
    disclosures: tuple[Disclosure, ...]


@dataclass(frozen=True, slots=True)
class Screened:
    """What was found in a message, and what was known before it.

    Attributes:
        result: What the message says; of the thread before it nothing.
        carried: What she disclosed before, in the records or in a retold thread.
        timings_ms: Milliseconds each layer took: `screen`, `adjudicator` when it was asked.
    """

    result: ScreenResult
    carried: list[Disclosure]
    timings_ms: dict[str, float]

    @property
    def decided(self) -> Decided:
        """What the policy makes of it."""
        return Decided(decide(self.result, self.carried), self.result.disclosures)


def heard(
    parts: Parts,
    text: str,
    history: Sequence[Turn],
    retell: Sequence[Turn],
    carried: Sequence[Disclosure],
) -> Screened:
    """Screen one message without a language model.

    Args:
        parts: What the road works with.
        text: The message.
        history: The thread before it; her last message in it is read together with this one.
        retell: Earlier turns that are in no records.
        carried: What she disclosed before, by the records.

    Returns:
        What was found.
    """
    hers = (turn.content for turn in reversed(history) if turn.role == "user")
    found = parts.screen.screen(text, retell, next(hers, None))
    known = joined(carried, found.thread)
    no = denied(text, found.signals, known, history)
    if no is not None:
        found = raised(replace(found, signals=()), set_right(found.signals, no))
    found = replace(found, thread=())
    return Screened(found, known, {"screen": found.ms})


async def screened(
    parts: Parts,
    text: str,
    history: Sequence[Turn],
    retell: Sequence[Turn],
    carried: Sequence[Disclosure],
    say: Callable[[Status | Decided], None],
) -> Screened:
    """Screen one message.

    Args:
        parts: As for `heard`.
        text: As for `heard`.
        history: As for `heard`.
        retell: As for `heard`.
        carried: As for `heard`.
        say: Takes a line for the person while she waits, and what is known before a model is
            asked: she may not wait for its answer.

    Returns:
        What was found.
    """
    found = await anyio.to_thread.run_sync(heard, parts, text, history, retell, carried)
    adjudicator, decided = parts.adjudicator, found.decided
    # Nobody in danger waits for a second opinion; every other road may hide a graver one.
    grave = decided.decision.route in ("crisis", "abuse") and decided.decision.kind == "redirect"
    # That it was no crisis is worth a second opinion.
    grave = grave and not was_mistaken(found.result.disclosures)
    if adjudicator is None or grave:
        return found
    served = await parts.models.current()
    if served is None:
        return found
    say(decided)
    say(Status(text="Reading it a second time"))
    began = time.perf_counter()
    more = await adjudicator.ask(served.chat, text, weighed=served.kind == "local")
    took = {"adjudicator": round((time.perf_counter() - began) * 1000, 2)}
    return replace(found, result=raised(found.result, more), timings_ms=found.timings_ms | took)
