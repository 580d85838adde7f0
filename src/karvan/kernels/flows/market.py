"""The nested logit and the delays it causes, in balance by Newton's method in the delays of what is shared.

Elements are few and ways many: the delays decide the flows, the flows decide the delays, and a small system of E
equations is left. A look at some delays costs one pass over the ways; its matrix, a pass over their uses. See
docs/maths/assign.md.
"""

import math
from typing import NamedTuple

import numpy as np

from karvan.kernels import njit
from karvan.kernels.flows.elements import FAST, Floats, Ints, Longs

YEAR_H = 8760.0
HALVINGS = 10
SOFT = 4.0
"""The power of the means by which a ship is full, or has waited long enough."""
NONE = 1e-12
"""A load that is none, for what is divided by it."""
FLOOR = 0.01
"""The least log-sum, by that of the base, at which demand is read: no demand is without end."""

CAPACITY, SPREAD, POWER, USUAL, HALF_H, LEAST, LONGEST_H = range(7)
"""Columns of the laws of elements (E, 7)."""


class Freight(NamedTuple):
    """K classes, W ways in nests numbered through, U uses of E elements.

    ``first`` (K + 1), ``at`` (W + 1); ``fixed``, ``nest``, ``size`` (W, path sizes as logarithms); ``hour``, ``demand``, ``scale`` (K);
    ``power``, ``base`` (K): demand is times (log-sum / base) to the power; ``use``, ``weight``, ``each`` (U); ``mu``: the nests' scale.
    """

    first: Longs
    at: Longs
    fixed: Floats
    nest: Longs
    size: Floats
    hour: Floats
    demand: Floats
    scale: Floats
    power: Floats
    base: Floats
    use: Ints
    weight: Floats
    each: Floats
    mu: float


class State(NamedTuple):
    """What some delays lead to: ``flow``, ``cost`` (W), ``level``, ``drawn`` (K: log-sum and demand), ``delay``, ``load``, ``customers``,
    ``told`` (E: the delays these loads make), ``slopes`` (E, 2: by load, by customers); ``inside``, ``top`` by nest, ``share`` (W) for work.
    """

    flow: Floats
    cost: Floats
    level: Floats
    drawn: Floats
    delay: Floats
    load: Floats
    customers: Floats
    told: Floats
    slopes: Floats
    inside: Floats
    top: Floats
    share: Floats


@njit(**FAST)
def state(ways: int, classes: int, elements: int, nests: int) -> State:
    """An empty state."""
    return State(
        np.zeros(ways), np.zeros(ways), np.zeros(classes), np.zeros(classes), np.zeros(elements), np.zeros(elements),
        np.zeros(elements), np.zeros(elements), np.zeros((elements, 2)), np.zeros(nests), np.zeros(nests), np.zeros(ways),
    )  # fmt: skip


@njit(**FAST)
def filling(law: Floats, e: int, load: float) -> tuple[float, float]:
    """Half the time between departures (h), and its slope by load: a ship leaves when it is full or has waited long enough, and
    no sooner than the fleet comes round. Times are random, so the larger and the smaller of them pass softly (power means).
    """
    least = law[e, LEAST]
    if least <= 0.0:
        return law[e, HALF_H], 0.0
    some, headway = max(load, NONE), 2.0 * law[e, HALF_H]
    filled = least * YEAR_H / some
    early = (filled**-SOFT + (headway + law[e, LONGEST_H]) ** -SOFT) ** (-1.0 / SOFT)
    later = (headway**SOFT + early**SOFT) ** (1.0 / SOFT)
    slope = -filled / some * (early / filled) ** (SOFT + 1.0) * (early / later) ** (SOFT - 1.0)
    return 0.5 * later, 0.5 * slope if load > NONE else 0.0


@njit(**FAST)
def delays(law: Floats, load: Floats, customers: Floats, told: Floats, slopes: Floats) -> None:
    """Delays (h) at loads and numbers of customers into ``told``, and their slopes by each of the two."""
    for e in range(load.size):
        some = customers[e] > NONE
        each = load[e] / customers[e] if some else law[e, USUAL]
        unit = 1.0 / law[e, CAPACITY]
        ratio = load[e] * unit
        safe, power = max(ratio, NONE), law[e, POWER]
        bulge = 8.0 * law[e, SPREAD] * each * safe**power / YEAR_H
        root = max(math.sqrt((ratio - 1.0) ** 2 + bulge), 1e-12)
        fill, by_fill = filling(law, e, load[e])
        told[e] = 0.25 * YEAR_H * (ratio - 1.0 + root) + fill
        by_load = 0.25 * YEAR_H * (unit + (unit * (ratio - 1.0) + 0.5 * bulge * power / safe * unit) / root)
        by_each = 0.125 * YEAR_H * bulge / max(each, NONE) / root
        slopes[e, 0] = by_load + by_fill + (by_each / customers[e] if some else 0.0)
        slopes[e, 1] = -by_each * load[e] / customers[e] ** 2 if some else 0.0


