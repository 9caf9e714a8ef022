"""Which model answers: none, an endpoint, a local one, and what happens in between."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest
import weights as small_model
from fakes.endpoint import FakeEndpoint
from langchain_core.messages import SystemMessage

from coach.errors import ConfigError, ModelError
from coach.models import ModelProvider, ModelStatus, PullStatus, pull
from coach.settings import Settings

from .conftest import until

pytestmark = pytest.mark.anyio


async def test_none_stays_none(settings: Settings) -> None:
    provider = ModelProvider(settings.model_copy(update={"llm": "none"}))
    await provider.start()
    assert await provider.current() is None
    assert provider.status().state == "none"
    await provider.aclose()


async def test_auto_without_weights_is_none_and_says_how_to_get_them(
    settings: Settings, catalogue: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue()
    monkeypatch.setenv("OPENAI_API_KEY", "stray")  # selects nothing
    provider = ModelProvider(settings)
    await provider.start()
    assert await provider.current() is None
    status = provider.status()
    assert (status.state, status.kind) == ("none", None)
    assert "coach model pull" in status.detail
    await provider.aclose()


async def test_an_endpoint_asked_for_by_name_is_there_at_once(fake_endpoint: FakeEndpoint) -> None:
    provider = ModelProvider(Settings.load(llm="endpoint", model="ok", base_url=fake_endpoint.url))
    await provider.start()
    served = await provider.current()
    assert served is not None
    assert (served.name, served.kind) == ("ok", "endpoint")
    assert (await served.chat.ainvoke("Hello.")).content == fake_endpoint.text
    assert provider.status().state == "ready"
    await provider.aclose()
    assert await provider.current() is None


async def test_what_is_missing_is_told_at_the_start(
    settings: Settings, catalogue: Callable[..., object]
) -> None:
    catalogue()
    with pytest.raises(ConfigError, match="COACH_MODEL"):
        await ModelProvider(Settings.load(llm="endpoint")).start()
    with pytest.raises(ModelError, match="coach model pull"):
        await ModelProvider(settings.model_copy(update={"llm": "local"})).start()
    with pytest.raises(ConfigError, match="no local model named 'other'"):
        await ModelProvider(settings.model_copy(update={"local_model": "other"})).start()


async def test_a_pull_of_another_process_is_told(
    settings: Settings, catalogue: Callable[..., object]
) -> None:
    import time

    catalogue()
    path = settings.cache_dir / "models" / "pull.json"
    path.parent.mkdir(parents=True)
    status = PullStatus(name="tiny", done=43, total=100, pid=os.getpid(), updated=time.time())
    provider = ModelProvider(settings)
    await provider.start()

    path.write_text(status.model_dump_json())
    told = provider.status()
    assert (told.state, told.progress) == ("downloading", 0.43)
    assert "43 %" in told.detail

    path.write_text(status.model_copy(update={"error": "It was wrong."}).model_dump_json())
    told = provider.status()
    assert told.state == "failed"
    assert told.detail.startswith("It was wrong.")
    await provider.aclose()


async def test_weights_that_are_not_the_published_ones_are_not_loaded(
    settings: Settings, catalogue: Callable[..., object]
) -> None:
    entry = catalogue()
    path = settings.cache_dir / "models" / "tiny.gguf"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x" * entry.size)  # type: ignore[attr-defined]
    provider = ModelProvider(settings)
    await provider.start()
    told = await reach(provider, "failed")
    assert "not the file its makers published" in told.detail
    assert await provider.current() is None
    await provider.aclose()


@pytest.mark.server
async def test_weights_that_appear_later_are_served_from_a_next_turn(
    settings: Settings, catalogue: Callable[..., object], small_weights: Path
) -> None:
    catalogue(size=small_model.SIZE, sha256=small_model.SHA256)
    quick = settings.model_copy(update={"local_context": 1024})
    provider = ModelProvider(quick, warmup=[SystemMessage("Be kind.")])
    await provider.start()
    assert await provider.current() is None

    await anyio.to_thread.run_sync(lambda: pull(quick, source=str(small_weights)))
    with anyio.fail_after(0.5):  # the turn that notices them does not wait for them
        assert await provider.current() is None
    assert provider.status().state == "starting"

    served = await provider.settled(30)
    assert provider.status().state == "ready"
    assert served is not None
    assert (served.name, served.kind) == ("tiny", "local")
    assert (await served.chat.ainvoke("Say hello.", max_tokens=4)).content
    assert await provider.current() is served

    assert provider._server is not None
    os.kill(provider._server.pid or 0, signal.SIGKILL)
    await reach(provider, "starting")
    again = await provider.settled(20)
    assert again is not served
    assert again is not None
    assert (await again.chat.ainvoke("Say hello.", max_tokens=4)).content
    await provider.aclose()
    assert provider.status().state == "none"
    assert await provider.current() is None


@pytest.mark.server
async def test_no_more_than_one_client_of_an_earlier_child_is_kept(
    settings: Settings, small_weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coach.models.local._BACK_OFF_SECONDS", (0.5, 0.5, 0.5))
    own = {"local_model": str(small_weights), "local_context": 1024, "llm": "local"}
    provider = ModelProvider(settings.model_copy(update=own))
    await provider.start()
    clients = []
    for _ in range(3):
        served = await provider.settled(30)
        assert served is not None
        clients.append(served.chat.root_async_client)
        assert provider._server is not None
        os.kill(provider._server.pid or 0, signal.SIGKILL)
        await reach(provider, "starting")
    assert await provider.settled(30) is not None
    # A turn that began before the last crash may still hold the third.
    assert [client.is_closed() for client in clients] == [True, True, False]
    await provider.aclose()
    assert all(client.is_closed() for client in clients)


async def reach(provider: ModelProvider, state: str) -> ModelStatus:
    await until(lambda: provider.status().state == state, 30)
    return provider.status()
