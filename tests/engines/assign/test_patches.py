"""Patches: what is changed on the arrays equals what is changed in the tables, compiled and settled from nothing."""

import numpy as np
import polars as pl
import pytest

import karvan as kv
from karvan.engines.assign.patches import Patch, Patched
from karvan.engines.assign.prepared import Prepared, market, prepare
from karvan.engines.assign.settle import settle
from karvan.errors import NameUnknown

DRAWS = 50
CARDS = 3


def scaled(frame: pl.DataFrame, column: str, factor: float, mine: pl.Expr) -> pl.DataFrame:
    return frame.with_columns(pl.when(mine).then(pl.col(column) * factor).otherwise(pl.col(column)).alias(column))


def laid(base: kv.Corridor, cards: tuple[bool, ...]) -> kv.Corridor:
    """The corridor with up to three cards: a deeper port's larger feeder, a third ferry, a quicker border."""
    feeder, ferry, border = cards
    out = base
    if feeder:
        out = out.replace(classes=scaled(out.classes, "capacity", 1.5, pl.col("class_id") == "feeder"))
    if ferry:
        mine = pl.col("service_id") == "ferry-1"
        more = pl.when(mine).then(pl.lit(3)).otherwise(pl.col("vehicles")).cast(out.services.schema["vehicles"])
        out = out.replace(services=out.services.with_columns(more.alias("vehicles")))
    if border:
        papers = (pl.col("step") == "papers") & (pl.col("procedure_id") == "bor-in")
        out = out.replace(procedures=scaled(scaled(out.procedures, "hours", 0.5, papers), "hours_p90", 0.5, papers))
    return out


def tabled(of: kv.Corridor, patch: Patch) -> kv.Corridor:
    """The tables as the patch says."""
    params = scaled(of.params, "value", patch.scale, pl.col("name") == "choice_scale")
    if patch.nest is not None:
        at = pl.when(pl.col("name") == "nest_scale").then(pl.lit(patch.nest)).otherwise(pl.col("value"))
        params = params.with_columns(at.alias("value"))
    like = params.filter(pl.col("name") == "nest_scale")
    for tag, value in patch.constants.items():
        more = [
            pl.lit("corridor_constant").alias("name"),
            pl.lit(f"any:{tag}").alias("scope"),
            pl.lit(value).alias("value"),
        ]
        params = pl.concat([params, like.with_columns(more)])
    tariffs, resources = of.tariffs, of.resources
    for name, factor in patch.prices.items():
        mine = (pl.col("operator_id") == name) & pl.col("part").fill_null("core").is_in(["core", "access"])
        tariffs = scaled(tariffs, "usd", factor, mine)
    for name, factor in patch.capacity.items():
        resources = scaled(resources, "open_h_day", factor, pl.col("resource_id") == name)
    values = scaled(of.values, "value", patch.time, pl.col("parameter") == "value_of_time")
    return of.replace(params=params, tariffs=tariffs, resources=resources, values=values)


def drawn(seed: int) -> Patch:
    draw = np.random.default_rng(seed)
    return Patch(
        scale=float(draw.uniform(0.5, 2.0)), nest=float(draw.uniform(0.3, 1.0)), time=float(draw.uniform(0.5, 2.0)),
        prices={"RB": float(draw.uniform(0.8, 1.3)), "SEA": float(draw.uniform(0.8, 1.3))},
        capacity={"bor-crane": float(draw.uniform(0.4, 1.0))}, constants={"north": float(draw.uniform(-0.2, 0.2))},
    )  # fmt: skip


@pytest.fixture(scope="module")
def base() -> kv.Corridor:
    toy = kv.load("toy")
    return toy.replace(demand=toy.demand.with_columns(pl.col("kt", "teu") * 3.0))


def test_fifty_draws_equal_the_full_path(base: kv.Corridor) -> None:
    """Seven parameters and three cards on or off: apply, compile and assign from nothing give the same to 1e-8."""
    made: dict[tuple[bool, ...], Patched] = {}
    draw = np.random.default_rng(1)
    for seed in range(DRAWS):
        cards = tuple(bool(one) for one in draw.integers(0, 2, CARDS))
        if cards not in made:
            made[cards] = Patched(prepare(laid(base, cards), 2022), gap=1e-13)
        quick = made[cards]
        patch = drawn(seed)
        full = market(prepare(tabled(laid(base, cards), patch), 2022, like=quick.ready))
        assert quick.settle(patch).flow == pytest.approx(settle(full, gap=1e-13).flow, rel=1e-8, abs=1e-8)


def test_no_patch_changes_nothing(base: kv.Corridor) -> None:
    ready: Prepared = prepare(base, 2022)
    of = Patched(ready, gap=1e-13)
    assert of.settle(Patch()).flow == pytest.approx(settle(market(ready), gap=1e-13).flow, rel=1e-9)


def test_twice_the_demand_is_sent_in_the_same_trains(base: kv.Corridor) -> None:
    of = Patched(prepare(base, 2022))
    assert of.settle(Patch(demand=2.0)).flow.sum() == pytest.approx(2.0 * of.settle(Patch()).flow.sum())


@pytest.mark.parametrize(
    "patch", [Patch(prices={"RBB": 1.0}), Patch(capacity={"bor-cran": 1.0}), Patch(constants={"norht": 0.0})]
)
def test_unknown_names_are_refused_with_the_nearest(base: kv.Corridor, patch: Patch) -> None:
    with pytest.raises(NameUnknown, match=r"nearest|mean"):
        Patched(prepare(base, 2022)).settle(patch)
