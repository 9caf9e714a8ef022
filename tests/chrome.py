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
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Locator,
    Page,
    Request,
    expect,
)

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
    _PORTS.add(port)
    try:
        server.start()
        yield server
    finally:
        server.stop()


PHONE = {"width": 390, "height": 760}
PICTURES = os.environ.get("COACH_PICTURES")
_PORTS: set[int] = set()
"""Of every server that was started: what is asked of them is not asked of another host."""


@dataclass
class Watched:
    """A browser of one person, and everything it should not have done on any of its pages."""

    context: BrowserContext
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.set_default_timeout(15_000)
        self.context.on("console", self._said)
        self.context.on("weberror", lambda one: self.complaints.append(f"error: {one.error}"))
        self.context.on("dialog", self._asked)
        self.context.on("request", self._requested)

    def _said(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.complaints.append(f"console: {said.text}")

    def _asked(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _requested(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme in ("data", "blob"):
            return
        if url.hostname not in ("127.0.0.1", "localhost") or url.port not in _PORTS:
            self.complaints.append(f"request: {request.url}")

    def expect_interruptions(self) -> None:
        """Leaving cuts off what Gradio is asking for, and a locked page or a session that has ended
        refuses it: both are told in the browser's console, and are as they should be."""
        cut_off = (
            "423 (Locked)",
            "401 (Unauthorized)",
            "Failed to fetch",
            "AbortError",
            "console: Response",
            "Connection errored out",
        )
        self.complaints[:] = [
            one
            for one in self.complaints
            if not (one.startswith("console:") and any(word in one for word in cut_off))
        ]

    def open(self, url: str) -> Page:
        """The page in a new tab of somebody who has passed the first visit."""
        self.context.add_cookies([{"name": "coach_begun", "value": "1", "url": url}])
        page = self.context.new_page()
        page.goto(url)
        expect(page.get_by_label("Your message")).to_be_visible()
        return page

    def open_on_phone(self, url: str) -> Page:
        """The same on a small phone."""
        page = self.open(url)
        page.set_viewport_size(PHONE)
        return page


def begin(page: Page) -> None:
    """Pass the first visit, where it is shown."""
    box, begins = page.get_by_label("Your message"), page.locator("#begin")
    expect(box.or_(begins).filter(visible=True)).to_be_visible()
    if begins.is_visible():
        begins.click()
    expect(box).to_be_visible()


def write(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_role("button", name="Send").click()


def answered(page: Page, count: int = 1) -> None:
    """Wait until so many messages have been answered in full."""
    expect(page.locator("#talk .bot-row")).to_have_count(count)
    expect(page.get_by_role("button", name="Send")).to_be_visible()


def button(page: Page, name: str) -> Locator:
    """The button that is called just so."""
    return page.get_by_role("button", name=name, exact=True)


def open_notes(page: Page, heading: str = "Journal") -> Locator:
    """Her notes, once one of their panels is there."""
    page.get_by_role("button", name="Your notes").click()
    panel = page.locator("#notes")
    expect(panel.get_by_role("heading", name=heading)).to_be_visible()
    return panel


def box_of(found: Locator) -> dict[str, float]:
    """Where it stands on the page."""
    box = found.bounding_box()
    assert box is not None
    return dict(box)


def apart(first: Locator, second: Locator) -> bool:
    """Whether neither lies on the other."""
    a, b = box_of(first), box_of(second)
    beside = a["x"] + a["width"] <= b["x"] + 1 or b["x"] + b["width"] <= a["x"] + 1
    above = a["y"] + a["height"] <= b["y"] + 1 or b["y"] + b["height"] <= a["y"] + 1
    return beside or above


def fits(page: Page) -> None:
    """Neither the page nor the conversation is wider than there is room."""
    width = page.evaluate("innerWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for talk in page.locator("#talk .bubble-wrap").all():
        assert talk.evaluate("talk => talk.scrollWidth <= talk.clientWidth")


def only_text(page: Page) -> None:
    """Nothing that was written has become a part of the page."""
    page.wait_for_timeout(500)  # a picture that is missing is noticed a moment later
    for part in ("#talk", "#threads"):
        assert page.locator(part).locator("script, img, b, i, a, math, iframe").count() == 0
    fits(page)


def still(page: Page) -> None:
    """Wait until nothing on the page fades or moves any more."""
    page.wait_for_function(
        """async () => {
          const frame = () => new Promise(requestAnimationFrame);
          for (let count = 0; count < 10; count++) {
            await frame();
            if (document.getAnimations().some((one) => one.playState === "running")) return false;
          }
          return true;
        }"""
    )


def picture(page: Page, name: str) -> None:
    """Take one, where `COACH_PICTURES` names a folder for them."""
    if PICTURES:
        page.wait_for_timeout(800)
        page.screenshot(path=Path(PICTURES) / f"{name}.png")
