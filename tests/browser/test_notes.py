"""An exercise from its chip to its journal page, how she is, and her notes, on a small phone.

`COACH_PICTURES=folder pytest tests/browser` also takes pictures.
"""

import re
from datetime import date, timedelta

import pytest
from chrome import (
    Server,
    Watched,
    answered,
    apart,
    begin,
    box_of,
    button,
    fits,
    open_notes,
    picture,
    write,
)
from playwright.sync_api import expect

from coach.records import Records

pytestmark = pytest.mark.browser

START = "stop me from texting him"

_SETTLED = 1000  # milliseconds; a page left in the middle of an event complains of it


def test_an_exercise_from_its_chips_to_its_page(person: Watched, server: Server) -> None:
    page = person.open_on_phone(server.url)
    write(page, START)
    answered(page)
    guide = page.locator("#guide")
    expect(guide).to_contain_text("Wait before you write: step 1 of 3.")
    expect(page.locator("#status")).to_contain_text("about 10 minutes")
    leave = button(page, "Leave it for now")
    leave.scroll_into_view_if_needed()
    assert box_of(leave)["height"] >= 44
    fits(page)
    picture(page, "exercise-step")
    page.get_by_label("Your message").fill("half a thought")
    leave.click()
    answered(page, 2)
    expect(page.get_by_label("Your message")).to_have_value("half a thought")
    expect(guide).to_be_hidden()
    button(page, "Go on with the exercise").click()
    answered(page, 3)
    said = "please come home, <b>now</b>\nand stay"
    for count, text in enumerate(("it is quieter", said, "sleep"), start=4):
        write(page, text)
        answered(page, count)
    expect(page.locator("#left-page")).to_contain_text("in your journal")
    picture(page, "exercise-done")

    panel = open_notes(page)
    panel.get_by_label("Wait before you write").check()
    kept = page.locator("#journal-page")
    expect(kept).to_contain_text("please come home, <b>now</b>")
    assert kept.locator("b, script, img, a").count() == 0
    fits(page)
    picture(page, "journal")
    button(page, "Change it").click()
    editor = page.get_by_label("The words of this page")
    expect(editor).to_have_value(re.compile("please come home"))
    assert said in editor.input_value()
    editor.fill("What I would have sent\n\nnothing, today")
    picture(page, "journal-change")
    button(page, "Keep these words").click()
    expect(kept).to_contain_text("nothing, today")
    expect(kept.get_by_role("heading")).to_have_text("What I would have sent")
    page.reload()
    panel = open_notes(page)
    panel.get_by_label("Wait before you write").check()
    expect(kept).to_contain_text("nothing, today")
    button(page, "Delete this page").click()
    button(page, "Keep it").click()
    expect(kept).to_be_visible()
    button(page, "Delete this page").click()
    button(page, "Delete it").click()
    expect(panel).to_contain_text("The page is deleted.")
    expect(panel).to_contain_text("Nothing here yet.")


def test_the_wait_ends_without_a_countdown(person: Watched, server: Server) -> None:
    page = person.context.new_page()
    page.clock.install()
    page.goto(server.url)
    begin(page)
    write(page, START)
    answered(page)
    wait = page.locator("#status [data-over]")
    expect(wait).to_contain_text("about 10 minutes")
    page.clock.fast_forward("08:00")
    expect(wait).to_contain_text("about 10 minutes")
    page.clock.fast_forward("03:00")
    expect(wait).to_have_text("The 10 minutes are over. There is still no hurry.")


def test_how_she_is_can_be_told_or_left_and_nothing_moves(person: Watched, server: Server) -> None:
    page = person.open_on_phone(server.url)
    write(page, "i miss him so much tonight")
    answered(page)
    faces = page.locator("#faces button")
    expect(faces).to_have_count(5)
    expect(page.get_by_text("How are you now?")).to_be_visible()
    for face in faces.all():
        assert min(box_of(face)["width"], box_of(face)["height"]) >= 40
    fits(page)
    picture(page, "how-are-you")
    page.set_viewport_size({"width": 320, "height": 568})
    expect(button(page, "Send")).to_be_in_viewport(ratio=1)
    fits(page)
    page.set_viewport_size({"width": 390, "height": 760})
    page.wait_for_timeout(800)
    hers, box = page.locator("#talk .user-row"), page.locator("#box")
    line = page.locator("#check-in")
    before = box_of(hers)["y"], box_of(box)["y"], box_of(line)["height"]
    button(page, "low").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Written down. Nothing is counted.")).to_be_visible()
    expect(faces).to_have_count(0)
    assert (box_of(hers)["y"], box_of(box)["y"], box_of(line)["height"]) == before
    page.reload()
    expect(hers).to_be_visible()
    expect(page.locator("#model")).to_contain_text("article")
    expect(faces).to_have_count(0)
    write(page, "ok thanks, bye")
    answered(page, 2)
    page.get_by_label("Or a word").fill("calmer <i>now</i>")
    page.get_by_label("Or a word").press("Enter")
    expect(page.get_by_text("Written down.")).to_be_visible()
    open_notes(page)
    expect(page.locator("#moods li").first).to_contain_text("calmer <i>now</i>")
    expect(page.locator("#moods li").last).to_contain_text("low")


