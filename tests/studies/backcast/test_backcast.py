"""Back-cast on a made corridor: shares by hand, the truth found again, bands, and faults with their cures."""

import datetime as dt
import math
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
import pytest

import karvan as kv
from karvan.corridor import Corridor
from karvan.errors import InputError
from karvan.network.demand import demand_of
from karvan.network.demand.terms import terms
from karvan.schema.shape import conform
from karvan.shipment import Shipment
from karvan.studies.backcast import Asked, Plan, backcast, drivers_digest
from karvan.studies.backcast.draws import World, carried, worlds
from karvan.studies.backcast.learn import learn, pivots, totals
from karvan.studies.backcast.pivot import carries, factors, pivot, year_of
from karvan.studies.backcast.score import interval_score

YEARS = (2019, 2020, 2021, 2022)
TRUTH = {("corridor_choice", "container"): 3.0, ("corridor_choice", "wagon"): 0.8, ("shun", "XD"): 0.5}
ACCEPTED = {2019: 1.0, 2020: 1.0, 2021: 0.9, 2022: 0.4, 2023: 0.4, 2024: 0.4}
TRADE = {2019: 90.0, 2020: 95.0, 2021: 97.0, 2022: 100.0, 2023: 120.0, 2024: 130.0}
NORTH_FREIGHT = {2020: 1.2, 2021: 0.7, 2022: 1.6, 2023: 1.1}
"""The northern rail's prices by year, as multiples of those of 2019."""


