"""Frames: polars, pandas and Arrow to a checked corridor and back."""

import datetime as dt

import polars as pl
import pytest

from karvan.errors import FaultsError, InputError
from karvan.io import frames
from support import same


def filled(corridor):
    return {name: frame for name, frame in corridor.tables.items() if frame.height}


def test_frames_make_a_checked_corridor(corridor):
    found = frames.corridor("small", filled(corridor), edition="2024.1", price_year=2022, title="A small one")
    assert same(found, corridor)


def test_lazy_frames_whole_numbers_categories_and_midnights_serve(corridor):
    tables = filled(corridor)
    tables["params"] = tables["params"].with_columns(pl.col("value").cast(pl.Int32)).lazy()
    tables["nodes"] = tables["nodes"].with_columns(pl.col("kind").cast(pl.Categorical), pl.col("lat").cast(pl.Float32))
    tables["shocks"] = tables["shocks"].with_columns(pl.col("starts").cast(pl.Datetime))
    tables["links"] = tables["links"].with_columns(pl.col("tracks").cast(pl.Float64))
    found = frames.corridor("small", tables, edition="2024.1", title="A small one")
    assert same(found, corridor)


WRONG = [
    ("links", pl.col("length_km").cast(pl.String), "length_km", 0, "holds String where numbers are needed"),
    ("links", pl.col("tracks") + 0.5, "tracks", 1, "must be a whole number"),
    ("nodes", pl.lit(7).alias("name"), "name", 0, "holds Int32 where text is needed"),
    ("nodes", pl.lit([1, 2]).alias("name"), "name", 0, "holds List"),
    ("links", pl.lit(1).alias("one_way"), "one_way", 0, "holds Int32 where booleans are needed"),
    ("links", pl.lit("yes").alias("one_way"), "one_way", 0, "holds String where booleans are needed"),
    ("params", pl.lit(float("nan")).alias("value"), "value", 1, "must be a finite number"),
    ("params", pl.lit(float("inf")).alias("value"), "value", 1, "must be a finite number"),
    ("shocks", pl.lit(dt.datetime(2026, 1, 1, 6)).alias("starts"), "starts", 1, "a day without an hour"),
    ("shocks", pl.lit(46000).alias("starts"), "starts", 0, "holds Int32 where days are needed"),
]


@pytest.mark.parametrize(("table", "cell", "column", "row", "words"), WRONG)
def test_columns_of_the_wrong_type_are_named(corridor, table, cell, column, row, words):
    tables = filled(corridor)
    tables[table] = tables[table].with_columns(cell)
    with pytest.raises(FaultsError) as caught:
        frames.corridor("small", tables)
    (fault,) = [one for one in caught.value.faults if one.row <= 1]
    assert (fault.file, fault.column, fault.row) == (table, column, row)
    assert words in fault.rule
    assert fault.cure


def test_a_table_that_is_none_and_a_thing_that_is_no_frame(corridor):
    tables = filled(corridor)
    with pytest.raises(FaultsError, match=r"lnks: is no table.*Nearest: links"):
        frames.corridor("small", {**{k: v for k, v in tables.items() if k != "links"}, "lnks": tables["links"]})
    with pytest.raises(InputError, match="a list is no frame"):
        frames.corridor("small", {"nodes": [1, 2]})


def test_pandas_frames_both_ways(corridor):
    pytest.importorskip("pandas", reason="pandas is not installed")
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    told = frames.to_pandas(corridor.tables)
    found = frames.corridor("small", told, edition="2024.1", title="A small one")
    assert found.digest == corridor.digest


def test_arrow_tables_both_ways(corridor):
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    told = frames.to_arrow(corridor.tables)
    assert same(frames.corridor("small", told, edition="2024.1", title="A small one"), corridor)


def test_what_is_not_installed_says_how_to_get_it(monkeypatch, corridor):
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(InputError, match="pandas is not installed\n  cure: pip install pandas"):
        frames.to_pandas(corridor.tables)


def test_any_maker_of_an_arrow_stream_serves(corridor):
    class Stream:
        def __init__(self, frame):
            self.frame = frame

        def __arrow_c_stream__(self, requested_schema=None):
            return self.frame.__arrow_c_stream__(requested_schema)

    tables = {name: Stream(frame) for name, frame in filled(corridor).items()}
    assert same(frames.corridor("small", tables, edition="2024.1", title="A small one"), corridor)
