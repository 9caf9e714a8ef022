"""What is kept of her as a text that a person reads, and as numbers."""

from collections.abc import Callable
from datetime import date
from typing import get_args

import pytest
from markdown_it import MarkdownIt

from coach.errors import NotFoundError
from coach.records import Records, as_markdown
from coach.reply import Disclosure, DisclosureKind, Fact, FactKind, Reply

MakeReply = Callable[..., Reply]
MakeDisclosure = Callable[..., Disclosure]

NASTY = [
    "<script>alert(1)</script>",
    "# no heading\n\n## nor this",
    "[a](javascript:alert(1)) ![b](http://x.example/y.png)",
    "``` \ncode\n```",
    "1. one\n2. two\n\n- three\n> four",
    "two\nlines\n\nand a new paragraph *here*",
    "&lt;b&gt; http://x.example | a | table |",
]


def _rendered(markdown: str) -> str:
    return str(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))


def test_it_holds_everything_in_order(
    records: Records,
    person: str,
    thread: str,
    reply: MakeReply,
    disclosed: MakeDisclosure,
) -> None:
    answer = reply("That sounds heavy.", disclosed("abuse", "he hit me"))
    first = records.add_exchange(person, thread, "he hit me", answer, None)
    records.add_exchange(person, thread, "and then", reply("I hear you."), first.coach)
    records.add_exchange(person, thread, "what i meant", reply("Go on."), None)
    records.add_disclosures(person, [disclosed("crisis")])
    records.correct(person, records.disclosures(person)[0].id)
    records.memory.add(person, [Fact(kind="who_ended", value="ex", evidence="")])
    records.moods.check_in(person, "start", 2, thread)
    records.moods.check_in(person, "end", "calmer", thread)
    records.moods.set_last_contact(person, date(2026, 3, 4))
    records.journal.add(person, "A page", "> unsent", revisit_on=date(2026, 5, 6))
    records.retention.set_keep_for(person, 30)

    text = as_markdown(records.export(person))

    parts = [
        "# Everything that is kept of you",
        "Conversations are kept 30 days after the last message in them.",
        "## Conversations",
        "### he hit me",
        "**You**, ",
        "> he hit me",
        "**The coach**, ",
        "> That sounds heavy.",
        "> and then",
        "> I hear you.",
        "(You went back to an earlier point from here.)",
        "> what i meant",
        "> Go on.",
        "## Journal",
        "### A page",
        "To be read again from 6 May 2026.",
        "> unsent",
        "## How you were",
        "when you came: 2 of 5",
        "before you left: calmer",
        "## Last in touch",
        "4 Mar 2026",
        "## What is remembered",
        "Who ended it: the other person",
        "## Noted for your safety",
        "Being hurt or controlled",
        "Your words: “he hit me”. You said that it was a misunderstanding.",
        "A sign that you might not be safe. Your words are not kept.",
    ]
    place = 0
    for part in parts:
        assert part in text[place:], part
        place = text.index(part, place)
    assert text.count("went back") == 1
    assert "Win him back" not in text, "shown to her, though it was stopped"


@pytest.mark.parametrize("nasty", NASTY)
def test_whatever_is_written_is_shown_as_it_is(
    records: Records, person: str, thread: str, reply: MakeReply, nasty: str
) -> None:
    records.add_exchange(person, thread, nasty, reply(nasty), None)
    records.memory.add(person, [Fact(kind="tie", value=nasty.splitlines()[0], evidence="")])
    html = _rendered(as_markdown(records.export(person)))
    for tag in ("<script", "<a ", "<img", "<pre", "<ol", "<table", "<em"):
        assert tag not in html
    assert html.count("<h1>") == 1
    assert html.count("<blockquote>") == 2
    if "\n\nand" in nasty:
        assert "two<br />\nlines</p>\n<p>and a new paragraph *here*" in html


def test_every_kind_has_words(records: Records, person: str, disclosed: MakeDisclosure) -> None:
    records.add_disclosures(person, [disclosed(kind) for kind in get_args(DisclosureKind)])
    records.memory.add(
        person, [Fact(kind=kind, value="v", evidence="") for kind in get_args(FactKind)]
    )
    text = as_markdown(records.export(person))
    assert text.count("Your words are not kept.") == len(get_args(DisclosureKind))
    assert text.count(": v (told on") == len(get_args(FactKind))


def test_of_a_new_person_it_says_little(records: Records, person: str) -> None:
    text = as_markdown(records.export(person))
    assert "until you delete them" in text
    assert "##" not in text


def test_the_numbers_are_hers(
    records: Records, person: str, thread: str, reply: MakeReply, disclosed: MakeDisclosure
) -> None:
    other = records.create_person()
    elsewhere = records.create_thread(other).id
    records.add_exchange(other, elsewhere, "one", reply("1", disclosed("abuse")), None)
    stopped = reply("", disclosed("cheating"))
    records.add_exchange(person, thread, "one", stopped, None)
    records.journal.add(person, "A page", "words")
    found = records.summary(person)
    assert (found.conversations, found.messages, found.pages) == (1, 1, 1)
    assert (found.check_ins, found.facts, found.disclosures) == (0, 0, 1)
    assert found.last_contact is None
    assert records.summary(other).messages == 2
    with pytest.raises(NotFoundError):
        records.summary("nobody")
