"""Published queues built from corridor tables only and run through ``kv.simulate``; seeds by rule: runs 1 to 10."""

from typing import Any

import polars as pl
import pytest
from queue_tables import ferry, queue

import karvan as kv
from support import frame

RUNS = 10
FAMILY = 2.1
"""Within what widens a 95 % interval of ten runs to a family-wise 99 % over the 19 metrics here (5.25 / 2.26 = 2.32)."""


def simulated(rates: dict[str, float], resource: dict[str, Any]) -> Any:
    year = kv.simulate(queue(rates, resource), days=1500, warmup=50, runs=RUNS, seed=1)
    assert year.unstable.is_empty()
    return year


def holds(row: dict[str, Any], exact: float) -> None:
    half = FAMILY * row["hours_ci95"]
    assert abs(row["hours"] - exact) <= half, f"{row['hours']:.4f} +- {half:.4f} does not hold {exact:.4f}"
    assert half <= 0.35 * exact


@pytest.mark.parametrize(
    ("case", "rate", "resource", "wait"),
    [
        ("Q-MM1", 0.9, {"time_kind": "exponential", "time_h": 1.0}, 9.0),
        ("Q-MM2", 1.5, {"servers": 2, "time_kind": "exponential", "time_h": 1.0}, 1.28571429),
        ("Q-MM6", 2.5, {"servers": 6, "time_kind": "exponential", "time_h": 2.0}, 1.17503290),
        ("Q-MD1", 0.8, {"time_kind": "fixed", "time_h": 1.0}, 2.0),
        ("Q-MG1-E4", 0.8, {"time_kind": "erlang", "time_h": 1.0, "time_cv": 0.5}, 2.5),
        ("Q-Vac-D", 0.6, {"time_kind": "exponential", "time_h": 1.0, "absence_kind": "fixed", "absence_h": 2.0}, 2.5),
        ("Q-Bulk-1", 4.0, {"time_kind": "exponential", "time_h": 1.0, "bulk": 5}, 3.09539385),
    ],
)
def test_published_wait(case: str, rate: float, resource: dict[str, Any], wait: float) -> None:
    row = simulated({case: rate}, resource).waits.row(0, named=True)
    assert (row["place"], row["cause"]) == ("station", "queue")
    holds(row, wait)


@pytest.mark.parametrize(
    ("rate", "law", "squares", "fails", "repair"),
    [
        (0.7, {"time_kind": "exponential", "time_h": 0.8}, 2 * 0.64, 10.0, 2.0),
        (0.5, {"time_kind": "fixed", "time_h": 1.0}, 1.0, 8.0, 4.0),
        (0.6, {"time_kind": "lognormal", "time_h": 1.0, "time_cv": 0.5}, 1.25, 20.0, 3.0),
    ],
)
def test_breakdowns_wait_as_their_completion_times(
    rate: float, law: dict[str, Any], squares: float, fails: float, repair: float
) -> None:
    """M/G/1 of the completion time (Gaver 1962) by Pollaczek and Khinchine."""
    longer = 1 + repair / fails
    mean, second = law["time_h"] * longer, squares * longer**2 + 2 * repair**2 * law["time_h"] / fails
    year = simulated({"a": rate}, {**law, "fails_h": fails, "repair_h": repair})
    holds(year.waits.row(0, named=True), rate * second / 2 / (1 - rate * mean))
    assert year.resources["load"][0] == pytest.approx(rate * mean)


def test_mmck_blocks_as_published() -> None:
    resource = {"servers": 2, "space": 5.0, "when_full": "refuse", "time_kind": "exponential", "time_h": 0.5}
    year = simulated({"Q-MMcK-1": 3.0}, resource)
    holds(year.waits.row(0, named=True), 0.23085758)
    row = year.balance.row(0, named=True)
    blocked = row["refused"] / row["asked"]
    assert abs(blocked - 0.08511384) < 4 * (0.0851 * 0.915 / row["asked"]) ** 0.5 * 2
    assert row["reason"]


