"""Demand of later years: the base as it stands, sums by hand, laws, and faults with their cures."""

import math
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from karvan.corridor import Corridor
from karvan.errors import FaultsError, InputError, NameUnknown
from karvan.network.demand import CASES, demand_of
from network import worlds

BASE, LATER = 2022, 2030
TRADE = {2022: (100.0, 100.0, 100.0), 2030: (110.0, 121.0, 150.0)}
FREIGHT = {2022: (2.0, 2.0, 2.0), 2030: (1.0, 3.0, 4.0)}


def rule(scope: str, value: float, name: str = "demand_elasticity", **band: float) -> dict[str, Any]:
    return {"name": name, "scope": scope, "value": value, "unit": "ratio", **band}


def series(name: str, values: dict[int, tuple[float, float, float]]) -> list[dict[str, Any]]:
    return [
        {"driver": name, "year": year, "low": low, "value": value, "high": high, "unit": "index"}
        for year, (low, value, high) in values.items()
    ]


def flow(origin: str, destination: str, commodity: str, kt: float, **cells: Any) -> dict[str, Any]:
    return {"origin": origin, "destination": destination, "commodity_id": commodity, "year": BASE, "kt": kt, **cells}


def made(*rules: dict[str, Any], flows: tuple[dict[str, Any], ...] = ()) -> Corridor:
    """A to C carries 80 kt, half of it captive, C to A 20 kt, ore from B to C 50 kt."""
    corridor = worlds.add(worlds.world(), "drivers", *series("trade", TRADE), *series("freight", FREIGHT))
    mine = flows or (
        flow(
            "A", "C", "boxes", 80.0, kt_low=40.0, kt_high=160.0, teu=8000.0, captive=0.5, seen_kt=10.0, seen_teu=1000.0
        ),
        flow("C", "A", "boxes", 20.0, teu=2000.0, seen_teu=400.0),
        flow("B", "C", "ore", 50.0),
    )
    corridor = worlds.add(corridor, "demand", *mine)
    return worlds.add(corridor, "params", *rules) if rules else corridor


def kt(frame: pl.DataFrame) -> list[float]:
    return [float(one) for one in frame.sort("origin", "destination", "commodity_id")["kt"]]


ALL = rule("any:any:any:trade", 0.5)


def test_a_year_of_the_table_is_the_table() -> None:
    corridor = made(ALL)
    found = demand_of(corridor, BASE)
    assert found.select(corridor.demand.columns).equals(corridor.demand)
    assert found.select("base_year", "factor", "open_factor").unique().rows() == [(BASE, 1.0, 1.0)]


def test_the_ratio_of_a_driver_moves_a_flow_to_the_power_of_its_elasticity() -> None:
    assert kt(demand_of(made(ALL), LATER)) == pytest.approx([80 * 1.1, 50 * 1.1, 20 * 1.1])


def test_a_rate_is_per_unit_of_the_driver() -> None:
    found = demand_of(made(rule("any:any:any:freight", -0.2, "demand_rate")), LATER)
    assert kt(found) == pytest.approx([one * math.exp(-0.2) for one in (80, 50, 20)])


def test_several_drivers_multiply_and_a_scope_is_kept() -> None:
    rules = [rule("boxes:any:any:trade", 1.0), rule("boxes:A:C:freight", 1.0), rule("ore:B+A:any:trade", 0.0)]
    assert kt(demand_of(made(*rules), LATER)) == pytest.approx([80 * 1.21 * 1.5, 50.0, 20 * 1.21])


def test_a_country_stands_for_its_places() -> None:
    assert kt(demand_of(made(rule("any:XA:XA:trade", 1.0)), LATER)) == pytest.approx([96.8, 60.5, 24.2])


def test_the_open_part_moves_alone_and_the_captive_share_follows() -> None:
    found = demand_of(made(ALL, rule("boxes:A:C:freight", 1.0, "open_elasticity")), LATER).filter(
        pl.col("origin") == "A"
    )
    row = found.row(0, named=True)
    assert row["kt"] == pytest.approx(1.1 * (40 + 40 * 1.5))
    assert row["captive"] == pytest.approx(0.4)
    assert row["kt"] * row["captive"] == pytest.approx(1.1 * 40)
    assert row["seen_kt"] == pytest.approx(10 * 1.1 * 1.5)
    assert (row["factor"], row["open_factor"]) == pytest.approx((1.1 * 1.25, 1.1 * 1.5))
    assert row["teu"] == pytest.approx(8000 * 1.1 * 1.25)


