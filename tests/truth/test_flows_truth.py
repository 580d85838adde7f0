"""Flows in equilibrium against published answers, closed forms and laws."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from karvan.kernels import flows
from karvan.kernels.flows import BPR, CONSTANT, CONVERGED, QUEUE, Problem, batch, bpr, constant, queue, solve

LAWS = settings(max_examples=40, deadline=None)

# Braess: 1-3 and 4-2 cost 10 x, 1-4 and 3-2 cost 50 + x, 3-4 costs 10 + x; six units go from 1 to 2.
BRAESS = Problem(
    first=[0, 3],
    at=[0, 2, 4, 7],
    use=[0, 3, 1, 4, 0, 2, 4],
    fixed=[0.0, 0.0, 0.0],
    worth=[1.0],
    demand=[6.0],
    kind=[BPR] * 5,
    param=[
        bpr(1e-8, 1e9, 1.0, 1.0),
        bpr(50.0, 0.02, 1.0, 1.0),
        bpr(10.0, 0.1, 1.0, 1.0),
        bpr(50.0, 0.02, 1.0, 1.0),
        bpr(1e-8, 1e9, 1.0, 1.0),
    ],
)


def test_braess_in_equilibrium_and_at_the_optimum() -> None:
    alone = solve(BRAESS, gap=1e-12)
    assert alone.status == CONVERGED
    assert alone.flow == pytest.approx([2.0, 2.0, 2.0], abs=1e-6)
    assert alone.cost == pytest.approx([92.0] * 3, abs=1e-4)
    assert alone.load @ alone.delay == pytest.approx(552.0, abs=1e-4)
    together = solve(BRAESS, gap=1e-12, optimum=True)
    assert together.flow == pytest.approx([3.0, 3.0, 0.0], abs=1e-6)
    assert together.load @ together.delay == pytest.approx(498.0, abs=1e-4)
    assert (together.delay[[0, 1]].sum(), together.delay[[3, 4]].sum()) == pytest.approx((83.0, 83.0), abs=1e-4)


def test_two_links_by_logit() -> None:
    two = Problem(
        *([0, 2], [0, 1, 2], [0, 1], [0.0, 0.0], [1.0], [1000.0]),
        *([BPR, BPR], [bpr(10.0, 0.15, 400.0, 4.0), bpr(12.0, 0.15, 600.0, 4.0)]),
        scale=[0.5],
    )
    found = solve(two, gap=1e-10)
    assert found.flow[0] == pytest.approx(481.558213774, abs=1e-4)
    assert found.cost == pytest.approx([13.150985997, 13.003384751], abs=1e-6)


def made(
    seed: int,
    scale: float = math.inf,
    nested: bool = False,
    queues: bool = False,
    plain: bool = False,
    tight: float = 1,
) -> Problem:
    """A random problem: 12 classes with 5 ways each over 20 elements."""
    rng = np.random.default_rng(seed)
    classes, each, elements = 12, 5, 20
    kind, param = [], []
    for _ in range(elements):
        hours, capacity = rng.uniform(1, 10), rng.uniform(20, 100) / tight
        queued = queues and rng.random() < 0.5
        kind.append(QUEUE if queued else BPR)
        param.append(
            queue(hours, capacity, 8760.0, rng.uniform(0.2, 5), int(rng.integers(1, 5)))
            if queued
            else bpr(hours, 0.15, capacity, 4.0)
        )
    use = [rng.choice(elements, rng.integers(1, 6), replace=False) for _ in range(classes * each)]
    at = np.concatenate([[0], np.cumsum([row.size for row in use])])
    ways = classes * each
    return Problem(
        np.arange(classes + 1) * each,
        at,
        np.concatenate(use),
        rng.uniform(0, 20, ways),
        rng.uniform(0.5, 3, classes) if not plain else np.ones(classes),
        rng.uniform(1, 20, classes),
        kind,
        param,
        weight=None if plain else rng.uniform(0.5, 2, at[-1]),
        passes=None,
        scale=np.full(classes, scale),
        nest=rng.integers(0, 3, ways) if nested else None,
        nest_scale=[0.3, 0.6, 1.0] if nested else None,
        size=rng.uniform(0.2, 1, ways) if nested else None,
    )


PROBLEMS = {
    "seed": st.integers(0, 10_000),
    "scale": st.sampled_from([0.01, 0.1, 1.0, 10.0, math.inf]),
    "nested": st.booleans(),
    "queues": st.booleans(),
}


@given(**PROBLEMS)
@LAWS
def test_flows_are_the_demand_and_loads_are_the_flows(seed: int, scale: float, nested: bool, queues: bool) -> None:
    problem = made(seed, scale, nested, queues)
    found = solve(problem, gap=1e-7)
    assert found.status == CONVERGED
    assert (found.flow >= 0).all()
    assert np.add.reduceat(found.flow, problem.first[:-1]) == pytest.approx(problem.demand, rel=1e-9)
    owner = np.repeat(np.arange(found.flow.size), np.diff(problem.at))
    assert np.bincount(problem.use, problem.weight * found.flow[owner], 20) == pytest.approx(found.load, rel=1e-9)


@given(**PROBLEMS)
@LAWS
def test_flows_are_those_of_the_nested_logit_at_their_own_costs(
    seed: int, scale: float, nested: bool, queues: bool
) -> None:
    problem = made(seed, scale, nested, queues)
    found = solve(problem, gap=1e-9)
    nest = problem.nest if nested else np.zeros(found.flow.size, int)
    mu, size = (np.array(problem.nest_scale), problem.size) if nested else (np.ones(1), np.ones(found.flow.size))
    for k in range(12):
        of = slice(5 * k, 5 * k + 5)
        cost, flow = found.cost[of], found.flow[of]
        assert flow @ cost == pytest.approx(found.level[k] * problem.demand[k], rel=1e-5) or scale < math.inf
        if scale < math.inf:
            utility = -scale * (cost - cost.min()) + np.log(size[of])
            groups = {m: np.flatnonzero(nest[of] == m) for m in set(nest[of])}
            whole = {m: np.logaddexp.reduce(utility[g] / mu[m]) for m, g in groups.items()}
            top = np.logaddexp.reduce([mu[m] * whole[m] for m in groups])
            share = np.zeros(5)
            for m, g in groups.items():
                share[g] = np.exp(utility[g] / mu[m] - whole[m] + mu[m] * whole[m] - top)
            assert flow == pytest.approx(share * problem.demand[k], abs=1e-4 * problem.demand[k])
            assert found.level[k] == pytest.approx(cost.min() - top / scale, rel=1e-5, abs=1e-4)


@given(seed=st.integers(0, 10_000))
@LAWS
def test_a_large_scale_is_the_deterministic_equilibrium(seed: int) -> None:
    sure, nearly = solve(made(seed), gap=1e-9), solve(made(seed, 1e4), gap=1e-9)
    assert nearly.load == pytest.approx(sure.load, rel=1e-2, abs=0.05)
    assert nearly.level == pytest.approx(sure.level, rel=1e-3, abs=1e-3)


@given(seed=st.integers(0, 10_000), scale=st.sampled_from([0.1, 1.0]))
@LAWS
def test_order_and_units_change_nothing(seed: int, scale: float) -> None:
    problem = made(seed, scale)
    found = solve(problem, gap=1e-10)
    order = np.random.default_rng(seed).permutation(5)
    ways = np.concatenate([5 * k + order for k in range(12)])
    rows = [np.arange(problem.at[w], problem.at[w + 1]) for w in ways]
    shuffled = problem._replace(
        at=np.concatenate([[0], np.cumsum([row.size for row in rows])]),
        use=problem.use[np.concatenate(rows)],
        weight=problem.weight[np.concatenate(rows)],
        fixed=problem.fixed[ways],
    )
    assert solve(shuffled, gap=1e-10).flow == pytest.approx(found.flow[ways], rel=1e-5, abs=1e-6)
    cents = problem._replace(fixed=problem.fixed * 100, worth=problem.worth * 100, scale=problem.scale / 100)
    assert solve(cents, gap=1e-10).flow == pytest.approx(found.flow, rel=1e-5, abs=1e-6)


@given(seed=st.integers(0, 10_000), element=st.integers(0, 19))
@LAWS
def test_more_capacity_never_raises_the_cost_at_the_optimum(seed: int, element: int) -> None:
    def total(problem: Problem) -> float:
        found = solve(problem, gap=1e-9, optimum=True)
        return float(found.flow @ problem.fixed + found.load @ found.delay)

    problem = made(seed, plain=True)
    param = np.array(problem.param)
    param[element, 2] *= 1.3
    assert total(problem._replace(param=param)) <= total(problem) * (1 + 1e-8)


def one_class(
    delays: list[list[float]], kinds: list[int], fixed: list[float], demand: float, **more: object
) -> Problem:
    n = len(delays)
    return Problem([0, n], np.arange(n + 1), np.arange(n), fixed, [1.0], [demand], kinds, delays, **more)  # type: ignore[arg-type]


def test_equal_ways_split_equally_and_a_way_written_twice_leaves_the_pairs_share() -> None:
    three = one_class([constant(1.0)] * 3, [CONSTANT] * 3, [2.0, 2.0, 2.0], 9.0, scale=[0.7])
    assert solve(three, gap=1e-12).flow == pytest.approx([3.0, 3.0, 3.0], rel=1e-9)
    pair = Problem(
        [0, 2], [0, 1, 2], [0, 1], [0, 0], [1], [5.0], [BPR] * 2, [bpr(1, 1, 3, 4), bpr(2, 1, 2, 4)], scale=[1]
    )
    twice = pair._replace(first=[0, 3], at=[0, 1, 2, 3], use=[0, 0, 1], fixed=[0, 0, 0], size=[0.5, 0.5, 1.0])
    one, two = solve(pair, gap=1e-12).flow, solve(twice, gap=1e-12).flow
    assert (two[0], two[0] + two[1], two[2]) == pytest.approx((one[0] / 2, one[0], one[1]), rel=1e-8)


@given(cost=st.lists(st.floats(0, 50), min_size=2, max_size=6), more=st.floats(0, 20), scale=st.floats(0.01, 5))
@LAWS
def test_a_dearer_way_never_gains_at_fixed_delays(cost: list[float], more: float, scale: float) -> None:
    n = len(cost)
    now = solve(one_class([constant(1.0)] * n, [CONSTANT] * n, cost, 1.0, scale=[scale]), gap=1e-12)
    cost[0] += more
    then = solve(one_class([constant(1.0)] * n, [CONSTANT] * n, cost, 1.0, scale=[scale]), gap=1e-12)
    assert then.flow[0] <= now.flow[0] * (1 + 1e-12)
    assert now.flow == pytest.approx(np.exp(-scale * (now.cost - now.level)), rel=1e-9)


def test_a_hard_capacity_is_priced_at_what_the_next_best_way_costs_more() -> None:
    two = one_class([constant(0.0)] * 2, [CONSTANT] * 2, [3.0, 10.0], 5.0, hard=[2.0, math.inf])
    found = solve(two, gap=1e-9)
    assert found.status == CONVERGED
    assert (found.flow[0], found.price[0]) == pytest.approx((2.0, 7.0), rel=1e-6)
    full = solve(two._replace(hard=[2.0, 2.0]), gap=1e-6, most=500)
    assert full.status != CONVERGED  # five units cannot go where four fit


def test_elastic_demand_is_what_its_own_cost_asks_for() -> None:
    for scale in (math.inf, 0.3):
        ways = one_class([bpr(10, 1, 5, 2), bpr(12, 1, 5, 2)], [BPR] * 2, [5.0, 5.0], 10.0, scale=[scale])
        found = solve(ways._replace(elastic=[-0.8], cost0=[20.0]), gap=1e-10)
        assert found.status == CONVERGED
        assert found.flow.sum() == pytest.approx(found.demand[0], rel=1e-12)
        assert found.demand[0] == pytest.approx(10.0 * (found.level[0] / 20.0) ** -0.8, rel=1e-8)


def test_a_queue_is_pollaczek_below_capacity_and_grows_above_it() -> None:
    """One server of an hour: M/M/1 waits r / (1 - r) when the year is long; at load 1.2 the mean of a year is T / 10."""
    year = 8760.0
    waits = flows.delays([QUEUE] * 2, [queue(0.0, 1.0, year, 1.0), queue(0.0, 1.0, year, 1.0)], [0.8, 1.2])
    assert waits[0] == pytest.approx(4.0, rel=0.02)
    assert waits[1] == pytest.approx(0.1 * year, rel=0.02)


def test_those_left_behind_wait_as_the_chain_of_departures_says() -> None:
    """Left-behind units by the exact chain L' = max(L + Poisson - q, 0), summed over 400,000 departures."""
    rng, places, headway = np.random.default_rng(1), 20, 24.0
    for load in (0.9, 0.95):
        arrive = rng.poisson(load * places, 400_000)
        walk = np.concatenate([[0], np.cumsum(arrive - places)])
        left = float((walk - np.minimum.accumulate(walk)).mean())
        exact = headway / 2 + headway * left / (load * places)
        found = flows.delays([QUEUE], [batch(0.0, 1.0, 1e7, 1e7 / headway, places)], [load])[0]
        assert found == pytest.approx(exact, rel=0.1)
