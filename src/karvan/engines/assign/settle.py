"""Settle: the nested logit and the delays it causes in balance, by Newton's method in the delays of what is shared.

Elements are few and ways many: the delays decide the flows, the flows decide the delays, and one small system of E equations
is left. It holds the laws of the elements too (who comes, in what batches, how soon ships fill), so there are no outer rounds,
and its matrix gives every derivative of the balance: elasticities, the worth of capacity. See docs/maths/assign.md.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from karvan.network.compile.arrays import Bools, Floats, Longs

YEAR_H = 8760.0
STEPS = 60
ROUNDS = 100
HALVINGS = 10
SOFT = 4.0
"""The power of the means by which a ship is full, or has waited long enough."""
NONE = 1e-12
"""A load that is none, for what is divided by it."""
NEAR = 1e-4
"""The gap to which a search only begins."""
FULL = 0.98
"""How full an element may be where the search begins."""


@dataclass(frozen=True, eq=False)
class Waits:
    """The laws of E elements as columns (E): see ``Element``.

    ``spread``: hours of wait at capacity by one customer's load; ``power``: Sakasegawa's, of the servers; ``usual``: a customer's
    load where nobody comes; ``half_h``: half a headway of ships; ``least``, ``longest_h``: the load for which they wait, and how long.
    """

    capacity: Floats
    spread: Floats
    power: Floats
    usual: Floats
    half_h: Floats
    least: Floats
    longest_h: Floats

    def at(self, load: Floats, customers: Floats) -> tuple[Floats, Floats, Floats]:
        """Delays (h) at loads and numbers of customers, and their slopes by each of the two."""
        some = customers > NONE
        count = np.where(some, customers, 1.0)
        each = np.where(some, load / count, self.usual)
        ratio, unit = load / self.capacity, 1.0 / self.capacity
        safe = np.maximum(ratio, NONE)
        bulge = 8.0 * self.spread * each * safe**self.power / YEAR_H
        root = np.sqrt((ratio - 1.0) ** 2 + bulge)
        root = np.maximum(root, 1e-12)
        delay = 0.25 * YEAR_H * (ratio - 1.0 + root)
        by_load = 0.25 * YEAR_H * (unit + (unit * (ratio - 1.0) + 0.5 * bulge * self.power / safe * unit) / root)
        by_each = 0.125 * YEAR_H * bulge / np.maximum(each, NONE) / root
        fill, by_fill = self.filling(load)
        slope = by_load + by_fill + np.where(some, by_each / count, 0.0)
        return delay + fill, slope, np.where(some, -by_each * load / count**2, 0.0)

    def law(self, load: Floats, customers: Floats) -> Floats:
        """The same laws as queues of the kernel of flows (E, 5), with customers' loads and filling held as they are here."""
        some = customers > NONE
        each = np.where(some, load / np.where(some, customers, 1.0), self.usual)
        year = np.full(self.capacity.size, YEAR_H)
        hours = self.filling(load)[0]
        return np.column_stack([hours, self.capacity, year, self.spread * each, self.power])

    def by_capacity(self, load: Floats, customers: Floats) -> Floats:
        """Slopes of the delays by capacity, the laws' other numbers held: a server's pace, a ship's room."""
        each = np.where(customers > NONE, load / np.where(customers > NONE, customers, 1.0), self.usual)
        ratio = load / self.capacity
        bulge = 8.0 * self.spread * each * np.maximum(ratio, NONE) ** self.power / YEAR_H
        root = np.maximum(np.sqrt((ratio - 1.0) ** 2 + bulge), 1e-12)
        down = -ratio / self.capacity
        return np.asarray(
            0.25 * YEAR_H * (down + ((ratio - 1.0) * down - 0.5 * bulge * self.power / self.capacity) / root)
        )

    def filling(self, load: Floats) -> tuple[Floats, Floats]:
        """Half the time between departures (h), and its slope by load: a ship leaves when it is full or has waited long enough, and
        no sooner than the fleet comes round. Times are random, so the larger and the smaller of them pass softly (power means).
        """
        headway, some = 2.0 * self.half_h, np.maximum(load, NONE)
        fills: Bools = self.least > 0
        least, longest = np.where(fills, self.least, 1.0), np.where(fills, headway + self.longest_h, 1.0)
        filled = least * YEAR_H / some
        early = (filled**-SOFT + longest**-SOFT) ** (-1.0 / SOFT)
        later = (np.where(fills, headway, 0.0) ** SOFT + early**SOFT) ** (1.0 / SOFT)
        slope = -filled / some * (early / filled) ** (SOFT + 1.0) * (early / later) ** (SOFT - 1.0)
        return np.where(fills, 0.5 * later, self.half_h), np.where(fills & (load > NONE), 0.5 * slope, 0.0)


