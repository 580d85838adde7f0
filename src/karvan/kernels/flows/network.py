"""The equilibrium over all paths of a graph: ways join as costs change, and leave when they are empty.

A round goes origin by origin: a shortest-path tree at present costs; the path to each destination joins its ways, and
flow moves at once. Sweeps over the ways that are there follow, until what is left to gain among them is well below what
the trees found.

Sources: R. Jayakrishnan and others (1994), see `shift`; R. S. Dembo, U. Tulowitzki (1988), see `newton`.
"""

from typing import NamedTuple

import numpy as np
from numba import types

from karvan.kernels import njit
from karvan.kernels.flows.elements import (
    DELAY,
    FAST,
    LOAD,
    TOLL,
    VALUE,
    Bools,
    Direction,
    Floats,
    Ints,
    Longs,
    Net,
    Pool,
    formed,
    refresh,
)
from karvan.kernels.flows.newton import foreseen, taken
from karvan.kernels.flows.shift import cheapest, deterministic
from karvan.kernels.paths.heap import BOOL, FLOAT, FLOAT2, INT32, INT64, longer
from karvan.kernels.paths.trees import tree

CONVERGED, OUT_OF_ROUNDS, NOT_FINITE, NO_WAY = 0, 1, 4, 5
SWEEPS, STEPS = 3, 10
"""Sweeps before a step of all pairs at once, and such steps, that one round may make."""


class Lists(NamedTuple):
    """Ways of pairs as lists: the first of each pair, what comes after each way; room to write one pair's down."""

    head: Longs
    after: Longs
    ways: Longs


@njit(**FAST)
def walked(via: Ints, tail: Ints, origin: int, goal: int, path: Ints) -> int:
    """Writes the arcs of a tree's path, from its end; returns how many."""
    n, at = 0, goal
    while at != origin:
        path[n] = via[at]
        at = tail[path[n]]
        n += 1
    return n


@njit(**FAST)
def listed(lists: Lists, pair: int) -> int:
    """Writes the ways of a pair down; returns how many."""
    w, n = lists.head[pair], 0
    while w >= 0:
        lists.ways[n] = w
        n += 1
        w = lists.after[w]
    return n


@njit(**FAST)
def weeded(lists: Lists, pair: int, flow: Floats) -> int:
    """The same, and its empty ways are forgotten, but for the first."""
    n = listed(lists, pair)
    many = 1
    for i in range(1, n):
        if flow[lists.ways[i]] > 0.0:
            lists.after[lists.ways[many - 1]] = lists.ways[i]
            lists.ways[many] = lists.ways[i]
            many += 1
    lists.after[lists.ways[many - 1]] = -1
    return many


@njit(**FAST)
def known(pool: Pool, ways: Longs, n: int, path: Ints, size: int) -> bool:
    """Whether a path is among n ways."""
    for i in range(n):
        at = pool.start[ways[i]]
        if pool.end[ways[i]] - at == size:
            j = 0
            while j < size and pool.use[at + j] == path[j]:
                j += 1
            if j == size:
                return True
    return False


@njit(**FAST)
def reload(net: Net, pool: Pool, lists: Lists, flow: Floats) -> float:
    """Loads and delays afresh from the flows of all ways; returns what all pay."""
    for e in range(net.kind.size):
        net.state[e, LOAD] = 0.0
    for p in range(lists.head.size):
        w = lists.head[p]
        while w >= 0:
            for j in range(pool.start[w], pool.end[w]):
                net.state[pool.use[j], LOAD] += flow[w]
            w = lists.after[w]
    paid = 0.0
    for e in range(net.kind.size):
        net.state[e, VALUE] = net.state[e, LOAD]
        refresh(net, e)
        paid += net.state[e, LOAD] * (net.state[e, DELAY] + net.state[e, TOLL])
    return paid


@njit(**FAST)
def least(net: Net, ptr: Longs, to: Ints, open_: Bools, origin: int, cost: Floats) -> tuple[Floats, Ints]:
    """The shortest-path tree of an origin at present costs; arcs out of it are open whatever `open_` says."""
    for e in range(cost.size):
        cost[e] = net.state[e, DELAY] + net.state[e, TOLL]
    mine = open_.copy()
    for e in range(ptr[origin], ptr[origin + 1]):
        mine[e] = True
    found: tuple[Floats, Ints] = tree(ptr, to, cost, mine, origin)
    return found


@njit(**FAST)
def sweep(
    net: Net, pool: Pool, to: Direction, lists: Lists, flow: Floats, fixed: Floats, cost: Floats, enough: float
) -> float:
    """Every pair in turn: its used ways against its cheapest. Returns what was left to gain."""
    left = 0.0
    for p in range(lists.head.size):
        if lists.after[lists.head[p]] >= 0:
            n = listed(lists, p)
            left += deterministic(net, pool, to, lists.ways, n, flow, fixed, cost, 1.0, enough)[0]
    return left


@njit(**FAST)
def together(net: Net, pool: Pool, lists: Lists, flow: Floats, fixed: Floats, cost: Floats) -> bool:
    """A step of all pairs at once. False where none can be foreseen."""
    ways, refs, gain = np.empty(flow.size, np.int64), np.empty(flow.size, np.int64), np.empty(flow.size)
    many = 0
    for p in range(lists.head.size):
        if lists.after[lists.head[p]] >= 0:
            n = listed(lists, p)
            cheapest(net, pool, lists.ways, n, flow, fixed, cost, 1.0)
            most = lists.ways[0]
            for i in range(n):
                most = lists.ways[i] if flow[lists.ways[i]] > flow[most] else most
            for i in range(n):
                w = lists.ways[i]
                if w != most and (flow[w] > 0.0 or cost[w] < cost[most]):
                    ways[many], refs[many], gain[many] = w, most, cost[w] - cost[most]
                    many += 1
    step = np.empty(many)
    if many == 0 or not foreseen(net, pool, ways, refs, many, gain, step):
        return False
    taken(ways, refs, many, step, flow)
    return True


