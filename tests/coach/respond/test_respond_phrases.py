"""The files of phrases: their form is checked, and each kind of phrase means what it says."""

import pytest

from coach.errors import ConfigError
from coach.respond.phrases import Phrases, load_phrases


def test_each_kind_of_phrase_is_framed() -> None:
    phrases = Phrases(
        "a: {words: [cat]}\nb: {begin_a_word: [cat]}\nc: {begin: [cat]}\nd: {patterns: [cat]}\n",
        "x.yaml",
    )
    found = {name: bool(phrases[name].search("my cats")) for name in "abcd"}
    assert found == {"a": False, "b": True, "c": False, "d": True}
    assert phrases["c"].search("cats")
    assert not phrases["b"].search("concat")


def test_kinds_of_one_name_stand_together_and_keep_their_order() -> None:
    phrases = Phrases(
        "m.low: {words: [bad]}\nother: {words: [x]}\nm.well: {patterns: ['{fine}!', ok]}\n"
        "lists: {fine: good|great}\n",
        "x.yaml",
    )
    assert [kind for kind, _ in phrases.kinds("m")] == ["low", "well"]
    assert phrases["m.well"].search("so great!")
    with pytest.raises(KeyError):
        phrases["m"]


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("a: {words: ['(']}", "x.yaml"),
        ("a: {word: [cat]}", "word"),
        ("a: {}", "x.yaml"),
        ("a: {words: [cat]}\nlists: {words: [cat]}", "lists"),
        ("a: {fine: good}", "a"),
        ("a: {words: ['{lsit}']}\nlists: {list: x}", "lsit"),
        ("- cat", "x.yaml"),
        ("a: [", "x.yaml"),
    ],
)
def test_a_wrong_file_is_refused_by_name(source: str, named: str) -> None:
    with pytest.raises(ConfigError, match=named) as refused:
        Phrases(source, "x.yaml")
    assert "x.yaml" in str(refused.value)


def test_a_file_that_is_not_there_is_a_fault_of_the_configuration() -> None:
    with pytest.raises(ConfigError, match="nothing"):
        load_phrases("nothing")
