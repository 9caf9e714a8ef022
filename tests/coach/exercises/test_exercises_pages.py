"""Her words on the page, whatever they hold."""

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coach.exercises import Exercises
from coach.exercises.page import journal_page
from coach.reply import JournalPage
from coach.respond.partner import Partner

Lines = Callable[[JournalPage], list[str]]
HARD = (
    "# not a heading\n- not a list\n1. nor this\n> nor a quote\n    nor code",
    "<script>alert(1)</script> <b>bold</b> &amp; <!-- gone -->",
    "**stars** _lines_ `code` ~~struck~~ [a](http://b.example) ![c](d) www.example.org",
    "| a | b |\n|---|---|\n$x^2$ \\[y\\] \\",
    "one\n\n\nthree\n===\nfour\n---",
    "+ plus\n: colon\nhttps://example.org/?a=b&c=d <me@example.org>",
)


# Line breaks of every kind are line breaks; what cannot be drawn is left out.
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"], include_characters="\n\t"),
    max_size=80,
)


@pytest.mark.parametrize("words", HARD)
def test_her_words_stand_on_the_page_as_she_wrote_them(talk, lines_of: Lines, words: str) -> None:
    talk.begin("new-energy")
    talk.say(words)
    talk.say("friday")
    page = talk.say("five minutes").state.page
    assert page is not None
    shown = lines_of(page)
    hers = shown[1 : shown.index("When")]
    assert hers == [line.rstrip() for line in words.split("\n") if line.strip()]


@given(words=TEXT)
@example(words="\\")
@example(words="a\\\nb")
@example(words="1) x\n2. y")
def test_no_words_become_markup(exercises: Exercises, lines_of: Lines, words: str) -> None:
    exercise = exercises.get("new-energy")
    assert exercise is not None
    page = journal_page(exercise, {1: f"first {words} last"}, Partner())
    assert page is not None
    seen = "".join("".join(lines_of(page)[1:]).split())
    assert seen == "".join(f"first{words}last".split())


def test_nothing_written_is_no_page(exercises: Exercises) -> None:
    exercise = exercises.get("new-energy")
    assert exercise is not None
    assert journal_page(exercise, {}, Partner()) is None
