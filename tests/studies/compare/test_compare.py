"""Results side by side: aligned by key, differences told, what does not mean the same refused."""

import dataclasses

import polars as pl
import pytest

import karvan as kv
from karvan.errors import InputError


@pytest.fixture(scope="module")
def toy() -> kv.Corridor:
    return kv.load("toy")


def ferries(toy: kv.Corridor, number: int) -> kv.Corridor:
    change = kv.Change(table="services", where={"service_id": "ferry-1"}, set={"vehicles": number})
    return toy.apply(kv.Scenario(name=f"ferries-{number}", changes=[change]))


SENT = kv.Shipment("orio", "destin", commodity="boxes", feu=1)


def test_a_result_does_not_differ_from_itself(toy: kv.Corridor) -> None:
    for one in (kv.route(toy, SENT, ways=3), kv.assign(toy), kv.simulate(toy, days=40, runs=3)):
        found = kv.compare(one=one, two=one)
        assert found.inputs.is_empty() and found.cells.is_empty()
        assert found.figures.height and not found.figures["clear"].any()
        assert (found.figures["change"].drop_nulls() == 0).all()


def test_rows_are_aligned_by_key_whatever_their_order(toy: kv.Corridor) -> None:
    one = kv.assign(toy)
    mixed = dataclasses.replace(
        one, tables={name: table.sample(fraction=1.0, shuffle=True, seed=3) for name, table in one.tables.items()}
    )
    assert (kv.compare(one=one, two=mixed).figures["change"].drop_nulls() == 0).all()


def test_cells_and_arguments_that_differ_are_told(toy: kv.Corridor) -> None:
    more = ferries(toy, 4)
    one, two = kv.simulate(toy, days=60, runs=3), kv.simulate(more, days=60, runs=3)
    found = kv.compare({"base": toy, "plan": more}, base=one, plan=two)
    assert found.cells.rows() == [("plan", "services", "ferry-1", "vehicles", "2", "4")]
    assert found.inputs.rows() == [("plan", "scenarios", "", "ferries-4")]


def test_simulations_are_paired_and_their_ranking_is_as_stable_as_their_runs(toy: kv.Corridor) -> None:
    years = {f"n{number}": kv.simulate(ferries(toy, number), days=120, runs=5) for number in (2, 3, 6)}
    found = kv.compare(**years)
    assert set(found.years["result"]) == {"n3", "n6"}
    by_run = {
        name: year.runs.filter(pl.col("what") == "hours").sort("run")["value"].to_list() for name, year in years.items()
    }
    for row in found.ranking.to_dicts():
        wins = sum(by_run[row["result"]][at] == min(values[at] for values in by_run.values()) for at in range(5))
        assert row["first_in"] == wins / 5
    assert found.ranking["value"].is_sorted()


def test_changes_of_a_route_are_clear_only_where_bands_lie_apart(toy: kv.Corridor) -> None:
    dear = toy.apply(
        kv.Scenario(
            name="dear",
            changes=[
                kv.Change(
                    table="tariffs", where={"item": "haulage"}, times={"usd": 40.0, "usd_low": 40.0, "usd_high": 40.0}
                )
            ],
        )
    )
    little = toy.apply(
        kv.Scenario(
            name="little", changes=[kv.Change(table="tariffs", where={"item": "freight"}, times={"usd": 1.0001})]
        )
    )
    base = kv.route(toy, SENT, ways=4)
    found = kv.compare(base=base, dear=kv.route(dear, SENT, ways=4), little=kv.route(little, SENT, ways=4))
    price = found.figures.filter((pl.col("figure") == "price_usd") & pl.col("change").is_not_null())
    assert not price.filter(pl.col("result") == "little")["clear"].any()
    assert price.filter(pl.col("result") == "little")["says"].unique().to_list() == ["no clear change"]
    assert price.filter(pl.col("result") == "dear")["clear"].any()


def test_a_way_of_one_side_is_told(toy: kv.Corridor) -> None:
    found = kv.compare(one=kv.route(toy, SENT, ways=1), four=kv.route(toy, SENT, ways=4))
    assert "only here" in found.figures["says"].to_list()


def test_what_does_not_mean_the_same_is_refused(toy: kv.Corridor) -> None:
    one = kv.route(toy, SENT)
    with pytest.raises(InputError, match="the word"):
        kv.compare(one=one, two=kv.assign(toy))
    for field, value, says in (
        ("edition", "2", "the edition"),
        ("price_year", 2019, "the price year"),
        ("corridor", "x", "the corridor"),
    ):
        other = dataclasses.replace(one, run=dataclasses.replace(one.run, **{field: value}))
        with pytest.raises(InputError, match=says):
            kv.compare(one=one, two=other)
    with pytest.raises(InputError, match="two or more"):
        kv.compare(one=one)
    with pytest.raises(InputError, match="not the one"):
        kv.compare({"one": ferries(toy, 9)}, one=one, two=one)
    findings = dataclasses.replace(one, run=dataclasses.replace(one.run, word="findings"))
    with pytest.raises(InputError, match="are not compared"):
        kv.compare(one=findings, two=findings)


def test_half_widths_of_independent_runs_add_as_squares(toy: kv.Corridor) -> None:
    one, two = (kv.simulate(toy, days=60, runs=4, seed=seed) for seed in (1, 2))
    found = kv.compare(one=one, two=two)
    assert found.years.is_empty()  # other random numbers: nothing to pair
    row = found.figures.filter(
        (pl.col("frame") == "shipments") & (pl.col("figure") == "hours") & pl.col("ci95").is_not_null()
    ).row(0, named=True)
    halves = [
        year.shipments.filter(
            pl.concat_str("origin", "destination", "commodity", "way", separator=" | ") == row["key"]
        )["hours_ci95"][0]
        for year in (one, two)
    ]
    assert row["ci95"] == pytest.approx((halves[0] ** 2 + halves[1] ** 2) ** 0.5)
