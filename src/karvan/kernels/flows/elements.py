"""What a load does to an element: its delay, the slope of the delay, and the price of what it shares.

An element is whatever several ways share: a link, a berth, a slot, a ferry line. Its state is a row of `state`, its
function a row of `form`, made once from the caller's parameters so that no loop divides where it can multiply.

Sources: Bureau of Public Roads, Traffic Assignment Manual (1964); R. Akcelik, Travel time functions for transport
planning purposes: Davidson's function, its time-dependent form and an alternative, Australian Road Research 21 (1991).
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from karvan.kernels import njit

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]

FAST: dict[str, Any] = {"cache": True, "nogil": True, "boundscheck": False, "error_model": "numpy"}

CONSTANT, BPR, QUEUE = 0, 1, 2
"""Kinds of delay function."""

LOAD, DELAY, SLOPE, TOLL, PULL, VALUE, PRICE, STIFF = range(8)
"""Columns of `state`: the load; delay (h) and its slope; what a unit of load pays besides its delay, and the slope of
that; what an hour of delay costs all who suffer it; the price of a hard capacity, and the stiffness of its penalty."""


class Net(NamedTuple):
    """All elements: kinds, functions and state; hard capacities (inf: none); whether ways pay their marginal cost."""

    kind: Ints
    form: Floats
    state: Floats
    hard: Floats
    optimum: bool


class Pool(NamedTuple):
    """What ways use: way w is use[start[w]:end[w]]. `weight` and `passes` are empty where they are 1 (`plain`)."""

    start: Longs
    end: Longs
    use: Ints
    weight: Floats
    passes: Floats
    plain: bool


class Direction(NamedTuple):
    """A change of loads: elements it touches, by how much (`load`), and how many more or fewer suffer their delay."""

    touched: Ints
    load: Floats
    suffer: Floats
    seen: Longs


@njit(**FAST)
def formed(kind: Ints, param: Floats) -> Floats:
    """Rows of `form` from the caller's parameters."""
    form = np.zeros((kind.size, 5))
    for e in range(kind.size):
        form[e, 0] = param[e, 0]
        if kind[e] == BPR:
            form[e, 1] = param[e, 0] * param[e, 1]
            form[e, 2] = 1.0 / param[e, 2]
            form[e, 3] = param[e, 3]
        elif kind[e] == QUEUE:
            form[e, 1] = 0.25 * param[e, 2]
            form[e, 2] = 1.0 / param[e, 1]
            form[e, 3] = 8.0 * param[e, 3] / param[e, 2]
            form[e, 4] = param[e, 4]
    return form


@njit(**FAST)
def bpr(form: Floats, e: int, x: float) -> tuple[float, float, float]:
    """Delay, slope and bend of t (1 + b (x / c)^p)."""
    r, p, each = x * form[e, 2], form[e, 3], form[e, 1]
    if p == 4.0:
        low = r * r
    elif p == 1.0:
        return form[e, 0] + each * r, each * form[e, 2], 0.0
    elif r == 0.0 or p == 0.0:
        return form[e, 0] + (each if p == 0.0 else 0.0), 0.0, (2.0 * each * form[e, 2] ** 2 if p == 2.0 else 0.0)
    else:
        low = r ** (p - 2.0)
    each *= low
    unit = form[e, 2]
    return form[e, 0] + each * r * r, each * p * r * unit, each * p * (p - 1.0) * unit * unit


@njit(**FAST)
def queue(form: Floats, e: int, x: float) -> tuple[float, float, float]:
    """Delay, slope and bend of t + T / 4 (z + sqrt(z^2 + 8 k r^m / T)), r the load by capacity, z = r - 1."""
    unit, m, quarter = form[e, 2], form[e, 4], form[e, 1]
    r = x * unit
    z = r - 1.0
    if r > 0.0:
        y = form[e, 3] * (r if m == 1.0 else r**m)
        y1 = m * y / r
        y2 = (m - 1.0) * y1 / r
    else:
        y, y2 = 0.0, 0.0
        y1 = form[e, 3] if m == 1.0 else 0.0
    root = math.sqrt(z * z + y)
    if root == 0.0:
        return form[e, 0], quarter * unit, 0.0
    half = z + 0.5 * y1
    # Below capacity z + root would cancel; their product is y.
    wait = y / (root - z) if z < 0.0 else z + root
    slope = 1.0 + half / root
    bend = (1.0 + 0.5 * y2 - half * half / (root * root)) / root
    return form[e, 0] + quarter * wait, quarter * slope * unit, quarter * bend * unit * unit


