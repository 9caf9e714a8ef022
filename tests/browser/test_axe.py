"""What axe finds on each part of the page, by day and by night, small and large."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from chrome import PHONE, Server, Watched, answered, begin, button, open_notes, still, write
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

MESSAGE = "I keep checking his page, and every time it makes me feel sick."
GRADIOS: list[dict[str, str]] = yaml.safe_load(
    (Path(__file__).parent / "gradio_findings.yaml").read_text(encoding="utf-8")
)
_DESKTOP = {"width": 1000, "height": 760}


_OPENED = 800  # milliseconds in which the guide opens, with a script of Gradio's and no animation


@dataclass(frozen=True)
class Finding:
    """One place that one rule of axe complains of."""

    state: str
    rule: str
    selector: str
    markup: str

    def is_of(self, one: dict[str, str]) -> bool:
        return self.rule == one["rule"] and one["selector"] in self.selector


def _findings(page: Page, state: str) -> Iterator[Finding]:
    for size in (PHONE, _DESKTOP):
        page.set_viewport_size(size)
        still(page)
        violations: list[dict[str, Any]] = Axe().run(page).response["violations"]
        for rule in violations:
            for node in rule["nodes"]:
                where = " ".join(map(str, node["target"]))
                yield Finding(f"{state}, {size['width']}", rule["id"], where, node["html"][:200])


def _first_visit(page: Page, url: str) -> Iterator[Finding]:
    page.goto(url)
    expect(page.locator("#begin")).to_be_visible()
    yield from _findings(page, "first visit")
    begin(page)
    yield from _findings(page, "empty")


def _conversation(page: Page) -> Iterator[Finding]:
    write(page, MESSAGE)
    answered(page)
    for title in page.locator("#talk .thought-group > .title").all():
        title.click()
    yield from _findings(page, "conversation")
    button(page, "Edit").click()
    expect(button(page, "Cancel")).to_be_visible()
    yield from _findings(page, "changing a message")
    button(page, "Cancel").click()
    write(page, "he hit me last night and i'm scared to go home")
    answered(page, 2)
    yield from _findings(page, "redirect")


def _conversations(page: Page) -> Iterator[Finding]:
    button(page, "Your conversations").click()
    expect(page.locator("#thread-list label").first).to_be_visible()
    yield from _findings(page, "conversations")
    button(page, "Rename").click()
    expect(page.get_by_label("A name for this conversation")).to_be_visible()
    yield from _findings(page, "conversations: rename")
    button(page, "Leave it as it was").click()
    button(page, "Delete").click()
    expect(button(page, "Delete this conversation")).to_be_visible()
    yield from _findings(page, "conversations: delete")
    button(page, "Keep it").click()
    button(page, "Your conversations").click()


def _exercise(page: Page) -> Iterator[Finding]:
    write(page, "stop me from texting him")
    answered(page)
    expect(button(page, "Go on")).to_be_enabled()
    page.wait_for_timeout(_OPENED)
    yield from _findings(page, "exercise")
    for count, text in enumerate(("it is quieter", "please come home", "sleep"), start=2):
        write(page, text)
        answered(page, count)
    expect(page.locator("#left-page")).to_contain_text("in your journal")
    button(page, "Start a new conversation").click()
    expect(page.locator("#talk .user-row")).to_have_count(0)


def _notes(page: Page) -> Iterator[Finding]:
    panel = open_notes(page)
    yield from _findings(page, "notes")
    panel.locator("#pages label").first.click()
    expect(page.locator("#journal-page")).to_be_visible()
    yield from _findings(page, "notes: a page of the journal")
    button(page, "Change it").click()
    expect(page.get_by_label("The words of this page")).to_be_visible()
    yield from _findings(page, "notes: changing it")
    page.get_by_label("A new passphrase").fill("a quiet lamp")
    button(page, "Set this passphrase").click()
    expect(panel).to_contain_text("The passphrase is set.")
    button(page, "Delete everything").click()
    expect(button(page, "Delete all of it for good")).to_be_visible()
    yield from _findings(page, "notes: passphrase, and deleting everything")


def _beside_it(page: Page, url: str) -> Iterator[Finding]:
    for path in ("offline.html", "help-lines", "away"):
        page.goto(f"{url}{path}")
        yield from _findings(page, path)
    page.goto(url)
    expect(page.get_by_label("Your message")).to_be_visible()
    page.get_by_role("button", name="Leave this page").click()
    page.wait_for_url("**/away")
    page.goto(url)
    expect(page.get_by_label("Passphrase")).to_be_visible()
    yield from _findings(page, "locked")
    page.get_by_role("link", name="I do not know it any more").click()
    yield from _findings(page, "locked: forgotten")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_but_what_is_gradios(
    newcomer: Callable[..., Watched], server: Server, scheme: str
) -> None:
    person = newcomer(color_scheme=scheme)
    page = person.context.new_page()
    found = [*_first_visit(page, server.url), *_exercise(page)]
    found += [*_conversation(page), *_conversations(page)]
    page.get_by_role("button", name="Need help now?").click()
    found += _findings(page, "help")
    page.get_by_role("button", name="Need help now?").click()
    found += [*_notes(page), *_beside_it(page, server.url)]
    ours = [one for one in found if not any(one.is_of(known) for known in GRADIOS)]
    assert not ours, "\n".join(map(str, ours))
    gone = [known for known in GRADIOS if not any(one.is_of(known) for one in found)]
    assert gone == [], "no longer found: delete them from gradio_findings.yaml"
    person.expect_interruptions()
