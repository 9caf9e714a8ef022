"""Debian's Chromium, the real server, and one person who uses both."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from chrome import CHROMIUM, FLAGS, Server, Watched, running
from playwright.sync_api import Browser, sync_playwright


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, cache_dir: Path) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("data"), cache_dir) as one:
        yield one


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def person(chromium: Browser) -> Iterator[Watched]:
    context = chromium.new_context(
        viewport={"width": 1000, "height": 760}, color_scheme="light", reduced_motion="reduce"
    )
    context.set_default_timeout(15_000)
    watched = Watched(context)
    yield watched
    context.close()
    assert watched.complaints == []
