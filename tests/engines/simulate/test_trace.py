"""Trace: what movers did, in order, each where the last row left it, and as much of it as the runs count."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import karvan as kv
from karvan.engines.simulate.tell import trace
from karvan.errors import InputError


@pytest.fixture(scope="module")
def toy() -> Any:
    return kv.load("toy")


@pytest.fixture(scope="module")
def year(toy: Any) -> Any:
    return kv.simulate(toy, days=120, runs=2, trace=120)


def movers(frame: pl.DataFrame) -> list[list[dict[str, Any]]]:
    return [rows.to_dicts() for rows in frame.partition_by("mover", maintain_order=True)]


def test_every_mover_goes_on_where_and_when_it_was(year: Any) -> None:
    seen = movers(year.trace)
    assert len(seen) > 50
    for rows in seen:
        assert len({(row["kind"], row["name"]) for row in rows}) == 1
        for one, after in pairwise(rows):
            assert one["hour"] <= after["hour"]
            assert after["place"] == (one["to"] or one["place"])
            assert one["state"] not in ("delivered", "refused")
            assert (one["state"] in ("moving", "sailing")) == (one["to"] != "")


def test_who_is_delivered_in_the_trace_is_counted_in_the_run(toy: Any) -> None:
    year = kv.simulate(toy, days=120, runs=1, trace=120)
    ends = year.trace.filter(pl.col("state") == "delivered")
    assert ends["units"].sum() == year.balance["carried"].sum() > 0
    ends = year.trace.group_by("mover").last().filter(~pl.col("state").is_in(["delivered", "refused"]))
    assert ends.filter(pl.col("kind") != "ship")["units"].sum() == year.balance["waiting"].sum() > 0


@pytest.mark.parametrize(
    ("cause", "place"), [("vessel", "ferry-1@XB_PRT"), ("papers", "XB_BOR"), ("blocking", "prt-yard")]
)
def test_waits_in_the_trace_are_the_queues_of_the_run(toy: Any, cause: str, place: str) -> None:
    """Units times hours in a state, over the days, is the time average of the queue."""
    year = kv.simulate(toy, days=120, runs=1, trace=120)
    end = pl.col("hour").cast(pl.Float64).shift(-1).over("mover").fill_null(2880.0)
    spent = year.trace.with_columns((end - pl.col("hour")).alias("h")).filter(pl.col("cause") == cause)
    at = place.split("@")[-1] if cause != "blocking" else "XB_PRT"
    weight = pl.lit(1) if cause == "blocking" else pl.col("units")  # a train before a full yard waits as one
    queue = spent.filter(pl.col("place") == at).select((pl.col("h") * weight).sum()).item() / 2880.0
    rows = year.waits.filter((pl.col("cause") == cause) & pl.col("place").is_in([place, f"feeder-1@{at}"]))
    assert queue == pytest.approx(rows["queue"].sum(), rel=1e-4) and queue > 0


def test_ships_are_all_there_from_the_start_and_carry_what_they_loaded(toy: Any, year: Any) -> None:
    ships = year.trace.filter(pl.col("kind") == "ship")
    fleet = dict(toy.services.filter(pl.col("vehicles") > 0).select("service_id", "vehicles").iter_rows())
    for name, rows in ships.group_by("name"):
        assert rows["mover"].n_unique() == fleet[name[0]]
        room = toy.classes.join(toy.services, on="class_id").filter(pl.col("service_id") == name[0])["capacity"][0]
        assert 0 < rows["units"].max() <= room
    assert (ships.group_by("mover").agg(pl.col("hour").min())["hour"] == 0).all()


def test_a_trace_begins_after_the_warm_up_and_costs_nothing_else(toy: Any) -> None:
    """What is under way then is told from there on; all other frames are as without a trace."""
    plain = kv.simulate(toy, days=60, warmup=30, runs=2)
    traced = kv.simulate(toy, days=60, warmup=30, runs=2, trace=10, threads=2)
    hours = traced.trace["hour"]
    assert hours.min() == 720
    assert hours.max() < 960
    assert plain.trace.is_empty()
    for name, table in plain.tables.items():
        assert name == "trace" or table.equals(traced.tables[name], null_equal=True), name


def test_of_many_movers_some_are_told_whole(toy: Any, year: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace, "MOST", 20)
    some = kv.simulate(toy, days=120, runs=1, trace=120).trace
    assert (
        some.filter(pl.col("kind") == "ship")
        .drop("mover")
        .equals(year.trace.filter(pl.col("kind") == "ship").drop("mover"))
    )
    freight = some.filter(pl.col("kind") != "ship")
    assert 5 <= freight["mover"].n_unique() <= 45
    whole = [[{**row, "mover": 0} for row in rows] for rows in movers(year.trace)]
    assert all([{**row, "mover": 0} for row in rows] in whole for rows in movers(freight))


def test_no_more_days_are_traced_than_counted(toy: Any) -> None:
    with pytest.raises(InputError, match="trace is 61") as told:
        kv.simulate(toy, days=60, runs=1, trace=61)
    assert told.value.cure


def test_sixty_days_of_the_reference_corridor_take_at_most_two_megabytes(tmp_path: Path) -> None:
    year = kv.simulate(kv.load("titr"), days=60, runs=1, trace=60)
    year.trace.write_parquet(tmp_path / "trace.parquet")
    assert year.trace.height > 10_000
    assert (tmp_path / "trace.parquet").stat().st_size <= 2_000_000
