"""Arrivals through the year: seasons keep the year's total, timetables keep their hours, consignments come on their day."""

import datetime as dt
import math
from calendar import monthrange
from typing import Any

import numpy as np
import polars as pl
import pytest
from queue_tables import queue

import karvan as kv
from karvan.corridor import Corridor
from karvan.engines.simulate.plan import Plan
from karvan.engines.simulate.plan.arrivals import add_source, consignments, trains
from karvan.engines.simulate.plan.flows import Flow, flows
from karvan.engines.simulate.plan.steps import leave
from karvan.errors import FaultsError
from karvan.network.compile import on
from support import frame

START = dt.date(2022, 1, 1)
SHARES = (0.20, 0.15, 0.05, 0.05, 0.05, 0.0, 0.05, 0.05, 0.1, 0.1, 0.1, 0.1)
INSTANT = {"time_kind": "fixed", "time_h": 0.0}


def seasonal(corridor: Corridor, commodity: str = "a") -> Corridor:
    rows = [{"commodity_id": commodity, "month": month, "share": share} for month, share in enumerate(SHARES, start=1)]
    return corridor.replace(seasonality=frame("seasonality", rows))


def by_month(corridor: Corridor, runs: int) -> np.ndarray:
    """Pieces delivered by run and month where nothing takes time."""
    out = []
    for run in range(1, runs + 1):
        days = kv.simulate(corridor, start=START, days=365, runs=1, seed=run).timeline
        out.append(
            days.group_by(pl.col("day").dt.month()).agg(pl.col("delivered").sum()).sort("day")["delivered"].to_numpy()
        )
    return np.array(out)


def test_a_seasonal_stream_is_a_poisson_process_of_the_month() -> None:
    """Counts by month are Poisson with the month's share of the year: mean and variance, at 99 % over all twelve."""
    runs, year = 40, 0.5 * 8760
    counts = by_month(seasonal(queue({"a": 0.5}, INSTANT)), runs)
    for month, share in enumerate(SHARES):
        mean = share * year
        assert abs(counts[:, month].mean() - mean) <= 3.35 * math.sqrt(mean / runs)
        if mean:
            assert (
                0.35 < counts[:, month].var(ddof=1) / mean < 2.1
            )  # chi-square of 39 degrees of freedom, 99.9 % of each
    assert abs(counts.sum(axis=1).mean() - year) <= 2.58 * math.sqrt(year / runs)


def test_an_even_seasonal_stream_is_even_in_operational_time() -> None:
    counts = by_month(seasonal(queue({"a": 0.5}, INSTANT, arrivals="even")), 1)[0]
    assert counts == pytest.approx(np.array(SHARES) * 4380, abs=1.0)
    assert counts.sum() == pytest.approx(4380, abs=1.0)


def test_flat_shares_are_no_season() -> None:
    base = queue({"a": 0.5}, INSTANT)
    days = [monthrange(2022, month)[1] / 365 for month in range(1, 13)]
    rows = [{"commodity_id": "a", "month": month, "share": share} for month, share in enumerate(days, start=1)]
    flat = base.replace(seasonality=frame("seasonality", rows))
    one, other = (kv.simulate(each, start=START, days=90, runs=2) for each in (base, flat))
    assert one.shipments["delivered"].to_list() == other.shipments["delivered"].to_list()


def listed(corridor: Corridor, start: dt.date, days: float) -> tuple[list[tuple[float, int]], Flow]:
    """Hours and pieces of the only flow's source."""
    plan = Plan(on(corridor, start), start, days, ("middle",))
    flow = next(iter([*flows(corridor, start, ("middle",)), *consignments(corridor, start, days, ("middle",))]))
    plan.model.flows.append(flow.name)
    add_source(plan, flow, 0, plan.model.program("one", leave()))
    cells = plan.model.values
    return [(cells[at], int(cells[at + 1])) for at in range(0, len(cells), 2)], flow


