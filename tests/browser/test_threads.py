"""Her conversations in the sidebar, on a desktop, on a small phone and by keyboard alone.

`COACH_PICTURES=folder pytest tests/browser` also takes pictures.
"""

import pytest
from chrome import Server, Watched, answered, box_of, button, fits, picture, write
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

FIRST = "i keep checking his page every single night"
SECOND = "the flat is so <b>quiet</b> without him"


def _two(page: Page) -> None:
    write(page, FIRST)
    answered(page)
    button(page, "Start a new conversation").click()
    expect(page.locator("#talk .user-row")).to_have_count(0)
    write(page, SECOND)
    answered(page)


def _side(page: Page) -> Locator:
    button(page, "Your conversations").click()
    side = page.locator("#threads")
    expect(side.locator("#thread-list label").first).to_be_visible()
    return side


def _shown(page: Page, text: str) -> None:
    expect(page.locator("#talk .user-row")).to_have_text(text)


def test_open_search_rename_delete_reload(person: Watched, server: Server) -> None:
    page = person.open(server.url)
    toggle = button(page, "Your conversations")
    expect(toggle).to_have_attribute("aria-expanded", "false")
    toggle.click()
    expect(page.get_by_text("Nothing here yet. What you write is kept here")).to_be_visible()
    expect(toggle).to_have_attribute("aria-expanded", "true")
    toggle.click()
    _two(page)
    side = _side(page)
    entries = side.locator("#thread-list label")
    expect(entries).to_have_count(2)
    expect(entries.first).to_contain_text(SECOND)  # as text
    expect(entries.first.locator("input")).to_be_checked()
    picture(page, "threads")

    entries.last.click()
    _shown(page, FIRST)
    expect(page.get_by_text("Open now: i keep checking")).to_be_visible()
    page.get_by_label("Search in them").fill("FLAT is")
    expect(entries).to_have_count(1)
    expect(entries).to_contain_text("flat is so <b>quiet</b>")
    page.get_by_label("Search in them").fill("100%")
    expect(page.get_by_text("None of your conversations has this in it.")).to_be_visible()
    page.get_by_label("Search in them").fill("")
    expect(entries).to_have_count(2)

    button(page, "Rename").click()
    name = page.get_by_label("A name for this conversation")
    name.fill(" ")
    button(page, "Keep this name").click()
    expect(page.get_by_text("A name needs at least one word.")).to_be_visible()
    name.fill("Those nights")
    button(page, "Keep this name").click()
    expect(entries.last).to_contain_text("Those nights")
    page.reload()
    _shown(page, SECOND)  # the latest, and the sidebar is closed
    side = _side(page)
    entries.last.click()
    _shown(page, FIRST)
    button(page, "Delete").click()
    expect(page.get_by_text("gone for good")).to_be_visible()
    picture(page, "threads-delete")
    button(page, "Keep it").click()
    button(page, "Delete").click()
    button(page, "Delete this conversation").click()
    expect(page.get_by_text("The conversation is deleted.")).to_be_visible()
    expect(page.get_by_text("What is on your mind?")).to_be_visible()
    expect(entries).to_have_count(1)
    # What she writes now is in the list at once.
    write(page, "a third beginning")
    answered(page)
    expect(entries).to_have_count(2)
    expect(entries.first).to_contain_text("a third beginning")
    page.reload()
    _side(page)
    expect(entries).to_have_count(2)


def test_on_a_small_phone_it_covers_the_chat_and_goes_away(person: Watched, server: Server) -> None:
    page = person.open_on_phone(server.url)
    expect(page.locator("#threads.open")).to_have_count(0)
    _two(page)
    side = _side(page)
    expect(page.get_by_role("button", name="Need help now?")).to_be_in_viewport(ratio=1)
    for control in side.get_by_role("button").all():
        box = box_of(control)
        assert min(box["width"], box["height"]) >= 44
    fits(page)
    picture(page, "threads-phone")
    page.get_by_label("Search in them").fill("single night")
    expect(side.locator("#thread-list label")).to_have_count(1)
    side.locator("#thread-list label").click()
    _shown(page, FIRST)
    expect(page.locator("#threads.open")).to_have_count(0)
    expect(page.get_by_label("Your message")).to_be_in_viewport(ratio=1)
    button(page, "Your conversations").click()
    button(page, "New conversation").click()
    expect(page.get_by_text("What is on your mind?")).to_be_visible()
    expect(page.locator("#threads.open")).to_have_count(0)
    page.set_viewport_size({"width": 320, "height": 568})
    page.wait_for_timeout(500)
    fits(page)


def test_by_keyboard_alone(person: Watched, server: Server) -> None:
    page = person.open(server.url)
    _two(page)
    page.set_viewport_size({"width": 390, "height": 760})
    # What is out of sight is out of reach.
    expect(button(page, "New conversation")).to_have_count(0)
    button(page, "Your conversations").focus()
    page.keyboard.press("Enter")
    marked = page.locator("#thread-list input:checked")
    expect(marked).to_have_count(1)
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('#thread-list input')"):
            break
    expect(marked).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#talk .user-row")).to_have_text(FIRST)
    expect(page.locator("#threads.open")).to_have_count(0)
    toggle = button(page, "Your conversations")
    expect(toggle).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#threads.open")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(button(page, "New conversation")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#threads.open")).to_have_count(0)
    expect(toggle).to_be_focused()
