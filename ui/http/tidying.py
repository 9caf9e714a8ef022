"""Lets conversations go whose time is over, when the server starts and once an hour."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from anyio import to_thread

from coach import Coach, CoachError
from ui.web.turns import Turns

__all__ = ["tidying"]

_logger = logging.getLogger(__name__)

_EVERY_SECONDS = 3600.0


@contextlib.asynccontextmanager
async def tidying(
    coach: Coach, turns: Turns, every_seconds: float = _EVERY_SECONDS
) -> AsyncIterator[None]:
    """Tidy now, and again and again for as long as the context is open.

    Args:
        coach: The coach, open for as long as this is.
        turns: The answers being written; their conversations wait.
        every_seconds: How long to wait from one time to the next.
    """
    await _tidy(coach, turns)
    # Not a task group, which would hand an error of the body on in a group of its own.
    task = asyncio.create_task(_again_and_again(coach, turns, every_seconds))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _again_and_again(coach: Coach, turns: Turns, every_seconds: float) -> None:
    while True:
        await asyncio.sleep(every_seconds)
        await _tidy(coach, turns)


async def _tidy(coach: Coach, turns: Turns) -> None:
    spare = turns.threads
    try:
        count = await to_thread.run_sync(lambda: coach.records.retention.apply(spare=spare))
    except CoachError as error:  # the next time may do what this one could not
        _logger.warning("Old conversations could not be deleted: %s", error)
    else:
        if count:
            _logger.info("conversations deleted because their time was over: %d", count)
