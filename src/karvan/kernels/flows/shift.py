"""Deterministic choice: flow goes from each dearer way to the cheapest by a Newton step on what they do not share.

Source: R. Jayakrishnan, W. K. Tsai, J. N. Prashker, S. Rajadhyaksha, A faster path-based algorithm for traffic
assignment, Transportation Research Record 1443 (1994); M. Florian, I. Constantin, D. Florian, A new look at projected
gradient method for equilibrium assignment, Transportation Research Record 2090 (2009).
"""

import numpy as np

from karvan.kernels import njit
from karvan.kernels.flows.elements import FAST, Direction, Floats, Longs, Net, Pool, ahead, costs, move, turn


@njit(**FAST)
def settle(net: Net, to: Direction, n: int, worth: float, fixed: float, step: float, before: float) -> float:
    """Takes a step that should bring a difference of cost (`fixed` and what the elements add) from `before` to nought.

    A queue turns so sharply at its capacity that a Newton step from the flat side may overshoot by far, and the next one
    come back as far: the step is then drawn back by false position. Returns the step taken.
    """
    after = fixed + move(net, to, n, worth, step)
    if after * before >= 0.0:
        return step
    low, high, at_low, at_high = 0.0, step, before, after
    for _ in range(8):
        if abs(after) <= 0.3 * abs(before):
            break
        middle = low + (high - low) * at_low / (at_low - at_high)
        after = fixed + move(net, to, n, worth, middle - step)
        step = middle
        if after * before > 0.0:
            low, at_low = middle, after
            at_high *= 0.5
        else:
            high, at_high = middle, after
            at_low *= 0.5
    return step


@njit(**FAST)
def shift(
    net: Net, pool: Pool, to: Direction, flow: Floats, fixed: Floats, worth: float, dear: int, cheap: int
) -> None:
    """Moves flow from one way to another, either way round, until they cost the same or one is empty."""
    to.seen[-1] += 1
    n = turn(pool, to, 0, dear, -1.0)
    n = turn(pool, to, n, cheap, 1.0)
    cost, growth = ahead(net, to, n, worth)
    base = fixed[cheap] - fixed[dear]
    gain = base + cost
    if gain == 0.0:
        return
    room = flow[dear] if gain < 0.0 else flow[cheap]
    if room <= 0.0:
        return
    step = room if growth * room <= abs(gain) else abs(gain) / growth
    step = settle(net, to, n, worth, base, step if gain < 0.0 else -step, gain)
    flow[dear] = 0.0 if step == flow[dear] else max(flow[dear] - step, 0.0)
    flow[cheap] = 0.0 if step == -flow[cheap] else max(flow[cheap] + step, 0.0)


@njit(**FAST)
def cheapest(
    net: Net, pool: Pool, ways: Longs, n: int, flow: Floats, fixed: Floats, cost: Floats, worth: float
) -> tuple[int, float, float]:
    """The cheapest of n ways, by how much those who use others pay more in all, and what all pay; fills `cost`."""
    best, least, moved = -1, np.inf, 0.0
    total = costs(net, pool, ways, n, flow, fixed, cost, worth)
    for i in range(n):
        if cost[ways[i]] < least:
            best, least = ways[i], cost[ways[i]]
    for i in range(n):
        w = ways[i]
        moved += flow[w] * (cost[w] - least)
    return best, moved, total


@njit(**FAST)
def deterministic(
    net: Net,
    pool: Pool,
    to: Direction,
    ways: Longs,
    n: int,
    flow: Floats,
    fixed: Floats,
    cost: Floats,
    worth: float,
    enough: float,
) -> tuple[float, float]:
    """One round for one class: every used way against the cheapest. Returns what was left to gain, and what all paid."""
    best, moved, total = cheapest(net, pool, ways, n, flow, fixed, cost, worth)
    if moved > enough * total:
        for i in range(n):
            w = ways[i]
            if w != best and flow[w] > 0.0:
                shift(net, pool, to, flow, fixed, worth, w, best)
    return moved, total
