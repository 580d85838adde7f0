"""Scenario against base, Pareto and seasons: what is drawn is what the frames say."""

import itertools

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawn import SVG, hints, numbers, parsed, scene, words
from karvan.plot import points
from karvan.plot.labels import touch

NAMES = ("price_usd", "hours_p50", "co2_kg")


def test_a_change_is_clear_only_where_the_bands_lie_apart() -> None:
    told, other = scene(), scene("quick")
    chart = points.change(told.frames["ways"], other.frames["ways"], told.about, ("base", "quick"))
    joined = told.frames["ways"].join(other.frames["ways"], on=["place", "label"], suffix="_new")
    apart = joined.filter(
        (pl.col("price_p10_usd_new") > pl.col("price_p90_usd"))
        | (pl.col("price_p90_usd_new") < pl.col("price_p10_usd"))
    )
    assert 0 < chart.table["price_clear"].sum() == apart.height
    unclear = [one for one in words(chart) if one.endswith(("no clear change", "no change"))]
    assert len(unclear) == 2 * joined.height - chart.table["price_clear"].sum() - chart.table["hours_clear"].sum()
    for row in chart.table.iter_rows(named=True):
        assert row["price_change_usd"] == pytest.approx(row["price_usd_new"] - row["price_usd"])
    assert f"the price of {apart.height} and" in chart.title


def test_a_scenario_against_itself_changes_nothing() -> None:
    ways = scene().frames["ways"]
    chart = points.change(ways, ways, scene().about, ("base", "same"))
    assert chart.table["price_change_usd"].abs().sum() == 0
    assert len([one for one in words(chart) if one == "no change"]) == 2 * ways.height


def test_filled_points_are_the_undominated_ones() -> None:
    told = scene()
    chart = points.pareto(told.frames["ways"], told.about)
    circles = list(parsed(chart).iter(f"{SVG}circle"))
    assert len(circles) == told.frames["ways"].height
    filled = {(one[0].text or "").split(":")[0] + (one.get("cx") or "") for one in circles if one.get("fill") != "none"}
    best = 0
    for place in told.places:
        rows = told.to(place, "ways").to_dicts()
        best += sum(
            not any(
                all(other[name] <= row[name] for name in NAMES) and any(other[name] < row[name] for name in NAMES)
                for other in rows
            )
            for row in rows
        )
    assert len(filled) == best
    assert not any(touch(a, b, gap=0) for a, b in itertools.combinations(chart.labels, 2))
    prices = sorted(numbers(one)[-4] for one in hints(chart))
    assert prices == pytest.approx(sorted(told.frames["ways"]["price_usd"]), rel=0.01)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=8))
def test_a_way_never_beats_itself_and_the_best_is_never_beaten(values: list[tuple[int, int, int]]) -> None:
    rows = [dict(zip(NAMES, one, strict=True)) for one in values]
    keep = [row for row in rows if not any(points._beats(other, row) for other in rows)]
    assert keep
    assert min(values) in [tuple(row[name] for name in NAMES) for row in keep]


def test_the_fan_passes_through_every_month() -> None:
    told = scene()
    frame = told.frames["seasons"]
    chart = points.seasons(frame, told.about, "Middle Corridor")
    lines = [one.get("d", "") for one in parsed(chart).iter(f"{SVG}path") if one.get("fill") == "none"]
    assert len(lines) == frame["place"].n_unique()
    assert all(len(numbers(line.replace("M", " ").replace("L", " "))) == 24 for line in lines)
    worst = frame.filter(pl.col("place") == frame["place"][0]).sort("hours_p50")
    apart = (worst["hours_p50"][-1] - worst["hours_p50"][0]) / 24
    assert numbers(chart.title.split("takes")[1])[0] == pytest.approx(apart, abs=0.051)