@njit(**FAST)
def shares(of: Freight, k: int, cost: Floats, now: State) -> float:
    """Shares of the ways of a class at costs, into ``now.share``; returns the log-sum cost."""
    a, b, mu, pace = of.first[k], of.first[k + 1], of.mu, of.scale[k] / of.mu
    for w in range(a, b):
        now.inside[of.nest[w]], now.top[of.nest[w]] = 0.0, -np.inf
    for w in range(a, b):
        now.share[w] = of.size[w] / mu - pace * cost[w]
        now.top[of.nest[w]] = max(now.top[of.nest[w]], now.share[w])
    for w in range(a, b):
        now.share[w] = math.exp(now.share[w] - now.top[of.nest[w]])
        now.inside[of.nest[w]] += now.share[w]
    best = -np.inf
    for w in range(a, b):
        n = of.nest[w]
        best = max(best, mu * (math.log(now.inside[n]) + now.top[n]))
    whole = 0.0
    for w in range(a, b):
        # Each way brings its part of its nest, so that no list of nests is needed.
        n = of.nest[w]
        now.share[w] *= math.exp(mu * (math.log(now.inside[n]) + now.top[n]) - best) / now.inside[n]
        whole += now.share[w]
    for w in range(a, b):
        now.share[w] /= whole
    return float(-(math.log(whole) + best) / of.scale[k])


@njit(**FAST)
def drawn(of: Freight, k: int, level: float) -> float:
    """Pieces a year that a class sends at a log-sum cost."""
    if of.power[k] == 0.0:
        return float(of.demand[k])
    return float(of.demand[k] * max(level / of.base[k], FLOOR) ** of.power[k])


@njit(**FAST)
def spread(of: Freight, now: State) -> None:
    """Flows, log-sums and loads at the costs in hand."""
    now.load[:], now.customers[:] = 0.0, 0.0
    for k in range(of.hour.size):
        now.level[k] = shares(of, k, now.cost, now)
        now.drawn[k] = drawn(of, k, now.level[k])
        for w in range(of.first[k], of.first[k + 1]):
            flow = now.drawn[k] * now.share[w]
            now.flow[w] = flow
            for u in range(of.at[w], of.at[w + 1]):
                now.load[of.use[u]] += flow * of.weight[u]
                now.customers[of.use[u]] += flow * of.each[u]


@njit(**FAST)
def look(of: Freight, law: Floats, now: State) -> tuple[float, float]:
    """Fills the state at its delays; returns the relative gap, and how far delays are from those they lead to, in logarithms.

    The gap sees what each way feels like at the delays that its flow makes, against the log-sum cost there: delays put too high,
    so that nobody comes, are seen by it too.
    """
    for k in range(of.hour.size):
        for w in range(of.first[k], of.first[k + 1]):
            hours = 0.0
            for u in range(of.at[w], of.at[w + 1]):
                hours += now.delay[of.use[u]]
            now.cost[w] = of.fixed[w] + of.hour[k] * hours
    spread(of, now)
    delays(law, now.load, now.customers, now.told, now.slopes)
    paid, missed, then = 0.0, 0.0, np.empty_like(now.cost)
    for k in range(of.hour.size):
        for w in range(of.first[k], of.first[k + 1]):
            hours = 0.0
            for u in range(of.at[w], of.at[w + 1]):
                hours += now.told[of.use[u]] - now.delay[of.use[u]]
            then[w] = now.cost[w] + of.hour[k] * hours
        level = shares(of, k, then, now)
        missed += abs(drawn(of, k, level) - now.drawn[k]) * abs(level)
        for w in range(of.first[k], of.first[k + 1]):
            missed += now.flow[w] * abs(then[w] - now.cost[w] + now.level[k] - level)
            paid += now.flow[w] * abs(now.cost[w])
    far = 0.0
    for e in range(now.told.size):
        far += (math.log1p(now.told[e]) - math.log1p(now.delay[e])) ** 2
    return missed / paid if paid > 0.0 else 0.0, math.sqrt(far)


