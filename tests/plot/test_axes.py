"""Scales and round ticks."""

import itertools
import math
from xml.etree import ElementTree

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from drawn import numbers
from karvan.plot.axes import Scale, across, grouped, stretch, ticks, upward

REAL = st.floats(-1e6, 1e6, allow_nan=False)


@given(REAL, REAL, st.integers(2, 10))
def test_ticks_are_round_even_and_inside(low: float, high: float, about: int) -> None:
    assume(high - low > 1e-3)
    marks = ticks(low, high, about)
    step = (high - low) / about
    assert all(low - 1e-6 * step <= mark <= high + 1e-6 * step for mark in marks)
    assert len(marks) <= about + 1
    gaps = {round((b - a) / 10 ** math.floor(math.log10(b - a) + 1e-9), 4) for a, b in itertools.pairwise(marks)}
    assert gaps <= {1.0, 2.0, 2.5, 5.0, 10.0}
    assert len(gaps) <= 1


@given(REAL, REAL, REAL)
def test_a_scale_comes_back(low: float, high: float, value: float) -> None:
    assume(abs(high - low) > 1)
    scale = Scale(low, high, 10, 500)
    assert scale.back(scale(value)) == pytest.approx(value, abs=1e-6 * max(1, abs(low), abs(high), abs(value)))


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=8))
def test_a_stretched_scale_holds_all_values(values: list[float]) -> None:
    scale = stretch(values, 0, 100)
    assert all(-1e-6 <= scale(value) <= 100 + 1e-6 for value in values)
    assert -1e-6 <= scale(0) <= 100 + 1e-6


def test_rows_stand_under_their_place_and_never_on_one_another() -> None:
    rows = [{"place": place} for place in "abab"]
    spots, heads, foot = grouped(rows, ["a", "b"], 10, 20)
    assert [row["place"] for _, row in spots] == ["a", "a", "b", "b"]
    ys = sorted([y for y, _ in spots] + [y for y, _ in heads])
    assert min(b - a for a, b in itertools.pairwise(ys)) >= 18
    assert foot > ys[-1]
    assert grouped(rows, ["a"], 0, 20)[1] == []


@given(st.floats(0.5, 1e5), st.integers(2, 9))
def test_a_tick_says_the_value_it_stands_at(high: float, about: int) -> None:
    scale = Scale(0, high, 0, 1000)
    for drawn, side in ((across(scale, 0, 10, about=about), "x"), (upward(scale, 0, 10, about=about), "y")):
        for text in ElementTree.fromstring(f"<svg>{drawn}</svg>").iter("text"):
            at = float(text.get(side, "nan")) - (4 if side == "y" else 0)
            assert scale(numbers(text.text or "")[0]) == pytest.approx(at, abs=12 if high < 1 else 1)
