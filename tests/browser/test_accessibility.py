"""The page for those who listen to it, use no mouse, or need larger text."""

import pytest
from chrome import (
    CHROMIUM,
    FLAGS,
    Server,
    Watched,
    answered,
    begin,
    box_of,
    button,
    picture,
    still,
    write,
)
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

MESSAGE = "I keep checking his page, and every time it makes me feel sick."
CHANGED = "I have stopped checking his page, and now the evenings are long."
_SETTLED = 800  # milliseconds until what was opened has faded in: axe measures colours


def test_what_is_ours_is_large_enough_for_a_finger(person: Watched, server: Server) -> None:
    page = person.open_on_phone(server.url)
    starters = page.locator("#talk .example")
    assert starters.count() == 6
    _large(page)
    write(page, MESSAGE)
    answered(page)
    _large(page)
    page.get_by_role("button", name="Need help now?").click()
    number = page.locator("#help-lines a").first
    expect(number).to_be_visible()
    # A tap beside the digits is meant for them.
    assert number.evaluate(
        """one => {
          const {left, top, width, height} = one.getBoundingClientRect();
          const x = left + width / 2, y = top + height / 2;
          return [[0, 21], [0, -21], [21, 0], [-21, 0]].every(
            ([right, down]) => document.elementFromPoint(x + right, y + down) === one);
        }"""
    )


def _large(page: Page) -> None:
    still(page)
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, [role=button], textarea, input")]
          .filter(one => one.checkVisibility() && !one.closest("[inert]"))
          .map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
          .filter(([_, box]) => box.height < 43.5 && box.width > 0)
          .map(([markup, box]) => `${box.height} ${markup}`)"""
    )
    assert small == []


def test_the_whole_way_by_keyboard(person: Watched, server: Server) -> None:
    page = person.context.new_page()
    page.goto(server.url)
    expect(page.get_by_role("heading", name="Before you begin")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#begin")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    need = page.get_by_role("button", name="Need help now?")
    expect(need).to_be_focused()
    _ringed(page)
    page.keyboard.press("Enter")
    expect(page.locator("#help-lines a").first).to_be_visible()
    expect(need).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Enter")
    expect(need).to_have_attribute("aria-expanded", "false")
    _tab_to(page, "#begin")
    page.keyboard.press("Enter")

    box = page.get_by_label("Your message")
    expect(box).to_be_focused()
    page.keyboard.type("stop me from texting him")
    page.keyboard.press("Enter")
    answered(page)
    for name in ("Skip this one", "Leave it for now"):
        _tab_to(page, "#guide .guide-chip", back=True)
        expect(page.get_by_role("button", name=name)).to_be_focused()
        _ringed(page)
    page.keyboard.press("Enter")
    answered(page, 2)
    box.focus()
    _tab_to(page, "#talk .option", back=True)
    _ringed(page)

    _tab_to(page, "#box textarea")
    page.keyboard.type(MESSAGE)
    page.keyboard.press("Enter")
    answered(page, 3)
    sources = page.get_by_role("button", name="What this answer rests on").last
    _tab_to(page, "#talk .thought-group > .title", back=True)
    expect(sources).to_be_focused()
    expect(sources).to_have_attribute("aria-expanded", "false")
    _ringed(page)
    page.keyboard.press("Enter")
    expect(sources).to_have_attribute("aria-expanded", "true")

    _tab_to(page, "#talk .message-buttons [aria-label=Edit]", back=True)
    _ringed(page)
    page.keyboard.press("Enter")
    _tab_to(page, "#talk .user-row textarea", back=True)
    page.keyboard.press("Control+a")
    page.keyboard.type(CHANGED)
    _tab_to(page, "#talk .message-buttons [aria-label=Submit]")
    page.keyboard.press("Enter")
    expect(page.locator("#talk .user-row").last).to_have_text(CHANGED)
    answered(page, 3)

    _tab_to(page, "#skip a", back=True)
    expect(page.get_by_role("link", name="Skip to the message box")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(box).to_be_focused()
    _tab_to(page, "#notes > .label-wrap", back=True)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your data")).to_be_visible()
    _tab_to(page, "#delete-all")
    page.keyboard.press("Enter")
    expect(button(page, "Delete all of it for good")).to_be_visible()
    _tab_to(page, "#notes .sure button")
    expect(button(page, "Delete all of it for good")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Everything is deleted.", exact=True)).to_be_visible()
    expect(page.locator("#talk .user-row")).to_have_count(0)
    for _ in range(3):
        page.keyboard.press("Escape")
    page.wait_for_url("**/away")
    person.expect_interruptions()


def _tab_to(page: Page, selector: str, *, back: bool = False) -> None:
    for _ in range(80):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached with the Tab key")


def _ringed(page: Page) -> None:
    ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert ring not in ("none", ""), page.evaluate("document.activeElement.outerHTML")


def test_an_answer_is_told_once_and_whole(person: Watched, server: Server) -> None:
    page = person.open(server.url)
    page.evaluate(
        """() => {
          window.told = [];
          const line = document.querySelector("#told");
          new MutationObserver(() => line.textContent && window.told.push(line.textContent))
            .observe(line, {childList: true, characterData: true, subtree: true});
        }"""
    )
    expect(page.locator("#told")).to_have_attribute("aria-live", "polite")
    write(page, MESSAGE)
    answered(page)
    page.wait_for_function("window.told.length > 0")
    log = page.get_by_role("log", name="Your conversation")
    expect(log).to_have_attribute("aria-live", "off")
    answer = page.locator("#talk .bot-row [data-testid=bot]").first
    assert page.evaluate("window.told") == [answer.inner_text().strip()]
    expect(answer).to_have_accessible_name("The program wrote")
    expect(page.locator("#told")).to_be_empty(timeout=15_000)
    # What she reads again after a reload is no news.
    page.reload()
    expect(page.locator("#talk .bot-row")).to_be_visible()
    page.wait_for_timeout(_SETTLED)
    expect(page.locator("#told")).to_be_empty()


def test_it_fits_a_small_phone(person: Watched, server: Server) -> None:
    page = person.open(server.url)
    write(page, MESSAGE)
    answered(page)
    page.set_viewport_size({"width": 320, "height": 568})
    _fits(page, 320)
    assert page.evaluate("document.documentElement.lang") == "en"


def test_it_fits_with_text_twice_as_large(chromium: Browser, server: Server) -> None:
    larger = [*FLAGS, "--blink-settings=defaultFontSize=32"]
    with chromium.browser_type.launch(executable_path=CHROMIUM, args=larger) as browser:
        for width, height in ((320, 568), (390, 760), (1000, 760)):
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(server.url)
            expect(page.locator("#begin")).to_be_visible()
            assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
            _fits(page, width, "Need help now?", "I am 18 or over, let me begin")
            picture(page, f"large-{width}-first")
            begin(page)
            write(page, MESSAGE)
            answered(page)
            _fits(page, width)
            picture(page, f"large-{width}")
            page.close()


def _fits(page: Page, width: int, *names: str) -> None:
    """Nothing is cut off at the side, and each button can be reached with nothing over it."""
    still(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for name in names or ("Need help now?", "Your notes", "Send"):
        button = page.get_by_role("button", name=name)
        button.scroll_into_view_if_needed()
        expect(button).to_be_in_viewport(ratio=0.98)
        button.click(trial=True)
    title, beside = box_of(page.locator("#head h1")), box_of(page.locator("#help > button"))
    assert title["x"] + title["width"] <= beside["x"] or (
        title["y"] + title["height"] <= beside["y"] + 1
    )
