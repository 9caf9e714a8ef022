"""Why this answer, a misunderstanding, being safe again, and a country, on a small phone.

`COACH_PICTURES=folder pytest tests/browser` also takes pictures.
"""

from collections.abc import Callable

import pytest
from chrome import PHONE, Server, Watched, answered, box_of, fits, picture, write
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

WHY = "Why this answer?"
SET_ASIDE = "I have set those words aside"


def test_why_and_a_misunderstanding(person: Watched, server: Server) -> None:
    page = person.open_on_phone(server.url)
    write(page, "She called, and he hit me with his best joke, as ever.")
    answered(page)
    picture(page, "why-closed")
    reason = page.get_by_text("I read this as being hurt or controlled by someone.")
    expect(reason).to_be_hidden()  # somebody may be looking over her shoulder
    page.get_by_role("button", name=WHY).click()
    expect(reason).to_be_visible()
    expect(reason).to_contain_text("“")
    reason.scroll_into_view_if_needed()
    fits(page)
    picture(page, "why-open")
    chip = page.get_by_role("button", name="That was a misunderstanding")
    page.reload()
    expect(chip).to_be_visible()
    chip.scroll_into_view_if_needed()
    expect(chip).to_be_in_viewport(ratio=1)
    assert box_of(chip)["height"] >= 44
    picture(page, "misunderstanding")
    chip.click()
    said = page.locator("#talk").get_by_text(SET_ASIDE)
    expect(said).to_be_visible()
    expect(chip).to_have_count(0)
    picture(page, "set-aside")
    page.reload()
    expect(said).to_be_visible()
    expect(page.get_by_role("button", name=WHY)).to_be_visible()
    expect(chip).to_have_count(0)


def test_what_was_told_before_can_be_looked_at_again(person: Watched, server: Server) -> None:
    page = person.open_on_phone(server.url)
    write(page, "he cheated on me with her. he hit me")
    answered(page)
    page.get_by_role("button", name="Being unfaithful: that was a misunderstanding").wait_for()
    picture(page, "several")
    write(page, "I keep checking his page")
    answered(page, 2)
    ask = page.get_by_role("button", name="Did I get something wrong?")
    expect(ask).to_be_in_viewport(ratio=1)
    fits(page)
    picture(page, "ask")
    ask.click()
    first = page.get_by_role("button", name="“he cheated")
    expect(first).to_be_visible()
    expect(page.get_by_role("button", name="None of these")).to_be_in_viewport(ratio=1)
    picture(page, "which")
    first.click()
    expect(page.locator("#status")).to_contain_text("something else you told me still stands")
    expect(ask).to_be_visible()
    fits(page)
    picture(page, "set-aside-earlier")


def test_she_says_that_she_is_safe(person: Watched, server: Server) -> None:
    page = person.open_on_phone(server.url)
    write(page, "i want to die")
    answered(page)
    expect(page.get_by_text("misunderstanding")).to_have_count(0)
    safe = page.get_by_role("button", name="I am safe now")
    safe.scroll_into_view_if_needed()
    picture(page, "crisis")
    safe.click()
    answered(page, 2)
    expect(page.locator("#talk .user-row").last).to_have_text("I am safe now")
    expect(page.locator("#talk .bot-row").last).to_contain_text("988")  # Chromium says en-US
    expect(safe).to_have_count(0)
    picture(page, "safe")


def test_the_country_comes_from_the_browser_and_then_from_her(
    newcomer: Callable[..., Watched], server: Server
) -> None:
    page = newcomer(locale="en-NZ", viewport=PHONE).open(server.url)
    page.get_by_role("button", name="Need help now?").click()
    expect(page.get_by_role("link", name="0800 543 354")).to_be_visible()
    picture(page, "help-nz")
    page.get_by_label("Where are you?").click()
    page.get_by_role("option", name="Ireland").click()
    expect(page.get_by_role("link", name="1800 341 900")).to_be_visible()
    expect(page.get_by_role("link", name="0800 543 354")).to_have_count(0)
    page.wait_for_timeout(300)
    page.reload()
    page.get_by_role("button", name="Need help now?").click()
    expect(page.get_by_label("Where are you?")).to_have_value("Ireland")
    expect(page.get_by_role("link", name="1800 341 900")).to_be_visible()
    page.get_by_role("button", name="Need help now?").click()
    write(page, "i want to die")
    answered(page)
    expect(page.locator("#talk .bot-row")).to_contain_text("116 123")
    kept = page.evaluate("JSON.stringify(Object.keys(localStorage))")
    assert kept == '["coach-country"]'