@dataclass(frozen=True, eq=False)
class Market:
    """W ways of K classes over E elements, ready to settle.

    ``first`` (K + 1); ``fixed`` (W): USD a piece; ``hour``, ``demand``, ``scale`` (K); ``nest``: which ways are one nest (W, numbered
    through); ``mu``: the nests' scale; ``size`` (W). ``load``, ``count`` (E, W), sparse: what a piece takes of an element, and how many
    customers it is; ``meets`` (W, E): how often it waits there.
    """

    first: Longs
    fixed: Floats
    hour: Floats
    demand: Floats
    scale: Floats
    nest: Longs
    mu: float
    size: Floats
    load: Any
    count: Any
    meets: Floats
    waits: Waits

    def owner(self) -> Longs:
        """The class of each way."""
        return np.repeat(np.arange(self.demand.size), np.diff(self.first))


@dataclass(frozen=True, eq=False)
class Settled:
    """Flows, costs and delays in balance, and how they answer to a push.

    ``flow``, ``cost`` (W); ``level`` (K): the log-sum cost; ``delay``, ``load``, ``customers`` (E). ``gap``: the relative gap of
    docs/maths/assign.md; ``far``: how far delays are from those they lead to, in logarithms. ``steps`` of Newton. ``felt`` (W, E):
    USD a piece by an hour's delay; ``slopes`` (E, 2): of the delays, by load and by customers; ``matrix`` (E, E): 1 less how far delays follow when each is pushed.
    """

    flow: Floats
    cost: Floats
    level: Floats
    delay: Floats
    load: Floats
    customers: Floats
    gap: float
    far: float
    steps: int
    felt: Floats
    slopes: Floats
    matrix: Floats


class Choice:
    """The nested logit of a market: flows at costs, and how they answer to changes of cost."""

    def __init__(self, market: Market) -> None:
        self.market = market
        owner, ways = market.owner(), market.fixed.size
        nests = int(market.nest.max()) + 1 if ways else 0
        self.owner, self.worth = owner, market.hour[owner]
        self.pace = market.scale[owner] / market.mu
        at = np.arange(ways)
        self.by_nest = sp.csr_array((np.ones(ways), (market.nest, at)), shape=(nests, ways))
        self.class_of = np.zeros(nests, dtype=np.int64)
        self.class_of[market.nest] = owner
        self.log_size = np.log(market.size)
        self.by_class = sp.csr_array(
            (np.ones(nests), (self.class_of, np.arange(nests))), shape=(owner[-1] + 1 if ways else 0, nests)
        )

    def flows(self, cost: Floats) -> tuple[Floats, Floats]:
        """Pieces a year by each way, and the log-sum cost of each class, at costs of the ways."""
        of, classes = self.market, self.market.demand.size
        value = self.log_size / of.mu - self.pace * cost
        top = np.full(self.class_of.size, -np.inf)
        np.maximum.at(top, of.nest, value)
        inside = np.exp(value - top[of.nest])
        sums = self.by_nest @ inside
        nest = of.mu * (np.log(sums) + top)
        best = np.full(classes, -np.inf)
        np.maximum.at(best, self.class_of, nest)
        share = np.exp(nest - best[self.class_of])
        whole = np.bincount(self.class_of, share, classes)
        part = share / whole[self.class_of]
        flow = of.demand[self.owner] * part[of.nest] * inside / sums[of.nest]
        return flow, -(np.log(whole) + best) / of.scale

    def change(self, flow: Floats, cost: Floats) -> Floats:
        """How flows answer to changes of costs (W, n), at present flows: the derivative of the logit times these."""
        of = self.market
        weighted = flow[:, None] * cost
        nest, whole = self.by_nest @ flow, of.demand
        sums = self.by_nest @ weighted
        mean = (self.by_class @ sums) / np.maximum(whole, 1e-300)[:, None]
        sums /= np.maximum(nest, 1e-300)[:, None]
        away = cost - (1.0 - of.mu) * sums[of.nest] - of.mu * mean[self.owner]
        return np.asarray(-(self.pace * flow)[:, None] * away)


