"""Choice by nested logit with path size, in the same terms as deterministic choice: all ways of a class feel the same.

With f the flow of a way, F that of its nest, D that of its class, mu the scale of the nest, theta that of the class and
s the path size, a way feels like

    g = c + (mu ln(f / F) + ln(F / D) - ln s) / theta,

and flows are those of the logit at costs c exactly where all g are equal; they then equal the log-sum.

Source: C. Fisk, Some developments in equilibrium traffic assignment, Transportation Research B 14 (1980); M. Ben-Akiva,
M. Bierlaire, Discrete choice methods and their applications to short-term travel decisions (1999); S. Bekhor, J. N.
Prashker, Stochastic user equilibrium formulation for generalized nested logit model, Transportation Research Record
1752 (2001).
"""

import math
from typing import NamedTuple

import numpy as np

from karvan.kernels import njit
from karvan.kernels.flows.elements import (
    FAST,
    Direction,
    Floats,
    Ints,
    Longs,
    Net,
    Pool,
    ahead,
    costs,
    move,
    turn,
)

EDGE = 600.0
"""Log-odds beyond which a share is as good as none."""


class Logit(NamedTuple):
    """Path sizes (as logarithms), nests and their scales; shares and sums of the class in hand."""

    size: Floats
    nest: Ints
    mu: Floats
    share: Floats
    inside: Floats
    most: Floats


@njit(**FAST)
def logsum(logit: Logit, ways: Longs, n: int, cost: Floats, theta: float) -> float:
    """Shares of n ways at given costs, into `logit.share`; returns the log-sum cost."""
    share, inside, most = logit.share, logit.inside, logit.most
    for i in range(n):
        m = logit.nest[ways[i]]
        inside[m], most[m] = 0.0, -np.inf
    for i in range(n):
        w = ways[i]
        m = logit.nest[w]
        share[w] = (logit.size[w] - theta * cost[w]) / logit.mu[m]
        most[m] = max(most[m], share[w])
    for i in range(n):
        w = ways[i]
        m = logit.nest[w]
        share[w] = math.exp(share[w] - most[m])
        inside[m] += share[w]
    top = -np.inf
    for i in range(n):
        m = logit.nest[ways[i]]
        top = max(top, logit.mu[m] * (most[m] + math.log(inside[m])))
    total = 0.0
    for i in range(n):
        w = ways[i]
        m = logit.nest[w]
        # Each way brings its part of its nest, so that no list of nests is needed.
        share[w] *= math.exp(logit.mu[m] * (most[m] + math.log(inside[m])) - top) / inside[m]
        total += share[w]
    for i in range(n):
        share[ways[i]] /= total
    return -(top + math.log(total)) / theta


@njit(**FAST)
def nests(logit: Logit, ways: Longs, n: int, flow: Floats) -> None:
    """Flows of the nests of one class, into `logit.inside`."""
    for i in range(n):
        logit.inside[logit.nest[ways[i]]] = 0.0
    for i in range(n):
        logit.inside[logit.nest[ways[i]]] += flow[ways[i]]


@njit(**FAST)
def felt(logit: Logit, w: int, flow: float, demand: float, theta: float) -> float:
    """What choice adds to the cost of a used way: g - c. Nests must be summed."""
    mu, inside = logit.mu[logit.nest[w]], logit.inside[logit.nest[w]]
    nest = 0.0 if mu == 1.0 else (1.0 - mu) * math.log(inside / demand)
    return float((mu * math.log(flow / demand) + nest - logit.size[w]) / theta)


@njit(**FAST)
def unrest(
    logit: Logit, ways: Longs, n: int, flow: Floats, cost: Floats, demand: float, theta: float
) -> tuple[float, float]:
    """By how much what a unit feels departs from the log-sum, over all units, and that log-sum; fills the shares."""
    level = logsum(logit, ways, n, cost, theta)
    nests(logit, ways, n, flow)
    total = 0.0
    for i in range(n):
        w = ways[i]
        if flow[w] > 0.0:
            total += flow[w] * abs(cost[w] + felt(logit, w, flow[w], demand, theta) - level)
    return total, level


