"""Prepared: classes, their ways and what these share, as the arrays of the kernel; balanced as often as wanted."""

import datetime as dt
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from karvan.corridor import Corridor
from karvan.engines.assign.choices import Class, classes
from karvan.engines.assign.settle import Market, Settled, Waits, settle
from karvan.engines.assign.shared import SHIP, YEAR_H, Book, Element, followed
from karvan.engines.assign.tastes import Taste, tastes
from karvan.kernels import flows
from karvan.network.compile import on
from karvan.network.compile.arrays import Floats, Ints, Longs
from karvan.network.demand import demand_of

ROUNDS = 20
"""Times that the laws of elements (who comes, in what batches) are set anew from the flows, where all take the cheapest."""
SETTLED = 1e-4
"""Part of all flow that may still move when the laws of elements are set anew."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """A year's demand and its ways, W of them for K classes that have any, over E elements with U uses.

    ``refused``: classes that cannot be assigned. ``first`` (K + 1), ``at`` (W + 1), ``use`` (U), ``weight`` (U), ``each`` (U, customers
    by piece); ``fixed`` (W): USD a piece with nobody else there, with the corridor's constant; ``free_h`` (W); ``plain`` (K): the least
    of it, without constants; ``nest``, ``size`` (W).
    ``power``, ``base`` (K): where demand answers to its cost, the elasticity, and the log-sum cost at which it is the table's.
    """

    day: dt.date
    year: int
    classes: tuple[Class, ...]
    refused: tuple[Class, ...]
    taste: Taste
    elements: tuple[Element, ...]
    corridors: tuple[str, ...]
    first: Longs
    at: Longs
    use: Ints
    weight: Floats
    each: Floats
    fixed: Floats
    free_h: Floats
    plain: Floats
    nest: Ints
    size: Floats
    power: Floats | None = None
    base: Floats | None = None

    def demand(self) -> Floats:
        """Pieces a year of each class that may choose."""
        return np.array([one.open for one in self.classes])

    def scale(self) -> Floats:
        """The scale of choice of each class, by USD a piece."""
        return np.array([self.taste.scale(one.pair[2]) for one in self.classes]) / self.plain


@dataclass(frozen=True, eq=False)
class Balanced:
    """Flows of a year in balance, and how far the laws of elements still move them; for the logit, how they answer to a push."""

    solved: flows.Solved
    rounds: int
    moved: float
    settled: Settled | None = None


def prepare(
    corridor: Corridor, year: int, *, case: str = "central", ways: int = 3, like: "Prepared | None" = None
) -> Prepared:
    """The demand of a year on the network of its middle, with up to ``ways`` ways on each corridor, or with the ways of ``like``."""
    day = dt.date(year, 7, 1)
    demand = demand_of(corridor, year, case)
    given = {one.pair: one.legs for one in like.classes} if like else {}
    known, taste = list(classes(corridor, demand, day, ways, given)), tastes(corridor)
    chosen = tuple(one for one in known if one.ways and one.open > 0)
    book = Book(on(corridor, day))
    tags = tuple(sorted({tag for one in chosen for tag in one.corridors}))
    rows = [followed(book, one, labels) for one in chosen for labels in one.labels]
    counts = [len(one.ways) for one in chosen]
    hour = np.repeat([one.hour for one in chosen], counts)
    stated = np.concatenate([one.hours for one in chosen]) if chosen else np.zeros(0)
    free_h = np.array([hours for hours, _ in rows])
    bare = np.concatenate([one.cost for one in chosen]) + hour * (free_h - stated) if chosen else np.zeros(0)
    first = np.cumsum([0, *counts])
    plain = np.array([bare[a:b].min() for a, b in pairwise(first)])
    own = [taste.constant(one.pair[2], tag) for one in chosen for tag in one.corridors]
    uses = [use for _, of in rows for use in of]
    return Prepared(
        day, year, chosen, tuple(one for one in known if not (one.ways and one.open > 0)), taste,
        tuple(book.elements), tags, first, np.cumsum([0, *(len(of) for _, of in rows)]),
        np.array([use.element for use in uses], dtype=np.int32),
        np.array([use.load for use in uses], dtype=np.float64), np.array([use.customers for use in uses], dtype=np.float64),
        bare + np.repeat(plain, counts) * np.array(own, dtype=np.float64), free_h, plain,
        np.array([tags.index(tag) for one in chosen for tag in one.corridors], dtype=np.int32),
        np.concatenate([path_size(one) for one in chosen]) if chosen else np.zeros(0),
    )  # fmt: skip


def answering(ready: Prepared, base: Prepared, level: Floats) -> Prepared:
    """The same with demand that answers to its cost: what the table says holds at the log-sum costs ``level`` of another corridor.

    Pairs that are not there, or for whose goods no row of ``cost_elasticity`` is given, do not answer.
    """
    known = {one.pair: float(cost) for one, cost in zip(base.classes, level, strict=True)}
    costs = np.array([known.get(one.pair, 0.0) for one in ready.classes])
    power = np.array([ready.taste.elasticity(one.pair[2]) for one in ready.classes])
    there = costs > 0.0
    return replace(ready, power=np.where(there, power, 0.0), base=np.where(there, costs, 1.0))


def path_size(of: Class) -> Floats:
    """How much of itself each way has alone: 1 where it shares nothing, 1 / n for one written n times.

    Shares are by hours. Source: M. Ben-Akiva, M. Bierlaire (1999); see docs/maths/assign.md.
    """
    hours = of.net.hours
    users = np.bincount([arc for labels in of.labels for _, arc in labels], minlength=hours.size)
    out = []
    for labels in of.labels:
        arcs = np.array([arc for _, arc in labels])
        whole = float(hours[arcs].sum())
        out.append(float((hours[arcs] / users[arcs]).sum()) / whole if whole > 0 else 1.0)
    return np.array(out)


def market(ready: Prepared) -> Market:
    """The same as a market of the logit."""
    owner = np.repeat(np.arange(len(ready.classes)), np.diff(ready.first))
    _, nest = np.unique(owner * (len(ready.corridors) + 1) + ready.nest, return_inverse=True)
    return Market(
        ready.first, ready.at, ready.fixed, np.array([one.hour for one in ready.classes]), ready.demand(), ready.scale(),
        nest.astype(np.int64), ready.taste.nest, ready.size, ready.use, ready.weight, ready.each, waits(ready),
        ready.power, ready.base,
    )  # fmt: skip


def waits(ready: Prepared) -> Waits:
    """The laws of the elements as columns."""
    of, count = ready.elements, len(ready.elements)
    usual = np.bincount(ready.use, ready.weight, count) / np.bincount(ready.use, ready.each, count)
    columns = np.array([_columns(one) for one in of], dtype=np.float64).reshape(count, 6)
    capacity, spread, power, half_h, least, longest_h = np.ascontiguousarray(columns.T)
    return Waits(capacity, spread, power, usual, half_h, least, longest_h)


def _columns(one: Element) -> tuple[float, ...]:
    """Capacity, spread, power, half a headway, least load and longest wait of an element."""
    if one.kind == SHIP:
        headway = YEAR_H / one.departures
        return one.capacity, 0.5 * headway / one.room, _power(one.room), 0.5 * headway, *one.fills
    spread = 0.5 * (1.0 + one.variation**2) * YEAR_H / one.capacity
    return one.capacity, spread, _power(one.servers), 0.0, 0.0, 0.0


def _power(servers: float) -> float:
    return float((2.0 * (servers + 1.0)) ** 0.5 - 1.0)


def problem(ready: Prepared, flow: Floats) -> flows.Problem:
    """The kernel's problem without tastes, with the laws of elements as these flows make them."""
    count = len(ready.elements)
    by_use = np.repeat(flow, np.diff(ready.at))
    load = np.bincount(ready.use, by_use * ready.weight, count).astype(np.float64)
    customers = np.bincount(ready.use, by_use * ready.each, count).astype(np.float64)
    return flows.Problem(
        ready.first, ready.at, ready.use, ready.fixed, [one.hour for one in ready.classes], ready.demand(),
        [flows.QUEUE] * count, waits(ready).law(load, customers), ready.weight, np.ones(ready.use.size), elastic=ready.power,
        cost0=ready.base,
    )  # fmt: skip


