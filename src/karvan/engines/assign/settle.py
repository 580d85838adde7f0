"""Settle: the nested logit and the delays it causes in balance, by Newton's method in the delays of what is shared.

Elements are few and ways many: the delays decide the flows, the flows decide the delays, and one small system of E equations
is left. It holds the laws of the elements too (who comes, in what batches, how soon ships fill), so there are no outer rounds,
and its matrix gives every derivative of the balance: elasticities, the worth of capacity. See docs/maths/assign.md.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp

from karvan.kernels.flows import market as kernel
from karvan.kernels.flows.market import LEAST, NONE, YEAR_H
from karvan.network.compile.arrays import Floats, Ints, Longs

STEPS = 60
ROUNDS = 100
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

    def columns(self) -> Floats:
        """The laws as the kernel takes them (E, 7)."""
        of = (self.capacity, self.spread, self.power, self.usual, self.half_h, self.least, self.longest_h)
        return np.column_stack(of).astype(np.float64).reshape(self.capacity.size, len(of))

    def at(self, load: Floats, customers: Floats) -> tuple[Floats, Floats]:
        """Delays (h) at loads and numbers of customers, and their slopes by each of the two (E, 2)."""
        told, slopes = np.zeros(load.size), np.zeros((load.size, 2))
        kernel.delays(self.columns(), load, customers, told, slopes)
        return told, slopes

    def law(self, load: Floats, customers: Floats) -> Floats:
        """The same laws as queues of the kernel of flows (E, 5), with customers' loads and filling held as they are here."""
        year = np.full(self.capacity.size, YEAR_H)
        each = self._each(load, customers)
        return np.column_stack([self.filling(load), self.capacity, year, self.spread * each, self.power])

    def by_capacity(self, load: Floats, customers: Floats) -> Floats:
        """Slopes of the delays by capacity, the laws' other numbers held: a server's pace, a ship's room."""
        each = self._each(load, customers)
        ratio = load / self.capacity
        bulge = 8.0 * self.spread * each * np.maximum(ratio, NONE) ** self.power / YEAR_H
        root = np.maximum(np.sqrt((ratio - 1.0) ** 2 + bulge), 1e-12)
        down = -ratio / self.capacity
        return np.asarray(
            0.25 * YEAR_H * (down + ((ratio - 1.0) * down - 0.5 * bulge * self.power / self.capacity) / root)
        )

    def filling(self, load: Floats) -> Floats:
        """Half the time between departures (h)."""
        columns = self.columns()
        return np.array([kernel.filling(columns, e, float(one))[0] for e, one in enumerate(load)], dtype=np.float64)

    def _each(self, load: Floats, customers: Floats) -> Floats:
        some = customers > NONE
        return np.asarray(np.where(some, load / np.where(some, customers, 1.0), self.usual))