def test_how_she_is_can_be_passed_over(person: Watched, server: Server) -> None:
    page = person.open_on_phone(server.url)
    write(page, "i miss him so much tonight")
    answered(page)
    button(page, "Not now").click()
    expect(page.locator("#faces button")).to_have_count(0)
    open_notes(page)
    expect(page.locator("#moods")).to_contain_text("Nothing has been written down.")


def test_what_is_remembered_and_the_days_are_hers_to_take_back(
    person: Watched, server: Server
) -> None:
    page = person.open_on_phone(server.url)
    write(page, "my husband Tom left me two weeks ago after nine years")
    answered(page)
    panel = open_notes(page)
    name = panel.get_by_label("A name: Tom")
    name.scroll_into_view_if_needed()
    picture(page, "remembered")
    name.check()
    button(page, "Forget what is chosen").click()
    expect(name).to_have_count(0)
    expect(panel).to_contain_text("Forgotten.")
    button(page, "Forget all of it").click()
    button(page, "Forget it all").click()
    expect(panel).to_contain_text("I remember nothing about you.")

    day = page.get_by_label("The last day you were in touch")
    expect(day).to_have_attribute("type", "date")
    day.fill((date.today() - timedelta(days=12)).isoformat())
    button(page, "Keep this day").click()
    expect(page.locator("#since")).to_have_text("12 days since you were last in touch.")
    day.scroll_into_view_if_needed()
    picture(page, "last-in-touch")
    page.reload()
    open_notes(page)
    expect(page.locator("#since")).to_have_text("12 days since you were last in touch.")
    button(page, "Remove it").click()
    expect(page.locator("#since")).to_have_text("")


def test_a_page_to_read_again_is_mentioned_when_she_comes(person: Watched, server: Server) -> None:
    page = person.open_on_phone(server.url)
    (cookie,) = (one for one in page.context.cookies() if one["name"] == "coach_person")
    data = server.environment["COACH_DATA_DIR"]
    with Records(f"sqlite:///{data}/coach.sqlite3") as records:
        records.ensure_person(cookie["value"])
        records.journal.add(
            cookie["value"], "Wait before you write", "> unsent", revisit_on=date.today()
        )
    page.wait_for_timeout(_SETTLED)
    page.reload()
    line = page.get_by_text("There is a page of yours to read again")
    expect(line).to_be_visible()
    expect(button(page, "Send")).to_be_in_viewport(ratio=1)
    fits(page)
    for one in ("Read it", "Not now"):
        assert box_of(button(page, one))["width"] > 60
    assert apart(button(page, "Read it"), button(page, "Not now"))
    picture(page, "due")
    button(page, "Read it").click()
    expect(page.locator("#journal-page")).to_contain_text("unsent")
    expect(page.locator("#journal-page")).to_be_in_viewport()
    expect(line).to_have_count(0)
    picture(page, "due-read")
    page.wait_for_timeout(_SETTLED)
    page.reload()
    expect(page.get_by_role("button", name="He just wrote")).to_be_visible()
    page.wait_for_timeout(500)
    expect(line).to_have_count(0)


def test_her_notes_by_keyboard_and_an_exercise_from_there(person: Watched, server: Server) -> None:
    page = person.open_on_phone(server.url)
    notes = page.get_by_role("button", name="Your notes")
    notes.focus()
    page.keyboard.press("Enter")
    give = page.locator("#give")
    expect(give).to_be_visible()
    page.keyboard.press("Tab")
    expect(give).to_be_focused()
    page.keyboard.press("Enter")
    answered(page)
    expect(page.locator("#talk .user-row")).to_have_text("Give me an exercise")
    expect(give).to_be_hidden()  # the conversation is in sight again


def test_nothing_in_the_header_lies_on_anything_else(person: Watched, server: Server) -> None:
    page = person.open(server.url)
    title, who = page.locator("#head h1"), page.locator("#who p")
    help_button = page.get_by_role("button", name="Need help now?")
    notes, talk = page.get_by_role("button", name="Your notes"), page.locator("#talk")
    for width, height in ((1280, 800), (768, 1024), (561, 760), (390, 760), (320, 568)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(200)
        parts = [title, who, help_button, notes, talk, page.locator("#box")]
        for place, one in enumerate(parts):
            for other in parts[place + 1 :]:
                assert apart(one, other), (width, one, other)
        expect(button(page, "Send")).to_be_in_viewport(ratio=1)
        fits(page)
        picture(page, f"header-{width}")
    # An open panel lies over the box, and not under its button.
    page.set_viewport_size({"width": 390, "height": 640})
    open_notes(page)
    send = box_of(button(page, "Send"))
    panel = box_of(
        page.locator("#notes > div > .column, #notes > .label-wrap + div > .column").first
    )
    if panel["y"] + panel["height"] > send["y"]:
        middle = send["x"] + send["width"] / 2, send["y"] + 5
        on_top = page.evaluate(
            "([x, y]) => document.elementFromPoint(x, y).closest('#notes') !== null", middle
        )
        assert on_top
