"""Results told: every row keeps its numbers and gets a label, a place, and whether it is the one measured."""

import polars as pl

from drawn import base, found, routes, scene, toy
from karvan.report.told import told


def test_rivals_keep_their_numbers() -> None:
    one = scene()
    for name in ("ways", "legs", "prices", "shares", "match", "seasons"):
        assert one.frames[name].select(base().tables[name].columns).equals(base().tables[name])
    assert one.places == ["Destin", "Havn", "Norrby"]
    mine = one.frames["ways"].filter(pl.col("measured"))
    assert set(mine["corridor"]) == {"middle"}
    assert (one.about.origin, one.about.unit, one.about.year) == ("Orio", "FEU", 2022)


def test_routes_number_their_ways_and_measure_the_first() -> None:
    one = told(routes(), toy(), "base")
    ways = one.frames["ways"]
    assert ways["label"].n_unique() == ways.height > 1
    assert ways["measured"].to_list() == [True] + [False] * (ways.height - 1)
    joined = one.frames["legs"].join(ways.select("way", pl.col("label").alias("its")), on="way")
    assert joined["label"].equals(joined["its"])
    assert one.places == ["Destin"]


def test_a_run_is_named_in_every_source_line() -> None:
    assert base().run.id in scene().about.source
    assert found().run.version in scene().about.source
