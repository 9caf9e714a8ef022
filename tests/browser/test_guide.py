"""The guide to an exercise, and the words an answer rests on, on a small phone and by keyboard.

`COACH_PICTURES=folder pytest tests/browser` also takes pictures.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from chrome import Server, Watched, answered, write
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("COACH_PICTURES")
START = "stop me from texting him"
# Axe cannot tell it of words that are scrolled out of sight in part.
_CONTRAST = """one => {
  const light = (colour) => {
    const parts = colour.match(/[0-9.]+/g).slice(0, 3).map((part) => part / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] + 0.05;
  };
  const style = getComputedStyle(one);
  const both = [light(style.color), light(style.backgroundColor)];
  return Math.max(...both) / Math.min(...both);
}"""
_SETTLED = 800  # milliseconds; a page left in the middle of an event complains of it


def _picture(page: Page, name: str) -> None:
    if PICTURES:
        page.wait_for_timeout(800)
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def _everywhere(page: Page, name: str) -> None:
    """Light and dark, narrow and wide: nothing is cut off, and axe has nothing to say of it."""
    sizes = (("light", 320, 568), ("light", 1000, 760), ("dark", 390, 760), ("dark", 1000, 760))
    for scheme, width, height in sizes:
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        expect(page.get_by_role("button", name="Send")).to_be_in_viewport(ratio=1)
        _picture(page, f"{name}-{scheme}-{width}")
        report: dict[str, Any] = Axe().run(page, context="#guide").response
        assert report["passes"]
        assert report["violations"] == []
    page.emulate_media(color_scheme="light")


def test_the_guide_leads_through_an_exercise(person: Watched, server: Server) -> None:
    page = person.open(server.url)
    page.set_viewport_size({"width": 390, "height": 760})
    guide = page.locator("#guide")
    expect(guide).to_be_hidden()
    box = page.locator("#box")
    before = box.bounding_box()
    write(page, START)
    answered(page)
    expect(guide).to_be_visible()
    assert box.bounding_box() == before  # it comes above the box, and the box stays
    steps = guide.get_by_role("button", name="Wait before you write: step 1 of 3.")
    expect(steps).to_have_attribute("aria-expanded", "false")
    _everywhere(page, "guide")
    page.set_viewport_size({"width": 390, "height": 760})
    steps.click()
    here = guide.locator("[aria-current=step]")
    expect(here.locator("summary")).to_have_text("After ten minutes")
    asked = here.locator("p")
    expect(asked).to_be_in_viewport(ratio=1)
    first = asked.inner_text()
    assert first in page.locator("#talk .bot-row").first.inner_text()
    assert box.bounding_box() == before
    _everywhere(page, "guide-open")
    page.set_viewport_size({"width": 390, "height": 760})
    small = guide.locator("button, summary").evaluate_all(
        "all => all.filter(one => one.checkVisibility()).map(one => one.getBoundingClientRect())"
        ".filter(box => box.height < 43.5 || box.width < 43.5).length"
    )
    assert small == 0

    page.get_by_role("button", name="Go on").click()
    answered(page, 2)
    expect(page.locator("#talk .user-row").last).to_have_text("Done")
    expect(here.locator("summary")).to_have_text("What I would have sent")
    now = here.locator("p")
    expect(now).to_be_visible()
    expect(guide.get_by_text("What I need underneath it")).to_be_visible()
    expect(guide.locator("summary")).to_have_count(2)  # what is to come is no more than a name

    # To look at an earlier step again, by keyboard, and to come back: no word is sent.
    earlier = guide.locator("summary", has_text="After ten minutes")
    earlier.focus()
    page.keyboard.press("Enter")
    expect(guide.get_by_text(first)).to_be_visible()
    expect(now).to_be_hidden()
    here.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(now).to_be_visible()
    expect(guide.get_by_text(first)).to_be_hidden()
    expect(page.locator("#talk .user-row")).to_have_count(2)

    # It follows the conversation: after a reload, and in another one.
    at_two = guide.get_by_role("button", name="step 2 of 3")
    page.reload()
    expect(at_two).to_be_visible()
    page.wait_for_timeout(_SETTLED)
    page.get_by_role("button", name="Start a new conversation").click()
    expect(guide).to_be_hidden()
    page.wait_for_timeout(_SETTLED)
    page.reload()
    expect(at_two).to_be_visible()
    page.get_by_label("Your message").fill("come home")
    page.get_by_role("button", name="Go on").click()
    answered(page, 3)
    expect(page.locator("#talk .user-row").last).to_have_text("come home")
    expect(page.get_by_label("Your message")).to_have_value("")
    page.get_by_role("button", name="Finish").click()
    answered(page, 4)
    expect(guide).to_be_hidden()
    _picture(page, "guide-done")
    page.get_by_role("button", name="Read the page").click()
    expect(page.locator("#journal-page")).to_contain_text("come home")
    expect(page.locator("#journal-page")).to_be_in_viewport()


def test_the_words_an_answer_rests_on_are_marked(person: Watched, server: Server) -> None:
    page = person.open(server.url)
    page.set_viewport_size({"width": 390, "height": 760})
    write(page, START)
    answered(page)
    page.get_by_role("button", name="What this answer rests on").click()
    mark = page.locator("#talk mark")
    expect(mark).to_be_visible()
    expect(mark).to_contain_text("This means no begging")
    assert mark.evaluate("one => getComputedStyle(one).textDecorationLine") == "underline"
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        for width in (390, 1000):
            page.set_viewport_size({"width": width, "height": 760})
            page.wait_for_timeout(_SETTLED)
            mark.scroll_into_view_if_needed()
            _picture(page, f"marked-{scheme}-{width}")
            assert mark.evaluate(_CONTRAST) >= 4.5