def test_low_and_high_take_the_driver_on_the_side_that_counts() -> None:
    corridor = made(rule("any:any:any:trade", 1.0), rule("any:any:any:freight", -1.0))
    low, central, high = (kt(demand_of(corridor, LATER, case))[0] for case in CASES)
    assert low == pytest.approx(80 * 1.1 / 2.0)
    assert central == pytest.approx(80 * 1.21 / 1.5)
    assert high == pytest.approx(80 * 1.5 / 0.5)


def test_bands_add_as_squares_of_logarithms() -> None:
    corridor = made(rule("any:any:any:trade", 1.0, low=0.5, high=2.0))
    row = demand_of(corridor, LATER).filter(pl.col("origin") == "A").row(0, named=True)
    grown = math.log(1.21)
    below = math.hypot(math.log(2), math.log(1.21 / 1.1), 0.5 * grown)
    above = math.hypot(math.log(2), math.log(1.5 / 1.21), grown)
    assert row["kt_low"] == pytest.approx(80 * 1.21 * math.exp(-below))
    assert row["kt_high"] == pytest.approx(80 * 1.21 * math.exp(above))
    low = demand_of(corridor, LATER, "low").filter(pl.col("origin") == "A").row(0, named=True)
    assert low["kt_high"] == pytest.approx(80 * 1.1 * math.exp(math.hypot(math.log(2), math.log(1.1))))


def test_empty_boxes_follow_the_balance_of_the_loaded() -> None:
    back = [flow("C", "A", "goods", 0.0, teu=400.0, seen_teu=100.0), flow("C", "B", "goods", 0.0, teu=200.0)]
    loaded = [
        flow("A", "C", "boxes", 80.0, teu=8000.0, captive=0.5, seen_teu=1000.0),
        flow("C", "A", "boxes", 20.0, teu=2000.0, seen_teu=400.0),
    ]
    corridor = made(rule("boxes:A:any:trade", 1.0), rule("boxes:C:any:trade", 0.0), flows=(*loaded, *back))
    found = demand_of(corridor, LATER).filter(pl.col("commodity_id") == "goods").sort("destination")
    more = 0.21 * 1000
    assert found["teu"].to_list() == pytest.approx([400 + more * 2 / 3, 200 + more / 3])
    assert found["seen_teu"][0] == pytest.approx(100 * (400 + more * 2 / 3) / 400)
    assert found["kt"].to_list() == [0.0, 0.0]


def test_empty_boxes_are_never_fewer_than_none() -> None:
    flows = (
        flow("A", "C", "boxes", 80.0, teu=8000.0),
        flow("C", "A", "boxes", 80.0, teu=7000.0),
        flow("C", "A", "goods", 0.0, teu=1000.0),
    )
    corridor = made(rule("boxes:A:any:trade", -9.0), rule("boxes:C:any:trade", 0.0), flows=flows)
    assert demand_of(corridor, LATER).filter(pl.col("commodity_id") == "goods")["teu"][0] == 0.0


def test_without_a_parameter_the_last_year_stands() -> None:
    found = demand_of(made(), 2040)
    assert kt(found) == [80.0, 50.0, 20.0]
    assert found.select("year", "base_year", "factor").unique().rows() == [(2040, BASE, 1.0)]


def test_carried_rows_are_assumptions() -> None:
    assert set(demand_of(made(ALL), LATER)["grade"]) == {"D"}


# Laws


@settings(deadline=None, max_examples=30)
@given(elasticity=st.floats(-3, 3), rate=st.floats(-2, 2), case=st.sampled_from(CASES))
def test_drivers_held_at_the_base_give_the_base(elasticity: float, rate: float, case: str) -> None:
    corridor = made(
        rule("any:any:any:trade", elasticity, low=elasticity - 1, high=elasticity + 1),
        rule("any:any:any:freight", rate, "open_rate"),
    )
    first = corridor.drivers.filter(pl.col("year") == BASE)
    held = corridor.replace(drivers=pl.concat([first, first.with_columns(pl.lit(LATER, dtype=pl.Int64).alias("year"))]))
    found = demand_of(held, LATER, case).drop("base_year", "factor", "open_factor", "grade", "year")
    base = corridor.demand.drop("grade", "year")
    for name in ("kt", "teu", "seen_kt", "seen_teu"):
        assert found[name].drop_nulls().to_list() == pytest.approx(base[name].drop_nulls().to_list(), rel=1e-12)
    assert found["captive"].drop_nulls().to_list() == pytest.approx([0.5])


