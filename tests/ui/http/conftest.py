"""A server that several people share, and browsers that reach it."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from coach import Settings
from coach.records import Records
from ui.http.app import create_app

PASSWORD = "correct horse battery"
OWN = {"sec-fetch-site": "same-origin"}
_NUMBERS = itertools.count(1)


@pytest.fixture
def settings(tmp_path: Path, cache_dir: Path) -> Settings:
    return Settings.load(llm="none", sign_in="on", data_dir=tmp_path / "data", cache_dir=cache_dir)


@pytest.fixture(scope="module")
async def app(tmp_path_factory: pytest.TempPathFactory, cache_dir: Path) -> AsyncIterator[FastAPI]:
    """One server for the tests that leave it as it is."""
    data = tmp_path_factory.mktemp("data")
    settings = Settings.load(llm="none", sign_in="on", data_dir=data, cache_dir=cache_dir)
    async with running(settings, "ann", "ben", "cleo", "dora", "emma") as one:
        yield one


@asynccontextmanager
async def running(settings: Settings, *names: str) -> AsyncIterator[FastAPI]:
    with Records(settings.records_url) as records:
        for name in names:
            records.users.add(name, PASSWORD)
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


def browser(app: FastAPI, base: str = "http://page.test", address: str = "") -> httpx.AsyncClient:
    """A browser on a machine of its own."""
    client = (address or f"10.0.0.{next(_NUMBERS)}", 1)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, client=client), base_url=base)


async def sign_in(
    client: httpx.AsyncClient, name: str = "ann", password: str = PASSWORD, **headers: str
) -> httpx.Response:
    fields = {"name": name, "password": password}
    return await client.post("/sign-in", data=fields, headers=headers or OWN)
