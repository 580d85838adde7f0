"""Simulate on the toy corridor: the same tables whatever the threads, a balance that closes, faults with a cure."""

import datetime as dt
from typing import Any

import polars as pl
import pytest
from queue_tables import queue

import karvan as kv
from karvan.engines.simulate.plan.seasons import seasons
from karvan.errors import Cancelled, InputError
from support import frame

EASY = {"time_kind": "exponential", "time_h": 1.0}


@pytest.fixture(scope="module")
def toy() -> Any:
    return kv.load("toy")


@pytest.mark.parametrize("threads", [2, 16])
def test_same_seed_same_tables_whatever_the_threads(toy: Any, threads: int) -> None:
    one = kv.simulate(toy, start="2022-01-01", days=120, runs=6, seed=3)
    other = kv.simulate(toy, start="2022-01-01", days=120, runs=6, seed=3, threads=threads)
    for name, table in one.tables.items():
        assert table.equals(other.tables[name], null_equal=True), name
    assert one.balance.equals(other.balance)
    assert one.run.id == other.run.id


def test_another_seed_is_another_year(toy: Any) -> None:
    means = [kv.simulate(toy, days=60, runs=2, seed=seed).shipments["hours"].to_list() for seed in (1, 2)]
    assert means[0] != means[1]


def test_what_came_is_delivered_under_way_or_refused(toy: Any) -> None:
    year = kv.simulate(toy, days=365, runs=3)
    rows = year.balance
    assert (rows["asked"] == rows["carried"] + rows["waiting"] + rows["refused"]).all()
    assert rows.filter(pl.col("what") == "boxes")["asked"][0] == pytest.approx(3 * 14_000, rel=0.05)
    assert year.timeline["delivered"].sum() == pytest.approx(rows["carried"].sum() / 3)


def test_more_ships_bring_more(toy: Any) -> None:
    """The toy's two ferries are too few, which is said; with eight there is no queue that grows."""
    few = kv.simulate(toy, days=365, runs=3)
    assert "ferry-1 at XB_PRT" in few.unstable["place"].to_list()
    more = toy.replace(services=toy.services.with_columns(pl.when(pl.col("service_id") == "ferry-1").then(8)
                       .otherwise(pl.col("vehicles")).alias("vehicles")))  # fmt: skip
    more = more.replace(resources=more.resources.with_columns(pl.lit(4).cast(pl.Int64).alias("servers")))
    many = kv.simulate(more, days=365, runs=3)
    assert many.unstable.is_empty()
    assert many.balance["carried"].sum() > 1.5 * few.balance["carried"].sum()


def test_ships_begin_where_the_table_says(toy: Any) -> None:
    """With both ferries at the far end, the first to load comes a crossing later than where one lies at hand."""

    def first(place: str) -> float:
        lying = pl.when(pl.col("service_id") == "ferry-1").then(pl.lit(place)).otherwise(None)
        corridor = toy.replace(services=toy.services.with_columns(lying.alias("begins_at")))
        ships = kv.simulate(corridor, days=20, runs=1, trace=20).trace
        loads = ships.filter((pl.col("name") == "ferry-1") & (pl.col("place") == "XB_PRT") & (pl.col("kind") == "ship"))
        return float(loads["hour"].min())

    assert first("XB_PRT") == 0.0 and first("XC_PRT") > 10.0
    lost = toy.services.with_columns(pl.lit("XB_MID").alias("begins_at"))
    with pytest.raises(InputError, match="where they do not call"):
        kv.simulate(toy.replace(services=lost), days=20, runs=1)


def test_stormy_months_make_ships_wait(toy: Any) -> None:
    calm = toy.replace(closures=toy.closures.clear())
    storm = frame("closures", [{"closure_id": "w", "month": 0, "node_id": "XB_PRT", "share": 0.5, "mean_h": 40.0}])
    waits = [
        kv.simulate(toy.replace(closures=rows), days=365, runs=4).waits.filter(pl.col("cause") == "weather")["hours"]
        for rows in (calm.closures, storm)
    ]
    assert waits[0].is_empty()
    assert waits[1][0] == pytest.approx(20.0, rel=0.3)  # half of the ships wait, each on average 40 h more


def test_seasons_of_a_year_from_any_day() -> None:
    rows = [{"closure_id": "w", "month": 1, "share": 0.25, "mean_h": 30.0, "most_h": None}]
    table = seasons(rows, dt.date(2022, 1, 11))
    assert table[:, 0].sum() == 365 * 24
    assert table[0].tolist()[:3] == [21 * 24, 90.0, 30.0]
    assert table[-1].tolist()[:3] == [10 * 24, 90.0, 30.0]


def test_precision_adds_runs(toy: Any) -> None:
    year = kv.simulate(queue({"a": 0.5}, EASY), days=100, runs=2, precision=0.02)
    row = year.shipments.row(0, named=True)
    assert row["hours_ci95"] <= 0.02 * row["hours"]


def test_a_stop_keeps_what_is_done(toy: Any) -> None:
    def stop(done: int, asked: int) -> None:
        assert asked == 50
        if done == 3:
            raise Cancelled("enough")

    year = kv.simulate(toy, days=30, runs=50, progress=stop)
    alone = kv.simulate(toy, days=30, runs=3)
    assert year.shipments.equals(alone.shipments, null_equal=True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [({"days": 0}, "days is 0"), ({"runs": 0}, "runs is 0"), ({"start": "tomorrow"}, "tomorrow"), ({"warmup": -1}, "warmup"),
     ({"days": 1e9}, "century"), ({"precision": 2}, "precision"), ({"threads": 0}, "threads")],
)  # fmt: skip
def test_wrong_arguments(toy: Any, arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says) as told:
        kv.simulate(toy, **arguments)
    assert told.value.cure


@pytest.mark.parametrize(
    ("resource", "says"),
    [({"servers": 0, **EASY}, "0 servers"), ({"time_kind": "uniform", "time_h": 1.0, "time_cv": 1.0}, "negative"),
     ({"space": 1.0, "servers": 2, "when_full": "refuse", **EASY}, "places"), ({"open_h_day": 0.0, **EASY}, "open 0"),
     ({"time_kind": "empirical", "time_h": 1.0}, "no observations"), ({"absence_kind": "fixed", **EASY}, "without a mean"),
     ({"absence_kind": "fixed", "absence_h": 1.0, "servers": 2, **EASY}, "one server")],
)  # fmt: skip
def test_tables_that_cannot_be_simulated(resource: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says) as told:
        kv.simulate(queue({"a": 0.5}, resource), days=10, runs=1)
    assert told.value.cure


def test_quantiles_have_intervals_that_hold_what_theory_says() -> None:
    """The time in an M/M/1 is exponential with mean 1 / (mu - lambda) = 2 h: its P50 is 1.386 h, its P90 4.605 h."""
    year = kv.simulate(queue({"a": 0.5}, EASY), days=365, warmup=10, runs=20)
    row = year.shipments.row(0, named=True)
    for name, theory in (("hours_p50", 1.38629), ("hours_p90", 4.60517)):
        assert 0 < row[f"{name}_ci95"] < 0.05 * theory
        assert abs(row[name] - theory) < 2 * row[f"{name}_ci95"]
    assert kv.simulate(queue({"a": 0.5}, EASY), days=30, runs=1).shipments["hours_p90_ci95"][0] is None
