"""Whatever people, models and articles write is shown as text: nothing of it is obeyed.

That nothing was executed, asked of another host or complained of is what `Watched` sees.
"""

import re

import pytest
from chrome import Server, Watched, answered, fits, write
from playwright.sync_api import Page, expect

from .conftest import NASTY, Outside

pytestmark = pytest.mark.browser

DOG = "Our dog waits at the door for him every evening. Walking the dog alone hurts"


def _is_text(page: Page) -> None:
    page.wait_for_timeout(500)  # a picture that is missing is noticed a moment later
    for part in ("#talk", "#threads"):
        assert page.locator(part).locator("script, img, b, i, a, math, iframe").count() == 0
    fits(page)


def test_what_people_write(person: Watched, server: Server) -> None:
    text = f"{NASTY} <b>loud</b> &lt;i&gt; **stars** $$x^2$$ I keep checking his page"
    page = person.open(server.url)
    write(page, text)
    answered(page)
    hers = page.locator("#talk .user-row [data-testid=user]")
    expect(hers).to_have_text(text)
    page.get_by_role("button", name="Your conversations").click()
    expect(page.locator("#thread-list label")).to_contain_text("<img src=x")
    _is_text(page)
    page.reload()
    expect(hers).to_have_text(text)


def test_twenty_thousand_bytes_of_faces_from_right_to_left(person: Watched, server: Server) -> None:
    text = "\u202eהוא עזב אותי ואני עצוב\u202c " + "😭" * 5000 + " i miss him so much"
    assert len(text.encode()) > 20_000
    page = person.open_on_phone(server.url)
    write(page, text)
    answered(page)
    expect(page.locator("#talk .user-row [data-testid=user]")).to_have_text(text)
    _is_text(page)
    page.set_viewport_size({"width": 320, "height": 568})
    fits(page)
    write(page, "and now it is quiet")
    answered(page, 2)


def test_what_a_model_writes(person: Watched, outside: Outside) -> None:
    page = person.open(outside.server.url)
    # The gate takes tags out, and leaves what a careless page would make tags of.
    odd = "&lt;img onerror=alert&gt; 😭😭 \u202eהוא עזב\u202c"
    outside.endpoint.text = f"That is {odd} a lot to carry tonight. What hurts most now?"
    write(page, "i miss him so much tonight")
    answered(page)
    expect(page.locator("#talk .bot-row").first).to_contain_text(f"{odd} a lot to carry tonight.")
    for count, text in enumerate(
        (
            'That is <script>alert(5)</script><img src=x onerror="alert(4)"> &lt;b&gt; so. When?',
            f"That is a lot, {NASTY}. What hurts most now?",
        ),
        start=2,
    ):
        outside.endpoint.text = text
        write(page, f"the evenings are the worst of it, {count}")
        answered(page, count)
    _is_text(page)


def test_what_an_article_says(person: Watched, outside: Outside) -> None:
    outside.endpoint.mode = "garbage"  # the coach itself answers, and shows the passage
    page = person.open_on_phone(outside.server.url)
    write(page, DOG)
    answered(page)
    page.get_by_role("button", name=re.compile("What this answer rests on")).click()
    expect(page.locator("#talk")).to_contain_text('<img src=x onerror="alert(4)">')
    expect(page.locator("#talk")).to_contain_text("[click](javascript:alert(6))")
    _is_text(page)