@njit(**FAST)
def refresh(net: Net, e: int) -> None:
    """Delay, slope and toll of an element at its load."""
    state = net.state
    x = max(state[e, LOAD], 0.0)
    if net.kind[e] == BPR:
        delay, slope, bend = bpr(net.form, e, x)
    elif net.kind[e] == QUEUE:
        delay, slope, bend = queue(net.form, e, x)
    else:
        delay, slope, bend = net.form[e, 0], 0.0, 0.0
    toll, pull = 0.0, 0.0
    if net.optimum:
        toll, pull = slope * state[e, VALUE], bend * state[e, VALUE]
    if net.hard[e] < np.inf:
        due = state[e, PRICE] + state[e, STIFF] * (x - net.hard[e])
        if due > 0.0:
            toll += due
            pull += state[e, STIFF]
    state[e, DELAY], state[e, SLOPE], state[e, TOLL], state[e, PULL] = delay, slope, toll, pull


@njit(**FAST)
def along(net: Net, pool: Pool, w: int, worth: float) -> float:
    """What the elements of a way cost at their loads."""
    total = 0.0
    for i in range(pool.start[w], pool.end[w]):
        e = pool.use[i]
        if pool.plain:
            total += worth * net.state[e, DELAY] + net.state[e, TOLL]
        else:
            total += worth * pool.passes[i] * net.state[e, DELAY] + pool.weight[i] * net.state[e, TOLL]
    return total


@njit(**FAST)
def turn(pool: Pool, to: Direction, n: int, w: int, by: float) -> int:
    """Adds `by` units of flow on a way to a direction that touches n elements; returns how many it touches now."""
    stamp = to.seen[-1]
    for i in range(pool.start[w], pool.end[w]):
        e = pool.use[i]
        weight, passes = by, by
        if not pool.plain:
            weight *= pool.weight[i]
            passes *= pool.passes[i]
        if to.seen[e] != stamp:
            to.seen[e] = stamp
            to.touched[n] = e
            to.load[e] = weight
            to.suffer[e] = passes
            n += 1
        else:
            to.load[e] += weight
            to.suffer[e] += passes
    return n


@njit(**FAST)
def ahead(net: Net, to: Direction, n: int, worth: float) -> tuple[float, float]:
    """What one step in a direction would cost at present delays, and how fast that grows on the way."""
    cost, growth = 0.0, 0.0
    twice = 2.0 * worth if net.optimum else worth
    for i in range(n):
        e = to.touched[i]
        load, suffer = to.load[e], to.suffer[e]
        cost += worth * suffer * net.state[e, DELAY] + load * net.state[e, TOLL]
        growth += load * (twice * suffer * net.state[e, SLOPE] + load * net.state[e, PULL])
    return cost, growth


@njit(**FAST)
def move(net: Net, to: Direction, n: int, worth: float, step: float) -> float:
    """Takes a step in a direction; returns what one more step would cost then."""
    cost = 0.0
    for i in range(n):
        e = to.touched[i]
        load, suffer = to.load[e], to.suffer[e]
        if load != 0.0 or suffer != 0.0:
            net.state[e, LOAD] += step * load
            net.state[e, VALUE] += step * worth * suffer
            refresh(net, e)
            cost += worth * suffer * net.state[e, DELAY] + load * net.state[e, TOLL]
    return cost


@njit(**FAST)
def costs(net: Net, pool: Pool, ways: Longs, n: int, flow: Floats, fixed: Floats, cost: Floats, worth: float) -> float:
    """Fills `cost` for n ways; returns what all pay."""
    total = 0.0
    for i in range(n):
        w = ways[i]
        cost[w] = fixed[w] + along(net, pool, w, worth)
        total += abs(flow[w] * cost[w])
    return total
