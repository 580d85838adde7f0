"""Columns of cells: what reads, what does not, and what the fault says of it."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from karvan.io import cells
from karvan.schema import TABLES
from karvan.schema.base import Fact

NUMBER = TABLES["links"].fact("length_km")
WHOLE = TABLES["links"].fact("tracks")
DAY = TABLES["links"].fact("valid_from")
FLAG = TABLES["links"].fact("one_way")
FREE = TABLES["links"].fact("note")
CHOICE = TABLES["links"].fact("mode")


def read(fact, *texts):
    values, found = cells.read(fact, pl.Series(fact.name, texts, dtype=pl.String))
    return values.to_list(), {row for one in found for row in one.rows.to_list()}


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_numbers_read_as_python_writes_them(numbers):
    assert read(NUMBER, *map(repr, numbers)) == (numbers, set())


@given(st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_whole_numbers_read_as_python_writes_them(numbers):
    assert read(WHOLE, *map(str, numbers)) == (numbers, set())


@given(st.lists(st.dates()))
def test_days_read_as_iso_writes_them(days):
    assert read(DAY, *(day.isoformat() for day in days)) == (days, set())


@pytest.mark.parametrize(
    ("fact", "texts", "values", "bad"),
    [
        (NUMBER, ["1", " 2.5 ", "", "  ", None, "+3", "1e3"], [1.0, 2.5, None, None, None, 3.0, 1000.0], set()),
        (NUMBER, ["nan", "inf", "1_0", "0x1F", "1e"], [None] * 5, {0, 1, 2, 3, 4}),
        (WHOLE, ["2", "2.0", "2.5", "1e3", "9007199254740993.0"], [2, 2, None, 1000, 9007199254740992], {2}),
        (DAY, ["2026-01-31", " 2026-01-31", "2026-1-31", "26-01-31", ""], [dt.date(2026, 1, 31)] * 2 + [None] * 3, {2, 3}),
        (FLAG, ["true", "FALSE", "True", "1", "0", "", None, "wahr"], [True, False, True, True, False, None, None, None], {7}),
        (FREE, [" x ", "", None], [" x ", "", None], set()),
        (CHOICE, ["rail", "", "road "], ["rail", None, "road"], {2}),
    ],
)  # fmt: skip
def test_what_reads_and_what_does_not(fact, texts, values, bad):
    assert read(fact, *texts) == (values, bad)


@given(st.text(max_size=8), st.sampled_from([NUMBER, WHOLE, DAY, FLAG]))
def test_any_text_is_a_value_or_empty_or_a_fault_with_rule_and_cure(text, fact):
    values, found = cells.read(fact, pl.Series(fact.name, [text], dtype=pl.String))
    blank = not text.strip() and not set(text) & set(
        "\x1c\x1d\x1e\x1f"
    )  # Python strips these, Unicode calls them no space
    if values[0] is None and not blank:
        (one,) = found
        rule, cure, _ = one.tell(text)
        assert rule
        assert cure
    else:
        assert found == []


@pytest.mark.parametrize("word", ["FEU", "%", "US$", "км", "e"])
def test_a_unit_beside_the_number_is_named(word):
    _, found = cells.read(NUMBER, pl.Series("length_km", [f"12 {word}"]))
    rule, cure, _ = found[0].tell(f"12 {word}")
    assert "km" in rule + cure


def test_an_own_column_of_text_keeps_every_text():
    own = Fact("x_note", "text", "own", "", None, False, False)
    assert read(own, '"', "a;b,c", " ")[0] == ['"', "a;b,c", " "]
