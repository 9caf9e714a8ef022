"""A real llama.cpp server with real small weights: life, death and return of the child."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import openai
import pytest
from langchain_core.messages import SystemMessage
from langchain_openai import ChatOpenAI

from coach.models import local_chat_model
from coach.models.endpoint import close_chat
from coach.models.local import Address, LocalServer
from coach.models.warm import warm
from coach.settings import Settings

from .conftest import until

pytestmark = [pytest.mark.anyio, pytest.mark.server]

HERS = "zebrafinch he left me"
RULES = SystemMessage("Speak slowly and kindly. " * 40)


@pytest.fixture(scope="module")
def local_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    cache = tmp_path_factory.mktemp("cache")
    return Settings.load(cache_dir=cache, local_context=1024, local_threads=2)


@pytest.fixture(scope="module")
def server(local_settings: Settings, small_weights: Path) -> Iterator[LocalServer]:
    server = LocalServer(local_settings, small_weights)
    server.start()
    assert server.wait(60) == "ready", server.detail
    yield server
    server.stop()


def address_of(server: LocalServer) -> Address:
    assert server.wait(30) == "ready"
    assert server.address is not None
    return server.address


def busy_slots(address: Address) -> int:
    slots = ask(address, "/slots").json()
    return sum(slot["is_processing"] for slot in slots)


def ask(address: Address, path: str, body: Any = None, key: str | None = None) -> httpx.Response:
    root = address.base_url.removesuffix("/v1")
    headers = {"Authorization": f"Bearer {key or address.api_key}"}
    method = "GET" if body is None else "POST"
    return httpx.request(
        method, root + path, json=body, headers=headers, timeout=30, trust_env=False
    )


async def test_it_streams(server: LocalServer, local_settings: Settings) -> None:
    chat = local_chat_model(local_settings, address_of(server))
    pieces = [str(chunk.content) async for chunk in chat.astream("Say hello.", max_tokens=20)]
    await close_chat(chat)
    assert len([piece for piece in pieces if piece]) > 3


async def test_a_proxy_of_the_environment_is_not_asked(
    server: LocalServer, local_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "ALL_PROXY", "OPENAI_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    chat = local_chat_model(local_settings, address_of(server))
    assert (await chat.ainvoke("Say hello.", max_tokens=8)).content
    await close_chat(chat)


async def test_two_conversations_are_answered_at_once(
    server: LocalServer, local_settings: Settings
) -> None:
    chat = local_chat_model(local_settings, address_of(server))
    spans: list[tuple[float, float]] = []

    async def converse() -> None:
        began = 0.0
        async for _ in chat.astream("Tell me a long story.", max_tokens=30):
            began = began or time.monotonic()
        spans.append((began, time.monotonic()))

    async with anyio.create_task_group() as group:
        group.start_soon(converse)
        group.start_soon(converse)
    await close_chat(chat)
    (first_began, first_ended), (second_began, second_ended) = spans
    assert max(first_began, second_began) < min(first_ended, second_ended)


async def test_cancelling_frees_the_slot(server: LocalServer, local_settings: Settings) -> None:
    address = address_of(server)
    chat = local_chat_model(local_settings, address)
    with anyio.CancelScope() as scope:
        # So small a model may end its answer at any word, unless it is told not to.
        endless = {"ignore_eos": True}
        async for _ in chat.astream("Count to a thousand.", max_tokens=900, extra_body=endless):
            assert busy_slots(address) == 1
            scope.cancel()
    began = time.monotonic()
    while busy_slots(address):
        await anyio.sleep(0.02)
        assert time.monotonic() - began < 3
    await close_chat(chat)


def test_every_slot_holds_the_warmed_beginning(
    local_settings: Settings, small_weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients: list[ChatOpenAI] = []

    def client(settings: Settings, address: Address) -> ChatOpenAI:
        clients.append(local_chat_model(settings, address))
        return clients[-1]

    monkeypatch.setattr("coach.models.warm.local_chat_model", client)

    def prepare(address: Address) -> None:
        warm(local_settings, address, [RULES])

    server = LocalServer(local_settings, small_weights, prepare)
    server.start()
    address = address_of(server)
    messages = [
        {"role": "system", "content": RULES.content},
        {"role": "user", "content": "What now?"},
    ]
    for slot in (0, 1):
        body = {"messages": messages, "max_tokens": 1, "id_slot": slot}
        usage = ask(address, "/v1/chat/completions", body).json()["usage"]
        cached = usage["prompt_tokens_details"]["cached_tokens"]
        assert cached > 150, f"slot {slot}"
        assert usage["prompt_tokens"] - cached < 30
    assert list(address.slot_dir.iterdir()) == []
    server.stop()
    (chat,) = clients
    assert chat.root_client.is_closed()
    assert chat.root_async_client.is_closed()


async def test_a_wrong_key_is_refused(server: LocalServer, local_settings: Settings) -> None:
    address = address_of(server)
    chat = local_chat_model(local_settings, address._replace(api_key="guess"))
    with pytest.raises(openai.AuthenticationError):
        await chat.ainvoke("Hello.")
    await close_chat(chat)
    assert ask(address, "/slots", key="guess").status_code == 401
    assert address.base_url.startswith("http://127.0.0.1:")


def test_neither_the_key_nor_words_are_written_anywhere(
    server: LocalServer, local_settings: Settings
) -> None:
    address = address_of(server)
    ask(address, "/completion", {"prompt": HERS, "n_predict": 4})
    command = Path(f"/proc/{server.pid}/cmdline")
    if command.exists():
        assert address.api_key not in command.read_text()
        environment = Path(f"/proc/{server.pid}/environ").read_text(errors="replace")
        assert address.api_key not in environment
    for path in local_settings.cache_dir.rglob("*"):
        if path.is_file():
            assert b"zebrafinch" not in path.read_bytes(), path
            assert address.api_key.encode() not in path.read_bytes(), path


async def test_a_killed_child_comes_back_with_another_key(
    server: LocalServer, local_settings: Settings
) -> None:
    before = address_of(server)
    pid = server.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await until(lambda: server.address not in (None, before), 20)
    after = address_of(server)
    assert server.pid != pid
    assert after.api_key != before.api_key
    chat = local_chat_model(local_settings, after)
    assert (await chat.ainvoke("Say hello.", max_tokens=8)).content
    await close_chat(chat)


async def test_stopping_leaves_no_orphan(local_settings: Settings, small_weights: Path) -> None:
    server = LocalServer(local_settings, small_weights)
    server.start()
    address = address_of(server)
    pid = server.pid
    assert pid is not None
    server.stop()
    assert (server.state, server.address, server.pid) == ("stopped", None, None)
    assert not alive(pid)
    assert not address.slot_dir.exists()


async def test_stopping_while_it_loads_is_quick(
    local_settings: Settings, small_weights: Path
) -> None:
    server = LocalServer(local_settings, small_weights)
    server.start()
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 5
    assert server.state == "stopped"


async def test_the_child_goes_when_its_parent_is_killed(
    local_settings: Settings, small_weights: Path
) -> None:
    program = (
        "import sys, time; from pathlib import Path\n"
        "from coach.models.local import LocalServer; from coach.settings import Settings\n"
        "settings = Settings.load(cache_dir=sys.argv[1], local_context=1024)\n"
        "server = LocalServer(settings, Path(sys.argv[2])); server.start(); server.wait(60)\n"
        "print(server.pid, server.address.slot_dir, flush=True); time.sleep(60)\n"
    )
    root = Path(__file__).parents[3]
    parent = subprocess.Popen(  # noqa: ASYNC220  it is killed below, not waited for
        [sys.executable, "-c", program, str(local_settings.cache_dir), str(small_weights)],
        stdout=subprocess.PIPE,
        cwd=root,
    )
    with parent:
        assert parent.stdout is not None
        pid, slot_dir = parent.stdout.readline().decode().split()
        child = int(pid)
        assert alive(child)
        parent.kill()
    await until(lambda: not alive(child), 5)
    assert not await anyio.Path(slot_dir).exists()


async def test_weights_that_cannot_be_loaded_fail_after_a_few_tries(
    local_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coach.models.local._BACK_OFF_SECONDS", (0.01, 0.01, 0.01))
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + b"0" * 1000)
    server = LocalServer(local_settings, broken)
    server.start()
    assert server.wait(30) == "failed"
    assert server.detail.startswith("llama.cpp cannot load the local model")
    assert server.pid is None
    server.stop()


async def test_a_failed_model_is_tried_again_after_a_rest(
    local_settings: Settings,
    small_weights: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("coach.models.local._BACK_OFF_SECONDS", (0.01, 0.01, 0.01))
    monkeypatch.setattr("coach.models.local._REST_SECONDS", 1.5)
    weights = tmp_path / "late.gguf"
    weights.write_bytes(b"GGUF" + b"0" * 1000)
    server = LocalServer(local_settings, weights)
    server.start()
    assert server.wait(30) == "failed"
    weights.unlink()
    weights.symlink_to(small_weights)
    await until(lambda: server.state == "ready", 30)
    server.stop()


@pytest.mark.parametrize(
    ("last_words", "sentence"),
    [
        ('{"url": "http://127', "The local model crashed while it was loaded."),
        ("warning: nothing of JSON\\n", "The local model cannot be started (JSONDecodeError)."),
        ("[]\\n", "The local model cannot be started (AttributeError)."),
    ],
)
def test_a_child_that_speaks_nonsense_fails_in_one_sentence(
    local_settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    last_words: str,
    sentence: str,
) -> None:
    monkeypatch.setattr("coach.models.local._BACK_OFF_SECONDS", (0.01, 0.01, 0.01))
    child = tmp_path / "child.py"
    child.write_text(f"print('{last_words}', end='')\n")
    monkeypatch.setattr("coach.models.local._CHILD", child)
    server = LocalServer(local_settings, tmp_path / "any.gguf")
    server.start()
    assert server.wait(20) == "failed"
    assert server.detail == sentence
    server.stop()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A child of a killed parent may wait for init to collect it.
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")
