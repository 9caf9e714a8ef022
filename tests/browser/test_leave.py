"""Leaving at once, and the lock, with a browser that keeps pages for "Back" as people's do.

`COACH_PICTURES=folder pytest tests/browser` also takes pictures.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from chrome import CHROMIUM, FLAGS, Server, Watched, answered, box_of, picture, still, write
from playwright.sync_api import Browser, Page, Playwright, Route, expect

pytestmark = pytest.mark.browser

SAID = "he hit me last night and i'm scared to go home"
WORDS = "a quiet lamp"
_SETTLED = 1000  # milliseconds; a page left in the middle of an event complains of it
_IS_ON_TOP = """(button) => {
  const {x, y, width, height} = button.getBoundingClientRect();
  return button.contains(document.elementFromPoint(x + width / 2, y + height / 2));
}"""
_TEXT_ENDS_AT = """(title) => {
  const text = document.createRange();
  text.selectNodeContents(title);
  return text.getBoundingClientRect().right;
}"""
HERS = re.compile("hit me|scared|breakup|coach|conversation|half a thought", re.IGNORECASE)


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Unlike Playwright's own choice, with the cache for going back and forward."""
    browser = playwright.chromium.launch(
        executable_path=CHROMIUM,
        args=FLAGS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield browser
    browser.close()


def _told(person: Watched, server: Server) -> Page:
    page = person.open(server.url)
    write(page, SAID)
    answered(page)
    expect(page.locator("#talk .bot-row")).to_contain_text("safe", ignore_case=True)
    return page


def _is_the_dull_page(page: Page, server: Server) -> None:
    page.wait_for_url(f"{server.url}away")
    expect(page.get_by_role("heading", name="Cups to grams")).to_be_visible()
    assert "Cups to grams" in page.title()
    assert not HERS.search(page.content())


def _is_locked(page: Page) -> None:
    expect(page.get_by_role("heading", name="This page is locked.")).to_be_visible()
    assert page.title() == "Locked"
    assert not HERS.search(page.content())


def _escape(page: Page, times: int = 3) -> None:
    for _ in range(times):
        page.keyboard.press("Escape")


def test_the_button_blanks_the_page_and_back_does_not_return(
    person: Watched, server: Server
) -> None:
    page = _told(person, server)
    other = person.open(server.url)
    expect(other.locator("#talk .user-row")).to_have_text(SAID)
    page.evaluate("sessionStorage.setItem('draft', 'half a thought')")
    page.get_by_label("Your message").fill("half a thought")
    page.get_by_role("button", name="Leave this page").click()
    _is_the_dull_page(page, server)
    assert page.evaluate("Object.keys(sessionStorage)") == []
    _is_the_dull_page(other, server)  # the other tab left with it
    page.go_back()
    assert page.url == "about:blank"  # what was there before the coach was opened
    page.go_forward()
    _is_the_dull_page(page, server)

    page.goto(server.url)
    _is_locked(page)
    page.reload()
    _is_locked(page)
    server.stop()
    server.start()
    page.goto(server.url)
    _is_locked(page)
    other.goto(server.url)
    _is_locked(other)
    other.get_by_role("button", name="Open it again").click()
    expect(other.locator("#talk .user-row")).to_have_text(SAID)
    page.reload()
    expect(page.locator("#talk .user-row")).to_have_text(SAID)
    expect(page.get_by_label("Your message")).to_have_value("")


def test_three_escapes_leave_and_one_keeps_its_meaning(person: Watched, server: Server) -> None:
    page = _told(person, server)
    box = page.get_by_label("Your message")
    box.fill("half a thought")
    box.focus()
    _escape(page, 2)
    page.wait_for_timeout(1700)
    _escape(page, 2)
    page.wait_for_timeout(1700)
    expect(box).to_have_value("half a thought")
    expect(box).to_be_focused()
    _escape(page)
    _is_the_dull_page(page, server)


def test_no_entry_of_the_history_shows_what_she_wrote(person: Watched, server: Server) -> None:
    page = _told(person, server)
    page.goto(f"{server.url}?again")
    expect(page.locator("#talk .user-row")).to_have_text(SAID)
    page.goto(f"{server.url}help-lines")
    page.get_by_role("link", name="Go back").click()
    expect(page.locator("#talk .user-row")).to_have_text(SAID)
    page.wait_for_timeout(_SETTLED)
    _escape(page)
    _is_the_dull_page(page, server)
    for _ in range(3):
        page.go_back()
        _is_locked(page)
    person.expect_interruptions()


def test_back_at_once_is_too_late_even_if_the_server_has_not_heard(
    person: Watched, server: Server
) -> None:
    page = _told(person, server)
    page.goto(f"{server.url}?again")
    expect(page.locator("#talk .user-row")).to_have_text(SAID)
    page.evaluate("navigator.sendBeacon = () => true")  # as if it was lost on the way
    page.get_by_role("button", name="Leave this page").click()
    _is_the_dull_page(page, server)
    page.go_back()
    _is_locked(page)
    person.expect_interruptions()


def test_word_that_it_is_locked_does_not_call_her_back(
    newcomer: Callable[..., Watched], server: Server
) -> None:
    person = newcomer(service_workers="block")  # one would ask in the page's place
    page = _told(person, server)
    held: dict[str, Route] = {}

    def hold(route: Route) -> None:
        held[route.request.url.removeprefix(server.url)] = route

    page.route(re.compile("/(here|away)$"), hold)
    page.evaluate("() => { fetch('/here'); }")
    page.get_by_role("button", name="Leave this page").click(no_wait_after=True)
    for _ in range(100):
        if held.keys() == {"here", "away"}:
            break
        page.wait_for_timeout(50)
    held["here"].fulfill(status=423)
    page.wait_for_timeout(_SETTLED)
    held["away"].continue_()
    _is_the_dull_page(page, server)
    person.expect_interruptions()


def test_it_leaves_while_the_server_is_gone(person: Watched, server: Server) -> None:
    page = _told(person, server)
    server.stop()
    page.get_by_role("button", name="Leave this page").click()
    page.wait_for_timeout(1500)
    assert not HERS.search(page.content())
    server.start()
    person.complaints.clear()  # the page rightly notices that its server went away
    # In another tab: this one still tries for the dull page, and gets it now.
    other = person.context.new_page()
    other.goto(server.url)
    _is_locked(other)
    person.expect_interruptions()


def test_the_dull_page_asks_for_nothing(person: Watched, server: Server) -> None:
    page = person.context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.url}away")
    page.wait_for_timeout(500)
    assert [url for url in asked if not url.startswith("data:")] == [f"{server.url}away"]
    assert page.locator("script, a, form").count() == 0
    for width in (320, 390, 1000):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        picture(page, f"away-{width}")


