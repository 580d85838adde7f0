"""The rows that ways stand on, counted by hand."""

import polars as pl

from drawn import full, scene, toy
from karvan.report import used


def test_the_rows_used_are_those_of_the_legs_and_prices() -> None:
    told = scene()
    rows = used.used(toy(), told)
    assert set(rows["links"]["link_id"]) == set(told.frames["legs"]["link"]) - {""}
    assert set(rows["tariffs"]["tariff_id"]) == set(told.frames["prices"]["tariff"]) - {""}
    link = rows["links"].row(0, named=True)
    by = told.frames["legs"].filter(pl.col("link") == link["link_id"]).select("place", "label").unique().height
    assert link["used_by"] == by


def test_sources_and_grades_add_up_to_the_rows() -> None:
    rows = used.used(toy(), scene())
    many = sum(frame.height for frame in rows.values())
    assert full().sources["rows"].sum() == many
    counted = used.grades(rows)
    assert sum(counted.select(pl.exclude("table")).sum().row(0)) == many
    assert used.assumptions(rows).height == sum(frame.filter(pl.col("grade") == "D").height for frame in rows.values())