@njit(**FAST)
def pull(logit: Logit, ways: Longs, n: int, flow: Floats, step: Floats, demand: float, theta: float, a: float) -> float:
    """What choice adds to the cost of a step when a part `a` of it has been taken."""
    for i in range(n):
        logit.inside[logit.nest[ways[i]]] = 0.0
    for i in range(n):
        logit.inside[logit.nest[ways[i]]] += max(flow[ways[i]] + a * step[ways[i]], 0.0)
    total = 0.0
    for i in range(n):
        w = ways[i]
        there = flow[w] + a * step[w]
        if step[w] != 0.0:
            total += step[w] * felt(logit, w, max(there, 1e-300 * demand), demand, theta)
    return total


@njit(**FAST)
def towards(
    net: Net,
    pool: Pool,
    to: Direction,
    logit: Logit,
    ways: Longs,
    n: int,
    flow: Floats,
    fixed: Floats,
    step: Floats,
    worth: float,
    demand: float,
    theta: float,
) -> float:
    """A step towards the logit at present costs, as far as delays allow: all the way where they stay. Returns how far."""
    to.seen[-1] += 1
    touched = 0
    base, size = 0.0, 0.0
    for i in range(n):
        w = ways[i]
        step[w] = demand * logit.share[w] - flow[w]
        if step[w] != 0.0:
            touched = turn(pool, to, touched, w, step[w])
            base += step[w] * fixed[w]
            size += abs(step[w])
    if size == 0.0:
        return 1.0
    cost, growth = ahead(net, to, touched, worth)
    cost += base
    # At the far end the slope is `growth` alone: there all ways feel the same at present delays.
    low, high = 0.0, 1.0
    at_low, at_high = cost + pull(logit, ways, n, flow, step, demand, theta, 0.0), growth
    if at_low >= 0.0:
        return 0.0
    part = 1.0
    if growth > -1e-9 * at_low:
        for _ in range(4):
            part = low + (high - low) * at_low / (at_low - at_high)
            there = cost + part * growth + pull(logit, ways, n, flow, step, demand, theta, part)
            if there > 0.0:
                high, at_high = part, there
                at_low *= 0.5
            else:
                low, at_low = part, there
                at_high *= 0.5
    before = cost + pull(logit, ways, n, flow, step, demand, theta, 0.0)
    after = base + move(net, to, touched, worth, part) + pull(logit, ways, n, flow, step, demand, theta, part)
    for _ in range(6):
        if after <= -0.5 * before:
            break
        less = part * before / (before - after)
        after = base + move(net, to, touched, worth, less - part)
        part = less
        after += pull(logit, ways, n, flow, step, demand, theta, part)
    for i in range(n):
        w = ways[i]
        flow[w] = demand * logit.share[w] if part == 1.0 else max(flow[w] + part * step[w], 0.0)
    return part


