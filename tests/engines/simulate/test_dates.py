"""Closings by date: whom they hold, for how long, and rows that say nothing or too much."""

import datetime as dt
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from queue_tables import queue

import karvan as kv
from karvan.engines.simulate.model import united
from karvan.engines.simulate.plan.seasons import by_date, closed
from support import frame

EASY = {"time_kind": "fixed", "time_h": 0.01}
TEN_DAYS = {
    "closure_id": "works",
    "month": 0,
    "link_id": "R1",
    "date_from": dt.date(2022, 1, 11),
    "date_to": dt.date(2022, 1, 21),
}


def held(*rows: dict[str, Any], days: float = 40) -> pl.DataFrame:
    """The waits of trains that come every other hour and find a link shut."""
    made = queue({"a": 0.5}, EASY, arrivals="even").replace(closures=frame("closures", list(rows)))
    return kv.simulate(made, start="2022-01-01", days=days, runs=1).waits.filter(pl.col("place") == "R1")


def test_trains_wait_before_a_link_shut_by_date() -> None:
    row = held(TEN_DAYS).row(0, named=True)
    assert row["cause"] == "closed"
    assert row["share_waiting"] == pytest.approx(0.25, abs=0.01)
    assert row["hours"] == pytest.approx(0.25 * 120, rel=0.02)


def test_closings_that_overlap_are_one() -> None:
    later = {**TEN_DAYS, "closure_id": "more", "date_from": dt.date(2022, 1, 15), "date_to": dt.date(2022, 1, 31)}
    row = held(TEN_DAYS, later).row(0, named=True)
    assert row["hours"] == pytest.approx(0.5 * 240, rel=0.02)


def test_two_closures_of_a_month_do_not_hide_each_other() -> None:
    one = {"closure_id": "wind", "month": 0, "link_id": "R1", "share": 0.3, "mean_h": 10.0}
    alone, both = (held(*rows, days=2000)["share_waiting"][0] for rows in ([one], [one, {**one, "closure_id": "ice"}]))
    assert alone == pytest.approx(0.3, abs=0.03)
    assert both == pytest.approx(1 - 0.7**2, abs=0.03)


def test_a_ship_waits_once_for_its_port_and_the_lane() -> None:
    toy = kv.load("toy")
    sea = toy.links.filter(pl.col("mode") == "sea")["link_id"][0]
    days = {"month": 0, "date_from": dt.date(2022, 1, 5), "date_to": dt.date(2022, 1, 25)}
    rows = [{"closure_id": "port", "node_id": "XB_PRT", **days}, {"closure_id": "lane", "link_id": sea, **days}]
    year = kv.simulate(toy.replace(closures=frame("closures", rows)), start="2022-01-01", days=60, runs=1, trace=60)
    assert year.waits.filter(pl.col("cause") == "closed")["place"].sort().to_list() == ["XB_PRT", "XC_PRT"]
    sails = year.trace.filter((pl.col("state") == "sailing") & (pl.col("place") == "XB_PRT"))["hour"]
    assert sails.filter(sails.is_between(4 * 24.0, 24 * 24.0 - 1e-6)).is_empty()
    assert sails.len()


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)), max_size=12), st.integers(1, 4))
def test_a_gate_is_shut_while_any_closure_is(spans: list[tuple[int, int]], parts: int) -> None:
    arrays = [
        np.array([(at, at + long) for at, long in spans[part::parts]], float).reshape(-1, 2) for part in range(parts)
    ]
    made = united(arrays) if parts > 1 else united([*arrays, np.zeros((0, 2))])
    hours = {hour for at, long in spans for hour in range(at, at + long)}
    assert {hour for at, end in made.tolist() for hour in range(int(at), int(end))} == hours
    assert (made[1:, 0] > made[:-1, 1]).all()


def test_every_year_again() -> None:
    row = {"date_from": dt.date(2020, 12, 20), "date_to": dt.date(2021, 1, 10), "yearly": True}
    spans = by_date(row, dt.date(2022, 1, 1), 730)
    assert spans.tolist() == [[0, 9 * 24], [353 * 24, 374 * 24], [718 * 24, 739 * 24]]
    assert by_date({**row, "yearly": False}, dt.date(2022, 1, 1), 730).size == 0


def test_groups_shut_together_and_dates_by_themselves() -> None:
    rows = frame("closures", [{"closure_id": "w", "month": 1, "node_id": "A", "share": 0.2, "mean_h": 9.0, "group": "sea"},
                              {**TEN_DAYS, "group": "sea"}]).to_dicts()  # fmt: skip
    assert [name for name, _ in closed(rows, dt.date(2022, 1, 1), 30)] == ["sea", "works"]


