"""The article is the source's, word for word, and any other article can be cut as well."""

import hashlib
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.article import BUILT_IN, Article, load_article, load_folder, parse_article
from knowledge.errors import ArticleError

# Words of the text the article was taken from, which lies outside this repository.
SOURCE_WORDS = 1386
SOURCE_SHA256 = "5370ac6d73994a0a1b271c7d8ad43d9426d77a3123779f96bb560c007afd75b7"

WORD = re.compile(r"[^\W_]+")
ADDED = re.compile(r"<!-- added: [^>]*-->\s*#+ ([^\n]*)")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
LONG = " ".join(f"Sentence number {n} says a little about the sea." for n in range(100))


def words(text: str) -> list[str]:
    return WORD.findall(COMMENT.sub("", ADDED.sub("", text)))


def assert_sound(article: Article) -> None:
    """What holds for every article: offsets are right, nothing overlaps, slugs are unique."""
    for passage in article.passages:
        assert article.source[passage.start : passage.end] == passage.text
        assert passage.text.strip() == passage.text != ""
    for before, after in pairwise(article.passages):
        assert before.end <= after.start
    slugs = [passage.slug for passage in article.passages]
    assert len(set(slugs)) == len(slugs)


def test_article_is_the_source_word_for_word() -> None:
    found = words(BUILT_IN.read_text(encoding="utf-8"))
    assert len(found) == SOURCE_WORDS
    assert hashlib.sha256(" ".join(found).encode()).hexdigest() == SOURCE_SHA256


def test_added_headings_are_marked() -> None:
    assert ADDED.findall(BUILT_IN.read_text(encoding="utf-8")) == [
        "Bring in New Energy",
        "A Closing Word",
    ]


def test_built_in_article_is_cut_into_its_passages(article: Article) -> None:
    assert_sound(article)
    assert len(article.passages) == 25
    assert len({passage.section for passage in article.passages}) == 11
    by_slug = {passage.slug: passage for passage in article.passages}
    assert by_slug["his-socials"].text == "- don’t stalk his socials! or him please"
    assert by_slug["strawberries"].path == (
        "How to Get Him Back After a Breakup",
        "Give Him The Breakup",
        "Respect His Decision",
    )


def test_passages_leave_out_only_headings_and_the_by_line(article: Article) -> None:
    kept = sum(len(WORD.findall(passage.text)) for passage in article.passages)
    headings = re.findall(r"(?m)^#+ (.*)$", ADDED.sub("", article.source))
    left_out = WORD.findall(" ".join(headings)) + WORD.findall("by | Jan 30, 2023")
    assert kept + len(left_out) == SOURCE_WORDS


def test_hash_sees_words_not_wrapping() -> None:
    wide = parse_article("one two three", "a").passages[0]
    wrapped = parse_article("one\ntwo   three", "a").passages[0]
    other = parse_article("one two four", "a").passages[0]
    assert wide.hash == wrapped.hash != other.hash


def test_hash_in_a_code_fence_is_no_heading() -> None:
    source = "# Top\n\n```\n# not a heading\nx = 1\n```\n\n## Below\n\nWords.\n"
    found = parse_article(source, "code")
    assert_sound(found)
    assert [(p.path, p.text) for p in found.passages] == [
        (("Top",), "```\n# not a heading\nx = 1\n```"),
        (("Top", "Below"), "Words."),
    ]


def test_nested_list_stays_whole() -> None:
    source = (
        "Before.\n\n" + "x " * 200 + "\n\n- one\n  - inner\n    1. deep\n- two\n\n# Next\n\nAfter."
    )
    found = parse_article(source, "list")
    assert_sound(found)
    assert any("- one\n  - inner\n    1. deep\n- two" in p.text for p in found.passages)
    assert found.passages[-1].section == "Next"


def test_sibling_and_outer_headings_end_a_path() -> None:
    source = "# A\n\n### C\n\none\n\n## B\n\ntwo\n\nD\n=\n\nthree"
    assert [p.path for p in parse_article(source, "h").passages] == [
        ("A", "C"),
        ("A", "B"),
        ("D",),
    ]


def test_long_paragraph_is_cut_with_right_offsets() -> None:
    source = f"# Sea\n\nShort one.\n\n{LONG}\n\nThe end."
    found = parse_article(source, "sea")
    assert_sound(found)
    assert len(found.passages) >= 4
    assert max(len(p.text) for p in found.passages) <= 1200
    assert words(" ".join(p.text for p in found.passages)) == words(source)[1:]


