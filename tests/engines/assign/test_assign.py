"""Assign on toy: the arithmetic by hand, laws, and what is refused."""

from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import karvan as kv
from karvan.engines.assign.prepared import Balanced, Prepared, balance, prepare
from karvan.engines.assign.shared import YEAR_H
from karvan.errors import FaultsError

PAIR = ["origin", "destination", "commodity"]
LAWS = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def params(corridor: kv.Corridor, **values: float) -> kv.Corridor:
    """The corridor with other values of parameters of the scope any."""
    frame = corridor.params
    for name, value in values.items():
        mine = (pl.col("name") == name) & (pl.col("scope") == "any")
        frame = frame.with_columns(pl.when(mine).then(pl.lit(float(value))).otherwise(pl.col("value")).alias("value"))
    return corridor.replace(params=frame)


def times(corridor: kv.Corridor, table: str, factor: float, *columns: str) -> kv.Corridor:
    frame = corridor.tables[table]
    return corridor.replace(**{table: frame.with_columns(pl.col(name) * factor for name in columns)})


def paid(ready: Prepared, found: Balanced) -> np.ndarray:
    """USD a piece by each way: fixed cost and the worth of the hours that it waits for others."""
    waits = np.array([found.solved.delay[ready.use[a:b]].sum() for a, b in pairwise(ready.at)])
    return ready.fixed + waits * np.repeat([one.hour for one in ready.classes], np.diff(ready.first))


@pytest.fixture(scope="module")
def base() -> kv.Corridor:
    return kv.load("toy")


def test_shares_are_the_nested_logit_of_the_costs_told(base: kv.Corridor) -> None:
    """From the frame alone: one nest a corridor, path size from the arcs, costs as told."""
    ready = prepare(base, 2022)
    found = balance(ready, gap=1e-12)
    cost = paid(ready, found)
    for k, one in enumerate(ready.classes):
        here = slice(ready.first[k], ready.first[k + 1])
        theta, mu = ready.scale()[k], ready.taste.nest
        value = (np.log(ready.size[here]) - theta * cost[here]) / mu
        nests = np.array(one.corridors)
        inside = {tag: np.exp(value[nests == tag]).sum() for tag in set(nests)}
        share = np.array([np.exp(v) / inside[tag] * inside[tag] ** mu for v, tag in zip(value, nests, strict=True)])
        assert found.solved.flow[here] / one.open == pytest.approx(share / share.sum(), abs=1e-5)


def test_what_is_asked_is_carried_or_refused_and_shares_add_up(base: kv.Corridor) -> None:
    year = kv.assign(base)
    assert year.run.arguments["status"] == "in balance"
    shares = year.ways.group_by(PAIR).agg(pl.col("share").sum(), pl.col("kt").sum())
    assert shares["share"].to_list() == pytest.approx([1.0] * shares.height)
    asked = base.demand.filter(pl.col("year") == 2022)["kt"].sum()
    assert year.balance["asked"].sum() == pytest.approx(asked)
    assert year.ways["kt"].sum() == pytest.approx(year.balance["carried"].sum())
    assert year.corridors["kt"].sum() == pytest.approx(year.ways["kt"].sum())


def test_the_same_inputs_give_the_same_tables() -> None:
    titr = kv.load("titr")
    one, other = kv.assign(titr), kv.assign(titr)
    for name, table in one.tables.items():
        assert table.equals(other.tables[name], null_equal=True), name


def test_captive_freight_is_refused_with_its_reason(base: kv.Corridor) -> None:
    half = base.replace(
        demand=base.demand.with_columns(pl.lit(0.25).alias("captive"), pl.lit("the north").alias("captive_to"))
    )
    all_of_it, rest = kv.assign(base), kv.assign(half)
    assert rest.balance["carried"].sum() == pytest.approx(0.75 * all_of_it.balance["carried"].sum())
    assert rest.balance["reason"].str.contains("captive").all()


def test_a_link_carries_what_its_ways_carry(base: kv.Corridor) -> None:
    year = kv.assign(base)
    ready = prepare(base, 2022)
    start = {one.pair[0] for one in ready.classes}
    for place in start:
        out = (
            year.flows.filter(pl.col("from") == place)["kt"].sum()
            - year.flows.filter(pl.col("to") == place)["kt"].sum()
        )
        sent = year.ways.filter(pl.col("origin") == place)["kt"].sum()
        taken = year.ways.filter(pl.col("destination") == place)["kt"].sum()
        assert out == pytest.approx(sent - taken, abs=1e-6)


def test_a_sharp_choice_is_the_equilibrium_and_the_optimum_costs_no_more(base: kv.Corridor) -> None:
    sharp = balance(prepare(params(base, choice_scale=20000.0, nest_scale=1.0), 2022), gap=1e-9)
    alone = balance(prepare(base, 2022), rule="equilibrium", gap=1e-9)
    assert sharp.solved.flow == pytest.approx(alone.solved.flow, abs=2e-3 * alone.solved.flow.sum())
    best = balance(prepare(base, 2022), rule="optimum", gap=1e-9)
    ready = prepare(base, 2022)
    assert best.solved.flow @ paid(ready, best) <= alone.solved.flow @ paid(ready, alone) * (1 + 1e-9)


