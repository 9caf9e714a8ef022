"""A page of the journal: shown as text, and changed without a mark of Markdown in sight."""

import re

import pytest

from coach.exercises import Exercises
from coach.exercises.page import journal_page
from coach.respond.partner import Partner
from ui.web.pages import page_html, page_markdown, page_text

WORDS = [
    "I miss him",
    "two\nlines",
    "one\n\nand another\n\n\nafter a gap",
    "<b>bold</b> <script>alert(1)</script> &amp; **stars** _under_ `code`",
    "[click](javascript:alert(1)) ![x](http://a.b/c.png) https://example.org",
    "1. first\n- second\n> third\n# fourth\n    indented",
    "back\\slash \\* at the end\\",
    "\u202eright to left \U0001f62d",
]


def _page(words: str) -> str:
    exercise = Exercises.load().get("urge-to-write")
    page = journal_page(exercise, {1: "quieter", 2: words, 3: words}, Partner())
    return page.text


@pytest.mark.parametrize("words", WORDS)
def test_a_page_is_shown_as_she_wrote_it(words):
    page = _page(words)
    text = page_text(page)
    for line in words.splitlines():
        assert line.strip() in text
    shown = page_html(page)
    assert shown.count("<h4>") == 3
    assert set(re.findall(r"<\w+", shown)) == {"<h4", "<p"}


@pytest.mark.parametrize("words", WORDS)
def test_a_page_that_is_not_changed_stays_what_it_was(words):
    page = _page(words)
    again = page_markdown(page_text(page), page)
    assert page_html(again) == page_html(page)
    assert page_markdown(page_text(again), again) == again


def test_what_she_changes_stands_under_the_headings_that_she_left():
    page = _page("please come home")
    first, *_ = page_text(page).split("\n\n")
    changed = page_markdown(f"{first}\nnothing *at all*\n\nand a new line", page)
    assert page_html(changed) == (f"<h4>{first}</h4><p>nothing *at all*</p><p>and a new line</p>")
    assert "please" not in changed


@pytest.mark.parametrize("nothing", ["", " \n\n\t"])
def test_nothing_is_no_page(nothing):
    assert page_markdown(nothing, _page("x")) == ""


def test_a_page_without_headings_can_be_read_too():
    assert page_html("just words & <i>") == "<p>just words &amp; &lt;i&gt;</p>"
    assert page_html("**loud** and not") == "<p>loud and not</p>"
