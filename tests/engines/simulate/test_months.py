"""Months: what is metered by day gives any month exactly; what holds a place and cannot go on; papers and loads as waits."""

import datetime as dt
import itertools
from typing import Any

import numpy as np
import polars as pl
import pytest

import karvan as kv
from karvan.engines.simulate.model import Model, by_month
from karvan.engines.simulate.plan import steps as s
from karvan.kernels import queues as qu

MONTH_H = {1: 744.0, 2: 672.0, 3: 744.0, 4: 720.0}


@pytest.fixture(scope="module")
def toy() -> Any:
    return kv.load("toy")


@pytest.mark.parametrize("seed", range(20))
def test_days_give_the_area_of_every_month(seed: int) -> None:
    """Against the overlap of each wait with each month, one by one."""
    rng = np.random.default_rng(seed)
    horizon = float(rng.uniform(20, 60) * 24)
    since = rng.uniform(0, 1.1 * horizon, 200)
    until = since + rng.exponential(100.0, 200)
    weight = rng.integers(1, 50, 200)
    daily, meters = np.zeros((1, int(np.ceil(horizon / 24)) + 1, 5)), np.zeros((1, 5))
    for a, b, units in zip(since, until, weight, strict=True):
        qu.recorded.py_func(meters, daily, 0, a, b, units, 0.0, horizon)
    spans = [2, 9, 19, horizon / 24]
    found = by_month(daily, spans)[0]
    for at, (first, last) in enumerate(itertools.pairwise(spans)):
        overlap = np.clip(np.minimum(until, 24 * last) - np.maximum(since, 24 * first), 0, None)
        ended = (until >= 24 * first) & (until < 24 * last)
        assert found[at, 0] == pytest.approx((weight * overlap).sum(), rel=1e-10)
        assert found[at, 1] == weight[ended].sum()
        assert found[at, 2] == pytest.approx((weight * (until - since))[ended].sum(), rel=1e-10)


def test_a_server_that_works_nine_hours_of_ten_does_so_in_every_month() -> None:
    model = Model(flows=["all"], months=[31, 59])
    meter = model.meter("q", "queue")
    program = model.program("one", s.serve(model.pool(1), model.law("fixed", 0.9), meter), s.leave())
    model.entity(model.program("source", s.arrive(0, model.law("fixed", 1.0), program)), "source")
    hours = 24.0 * np.diff([0, 31, 59, 90])
    busy = model.run(90 * 24.0).months[meter + 1, :, 0]
    assert busy == pytest.approx(0.9 * hours, abs=1.0)
    assert busy[1:-1] == pytest.approx(0.9 * hours[1:-1], abs=1e-9)


@pytest.mark.parametrize("warmup", [0, 20])
def test_months_weighted_by_their_hours_give_the_year(toy: Any, warmup: int) -> None:
    year = kv.simulate(toy, start="2022-01-01", days=100.25 - warmup, warmup=warmup, runs=3)
    months = year.resources_by_month
    assert months["month"].unique().sort().to_list() == [dt.date(2022, month, 1) for month in range(1, 5)]
    hours = {dt.date(2022, month, 1): given for month, given in MONTH_H.items()}
    hours[dt.date(2022, 1, 1)] -= 24.0 * warmup
    hours[dt.date(2022, 4, 1)] = 24.0 * (100.25 - 90)
    for row in year.resources.iter_rows(named=True):
        mine = months.filter(pl.col("resource") == row["resource"])
        weight = np.array([hours[month] for month in mine["month"]])
        for name in ("busy", "queue", "blocked"):
            if row[name] is None:
                assert mine[name].null_count() == mine.height
            else:
                whole = (mine[name].to_numpy() * weight).sum() / weight.sum()
                assert whole == pytest.approx(row[name], rel=1e-9, abs=1e-9)
    for row in year.waits.iter_rows(named=True):
        mine = year.waits_by_month.filter((pl.col("place") == row["place"]) & (pl.col("cause") == row["cause"]))
        weight = np.array([hours[month] for month in mine["month"]])
        assert (mine["queue"].to_numpy() * weight).sum() / weight.sum() == pytest.approx(
            row["queue"], rel=1e-9, abs=1e-9
        )


def test_a_ship_at_its_berth_in_a_storm_blocks_it(toy: Any) -> None:
    storm = pl.DataFrame({"closure_id": ["w"], "month": [0], "node_id": ["XB_PRT"], "share": [0.5], "mean_h": [40.0]})
    closures = pl.concat([toy.closures.clear(), storm], how="diagonal_relaxed").select(toy.closures.columns)
    closures = closures.cast(dict(toy.closures.schema))  # type: ignore[arg-type]
    year = kv.simulate(toy.replace(closures=closures), days=120, runs=3)
    row = year.resources.row(by_predicate=pl.col("resource") == "prt-berth", named=True)
    storms = year.waits.filter((pl.col("place") == "XB_PRT") & (pl.col("cause") == "weather"))["queue"][0]
    assert 0 < row["blocked"] == pytest.approx(storms / row["servers"])
    assert row["blocked"] < row["busy"]


def test_ships_that_wait_for_a_load_at_the_berth_block_it(toy: Any) -> None:
    """In the roads they block nothing; what they wait for their load is told with the cause batch either way."""
    blocked, loads = [], []
    for where in ("roads", "berth"):
        services = toy.services.with_columns(pl.lit(where).alias("waits_at"))
        calm = toy.replace(services=services, closures=toy.closures.clear())
        year = kv.simulate(calm, days=120, runs=2)
        blocked.append(year.resources.filter(pl.col("resource") == "havn-berth")["blocked"][0])
        waits = year.waits.filter((pl.col("cause") == "batch") & pl.col("place").str.ends_with("XC_PRT"))
        loads.append(waits["queue"][0])
    assert blocked[0] == 0
    assert blocked[1] == pytest.approx(loads[1])
    assert min(loads) > 0


def test_papers_are_a_wait_of_their_own(toy: Any) -> None:
    """Half on paper in 4 h, half electronic in 1 h: 2.5 h on average, at the place of the procedure."""
    papers = pl.col("step") == "papers"
    rows = toy.procedures.with_columns(
        *(pl.when(papers).then(hours).otherwise(pl.col(name)).alias(name) for name, hours in
          (("hours", 4.0), ("hours_electronic", 1.0), ("electronic_share", 0.5))),
        *(pl.when(papers).then(None).otherwise(pl.col(name)).alias(name) for name in
          ("hours_min", "hours_p90", "wrong_share", "rework_h")),
    )  # fmt: skip
    year = kv.simulate(toy.replace(procedures=rows), days=365, runs=10)
    found = year.waits.filter((pl.col("cause") == "papers") & (pl.col("place") == "XB_BOR")).row(0, named=True)
    assert found["hours"] == pytest.approx(2.5, abs=2 * found["hours_ci95"])
    assert found["hours_ci95"] < 0.25
    assert found["sd_h"] == pytest.approx(1.5, rel=0.05)
    assert found["share_waiting"] == 1
