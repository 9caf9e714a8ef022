"""BM25 scaled like a cosine."""

import numpy as np
import pytest

from knowledge.lexical import LexicalIndex, tokenize

TEXTS = [
    "he blocked me on everything",
    "I keep checking his instagram at night",
    "we split and the dog stays with him",
    "the dog will not eat since the move",
]


def test_words_and_pairs_without_apostrophes() -> None:
    assert tokenize("I can’t, HE'S") == ["i", "cant", "hes", "i_cant", "cant_hes"]
    assert tokenize("cant") == tokenize("can't") == tokenize("can’t")
    assert tokenize("… ! 🙂") == []


def test_each_text_is_most_like_itself_and_about_one() -> None:
    matrix = LexicalIndex(TEXTS).matrix(TEXTS)
    assert matrix.argmax(axis=1).tolist() == [0, 1, 2, 3]
    assert np.diag(matrix) == pytest.approx(1.0, abs=0.1)
    assert matrix.min() >= 0


def test_no_shared_word_is_no_likeness() -> None:
    index = LexicalIndex(TEXTS)
    assert index.scores("weather").tolist() == [0, 0, 0, 0]
    assert index.scores("").tolist() == [0, 0, 0, 0]


def test_scores_do_not_grow_with_repetition() -> None:
    index = LexicalIndex(TEXTS)
    once = index.scores("the dog")
    assert index.scores("the dog the dog the dog") == pytest.approx(once, abs=0.2)
    assert once[3] > once[0]


def test_rare_words_weigh_more_than_common_ones() -> None:
    texts = ["the cat", "the sun", "the sea", "the rain"]
    scores = LexicalIndex(texts).scores("the rain")
    assert scores[3] > 3 * scores[0] > 0


@pytest.mark.parametrize("texts", [["🙂", "…"], ["", "word"]])
def test_texts_without_words_score_nothing(texts: list[str]) -> None:
    assert LexicalIndex(texts).scores("word")[0] == 0