@dataclass(frozen=True, eq=False)
class Market:
    """W ways of K classes over E elements with U uses, ready to settle.

    ``first`` (K + 1), ``at`` (W + 1): the ways of a class, the uses of a way; ``fixed`` (W): USD a piece; ``hour``, ``demand``, ``scale``
    (K); ``nest``: which ways are one nest (W, numbered through); ``mu``: the nests' scale; ``size`` (W). ``use`` (U): the element;
    ``weight``, ``each`` (U): what a piece takes of it, and how many customers it is. ``power``, ``base`` (K): demand answers to the
    log-sum cost as ``demand * (cost / base) ** power`` (none: it does not).
    """

    first: Longs
    at: Longs
    fixed: Floats
    hour: Floats
    demand: Floats
    scale: Floats
    nest: Longs
    mu: float
    size: Floats
    use: Ints
    weight: Floats
    each: Floats
    waits: Waits
    power: Floats | None = None
    base: Floats | None = None

    def owner(self) -> Longs:
        """The class of each way."""
        return np.repeat(np.arange(self.demand.size), np.diff(self.first))

    @cached_property
    def loads(self) -> Any:
        """What a piece on each way takes of each element (E, W), sparse."""
        return self._sums(self.weight)

    @cached_property
    def counts(self) -> Any:
        """How many customers of each element a piece on each way is (E, W), sparse."""
        return self._sums(self.each)

    @cached_property
    def felt(self) -> Any:
        """USD a piece by an hour's delay (W, E), sparse."""
        hours = self._sums(np.repeat(self.hour[self.owner()], np.diff(self.at)))
        return sp.csr_array(hours.T)

    def _sums(self, values: Floats) -> Any:
        own = np.repeat(np.arange(self.fixed.size), np.diff(self.at))
        return sp.csr_array((values, (self.use, own)), shape=(self.waits.capacity.size, self.fixed.size))

    def arrays(self) -> kernel.Freight:
        """The same as the kernel takes it."""
        still = np.zeros(self.demand.size)
        power, base = (still, still + 1.0) if self.power is None or self.base is None else (self.power, self.base)
        return kernel.Freight(
            np.ascontiguousarray(self.first, np.int64), np.ascontiguousarray(self.at, np.int64), _floats(self.fixed),
            np.ascontiguousarray(self.nest, np.int64), _floats(np.log(self.size)), _floats(self.hour), _floats(self.demand),
            _floats(self.scale), _floats(power), _floats(base), np.ascontiguousarray(self.use, np.int32), _floats(self.weight),
            _floats(self.each), float(self.mu),
        )  # fmt: skip


def _floats(values: Floats) -> Floats:
    return np.ascontiguousarray(values, np.float64)


@dataclass(frozen=True, eq=False)
class Settled:
    """Flows, costs and delays in balance, and how they answer to a push.

    ``flow``, ``cost`` (W); ``level``, ``drawn`` (K): the log-sum cost, and the demand it draws; ``delay``, ``load``, ``customers`` (E). ``gap``: the
    relative gap of docs/maths/assign.md; ``far``: how far delays are from those they lead to, in logarithms. ``steps`` of
    Newton. ``slopes`` (E, 2): of the delays, by load and by customers.
    """

    market: Market = field(repr=False)
    flow: Floats
    cost: Floats
    level: Floats
    drawn: Floats
    delay: Floats
    load: Floats
    customers: Floats
    gap: float
    far: float
    steps: int
    slopes: Floats
    state: kernel.State = field(repr=False)

    @cached_property
    def matrix(self) -> Floats:
        """One less how far delays follow when each is pushed (E, E)."""
        return np.asarray(kernel.matrix(self.market.arrays(), self.state))


def settle(market: Market, *, gap: float = 1e-9, delay0: Floats | None = None, most: int = STEPS) -> Settled:
    """Flows at which no freight would choose otherwise, from delays to begin with.

    First as if ships left as soon as the fleet allows, which has one balance; from there with the time they take to fill. That
    grows as freight stays away, so there may be several balances: the one told is that in which ships sail the most often.
    ``delay0``: where the first search begins (none: at delays of the flows that nobody delays, as far as these fit). The result holds the
    gap reached, whatever it is.
    """
    of, law = market.arrays(), market.waits.columns()
    fills = bool((law[:, LEAST] > 0).any())
    at_once = law.copy()
    at_once[:, LEAST] = 0.0
    delay = _first(market, of, at_once) if delay0 is None else np.ascontiguousarray(delay0, np.float64)
    low = kernel.newton(of, at_once, delay, max(gap, NEAR) if fills else gap, most)
    now = kernel.newton(of, law, low[0].delay, gap, most) if fills else low
    for _ in range(ROUNDS if fills else 0):
        if now[1] <= gap:
            break
        # As long as these loads take to fill: a step towards the least of all balances that cannot pass it.
        held = at_once.copy()
        held[:, kernel.HALF_H] = market.waits.filling(low[0].load)
        low = kernel.newton(of, held, low[0].delay, max(gap, NEAR), most)
        now = kernel.newton(of, law, low[0].delay, gap, most)
    return _settled(market, *now)


