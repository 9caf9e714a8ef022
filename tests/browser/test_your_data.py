"""Her data in a real browser: taken along as two files, deleted, and then nowhere on the disk.

`COACH_PICTURES=folder pytest tests/browser` also takes pictures.
"""

import json
import secrets
from pathlib import Path

import pytest
from chrome import (
    PHONE,
    PICTURES,
    Server,
    Watched,
    answered,
    box_of,
    button,
    open_notes,
    picture,
    write,
)
from playwright.sync_api import Locator, Page, expect

from .conftest import Folders

pytestmark = pytest.mark.browser


def _pictures(page: Page, name: str, shown: Locator) -> None:
    """Small and large, light and dark."""
    if not PICTURES:
        return
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (320, 390, 1000):
            page.set_viewport_size({"width": width, "height": 760})
            shown.scroll_into_view_if_needed()
            picture(page, f"{name}-{scheme}-{width}")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE)


def _notes(page: Page) -> Locator:
    panel = open_notes(page, "Your data")
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
    person: Watched, server: Server, folders: Folders, tmp_path: Path
) -> None:
    canary = secrets.token_hex(12)
    data, temporary, home = folders.data, folders.temporary, folders.home
    cache = Path(server.environment["COACH_CACHE_DIR"])
    page = person.open_on_phone(server.url)
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
        assert box_of(link)["height"] >= 44
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

    button(page, "Delete everything").click()
    sure = button(page, "Delete all of it for good")
    expect(sure).to_be_visible()
    _pictures(page, "data-sure", sure)
    button(page, "Keep it").last.click()
    expect(sure).to_be_hidden()
    expect(page.locator("#talk .user-row")).to_have_count(1)
    button(page, "Delete everything").click()
    sure.click()

    expect(page.get_by_text("Everything is deleted.", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="He just wrote")).to_be_visible()
    picture(page, "data-gone")
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
    page = person.open_on_phone(server.url)
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
        assert box_of(label)["height"] >= 44
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
    button(page, "Delete everything").click()
    page.route("**/forget-me", lambda route: route.abort())
    button(page, "Delete all of it for good").click()
    expect(panel).to_contain_text("nothing has been deleted")
    expect(page.locator("#talk .user-row")).to_have_count(1)
    page.unroute("**/forget-me")
    # The browser itself complains of the request that was cut off.
    person.complaints[:] = [one for one in person.complaints if "ERR_FAILED" not in one]
