"""The screen as a turn meets it: code first, then, where it is turned on, the adjudicator."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import anyio.to_thread

from coach.parts import Parts
from coach.reply import Disclosure, Status, Turn
from coach.safety import ScreenResult, decide, joined
from coach.safety.screen import raised

__all__ = ["Screened", "screened"]


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


async def screened(
    parts: Parts,
    text: str,
    history: Sequence[Turn],
    retell: Sequence[Turn],
    carried: Sequence[Disclosure],
    say: Callable[[Status], None],
) -> Screened:
    """Screen one message.

    Args:
        parts: What the road works with.
        text: The message.
        history: The thread before it; her last message in it is read together with this one.
        retell: Earlier turns that are in no records.
        carried: What she disclosed before, by the records.
        say: Takes a line for the person while she waits.

    Returns:
        What was found.
    """
    hers = (turn.content for turn in reversed(history) if turn.role == "user")
    found = await anyio.to_thread.run_sync(parts.screen.screen, text, retell, next(hers, None))
    before = joined(carried, found.thread)
    result = replace(found, thread=())
    timings = {"screen": found.ms}
    # Vetted words that end the turn need no second opinion, and nobody in danger waits for one.
    if parts.adjudicator is not None and decide(result, before).kind != "redirect":
        served = await parts.models.current()
        if served is not None:
            say(Status(text="Reading it a second time"))
            began = time.perf_counter()
            local = served.kind == "local"
            more = await parts.adjudicator.ask(served.chat, text, weighed=local)
            result = raised(result, more)
            timings["adjudicator"] = round((time.perf_counter() - began) * 1000, 2)
    return Screened(result, before, timings)
