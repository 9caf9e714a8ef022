"""The plain form: one spelling for the rules, her own words for the evidence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.safety.normalise import normalise, unmask


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("I don’t WANT this", "i dont want this"),
        ("i dont want this", "i dont want this"),
        ("wаnt tо diе", "want to die"),  # Cyrillic a, o, e
        ("ki\u200bll\u00ad", "kill"),
        ("ｆｕｌｌ　width", "full width"),
        ("café — now", "cafe - now"),
        ("one\ntwo\n\nthree", "one two\nthree"),
        ("  \t ", ""),
    ],
)
def test_one_spelling(written: str, plain: str) -> None:
    assert normalise(written).text == plain


def test_evidence_is_in_her_own_words() -> None:
    found = normalise("Well… I  don’t wаnt  to be hеre")
    start = found.text.index("i dont")
    assert found.evidence(start, len(found.text)) == "I  don’t wаnt  to be hеre"


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("k i l l myself", "kill myself"),
        ("k1ll mys3lf", "kill myself"),
        ("w4nt t0 d1e", "want to die"),
        ("kiiilll", "kill"),
        ("su.icide", "suicide"),
    ],
)
def test_masked_words_are_undone(written: str, bare: str) -> None:
    found = unmask(normalise(written))
    assert found is not None
    assert found.text == bare
    assert found.evidence(0, len(found.text)) == written


@pytest.mark.parametrize("honest", ["I'm 25f and he is m32", "10k steps at 7am", "plain words"])
def test_honest_digits_are_left_alone(honest: str) -> None:
    assert unmask(normalise(honest)) is None


@given(st.text())
def test_any_string_maps_back_into_itself(text: str) -> None:
    plain = normalise(text)
    for form in filter(None, (plain, unmask(plain))):
        assert len(form.starts) == len(form.text)
        assert list(form.starts) == sorted(form.starts)
        assert all(start < len(text) for start in form.starts)
        start, end = form.span(0, len(form.text))
        assert 0 <= start <= end <= len(text)