@given(st.floats(1.0, 3.0))
@LAWS
def test_no_price_rise_on_a_corridor_wins_it_freight(more: float) -> None:
    base = kv.load("toy")
    constant = base.params.filter(pl.col("name") == "nest_scale").with_columns(
        pl.lit("corridor_constant").alias("name"),
        pl.lit("any:middle").alias("scope"),
        pl.lit(0.1 * (more - 1.0) + 1e-12).alias("value"),
    )
    dearer = base.replace(params=pl.concat([base.params, constant]))
    now, then = (kv.assign(one).corridors.filter(pl.col("corridor") == "middle")["kt"].sum() for one in (base, dearer))
    assert then <= now * (1 + 1e-5)


@given(st.integers(0, 10**6))
@LAWS
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    base = kv.load("toy")
    mixed = base.replace(**{
        name: base.tables[name].sample(fraction=1.0, shuffle=True, seed=seed) for name in ("demand", "links", "resources", "params")
    })  # fmt: skip
    one, other = kv.assign(base).ways, kv.assign(mixed).ways
    keys = [*PAIR, "way"]
    assert one.sort(keys)["kt"].to_list() == pytest.approx(other.sort(keys)["kt"].to_list(), rel=1e-9)


def test_more_demand_waits_longer_and_a_hundredfold_of_it_grows_a_queue_all_year(base: kv.Corridor) -> None:
    now, more = kv.assign(base), kv.assign(times(base, "demand", 2.0, "kt", "teu"))
    joined = now.shared.join(more.shared, on="element")
    assert (joined["load_right"] > joined["load"] * 1.2).any()
    flood = kv.assign(times(base, "demand", 100.0, "kt", "teu")).shared
    worst = flood.row(0, named=True)
    assert worst["used"] > 1.5 and worst["delay_h"] > 0.25 * YEAR_H * (worst["used"] - 1.0)


def test_parameters_that_are_missing_or_wrong_are_told_together(base: kv.Corridor) -> None:
    bare = base.replace(params=base.params.filter(~pl.col("name").is_in(["choice_scale", "nest_scale"])))
    with pytest.raises(FaultsError) as missing:
        kv.assign(bare)
    assert [fault.key for fault in missing.value.faults] == ["choice_scale", "nest_scale"]
    wrong = params(base, nest_scale=1.5, choice_scale=-1.0)
    with pytest.raises(FaultsError, match="2 faults") as out:
        kv.assign(wrong)
    assert all("out of range" in fault.rule for fault in out.value.faults)
    named = base.params.with_columns(
        pl.when(pl.col("name") == "choice_scale").then(pl.lit("boxs")).otherwise(pl.col("scope")).alias("scope")
    )
    with pytest.raises(FaultsError, match="did you mean boxes"):
        kv.assign(base.replace(params=named))


@pytest.mark.parametrize("arguments", [{"rule": "best"}, {"ways": 0}, {"gap": 0.0}, {"year": 1900}, {"case": "middle"}])
def test_arguments_out_of_range_are_refused(base: kv.Corridor, arguments: dict[str, object]) -> None:
    with pytest.raises(kv.KarvanError):
        kv.assign(base, **arguments)  # type: ignore[arg-type]


def elastic(of: kv.Corridor, value: float) -> kv.Corridor:
    row = of.params.filter(pl.col("name") == "choice_scale").with_columns(
        pl.lit("cost_elasticity").alias("name"), pl.lit(value).alias("value"), pl.lit(None).cast(pl.Float64).alias("low"),
        pl.lit(None).cast(pl.Float64).alias("high"),
    )  # fmt: skip
    return of.replace(params=pl.concat([of.params, row]))


def test_against_itself_nothing_is_drawn_and_what_costs_more_draws_less() -> None:
    base = elastic(kv.load("toy"), -0.8)
    same = kv.assign(base, against=base)
    assert same.drawn["drawn"].to_list() == pytest.approx(same.drawn["asked"].to_list(), rel=1e-6)
    dearer = base.replace(tariffs=base.tariffs.with_columns(pl.col("usd") * 1.3))
    found = kv.assign(dearer, against=base)
    assert found.run.arguments["status"] == "in balance"
    assert found.drawn.height > 0
    for row in found.drawn.iter_rows(named=True):
        assert row["cost_usd"] > row["base_usd"]
        assert row["drawn"] / row["asked"] == pytest.approx((row["cost_usd"] / row["base_usd"]) ** -0.8, rel=1e-6)
    assert found.balance["carried"].sum() < kv.assign(dearer).balance["carried"].sum()


@pytest.mark.parametrize("rule", ["equilibrium", "optimum"])
def test_demand_answers_under_rules_without_tastes(rule: str) -> None:
    base = elastic(kv.load("toy"), -0.8)
    dearer = base.replace(tariffs=base.tariffs.with_columns(pl.col("usd") * 1.3))
    found = kv.assign(dearer, rule=rule, against=base)
    assert (found.drawn["drawn"] < found.drawn["asked"]).all()


def test_an_elasticity_above_nought_is_refused() -> None:
    with pytest.raises(kv.KarvanError, match="cost_elasticity"):
        kv.assign(elastic(kv.load("toy"), 0.5))
