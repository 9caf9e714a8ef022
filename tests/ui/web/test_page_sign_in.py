"""Two people who share a server: neither reads what the other wrote, whatever id she names."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from coach import NotFoundError, Settings
from coach.records import Records

from .conftest import Server, Serving, Tab

pytestmark = pytest.mark.anyio

PASSWORD = "correct horse battery"
SECRET = "i miss him so much tonight, and nobody knows"


@asynccontextmanager
async def _tab(server: Server, name: str) -> AsyncIterator[Tab]:
    transport = httpx.ASGITransport(server.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://page.test") as client:
        fields = {"name": name, "password": PASSWORD}
        answer = await client.post("/sign-in", data=fields, headers={"sec-fetch-site": "none"})
        assert answer.status_code == 303
        config = (await client.get("/config")).json()
        yield Tab(client, {one["api_name"]: one["id"] for one in config["dependencies"]})


async def test_two_users_side_by_side(serving: Serving, settings: Settings) -> None:
    shared = settings.model_copy(update={"sign_in": "on"})
    with Records(shared.records_url) as records:
        ann, ben = (records.users.add(name, PASSWORD).person for name in ("ann", "ben"))
    async with serving(shared) as server, _tab(server, "ann") as hers, _tab(server, "ben") as his:
        said = await hers.send(SECRET)
        assert SECRET in said.texts
        kept: Records = server.app.state.coach.records
        (thread,) = kept.threads(ann)

        # Another tab of hers, after signing in once more, has all of it.
        async with _tab(server, "ANN") as again:
            assert SECRET in (await again.load()).texts

        assert SECRET not in (await his.load()).texts
        his.session = hers.session  # and with it the conversation that is open in her tab
        assert SECRET not in (await his.load()).texts
        answer = await his.send("hello")
        assert SECRET not in answer.texts
        assert kept.history(ann, thread.id)[0].turn.content == SECRET
        assert "hello" not in [turn.turn.content for turn in kept.history(ann, thread.id)]
        for reach in (
            lambda: kept.history(ben, thread.id),
            lambda: kept.thread(ben, thread.id),
            lambda: kept.rename_thread(ben, thread.id, "mine"),
            lambda: kept.delete_thread(ben, thread.id),
        ):
            with pytest.raises(NotFoundError):
                reach()
