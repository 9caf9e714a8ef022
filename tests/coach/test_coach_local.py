"""The whole road with a real llama.cpp and small real weights."""

from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import anyio
import httpx
import pytest

from coach import Coach, Reply, Sentence, Settings
from coach.models.local import Address

from .conftest import Open
from .turns import HERS, heard, shown

pytestmark = [pytest.mark.anyio, pytest.mark.server]


def busy(address: Address) -> bool:
    root = address.base_url.removesuffix("/v1")
    headers = {"Authorization": f"Bearer {address.api_key}"}
    slots = httpx.get(f"{root}/slots", headers=headers, timeout=10, trust_env=False).json()
    return any(slot["is_processing"] for slot in slots)


def address_of(coach: Coach) -> Address:
    server = coach._loaded().models._server
    assert server is not None
    assert server.address is not None
    return server.address


async def test_a_real_model_answers_and_can_be_stopped(
    open_coach: Open, small_weights: Path
) -> None:
    settings = {
        "llm": "local",
        "local_model": str(small_weights),
        "local_context": 2048,
        "local_slots": 1,
        "first_token_timeout": 60.0,
    }
    async with open_coach(**settings) as coach:
        await coach.asettled(90)
        assert coach.model_status().state == "ready"
        events = await heard(coach, HERS)
        reply = events[-1]
        assert isinstance(reply, Reply)
        assert reply.mode in ("llm", "mixed", "article")
        assert reply.model == small_weights.stem
        assert reply.text == " ".join(shown(events))
        assert reply.text.endswith("?")

        stream = coach.astream("i feel so empty since he left me on sunday")
        with anyio.move_on_after(0.5):
            async with aclosing(stream):
                async for event in stream:
                    if isinstance(event, Sentence):
                        break
        with anyio.fail_after(20):
            while busy(address_of(coach)):  # noqa: ASYNC110
                await anyio.sleep(0.1)


def test_code_without_an_event_loop_can_wait_for_the_model(
    coach_settings: Callable[..., Settings], small_weights: Path
) -> None:
    settings = coach_settings(llm="local", local_model=str(small_weights), local_context=1024)
    with Coach(settings) as coach:
        coach.settled(0)
        assert coach.model_status().state == "starting"
        coach.settled(90)
        assert coach.model_status().state == "ready"
