"""The page in a real browser: Debian's Chromium against the real server."""

import re
import time

import pytest
from chrome import Server, Watched, answered, box_of, fits, write
from playwright.sync_api import Route, expect

pytestmark = pytest.mark.browser

MESSAGE = "I keep checking his page, and every time it makes me feel sick."
MORE = "The evenings are the worst of it."
SOURCES = re.compile("What this answer rests on")


def test_write_read_open_reload_restart(person: Watched, server: Server) -> None:
    page = person.open(server.url)
    assert page.title() == "Notebook"  # for whoever looks at the tab or the history
    began = time.monotonic()
    write(page, MESSAGE)
    answered(page)
    assert time.monotonic() - began < 10
    expect(page.locator("#talk .user-row")).to_have_text(MESSAGE)
    expect(page.get_by_label("Your message")).to_have_value("")
    expect(page.locator("#model")).to_contain_text("A program answers here, not a person.")
    expect(page.locator("#model")).to_contain_text("from the article")

    passage = page.get_by_text("stalk his socials")
    expect(passage).to_be_hidden()
    page.get_by_role("button", name=SOURCES).click()
    expect(passage).to_be_visible()

    said = page.locator("#talk .bot-row").inner_text().split("?")[0]
    page.reload()
    expect(page.locator("#talk .bot-row")).to_contain_text(said)
    server.stop()
    server.start()
    page.wait_for_timeout(1000)  # what the page said meanwhile arrives now
    person.complaints.clear()  # it rightly notices that its server went away
    page.goto(server.url)
    expect(page.locator("#talk .user-row")).to_have_text(MESSAGE)
    expect(page.locator("#talk .bot-row")).to_contain_text(said)
    write(page, MORE)
    answered(page, 2)
    expect(page.locator("#talk .user-row")).to_have_text([MESSAGE, MORE])
    expect(page.locator("#talk .bot-row").first).to_contain_text(said)
    page.get_by_role("button", name="Start a new conversation").click()
    expect(page.get_by_text("What is on your mind?")).to_be_visible()


@pytest.mark.parametrize("key", [False, True], ids=["button", "key"])
def test_what_comes_late_is_not_laid_over_what_she_did(
    person: Watched, server: Server, key: bool
) -> None:
    """The page asks what was there before; on a slow machine she is faster than the answer."""
    first = person.open(server.url)
    write(first, MESSAGE)
    answered(first)
    page, held = person.context.new_page(), list[Route]()
    slow = True

    def hold(route: Route) -> None:
        if slow:
            held.append(route)
        else:
            route.continue_()

    page.route("**/queue/join*", hold)
    page.goto(server.url)
    box = page.get_by_label("Your message")
    expect(box).to_be_visible()
    page.wait_for_timeout(500)
    slow = False
    box.fill("  ")
    if key:
        box.press("Enter")
    else:
        page.get_by_role("button", name="Send").click()
    page.wait_for_timeout(500)
    for one in held:
        one.continue_()
    expect(page.locator("#status")).to_contain_text("nothing in the box yet")
    page.wait_for_timeout(1500)
    expect(page.locator("#status")).to_contain_text("nothing in the box yet")
    expect(page.locator("#talk .user-row")).to_have_text(MESSAGE)


def test_starter_sends_a_whole_message(person: Watched, server: Server) -> None:
    page = person.open(server.url)
    page.get_by_role("button", name="The tears won't stop").click()
    answered(page)
    expect(page.locator("#talk .user-row")).to_contain_text("It starts again every time")


def test_empty_and_too_long_are_refused_kindly_and_kept(person: Watched, server: Server) -> None:
    page = person.open(server.url)
    write(page, "  ")
    expect(page.locator("#status")).to_contain_text("nothing in the box yet")
    write(page, "a" * 8001)
    expect(page.locator("#status")).to_contain_text("8,001 characters")
    expect(page.get_by_label("Your message")).to_have_value("a" * 8001)
    expect(page.locator("#talk .message-row")).to_have_count(0)


def test_help_is_in_sight_and_its_numbers_can_be_tapped(person: Watched, server: Server) -> None:
    page = person.open(server.url)
    for width, height in ((1000, 760), (390, 760), (360, 640), (320, 568)):
        page.set_viewport_size({"width": width, "height": height})
        button = page.get_by_role("button", name="Need help now?")
        expect(button).to_be_in_viewport(ratio=1)
        expect(page.get_by_role("button", name="Send")).to_be_in_viewport(ratio=1)
        fits(page)
    page.get_by_role("button", name="Need help now?").click()
    expect(page.get_by_role("link", name="findahelpline.com")).to_be_visible()
    page.get_by_label("Where are you?").click()
    page.get_by_role("option", name="New Zealand").click()
    number = page.get_by_role("link", name="0800 543 354")
    expect(number).to_be_visible()
    assert number.get_attribute("href") == "tel:0800543354"
    expect(page.get_by_label("Where are you?")).to_be_in_viewport(ratio=1)


def test_a_long_answer_is_read_from_its_beginning(person: Watched, server: Server) -> None:
    page = person.open(server.url)
    page.set_viewport_size({"width": 390, "height": 640})
    write(page, "I keep checking his page")
    answered(page)
    write(page, "he hit me last night and i'm scared to go home")
    answered(page, 2)
    page.wait_for_timeout(1000)  # it follows until the text is laid out
    hers = page.locator("#talk .user-row").last
    expect(hers).to_be_in_viewport(ratio=1)
    assert box_of(hers)["y"] - box_of(page.locator("#talk"))["y"] < 60