def test_rows_that_say_nothing_or_too_much_are_all_told() -> None:
    rows = [
        {"closure_id": "none", "month": 1, "node_id": "AA_ONE"},
        {"closure_id": "where", "month": 1, "share": 0.1, "mean_h": 3.0},
        {"closure_id": "length", "month": 1, "node_id": "AA_ONE", "share": 0.1},
        {"closure_id": "all", "month": 1, "node_id": "AA_ONE", "share": 1.0, "mean_h": 3.0},
        {"closure_id": "again", "month": 1, "node_id": "AA_ONE", "share": 0.1, "mean_h": 3.0, "yearly": True},
        {**TEN_DAYS, "closure_id": "both", "share": 0.5},
        {**TEN_DAYS, "closure_id": "month", "month": 3},
        {**TEN_DAYS, "closure_id": "open", "date_to": None},
        {**TEN_DAYS, "closure_id": "turned", "date_to": dt.date(2022, 1, 1)},
    ]
    made = queue({"a": 0.5}, EASY).replace(closures=frame("closures", rows))
    with pytest.raises(kv.KarvanError) as told:
        kv.simulate(made, days=5, runs=1)
    found = {fault.key.split("|")[0]: fault.column for fault in told.value.faults}  # type: ignore[attr-defined]
    assert found == {
        "none": "share", "where": "node_id", "length": "mean_h", "all": "share", "again": "yearly", "both": "share",
        "month": "month", "open": "date_to", "turned": "date_to",
    }  # fmt: skip


def test_what_changes_within_the_days_and_is_not_followed_is_told() -> None:
    made = queue({"a": 0.5}, EASY)
    profiles = [
        {"table": table, "id": name, "column": column, "since": day, "value": 2.0}
        for table, name, column, day in (
            ("resources", "station", "servers", dt.date(2022, 1, 5)),
            ("resources", "station", "servers", dt.date(2022, 1, 1)),
            ("resources", "station", "servers", dt.date(2022, 1, 21)),
            ("tariffs", "haul", "usd", dt.date(2022, 1, 5)),
        )
    ]
    links = made.links.with_columns(pl.lit(dt.date(2022, 1, 9)).alias("valid_to"))
    year = kv.simulate(
        made.replace(profiles=frame("profiles", profiles), links=links), start="2022-01-01", days=20, runs=1
    )
    assert year.left_out["says"].to_list() == [
        "servers of station (resources) changes on 2022-01-05; the run keeps that of 2022-01-01",
        "R1 (links) ends on 2022-01-09; the run goes on with it",
    ]


def test_breakdowns_are_told_whole_and_at_what_works() -> None:
    rows = [{"resource_id": "a", "node_id": "AA_TWO", "kind": "lane", "servers": 1, "fails_h": 20.0},
            {"resource_id": "b", "node_id": "AA_TWO", "kind": "yard", "servers": 1, "fails_h": 20.0, "repair_h": 1.0}]  # fmt: skip
    made = queue({"a": 0.5}, EASY)
    with pytest.raises(kv.KarvanError) as told:
        kv.simulate(made.replace(resources=pl.concat([made.resources, frame("resources", rows)])), days=5, runs=1)
    found = [(fault.key, fault.column) for fault in told.value.faults]  # type: ignore[attr-defined]
    assert found == [("a", "repair_h"), ("b", "fails_h")]


@pytest.mark.parametrize("start", [dt.date(2022, 1, 3), dt.date(2022, 1, 6)])  # a Monday, a Thursday
def test_ships_with_a_timetable_begin_at_its_hours_of_the_week(start: dt.date) -> None:
    toy, mine = kv.load("toy"), pl.col("service_id") == "ferry-1"
    first = pl.when(mine & (pl.col("order") == 1)).then(30.0).otherwise(pl.col("offset_h"))
    rule = pl.when(mine).then(pl.lit("timetable")).otherwise(pl.col("dispatch").cast(pl.String()))
    weekly = pl.when(mine).then(2.0).otherwise(pl.col("departures_week"))
    calls = toy.calls.with_columns(first.alias("offset_h"))
    kind = toy.services.schema["dispatch"]
    services = toy.services.with_columns(rule.cast(kind).alias("dispatch"), weekly.alias("departures_week"))
    line = toy.replace(closures=toy.closures.clear(), calls=calls, services=services)
    trace = kv.simulate(line, start=start, days=60, runs=1, trace=60).tables["trace"].filter(kind="ship")
    waited = trace.with_columns(pl.col("hour").shift(-1).over("mover").alias("until")).filter(cause="timetable")
    assert waited.height > 10
    hours = (waited["until"].drop_nulls().cast(pl.Float64()) + 24.0 * start.weekday() - 30.0) % 84.0
    assert hours.to_list() == pytest.approx([0.0] * len(hours), abs=1e-3)
