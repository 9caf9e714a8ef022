"""What the first visit says, and where it says her words go."""

from typing import Any

import httpx
import pytest

from coach import Settings
from ui.http.app import create_app

pytestmark = pytest.mark.anyio


async def _said(settings: Settings) -> str:
    transport = httpx.ASGITransport(create_app(settings))
    async with httpx.AsyncClient(transport=transport, base_url="http://page.test") as client:
        config: dict[str, Any] = (await client.get("/config")).json()
    texts = [str(one["props"].get("value", "")) for one in config["components"]]
    (found,) = (one for one in texts if "Before you begin" in one)
    return found


@pytest.mark.parametrize("llm", ["none", "auto"])
async def test_her_words_stay_unless_an_endpoint_was_asked_for(
    settings: Settings, llm: str
) -> None:
    # A stray address selects nothing.
    stray = settings.model_copy(update={"llm": llm, "base_url": "https://elsewhere.example/v1"})
    said = await _said(stray)
    assert "stays on the machine" in said
    assert "elsewhere.example" not in said
    assert said.count("<p>") == 4


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://user:secret@models.example.org:8443/v1?key=k", "models.example.org"),
        ("models.example.org/v1", "models.example.org"),
        ("http://127.0.0.1:8080/v1", "127.0.0.1"),
        ("http://<b>x</b>/v1", "&lt;b&gt;x&lt;"),
        (None, "api.openai.com"),
        ("https://user:secret@[broken", "[broken"),
    ],
)
async def test_an_endpoint_is_named_by_its_host_alone(
    settings: Settings, address: str | None, host: str
) -> None:
    endpoint = {"llm": "endpoint", "model": "any", "base_url": address}
    said = await _said(settings.model_copy(update=endpoint))
    assert f"sent to {host} for" in said
    assert "stays on" not in said
    assert "secret" not in said