def test_a_passphrase_wrong_right_changed_and_removed(person: Watched, server: Server) -> None:
    page = _told(person, server)
    page.get_by_role("button", name="Your notes").click()
    new = page.get_by_label("A new passphrase")
    new.scroll_into_view_if_needed()
    picture(page, "lock-panel-without")
    new.fill("short")
    page.get_by_role("button", name="Set this passphrase").click()
    expect(page.locator("#notes")).to_contain_text("needs at least 8 characters")
    new.fill(WORDS)
    page.get_by_role("button", name="Set this passphrase").click()
    expect(page.locator("#notes")).to_contain_text("The passphrase is set.")
    expect(new).to_have_value("")
    itself = page.get_by_label("Lock by itself")
    itself.check()
    expect(page.locator("#notes")).to_contain_text("From now on it locks by itself.")
    for width in (320, 390, 1000):
        page.set_viewport_size({"width": width, "height": 760})
        itself.scroll_into_view_if_needed()
        picture(page, f"lock-panel-{width}")
    page.get_by_role("button", name="Lock it now").click()
    _is_locked(page)
    expect(page.get_by_role("button", name="Open it again")).to_have_count(0)

    field = page.get_by_label("Passphrase")
    for width in (320, 390, 1000):
        page.set_viewport_size({"width": width, "height": 600})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        picture(page, f"locked-{width}")
    for count in range(1, 6):
        field.fill("not this one")
        field.press("Enter")
        page.wait_for_url("**/?wrong=1")
        pause = "there is a pause" if count == 5 else "That was not it. You can try again."
        expect(page.get_by_role("status")).to_contain_text(pause)
    field.fill(WORDS)
    field.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("there is a pause")
    picture(page, "locked-pause")
    _has_waited(Path(server.environment["COACH_DATA_DIR"]), person)
    field.fill(WORDS)
    field.press("Enter")
    expect(page.locator("#talk .user-row")).to_have_text(SAID)

    page.get_by_role("button", name="Your notes").click()
    expect(itself).to_be_checked()
    page.get_by_label("The passphrase you have now").fill("not this one")
    page.get_by_role("button", name="Remove it").last.click()
    expect(page.locator("#notes")).to_contain_text("That is not the passphrase you have now.")
    page.get_by_label("The passphrase you have now").fill(WORDS)
    page.get_by_role("button", name="Remove it").last.click()
    expect(page.locator("#notes")).to_contain_text("The passphrase is removed.")
    expect(itself).to_have_count(0)


