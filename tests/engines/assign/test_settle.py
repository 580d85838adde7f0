"""Settle: against the path-based kernel, against finite differences, and where it is hard."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import karvan as kv
from karvan.engines.assign.answers import elasticities, prices
from karvan.engines.assign.prepared import Prepared, balance, market, prepare
from karvan.engines.assign.settle import Market, Settled, Waits, moved, settle
from karvan.kernels import flows

STEP = 1e-6


def small(seed: int, full: float) -> Market:
    """A random market: classes of two to four ways in nests of two, elements filled to about ``full``."""
    draw = np.random.default_rng(seed)
    classes, elements = int(draw.integers(1, 5)), int(draw.integers(1, 5))
    first = np.cumsum([0, *draw.integers(2, 5, classes)])
    ways = int(first[-1])
    meets = (draw.random((ways, elements)) < 0.6).astype(float)
    load = meets * draw.uniform(0.5, 2.0, (ways, elements))
    count = meets / draw.integers(1, 30, (ways, 1))
    owner = np.repeat(np.arange(classes), np.diff(first))
    nest = np.unique(owner * 10 + (np.arange(ways) - first[owner]) // 2, return_inverse=True)[1]
    demand = draw.uniform(100.0, 1000.0, classes)
    capacity = np.maximum(demand[owner] @ load / np.maximum(full, 1e-3) / 3.0, 1.0)
    servers = draw.integers(1, 6, elements)
    laws = Waits(
        capacity, 0.5 * 8760.0 / capacity, np.sqrt(2.0 * (servers + 1.0)) - 1.0, np.ones(elements),
        draw.uniform(0.0, 10.0, elements), np.zeros(elements), np.zeros(elements),
    )  # fmt: skip
    fixed, hour = draw.uniform(500.0, 1500.0, ways), draw.uniform(0.1, 5.0, classes)
    scale = draw.uniform(0.001, 0.02, classes)
    own, use = np.nonzero(meets)
    at = np.searchsorted(own, np.arange(ways + 1))
    return Market(
        first, at, fixed, hour, demand, scale, nest.astype(np.int64), float(draw.uniform(0.4, 1.0)), np.ones(ways),
        use.astype(np.int32), load[own, use], count[own, use], laws,
    )  # fmt: skip


def as_problem(of: Market, now: Settled) -> flows.Problem:
    """The same for the kernel, with the elements' laws as these flows make them."""
    return flows.Problem(
        of.first, of.at, of.use, of.fixed, of.hour, of.demand, [flows.QUEUE] * of.waits.capacity.size,
        of.waits.law(now.load, now.customers), of.weight, np.ones(of.use.size), of.scale, of.nest,
        np.full(int(of.nest.max()) + 1, of.mu), of.size, of.power, of.base,
    )  # fmt: skip


@given(st.integers(0, 10**6), st.floats(0.2, 3.0))
@settings(max_examples=60, deadline=None)
def test_the_balance_is_that_of_the_kernel_of_paths(seed: int, full: float) -> None:
    """Another method, another program: rounds over classes (kernels/flows/balance.py)."""
    of = small(seed, full)
    now = settle(of, gap=1e-12)
    assert now.gap <= 1e-12
    other = flows.solve(as_problem(of, now), gap=1e-10)
    assert other.status == flows.CONVERGED
    assert now.flow == pytest.approx(other.flow, abs=1e-4 * of.demand.sum())


@given(st.integers(0, 10**6), st.floats(0.2, 3.0))
@settings(max_examples=40, deadline=None)
def test_all_that_is_asked_is_sent(seed: int, full: float) -> None:
    of = small(seed, full)
    now = settle(of)
    assert [now.flow[a:b].sum() for a, b in pairwise(of.first)] == pytest.approx(of.demand.tolist(), rel=1e-12)


def elastic(of: Market, power: float) -> Market:
    """The same with demand that answers to its cost, from the costs of the first balance."""
    base = settle(of, gap=1e-12).level
    return replace(of, fixed=of.fixed * 1.1, power=np.full(base.size, power), base=base)


