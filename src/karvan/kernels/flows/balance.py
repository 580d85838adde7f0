"""The equilibrium of given ways: rounds over classes, elastic demand, hard capacities; one loop for all limits."""

import math
from typing import NamedTuple

import numpy as np
from numba import types

from karvan.kernels import njit
from karvan.kernels.flows.choice import Logit, chosen, logsum, unrest
from karvan.kernels.flows.elements import (
    DELAY,
    FAST,
    LOAD,
    PRICE,
    STIFF,
    VALUE,
    Direction,
    Floats,
    Ints,
    Longs,
    Net,
    Pool,
    ahead,
    costs,
    formed,
    move,
    refresh,
    turn,
)
from karvan.kernels.flows.shift import cheapest, deterministic

CONVERGED, OUT_OF_SWEEPS, OVER_CAPACITY, UNBOUNDED, NOT_FINITE = range(5)
"""Status: the gap is met; `most` sweeps were not enough; a hard capacity is still exceeded; demand with constant
elasticity has met a cost of nought or less; a cost is not a number."""


class Many(NamedTuple):
    """Classes: value of an hour, demand at the cost of reference, its elasticity and that cost, scale of choice."""

    worth: Floats
    demand: Floats
    elastic: Floats
    cost0: Floats
    scale: Floats


@njit(**FAST)
def reload(net: Net, pool: Pool, background: Floats, owner: Ints, count: int, flow: Floats, worth: Floats) -> None:
    """Loads and delays afresh from the flows of all ways, so that rounding does not pile up."""
    for e in range(net.kind.size):
        net.state[e, LOAD], net.state[e, VALUE] = background[e], 0.0
    for w in range(count):
        f = flow[w]
        if f != 0.0:
            value = f * worth[owner[w]]
            for i in range(pool.start[w], pool.end[w]):
                e = pool.use[i]
                net.state[e, LOAD] += f if pool.plain else f * pool.weight[i]
                net.state[e, VALUE] += value if pool.plain else value * pool.passes[i]
    for e in range(net.kind.size):
        refresh(net, e)


@njit(**FAST)
def listed(first: Longs, k: int, ways: Longs) -> int:
    """Writes the ways of a class into a list; returns how many."""
    for i in range(first[k + 1] - first[k]):
        ways[i] = first[k] + i
    n: int = first[k + 1] - first[k]
    return n


@njit(**FAST)
def wanted(many: Many, k: int, level: float) -> float:
    """The demand of a class at its log-sum cost."""
    want: float = many.demand[k]
    if many.elastic[k] != 0.0 and want > 0.0:
        want *= (level / many.cost0[k]) ** many.elastic[k] if level > 0.0 else np.nan
    return want


@njit(**FAST)
def measure(
    net: Net,
    pool: Pool,
    many: Many,
    logit: Logit,
    first: Longs,
    ways: Longs,
    flow: Floats,
    fixed: Floats,
    cost: Floats,
    demand: Floats,
    level: Floats,
) -> tuple[float, float]:
    """What is left to gain, and what all pay, at present loads; fills costs and levels."""
    left, paid = 0.0, 0.0
    for k in range(demand.size):
        n = listed(first, k, ways)
        if n == 0:
            continue
        if many.scale[k] < np.inf:
            total = costs(net, pool, ways, n, flow, fixed, cost, many.worth[k])
            more, level[k] = unrest(logit, ways, n, flow, cost, demand[k], many.scale[k])
        else:
            best, more, total = cheapest(net, pool, ways, n, flow, fixed, cost, many.worth[k])
            level[k] = cost[best]
        if many.elastic[k] != 0.0:
            more += abs((demand[k] - wanted(many, k, level[k])) * level[k])
        left += more
        paid += total
    return left, paid


@njit(**FAST)
def load(
    net: Net,
    pool: Pool,
    to: Direction,
    many: Many,
    logit: Logit,
    ways: Longs,
    n: int,
    k: int,
    flow: Floats,
    fixed: Floats,
    cost: Floats,
    demand: Floats,
) -> None:
    """Puts the whole demand of a class on its ways as they cost at present."""
    costs(net, pool, ways, n, flow, fixed, cost, many.worth[k])
    if many.scale[k] < np.inf:
        logsum(logit, ways, n, cost, many.scale[k])
        for i in range(n):
            flow[ways[i]] = demand[k] * logit.share[ways[i]]
    else:
        flow[cheapest(net, pool, ways, n, flow, fixed, cost, many.worth[k])[0]] = demand[k]
    to.seen[-1] += 1
    touched = 0
    for i in range(n):
        if flow[ways[i]] > 0.0:
            touched = turn(pool, to, touched, ways[i], flow[ways[i]])
    move(net, to, touched, many.worth[k], 1.0)


