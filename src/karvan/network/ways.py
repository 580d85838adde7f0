"""Ways: the best, the k best, the Pareto set, and the choice set that route, assign and simulate share.

A way differs from another when it passes other borders, ports, gauge changes or sailings, or the same in another order.
Two ways that differ only in the lines between them are one way and its trivial variant: the cheaper counts.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from karvan.kernels import paths
from karvan.network import access, layers
from karvan.network.access import Restriction
from karvan.network.compile.arrays import Bools, Compiled, Floats, Ints, Longs
from karvan.network.cost import Costs, Load, Tastes, costs, month_after, tastes
from karvan.network.layers import Graph

OBJECTIVES = ("cost", "price", "hours", "co2", "risk")
CRITERIA = ("price", "hours", "spread", "co2")
MOST = 300_000
"""Partial ways that a search for the k best may make before it is cut short, and says so."""
MOST_PARETO = 2_000_000
SEEK = 4096


@dataclass(frozen=True, eq=False)
class Query:
    """A question put to a network: the graph from place to place and what the load costs on its arcs."""

    graph: Graph
    costs: Costs
    tastes: Tastes
    restrictions: tuple[Restriction, ...]


@dataclass(frozen=True, eq=False)
class Found:
    """Ways as arrays of the graph's arcs, the best first; ``proven`` says whether no better one can have been missed."""

    ways: tuple[Ints, ...]
    proven: bool


def query(
    net: Compiled,
    shipped: Load,
    ends: tuple[str, str],
    *,
    avoid: Sequence[str] = (),
    via: Sequence[str] = (),
    ready: dt.date | None = None,
) -> Query:
    """The query of a load from a place (id) to a place (id), ready on a day or in the middle of no month."""
    barred = access.restrictions(net, avoid, ready.month if ready else None)
    closed = np.zeros(len(net.labels), dtype=np.bool_)
    for one in barred:
        closed |= one.closed
    graph = layers.graph(net, *ends, closed, via)
    months = _months(graph, ready) if ready else None
    told = costs(net, shipped, months)
    if graph.deck is not None:
        told = Costs(**{name: column[graph.deck] for name, column in vars(told).items()})
    return Query(graph, told, tastes(net.goods, shipped), barred)


def _months(graph: Graph, ready: dt.date) -> Longs:
    """The month in which each arc of the network is passed by one who leaves on the day and takes the quickest way."""
    net = graph.net
    if graph.source < 0:
        return np.full(len(net.labels), ready.month - 1)
    start = graph.source % len(net.vertices)
    dist, _ = paths.tree(net.ptr, net.head, net.hours, np.ones(len(net.labels), dtype=np.bool_), start)
    return month_after(ready, dist[net.tail])


def additive(asked: Query, objective: str) -> Floats:
    """What adds along a way of an objective; generalised cost without its term of spread."""
    money = asked.costs
    if objective == "cost":
        return money.price + money.risk + asked.tastes.hour * money.hours
    return {"price": money.price, "hours": money.hours, "co2": money.co2, "risk": money.loss}[objective]


def best(asked: Query, objective: str, k: int, *, variants: bool = False) -> Found:
    """The k best ways by an objective of ``OBJECTIVES``, the best first; ``variants`` counts trivial variants too."""
    if asked.graph.source < 0 or asked.graph.target < 0:
        return Found((), True)
    plain = additive(asked, objective)
    sigs = np.arange(1, plain.size + 1) if variants else signatures(asked.graph)
    if objective != "cost" or not asked.tastes.spread_hour:
        found = _k_best(asked.graph, plain, k, sigs)
        return Found(_ways(found), found.status == paths.PROVEN)
    return _best_cost(asked, plain, k, sigs)


