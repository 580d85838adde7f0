"""Numbers and names as they are printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawn import numbers
from karvan.plot.words import called, days, figures, percent, shorten, shorts, signed, span, usd, width, wrap

WORDS = st.text(alphabet="abcdefghij KLMÇəшქ-", max_size=60)


@given(st.floats(-1e7, 1e7, allow_nan=False))
def test_figures_are_within_half_of_the_third_digit(value: float) -> None:
    said = numbers(figures(value))[0]
    assert said == pytest.approx(value, rel=0.005, abs=1e-9)


@given(st.floats(-1e6, 1e6, allow_nan=False))
def test_dollars_are_rounded_to_ten_or_one(value: float) -> None:
    assert abs(numbers(usd(value))[0] - value) <= (5 if abs(value) >= 100 else 0.5) + 1e-6


def test_signs() -> None:
    assert [signed(usd(value)) for value in (320, -320, 0, -0.2)] == ["+320", "−320", "0", "0"]
    assert (days(36), days(-36), span(47.6), span(48), percent(0.456)) == ("1.5", "−1.5", "48 h", "2.0 d", "46 %")


@given(WORDS, st.floats(20, 300))
def test_wrapped_lines_keep_every_word_and_the_room(text: str, room: float) -> None:
    lines = wrap(text, room)
    assert " ".join(lines).split() == text.split()
    assert all(width(one) <= room or " " not in one for one in lines)


@given(WORDS, st.floats(30, 300))
def test_a_shortened_text_fits(text: str, room: float) -> None:
    assert width(shorten(text, room)) <= room


def test_width_of_letters_beyond_ascii_is_that_of_their_base() -> None:
    assert width("Ç") == width("C")
    assert width("bold", bold=True) > width("bold")


def test_two_places_of_one_short_name_keep_their_whole_names() -> None:
    said = shorts({"A": "Khorgos (China) station", "B": "Khorgos Gateway dry port", "C": "Poti port", "D": "Port"})
    assert said == {"A": "Khorgos (China) station", "B": "Khorgos Gateway dry port", "C": "Poti", "D": "Port"}


def test_an_unknown_corridor_is_called_by_its_tag() -> None:
    assert (called("middle"), called("new_line"), called("")) == ("Middle Corridor", "New line", "Other")
