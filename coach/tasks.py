"""Work that has to come to its end although the one who waits for it is cancelled."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import anyio

__all__ = ["in_own_task"]

_T = TypeVar("_T")


async def in_own_task(work: Coroutine[Any, Any, _T], *, cancel: bool) -> _T:
    """Run work in a task of its own, and never leave before that task has ended.

    A cancelled scope strikes again at every step of whatever runs under it, cleaning up
    included; a task of its own is out of its reach. A cancellation of the one who waits is
    raised here once the task has ended.

    Args:
        work: What to run.
        cancel: Whether a cancellation cancels the work, once, or lets it come to its end.

    Returns:
        What the work returns.
    """
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    finally:
        if cancel:
            task.cancel()  # does nothing to a task that has ended
        while not task.done():
            # A second cancellation changes nothing: the first is on its way already.
            with anyio.CancelScope(shield=True), suppress(asyncio.CancelledError):
                await asyncio.wait([task])
