"""Small helpers for tests that talk with a coach."""

from collections.abc import Iterable
from typing import Any

import anyio
from fakes.endpoint import FakeEndpoint

from coach import Coach, Sentence

HERS = "i have typed the same text to him nine times tonight, should i send it? i keep begging him"


async def heard(coach: Coach, text: str, **more: Any) -> list[Any]:
    """Every event of one turn; the person is Ann when a thread is named."""
    more |= {"person": "ann"} if more.get("thread") and "person" not in more else {}
    return [event async for event in coach.astream(text, **more)]


def shown(events: Iterable[Any]) -> list[str]:
    return [event.text for event in events if isinstance(event, Sentence)]


async def settled(fake: FakeEndpoint) -> None:
    """Wait until the endpoint has no request open."""
    with anyio.fail_after(2):
        while fake.open:  # noqa: ASYNC110
            await anyio.sleep(0.02)


def thread_of(coach: Coach, person: str = "ann") -> str:
    """A new thread of a person, who is made where needed."""
    coach.records.ensure_person(person)
    return coach.records.create_thread(person).id