def _best_cost(asked: Query, plain: Floats, k: int, sigs: Longs) -> Found:
    """The k best by generalised cost, whose term of spread does not add along a way and is never negative.

    The k best by what adds give k costs, and the dearest of them is a ceiling: a way whose adding part alone exceeds it is
    not among the k best. All ways below the ceiling are then taken in, and the best of each signature is kept.
    """
    guess = _k_best(asked.graph, plain, k, sigs)
    costs_of = [_full_cost(asked, plain, way) for way in _ways(guess)]
    if not costs_of:
        return Found((), guess.status == paths.PROVEN)
    ceiling = max(costs_of) * (1 + 1e-12)
    found = _k_best(asked.graph, plain, SEEK, np.arange(1, plain.size + 1), ceiling)
    ways = _ways(found) or _ways(guess)
    full = [_full_cost(asked, plain, way) for way in ways]
    kept: dict[bytes, int] = {}
    for number in sorted(range(len(ways)), key=lambda at: (full[at], at)):
        told = sigs[ways[number]]
        kept.setdefault(told[told > 0].tobytes(), number)
    proven = len(ways) < SEEK and guess.status == found.status == paths.PROVEN
    return Found(tuple(ways[number] for number in list(kept.values())[:k]), proven)


def _full_cost(asked: Query, plain: Floats, way: Ints) -> float:
    return float(plain[way].sum()) + _spread_cost(asked, way)


def pareto(asked: Query, *, eps: float = 0.005, criteria: Sequence[str] = CRITERIA) -> Found:
    """The ways that none betters in every criterion (of price, hours, spread, co2, risk).

    With ``eps`` > 0 for every way there is one here that is at most (1 + eps) times as large in every criterion.
    Spread stands for the variance and the weather's standard deviation, both of which must not be larger.
    """
    if asked.graph.source < 0 or asked.graph.target < 0:
        return Found((), True)
    graph = asked.graph
    matrix = np.column_stack([column for name in criteria for column in _columns(asked.costs, name)])
    lower = paths.bounds(graph.rptr, graph.rtail, graph.rarc, matrix, graph.open, graph.target)
    found = paths.pareto(
        graph.ptr, graph.head, matrix, graph.open, graph.place, lower, graph.source, graph.target, eps, MOST_PARETO
    )
    return Found(_ways(found), found.status == paths.PROVEN)


def _columns(money: Costs, name: str) -> tuple[Floats, ...]:
    if name == "spread":
        return (money.variance, money.weather) if money.weather.any() else (money.variance,)
    return ({"price": money.price, "hours": money.hours, "co2": money.co2, "risk": money.loss}[name],)


def general_cost(asked: Query, way: Ints) -> float:
    """Generalised cost of a whole way, USD for the load."""
    return _full_cost(asked, additive(asked, "cost"), way)


def _spread_cost(asked: Query, way: Ints) -> float:
    return asked.tastes.spread_hour * deviation(asked.costs, way)


def deviation(money: Costs, way: Ints) -> float:
    """Standard deviation of a way's hours: independent steps, and one weather for all of it."""
    return float(np.sqrt(money.variance[way].sum() + money.weather[way].sum() ** 2))


def signatures(graph: Graph) -> Longs:
    """A number for each arc that makes a way another way; 0 for the others."""
    return np.append(graph.net.sign, 0)[graph.arc]


def reaches(net: Compiled, ends: tuple[str, str], via: Sequence[str], closed: Bools) -> bool:
    """Whether any way is left when these arcs of the network are closed."""
    graph = layers.graph(net, *ends, closed, via)
    if graph.source < 0 or graph.target < 0:
        return False
    hours = np.append(net.hours, 0.0)[graph.arc]
    return bool(_k_best(graph, hours, 1, np.zeros(hours.size, dtype=np.int64)).starts.size > 1)


def _k_best(graph: Graph, cost: Floats, k: int, sigs: Longs, ceiling: float = np.inf) -> paths.Ways:
    lower = paths.bounds(graph.rptr, graph.rtail, graph.rarc, cost[:, None], graph.open, graph.target)[:, 0]
    ends = (graph.source, graph.target)
    return paths.k_best(graph.ptr, graph.head, cost, graph.open, graph.place, lower, *ends, k, sigs, MOST, ceiling)


def _ways(found: paths.Ways) -> tuple[Ints, ...]:
    return tuple(found.way(number) for number in range(found.starts.size - 1))
