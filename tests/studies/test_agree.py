"""Agree: assign and simulate tell one story below, near and above what a place can do; where they differ it is told."""

import polars as pl
import pytest

import karvan as kv
from karvan.engines.assign.prepared import balance, prepare
from karvan.errors import InputError
from karvan.studies.agree import APART, KEYS, agree

CRANE = "bor-crane"


def used(corridor: kv.Corridor) -> float:
    ready = prepare(corridor, 2022)
    at = next(number for number, one in enumerate(ready.elements) if one.name == CRANE)
    return float(balance(ready).solved.load[at] / ready.elements[at].capacity)


def crowded(share: float) -> kv.Corridor:
    """The toy with boxes from the east alone, and a gauge-change crane so slow that it is this full; slots of the border in plenty."""
    toy = kv.load("toy")
    demand = toy.demand.filter(pl.col("origin") == "XA_ORI").with_columns(pl.col("kt", "teu") * 3.0)
    plenty = pl.when(pl.col("resource_id") == "bor-slot").then(pl.lit(1000.0)).otherwise(pl.col("per_day"))
    base = toy.replace(demand=demand, resources=toy.resources.with_columns(plenty.alias("per_day")))
    slow = pl.when(pl.col("resource_id") == CRANE).then(pl.col("time_h") * share / used(base))
    times = slow.otherwise(pl.col("time_h")).alias("time_h")
    return base.replace(resources=base.resources.with_columns(times))


@pytest.mark.parametrize("share", [0.7, 0.95, 1.1])
def test_a_year_at_a_crane_is_the_same_below_near_and_above_what_it_can_do(share: float) -> None:
    """Twelve months that begin empty; all freight passes the crane, most of it by the north, which has no ships."""
    corridor = crowded(share)
    assert used(corridor) == pytest.approx(share, rel=0.02)
    found = agree(corridor, runs=10, seed=3)
    north = found.hours.filter(pl.col("corridor") == "north").row(0, named=True)
    assert abs(north["apart"]) <= APART or abs(north["assign_h"] - north["simulate_h"]) <= north["simulate_ci95"]


def test_the_toy_told_twice() -> None:
    found = agree(kv.load("toy"), runs=3)
    year = kv.assign(kv.load("toy")).ways.filter(pl.col("share") > 0.01)
    assert found.hours.select(KEYS).sort(KEYS).rows() == year.select(KEYS).sort(KEYS).rows()
    north = found.hours.filter(pl.col("corridor") == "north")
    assert (north["apart"].abs() < 0.05).all() and not north["differ"].any()
    told = found.hours.filter(pl.col("differ"))
    assert (told["apart"].abs() > APART).all()
    row = found.sum.row(0, named=True)
    assert row["differ"] == told.height and row["kt_differ"] == pytest.approx(told["kt"].sum())


def test_where_nothing_may_choose_there_is_no_story() -> None:
    toy = kv.load("toy")
    with pytest.raises(InputError, match="captive"):
        agree(toy.replace(demand=toy.demand.with_columns(pl.lit(1.0).alias("captive"))))