def newton(market: Market, delay: Floats, gap: float, most: int) -> Settled:
    """The balance near some delays, by Newton's method alone; it holds the gap reached, whatever it is."""
    start = np.ascontiguousarray(delay, np.float64)
    return _settled(market, *kernel.newton(market.arrays(), market.waits.columns(), start, gap, most))


def _settled(market: Market, state: kernel.State, gap: float, far: float, steps: int) -> Settled:
    return Settled(
        market, state.flow, state.cost, state.level, state.drawn, state.delay, state.load, state.customers, gap, far, steps,
        state.slopes, state,
    )  # fmt: skip


def _blank(market: Market) -> kernel.State:
    nests = int(market.nest.max()) + 1 if market.nest.size else 0
    state: kernel.State = kernel.state(market.fixed.size, market.hour.size, market.waits.capacity.size, nests)
    return state


def _first(market: Market, of: kernel.Freight, law: Floats) -> Floats:
    """Delays to begin with: a full element would throw the first step far off."""
    now = _blank(market)
    now.cost[:] = of.fixed
    kernel.spread(of, now)
    fits = np.minimum(1.0, FULL * market.waits.capacity / np.maximum(now.load, NONE))
    told = np.zeros(law.shape[0])
    kernel.delays(law, now.load * fits, now.customers * fits, told, np.zeros((told.size, 2)))
    return told


def chosen(market: Market, cost: Floats) -> tuple[Floats, Floats]:
    """Pieces a year by each way, and the log-sum cost of each class, at costs of the ways (W) whatever they delay."""
    now = _blank(market)
    now.cost[:] = cost
    kernel.spread(market.arrays(), now)
    return now.flow, now.level


def answer(market: Market, flow: Floats, level: Floats, push: Floats) -> Floats:
    """How flows answer to pushes of costs (W, n) at present delays: the derivative of choice, and of demand, times these."""
    of, owner = market, market.owner()
    drawn = np.maximum(np.add.reduceat(flow, of.first[:-1]), 1e-300)
    weighted = flow[:, None] * push
    nest = sp.csr_array((np.ones(flow.size), (of.nest, np.arange(flow.size))))
    inner = (nest @ weighted) / np.maximum(nest @ flow, 1e-300)[:, None]
    outer = (np.add.reduceat(weighted, of.first[:-1], axis=0) / drawn[:, None])[owner]
    away = push - (1.0 - of.mu) * inner[of.nest] - of.mu * outer
    own = -((of.scale / of.mu)[owner] * flow)[:, None] * away
    if of.power is not None:
        own = own + (flow * (of.power / level)[owner])[:, None] * outer
    return np.asarray(own)


def follow(now: Settled, flow: Floats) -> Floats:
    """How delays change with changes of flow (W, n), before freight answers."""
    of = now.market
    return np.asarray(now.slopes[:, :1] * (of.loads @ flow) + now.slopes[:, 1:] * (of.counts @ flow))


def moved(now: Settled, cost: Floats) -> Floats:
    """How flows in balance answer to changes of the fixed costs (W, n): freight that leaves makes room for other."""
    market = now.market
    own = answer(market, now.flow, now.level, cost)
    delay = np.linalg.solve(now.matrix, follow(now, own))
    return np.asarray(own + answer(market, now.flow, now.level, market.felt @ delay))


def worth(now: Settled) -> Floats:
    """USD a year that one more of the capacity of each element is worth to all freight together, choices and delays settled anew.

    The shadow prices of capacities that delay: what the log-sum costs of all would fall by.
    """
    push = np.diag(now.market.waits.by_capacity(now.load, now.customers))
    delay = np.linalg.solve(now.matrix, push)
    return np.asarray(-(now.flow @ now.market.felt) @ delay)
