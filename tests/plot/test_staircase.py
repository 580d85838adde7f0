"""The staircase draws the legs it is given: totals, steps, and numbers read back from the picture."""

import itertools

import polars as pl
import pytest

from drawn import hints, numbers, parsed, scene, words
from karvan.plot.labels import touch
from karvan.plot.staircase import pieces, staircase, staircases, table


def main() -> tuple[dict[str, object], pl.DataFrame]:
    told = scene()
    way = told.frames["ways"].filter(pl.col("measured")).to_dicts()[0]
    return way, told.to(str(way["place"]), "legs").filter(pl.col("label") == way["label"])


def test_pieces_join_up_and_end_at_the_ways_totals() -> None:
    way, legs = main()
    steps = pieces(legs, scene().about)
    assert steps[0].start == (0, 0)
    assert all(a.end == b.start for a, b in itertools.pairwise(steps))
    assert steps[-1].end == pytest.approx((way["km"], way["hours"]))
    stands = sum(one.end[1] - one.start[1] for one in steps if one.start[0] == one.end[0])
    moves = legs.filter(pl.col("kind") == "move")
    assert stands == pytest.approx(legs["hours"].sum() - (moves["hours"] - moves["waiting_h"]).sum())
    borders = legs.filter(pl.col("kind") == "border")
    red = sum(one.end[1] - one.start[1] for one in steps if one.part == "post")
    assert red == pytest.approx((borders["hours"] - borders["waiting_h"]).sum())


def test_the_band_says_the_ways_quantiles_and_labels_do_not_touch() -> None:
    way, legs = main()
    chart = staircase(way, legs, scene().about)
    said = [one for one in words(chart) if one.endswith(("P10", "P50", "P90"))]
    shown = sorted(numbers(one)[0] for one in said)
    wanted = [round(float(str(way[name])) / 24, 1) for name in ("hours_p10", "hours_p50", "hours_p90")]
    assert shown == pytest.approx(wanted)
    assert len(chart.labels) >= 3
    assert not any(touch(a, b, gap=0) for a, b in itertools.combinations(chart.labels, 2))
    assert str(way["place"]) in chart.title
    assert chart.table["total_h"][-1] == pytest.approx(way["hours"])


def test_every_way_to_every_destination_has_a_panel() -> None:
    told = scene()
    ways = told.frames["ways"]
    chart = staircases(ways, told.frames["legs"], told.about)
    assert len([one for one in hints(chart) if one.startswith("P10")]) == ways.height
    assert chart.table.height == told.frames["legs"].height
    assert float(parsed(chart).get("width", 0)) == chart.width


def test_the_table_names_places_and_adds_up() -> None:
    _, legs = main()
    shown = table(legs, scene().about)
    assert shown["from"][0] == "Orio"
    assert shown["total_km"].to_list() == pytest.approx(legs["km"].cum_sum().to_list())
