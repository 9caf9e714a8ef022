"""What the classifier reads: sentences, windows of endless ones, and stretches of several."""

from hypothesis import given
from hypothesis import strategies as st

from coach.safety.pieces import pieces


def _texts(text: str) -> list[str]:
    return [text[start:end].strip() for spans in pieces(text) for start, end in spans]


def test_sentences_come_alone_and_together() -> None:
    assert _texts("he left us in early may. i still set two plates. why do i do that?") == [
        "he left us in early may.",
        "i still set two plates.",
        "why do i do that?",
        "he left us in early may. i still set two plates. why do i do that?",
    ]


def test_a_tiny_sentence_stays_with_the_one_before_it() -> None:
    assert _texts("he hit me. twice. i left for good that night") == [
        "he hit me. twice.",
        "i left for good that night",
        "he hit me. twice. i left for good that night",
    ]


def test_an_endless_sentence_is_cut_where_it_breathes() -> None:
    text = " ".join(["i waited for him at home and then he came,"] * 12)
    windows = _texts(text)
    assert all(len(window.split()) <= 40 for window in windows)
    assert " ".join(windows) == text
    assert all(window.endswith(",") for window in windows)


def test_nothing_of_a_long_message_is_left_out() -> None:
    text = ". ".join(f"this is sentence number {n} of a long story about us" for n in range(40))
    spans = [span for those in pieces(text) for span in those]
    read = {position for start, end in spans for position in range(start, end)}
    assert all(position in read for position, char in enumerate(text) if char.isalnum())
    longest = max(len(text[start:end].split()) for start, end in spans)
    assert longest <= 64


@given(st.text(max_size=600))
def test_any_text_is_cut_into_pieces_of_it(text: str) -> None:
    for start, end in [span for those in pieces(text) for span in those]:
        assert 0 <= start < end <= len(text)
        assert text[start:end].strip()
