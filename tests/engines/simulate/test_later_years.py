"""What a simulated year sends: the table's rows in its years, and what drivers make of them later."""

import datetime as dt

import polars as pl
import pytest

import karvan as kv
from karvan.corridor import Corridor
from karvan.engines.simulate.plan.flows import flows
from karvan.errors import FaultsError
from karvan.network.demand import demand_of
from karvan.schema.shape import conform

TAGS = ("middle",)
toy = kv.load("toy")


def grown() -> Corridor:
    series = [
        {"driver": "trade", "year": year, "value": value, "unit": "index"} for year, value in ((2022, 4.0), (2030, 6.0))
    ]
    rule = [{"name": "demand_elasticity", "scope": "any:any:any:trade", "value": 1.0, "unit": "elasticity"}]
    params = pl.concat([toy.params, conform("params", pl.DataFrame(rule))])
    return toy.replace(drivers=pl.DataFrame(series), params=params)


def pieces(corridor: Corridor, year: int) -> list[float]:
    return [flow.pieces_year for flow in flows(corridor, dt.date(year, 1, 1), TAGS)]


def test_a_later_year_sends_what_drivers_make_of_the_last() -> None:
    corridor = grown()
    assert pieces(corridor, 2030) == pytest.approx([1.5 * one for one in pieces(corridor, 2022)])
    assert demand_of(corridor, 2030)["kt"].sum() == pytest.approx(1.5 * toy.demand["kt"].sum())


def test_a_year_before_the_table_sends_its_first_and_one_without_drivers_its_last() -> None:
    assert pieces(grown(), 2015) == pieces(toy, 2022) == pieces(toy, 2040)


def test_a_year_that_a_driver_does_not_reach_is_refused() -> None:
    with pytest.raises(FaultsError, match=r"trade.*2031.*has no value for this year"):
        kv.simulate(grown(), start="2031-01-01", days=10, runs=1)
