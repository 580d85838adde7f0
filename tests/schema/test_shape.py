"""Frames in the shape of their tables."""

import polars as pl
import pytest

from karvan.schema import TABLES
from karvan.schema.shape import conform, dtypes, empty


@pytest.mark.parametrize("table", TABLES)
def test_an_empty_table_has_the_schema_s_columns_and_is_valid_to_dataframely(table):
    frame = empty(table)
    assert dict(frame.schema) == dtypes(table)
    assert TABLES[table].is_valid(frame.select(TABLES[table].column_names()))


def test_conform_orders_casts_fills_and_keeps_own_columns_behind():
    given = pl.DataFrame({"x_b": [1], "tracks": [2.0], "link_id": ["L"], "x_a": ["a"], "length_km": [5]})
    found = conform("links", given)
    assert found.columns == [*dtypes("links"), "x_b", "x_a"]
    assert found.select("link_id", "tracks", "length_km", "hours", "x_b").row(0) == ("L", 2, 5.0, None, 1)
    assert dict(found.schema) == {**dtypes("links"), "x_b": pl.Int64, "x_a": pl.String}


def test_conform_refuses_what_cannot_be_cast():
    with pytest.raises(pl.exceptions.InvalidOperationError):
        conform("links", pl.DataFrame({"link_id": ["L"], "length_km": ["far"]}))


def test_conform_twice_is_conform_once(corridor):
    for table, frame in corridor.tables.items():
        assert conform(table, frame).equals(frame)