@njit(**FAST)
def matrix(of: Freight, now: State) -> Floats:
    """One less how far delays follow when each is pushed (E, E): the slopes of delays times how loads answer to delays."""
    count = now.delay.size
    out = np.eye(count)
    by_nest = np.zeros((now.inside.size, count))
    by_class, row, touched = np.zeros(count), np.zeros(count), np.empty(count, np.int64)
    place = np.full(count, -1)
    for k in range(of.hour.size):
        a, b, met = of.first[k], of.first[k + 1], 0
        for w in range(a, b):
            for u in range(of.at[w], of.at[w + 1]):
                e = of.use[u]
                if place[e] < 0:
                    place[e], touched[met] = met, e
                    met += 1
        sum_up(of, k, now, touched[:met], by_nest, by_class)
        pace, whole = of.scale[k] / of.mu, max(now.drawn[k], 1e-300)
        pull = of.power[k] / now.level[k] if of.power[k] != 0.0 else 0.0
        for w in range(a, b):
            n, flow = of.nest[w], now.flow[w]
            inner, outer = pace * (1.0 - of.mu) / max(now.inside[n], 1e-300), (pace * of.mu + pull) / whole
            for i in range(met):
                e = touched[i]
                row[i] = flow * (inner * by_nest[n, e] + outer * by_class[e])
            for u in range(of.at[w], of.at[w + 1]):
                row[place[of.use[u]]] -= flow * pace * of.hour[k]
            for u in range(of.at[w], of.at[w + 1]):
                e = of.use[u]
                push = now.slopes[e, 0] * of.weight[u] + now.slopes[e, 1] * of.each[u]
                for i in range(met):
                    out[e, touched[i]] -= push * row[i]
        for i in range(met):
            place[touched[i]] = -1
    return out


@njit(**FAST)
def sum_up(of: Freight, k: int, now: State, touched: Longs, by_nest: Floats, by_class: Floats) -> None:
    """What a push of each element's delay costs the flows of a class, by nest and in all; the flow of each nest in ``inside``."""
    a, b = of.first[k], of.first[k + 1]
    for w in range(a, b):
        now.inside[of.nest[w]] = 0.0
    for e in touched:
        by_class[e] = 0.0
        for w in range(a, b):
            by_nest[of.nest[w], e] = 0.0
    for w in range(a, b):
        now.inside[of.nest[w]] += now.flow[w]
        for u in range(of.at[w], of.at[w + 1]):
            cost = now.flow[w] * of.hour[k]
            by_nest[of.nest[w], of.use[u]] += cost
            by_class[of.use[u]] += cost


@njit(**FAST)
def newton(of: Freight, law: Floats, delay: Floats, gap: float, most: int) -> tuple[State, float, float, int]:
    """Newton's method from some delays; a step that brings the balance no nearer is halved.

    Where none does, it goes part of the way to where the delays lead (less each time), or, where that may pass the nearest
    balance (ships that fill), ends. Returns the state, its gap, how far it is, and the steps.
    """
    nests = of.nest.max() + 1 if of.nest.size else 0
    now = state(of.fixed.size, of.hour.size, law.shape[0], nests)
    then = state(of.fixed.size, of.hour.size, law.shape[0], nests)
    now.delay[:] = delay
    reached, far = look(of, law, now)
    fills, steps, lost = np.any(law[:, LEAST] > 0.0), 0, 0
    while reached > gap and steps < most:
        steps += 1
        step = np.linalg.solve(matrix(of, now), now.delay - now.told)
        nearer, part = False, 1.0
        for _ in range(HALVINGS):
            then.delay[:] = np.maximum(now.delay - part * step, 0.0)
            found, away = look(of, law, then)
            if away < far:
                nearer = True
                break
            part *= 0.5
        if not nearer:
            if fills:
                break
            lost += 1
            # In the logarithm: delays differ by orders of magnitude.
            part = 1.0 / (1.0 + lost)
            then.delay[:] = np.expm1((1.0 - part) * np.log1p(now.delay) + part * np.log1p(now.told))
            found, away = look(of, law, then)
        now, then = then, now
        reached, far = found, away
    return now, reached, far, steps