@settings(deadline=None, max_examples=30)
@given(scale=st.floats(1e-3, 1e3), unit=st.floats(1e-3, 1e3))
def test_units_of_drivers_and_of_tonnes_change_nothing(scale: float, unit: float) -> None:
    corridor = made(ALL, rule("boxes:A:C:freight", 1.3, "open_elasticity"))
    other = corridor.replace(
        drivers=corridor.drivers.with_columns(pl.col("low", "value", "high") * unit),
        demand=corridor.demand.with_columns(pl.col("kt", "kt_low", "kt_high") * scale),
    )
    for case in CASES:
        assert kt(demand_of(other, LATER, case)) == pytest.approx(
            [scale * one for one in kt(demand_of(corridor, LATER, case))]
        )


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 2**31))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    corridor = made(
        ALL, rule("boxes:A:C:freight", 1.3, "open_elasticity"), rule("ore:any:any:freight", 0.3, "demand_rate")
    )
    mixed = corridor.replace(
        **{
            name: corridor.tables[name].sample(fraction=1.0, shuffle=True, seed=seed)
            for name in ("drivers", "demand", "params")
        }
    )
    keys = ["origin", "destination", "commodity_id"]
    assert demand_of(mixed, LATER).sort(keys).equals(demand_of(corridor, LATER).sort(keys))


@settings(deadline=None, max_examples=30)
@given(first=st.floats(-2, 2), second=st.floats(-2, 2))
def test_a_later_year_can_be_reached_in_two_steps(first: float, second: float) -> None:
    """Ratios multiply: from 2022 to 2026 and from 2026 to 2030 is from 2022 to 2030."""
    middle = [*series("trade", {2026: (104.0,) * 3}), *series("freight", {2026: (2.5,) * 3})]
    corridor = worlds.add(
        made(rule("any:any:any:trade", first), rule("any:any:any:freight", second)), "drivers", *middle
    )
    halfway = demand_of(corridor, 2026).select(corridor.demand.columns)
    stepped = demand_of(corridor.replace(demand=halfway), LATER)
    assert kt(stepped) == pytest.approx(kt(demand_of(corridor, LATER)))


# Bad input


def test_a_year_before_the_table_and_an_unknown_case() -> None:
    with pytest.raises(InputError, match=r"begins with 2022\n  cure: ask for 2022"):
        demand_of(made(ALL), 2018)
    with pytest.raises(NameUnknown, match="nearest: central"):
        demand_of(made(ALL), LATER, "centrel")
    with pytest.raises(InputError, match="has no demand"):
        demand_of(worlds.world(), LATER)


def test_all_faults_are_told_together() -> None:
    corridor = made(
        rule("any:any:any:trad", 1.0),
        rule("boxs:A:any:trade", 1.0),
        rule("boxes:A:trade", 1.0),
        rule("boxes:A:any:trade", 1.0),
        rule("boxes:any:C:trade", 1.0),
    )
    with pytest.raises(FaultsError) as caught:
        demand_of(corridor, 2031)
    told = [str(fault) for fault in caught.value.faults]
    assert "params.csv, row 2 (demand_elasticity), scope = 'any:any:any:trad': nothing is called 'trad'" in told[0]
    assert told[0].endswith("Nearest: trade.")
    assert "nothing is called 'boxs'" in told[1]
    assert "is no scope of an elasticity" in told[2]
    assert (
        "drivers.csv (trade), year = '2031': the driver has no value for this year. add the row trade, 2031" in told[3]
    )
    assert any("row 5 moves A|C|boxes by trade too" in one for one in told)
    assert any("demand.csv (B|C|ore): nothing in params says how it moves after 2022" in one for one in told)


def test_a_driver_that_is_not_above_zero_cannot_stand_in_a_ratio() -> None:
    corridor = made(rule("any:any:any:trade", 1.0))
    below = corridor.replace(drivers=corridor.drivers.with_columns(pl.col("value", "low") - 100))
    with pytest.raises(FaultsError, match="needs a ratio") as caught:
        demand_of(below, LATER)
    assert "demand_rate" in caught.value.faults[0].cure
    by_unit = below.replace(params=below.params.with_columns(pl.col("name").str.replace("elasticity", "rate")))
    assert kt(demand_of(by_unit, LATER))[0] == pytest.approx(80 * math.exp(21.0))
