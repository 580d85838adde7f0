"""Flows in equilibrium: demand spread over ways whose delays grow with their use, by a path-based method.

**Elements** are what ways share (links, berths, slots, ferry lines), **classes** what travels, **ways** what a class may
use. One code serves all limits: deterministic user equilibrium (scale inf), nested logit with path size (a finite
scale), system optimum (`optimum`), elastic demand, hard capacities with their prices. The maths is told in the docs,
`maths/assign`.

Nothing is checked here: arrays that do not fit each other are the caller's fault. Functions give their arrays the exact
types of the compiled kernels, so nothing is ever compiled anew, and the kernels release the GIL.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from karvan.kernels import kernel
from karvan.kernels.flows.elements import BPR as BPR
from karvan.kernels.flows.elements import CONSTANT as CONSTANT
from karvan.kernels.flows.elements import DELAY, LOAD, TOLL, Floats, Longs
from karvan.kernels.flows.elements import QUEUE as QUEUE

CONVERGED, OUT_OF_SWEEPS, OVER_CAPACITY, UNBOUNDED, NOT_FINITE, NO_WAY = range(6)
"""Status: the gap is met; `most` sweeps were not enough; a hard capacity is still exceeded; demand with constant
elasticity has met a cost of nought or less; a cost is not a number; no path leads from an origin to its goal."""


class Problem(NamedTuple):
    """Ways, classes and elements, W, K and E of them; cost is in the caller's unit of money (or of time, worth being 1).

    first: int64 (K + 1), the ways of class k are first[k] .. first[k + 1] - 1.
    at, use: int64 (W + 1) and int32, the elements of way w are use[at[w]:at[w + 1]].
    fixed: float64 (W), cost of a unit on a way, free of congestion; constants of choice belong here.
    worth: float64 (K), cost of an hour of delay to a unit.
    demand: float64 (K), units.
    kind, param: int32 (E) and float64 (E, 5), the delay functions: see `constant`, `bpr`, `queue`, `batch`.
    weight, passes: float64 beside `use`, what a unit takes of the element, and how often it suffers the delay (both 1).
    scale: float64 (K), scale of the logit by a unit of cost (inf: all take the cheapest).
    nest: int32 (W), a number of `nest_scale`; ways of one class with one number are one nest.
    nest_scale: float64, in (0, 1]: 1 where the ways of a nest are no more alike than others (1).
    size: float64 (W), path size, above 0 (1).
    elastic, cost0: float64 (K), elasticity of demand to the log-sum cost (0), and the cost at which `demand` holds.
    background: float64 (E), load that is there whatever the flows (0).
    hard: float64 (E), a load that must not be exceeded, above 0 (inf).
    """

    first: ArrayLike
    at: ArrayLike
    use: ArrayLike
    fixed: ArrayLike
    worth: ArrayLike
    demand: ArrayLike
    kind: ArrayLike
    param: ArrayLike
    weight: ArrayLike | None = None
    passes: ArrayLike | None = None
    scale: ArrayLike | None = None
    nest: ArrayLike | None = None
    nest_scale: ArrayLike | None = None
    size: ArrayLike | None = None
    elastic: ArrayLike | None = None
    cost0: ArrayLike | None = None
    background: ArrayLike | None = None
    hard: ArrayLike | None = None


class Solved(NamedTuple):
    """Flows in balance, as far as `gap` says.

    flow, cost: float64 (W); the cost of a unit holds delays and prices, but not what only choice adds.
    load, delay, price: float64 (E); price of a unit of load, for a hard capacity or, at the optimum, for others' delay.
    demand, level: float64 (K), the demand and its log-sum cost (scale inf: the least cost).
    gap: sum of flow |felt cost - level| by sum of flow cost (maths/assign). sweeps: rounds over all classes.
    status: CONVERGED, OUT_OF_SWEEPS, OVER_CAPACITY, UNBOUNDED or NOT_FINITE.
    """

    flow: Floats
    cost: Floats
    load: Floats
    delay: Floats
    price: Floats
    demand: Floats
    level: Floats
    gap: float
    sweeps: int
    status: int


class Graph(NamedTuple):
    """Arcs in compressed sparse rows, an element each, and what is to go from where to where.

    ptr, head: int64 (V + 1) and int32 (E), the arcs that leave vertex v are ptr[v] .. ptr[v + 1] - 1 and go to `head`.
    kind, param: int32 (E) and float64 (E, 5), the delay functions.
    origin, goal, demand: int32 (P), int32 (P) and float64 (P), pairs of different vertices, and their units, above 0.
    through: bool (V), whether a path may pass through a vertex (all); it may begin and end at any.
    """

    ptr: ArrayLike
    head: ArrayLike
    kind: ArrayLike
    param: ArrayLike
    origin: ArrayLike
    goal: ArrayLike
    demand: ArrayLike
    through: ArrayLike | None = None


class Loaded(NamedTuple):
    """Arcs in balance: load, delay and price float64 (E); the relative gap; rounds of trees; status.

    status: CONVERGED, OUT_OF_SWEEPS (`most` rounds were not enough), NO_WAY or NOT_FINITE.
    """

    load: Floats
    delay: Floats
    price: Floats
    gap: float
    rounds: int
    status: int


def constant(hours: float) -> list[float]:
    """Parameters of a delay that does not change; kind CONSTANT."""
    return [hours, 0.0, 0.0, 0.0, 0.0]


def bpr(hours: float, b: float, capacity: float, power: float) -> list[float]:
    """Parameters of hours (1 + b (load / capacity)^power); kind BPR.

    >>> bpr(10.0, 0.15, 400.0, 4.0)
    [10.0, 0.15, 400.0, 4.0, 0.0]
    """
    return [hours, b, capacity, power, 0.0]


def queue(
    hours: float, capacity: float, period_h: float, rate_h: float, servers: float = 1, spread: float = 1
) -> list[float]:
    """Parameters of the mean wait at a queue over a period that begins empty, finite at any load; kind QUEUE.

    hours: what it takes without a wait; capacity: the load that fills it for the whole period; rate_h: units served an
    hour by all servers; spread: half the sum of the squared coefficients of variation of arrivals and service (1: both
    exponential). Below capacity and for a long period it is Sakasegawa's formula for many servers, above it the growing
    queue.

    >>> kind, param = [QUEUE], [queue(0.0, 1.0, 8760.0, 0.5)]  # one server of 2 h, half full: M/M/1 waits 2 h
    >>> [round(d, 2) for d in delays(kind, param, [0.5])]
    [2.0]
    """
    return [hours, capacity, period_h, spread / rate_h, (2.0 * (servers + 1.0)) ** 0.5 - 1.0]


def batch(
    hours: float, capacity: float, period_h: float, departures: float, places: float, spread: float = 1
) -> list[float]:
    """Parameters of the wait for one of `departures` even departures in a period, each with so many places; kind QUEUE.

    Half a headway, and the wait of those left behind, which is that of a queue with a server for each place and a
    service of one headway; spread: variance by mean of the units that come in a headway (1: Poisson).

    >>> [round(d, 2) for d in delays([QUEUE], [batch(0.0, 1.0, 8760.0, 365.0, 50.0)], [0.3])]  # nobody is left behind
    [12.0]
    """
    headway = period_h / departures
    return queue(hours + 0.5 * headway, capacity, period_h, places / headway, places, 0.5 * spread)


def delays(kind: ArrayLike, param: ArrayLike, load: ArrayLike) -> list[float]:
    """Delays (h) of elements at given loads, as `solve` sees them.

    >>> [round(d, 2) for d in delays([BPR], [bpr(10.0, 0.15, 400.0, 4.0)], [400.0])]
    [11.5]
    """
    found: Floats = kernel("flows.balance").delays(_as(kind, np.int32), _as(param, np.float64), _as(load, np.float64))
    return [float(hours) for hours in found]


def solve(
    problem: Problem,
    *,
    gap: float = 1e-6,
    most: int = 10_000,
    flow0: ArrayLike | None = None,
    optimum: bool = False,
) -> Solved:
    """Flows at which no class would choose otherwise, or, with `optimum`, at which all together pay the least.

    gap: the relative gap to reach, and how exactly hard capacities are kept. most: rounds over all classes that may be
    made. flow0: float64 (W), flows to begin from (a class without any is loaded afresh; others are brought to their
    demand in proportion). With `optimum`, what delays cost the background load is not counted.

    >>> two = Problem([0, 2], [0, 1, 2], [0, 1], [0.0, 0.0], [1.0], [1000.0], [BPR, BPR],
    ...               [bpr(10.0, 0.15, 400.0, 4.0), bpr(12.0, 0.15, 600.0, 4.0)], scale=[0.5])
    >>> solve(two, gap=1e-12).flow.round(3).tolist()
    [481.558, 518.442]
    """
    full = _full(problem)
    ways, classes, elements = full["fixed"].size, full["worth"].size, full["kind"].size
    flow = np.zeros(ways) if flow0 is None else np.array(flow0, np.float64)
    cost, state, demand, level = np.zeros(ways), np.zeros((elements, 8)), np.zeros(classes), np.zeros(classes)
    reached, sweeps, status = kernel("flows.balance").balance(
        *full.values(), optimum, gap, most, flow, cost, state, demand, level
    )
    of = state[:, LOAD].copy(), state[:, DELAY].copy(), state[:, TOLL].copy()
    return Solved(flow, cost, *of, demand, level, reached, sweeps, status)


def solve_graph(graph: Graph, *, gap: float = 1e-6, most: int = 100, optimum: bool = False) -> Loaded:
    """Loads at which nobody would take another path of the whole graph, or, with `optimum`, all together pay the least.

    gap: the relative gap to reach, with the shortest paths of all pairs at final costs; most: rounds of trees.

    >>> two = Graph([0, 2, 2], [1, 1], [BPR, BPR], [bpr(10.0, 1.0, 1.0, 1.0), bpr(20.0, 1.0, 1.0, 1.0)], [0], [1], [4.0])
    >>> solve_graph(two, gap=1e-12).load.round(6).tolist()  # 10 (1 + x) = 20 (1 + 4 - x)
    [3.0, 1.0]
    """
    kind, ptr = _as(graph.kind, np.int32), _as(graph.ptr, np.int64)
    order = np.argsort(graph.origin, kind="stable")
    origin, first = np.unique(_as(graph.origin, np.int32)[order], return_index=True)
    through = np.ones(ptr.size - 1, np.bool_) if graph.through is None else _as(graph.through, np.bool_)
    state = np.zeros((kind.size, 8))
    reached, rounds, status = kernel("flows.network").spread(
        *(
            ptr,
            _as(graph.head, np.int32),
            np.repeat(through, np.diff(ptr)),
            kind,
            _as(graph.param, np.float64),
            optimum,
        ),
        *(np.append(first, order.size), origin, _as(graph.goal, np.int32)[order]),
        *(_as(graph.demand, np.float64)[order], gap, most, state),
    )
    return Loaded(state[:, LOAD].copy(), state[:, DELAY].copy(), state[:, TOLL].copy(), reached, rounds, status)


def _as(array: ArrayLike, dtype: Any) -> NDArray[Any]:
    return np.ascontiguousarray(array, dtype)


def _full(problem: Problem) -> dict[str, Any]:
    """The arrays of `balance`, in its order, with what was left out."""
    fixed, worth, kind, use = (
        _as(problem.fixed, np.float64),
        _as(problem.worth, np.float64),
        _as(problem.kind, np.int32),
        _as(problem.use, np.int32),
    )
    plain = problem.weight is None and problem.passes is None

    def beside(array: ArrayLike | None, size: int, otherwise: float) -> Floats:
        return np.full(size, otherwise) if array is None else _as(array, np.float64)

    def number(array: ArrayLike | None, size: int) -> NDArray[Any]:
        return np.zeros(size, np.int32) if array is None else _as(array, np.int32)

    first: Longs = _as(problem.first, np.int64)
    return {
        "first": first,
        "at": _as(problem.at, np.int64),
        "use": use,
        "weight": beside(problem.weight, 0 if plain else use.size, 1.0),
        "passes": beside(problem.passes, 0 if plain else use.size, 1.0),
        "plain": plain,
        "fixed": fixed,
        "worth": worth,
        "demand": _as(problem.demand, np.float64),
        "elastic": beside(problem.elastic, worth.size, 0.0),
        "cost0": beside(problem.cost0, worth.size, 1.0),
        "scale": beside(problem.scale, worth.size, np.inf),
        "nest": number(problem.nest, fixed.size),
        "nest_scale": beside(problem.nest_scale, 1, 1.0),
        "size": beside(problem.size, fixed.size, 1.0),
        "kind": kind,
        "param": _as(problem.param, np.float64),
        "background": beside(problem.background, kind.size, 0.0),
        "hard": beside(problem.hard, kind.size, np.inf),
    }
