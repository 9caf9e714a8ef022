"""What she can do with a message, on a desktop and on a phone."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from chrome import (
    ROOT,
    Server,
    Watched,
    answered,
    apart,
    box_of,
    button,
    fits,
    still,
    write,
)
from playwright.sync_api import Locator, Page, Request, expect

pytestmark = pytest.mark.browser

HIT = "He hit me on Sunday and I still want him back."
WIN = "how can i win him back"
SAD = "i miss him so much tonight"
CLOSED = [
    sentence["text"]
    for sentences in yaml.safe_load((ROOT / "knowledge/stance.yaml").read_text("utf-8"))[
        "passages"
    ].values()
    for sentence in sentences
    if "abuse" in sentence.get("forbidden_after", ())
]
"""What the article says that must not reach her once she has told of abuse."""


def _buttons(page: Page) -> Locator:
    return page.locator("#talk .message-buttons button:visible")


@contextmanager
def _in_full(page: Page) -> Iterator[None]:
    """Wait until what is asked for in it has been answered, and the stream of the answer ends."""
    ended: list[str] = []

    def note(request: Request) -> None:
        if "/queue/data" in request.url:
            ended.append(request.url)

    # Which of the two depends on who hangs up first.
    page.on("requestfinished", note)
    page.on("requestfailed", note)
    yield
    for _ in range(150):
        if ended:
            break
        page.wait_for_timeout(100)
    assert ended
    page.remove_listener("requestfinished", note)
    page.remove_listener("requestfailed", note)


def _shown(page: Page) -> str:
    for title in page.locator("#talk .thought-group > .title").all():
        if title.get_attribute("aria-expanded") == "false":
            title.click()
    page.wait_for_timeout(300)
    return page.locator("#talk").inner_text()


def test_after_abuse_neither_a_change_nor_another_answer_helps_to_win_him_back(
    person: Watched, server: Server
) -> None:
    page = person.open_on_phone(server.url)
    write(page, WIN)
    answered(page)
    shown = _shown(page)
    assert [one for one in CLOSED if one in shown], "or the rest would prove nothing"
    button(page, "Start a new conversation").click()
    expect(page.locator("#talk .user-row")).to_have_count(0)
    write(page, HIT)
    answered(page)
    button(page, "Edit").click()
    page.locator("#talk .user-row textarea").fill(WIN)
    with _in_full(page):
        button(page, "Submit").click()
    expect(page.locator("#talk .user-row")).to_have_text(WIN)
    _is_careful(page)
    with _in_full(page):
        button(page, "Retry").click()
    _is_careful(page)
    page.reload()
    expect(page.locator("#talk .user-row")).to_have_text(WIN)
    _is_careful(page)


def _is_careful(page: Page) -> None:
    expect(page.locator("#talk")).to_contain_text("Why this answer?")
    shown = _shown(page)
    assert "being hurt or controlled" in shown
    assert [one for one in CLOSED if one in shown] == []


def test_on_a_phone_they_stand_under_the_newest_pair(person: Watched, server: Server) -> None:
    page = person.open_on_phone(server.url)
    write(page, SAD)
    answered(page)
    write(page, "the evenings are the worst of it")
    answered(page, 2)
    names = {"Edit", "Copy message", "Retry", "Undo", "Like", "Dislike"}
    for width, height in ((390, 760), (320, 568)):
        page.set_viewport_size({"width": width, "height": height})
        still(page)
        fits(page)
        found = _buttons(page).all()
        assert {one.get_attribute("aria-label") for one in found} >= names
        said = page.locator("#talk .message:visible").all()
        for number, one in enumerate(found):
            box = box_of(one)
            assert min(box["width"], box["height"]) >= 44
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert all(apart(one, other) for other in (*found[number + 1 :], *said))
    first, last = page.locator("#talk .user-row").all()
    assert all(box_of(one)["y"] > box_of(last)["y"] for one in found), "none under what was before"
    assert box_of(first)["y"] < box_of(last)["y"]
    button(page, "Undo").click()
    expect(page.get_by_label("Your message")).to_have_value("the evenings are the worst of it")
    expect(page.locator("#talk .user-row")).to_have_text(SAD)
    expect(button(page, "Edit")).to_be_visible()
    page.set_viewport_size({"width": 1000, "height": 760})
    assert _buttons(page).count() >= len(names)


def test_a_conversation_made_temporary_is_nowhere_but_on_the_page(
    person: Watched, server: Server
) -> None:
    canary = "lanterns over the weir"
    data = Path(server.environment["COACH_DATA_DIR"])
    page = person.open_on_phone(server.url)
    write(page, f"{HIT} I keep seeing the {canary}")
    answered(page)
    assert _holding(canary, data), "a search that finds nothing proves nothing"
    make = button(page, "Make this chat temporary")
    expect(make).to_be_in_viewport(ratio=1)
    make.click()
    expect(page.locator("#status")).to_contain_text("This chat is now only on this page.")
    expect(page.locator("#talk .user-row")).to_contain_text(canary)
    expect(make).to_be_hidden()
    assert not _holding(canary, data)
    write(page, f"still thinking of {canary}")
    answered(page, 2)
    assert not _holding(canary, data)
    fits(page)
    page.wait_for_timeout(500)
    page.reload()
    expect(page.get_by_text("What is on your mind?")).to_be_visible()
    assert canary not in page.content()
    button(page, "Your conversations").click()
    expect(page.get_by_text("Nothing here yet.").first).to_be_visible()


def _holding(canary: str, folder: Path) -> list[Path]:
    files = [one for one in folder.rglob("*") if one.is_file()]
    return [one for one in files if canary.encode() in one.read_bytes()]
