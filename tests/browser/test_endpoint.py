"""The page of a server whose answers come from an endpoint, about an article of an operator's."""

import re

import pytest
from chrome import Watched, answered, only_text, write
from playwright.sync_api import expect

from .conftest import NASTY, Outside

pytestmark = pytest.mark.browser

DOG = "Our dog waits at the door for him every evening. Walking the dog alone hurts"
MESSAGE = "I keep checking his page, and every time it makes me feel sick."


def test_it_says_where_her_words_are_sent(person: Watched, outside: Outside) -> None:
    page = person.context.new_page()
    page.goto(outside.server.url)
    expect(page.locator("#welcome")).to_contain_text("sent to 127.0.0.1 for")


def test_stop_keeps_what_was_shown(person: Watched, outside: Outside) -> None:
    shown = "That is a lot to carry tonight."
    outside.endpoint.text = f"{shown} {'You keep looking. ' * 3}What hurts most now?"
    outside.endpoint.mode = "stall"
    page = person.open(outside.server.url)
    write(page, MESSAGE)
    expect(page.locator("#talk .bot-row")).to_have_text(shown)  # and it is still growing
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#status")).to_contain_text("Stopped")
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    page.reload()
    expect(page.locator("#talk .bot-row")).to_contain_text(shown)
    expect(page.locator("#model")).to_contain_text("outside this machine")
    person.expect_interruptions()


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
    only_text(page)


def test_what_an_article_says(person: Watched, outside: Outside) -> None:
    outside.endpoint.mode = "garbage"  # the coach itself answers, and shows the passage
    page = person.open_on_phone(outside.server.url)
    write(page, DOG)
    answered(page)
    page.get_by_role("button", name=re.compile("What this answer rests on")).click()
    expect(page.locator("#talk")).to_contain_text('<img src=x onerror="alert(4)">')
    expect(page.locator("#talk")).to_contain_text("[click](javascript:alert(6))")
    only_text(page)
