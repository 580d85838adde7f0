"""Bars hold the frames' numbers, in order, with the words that go with them."""

import polars as pl
import pytest

from drawn import SVG, hints, numbers, parsed, scene, words
from karvan.plot import bars
from karvan.plot.words import usd


def test_every_price_and_every_median_is_printed_cheapest_first() -> None:
    told = scene()
    ways = told.frames["ways"]
    chart = bars.bands(ways, told.about)
    ordered = [
        usd(price)
        for place in told.places
        for price in ways.filter(pl.col("place") == place).sort("price_usd")["price_usd"]
    ]
    assert [one for one in words(chart)[words(chart).index("To Destin") :] if one in ordered] == ordered
    said = [numbers(one) for one in hints(chart)]
    prices = sorted(one[2] for one in said[::2])
    assert prices == pytest.approx(sorted(ways["price_usd"]), rel=0.005)
    days = sorted(one[2] for one in said[1::2])
    assert days == pytest.approx(sorted(ways["hours_p50"] / 24), rel=0.005)
    assert chart.table["price_usd"].to_list() == sorted(ways["price_usd"])


def test_a_thick_bar_shows_the_quartiles_where_there_are_any() -> None:
    told = scene()
    plain = bars.bands(told.frames["ways"].drop("hours_p25", "hours_p75"), told.about)
    more = [(pl.col("hours_p50") * share).alias(name) for name, share in (("hours_p25", 0.9), ("hours_p75", 1.1))]
    thick = bars.bands(told.frames["ways"].with_columns(*more), told.about)
    count = [
        len([one for one in parsed(chart).iter(f"{SVG}line") if one.get("stroke-width") == "7"])
        for chart in (plain, thick)
    ]
    assert count == [0, told.frames["ways"].height]


def test_stacked_bars_are_as_long_as_their_hours() -> None:
    told = scene()
    chart = bars.shares(told.frames["ways"], told.frames["shares"], told.about)
    boxes = [one for one in parsed(chart).iter(f"{SVG}rect") if one.get("height") == "14"]
    widths = [float(one.get("width", 0)) for one in boxes]
    hours = told.frames["ways"].sort("hours", maintain_order=True)
    drawn = [
        told.to(place, "shares").filter(pl.col("label") == label)["hours"].to_list()
        for place in told.places
        for label in hours.filter(pl.col("place") == place)["label"]
    ]
    flat = [one for group in drawn for one in group]
    scale = sum(widths) / sum(flat)
    assert widths == pytest.approx([one * scale for one in flat], abs=0.02)
    assert chart.table.group_by("to", "way").agg(pl.col("share").sum())["share"].to_list() == pytest.approx(
        [1.0] * len(drawn)
    )


def test_match_says_what_would_close_each_gap() -> None:
    told = scene()
    gaps = told.frames["match"]
    chart = bars.match(gaps, told.about)
    shown = " | ".join(words(chart))
    for row in gaps.iter_rows(named=True):
        assert bars.to_match(row) in shown
        said = numbers(bars.to_match(row))
        wanted = (
            [row["usd_to_match"], row["hours_to_match"] / 24] if row["cost_gap_usd"] > 0 else [-row["cost_gap_usd"]]
        )
        assert said == pytest.approx(wanted, rel=0.05, abs=5)
    hollow = [
        one for one in parsed(chart).iter(f"{SVG}rect") if one.get("height") == "14" and one.get("fill") == "#ffffff"
    ]
    assert len(hollow) == gaps.filter(~pl.col("sign_holds")).height
    behind = gaps.filter(pl.col("cost_gap_usd") > 0).height
    assert f"behind {behind} of {gaps.height}" in chart.title