def test_help_is_reached_and_all_can_be_deleted_while_it_is_locked(
    person: Watched, server: Server
) -> None:
    page = _told(person, server)
    page.get_by_role("button", name="Your notes").click()
    page.get_by_label("A new passphrase").fill(WORDS)
    page.get_by_role("button", name="Set this passphrase").click()
    expect(page.locator("#notes")).to_contain_text("The passphrase is set.")
    _escape(page)
    _is_the_dull_page(page, server)
    page.goto(server.url)
    page.get_by_role("link", name="Help").click()
    page.get_by_label("Where are you?").select_option("New Zealand")
    page.get_by_role("button", name="Show").click()
    number = page.get_by_role("link", name="0800 543 354")
    assert number.get_attribute("href") == "tel:0800543354"
    for width in (320, 390, 1000):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        picture(page, f"help-lines-{width}")
    page.get_by_role("button", name="Leave this page").click()
    _is_the_dull_page(page, server)
    page.goto(server.url)
    page.get_by_role("link", name="I do not know it any more").click()
    expect(page.get_by_role("status")).to_contain_text("delete everything")
    picture(page, "forgotten")
    page.get_by_role("link", name="Go back").click()
    page.get_by_role("link", name="I do not know it any more").click()
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_text("What is on your mind?")).to_be_visible()
    page.get_by_role("button", name="Your notes").click()
    expect(page.get_by_label("The passphrase you have now")).to_have_count(0)


def test_it_closes_by_itself_after_ten_minutes_away(person: Watched, server: Server) -> None:
    page = _told(person, server)
    page.get_by_role("button", name="Your notes").click()
    page.get_by_label("A new passphrase").fill(WORDS)
    page.get_by_role("button", name="Set this passphrase").click()
    page.get_by_label("Lock by itself").check()
    expect(page.locator("#notes")).to_contain_text("From now on it locks by itself.")
    _has_been_away(Path(server.environment["COACH_DATA_DIR"]), person)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    _is_locked(page)
    person.expect_interruptions()


def _has_been_away(data: Path, person: Watched) -> None:
    _moved("UPDATE persons SET seen_at = ? WHERE id = ? AND lock_when_away", data, person)


def _has_waited(data: Path, person: Watched) -> None:
    _moved("UPDATE persons SET tried_at = ? WHERE id = ? AND tries = 5", data, person)


def _moved(statement: str, data: Path, person: Watched) -> None:
    """The server's clock cannot be moved from here; what it stored of her can."""
    (cookie,) = (one for one in person.context.cookies() if one.get("name") == "coach_person")
    database = next(data.glob("*.sqlite3"))
    with closing(sqlite3.connect(database, timeout=30)) as connection, connection:
        changed = connection.execute(statement, ("2026-01-01 00:00:00", cookie["value"]))
        assert changed.rowcount == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_button_is_in_sight_at_every_width(
    newcomer: Callable[..., Watched], server: Server, scheme: str
) -> None:
    page = newcomer(color_scheme=scheme).context.new_page()
    page.goto(server.url)
    button, help_button = (
        page.get_by_role("button", name=name) for name in ("Leave this page", "Need help now?")
    )
    for width, height in ((1000, 760), (390, 760), (360, 640), (320, 568)):
        page.set_viewport_size({"width": width, "height": height})
        still(page)
        expect(button).to_be_in_viewport(ratio=1)
        expect(help_button).to_be_in_viewport(ratio=1)
        leave, help_, name = map(box_of, (button, help_button, page.locator("#head h1")))
        assert leave["height"] >= 44
        assert leave["width"] >= 44
        assert leave["x"] + leave["width"] <= help_["x"]
        assert name["height"] <= leave["height"] + 1
        text = page.locator("#head h1").evaluate(_TEXT_ENDS_AT)
        assert text <= leave["x"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        # A trial click of Playwright's is a real one, held back only from listeners after its own.
        assert button.evaluate(_IS_ON_TOP)
        assert help_button.evaluate(_IS_ON_TOP)
        picture(page, f"head-{width}-{scheme}")