def test_a_marked_long_passage_keeps_its_name_for_the_first_piece() -> None:
    found = parse_article(f"<!-- passage: sea -->\n\n{LONG}", "a")
    assert [p.slug for p in found.passages][:2] == ["sea", "sea-2"]


def test_plain_text_without_headings(tmp_path: Path) -> None:
    path = tmp_path / "Night thoughts.txt"
    path.write_text("First line\nof a paragraph.\n\n\nSecond paragraph.", encoding="utf-8")
    found = load_article(path)
    assert_sound(found)
    (passage,) = found.passages
    assert (passage.slug, passage.section, passage.path) == (
        "night-thoughts-text-1",
        "Night thoughts",
        (),
    )


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_offsets_hold_for_every_line_ending(end: str, tmp_path: Path) -> None:
    source = f"# One\n\nFirst.\n\n## Two\n\n- a\n- b\n\n{LONG}\n".replace("\n", end)
    found = parse_article(source, "ends")
    assert_sound(found)
    assert [p.section for p in found.passages][:2] == ["One", "Two"]
    path = tmp_path / "ends.md"
    path.write_bytes(source.encode())
    loaded = load_article(path)
    assert_sound(loaded)
    assert [p.hash for p in loaded.passages] == [p.hash for p in found.passages]


@pytest.mark.parametrize("odd", ["\u2028", "\x0c", "\x85", "\x1c"])
def test_odd_line_breaks_do_not_shift_offsets(odd: str) -> None:
    found = parse_article(f"Before{odd}break.\n\n# Next\n\nAfter the heading.", "odd")
    assert_sound(found)
    assert found.passages[-1].text == "After the heading."


def test_byte_order_mark_hides_no_heading(tmp_path: Path) -> None:
    path = tmp_path / "bom.md"
    path.write_bytes(b"\xef\xbb\xbf# Title\n\nWords.")
    (passage,) = load_article(path).passages
    assert (passage.section, passage.text) == ("Title", "Words.")


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                ["# H", "## H", "- a\n- b", "```\n# x\n```", "> q", "\r\n", "\u2028", LONG]
            ),
            st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
        ),
        max_size=12,
    )
)
def test_any_text_is_cut_soundly_or_refused(parts: list[str]) -> None:
    try:
        assert_sound(parse_article("\n\n".join(parts), "any"))
    except ArticleError as error:
        assert "holds no paragraph" in str(error) or "names two passages" in str(error)  # noqa: PT017


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "holds no paragraph"),
        (b"# Only a heading\n", "holds no paragraph"),
        (b"text\x00more", "not a text file"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "not UTF-8"),
        ("Grüße".encode("latin-1"), "not UTF-8"),
        (b"<!-- passage: a -->\n\nx\n\n# H\n\n<!-- passage: a -->\n\ny", "two passages 'a'"),
    ],
)
def test_unusable_file_is_refused_in_one_sentence(
    content: bytes, sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / "broken.md"
    path.write_bytes(content)
    with pytest.raises(ArticleError, match=sentence) as caught:
        load_folder(tmp_path)
    assert "broken" in str(caught.value)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_missing_file_and_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match=r"gone\.md"):
        load_article(tmp_path / "gone.md")
    with pytest.raises(ArticleError, match=r"COACH_ARTICLES is wrong: .*gone' is not a folder"):
        load_folder(tmp_path / "gone")


def test_folder_takes_text_files_in_order_and_nothing_else(tmp_path: Path) -> None:
    for name in ("b.md", "a.TXT", "c.pdf", ".hidden.md", "история.md", "письмо.md"):
        (tmp_path / name).write_text("Words.", encoding="utf-8")
    found = load_folder(tmp_path)
    assert [a.name for a in found] == ["article", "a", "b", "история", "письмо"]


def test_no_folder_means_the_built_in_article_alone() -> None:
    assert [a.name for a in load_folder(None)] == ["article"]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"a b.md": "x", "a-b.md": "y"}, "'a b' and 'a-b' both have a passage 'a-b-text-1'"),
        ({"own.md": "<!-- passage: mourn -->\n\nx"}, r"'article' and 'own' both .* 'mourn'"),
        ({"a.md": "x", "a.txt": "# H\n\ny"}, "Two articles are named 'a'"),
        ({"article.md": "x"}, "Two articles are named 'article'"),
    ],
)
def test_clashing_names_are_refused(files: dict[str, str], sentence: str, tmp_path: Path) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ArticleError, match=sentence):
        load_folder(tmp_path)
