"""The page for those who listen to it, use no mouse, or need larger text."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from chrome import Server, Watched, answered, begin, write
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("COACH_CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PICTURES = os.environ.get("COACH_PICTURES")
MESSAGE = "I keep checking his page, and every time it makes me feel sick."
GRADIOS: list[dict[str, str]] = yaml.safe_load(
    (Path(__file__).parent / "gradio_findings.yaml").read_text(encoding="utf-8")
)
_SETTLED = 800  # milliseconds until what was opened has faded in: axe measures colours


@dataclass(frozen=True)
class Finding:
    """One place that one rule of axe complains of."""

    state: str
    rule: str
    selector: str
    markup: str

    def is_of(self, one: dict[str, str]) -> bool:
        return self.rule == one["rule"] and one["selector"] in self.selector


def _findings(page: Page, state: str) -> list[Finding]:
    page.wait_for_timeout(_SETTLED)
    violations: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        Finding(state, rule["id"], " ".join(map(str, node["target"])), node["html"][:200])
        for rule in violations
        for node in rule["nodes"]
    ]


def _every_state(page: Page, url: str, name: str) -> list[Finding]:
    found: list[Finding] = []
    page.goto(url)
    expect(page.locator("#begin")).to_be_visible()
    found += _findings(page, f"{name}: first visit")
    begin(page)
    found += _findings(page, f"{name}: empty")
    write(page, MESSAGE)
    answered(page)
    titles = page.locator("#talk .thought-group > .title")
    for count in range(titles.count()):
        titles.nth(count).click()
    found += _findings(page, f"{name}: conversation")
    write(page, "he hit me last night and i'm scared to go home")
    answered(page, 2)
    found += _findings(page, f"{name}: redirect")
    for panel in ("Need help now?", "Your notes"):
        page.get_by_role("button", name=panel).click()
        found += _findings(page, f"{name}: {panel}")
        page.get_by_role("button", name=panel).click()
    page.goto(f"{url}offline.html")
    found += _findings(page, f"{name}: offline")
    return found


def test_axe_finds_nothing_but_what_is_gradios(chromium: Browser, server: Server) -> None:
    found: list[Finding] = []
    for scheme, width in (("light", 390), ("dark", 1000), ("light", 1000), ("dark", 390)):
        context = chromium.new_context(
            viewport={"width": width, "height": 760},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        found += _every_state(context.new_page(), server.url, f"{scheme} {width}")
        context.close()
    ours = [one for one in found if not any(one.is_of(known) for known in GRADIOS)]
    assert ours == []
    gone = [known for known in GRADIOS if not any(one.is_of(known) for one in found)]
    assert gone == [], "no longer found: delete them from gradio_findings.yaml"


def test_what_is_ours_is_large_enough_for_a_finger(person: Watched, server: Server) -> None:
    page = person.open(server.url)
    page.set_viewport_size({"width": 390, "height": 760})
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
    page.wait_for_timeout(_SETTLED)
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, [role=button], textarea, input")]
          .filter(one => one.checkVisibility() && !one.closest("[inert], .icon-button-wrapper"))
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

    box.focus()
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

    page.locator("body").evaluate("() => document.activeElement.blur()")
    page.reload()
    expect(box).to_be_visible()
    page.locator("h1").click()
    page.keyboard.press("Shift+Tab")
    skip = page.get_by_role("link", name="Skip to the message box")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(box).to_be_focused()


def _tab_to(page: Page, selector: str, *, back: bool = False) -> None:
    for _ in range(30):
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
            _picture(page, f"large-{width}-first")
            begin(page)
            write(page, MESSAGE)
            answered(page)
            _fits(page, width)
            _picture(page, f"large-{width}")
            page.close()


def _fits(page: Page, width: int, *names: str) -> None:
    """Nothing is cut off at the side, and each button can be reached with nothing over it."""
    page.wait_for_timeout(_SETTLED)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for name in names or ("Need help now?", "Your notes", "Send"):
        button = page.get_by_role("button", name=name)
        button.scroll_into_view_if_needed()
        expect(button).to_be_in_viewport(ratio=0.98)
        button.click(trial=True)
    title, need = page.locator("#head h1").bounding_box(), page.locator("#help > button")
    beside = need.bounding_box()
    assert title is not None
    assert beside is not None
    assert title["x"] + title["width"] <= beside["x"] or (
        title["y"] + title["height"] <= beside["y"] + 1
    )


def _picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png")
