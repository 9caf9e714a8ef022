"""A coach with the real index, talking to the fake endpoint or to nobody."""

import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from fakes.endpoint import FakeEndpoint

from coach import Coach, Settings

Open = Callable[..., AbstractAsyncContextManager[Coach]]


@pytest.fixture
def coach_settings(cache_dir: Path, tmp_path: Path) -> Callable[..., Settings]:
    """Settings without a model, with an empty data folder; called with what differs."""

    def make(**changes: Any) -> Settings:
        base: dict[str, Any] = {
            "llm": "none",
            "cache_dir": cache_dir,
            "data_dir": tmp_path / "data",
        }
        return Settings.load(**(base | changes))

    return make


@pytest.fixture
def open_coach(coach_settings: Callable[..., Settings]) -> Open:
    """Opens a coach; called with the settings that differ."""

    @contextlib.asynccontextmanager
    async def opened(**changes: Any) -> AsyncIterator[Coach]:
        async with Coach(coach_settings(**changes)) as coach:
            yield coach

    return opened


@pytest.fixture
def asking(open_coach: Open, fake_endpoint: FakeEndpoint) -> Open:
    """Opens a coach that asks the fake endpoint; called with the endpoint's mode."""

    def opened(mode: str, **changes: Any) -> AbstractAsyncContextManager[Coach]:
        base: dict[str, Any] = {
            "llm": "endpoint",
            "model": mode,
            "base_url": fake_endpoint.url,
            "first_token_timeout": 0.6,
            "stall_timeout": 0.5,
            "total_timeout": 5.0,
        }
        return open_coach(**(base | changes))

    return opened
