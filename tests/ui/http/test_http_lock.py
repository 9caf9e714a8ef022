"""The rule in front of every handler: nothing of a locked person's is answered, nor goes on."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from coach import Coach, Settings
from ui.http.identity import IdentityMiddleware, person_of
from ui.http.lock import LockMiddleware

pytestmark = pytest.mark.anyio

PERSON = "k" * 43


@pytest.fixture
def coach(tmp_path: Path, cache_dir: Path) -> Iterator[Coach]:
    settings = Settings.load(llm="none", data_dir=tmp_path / "data", cache_dir=cache_dir)
    with Coach(settings) as opened:
        opened.records.ensure_person(PERSON)
        yield opened


def _client(coach: Coach) -> httpx.AsyncClient:
    async def words(request: Request) -> Response:
        return PlainTextResponse(f"words of {person_of(request)}")

    async def stream(request: Request) -> Response:
        async def chunks() -> AsyncIterator[str]:
            yield "before "
            coach.records.lock.close(person_of(request))
            yield "after"

        return StreamingResponse(chunks())

    async def locking(request: Request) -> Response:
        coach.records.lock.close(person_of(request))
        return PlainTextResponse("words")

    app = Starlette(
        routes=[Route("/words", words), Route("/stream", stream), Route("/locking", locking)]
    )
    app.add_middleware(LockMiddleware, coach=coach)
    app.add_middleware(IdentityMiddleware)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://page.test",
        cookies={"coach_person": PERSON},
    )


async def test_a_locked_person_is_refused_until_it_is_opened(coach: Coach) -> None:
    async with _client(coach) as client:
        assert (await client.get("/words")).text == f"words of {PERSON}"
        coach.records.lock.close(PERSON)
        refused = await client.get("/words")
        assert (refused.status_code, refused.text) == (423, "Locked")
        coach.records.lock.open(PERSON)
        assert (await client.get("/words")).text == f"words of {PERSON}"


async def test_a_stream_that_has_begun_ends_when_it_is_locked(coach: Coach) -> None:
    async with _client(coach) as client:
        assert (await client.get("/stream")).text == "before "


async def test_an_answer_that_was_made_before_it_was_locked_is_not_sent(coach: Coach) -> None:
    async with _client(coach) as client:
        assert (await client.get("/locking")).status_code == 423


async def test_while_it_cannot_be_known_she_is_nobody(coach: Coach) -> None:
    async with _client(coach) as client:
        coach.records.close()
        answer = await client.get("/words")
        assert answer.text.startswith("words of ")
        assert PERSON not in answer.text
        coach.records.open()