@njit(**FAST)
def stretch(
    net: Net,
    pool: Pool,
    to: Direction,
    many: Many,
    logit: Logit,
    ways: Longs,
    n: int,
    k: int,
    flow: Floats,
    fixed: Floats,
    cost: Floats,
    demand: Floats,
) -> float:
    """Demand of an elastic class towards what its cost asks for, all its ways in proportion. Returns what was amiss."""
    costs(net, pool, ways, n, flow, fixed, cost, many.worth[k])
    theta = many.scale[k]
    if theta < np.inf:
        level = logsum(logit, ways, n, cost, theta)
    else:
        level = cost[cheapest(net, pool, ways, n, flow, fixed, cost, many.worth[k])[0]]
    want = wanted(many, k, level)
    if not want > 0.0 or demand[k] <= 0.0:
        return 0.0
    to.seen[-1] += 1
    touched = 0
    for i in range(n):
        if flow[ways[i]] > 0.0:
            touched = turn(pool, to, touched, ways[i], flow[ways[i]])
    # The direction is all of the demand, so `growth` is D^2 times the slope of the cost in D.
    growth = ahead(net, to, touched, many.worth[k])[1] / demand[k]
    amiss = math.log(want / demand[k])
    ratio = min(max(math.exp(amiss / (1.0 - many.elastic[k] * growth / level)), 0.25), 4.0)
    move(net, to, touched, many.worth[k], ratio - 1.0)
    for i in range(n):
        flow[ways[i]] *= ratio
    left: float = abs((want - demand[k]) * level)
    demand[k] *= ratio
    return left


@njit(**FAST)
def exceeded(net: Net, paid: float) -> float:
    """How far hard capacities are from kept, and prices from due: by capacity and by all that is paid, the larger."""
    over, unpaid = 0.0, 0.0
    for e in range(net.kind.size):
        if net.hard[e] < np.inf:
            room = net.state[e, LOAD] - net.hard[e]
            due = max(net.state[e, PRICE] + net.state[e, STIFF] * room, 0.0)
            over = max(over, room / net.hard[e])
            unpaid += abs(due - net.state[e, PRICE]) * net.hard[e]
    return max(over, unpaid / paid if paid > 0.0 else 0.0)


@njit(**FAST)
def charge(net: Net, before: Floats) -> None:
    """Prices of hard capacities as due; a penalty that has not cut the excess to a quarter grows stiffer."""
    for e in range(net.kind.size):
        if net.hard[e] < np.inf:
            room = net.state[e, LOAD] - net.hard[e]
            due = max(net.state[e, PRICE] + net.state[e, STIFF] * room, 0.0)
            off = abs(due - net.state[e, PRICE]) / net.state[e, STIFF]
            if off > 0.25 * before[e]:
                net.state[e, STIFF] *= 4.0
            before[e] = off
            net.state[e, PRICE] = due
            refresh(net, e)


@njit(**FAST)
def stiffen(net: Net, pool: Pool, count: int, flow: Floats, cost: Floats, paid: float) -> None:
    """First penalties: an excess of the whole capacity costs a unit as much as its users pay on average."""
    users = np.zeros(net.kind.size)
    for w in range(count):
        for i in range(pool.start[w], pool.end[w]):
            users[pool.use[i]] += abs(flow[w] * cost[w])
    for e in range(net.kind.size):
        if net.hard[e] < np.inf:
            value = users[e] if users[e] > 0.0 else paid
            net.state[e, STIFF] = max(value, 1e-300) / (net.hard[e] * max(net.hard[e], net.state[e, LOAD]))
            refresh(net, e)


I32, I64 = types.Array(types.int32, 1, "C", readonly=True), types.Array(types.int64, 1, "C", readonly=True)
F64, ROWS = types.Array(types.float64, 1, "C", readonly=True), types.Array(types.float64, 2, "C", readonly=True)
GIVEN = types.float64[::1]
ANSWER = types.Tuple((types.float64, types.int64, types.int64))  # type: ignore[no-untyped-call]


