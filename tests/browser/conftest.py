"""Debian's Chromium, the real server, and people who use both.

One browser and one server for all files: whatever belongs to a person is in a browser context of
her own, which is watched for all that it should not do. They end with the last of these files,
because Playwright's loop would be in the way of the tests of other folders.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from chrome import CHROMIUM, FLAGS, Server, Watched, running
from fakes.endpoint import TEXT, FakeEndpoint, running_endpoint
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

expect.set_options(timeout=15_000)

NASTY = (
    '<img src=x onerror="alert(4)"> <script>alert(5)</script> [click](javascript:alert(6)) '
    "<a href='javascript:alert(7)'>there</a> \u202eהוא עזב אותי\u202c 😭😭"
)


@dataclass(frozen=True)
class Folders:
    """Where a server may leave something of hers."""

    data: Path
    temporary: Path
    home: Path


@pytest.fixture(scope="package")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    return Folders(*(tmp_path_factory.mktemp(name) for name in ("data", "temporary", "home")))


@pytest.fixture(scope="package")
def shared_server(folders: Folders, cache_dir: Path) -> Iterator[Server]:
    home = str(folders.home)
    where = {"TMPDIR": str(folders.temporary), "HOME": home, "XDG_CACHE_HOME": f"{home}/cache"}
    with running(folders.data, cache_dir, **where) as one:
        yield one


@pytest.fixture
def server(shared_server: Server) -> Server:
    """The server of all tests; it runs, even if a test before has stopped it and failed."""
    if shared_server.process is None:
        shared_server.start()
    return shared_server


@dataclass(frozen=True)
class Outside:
    """A server whose answers come from an endpoint, and whose article an operator wrote."""

    server: Server
    endpoint: FakeEndpoint


@pytest.fixture(scope="package")
def shared_outside(tmp_path_factory: pytest.TempPathFactory, cache_dir: Path) -> Iterator[Outside]:
    with running_endpoint() as fake, _running_outside(tmp_path_factory, cache_dir, fake) as server:
        yield Outside(server, fake)


@contextmanager
def _running_outside(
    tmp_path_factory: pytest.TempPathFactory, cache_dir: Path, fake: FakeEndpoint
) -> Iterator[Server]:
    articles, cache = tmp_path_factory.mktemp("articles"), tmp_path_factory.mktemp("cache")
    (articles / "walk.md").write_text(
        f"# Walking the dog alone\n\n## The dog still waits at the door {NASTY}\n\n"
        f"Your dog waits at the door for the one who left. Walk the dog at the old hour. {NASTY}\n",
        encoding="utf-8",
    )
    shutil.copytree(cache_dir / "index", cache / "index")  # so that only the new is embedded
    settings = {
        "COACH_ARTICLES": str(articles),
        "COACH_LLM": "endpoint",
        "COACH_MODEL": "ok",
        "OPENAI_API_KEY": "k",
        "OPENAI_BASE_URL": fake.url,
    }
    with running(tmp_path_factory.mktemp("outside"), cache, **settings) as server:
        yield server


@pytest.fixture
def outside(shared_outside: Outside) -> Outside:
    shared_outside.endpoint.text, shared_outside.endpoint.mode = TEXT, None
    return shared_outside


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as one:
        yield one


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def newcomer(chromium: Browser) -> Iterator[Callable[..., Watched]]:
    """Somebody new with a browser of her own; called with what is particular about it."""
    people: list[Watched] = []

    def come(**options: Any) -> Watched:
        usual = {
            "viewport": {"width": 1000, "height": 760},
            "color_scheme": "light",
            "reduced_motion": "reduce",
        }
        people.append(Watched(chromium.new_context(**usual | options)))
        return people[-1]

    yield come
    for one in people:
        one.context.close()
    assert [one.complaints for one in people if one.complaints] == []


@pytest.fixture
def person(newcomer: Callable[..., Watched]) -> Watched:
    return newcomer()