@pytest.mark.parametrize(
    ("load", "servers", "lost"), [(5.0, 10, 0.0183845703), (8.0, 6, 0.3897518852), (20.0, 25, 0.0502217779)]
)
def test_erlang_b(load: float, servers: int, lost: float) -> None:
    resource = {
        "servers": servers,
        "space": float(servers),
        "when_full": "refuse",
        "time_kind": "exponential",
        "time_h": 1.0,
    }
    row = simulated({"Q-ErlB": load}, resource).balance.row(0, named=True)
    assert abs(row["refused"] / row["asked"] - lost) < 4 * (lost * (1 - lost) / row["asked"]) ** 0.5 * 2


def test_priority() -> None:
    """The wait of each class is its lead time less one hour of service and no hour of travel."""
    year = simulated({"first": 0.3, "second": 0.5}, {"time_kind": "exponential", "time_h": 1.0})
    rows = {row["commodity"]: row for row in year.shipments.iter_rows(named=True)}
    for name, wait in (("first", 1.14285714), ("second", 5.71428571)):
        holds({**rows[name], "hours": rows[name]["hours"] - 1.0}, wait)


def test_ferry_with_a_timetable() -> None:
    """Q-Ferry-1: 20 a day, a departure every two days, 50 places; times of the case are days."""
    line = {"dispatch": "timetable", "departures_week": 3.5}
    year = kv.simulate(ferry(20 / 24, line), days=6000, warmup=100, runs=RUNS)
    row = year.waits.filter(pl.col("cause") == "vessel").row(0, named=True)
    holds(row, 24 * 1.01071193)
    assert row["queue"] == pytest.approx(20.21423852, rel=0.02)
    sails = year.services.row(0, named=True)
    assert sails["departures_year"] == pytest.approx(365 / 2, rel=0.001)
    assert sails["load_factor"] == pytest.approx(0.8, rel=0.01)


def test_a_full_ferry_waits_until_it_is_full() -> None:
    """At a rate of 2 an hour with room for 20 a departure every 10 h; the mean of all who wait is half of that."""
    year = kv.simulate(ferry(2.0, {"dispatch": "full", "longest_wait_h": 100.0}, 20.0), days=1000, runs=5)
    assert year.services["load_factor"][0] == 1.0
    assert year.services["departures_year"][0] == pytest.approx(876, rel=0.02)
    holds(year.waits.row(0, named=True), 9.5 / 2)


def test_a_yard_that_is_full_blocks_what_stands_before_it() -> None:
    """Five come together every 10 h, a ferry takes ten every 40 h, the yard holds ten: the others wait outside."""
    made = ferry(0.5, {"dispatch": "timetable", "departures_week": 4.2}, 20.0)
    demand = made.demand.with_columns(pl.lit(5.0).alias("batch"), pl.lit("even").alias("arrivals"))
    yard = {"resource_id": "yard", "node_id": "AA_ONE", "kind": "yard", "servers": 1, "unit": "wagon", "space": 10.0}
    blocked = made.replace(demand=demand, resources=frame("resources", [yard]))
    year = kv.simulate(blocked, days=2000, warmup=10, runs=1)
    row = year.waits.filter(pl.col("cause") == "blocking").row(0, named=True)
    assert row["queue"] > 0 and row["share_waiting"] > 0
    assert year.resources.filter(pl.col("resource") == "yard")["busy"][0] <= 1.0
    assert year.services["loaded_year"][0] <= 10 * year.services["departures_year"][0] + 1e-6
    with pytest.raises(kv.KarvanError, match="come together"):
        kv.simulate(
            made.replace(demand=demand, resources=frame("resources", [{**yard, "space": 4.0}])), days=10, runs=1
        )


def test_an_overloaded_queue_says_so() -> None:
    year = kv.simulate(queue({"a": 1.2}, {"time_kind": "fixed", "time_h": 1.0}), days=300, runs=3)
    row = year.unstable.row(0, named=True)
    assert row["place"] == "station at AA_TWO"
    assert row["load"] == pytest.approx(1.2)
    assert row["growth_day"] == pytest.approx(0.2 * 24, rel=0.15)
    assert year.waits.filter(pl.col("hours") > 24).height
