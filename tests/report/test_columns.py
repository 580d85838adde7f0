"""Headings with units, and cells as a reader sees them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawn import full, numbers
from karvan.report.columns import cell, excel, heading, unit


def test_every_numeric_column_of_a_report_has_its_unit() -> None:
    bare = {"order", "number", "year", "rows", "used_by", "month", "A", "B", "C", "D", "value", "low", "high", "tracks"}
    for name, frame in full().frames().items():
        for column in frame.columns:
            if frame[column].dtype.is_numeric() and column not in bare:
                assert unit(column), f"{name}.{column}"
                assert heading(column).endswith(f", {unit(column)}")


@pytest.mark.parametrize("value", [None, ""])
def test_nothing_is_said_of_nothing(value: object) -> None:
    assert cell("price_usd", value) == ""


@given(st.floats(0.001, 1))
def test_shares_are_in_per_cent(share: float) -> None:
    assert numbers(cell("share", share))[0] == pytest.approx(share * 100, rel=0.005)


def test_words_days_and_truth() -> None:
    said = [cell("a", value) for value in (True, False, dt.date(2026, 3, 1), "text")]
    assert said == ["yes", "no", "2026-03-01", "text"]
    assert (cell("year", 2022.0), excel("year", False), excel("share", False)) == ("2022", "0", "0.0 %")
