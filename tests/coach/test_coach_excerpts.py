"""What of the article stands under an answer: nothing that is closed to her, and the very words."""

import re

import pytest

from coach.excerpts import excerpt, resting, still_open
from coach.reply import PassageRef, Sentence
from knowledge.article import Article, Passage, load_article, parse_article
from knowledge.stance import Stance, load_stance

RESTRICTED = [{"abuse"}, {"cheating"}, {"crisis"}, {"minor"}, {"no_contact"}]
LONG = " ".join(f"Sentence number {number} lies on the sill like a stone." for number in range(60))


@pytest.fixture(scope="module")
def stance() -> Stance:
    return load_stance()


@pytest.fixture(scope="module")
def article() -> Article:
    return load_article()


def _passage(article: Article, slug: str) -> Passage:
    return next(one for one in article.passages if one.slug == slug)


def _excerpt(
    article: Article, slug: str, stance: Stance, forbidden=frozenset(), *, known=False, closed=()
) -> PassageRef:
    passage, closed = _passage(article, slug), frozenset(closed)
    passages = article.passages
    return excerpt(passage, 0.5, passages, stance, forbidden, known=known, closed=closed)


@pytest.mark.parametrize("forbidden", RESTRICTED, ids=str)
@pytest.mark.parametrize("known", [True, False])
def test_nothing_closed_stands_in_or_beside_a_passage(forbidden, known, stance, article):
    closed = [
        one.text
        for found in article.passages
        for one in stance.sentences(found.slug)
        if not one.allowed(forbidden) and len(one.text) > 12  # "No." may stand inside others
    ]
    assert len(closed) > 10
    for found in article.passages:
        ref = _excerpt(article, found.slug, stance, forbidden, known=known)
        shown = " ".join(f"{ref.before} {ref.text} {ref.after}".split())
        assert [one for one in closed if one in shown] == [], found.slug


def test_a_neighbour_stands_beside_a_passage_until_it_is_closed(stance, article):
    # What comes next is about bringing him back by leaving him alone.
    after = _excerpt(article, "fear-he-moves-on", stance).after
    assert after.startswith("\n\nIf you want him to move towards you again")
    assert _excerpt(article, "fear-he-moves-on", stance, {"abuse"}).after == ""
    assert _excerpt(article, "fear-he-moves-on", stance, closed={"give-space"}).after == ""
    # Where the sentence is known, the passage is whole paragraphs and needs nothing beside it.
    assert _excerpt(article, "fear-he-moves-on", stance, known=True).after == ""


def test_the_neighbour_of_another_section_is_none(stance, article):
    assert _excerpt(article, "mourn", stance).before == ""
    assert _excerpt(article, "mourn", stance).after.startswith("\n\nA lot of the times")


def test_what_was_cut_out_of_a_paragraph_stands_in_it(stance):
    own = parse_article(f"# Stones\n\n{LONG}", "stones")
    assert len(own.passages) > 2
    ref = _excerpt(own, own.passages[1].slug, stance, known=True)
    whole = " ".join(f"{ref.before}{ref.text}{ref.after}".split())
    assert whole in LONG  # with nothing but a space between them
    assert re.fullmatch(r"Sentence( number.*\.)? ", ref.before)
    assert re.fullmatch(r" .*\.", ref.after)
    # Nobody has noted to whom its sentences may be closed: to all who need care.
    closed = _excerpt(own, own.passages[1].slug, stance, {"abuse"}, known=True)
    assert (closed.before, closed.text, closed.after) == ("", "", "")


def test_paragraphs_and_lists_stay_what_they_are(stance, article):
    text = stance.shown(_passage(article, "three-things"))
    assert text.startswith("Make a list of 3 things that you admire about your ex.\n\nThen,")
    listed = stance.shown(_passage(article, "he-reaches-out"))
    assert "don’t ignore him\nwhen he reaches out" in listed


def test_the_very_words_are_the_whole_sentence_or_none(stance, article):
    passage = _passage(article, "give-space")
    said = Sentence(text="Wait.", passage="give-space", rests_on="This means no begging")
    assert resting(said, passage, stance, frozenset()).rests_on == (
        "This means no begging, pleading, convincing, calling, texting or anything in between."
    )
    assert resting(said, passage, stance, {"crisis"}).rests_on is None  # closed to her
    unknown = said.model_copy(update={"rests_on": "These words are nowhere"})
    assert resting(unknown, passage, stance, frozenset()).rests_on is None


@pytest.mark.parametrize("forbidden", RESTRICTED, ids=str)
def test_what_an_old_answer_rested_on_closes_with_what_she_tells_later(forbidden, stance, article):
    refs = [_excerpt(article, one.slug, stance) for one in article.passages]
    assert still_open(refs, frozenset()) == refs
    now = {one.id: one for one in still_open(refs, forbidden)}
    for found in article.passages:
        shown = stance.shown(found, forbidden)
        one = now.get(found.slug)
        assert (one.text if one else "") == shown, found.slug
        assert one is None or (one.before, one.after) == ("", "")


def test_words_that_nobody_noted_close_under_every_restriction():
    old = PassageRef(id="mourn", section="S", text="Win him back. It’s okay to get messy.", score=1)
    other = PassageRef(id="stones-1", section="S", text="Win him back.", score=1)
    assert [one.text for one in still_open([old, other], {"abuse"})] == ["It’s okay to get messy."]
