"""Pictures of each part of the page, by day, by night and on a phone: `make pictures`.

`python tests/pictures.py [FOLDER]` takes them from the running program with one person's
evening on it and writes them to docs/images, where docs/ui.md shows them.
"""

import io
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal

from chrome import (
    CHROMIUM,
    FLAGS,
    PHONE,
    ROOT,
    Server,
    Watched,
    answered,
    begin,
    button,
    open_notes,
    running,
    still,
    write,
)
from PIL import Image
from playwright.sync_api import Locator, Page, ViewportSize, expect, sync_playwright

from coach.records import Records

CACHE = ROOT / ".cache" / "test-cache"
DESKTOP: ViewportSize = {"width": 1000, "height": 760}
VARIANTS: dict[str, tuple[ViewportSize, Literal["light", "dark"]]] = {
    "light": (DESKTOP, "light"),
    "dark": (DESKTOP, "dark"),
    "phone": (ViewportSize(**PHONE), "light"),
}
LARGEST = 1_500_000  # bytes, of all together
EARLIER = "the flat is so quiet without him"
EXERCISE = "stop me from texting him"
FIRST = "I keep checking his page, and every time it makes me feel sick."
PAGE = (
    "**What I would have sent**\n\n"
    "> I walked past our bench today and did not stop.\n\n"
    "**What I want to do instead**\n\n"
    "> Call Mira, and go to bed before eleven."
)


def _evening(page: Page, server: Server) -> Iterator[str]:
    """One evening of one person; stands still wherever a picture is to be taken."""
    page.goto(server.url)
    expect(page.locator("#begin")).to_be_visible()
    yield "first-visit"
    begin(page)
    expect(page.get_by_text("What is on your mind?")).to_be_visible()
    yield "empty"
    write(page, EARLIER)
    answered(page)
    button(page, "in between").click()
    expect(page.get_by_text("Written down.")).to_be_visible()
    button(page, "Start a new conversation").click()
    expect(page.locator("#talk .user-row")).to_have_count(0)
    write(page, FIRST)
    answered(page)
    yield "conversation"
    page.get_by_role("button", name="What this answer rests on").click()
    passage = page.get_by_text("stalk his socials").first
    expect(passage).to_be_visible()
    page.wait_for_timeout(700)  # the conversation has scrolled to the answer
    passage.scroll_into_view_if_needed()
    yield "sources"
    button(page, "Your conversations").click()
    expect(page.locator("#thread-list label")).to_have_count(2)
    yield "threads"
    button(page, "Your conversations").click()
    _keep_a_page(page, server)
    yield from _notes(page)
    write(page, EXERCISE)
    expect(page.locator("#guide")).to_contain_text("step 1 of 3")
    answered(page, 2)
    yield "exercise"
    page.get_by_role("button", name="Need help now?").click()
    expect(page.locator("#help-lines a").first).to_be_visible()
    yield "help"
    page.get_by_role("button", name="Leave this page").click()
    page.wait_for_url("**/away")
    yield "left"
    page.goto(server.url)
    expect(page.get_by_role("heading", name="This page is locked.")).to_be_visible()
    yield "locked"


def _notes(page: Page) -> Iterator[str]:
    panel = open_notes(page)
    panel.locator("#pages label").first.click()
    expect(page.locator("#journal-page")).to_be_visible()
    _at_the_top(panel.get_by_role("heading", name="Journal"))
    yield "journal"
    _at_the_top(panel.get_by_role("heading", name="How you were"))
    yield "mood"
    page.get_by_label("A new passphrase").fill("a quiet lamp")
    button(page, "Set this passphrase").click()
    expect(panel).to_contain_text("The passphrase is set.")
    _at_the_top(panel.get_by_role("heading", name="A lock"))
    yield "lock"
    _at_the_top(panel.get_by_role("heading", name="Your data"))
    yield "data"
    page.get_by_role("button", name="Your notes").click()


def _keep_a_page(page: Page, server: Server) -> None:
    (cookie,) = (one for one in page.context.cookies() if one["name"] == "coach_person")
    database = Path(server.environment["COACH_DATA_DIR"]) / "coach.sqlite3"
    with Records(f"sqlite:///{database}") as records:
        records.journal.add(
            cookie["value"], "Wait before you write", PAGE, revisit_on=date(2030, 1, 1)
        )


def _at_the_top(heading: Locator) -> None:
    heading.evaluate("one => one.scrollIntoView({block: 'start'})")


def _take(page: Page, file: Path) -> None:
    page.wait_for_timeout(700)  # what follows an event a moment later
    still(page)
    drawn = Image.open(io.BytesIO(page.screenshot(caret="hide")))
    drawn.convert("RGB").save(file, quality=80, method=6)


def main(folder: Path) -> None:
    """Take all pictures, and write them to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        running(Path(data), CACHE) as server,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS) as browser,
    ):
        for variant, (size, scheme) in VARIANTS.items():
            context = browser.new_context(
                viewport=size, color_scheme=scheme, reduced_motion="reduce", locale="en-GB"
            )
            page = Watched(context).context.new_page()
            for name in _evening(page, server):
                _take(page, folder / f"{name}-{variant}.webp")
            context.close()
    weight = sum(one.stat().st_size for one in folder.glob("*.webp"))
    print(f"{weight:,} bytes in {folder}")
    if weight > LARGEST:
        raise SystemExit(f"That is more than {LARGEST:,} bytes.")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images")