@given(st.integers(0, 10**6), st.floats(0.2, 2.0), st.floats(-2.0, -0.1))
@settings(max_examples=40, deadline=None)
def test_demand_that_answers_is_that_of_the_kernel_of_paths(seed: int, full: float, power: float) -> None:
    of = elastic(small(seed, full), power)
    # A log-sum of nought or less, as where tastes differ more than costs, draws no power of itself.
    assume((of.base > of.fixed.min() / 2).all())
    now = settle(of, gap=1e-12)
    assert now.gap <= 1e-12
    assert now.drawn == pytest.approx(of.demand * (now.level / of.base) ** power, rel=1e-12)
    other = flows.solve(as_problem(of, now), gap=1e-10)
    assert now.flow == pytest.approx(other.flow, abs=1e-4 * of.demand.sum())


def test_how_flows_move_is_that_of_finite_differences_where_demand_answers() -> None:
    of = elastic(small(3, 1.5), -0.7)
    now = settle(of, gap=1e-14)
    push = np.random.default_rng(1).normal(size=(of.fixed.size, 2))
    told = moved(now, push)
    for at in range(2):
        both = [settle(replace(of, fixed=of.fixed + sign * 1e-4 * push[:, at]), gap=1e-15).flow for sign in (1, -1)]
        assert told[:, at] == pytest.approx((both[0] - both[1]) / 2e-4, rel=1e-5, abs=1e-7)


@pytest.fixture(scope="module")
def ready() -> Prepared:
    base = kv.load("toy")
    full = base.demand.with_columns(pl.col("kt", "teu") * 3.0)
    return prepare(base.replace(demand=full), 2022)


def test_elasticities_are_those_of_finite_differences(ready: Prepared) -> None:
    frame = elasticities(ready, balance(ready, gap=1e-14))
    assert frame.filter(pl.col("corridor") == pl.col("of"))["elasticity"].max() < 0
    goods = [one.pair[2] for one in ready.classes]
    owner = np.repeat(goods, np.diff(ready.first))
    hour = np.repeat([one.hour for one in ready.classes], np.diff(ready.first))
    push = {"price": np.concatenate([one.price for one in ready.classes]), "hours": hour * ready.free_h}
    scale = ready.scale()
    for row in frame.iter_rows(named=True):
        tag = (ready.nest == ready.corridors.index(row["of"])) & (owner == row["commodity"])
        mine = (ready.nest == ready.corridors.index(row["corridor"])) & (owner == row["commodity"])
        flow = []
        for sign in (1, -1):
            of = replace(market(ready), fixed=ready.fixed + sign * STEP * tag * push[row["by"]], scale=scale)
            flow.append(settle(of, gap=1e-15).flow[mine].sum())
        told = (flow[0] - flow[1]) / (2 * STEP) / balance(ready, gap=1e-14).solved.flow[mine].sum()
        assert row["elasticity"] == pytest.approx(told, abs=1e-4)


def test_what_capacity_is_worth_is_what_all_would_save(ready: Prepared) -> None:
    frame = prices(ready, balance(ready, gap=1e-14))
    assert frame["usd"].max() > 0
    for row in frame.iter_rows(named=True):
        at = next(number for number, one in enumerate(ready.elements) if one.name == row["element"])
        levels = []
        for sign in (1, -1):
            of = market(ready)
            capacity = of.waits.capacity.copy()
            capacity[at] *= 1 + sign * STEP
            now = settle(replace(of, waits=replace(of.waits, capacity=capacity)), gap=1e-15)
            levels.append(float(of.demand @ now.level))
        told = -(levels[0] - levels[1]) / (2 * STEP * row["capacity"])
        assert row["usd"] == pytest.approx(told, rel=1e-4, abs=1e-5)


def test_from_any_delays_to_begin_with_it_is_one_balance(ready: Prepared) -> None:
    of = market(ready)
    one = settle(of, gap=1e-13)
    for start in (np.zeros(one.delay.size), one.delay * 3.0 + 10.0):
        assert settle(of, gap=1e-13, delay0=start).flow == pytest.approx(one.flow, rel=1e-8)
