"""Figures and tables as plain text."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from karvan.runs.plain import text
from karvan.runs.plain.text import Column

CELLS = st.text(st.characters(min_codepoint=32, max_codepoint=0x4FF, exclude_categories=("Cc", "Mn")), max_size=60)


@given(st.lists(st.tuples(CELLS, CELLS, st.integers(-(10**9), 10**9)), max_size=8))
def test_a_table_is_never_wider_than_the_page(rows: list[tuple[str, str, int]]) -> None:
    columns = [
        Column("place", [row[0] for row in rows], right=False),
        Column("and another", [row[1] for row in rows], right=False),
        Column("km", [f"{row[2]:,}" for row in rows]),
    ]
    lines = text.table(columns).split("\n")
    assert len(lines) == len(rows) + 1 and max(map(len, lines)) <= 80
    for line, row in zip(lines[1:], rows, strict=True):
        assert line.endswith(f"{row[2]:,}")  # figures are never cut


@given(st.floats(1e-6, 1e9))
def test_a_figure_keeps_three_digits(value: float) -> None:
    assert float(text.number(value).replace(",", "")) == pytest.approx(value, rel=5.1e-3)


@given(st.floats(10, 1e9))
def test_money_is_whole(value: float) -> None:
    assert abs(int(text.price(value).replace(",", "")) - value) <= 0.5


def test_what_is_not_known_is_a_dash() -> None:
    assert text.number(None) == text.number(math.nan) == text.price(None) == "-"


def test_a_per_cent_sign_stays_with_its_figure() -> None:
    said = text.wrap("a" * 75 + " 34 % of it")
    assert "34 %" in said and max(map(len, said.splitlines())) <= 80


def test_figures_that_do_not_fit_are_cut_last() -> None:
    told = text.table([Column("a", ["x" * 70], right=False), Column("b", ["1" * 70])])
    assert max(map(len, told.splitlines())) <= 80 and ".." in told
