"""Her data in a real browser: taken along as two files, deleted, and then nowhere on the disk.

`COACH_PICTURES=folder pytest tests/browser` also takes pictures.
"""

import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from chrome import Server, Watched, answered, running, write
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("COACH_PICTURES")


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server puts its temporary files, if it makes any."""
    return tmp_path_factory.mktemp("temporary")


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, cache_dir: Path, temporary: Path
) -> Iterator[Server]:
    data, home = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("home")
    where = {"TMPDIR": str(temporary), "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    with running(data, cache_dir, **where) as one:
        yield one


def _picture(page: Page, name: str) -> None:
    if PICTURES:
        page.wait_for_timeout(800)
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def _pictures(page: Page, name: str, shown: Locator) -> None:
    """Small and large, light and dark."""
    if not PICTURES:
        return
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (320, 390, 1000):
            page.set_viewport_size({"width": width, "height": 760})
            shown.scroll_into_view_if_needed()
            _picture(page, f"{name}-{scheme}-{width}")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 760})


def _button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def _notes(page: Page) -> Locator:
    page.get_by_role("button", name="Your notes").click()
    panel = page.locator("#notes")
    expect(panel.get_by_role("heading", name="Your data")).to_be_visible()
    expect(page.locator("#where")).to_contain_text("file on the machine")
    return panel


def _holding(canary: str, *folders: Path) -> list[Path]:
    return [
        one
        for folder in folders
        for one in folder.rglob("*")
        if one.is_file() and canary.encode() in one.read_bytes()
    ]


def test_taken_along_deleted_and_nowhere_on_the_disk(
    person: Watched, server: Server, temporary: Path, tmp_path: Path
) -> None:
    canary = secrets.token_hex(12)
    data, cache = (Path(server.environment[f"COACH_{one}_DIR"]) for one in ("DATA", "CACHE"))
    home = Path(server.environment["HOME"])
    page = person.open(server.url)
    page.set_viewport_size({"width": 390, "height": 760})
    other = person.open(server.url)
    write(page, f"i miss him so much tonight, {canary}")
    answered(page)
    other.reload()
    expect(other.locator("#talk .user-row")).to_contain_text(canary)
    page.evaluate("localStorage.setItem('some-choice', 'x')")
    (before,) = (one for one in page.context.cookies() if one["name"] == "coach_person")

    panel = _notes(page)
    expect(page.locator("#held")).to_contain_text("Conversations: 1")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    links = {name: panel.get_by_role("link", name=name) for name in ("As text to read", "As data")}
    for link in links.values():
        box = link.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    _pictures(page, "data-where", page.locator("#where"))
    _pictures(page, "data-take", links["As data"])
    for name, ending in (("As text to read", "md"), ("As data", "json")):
        with page.expect_download() as waited:
            links[name].click()
        saved = tmp_path / f"saved.{ending}"
        assert waited.value.suggested_filename == f"notes.{ending}"
        waited.value.save_as(saved)
        assert canary in saved.read_text(encoding="utf-8")
    exported = json.loads((tmp_path / "saved.json").read_text(encoding="utf-8"))
    assert canary in exported["threads"][0]["turns"][0]["content"]
    assert exported["person"] == before["value"]
    text = (tmp_path / "saved.md").read_text(encoding="utf-8")
    assert text.startswith("# Everything that is kept of you")
    assert "**The coach**, " in text
    assert _holding(canary, data), "a search that finds nothing proves nothing"
    assert not _holding(canary, temporary, home, cache)

    _button(page, "Delete everything").click()
    sure = _button(page, "Delete all of it for good")
    expect(sure).to_be_visible()
    _pictures(page, "data-sure", sure)
    _button(page, "Keep it").last.click()
    expect(sure).to_be_hidden()
    expect(page.locator("#talk .user-row")).to_have_count(1)
    _button(page, "Delete everything").click()
    sure.click()

    expect(page.get_by_text("Everything is deleted.", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="He just wrote")).to_be_visible()
    _picture(page, "data-gone")
    for one in (page, other):  # the other tab without a touch
        expect(one.locator("#talk .user-row")).to_have_count(0)
        expect(one.get_by_role("button", name="He just wrote")).to_be_visible()
        assert canary not in one.content()
        expect(one.locator("#status .alert")).to_have_count(0)
    assert page.evaluate("localStorage.getItem('some-choice')") is None
    (after,) = (one for one in page.context.cookies() if one["name"] == "coach_person")
    assert after["value"] != before["value"]
    for lost in (canary, before["value"]):
        assert not _holding(lost, data, temporary, home, cache)

    # A new beginning is one, and the line is gone with the first message.
    write(page, "a new evening")
    answered(page)
    expect(page.get_by_text("Everything is deleted.", exact=True)).to_be_hidden()
    page.wait_for_timeout(1000)
    page.reload()
    expect(page.locator("#talk .user-row")).to_have_text("a new evening")
    expect(page.get_by_text("Everything is deleted.", exact=True)).to_be_hidden()
    server.stop()
    assert not _holding(canary, data, temporary, home, cache)
    server.start()


def test_for_how_long_by_keyboard(person: Watched, server: Server) -> None:
    page = person.open(server.url)
    page.set_viewport_size({"width": 390, "height": 760})
    write(page, "i miss him so much tonight")
    answered(page)
    panel = _notes(page)
    forever = panel.get_by_label("Until I delete them")
    expect(forever).to_be_checked()
    forever.focus()
    page.keyboard.press("Tab")  # each is a stop of its own in Gradio's radio
    page.keyboard.press("Space")
    expect(panel.get_by_label("90 days")).to_be_checked()
    expect(panel).to_contain_text("This is how long they are kept from now on.")
    for label in page.locator("#keep-for label").all():
        box = label.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    _pictures(page, "data-keep", panel.get_by_text("This is how long"))
    page.wait_for_timeout(500)
    page.reload()
    panel = _notes(page)
    expect(panel.get_by_label("90 days")).to_be_checked()


def test_where_deleting_fails_nothing_moves_and_she_is_told(
    person: Watched, server: Server
) -> None:
    page = person.open(server.url)
    write(page, "i miss him so much tonight")
    answered(page)
    panel = _notes(page)
    _button(page, "Delete everything").click()
    page.route("**/forget-me", lambda route: route.abort())
    _button(page, "Delete all of it for good").click()
    expect(panel).to_contain_text("nothing has been deleted")
    expect(page.locator("#talk .user-row")).to_have_count(1)
    page.unroute("**/forget-me")
    # The browser itself complains of the request that was cut off.
    person.complaints[:] = [one for one in person.complaints if "ERR_FAILED" not in one]
