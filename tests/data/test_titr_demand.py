"""Demand of the reference corridor: the official sums, outside drivers to 2040, and what follows of them."""

import os
from pathlib import Path

import polars as pl
import pytest
from tools.titr.context.margins import NEAR, margins

import karvan as kv
from karvan.network.demand import CASES, demand_of

FACTS = Path(os.environ.get("KARVAN_FACTS", Path(__file__).parents[3] / "shared" / "facts"))
RULES = ("demand_elasticity", "demand_rate", "open_elasticity", "open_rate")
OWN = ("middle", "titr", "aktau", "kuryk", "alat", "baku", "btk", "akhalkalaki", "poti", "caspian")
"""Words of the corridor's own places: no driver may be called so or count there."""

titr = kv.load("titr")
rules = titr.params.filter(pl.col("name").is_in(RULES))
used = rules["scope"].str.split(":").list.last().unique().sort().to_list()


def test_sums_are_the_official_ones_and_a_wrong_sum_is_refused() -> None:
    found = list(margins(titr.demand, titr.observations))
    assert sum(one.made_from for one in found) == 9
    assert all(abs(one.residual) <= NEAR for one in found if one.made_from)
    with pytest.raises(ValueError, match="2019: the table gives"):
        list(margins(titr.demand.with_columns(pl.col("seen_kt") * 1.02), titr.observations))


def test_empty_boxes_of_the_table_are_what_loaded_ones_leave() -> None:
    boxes = titr.demand.filter((pl.col("teu") > 0) & (pl.col("x_perimeter") == "ministry"))
    for (year,), rows in boxes.group_by("year"):
        loaded = rows.filter(pl.col("kt") > 0)
        west, east = (
            loaded.filter(pl.col("x_direction") == way)["seen_teu"].sum() for way in ("westbound", "eastbound")
        )
        assert rows.filter(pl.col("kt") == 0)["teu"].sum() == pytest.approx(west - east), year


@pytest.mark.parametrize("name", used)
def test_a_driver_has_every_year_a_band_and_stays_in_line(name: str) -> None:
    rows = titr.drivers.filter(pl.col("driver") == name).sort("year")
    mine = rows.filter(pl.col("year") >= 2022)
    assert mine["year"].to_list() == list(range(2022, 2041))
    assert ((mine["low"] <= mine["value"]) & (mine["value"] <= mine["high"])).all()
    assert mine["unit"].n_unique() == 1
    outlook = mine.filter(pl.col("year") >= 2026)["value"]
    assert (outlook.diff().drop_nulls().abs() <= 0.25 * outlook.max()).all()  # type: ignore[operator]
    wide = (mine["high"] - mine["low"]).to_list()
    assert wide[-1] >= wide[2026 - 2022] * 0.99


def test_no_driver_is_a_volume_of_the_corridor() -> None:
    for row in titr.drivers.filter(pl.col("driver").is_in(used)).iter_rows(named=True):
        told = f"{row['driver']} {row['unit']}".lower()
        assert not [word for word in OWN if word in told], told
    middle = titr.observations.filter(
        (pl.col("use") == "keep") & pl.col("place").str.contains("(?i)middle|titr|AAU|KUR|ALA|AKH|PTI")
    )
    late = titr.drivers.filter(pl.col("driver").is_in(used) & (pl.col("year") > 2022))
    same = late.join(middle, on="value", how="inner").filter(
        pl.col("period").str.starts_with(pl.col("year").cast(pl.String))
    )
    assert same.filter(pl.col("unit") == pl.col("unit_right")).is_empty()


def test_rows_of_a_year_to_come_are_assumptions_known_today() -> None:
    late = titr.drivers.filter(pl.col("year") > 2026)
    assert late.height > 300
    assert set(late["grade"]) == {"D"}
    assert late["note"].str.starts_with("outlook: ").all()
    assert late["known_from"].dt.year().unique().to_list() == [2026]
    assert set(rules["grade"]) == {"D"}
    assert ((rules["low"] <= rules["value"]) & (rules["value"] <= rules["high"])).all()


def test_every_flow_moves_in_every_year_and_case() -> None:
    base = titr.demand.filter(pl.col("year") == 2022)
    for year in range(2023, 2041):
        for case in CASES:
            found = demand_of(titr, year, case)
            assert found.height == base.height == 137
            assert found["kt"].is_finite().all() and (found["kt"] >= 0).all()
            assert ((found["kt_low"] <= found["kt"]) & (found["kt"] <= found["kt_high"])).all()
            assert found["captive"].drop_nulls().is_between(0, 1).all()
            assert (found["seen_kt"] <= found["kt"] * (1 - found["captive"].fill_null(0.0)) * 1.0001 + 1e-9).all()


def test_cases_are_in_order_and_open_with_the_years() -> None:
    width = []
    for year in (2026, 2030, 2035, 2040):
        sums = [demand_of(titr, year, case)["seen_kt"].sum() for case in CASES]
        assert sums == sorted(sums)
        width.append(sums[2] / sums[0])
    assert width == sorted(width)


def test_what_is_seen_grows_with_the_oil_agreed_and_no_more() -> None:
    """By hand: agreed 0.25 Mt in 2022 and 1.5 Mt in 2023, exports 64 and 70.5 Mt."""
    oil = demand_of(titr, 2023).filter((pl.col("origin") == "KZ_AAU") & (pl.col("commodity_id") == "crude_oil"))
    whole = (70.5 / 64) ** 0.5
    assert oil["seen_kt"][0] == pytest.approx(250 * whole * 6)
    assert oil["kt"][0] == pytest.approx(2268 * whole * (0.85 + 0.15 * 6))


@pytest.mark.skipif(not FACTS.is_dir(), reason="the gathered facts are not beside the repository")
def test_output_is_its_growth_added_up() -> None:
    facts = pl.read_csv(FACTS / "drivers.csv", infer_schema=False)
    growth = facts.filter(pl.col("driver") == "gdp_real_growth_UZB")
    rate = {int(year): float(value) for year, value in growth.select("year", "value").iter_rows()}
    level = dict(titr.drivers.filter(pl.col("driver") == "gdp_UZ").select("year", "value").iter_rows())
    assert level[2022] == 100
    assert level[2025] / level[2024] == pytest.approx(1 + rate[2025] / 100, rel=1e-6)
    assert level[2021] / level[2020] == pytest.approx(1 + rate[2021] / 100, rel=1e-6)
    assert level[2031] / level[2030] == pytest.approx(1.048, rel=1e-6)