def settle(market: Market, *, gap: float = 1e-9, delay0: Floats | None = None, most: int = STEPS) -> Settled:
    """Flows at which no freight would choose otherwise, from delays to begin with.

    First as if ships left as soon as the fleet allows, which has one balance; from there with the time they take to fill. That
    grows as freight stays away, so there may be several balances: the one told is that in which ships sail the most often.
    ``delay0``: where the first search begins (none: at delays of the flows that nobody delays, as far as these fit). The result holds the
    gap reached, whatever it is.
    """
    waits = market.waits
    at_once = Choice(replace(market, waits=replace(waits, least=np.zeros_like(waits.least))))
    near = max(gap, NEAR) if waits.least.any() else gap
    now = newton(at_once, _first(at_once) if delay0 is None else delay0, near, most)
    if not waits.least.any():
        return now
    choice = Choice(market)
    low, now = now, newton(choice, now.delay, gap, most)
    for _ in range(ROUNDS):
        if now.gap <= gap:
            break
        # As long as these loads take to fill: a step towards the least of all balances that cannot pass it.
        held = replace(waits, least=np.zeros_like(waits.least), half_h=waits.filling(low.load)[0])
        low = newton(Choice(replace(market, waits=held)), low.delay, near, most)
        now = newton(choice, low.delay, gap, most)
    return now


def newton(choice: Choice, delay: Floats, gap: float, most: int) -> Settled:
    """Newton's method in the delays; a step that brings the balance no nearer is halved.

    Where none does, it goes part of the way to where the delays lead (less each time), or, where that may pass the nearest balance (ships that fill), ends.
    """
    felt = choice.market.meets * choice.worth[:, None]
    now, steps, lost = _look(choice, felt, delay, 0), 0, 0
    while now.gap > gap and steps < most:
        steps += 1
        step = np.linalg.solve(now.matrix, now.delay - _led_to(now, choice))
        tried = (_look(choice, felt, np.maximum(now.delay - 0.5**k * step, 0.0), steps) for k in range(HALVINGS))
        then = next((one for one in tried if one.far < now.far), None)
        if then is None and choice.market.waits.least.any():
            break
        lost += then is None
        now = then or _look(choice, felt, _between(now.delay, _led_to(now, choice), 1.0 / (1.0 + lost)), steps)
    return now


def _between(delay: Floats, other: Floats, part: float) -> Floats:
    """A part of the way to others in the logarithm: delays differ by orders of magnitude."""
    return np.asarray(np.expm1((1.0 - part) * np.log1p(delay) + part * np.log1p(other)))


def _first(choice: Choice) -> Floats:
    """Delays to begin with: a full element would throw the first step far off."""
    of = choice.market
    flow, _ = choice.flows(of.fixed)
    load, customers = of.load @ flow, of.count @ flow
    fits = np.minimum(1.0, FULL * of.waits.capacity / np.maximum(load, NONE))
    return of.waits.at(load * fits, customers * fits)[0]


def _led_to(now: Settled, choice: Choice) -> Floats:
    """The delays that the flows at present delays lead to."""
    return choice.market.waits.at(now.load, now.customers)[0]


def _look(choice: Choice, felt: Floats, delay: Floats, steps: int) -> Settled:
    """The flows at some delays, how far these are from those they lead to, and the matrix of Newton's step."""
    of = choice.market
    cost = of.fixed + felt @ delay
    flow, level = choice.flows(cost)
    load, customers = of.load @ flow, of.count @ flow
    told, *slopes = of.waits.at(load, customers)
    more = felt @ (told - delay)
    # What each way feels like at the delays that its flow makes, against the log-sum cost there: delays put too high, so that
    # nobody comes, are seen by it too.
    off = more + (level - choice.flows(cost + more)[1])[choice.owner]
    far = float(np.linalg.norm(np.log1p(told) - np.log1p(delay)))
    pushed = np.column_stack(slopes)
    matrix = np.eye(delay.size) - answer(choice, pushed, choice.change(flow, felt))
    paid = float(flow @ np.abs(cost))
    gap = float(flow @ np.abs(off)) / paid if paid else 0.0
    return Settled(flow, cost, level, delay, load, customers, gap, far, steps, felt, pushed, matrix)


def answer(choice: Choice, slopes: Floats, flow: Floats) -> Floats:
    """How delays change with changes of flow (W, n)."""
    of = choice.market
    return np.asarray(slopes[:, :1] * (of.load @ flow) + slopes[:, 1:] * (of.count @ flow))


def moved(market: Market, now: Settled, cost: Floats) -> Floats:
    """How flows in balance answer to changes of the fixed costs (W, n): freight that leaves makes room for other."""
    choice = Choice(market)
    own = choice.change(now.flow, cost)
    delay = np.linalg.solve(now.matrix, answer(choice, now.slopes, own))
    return np.asarray(own + choice.change(now.flow, now.felt @ delay))


def worth(market: Market, now: Settled) -> Floats:
    """USD a year that one more of the capacity of each element is worth to all freight together, choices and delays settled anew.

    The shadow prices of capacities that delay: what the log-sum costs of all would fall by.
    """
    push = np.diag(market.waits.by_capacity(now.load, now.customers))
    delay = np.linalg.solve(now.matrix, push)
    return np.asarray(-(now.flow @ now.felt) @ delay)
