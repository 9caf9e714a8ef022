"""A conversation with a small real model on llama.cpp, on a desktop and on a phone."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from chrome import PHONE, Server, Watched, answered, fits, running, write
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SAID = ("i feel so empty since he left me on sunday", "the evenings are the worst of it")


@pytest.fixture(scope="module")
def with_model(
    tmp_path_factory: pytest.TempPathFactory, cache_dir: Path, small_weights: Path
) -> Iterator[Server]:
    settings = {
        "COACH_LLM": "local",
        "COACH_LOCAL_MODEL": str(small_weights),
        "COACH_LOCAL_CONTEXT": "2048",
        "COACH_LOCAL_SLOTS": "1",
        "COACH_FIRST_TOKEN_TIMEOUT": "60",
    }
    with running(tmp_path_factory.mktemp("data"), cache_dir, **settings) as server:
        for _ in range(300):
            model = httpx.get(f"{server.url}healthz", timeout=30).json()["model"]
            if model["state"] == "ready":
                break
            time.sleep(0.2)
        assert model["state"] == "ready"
        yield server


@pytest.mark.parametrize("size", [{"width": 1000, "height": 760}, PHONE], ids=["desktop", "phone"])
def test_a_conversation(person: Watched, with_model: Server, size: dict[str, int]) -> None:
    page = person.open(with_model.url)
    page.set_viewport_size(size)
    expect(page.locator("#model")).to_contain_text("SmolLM2")
    expect(page.locator("#model")).not_to_contain_text("outside this machine")
    for count, text in enumerate(SAID, start=1):
        write(page, text)
        if count == 1:  # not every answer needs the model; those without it come at once
            expect(page.get_by_role("button", name="Stop")).to_be_visible()
        expect(page.locator("#talk .bot-row")).to_have_count(count, timeout=90_000)
        expect(page.get_by_role("button", name="Send")).to_be_visible(timeout=90_000)
        fits(page)
    answered(page, len(SAID))
    for answer in page.locator("#talk .bot-row").all():
        assert len(answer.inner_text()) > 40
    page.reload()
    expect(page.locator("#talk .user-row")).to_have_text(list(SAID))