@pytest.mark.parametrize("start", [dt.date(2022, 1, 3), dt.date(2022, 1, 6)])  # a Monday, a Thursday
def test_a_timetable_leaves_at_its_hours_with_what_is_ready(start: dt.date) -> None:
    cells = {"arrivals": "timetable", "departures_week": 2.0, "offset_h": 30.0, "batch": None}
    lots, _ = listed(queue({"a": 0.5}, INSTANT, **cells), start, 364.0)
    monday = 24.0 * start.weekday()
    assert {round((t + monday - 30.0) % 84.0, 6) for t, _ in lots} == {0.0}
    hours = sorted({t for t, _ in lots})
    assert len(hours) == 104
    each = [sum(size for t, size in lots if t == hour) for hour in hours]
    assert set(each) == {42}  # 84 h of one piece every two hours
    year = kv.simulate(queue({"a": 0.5}, INSTANT, **cells), start=start, days=364, runs=1)
    assert year.balance["asked"][0] == 42 * 104


TOLD = {"origin": "AA_ONE", "destination": "AA_TWO", "commodity_id": "a"}


def test_dated_consignments_come_on_their_day_and_are_counted() -> None:
    rows: list[dict[str, Any]] = [
        {"consignment_id": "c1", **TOLD, "ready": dt.date(2022, 1, 5), "ready_h": 6.0, "pieces": 3},
        {"consignment_id": "c2", **TOLD, "ready": dt.date(2022, 1, 2), "kt": 0.002},
        {"consignment_id": "late", **TOLD, "ready": dt.date(2022, 3, 1), "pieces": 7},
    ]
    corridor = queue({"a": 0.5}, {"time_kind": "exponential", "time_h": 5.0, "servers": 9})
    corridor = corridor.replace(consignments=frame("consignments", rows))
    alone = corridor.replace(demand=corridor.demand.clear())
    lots, _ = listed(alone, START, 30.0)
    assert lots == [(24.0, 1), (24.0, 1), (102.0, 1), (102.0, 1), (102.0, 1)]
    year = kv.simulate(alone, start=START, days=30, runs=2)
    assert year.balance.select("asked", "carried").row(0) == (10.0, 10.0)
    assert year.shipments["hours_p10"][0] < 0.9 * year.shipments["hours_p90"][0]  # each draws numbers of its own
    assert year.left_out["id"].to_list() == ["late"]
    assert "2022-03-01" in year.left_out["says"][0]
    both = kv.simulate(corridor, start=START, days=30, runs=2)
    without = kv.simulate(corridor.replace(consignments=corridor.consignments.clear()), start=START, days=30, runs=2)
    assert both.balance["asked"].sum() == without.balance["asked"].sum() + 10


def test_a_lot_goes_in_full_trains_and_the_rest() -> None:
    assert trains(130, 50) == [50, 50, 30]
    assert trains(100, 50) == [50, 50]
    assert trains(0, 50) == []


def test_all_faults_of_arrivals_are_told_together_before_anything_runs() -> None:
    """Each with its table, row and cure."""
    base = queue({"a": 0.5}, INSTANT, arrivals="timetable")
    months = [{"commodity_id": "a", "month": month, "share": 0.1} for month in (*range(1, 12), 13)]
    lots = [
        {"consignment_id": "none", **TOLD, "ready": START},
        {"consignment_id": "both", **TOLD, "ready": START, "pieces": 3, "kt": 1.0},
    ]
    wrong = base.replace(seasonality=frame("seasonality", months), consignments=frame("consignments", lots))
    with pytest.raises(FaultsError) as told:
        kv.simulate(wrong, start=START, days=10, runs=1)
    found = [(fault.file, fault.row, fault.key, fault.column) for fault in told.value.faults]
    assert found == [
        ("seasonality.csv", 12, "a|13", "month"), ("seasonality.csv", 1, "a", "month"), ("seasonality.csv", 1, "a", "share"),
        ("demand.csv", 1, "AA_ONE|AA_TWO|a|2022", "departures_week"), ("demand.csv", 1, "AA_ONE|AA_TWO|a|2022", "batch"),
        ("consignments.csv", 1, "none", "pieces"), ("consignments.csv", 2, "both", "kt"),
    ]  # fmt: skip
    assert all(fault.rule and fault.cure for fault in told.value.faults)
    assert "12" in told.value.faults[1].rule
    assert "1.2000" in told.value.faults[2].rule