def balance(
    ready: Prepared, *, rule: str = "logit", gap: float = 1e-6, most: int = 2000, delay0: Floats | None = None
) -> Balanced:
    """The flows of a year in balance by a rule: logit, equilibrium (all take the cheapest) or optimum.

    ``delay0``: for the logit, delays to begin with, as of an earlier balance.
    """
    if rule == "logit":
        of = market(ready)
        now = settle(of, gap=gap, delay0=delay0)
        status = flows.CONVERGED if now.gap <= gap else flows.OUT_OF_SWEEPS
        none = np.zeros(now.delay.size)
        told = flows.Solved(
            now.flow, now.cost, now.load, now.delay, none, now.drawn, now.level, now.gap, now.steps, status
        )
        return Balanced(told, now.steps, 0.0, now)
    return _without_tastes(ready, gap, most, rule == "optimum")


def _without_tastes(ready: Prepared, gap: float, most: int, optimum: bool) -> Balanced:
    flow, moved, solved = ready.size * 0.0, np.inf, None
    whole = float(ready.demand().sum())
    for rounds in range(1, ROUNDS + 1):
        solved = flows.solve(
            problem(ready, flow), gap=gap, most=most, flow0=flow if flow.any() else None, optimum=optimum
        )
        moved = float(np.abs(solved.flow - flow).sum()) / whole if whole else 0.0
        # Half way: who comes sets the law that sets who comes.
        flow = solved.flow if rounds == 1 else 0.5 * (flow + solved.flow)
        if moved <= SETTLED:
            break
    assert solved is not None
    return Balanced(solved, rounds, moved)
