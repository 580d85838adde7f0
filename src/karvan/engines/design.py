"""Design: which projects to build, and when, so that freight costs least: capacity and fixed-charge network design.

A mixed-integer programme over periods. Flows of several commodities run over arcs; a project adds capacity to arcs from
the period in which it is done; limits hold between projects, and on what they draw from budgets. Where an arc exists only
by a project, each commodity's flow on it is bounded by the commodity's own demand (the strong inequality of Magnanti and
Wong 1984, Transportation Science 18), without which the bound is worth little. Solved by HiGHS; the answer carries its
bound, so that it is a proof and not only a plan.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from karvan.engines.programme import (
    CUT_SHORT,
    IMPOSSIBLE,
    PROVEN,
    Array,
    Columns,
    Limit,
    Rows,
    acyclic,
    begin_from,
    begun,
    outcome,
    solver,
)
from karvan.errors import InputError

SLACK = 1e-6
"""By how much of its size a row may be missed by the solver."""


@dataclass(frozen=True)
class Problem:
    """A network (N nodes, A arcs), K commodities, P projects, T periods.

    ``tail``, ``head`` (A): ends of the arcs. ``capacity`` (A): what an arc takes a period without any project (inf: all).
    ``cost`` (K, A) or (A): of a unit of flow. ``supply`` (K, N): what each node sends (positive) or takes (negative), each
    row with the sum 0. ``grows`` (T, K): supply by period, as a multiple. ``weight`` (T): worth of a period, discounted.
    ``unmet`` (K): cost of each unit of supply not carried (inf: all must be). ``price`` (P, T): what a project costs when
    begun in a period, all told (inf: cannot be begun then). ``adds``: (project, arc, capacity) each. ``builds`` (P):
    periods from beginning to use. ``needs``, ``excludes``: pairs of projects (p is in use only while q is; never both).
    """

    tail: Array
    head: Array
    capacity: Array
    cost: Array
    supply: Array
    price: Array
    adds: Sequence[tuple[int, int, float]]
    grows: Array | None = None
    weight: Array | None = None
    unmet: Array | None = None
    builds: Array | None = None
    needs: Sequence[tuple[int, int]] = ()
    excludes: Sequence[tuple[int, int]] = ()
    limits: Sequence[Limit] = field(default=())


@dataclass(frozen=True)
class Designed:
    """The plan: ``begin`` (P), the period in which each project is begun, -1 for never; ``flow`` (T, K, A); ``unmet`` (T, K),
    as shares of the supply. ``objective`` is its cost, ``bound`` what no plan can be cheaper than, ``gap`` their distance
    as a share of the objective; ``status``: proven (to the gap asked for), cut short, or impossible.
    """

    begin: Array
    flow: Array
    unmet: Array
    objective: float
    bound: float
    gap: float
    status: str


def design(
    problem: Problem, *, gap: float = 1e-6, seconds: float = 60.0, start: Array | None = None, threads: int = 1
) -> Designed:
    """The cheapest plan, proven to within ``gap`` unless ``seconds`` end first. ``start`` (P): a plan to begin from.

    Raises InputError for arrays that do not fit each other, for cyclic needs, and for supply that does not sum to 0.

    >>> import numpy as np
    >>> road = Problem(tail=np.array([0, 0]), head=np.array([1, 1]), capacity=np.array([np.inf, 0.0]), adds=[(0, 1, 10.0)],
    ...                cost=np.array([5.0, 1.0]), supply=np.array([[8.0, -8.0]]), price=np.array([[20.0]]))
    >>> plan = design(road)
    >>> plan.begin.tolist(), plan.objective, plan.status
    ([0], 28.0, 'proven')
    """
    build = _Build.of(problem)
    highs = _solver(build, gap, seconds, threads)
    if start is not None:
        begin_from(highs, _begins(build), np.asarray(start))
    highs.run()
    return _told(highs, build, gap)


@dataclass(frozen=True)
class _Build:
    """Columns x (T, K, A), s (T, K), b (P, T), in this order, and the rows as coordinates."""

    problem: Problem
    nodes: int
    sizes: tuple[int, int, int, int]  # T, K, A, P
    grows: Array
    weight: Array
    unmet: Array
    builds: Array
    cost: Array
    low: Array
    high: Array
    rows: tuple[Array, Array, Array]
    row_low: Array
    row_high: Array

    @classmethod
    def of(cls, problem: Problem) -> "_Build":
        p = problem
        sizes, cost, grows, weight, unmet, builds = _shapes(p)
        t, k, a, n = sizes
        flows = (weight[:, None, None] * np.broadcast_to(cost, (k, a))[None]).ravel()
        total = np.maximum(p.supply, 0).sum(axis=1)
        missed = np.where(np.isfinite(unmet), unmet, 0.0) * total
        left = (weight[:, None] * missed * grows).ravel()
        price = np.asarray(p.price, float).reshape(n, t)
        high = np.concatenate([
            np.full(t * k * a, np.inf), np.tile(np.isfinite(unmet), t).astype(float), np.isfinite(price).ravel()
        ])  # fmt: skip
        columns = np.concatenate([flows, left, np.where(np.isfinite(price), price, 0.0).ravel()])
        blocks = _Rows()
        _conserve(blocks, p, sizes, grows)
        _contain(blocks, p, sizes, grows, builds)
        _relate(blocks, p, sizes)
        rows, low, up = blocks.joined()
        return cls(
            p, p.supply.shape[1], sizes, grows, weight, unmet, builds, columns, np.zeros(len(columns)), high, rows, low, up
        )  # fmt: skip


@dataclass
class _Rows:
    """Blocks of rows under construction."""

    parts: list[tuple[Array, Array, Array]] = field(default_factory=list)
    low: list[Array] = field(default_factory=list)
    high: list[Array] = field(default_factory=list)
    count: int = 0

    def add(self, row: Array, column: Array, value: Array | float, low: Array, high: Array) -> None:
        """Rows numbered from 0 in their block."""
        wide = np.broadcast_arrays(np.asarray(row) + self.count, column, np.asarray(value, float))
        self.parts.append((wide[0].ravel(), wide[1].ravel(), wide[2].ravel()))
        self.low.append(np.asarray(low, float))
        self.high.append(np.asarray(high, float))
        self.count += len(self.low[-1])

    def more(self, row: Array, column: Array, value: Array | float) -> None:
        """More cells of the last block."""
        wide = np.broadcast_arrays(np.asarray(row) + self.count - len(self.low[-1]), column, np.asarray(value, float))
        self.parts.append((wide[0].ravel(), wide[1].ravel(), wide[2].ravel()))

    def joined(self) -> tuple[tuple[Array, Array, Array], Array, Array]:
        """All cells, and the limits of all rows."""
        row, column, value = (np.concatenate([part[i] for part in self.parts]) for i in range(3))
        return (row, column, value), np.concatenate(self.low), np.concatenate(self.high)


def _shapes(p: Problem) -> tuple[tuple[int, int, int, int], Array, Array, Array, Array, Array]:
    a, k = len(p.tail), len(p.supply)
    price = np.asarray(p.price, float)
    n, t = price.shape if price.ndim == 2 else (0, 0)
    if price.ndim != 2 or t < 1 or len(p.head) != a or len(p.capacity) != a or np.shape(p.cost)[-1:] != (a,):
        raise InputError(
            f"a design of {a} arcs with {len(p.head)} heads, {len(p.capacity)} capacities and prices of shape {price.shape}",
            cure="give one of each an arc, and a price for each project and period",
        )
    off = np.abs(p.supply.sum(axis=1)) > 1e-9 * np.maximum(1.0, np.abs(p.supply).max(axis=1))
    if off.any():
        raise InputError(f"commodity {int(np.flatnonzero(off)[0])}: supply does not sum to 0", cure="balance its nodes")
    acyclic(p.needs, n)
    grows = np.ones((t, k)) if p.grows is None else np.asarray(p.grows, float)
    weight = np.ones(t) if p.weight is None else np.asarray(p.weight, float)
    unmet = np.full(k, np.inf) if p.unmet is None else np.asarray(p.unmet, float)
    builds = np.zeros(n, int) if p.builds is None else np.asarray(p.builds, int)
    return (t, k, a, n), np.asarray(p.cost, float), grows, weight, unmet, builds


def _conserve(rows: _Rows, p: Problem, sizes: tuple[int, int, int, int], grows: Array) -> None:
    """At each node, out - in + what is not carried of its supply = its supply."""
    t, k, a, _ = sizes
    n = p.supply.shape[1]
    of = np.arange(t * k)
    arcs = np.arange(a)
    supply = (grows[:, :, None] * p.supply[None]).reshape(t * k, n)
    rows.add(of[:, None] * n + p.tail, of[:, None] * a + arcs, 1.0, supply.ravel(), supply.ravel())
    rows.more(of[:, None] * n + p.head, of[:, None] * a + arcs, -1.0)
    rows.more(of[:, None] * n + np.arange(n), t * k * a + of[:, None], supply)


def _contain(rows: _Rows, p: Problem, sizes: tuple[int, int, int, int], grows: Array, builds: Array) -> None:
    """Flow within capacity, own and added; each commodity within its own demand where only a project opens the arc."""
    t, k, a, _ = sizes
    most = (np.maximum(p.supply, 0).sum(axis=1) * grows).max(axis=0)  # of a commodity, in any period
    added = np.array([arc for _, arc, _ in p.adds], int)
    bound = np.flatnonzero(np.isfinite(p.capacity))
    at = {int(arc): i for i, arc in enumerate(bound)}
    time = np.arange(t)[:, None, None]
    if bound.size:
        flow = (time * k + np.arange(k)[None, :, None]) * a + bound
        own = np.tile(np.asarray(p.capacity, float)[bound], t)
        rows.add(time * bound.size + np.arange(bound.size), flow, 1.0, np.full(len(own), -np.inf), own)
        for project, arc, capacity in p.adds:
            for period, column in _in_use(project, sizes, builds):
                if arc in at:
                    rows.more(
                        np.array([period * bound.size + at[arc]]), np.array([column]), -min(capacity, float(most.sum()))
                    )
    for arc in np.unique(added):
        if p.capacity[arc] == 0:
            _strong(rows, p, int(arc), (sizes, builds, most))


def _strong(rows: _Rows, p: Problem, arc: int, of: tuple[tuple[int, int, int, int], Array, Array]) -> None:
    sizes, builds, most = of
    t, k, a, _ = sizes
    row = np.arange(t * k)
    rows.add(row, row * a + arc, 1.0, np.full(t * k, -np.inf), np.zeros(t * k))
    for project, to, capacity in p.adds:
        if to == arc:
            for period, column in _in_use(project, sizes, builds):
                rows.more(period * k + np.arange(k), np.full(k, column), -np.minimum(most, capacity))


def _in_use(project: int, sizes: tuple[int, int, int, int], builds: Array) -> list[tuple[int, int]]:
    """Pairs (period, column of a beginning) such that begun then the project is in use in the period."""
    t, k, a, _ = sizes
    first = t * k * a + t * k + project * t
    return [(period, first + begun) for period in range(t) for begun in range(period - int(builds[project]) + 1)]


def _relate(rows: _Rows, p: Problem, sizes: tuple[int, int, int, int]) -> None:
    """Each project once; needs, exclusions and limits."""
    t, k, a, n = sizes
    first = t * k * a + t * k
    of = first + np.arange(n)[:, None] * t + np.arange(t)
    if n:
        rows.add(np.arange(n)[:, None], of, 1.0, np.full(n, -np.inf), np.ones(n))
    lower = np.tril(np.ones((t, t), bool))
    period, begun = np.nonzero(lower)
    for one, other in p.needs:
        rows.add(period, of[one, begun], 1.0, np.full(t, -np.inf), np.zeros(t))
        rows.more(period, of[other, begun], -1.0)
    for one, other in p.excludes:
        rows.add(np.zeros((2, t), int), of[[one, other]], 1.0, np.array([-np.inf]), np.ones(1))
    for limit in p.limits:
        rows.add(np.zeros((n, t), int), of, np.asarray(limit.draws, float), np.array([-np.inf]), np.array([limit.most]))


def _solver(build: _Build, gap: float, seconds: float, threads: int) -> Any:
    whole = np.zeros(len(build.cost), np.int32)
    whole[_begins(build).ravel()] = 1
    columns = Columns(build.cost, build.low, build.high, whole)
    return solver(columns, Rows(build.rows, build.row_low, build.row_high), gap=gap, seconds=seconds, threads=threads)


def _begins(build: _Build) -> Array:
    """The columns of beginnings (P, T)."""
    t, k, a, n = build.sizes
    return t * k * (a + 1) + np.arange(n * t).reshape(n, t)


def _told(highs: Any, build: _Build, gap: float) -> Designed:
    t, k, a, n = build.sizes
    found = outcome(highs)
    if found.value is None:
        bound = np.inf if found.none else found.bound
        empty = np.full(n, -1), np.zeros((t, k, a)), np.zeros((t, k))
        return Designed(*empty, np.inf, bound, np.inf, IMPOSSIBLE if found.none else CUT_SHORT)
    value = found.value
    flow, unmet = value[: t * k * a].reshape(t, k, a), value[t * k * a : t * k * (a + 1)].reshape(t, k)
    chosen = value[_begins(build)] > 0.5
    objective = float(build.cost @ np.concatenate([value[: t * k * (a + 1)], chosen.ravel()]))
    bound = found.bound if n else objective
    apart = max(0.0, objective - bound) / max(1e-12, abs(objective))
    proven = found.ended and apart <= max(gap, SLACK)
    return Designed(begun(chosen), flow, unmet, objective, bound, apart, PROVEN if proven else CUT_SHORT)
