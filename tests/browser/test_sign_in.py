"""Signing in and out on a small phone, in the dark, and by keyboard.

`COACH_PICTURES=folder pytest tests/browser` also takes pictures.
"""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from chrome import Server, Watched, answered, begin, running, write
from playwright.sync_api import Browser, Page, expect

from coach.records import Records

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("COACH_PICTURES")
PASSWORD = "correct horse battery"
SAID = "i miss him so much tonight"


_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, cache_dir: Path) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("data"), cache_dir, COACH_SIGN_IN="on") as one:
        yield one


def _user(server: Server, name: str) -> str:
    """Somebody new on the server, with a name that nobody had before."""
    name = f"{name}{next(_NUMBERS)}"
    with _records(server) as records:
        records.users.add(name, PASSWORD)
    return name


def _records(server: Server) -> Records:
    return Records(f"sqlite:///{server.environment['COACH_DATA_DIR']}/coach.sqlite3")


@pytest.fixture
def ann(shared: Server) -> str:
    return _user(shared, "ann")


@pytest.fixture
def ben(shared: Server) -> str:
    return _user(shared, "ben")


def _picture(page: Page, name: str) -> None:
    if PICTURES:
        page.wait_for_timeout(600)
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def _sound(page: Page) -> None:
    """Fits, can be touched, and is as readable as the rules ask."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")
    for one in page.locator("input, button, .button, .more a").all():
        box = one.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def _sign_in(page: Page, server: Server, name: str) -> None:
    page.goto(server.url)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    begin(page)


def _is_signed_out(page: Page) -> None:
    expect(page).to_have_title("Sign in")
    expect(page.get_by_text(SAID)).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1000])
def test_in_and_out_by_keyboard(
    chromium: Browser, shared: Server, ann: str, scheme: str, width: int
) -> None:
    height = 568 if width == 320 else 760
    context = chromium.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(shared.url)
    expect(page).to_have_title("Sign in")
    name, password = page.get_by_label("Name"), page.get_by_label("Password")
    expect(name).to_be_focused()
    _sound(page)
    _picture(page, f"sign-in-{width}-{scheme}")
    page.get_by_role("link", name="Help").click()
    expect(page.locator("#country")).to_be_visible()
    _picture(page, f"sign-in-help-{width}-{scheme}")
    page.get_by_role("link", name="Go back").click()
    expect(name).to_be_focused()
    page.keyboard.type(ann.capitalize())
    page.keyboard.press("Tab")
    page.keyboard.type("wrong password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("That did not work.")
    expect(name).to_have_value(ann.capitalize())
    expect(password).to_have_value("")
    expect(password).to_be_focused()
    _sound(page)
    _picture(page, f"sign-in-failed-{width}-{scheme}")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    begin(page)
    assert page.url == shared.url
    _picture(page, f"signed-in-{width}-{scheme}")

    page.get_by_role("button", name="Your conversations").click()
    out = page.get_by_role("link", name="Sign out")
    expect(out).to_be_in_viewport(ratio=1)
    box = out.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    _picture(page, f"signed-in-sidebar-{width}-{scheme}")
    out.focus()
    page.keyboard.press("Enter")
    here = page.get_by_role("button", name="Sign out here")
    expect(here).to_be_focused()
    _sound(page)
    _picture(page, f"sign-out-{width}-{scheme}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("You are signed out.")
    _sound(page)
    assert all(url.startswith(shared.url) for url in asked)
    context.close()


@pytest.fixture
def signed_out(person: Watched) -> Iterator[Watched]:
    """Somebody whose session ends: the browser rightly tells that it was not let in any more."""
    yield person
    person.expect_interruptions()


def test_one_after_the_other_in_the_same_browser(
    signed_out: Watched, shared: Server, ann: str, ben: str
) -> None:
    page = signed_out.context.new_page()
    _sign_in(page, shared, ann)
    write(page, SAID)
    answered(page)
    page.get_by_role("button", name="Your conversations").click()
    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("button", name="Sign out here").click()
    expect(page.get_by_role("status")).to_be_visible()
    for _ in range(2):  # whoever goes back sees nothing of hers
        page.go_back()
        page.wait_for_load_state()
        _is_signed_out(page)

    _sign_in(page, shared, ben)
    expect(page.get_by_role("button", name="He just wrote")).to_be_visible()
    expect(page.get_by_text(SAID)).to_have_count(0)
    page.context.clear_cookies()
    _sign_in(page, shared, ann)
    expect(page.locator("#talk .user-row")).to_have_text(SAID)


def _in_two_tabs(person: Watched, shared: Server, ann: str) -> tuple[Page, Page]:
    """What she wrote in one tab, she sees in another."""
    page, other = (person.context.new_page() for _ in range(2))
    _sign_in(page, shared, ann)
    write(page, SAID)
    answered(page)
    other.goto(shared.url)
    expect(other.locator("#talk .user-row")).to_have_text(SAID)
    return page, other


def test_leaving_signs_out_and_she_comes_back_by_signing_in(
    signed_out: Watched, shared: Server, ann: str
) -> None:
    page, other = _in_two_tabs(signed_out, shared, ann)
    page.get_by_role("button", name="Leave this page").click()
    for one in (page, other):
        one.wait_for_url(f"{shared.url}away")
    for _ in range(2):
        page.go_back()
        page.wait_for_load_state()
        expect(page.get_by_text(SAID)).to_have_count(0)
    other.goto(shared.url)
    _is_signed_out(other)
    # Nothing of leaving is left to be done that would sign her out once more.
    _sign_in(page, shared, ann)
    expect(page.locator("#talk .user-row")).to_have_text(SAID)
    page.reload()
    expect(page.locator("#talk .user-row")).to_have_text(SAID)


def test_what_the_server_did_not_hear_is_told_before_anything_is_shown(
    signed_out: Watched, shared: Server, ann: str
) -> None:
    page = signed_out.context.new_page()
    _sign_in(page, shared, ann)
    write(page, SAID)
    answered(page)
    page.evaluate("localStorage.setItem('page-left', '1')")  # as when the message was lost
    page.goto(shared.url)
    _is_signed_out(page)
    assert page.evaluate("localStorage.getItem('page-left')") is None
    _sign_in(page, shared, ann)
    expect(page.locator("#talk .user-row")).to_have_text(SAID)


def test_deleting_everything_leads_to_signing_in(
    signed_out: Watched, shared: Server, ann: str
) -> None:
    page, other = _in_two_tabs(signed_out, shared, ann)
    page.get_by_role("button", name="Your notes").click()
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_text("You are signed out everywhere.")).to_be_visible()
    _picture(page, "signed-in-delete")
    page.get_by_role("button", name="Delete all of it for good").click()
    _is_signed_out(page)
    expect(page.get_by_role("status")).to_contain_text("Everything you wrote here is deleted")
    _picture(page, "signed-out-deleted")
    _is_signed_out(other)
    page.goto(shared.url)
    page.get_by_label("Name").fill(ann)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#begin")).to_be_visible()  # as on the first day
    begin(page)
    expect(page.locator("#talk .user-row")).to_have_count(0)


def test_a_session_that_was_ended_elsewhere_loses_no_words(
    signed_out: Watched, shared: Server, ann: str
) -> None:
    page = signed_out.context.new_page()
    _sign_in(page, shared, ann)
    box = page.get_by_label("Your message")
    write(page, "hello")
    answered(page)
    empty = signed_out.context.new_page()
    empty.goto(shared.url)
    expect(empty.locator("#talk .user-row")).to_have_text("hello")
    with _records(shared) as records:
        records.users.change_password(ann, PASSWORD)
    write(page, SAID)
    expect(page.locator("#status")).to_contain_text("You are signed out.")
    expect(box).to_have_value(SAID)
    expect(page.locator("#talk")).to_be_hidden()
    expect(page.locator("#threads")).to_be_hidden()
    _picture(page, "signed-out-elsewhere")
    # With nothing in it, nothing is kept in sight; the page finds out by itself.
    empty.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    _is_signed_out(empty)
    page.reload()
    expect(page).to_have_title("Sign in")
