"""Two years side by side: exact by hand, no change between a year and itself, and what is not alike refused."""

import dataclasses

import polars as pl
import pytest

import karvan as kv
from karvan.errors import InputError
from karvan.studies.compare.years import change


@pytest.fixture(scope="module")
def base() -> kv.Result:
    return kv.simulate(kv.load("toy"), days=60, runs=4, seed=2)


def with_runs(year: kv.Result, frame: pl.DataFrame) -> kv.Result:
    return dataclasses.replace(year, tables={**year.tables, "runs": frame})


def test_a_year_does_not_differ_from_itself(base: kv.Result) -> None:
    found = change(base, base)
    assert found.height and not found["clear"].any() and (found["change"] == 0).all()
    assert found["says"].str.ends_with("no clear change").all()


def test_the_interval_is_students_over_paired_runs(base: kv.Result) -> None:
    """Differences 1, 2, 3, 4: mean 2.5, and a half-width of t(3, 0.975) sd / 2 = 3.1824 x 1.2910 / 2."""
    hours = pl.col("what") == "hours"
    more = base.tables["runs"].with_columns(
        pl.when(hours).then(pl.col("value") + pl.col("run")).otherwise(pl.col("value")).alias("value")
    )
    row = change(base, with_runs(base, more)).row(by_predicate=pl.col("what") == "hours", named=True)
    assert row["change"] == pytest.approx(2.5) and row["ci95"] == pytest.approx(2.0543, rel=0.01)
    assert row["clear"] and "+2.5 h (+0.4" in row["says"]


def test_a_place_where_nobody_waits_any_more_is_a_wait_of_nought(base: kv.Result) -> None:
    runs = base.tables["runs"]
    place = runs.filter((pl.col("what") == "wait_h") & (pl.col("value") > 0))["place"][0]
    found = change(base, with_runs(base, runs.filter(pl.col("place") != place)))
    row = found.filter((pl.col("place") == place) & (pl.col("base") > 0)).row(0, named=True)
    assert row["other"] == 0.0 and row["change"] == pytest.approx(-row["base"])


def test_a_ship_more_is_a_clear_change_told_first() -> None:
    toy = kv.load("toy")
    more = toy.replace(
        services=toy.services.with_columns(
            pl.when(pl.col("service_id") == "ferry-1")
            .then(5)
            .otherwise(pl.col("vehicles"))
            .cast(pl.Int64)
            .alias("vehicles")
        )
    )
    one, other = (kv.simulate(corridor, days=120, runs=6) for corridor in (toy, more))
    found = change(one, other)
    assert found["what"][0] == "delivered" and found["change"][0] > 0 and found["clear"][0]


@pytest.mark.parametrize(
    ("arguments", "says"), [({"days": 50}, "days"), ({"seed": 3}, "random numbers"), ({"runs": 3}, "random numbers")]
)
def test_years_that_are_not_alike_are_refused(base: kv.Result, arguments: dict[str, int], says: str) -> None:
    other = kv.simulate(kv.load("toy"), **{"days": 60, "runs": 4, "seed": 2, **arguments})
    with pytest.raises(InputError, match=says):
        change(base, other)
