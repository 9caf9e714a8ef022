"""The real server as a program of its own, and what a person does in a real browser."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from playwright.sync_api import BrowserContext, Page, expect

ROOT = Path(__file__).parents[1]
# Read now: the tests themselves see no COACH_ variable.
CHROMIUM = os.environ.get("COACH_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PROGRAM = "from coach import Settings\nfrom ui.http.app import serve\nserve(Settings.load())\n"


@dataclass
class Server:
    """The server as a program of its own, which can be started again."""

    environment: dict[str, str]
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-c", PROGRAM], env=self.environment)
        for _ in range(300):
            assert self.process.poll() is None, "the server ended"
            try:
                httpx.get(f"{self.url}healthz", timeout=30)
            except httpx.ConnectError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the server did not come up")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            assert self.process.wait(20) == 0
            self.process = None


@contextmanager
def running(data: Path, cache: Path, **settings: str) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "COACH_LLM": "none",
        "COACH_DATA_DIR": str(data),
        "COACH_CACHE_DIR": str(cache),
        "COACH_PORT": str(port),
        "PYTHONPATH": str(ROOT),
        **settings,
    }
    server = Server(environment, port)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@dataclass
class Watched:
    """A browser of one person, and everything it should not have done."""

    context: BrowserContext
    complaints: list[str] = field(default_factory=list)

    def expect_interruptions(self) -> None:
        """Leaving cuts off what Gradio is asking for, and a locked page refuses it: both are told
        in the browser's console, and are as they should be."""
        cut_off = ("423 (Locked)", "Failed to fetch", "AbortError", "console: Response")
        self.complaints[:] = [
            one
            for one in self.complaints
            if not (one.startswith("console:") and any(word in one for word in cut_off))
        ]

    def open(self, url: str) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on(
            "console",
            lambda said: (
                self.complaints.append(f"console: {said.text}") if said.type == "error" else None
            ),
        )
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((url, "data:", "blob:"))
                else self.complaints.append(f"request: {request.url}")
            ),
        )
        page.goto(url)
        begin(page)
        return page


def begin(page: Page) -> None:
    """Pass the first visit, where it is shown."""
    box, button = page.get_by_label("Your message"), page.locator("#begin")
    expect(box.or_(button).filter(visible=True)).to_be_visible()
    if button.is_visible():
        button.click()
    expect(box).to_be_visible()


def write(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_role("button", name="Send").click()


def answered(page: Page, count: int = 1) -> None:
    """Wait until so many messages have been answered in full."""
    expect(page.locator("#talk .bot-row")).to_have_count(count)
    expect(page.get_by_role("button", name="Send")).to_be_visible()