def frame(table: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    return conform(table, pl.DataFrame(rows, infer_schema_length=None))


def bare() -> Corridor:
    """The toy with four counted years, a rival whose prices move, and drivers; nothing observed of the totals yet."""
    toy = kv.load("toy")
    north = toy.links.filter(pl.col("corridor") == "north")["link_id"].to_list()
    tariffs = toy.tariffs.filter(pl.col("link_id").is_in(north) & (pl.col("scope") == "arc"))
    profiles = [
        {"table": "tariffs", "id": name, "column": "usd", "since": dt.date(year, 1, 1), "value": usd * times}
        for name, usd in tariffs.select("tariff_id", "usd").iter_rows()
        for year, times in NORTH_FREIGHT.items()
    ]
    demand = [
        {
            **row,
            "year": year,
            "captive": 0.5,
            "seen_kt": 0.2 * row["kt"],
            "seen_teu": 0.2 * row["teu"] if row["teu"] else None,
        }
        for row in toy.demand.iter_rows(named=True)
        for year in YEARS
    ]
    bands = {"northern_route_acceptance": ACCEPTED, "trade": TRADE}
    drivers = [
        {
            "driver": name,
            "year": year,
            "low": 0.9 * one,
            "value": one,
            "high": min(1.1 * one, 1.0) if one <= 1 else 1.1 * one,
            "unit": "index",
        }
        for name, series in bands.items()
        for year, one in series.items()
    ]
    params = [
        {"name": "corridor_choice", "scope": "container", "value": 2.0, "low": 0.8, "high": 6.0, "unit": "elasticity"},
        {"name": "corridor_choice", "scope": "wagon", "value": 1.0, "low": 0.4, "high": 2.5, "unit": "elasticity"},
        {"name": "shun", "scope": "XD", "value": 1.0, "low": 0.1, "high": 4.0, "unit": "ratio"},
        {"name": "unexplained_year", "scope": "any", "value": 0.1, "unit": "share"},
        {"name": "demand_elasticity", "scope": "any:any:any:trade", "value": 1.0, "low": 0.8, "high": 1.2, "unit": "elasticity"},
    ]  # fmt: skip
    return toy.replace(
        demand=frame("demand", demand), drivers=frame("drivers", drivers), observations=toy.observations.clear(),
        profiles=frame("profiles", profiles), params=pl.concat([toy.params, frame("params", params)]),
    )  # fmt: skip


def made() -> Corridor:
    """The corridor as the truth makes it: what was seen each year follows from the year before, and is observed."""
    corridor = bare()
    for before, after in pairwise(YEARS):
        one = pivot(year_of(corridor, before, "middle"), year_of(corridor, after, "middle"))
        kt, teu = carries(one, factors(one, TRUTH))
        keys = one.base.frame.select("origin", "destination", "commodity_id")
        new = keys.with_columns(
            pl.lit(after, dtype=pl.Int64).alias("year"), pl.Series("new_kt", kt), pl.Series("new_teu", teu)
        )
        told = corridor.demand.join(new, on=[*keys.columns, "year"], how="left", maintain_order="left")
        boxes = pl.when(pl.col("teu").is_not_null()).then(pl.coalesce("new_teu", "seen_teu"))
        demand = told.with_columns(pl.coalesce("new_kt", "seen_kt").alias("seen_kt"), boxes.alias("seen_teu"))
        corridor = corridor.replace(demand=demand.drop("new_kt", "new_teu"))
    rows = [
        {"observation_id": f"{name}-{year}", "quantity": name, "place": "middle", "series": "made", "period": str(year),
         "value": corridor.demand.filter(pl.col("year") == year)[column].sum(), "unit": unit, "use": "fit", "grade": "A"}
        for year in YEARS
        for name, column, unit in (("tonnes", "seen_kt", "kt"), ("containers", "seen_teu", "TEU"))
    ]  # fmt: skip
    return corridor.replace(observations=frame("observations", rows))


TWIN = made()
KNOWN = {year: year_of(TWIN, year, "middle") for year in YEARS}


def test_the_share_is_a_logit_about_what_was_seen() -> None:
    """By hand: one rival, a seen share of 0.4 of the open half, costs of both ways in both years."""
    corridor = bare()
    one = pivot(year_of(corridor, 2019, "middle"), year_of(corridor, 2020, "middle"))
    row = one.base.frame.with_row_index().filter(pl.col("origin") == "XA_ORI")["index"][0]
    ways, later = one.base.ways[row], one.later.ways[row]
    unit = ways["middle"].cost_usd_t
    mine = math.exp(-3 * (later["middle"].cost_usd_t - unit) / unit)
    rival = math.exp(-3 * (later["north"].cost_usd_t - ways["north"].cost_usd_t) / unit)
    share = 0.4 * mine / (0.4 * mine + 0.6 * rival)
    assert rival < 1
    assert factors(one, TRUTH)[row] == pytest.approx(share / 0.4)
    assert carries(one, factors(one, TRUTH))[0][row] == pytest.approx(20 * share / 0.4)


def test_who_shuns_a_country_feels_its_ways_dearer() -> None:
    one = pivot(KNOWN[2021], KNOWN[2022])
    calm, shy = factors(one, {**TRUTH, ("shun", "XD"): 0.0}), factors(one, TRUTH)
    assert (shy > calm).all()
    share = 0.2 / 0.5
    assert (factors(one, {**TRUTH, ("shun", "XD"): 1e4}) <= one.open_kt[1] / one.seen_kt * (1 + 1e-9)).all()
    assert share < 1


def test_with_nothing_changed_nothing_moves_and_no_share_passes_one() -> None:
    same = pivot(KNOWN[2022], KNOWN[2022])
    assert factors(same, TRUTH) == pytest.approx(1.0)
    for values in ({**TRUTH, ("corridor_choice", "container"): 50.0}, TRUTH):
        one = pivot(KNOWN[2019], KNOWN[2022])
        kt, _ = carries(one, factors(one, values))
        assert (kt <= one.open_kt[1] * (1 + 1e-9)).all()


def test_the_truth_is_found_again() -> None:
    found = learn(TWIN, pivots(KNOWN), "middle", YEARS, 40, 1)
    rows = {(row["name"], row["scope"]): row for row in found.values.iter_rows(named=True)}
    for key, truth in TRUTH.items():
        assert rows[key]["low"] <= truth <= rows[key]["high"], key
    seen = found.fit.observations
    assert (seen["predicted"] / seen["observed"]).to_numpy() == pytest.approx(1.0, abs=0.05)
    assert found.sd < 0.1


def test_only_the_years_asked_for_are_learnt_from() -> None:
    wrong = pl.when(pl.col("period") == "2022").then(9.0 * pl.col("value")).otherwise(pl.col("value")).alias("value")
    other = TWIN.replace(observations=TWIN.observations.with_columns(wrong))
    one, two = (learn(each, pivots(KNOWN), "middle", (2019, 2020, 2021), 0, 1) for each in (TWIN, other))
    assert one.middle == two.middle
    kept = TWIN.replace(observations=TWIN.observations.with_columns(pl.lit("keep").alias("use")))
    with pytest.raises(InputError, match="no observation is marked fit"):
        learn(kept, pivots(KNOWN), "middle", YEARS, 0, 1)


def test_a_world_of_middles_is_demand_times_share() -> None:
    one = pivot(KNOWN[2022], year_of(TWIN, 2024, "middle"))
    grown = terms(TWIN, KNOWN[2022].frame, 2024)
    still = World({}, {}, TRUTH, {"kt": (0.0, 0.0), "TEU": (0.0, 0.0)})
    kt, teu = carried(one, grown, still, 0.3)
    open_part = demand_of(TWIN, 2024).sort("origin", "destination", "commodity_id")["open_factor"].to_numpy()
    assert kt == pytest.approx(one.seen_kt * factors(one, TRUTH, grown=open_part))
    assert totals(one, kt, teu)["tonnes"] == pytest.approx(kt.sum())
    walked = World({}, {}, TRUTH, {"kt": (1.0, 0.5), "TEU": (0.0, 0.0)})
    assert carried(one, grown, walked, 0.3)[0] == pytest.approx(kt * math.exp(0.45))


def test_worlds_spread_as_their_bands_say() -> None:
    grown = terms(TWIN, KNOWN[2022].frame, 2023)
    made_of = worlds(grown, [TRUTH] * 4000, TRUTH, 1, seed=2)
    assert np.mean([abs(one.lean["trade"]) <= 1 for one in made_of]) == pytest.approx(0.8, abs=0.02)
    bent = np.array([next(iter(one.elasticities.values())) for one in made_of])
    assert np.mean((bent >= 0.8) & (bent <= 1.2)) == pytest.approx(0.9, abs=0.02)
    assert worlds(grown, [TRUTH] * 3, TRUTH, 1, seed=2)[0] == made_of[0]
    alone = worlds(grown, [TRUTH] * 3, TRUTH, 1, seed=2, only="parameters")
    assert not alone[0].lean and not alone[0].elasticities and set(alone[0].walk["kt"]) == {0.0}


def test_a_back_cast_tells_fans_drivers_doubts_and_scores() -> None:
    asked = Asked("middle", ("XB_PRT",), "XA", Shipment("XA_ORI", "XC_DST", commodity="boxes", feu=1.0))
    found = backcast(TWIN, [Plan("base", TWIN, (2023, 2024))], asked, draws=60, seed=3)
    fan = found.fan.filter(pl.col("year") == 2023)
    assert set(fan["quantity"]) == {"tonnes", "containers", "block_trains", "throughput", "days"}
    assert ((found.fan["p10"] <= found.fan["p50"]) & (found.fan["p50"] <= found.fan["p90"])).all()
    width = {year: rows for (year, quantity), rows in found.fan.group_by("year", "quantity") if quantity == "tonnes"}
    ratio = {year: float((rows["p90"] / rows["p10"])[0]) for year, rows in width.items()}
    assert ratio[2024] > ratio[2023]
    held = found.held.filter(
        (pl.col("driver") == "trade") & (pl.col("quantity") == "tonnes") & (pl.col("year") == 2024)
    )
    assert held["change_share"][0] == pytest.approx(100 / 130 - 1)
    assert set(found.spread["of"]) == {"drivers", "elasticities", "parameters", "unexplained"}
    assert found.scores.height == 6
    assert found.scores["inside"].mean() > 0.6  # type: ignore[operator]
    through = fan.filter(pl.col("quantity") == "throughput").row(0, named=True)
    assert (through["place"], through["p50"]) == (
        "XB_PRT",
        pytest.approx(fan.filter(pl.col("quantity") == "tonnes")["p50"][0]),
    )
    assert found.run.arguments["drivers"] == drivers_digest(TWIN.replace(drivers=TWIN.drivers.reverse()))
    again = backcast(TWIN, [Plan("base", TWIN, (2023, 2024))], asked, draws=60, seed=3)
    assert again.fan.equals(found.fan)


def test_an_interval_score_pays_for_width_and_ten_times_for_a_miss() -> None:
    assert interval_score(8, 12, 9) == 4
    assert interval_score(8, 12, 6) == pytest.approx(4 + 20)


def test_what_cannot_be_back_cast_is_refused() -> None:
    asked = Asked("middle")
    with pytest.raises(InputError, match=r"2022 was counted.*\n.*ask for later years"):
        backcast(TWIN, [Plan("base", TWIN, (2022,))], asked)
    short = TWIN.replace(demand=TWIN.demand.filter(pl.col("year") > 2020))
    with pytest.raises(InputError, match="learns from three or more"):
        backcast(short, [Plan("base", short, (2023,))], asked)
    silent = TWIN.replace(params=TWIN.params.filter(~pl.col("name").is_in(["corridor_choice", "shun"])))
    with pytest.raises(InputError, match="params say nothing of choice"):
        learn(silent, pivots(KNOWN), "middle", YEARS, 0, 1)