@njit(
    ANSWER(
        *(I64, I64, I32, F64, F64, types.boolean, F64, F64, F64, F64, F64, F64, I32, F64, F64),
        *(I32, ROWS, F64, F64, types.boolean, types.float64, types.int64),
        *(GIVEN, GIVEN, types.float64[:, ::1], GIVEN, GIVEN),
    ),
    **FAST,
)
def balance(
    first: Longs,
    at: Longs,
    use: Ints,
    weight: Floats,
    passes: Floats,
    plain: bool,
    fixed: Floats,
    worth: Floats,
    asked: Floats,
    elastic: Floats,
    cost0: Floats,
    scale: Floats,
    nest: Ints,
    mu: Floats,
    size: Floats,
    kind: Ints,
    param: Floats,
    background: Floats,
    hard: Floats,
    optimum: bool,
    target: float,
    most: int,
    flow: Floats,
    cost: Floats,
    state: Floats,
    demand: Floats,
    level: Floats,
) -> tuple[float, int, int]:
    """Flows in balance, from those in `flow` (a class without any is loaded). Returns gap, sweeps, status."""
    count, classes = fixed.size, worth.size
    net = Net(kind, formed(kind, param), state, hard, optimum)
    pool = Pool(at[:-1], at[1:], use, weight, passes, plain)
    many = Many(worth, asked, elastic, cost0, scale)
    to = Direction(
        np.empty(kind.size + 1, np.int32), np.zeros(kind.size), np.zeros(kind.size), np.zeros(kind.size + 1, np.int64)
    )
    logit = Logit(np.log(size), nest, mu, np.zeros(count), np.zeros(mu.size), np.zeros(mu.size))
    step, before = np.zeros(count), np.full(kind.size, np.inf)
    owner = np.empty(count, np.int32)
    widest = 0
    for k in range(classes):
        widest = max(widest, first[k + 1] - first[k])
        owner[first[k] : first[k + 1]] = k
    ways = np.empty(widest, np.int64)
    bounded = False
    for e in range(kind.size):
        state[e, PRICE], state[e, STIFF] = 0.0, 0.0
        bounded = bounded or hard[e] < np.inf
    for k in range(classes):
        given = 0.0
        for w in range(first[k], first[k + 1]):
            given += flow[w]
        demand[k] = given if elastic[k] != 0.0 and given > 0.0 else asked[k]
        for w in range(first[k], first[k + 1]):
            flow[w] = flow[w] * (demand[k] / given) if given > 0.0 else 0.0
        level[k] = given
    reload(net, pool, background, owner, count, flow, worth)
    for k in range(classes):
        if not level[k] > 0.0 and demand[k] > 0.0:
            load(net, pool, to, many, logit, ways, listed(first, k, ways), k, flow, fixed, cost, demand)
    if bounded:
        stiffen(net, pool, count, flow, cost, 1.0)
    gap, sweeps, status, worst = np.inf, 0, OUT_OF_SWEEPS, 0.0
    while True:
        reload(net, pool, background, owner, count, flow, worth)
        left, paid = measure(net, pool, many, logit, first, ways, flow, fixed, cost, demand, level)
        gap = left / paid if paid > 0.0 else left
        if bounded:
            worst = exceeded(net, paid)
        if gap <= target and worst <= target:
            status = CONVERGED
            break
        if not gap < np.inf:
            status = NOT_FINITE
            for k in range(classes):
                if elastic[k] != 0.0 and level[k] <= 0.0:
                    status = UNBOUNDED
            break
        if sweeps >= most:
            if gap <= target:
                status = OVER_CAPACITY
            break
        goal = max(target, min(0.1 * worst, 0.01))
        if bounded and gap <= goal:
            charge(net, before)
        for _ in range(20):
            left, paid = 0.0, 0.0
            for k in range(classes):
                n = listed(first, k, ways)
                if n == 0 or demand[k] <= 0.0 or (n == 1 and elastic[k] == 0.0):
                    continue
                if scale[k] < np.inf:
                    more, total = chosen(
                        net,
                        pool,
                        to,
                        logit,
                        ways,
                        n,
                        flow,
                        fixed,
                        cost,
                        step,
                        worth[k],
                        demand[k],
                        scale[k],
                        0.01 * goal,
                    )
                else:
                    more, total = deterministic(net, pool, to, ways, n, flow, fixed, cost, worth[k], 0.01 * goal)
                if elastic[k] != 0.0:
                    more += stretch(net, pool, to, many, logit, ways, n, k, flow, fixed, cost, demand)
                left += more
                paid += total
            sweeps += 1
            if left <= 0.5 * goal * paid or sweeps >= most:
                break
    return gap, sweeps, status


@njit(types.float64[::1](I32, ROWS, F64), **FAST)
def delays(kind: Ints, param: Floats, load: Floats) -> Floats:
    """Delays of elements at given loads."""
    hard, zeros = np.full(kind.size, np.inf), np.zeros(kind.size)
    net = Net(kind, formed(kind, param), np.zeros((kind.size, 8)), hard, False)
    for e in range(kind.size):
        net.state[e, LOAD] = load[e]
        refresh(net, e)
        zeros[e] = net.state[e, DELAY]
    return zeros
