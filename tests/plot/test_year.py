"""Pictures of a simulated year: each draws its own rows, says its finding, and is well-formed."""

import xml.etree.ElementTree as Tree

import polars as pl
import pytest

import karvan as kv
from karvan.plot import year
from karvan.plot.svg import About, Chart
from karvan.studies.compare.years import change

NAMES = {"XB_PRT": "Portel", "XC_PRT": "Havn"}
ABOUT = About(NAMES, "", "", "base", 2022, "source")


@pytest.fixture(scope="module")
def toy() -> kv.Corridor:
    return kv.load("toy")


@pytest.fixture(scope="module")
def found(toy: kv.Corridor) -> kv.Result:
    return kv.simulate(toy, start="2022-01-01", days=120, runs=3, trace=40)


def texts(chart: Chart) -> list[str]:
    return [part.text or "" for part in Tree.fromstring(chart.alone()).iter() if part.tag.endswith("text")]


def test_the_strip_marks_where_most_waits(toy: kv.Corridor, found: kv.Result) -> None:
    chart = year.strip(found.tables, toy.nodes, ABOUT)
    worst = chart.table.sort("queue", descending=True).row(0, named=True)
    assert worst["name"] in chart.title and worst["resource"] in chart.title
    assert worst["queue"] > 0 and chart.body.count("var(--accent)") == 1
    lons = dict(toy.nodes.select("name", "lon").iter_rows())
    placed = [lons[name] for name in chart.table["name"].to_list() if name in lons]
    assert placed == sorted(placed, reverse=True)
    assert len([said for said in texts(chart) if said.endswith(" h")]) == chart.table.height


def test_the_calendar_has_a_cell_a_month_and_names_its_darkest(found: kv.Result) -> None:
    frame = found.tables["waits_by_month"]
    chart = year.calendar(frame, ABOUT, names=NAMES)
    assert [said for said in texts(chart) if said in ("Jan", "Feb", "Mar", "Apr")] == ["Jan", "Feb", "Mar", "Apr"]
    assert chart.body.count("<rect") == 4 * chart.table.height
    assert f"{frame['queue'].max():.3g}" in chart.title
    assert chart.table.drop("place", "cause").to_numpy().max() == pytest.approx(frame["queue"].max())


def test_a_calendar_of_nothing_says_so(found: kv.Result) -> None:
    assert year.calendar(found.tables["waits_by_month"].clear(), ABOUT, names=NAMES).title == "Nothing waits"


def test_ships_and_trains_are_slopes_between_places_of_the_axis(found: kv.Result) -> None:
    axis = [("XA_ORI", 0.0), ("XB_PRT", 900.0), ("XC_PRT", 1300.0), ("XC_DST", 1700.0)]
    chart = year.marey(found.tables["trace"], axis, ABOUT, names=NAMES, days_shown=20.0)
    paths = {
        part.get("stroke"): part.get("d") or ""
        for part in Tree.fromstring(chart.alone()).iter()
        if part.tag.endswith("path")
    }
    ships = found.tables["trace"].filter(
        (pl.col("kind") == "ship") & (pl.col("state") == "sailing") & (pl.col("hour") < 480)
    )
    drawn = next(d for stroke, d in paths.items() if stroke == "#0096a0")
    assert drawn.count("M") == ships.height
    assert "Portel" in texts(chart) and "ships in 20 days" in chart.title


def test_changes_that_are_not_clear_are_grey(toy: kv.Corridor, found: kv.Result) -> None:
    same = year.changes(change(found, found), ABOUT, ("base", "same"))
    assert "no clear change" in same.title and "var(--accent)" not in same.body
    faster = toy.replace(services=toy.services.with_columns((pl.col("vehicles") * 3).alias("vehicles")))
    other = kv.simulate(faster, start="2022-01-01", days=120, runs=3)
    chart = year.changes(change(found, other), ABOUT, ("base", "more ships"))
    assert chart.title.startswith("more ships: -") and "var(--accent)" in chart.body