@njit(**FAST)
def settled(
    net: Net, pool: Pool, to: Direction, lists: Lists, flow: Floats, fixed: Floats, cost: Floats, goal: float
) -> None:
    """Brings the ways that are there into balance, to a part `goal` of what all pay.

    A step of all at once that sweeps do not bring nearer to the balance than what was there before is taken back.
    """
    was, last, bold = flow.copy(), np.inf, True
    for _ in range(STEPS):
        paid, left = reload(net, pool, lists, flow), np.inf
        for _ in range(SWEEPS):
            left = sweep(net, pool, to, lists, flow, fixed, cost, 0.01 * goal)
            if left <= goal * paid:
                return
        if bold and left < last:
            for w in range(flow.size):
                was[w] = flow[w]
            last, bold = left, together(net, pool, lists, flow, fixed, cost)
        elif bold:
            for w in range(flow.size):
                flow[w] = was[w]
            bold = False


@njit(
    types.Tuple((types.float64, types.int64, types.int64))(  # type: ignore[no-untyped-call]
        *(INT64, INT32, BOOL, INT32, FLOAT2, types.boolean),
        *(INT64, INT32, INT32, FLOAT, types.float64, types.int64, types.float64[:, ::1]),
    ),
    **FAST,
)
def spread(
    ptr: Longs,
    to: Ints,
    open_: Bools,
    kind: Ints,
    param: Floats,
    optimum: bool,
    first: Longs,
    origin: Ints,
    goal: Ints,
    demand: Floats,
    target: float,
    most: int,
    state: Floats,
) -> tuple[float, int, int]:
    """Fills `state` with loads in balance. Pairs of origin o are first[o] .. first[o + 1] - 1. Returns gap, rounds, status."""
    arcs, pairs = kind.size, goal.size
    net = Net(kind, formed(kind, param), state, np.full(arcs, np.inf), optimum)
    turned = Direction(np.empty(arcs + 1, np.int32), np.zeros(arcs), np.zeros(arcs), np.zeros(arcs + 1, np.int64))
    tail = np.empty(arcs, np.int32)
    for v in range(ptr.size - 1):
        tail[ptr[v] : ptr[v + 1]] = v
    head, after = np.full(pairs, -1, np.int64), np.full(4 * pairs, -1, np.int64)
    start, end = np.zeros(after.size, np.int64), np.zeros(after.size, np.int64)
    flow, cost, fixed = np.zeros(after.size), np.zeros(after.size), np.zeros(after.size)
    use, path, price = np.empty(64 * pairs, np.int32), np.empty(ptr.size, np.int32), np.empty(arcs)
    ways, count, used = np.empty(pairs + 64, np.int64), 0, 0
    nothing = np.empty(0)
    pool, lists = Pool(start, end, use, nothing, nothing, True), Lists(head, after, ways)
    for e in range(arcs):
        refresh(net, e)
    gap, rounds, status = np.inf, 0, OUT_OF_ROUNDS
    while True:
        paid, cheap = reload(net, pool, lists, flow), 0.0
        if rounds > 0:
            for o in range(origin.size):
                dist = least(net, ptr, to, open_, origin[o], price)[0]
                for p in range(first[o], first[o + 1]):
                    cheap += demand[p] * dist[goal[p]]
            gap = (paid - cheap) / paid if paid > 0.0 else 0.0
            if gap <= target:
                status = CONVERGED
                break
            if not gap < np.inf:
                status = NOT_FINITE
                break
            if rounds >= most:
                break
        for o in range(origin.size):
            dist, via = least(net, ptr, to, open_, origin[o], price)
            for p in range(first[o], first[o + 1]):
                if not dist[goal[p]] < np.inf:
                    return np.inf, rounds, NO_WAY
                size = walked(via, tail, origin[o], goal[p], path)
                n = weeded(lists, p, flow) if head[p] >= 0 else 0
                if not known(pool, ways, n, path, size):
                    if count == after.size:
                        after, start, end = longer(after, 2 * count), longer(start, 2 * count), longer(end, 2 * count)
                        flow, cost, fixed = longer(flow, 2 * count), longer(cost, 2 * count), np.zeros(2 * count)
                    while used + size > use.size:
                        use = longer(use, 2 * use.size)
                    if n + 2 > ways.size:
                        ways = longer(ways, 2 * ways.size)
                    pool, lists = Pool(start, end, use, nothing, nothing, True), Lists(head, after, ways)
                    start[count], end[count], flow[count], after[count] = used, used + size, 0.0, -1
                    for j in range(size):
                        use[used + j] = path[j]
                    used += size
                    if n == 0:
                        head[p], flow[count] = count, demand[p]
                        for j in range(size):
                            net.state[path[j], LOAD] += demand[p]
                            net.state[path[j], VALUE] += demand[p]
                            refresh(net, path[j])
                    else:
                        after[ways[n - 1]] = count
                    ways[n] = count
                    n, count = n + 1, count + 1
                if n > 1:
                    deterministic(net, pool, turned, ways, n, flow, fixed, cost, 1.0, 0.0)
        settled(net, pool, turned, lists, flow, fixed, cost, max(0.1 * min(gap, 1.0), 0.3 * target))
        rounds += 1
    return gap, rounds, status
