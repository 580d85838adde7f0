"""Prepared: classes, their ways and what these share, as the arrays of the kernel; balanced as often as wanted."""

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from karvan.corridor import Corridor
from karvan.engines.assign.choices import Class, classes
from karvan.engines.assign.shared import SHIP, YEAR_H, Book, Element, followed
from karvan.engines.assign.tastes import Taste, tastes
from karvan.kernels import flows
from karvan.network.compile import on
from karvan.network.compile.arrays import Floats, Ints, Longs
from karvan.network.demand import demand_of

ROUNDS = 20
"""Times that the laws of elements (who comes, in what batches) are set anew from the flows."""
SETTLED = 1e-4
"""Part of all flow that may still move when the laws of elements are set anew."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """A year's demand and its ways, W of them for K classes that have any, over E elements with U uses.

    ``refused``: classes that cannot be assigned. ``first`` (K + 1), ``at`` (W + 1), ``use`` (U), ``weight`` (U), ``each`` (U, customers
    by piece); ``fixed`` (W): USD a piece with nobody else there, with the corridor's constant; ``free_h`` (W); ``plain`` (K): the least
    of it, without constants; ``nest``, ``size`` (W).
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

    def demand(self) -> Floats:
        """Pieces a year of each class that may choose."""
        return np.array([one.open for one in self.classes])

    def scale(self) -> Floats:
        """The scale of choice of each class, by USD a piece."""
        return np.array([self.taste.scale(one.pair[2]) for one in self.classes]) / self.plain


@dataclass(frozen=True, eq=False)
class Balanced:
    """Flows of a year in balance, the problem they solve, and how far the laws of its elements still move them."""

    problem: flows.Problem
    solved: flows.Solved
    rounds: int
    moved: float


def prepare(corridor: Corridor, year: int, *, case: str = "central", ways: int = 3) -> Prepared:
    """The demand of a year on the network of its middle, with up to ``ways`` ways on each corridor."""
    day = dt.date(year, 7, 1)
    demand = demand_of(corridor, year, case)
    known, taste = list(classes(corridor, demand, day, ways)), tastes(corridor)
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


def problem(ready: Prepared, flow: Floats, rule: str) -> flows.Problem:
    """The kernel's problem, with the laws of elements as these flows make them."""
    choose = rule == "logit"
    param = laws(ready, flow)
    return flows.Problem(
        ready.first, ready.at, ready.use, ready.fixed, [one.hour for one in ready.classes], ready.demand(),
        [flows.QUEUE] * len(param), param, ready.weight, np.ones(ready.use.size),
        ready.scale() if choose else None,
        ready.nest if choose else None, np.full(max(1, len(ready.corridors)), ready.taste.nest) if choose else None,
        ready.size if choose else None,
    )  # fmt: skip


def laws(ready: Prepared, flow: Floats) -> Floats:
    """The delay of each element as a queue of the kernel (E, 5): its rate and spread follow from who comes."""
    by_use = np.repeat(flow, np.diff(ready.at))
    count = len(ready.elements)
    load = np.bincount(ready.use, by_use * ready.weight, count)
    customers = np.bincount(ready.use, by_use * ready.each, count)
    some = np.bincount(ready.use, ready.weight, count), np.bincount(ready.use, ready.each, count)
    rows = []
    for e, one in enumerate(ready.elements):
        each = load[e] / customers[e] if customers[e] > 0 else some[0][e] / some[1][e]
        if one.kind == SHIP:
            fill = fill_h(one, load[e])
            rows.append(flows.batch(fill, one.capacity, YEAR_H, one.departures, one.room, max(each, 1e-9)))
        else:
            rate = one.capacity / YEAR_H / each
            rows.append(flows.queue(0.0, one.capacity, YEAR_H, rate, one.servers, 0.5 * (1.0 + one.variation**2)))
    return np.array(rows, dtype=np.float64).reshape(count, 5)


def fill_h(one: Element, load: float) -> float:
    """Hours by which waiting until a ship is full exceeds the wait for the next ship of a fleet that never pauses."""
    least, longest = one.fills
    headway = YEAR_H / one.departures
    return (
        0.5 * max(0.0, min(least * YEAR_H / load if load > 0 else longest, headway + longest) - headway)
        if least
        else 0.0
    )


def balance(
    ready: Prepared, *, rule: str = "logit", gap: float = 1e-6, most: int = 2000, flow0: Floats | None = None
) -> Balanced:
    """The flows of a year in balance by a rule: logit, equilibrium (all take the cheapest) or optimum."""
    flow = ready.size * 0.0 if flow0 is None else flow0
    moved, solved = np.inf, None
    whole = float(ready.demand().sum())
    for rounds in range(1, ROUNDS + 1):
        now = problem(ready, flow, rule)
        solved = flows.solve(now, gap=gap, most=most, flow0=flow if flow.any() else None, optimum=rule == "optimum")
        moved = float(np.abs(solved.flow - flow).sum()) / whole if whole else 0.0
        # Half way: who comes sets the law that sets who comes.
        flow = solved.flow if rounds == 1 else 0.5 * (flow + solved.flow)
        if moved <= SETTLED:
            break
    assert solved is not None
    return Balanced(now, solved, rounds, moved)