@njit(**FAST)
def split(
    total: float, x: float, gain: float, growth: float, theta: float, mu: float, rest: float, nu: float, others: float
) -> float:
    """How much of the flow of two ways the first keeps so that both feel the same, delays growing in proportion.

    x: what it has; gain: by how much it costs more, path sizes within; mu, rest: scale and other flow of its nest; nu,
    others: those of the second. Where both lie in one nest, rest and others are below 0.
    """
    low, high = -EDGE, EDGE
    u = EDGE if x >= total else (-EDGE if x <= 0.0 else min(max(math.log(x / (total - x)), -EDGE), EDGE))
    here = x
    for _ in range(40):
        if u > 0.0:
            tail = math.exp(-u)
            p, q = 1.0 / (1.0 + tail), tail / (1.0 + tail)
        else:
            tail = math.exp(u)
            p, q = tail / (1.0 + tail), 1.0 / (1.0 + tail)
        here = total * p
        # In log-odds the logit is a straight line, so Newton's steps are good ones wherever delays do not rule.
        there = theta * (gain + growth * (here - x)) + mu * math.log(p) - nu * math.log(q)
        slope = theta * growth * here * q + mu * q + nu * p
        if rest >= 0.0:
            there += (1.0 - mu) * math.log(rest + here) - (1.0 - nu) * math.log(others + total * q)
            there += (mu - nu) * math.log(total)
            slope += total * p * q * ((1.0 - mu) / (rest + here) + (1.0 - nu) / (others + total * q))
        if there > 0.0:
            high = u
        else:
            low = u
        next_ = u - there / slope
        if not low < next_ < high:
            next_ = 0.5 * (low + high)
        if abs(next_ - u) <= 1e-11:
            break
        u = next_
    return here


@njit(**FAST)
def trade(
    net: Net,
    pool: Pool,
    to: Direction,
    logit: Logit,
    flow: Floats,
    fixed: Floats,
    worth: float,
    theta: float,
    one: int,
    other: int,
) -> None:
    """Moves flow between two ways until they feel the same. Nests must be summed, and stay so."""
    total = flow[one] + flow[other]
    if total <= 0.0:
        return
    m, k = logit.nest[one], logit.nest[other]
    rest, others = -1.0, -1.0
    if m != k:
        rest, others = max(logit.inside[m] - flow[one], 0.0), max(logit.inside[k] - flow[other], 0.0)
    to.seen[-1] += 1
    n = turn(pool, to, 0, one, 1.0)
    n = turn(pool, to, n, other, -1.0)
    base = fixed[one] - fixed[other]
    cost, growth = ahead(net, to, n, worth)
    sizes = (logit.size[other] - logit.size[one]) / theta
    was = flow[one]
    for _ in range(6):
        x = split(total, was, base + cost + sizes, growth, theta, logit.mu[m], rest, logit.mu[k], others)
        before, step = base + cost, x - was
        if step == 0.0:
            break
        cost = move(net, to, n, worth, step)
        was = x
        # A delay that has bent far more than foreseen (a queue at its capacity) is looked at once more, with its new
        # slope or, where it was stepped over, with the chord between both ends.
        if abs(base + cost - before - growth * step) <= 0.5 * (abs(growth * step) + 1.0 / theta):
            break
        growth = max((base + cost - before) / step, 0.0)
    flow[one], flow[other] = was, total - was
    if m != k:
        logit.inside[m], logit.inside[k] = rest + flow[one], others + flow[other]


@njit(**FAST)
def chosen(
    net: Net,
    pool: Pool,
    to: Direction,
    logit: Logit,
    ways: Longs,
    n: int,
    flow: Floats,
    fixed: Floats,
    cost: Floats,
    step: Floats,
    worth: float,
    demand: float,
    theta: float,
    enough: float,
) -> tuple[float, float]:
    """One round for one class with a finite scale. Returns its unrest before, and what all paid."""
    total = costs(net, pool, ways, n, flow, fixed, cost, worth)
    left, _ = unrest(logit, ways, n, flow, cost, demand, theta)
    if n == 1 or left <= enough * total:
        return left, total
    # What a step gains is of second order: close to the balance it drowns in rounding, and pairs alone finish.
    part = 0.0
    if left > 1e-7 * total:
        part = towards(net, pool, to, logit, ways, n, flow, fixed, step, worth, demand, theta)
    if part < 0.9:
        nests(logit, ways, n, flow)
        most = ways[0]
        for i in range(n):
            if flow[ways[i]] > flow[most]:
                most = ways[i]
        for i in range(n):
            if ways[i] != most:
                trade(net, pool, to, logit, flow, fixed, worth, theta, ways[i], most)
    return left, total
