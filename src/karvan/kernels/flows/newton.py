"""A step of all pairs at once: what each unit moved on one way does to the delays of all others is taken into account.

In each pair the flow of every used way but one may change, and that one, the pair's reference, takes up the difference.
The step d solves H d = -g, g the differences of cost to the references and H = B' S B their slopes, B the arcs by which
a way differs from its reference and S the slopes of delay. H is never formed: conjugate gradients need only H times a
vector, which is one pass over the ways.

Source: R. S. Dembo, U. Tulowitzki, Computing equilibria on large multicommodity networks: an application of truncated
quadratic programming algorithms, Networks 18 (1988).
"""

import numpy as np

from karvan.kernels import njit
from karvan.kernels.flows.elements import FAST, PULL, SLOPE, Floats, Longs, Net, Pool

TURNS = 200
"""Turns of conjugate gradients that one step may take."""
RESIDUE = 1e-6
"""What may be left of the square of the residual."""


@njit(**FAST)
def onto(pool: Pool, ways: Longs, refs: Longs, n: int, step: Floats, arcs: Floats) -> None:
    """Changes of the arcs' loads where n ways change by `step` at the cost of their references."""
    for e in range(arcs.size):
        arcs[e] = 0.0
    moved = 0.0
    for i in range(n):
        by = step[i]
        moved += by
        w = ways[i]
        for j in range(pool.start[w], pool.end[w]):
            arcs[pool.use[j]] += by
        if i + 1 == n or refs[i + 1] != refs[i]:
            w = refs[i]
            for j in range(pool.start[w], pool.end[w]):
                arcs[pool.use[j]] -= moved
            moved = 0.0


@njit(**FAST)
def differing(pool: Pool, ways: Longs, refs: Longs, n: int, arcs: Floats, into: Floats) -> None:
    """Sums over each way's arcs less the sum over its reference's."""
    base = 0.0
    for i in range(n):
        if i == 0 or refs[i] != refs[i - 1]:
            w, base = refs[i], 0.0
            for j in range(pool.start[w], pool.end[w]):
                base += arcs[pool.use[j]]
        w, total = ways[i], 0.0
        for j in range(pool.start[w], pool.end[w]):
            total += arcs[pool.use[j]]
        into[i] = total - base


@njit(**FAST)
def steepness(pool: Pool, ways: Longs, refs: Longs, n: int, slope: Floats, mark: Longs, into: Floats) -> None:
    """The diagonal of H: the slopes of the arcs in which each way differs from its reference."""
    for i in range(n):
        r, w, total = refs[i], ways[i], 0.0
        stamp = i + 1
        for j in range(pool.start[r], pool.end[r]):
            mark[pool.use[j]] = stamp
            total += slope[pool.use[j]]
        for j in range(pool.start[w], pool.end[w]):
            e = pool.use[j]
            total += -slope[e] if mark[e] == stamp else slope[e]
        into[i] = total if total > 0.0 else 1.0


@njit(**FAST)
def foreseen(net: Net, pool: Pool, ways: Longs, refs: Longs, n: int, gain: Floats, step: Floats) -> bool:
    """Solves H step = -gain by conjugate gradients. False where H is as good as nought in a direction."""
    size = net.kind.size
    slope, arcs, mark = np.empty(size), np.empty(size), np.zeros(size, np.int64)
    for e in range(size):
        slope[e] = (2.0 if net.optimum else 1.0) * net.state[e, SLOPE] + net.state[e, PULL]
    diagonal, along, bent = np.empty(n), np.empty(n), np.empty(n)
    steepness(pool, ways, refs, n, slope, mark, diagonal)
    rest = 0.0
    left = np.empty(n)
    for i in range(n):
        step[i], left[i] = 0.0, -gain[i]
        along[i] = left[i] / diagonal[i]
        rest += left[i] * along[i]
    enough = RESIDUE * rest
    for _ in range(TURNS):
        if rest <= enough:
            break
        onto(pool, ways, refs, n, along, arcs)
        for e in range(size):
            arcs[e] *= slope[e]
        differing(pool, ways, refs, n, arcs, bent)
        curve = 0.0
        for i in range(n):
            curve += along[i] * bent[i]
        if not curve > 0.0:
            return False
        far, before, rest = rest / curve, rest, 0.0
        for i in range(n):
            step[i] += far * along[i]
            left[i] -= far * bent[i]
            rest += left[i] * left[i] / diagonal[i]
        for i in range(n):
            along[i] = left[i] / diagonal[i] + rest / before * along[i]
    return True


@njit(**FAST)
def taken(ways: Longs, refs: Longs, n: int, step: Floats, flow: Floats) -> None:
    """Takes a step as far as no flow falls below nought: a way stops at nought, a reference holds back its pair."""
    i = 0
    while i < n:
        r, end, moved = refs[i], i, 0.0
        while end < n and refs[end] == r:
            step[end] = max(step[end], -flow[ways[end]])
            moved += step[end]
            end += 1
        part = 1.0 if moved <= flow[r] else flow[r] / moved
        for j in range(i, end):
            flow[ways[j]] += part * step[j]
        flow[r] = max(flow[r] - part * moved, 0.0)
        i = end
