"""The sections of an assigned year: shares, the map of flows, earnings, what is scarce."""

import xml.etree.ElementTree as Tree

import polars as pl
import pytest

import karvan as kv
from karvan.plot.maps import THICK
from karvan.report.freight import finding, freighted

SIZE = (784.0, 460.0)
WORLD = {"unit": 0.01, "land": [], "borders": [], "disputed": []}


@pytest.fixture(scope="module")
def toy() -> kv.Corridor:
    return kv.load("toy")


@pytest.fixture(scope="module")
def years(toy: kv.Corridor) -> dict[str, kv.Result]:
    dearer = toy.replace(tariffs=toy.tariffs.with_columns(pl.col("usd") * 1.2))
    return {"base": kv.assign(toy), "dear": kv.assign(dearer)}


def test_nothing_assigned_has_no_section(toy: kv.Corridor) -> None:
    assert freighted({}, toy, WORLD, "middle", SIZE) == []


def test_lines_are_as_wide_as_their_tonnes(toy: kv.Corridor, years: dict[str, kv.Result]) -> None:
    chart = freighted(years, toy, WORLD, "middle", SIZE)[0].charts[0]
    sums = years["base"].tables["flows"].group_by("link").agg(pl.col("kt").sum()).filter(pl.col("kt") > 0)
    assert chart.table["kt"].sum() == pytest.approx(sums["kt"].sum())
    widths = [
        float(part.get("stroke-width") or 0.0)
        for part in Tree.fromstring(chart.alone()).iter()
        if part.tag.endswith("path") and part.get("stroke-opacity") == "0.85"
    ]
    told = sorted(max(0.4, THICK * one / sums["kt"].max()) for one in sums["kt"])
    assert sorted(widths) == pytest.approx(told, abs=0.01)


def test_scenarios_stand_side_by_side_and_shares_are_whole(toy: kv.Corridor, years: dict[str, kv.Result]) -> None:
    made = {one.name: one for one in freighted(years, toy, WORLD, "middle", SIZE)}
    (shares,) = made["freight"].tables.values()
    for name in years:
        assert shares[f"%, {name}"].sum() == pytest.approx(100.0, abs=0.3)
    (earned,) = made["earnings"].tables.values()
    assert earned.columns == ["operator", "country", "base", "dear"]


def test_the_finding_is_the_share_of_the_corridor(years: dict[str, kv.Result]) -> None:
    frame = years["base"].tables["corridors"]
    tag = frame.sort("kt", descending=True)["corridor"][0]
    mine, whole = frame.filter(pl.col("corridor") == tag)["kt"].sum(), frame["kt"].sum()
    assert f"({100 * mine / whole:.0f} %)" in finding(years["base"], tag).replace("\u202f", " ").replace("\xa0", " ")


def test_the_report_holds_them(toy: kv.Corridor, years: dict[str, kv.Result]) -> None:
    found = kv.route(toy, kv.Shipment("orio", "destin", commodity="boxes", feu=1), ways=2)
    page = kv.report(toy, found, freight=years, measure="middle")
    assert "Who carries the freight of 2022" in page.html()
    assert {"assign ways", "assign ways dear"} <= set(page.frames())
