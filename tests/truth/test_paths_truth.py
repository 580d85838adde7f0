"""The path kernels against brute force: every way of hundreds of small random graphs, enumerated in plain Python."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from karvan.kernels import paths

FAST = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))


@dataclass(frozen=True)
class Graph:
    """A drawn graph, its arcs sorted by tail as the kernels want them."""

    place: list[int]
    tail: list[int]
    head: list[int]
    cost: list[tuple[float, ...]]
    open: list[bool]
    sig: list[int]

    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        ptr, order = paths.csr(self.tail, len(self.place))
        assert (np.diff(np.asarray(self.tail)) >= 0).all()
        assert (order == np.arange(len(self.tail))).all()
        cost = np.array(self.cost, float).reshape(len(self.tail), -1)
        return ptr, np.array(self.head, np.int32), cost, np.array(self.open, bool)

    def bounds(self, target: int) -> np.ndarray:
        _, _, cost, open_ = self.arrays()
        rptr, rarc = paths.csr(self.head, len(self.place))
        return paths.bounds(rptr, np.array(self.tail, np.int32)[rarc], rarc, cost, open_, target)

    def ways(self, source: int, target: int) -> list[tuple[int, ...]]:
        """All ways, by definition: no vertex twice, no return to a place once left."""
        leaving: dict[int, list[int]] = {}
        for arc, tail in enumerate(self.tail):
            if self.open[arc]:
                leaving.setdefault(tail, []).append(arc)

        def on(vertex: int, seen: tuple[int, ...], arcs: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
            if vertex == target:
                yield arcs
                return
            for arc in leaving.get(vertex, ()):
                to = self.head[arc]
                back = self.place[to] != self.place[vertex] and self.place[to] in [self.place[v] for v in seen]
                if to not in seen and not back:
                    yield from on(to, (*seen, to), (*arcs, arc))

        return list(on(source, (source,), ()))

    def vector(self, way: tuple[int, ...], criteria: int) -> tuple[float, ...]:
        return tuple(sum(self.cost[a][c] for a in way) for c in range(criteria))

    def signature(self, way: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(self.sig[a] for a in way if self.sig[a])


def built(place: list[int], arcs: list[tuple[int, int, tuple[float, ...], bool, int]]) -> Graph:
    arcs = sorted(arcs, key=lambda a: a[0])
    tail, head, cost, open_, sig = (list(column) for column in zip(*arcs, strict=True))
    return Graph(place, tail, head, cost, open_, sig)


def costs(criteria: int) -> st.SearchStrategy[tuple[float, ...]]:
    """Small whole numbers, so that ties and zeros abound and sums are exact."""
    return st.tuples(*[st.sampled_from([0, 0, 1, 1, 2, 3, 5, 8])] * criteria)


@st.composite
def tangles(draw: st.DrawFn, criteria: int = 3) -> Graph:
    """Any arcs between the vertices of a few places."""
    place = draw(st.lists(st.integers(0, 4), min_size=2, max_size=9))
    ends = st.integers(0, len(place) - 1)
    arc = st.tuples(ends, ends, costs(criteria), st.sampled_from([True, True, True, False]), st.integers(0, 3))
    return built(place, draw(st.lists(arc, min_size=1, max_size=26)))


@st.composite
def layered(draw: st.DrawFn, criteria: int = 3) -> Graph:
    """A base network, a copy of it at other prices (a through tariff), and transfers between them at some places."""
    size = draw(st.integers(3, 5))
    pairs = draw(st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), min_size=3, max_size=8))
    arcs = []
    for a, b in pairs:
        for layer in range(2):
            for tail, head in ((a, b), (b, a)):
                sig = draw(st.integers(0, 2))
                arcs.append((tail + layer * size, head + layer * size, draw(costs(criteria)), True, sig))
    for p in range(size):
        for tail, head in ((p, p + size), (p + size, p)):
            if draw(st.booleans()):
                arcs.append((tail, head, draw(costs(criteria)), draw(st.booleans()), draw(st.integers(0, 1))))
    return built([*range(size), *range(size)], arcs)


GRAPHS = st.one_of(tangles(), layered())


def two_way(seed: int) -> Graph:
    """A network of two-way links, sometimes with a second layer, few of whose arcs tell ways apart."""
    rng = random.Random(seed)
    size, layers = rng.randint(5, 8), rng.randint(1, 2)
    arcs = []

    def add(tail: int, head: int, choices: list[int], sigs: list[int]) -> None:
        for a, b in ((tail, head), (head, tail)):
            cost = tuple(float(rng.choice(choices)) for _ in range(3))
            arcs.append((a, b, cost, True, rng.choice(sigs)))

    for _ in range(rng.randint(size, size + 4)):
        a, b = rng.sample(range(size), 2)
        for layer in range(layers):
            add(a + layer * size, b + layer * size, [1, 1, 2, 3, 5, 9], [0, 0, 0, 0, 1, 2])
    for p in range(size if layers == 2 else 0):
        if rng.random() < 0.5:
            add(p, p + size, [0, 1, 4], [0, 1])
    return built([*range(size)] * layers, arcs)


def front(vectors: set[tuple[float, ...]]) -> list[tuple[float, ...]]:
    def better(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
        return a != b and all(x <= y for x, y in zip(a, b, strict=True))

    return sorted(v for v in vectors if not any(better(w, v) for w in vectors))


def solve_pareto(graph: Graph, target: int, eps: float = 0.0, most: int = 100_000) -> paths.Ways:
    ptr, head, cost, open_ = graph.arrays()
    return paths.pareto(ptr, head, cost, open_, graph.place, graph.bounds(target), 0, target, eps, most)


def solve_sets(graph: Graph, targets: list[int], eps: float = 0.0, most: int = 100_000) -> list[paths.Ways]:
    ptr, head, cost, open_ = graph.arrays()
    lb = np.stack([graph.bounds(target) for target in targets])
    return paths.pareto_sets(ptr, head, cost, open_, graph.place, lb, 0, targets, eps, most)


def sound(graph: Graph, found: paths.Ways, every: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """The returned ways, each one of the enumerated ones and worth what it says."""
    ways = [tuple(int(a) for a in found.way(i)) for i in range(len(found.values))]
    assert set(ways) <= set(every)
    for way, values in zip(ways, found.values, strict=True):
        assert graph.vector(way, len(values)) == tuple(values)
    return ways


@FAST
@given(GRAPHS)
def test_pareto_set_equals_brute_force(graph: Graph) -> None:
    target = len(graph.place) - 1
    every = graph.ways(0, target)
    found = solve_pareto(graph, target)
    assert found.status == paths.PROVEN
    sound(graph, found, every)
    assert [tuple(v) for v in found.values] == front({graph.vector(w, 3) for w in every})


@FAST
@given(GRAPHS)
def test_pareto_sets_to_all_vertices_equal_brute_force(graph: Graph) -> None:
    targets = list(range(len(graph.place)))
    for target, found in zip(targets, solve_sets(graph, targets), strict=True):
        every = graph.ways(0, target)
        assert found.status == paths.PROVEN
        sound(graph, found, every)
        assert [tuple(v) for v in found.values] == front({graph.vector(w, 3) for w in every})


@pytest.mark.parametrize("criteria", [1, 2, 4, 5, 6])
def test_pareto_set_with_any_number_of_criteria(criteria: int) -> None:
    @settings(FAST, max_examples=80)
    @given(st.one_of(tangles(criteria), layered(criteria)))
    def holds(graph: Graph) -> None:
        target = len(graph.place) - 1
        every = graph.ways(0, target)
        found = solve_pareto(graph, target)
        sound(graph, found, every)
        assert [tuple(v) for v in found.values] == front({graph.vector(w, criteria) for w in every})

    holds()


@FAST
@given(GRAPHS, st.sampled_from([0.001, 0.005, 0.05, 0.5]))
def test_eps_guarantee(graph: Graph, eps: float) -> None:
    target = len(graph.place) - 1
    # A wide offset makes ways that differ by a little in proportion: without it eps would never bite.
    graph = replace(graph, cost=[tuple(40 + x for x in c) for c in graph.cost])
    every = graph.ways(0, target)
    for found in (solve_pareto(graph, target, eps), solve_sets(graph, [target], eps)[0]):
        assert found.status == paths.PROVEN
        sound(graph, found, every)
        for way in every:
            limit = np.array(graph.vector(way, 3)) * (1 + eps) * (1 + 1e-12)
            assert (found.values <= limit).all(axis=1).any()


@pytest.mark.parametrize(("offset", "eps"), [(0, 0.5), (3, 0.3), (12, 0.1), (40, 0.05)])
def test_eps_guarantee_where_labels_merge_and_walks_return(offset: int, eps: float) -> None:
    # Long ways of many arcs, on which many labels merge one after the other; free transfers; returns that would pay.
    for seed in range(300):
        graph = two_way(seed)
        graph = replace(graph, cost=[tuple(offset + x if x else 0.0 for x in c) for c in graph.cost])
        target = len(graph.place) - 1
        every = graph.ways(0, target)
        worth = np.array([graph.vector(w, 3) for w in every]).reshape(-1, 1, 3) * (1 + eps) * (1 + 1e-12)
        for found in (solve_pareto(graph, target, eps), solve_sets(graph, [target], eps)[0]):
            assert found.status == paths.PROVEN
            sound(graph, found, every)
            assert (found.values[None] <= worth).all(axis=2).any(axis=1).all(), seed


@pytest.mark.parametrize("eps", [0.001, 0.005, 0.05])
@pytest.mark.parametrize("seed", range(8))
def test_eps_is_not_used_up_along_a_long_way(seed: int, eps: float) -> None:
    # Two arcs over each of 14 sections, so that labels may merge 13 times on one way: all 16,384 ways are compared.
    sections = 14
    cost = np.random.default_rng(seed).uniform(1, 2, (sections, 2, 3))
    arcs = [(i, i + 1, tuple(cost[i, j]), True, 0) for i in range(sections) for j in range(2)]
    graph = built(list(range(sections + 1)), arcs)
    every = np.zeros((1, 3))
    for choice in cost:
        every = (every[:, None] + choice).reshape(-1, 3)
    limit = every * (1 + eps) * (1 + 1e-12)
    for found in (solve_pareto(graph, sections, eps), solve_sets(graph, [sections - 1, sections], eps)[1]):
        assert found.status == paths.PROVEN
        covered = np.zeros(len(every), bool)
        for values in found.values:
            covered |= (values <= limit).all(axis=1)
        assert covered.all()


def solve_k_best(graph: Graph, target: int, k: int, sig: list[int]) -> paths.Ways:
    ptr, head, cost, open_ = graph.arrays()
    lb = graph.bounds(target)[:, 0]
    return paths.k_best(ptr, head, cost[:, 0], open_, graph.place, lb, 0, target, k, sig, 200_000)


def by_hand(graph: Graph, every: list[tuple[int, ...]], k: int) -> list[float]:
    """Sort all ways by cost, keep the first of each signature, take k."""
    seen: dict[tuple[int, ...], float] = {}
    for way in sorted(every, key=lambda w: graph.vector(w, 1)):
        seen.setdefault(graph.signature(way), graph.vector(way, 1)[0])
    return list(seen.values())[:k]


@FAST
@given(GRAPHS, st.integers(1, 12))
def test_k_best_without_trivial_variants_equals_brute_force(graph: Graph, k: int) -> None:
    target = len(graph.place) - 1
    every = graph.ways(0, target)
    found = solve_k_best(graph, target, k, graph.sig)
    assert found.status == paths.PROVEN
    ways = sound(graph, found, every)
    assert found.values[:, 0].tolist() == by_hand(graph, every, k)
    assert len({graph.signature(w) for w in ways}) == len(ways)


@FAST
@given(GRAPHS, st.integers(1, 30))
def test_k_shortest_elementary_ways_equal_brute_force(graph: Graph, k: int) -> None:
    target = len(graph.place) - 1
    every = graph.ways(0, target)
    found = solve_k_best(graph, target, k, [a + 1 for a in range(len(graph.tail))])
    ways = sound(graph, found, every)
    assert found.values[:, 0].tolist() == sorted(graph.vector(w, 1)[0] for w in every)[:k]
    assert len(set(ways)) == len(ways)


@pytest.mark.parametrize("start", range(0, 2000, 500))
def test_two_way_networks_equal_brute_force(start: int) -> None:
    # Going there and back by another layer is what makes a partial way of lower cost a dead end: the case that plain
    # dominance, or dropping every variant, gets wrong on about one network in twenty here.
    for seed in range(start, start + 500):
        graph = two_way(seed)
        target = len(graph.place) - 1
        every = graph.ways(0, target)
        for found in (solve_pareto(graph, target), solve_sets(graph, [target])[0]):
            assert [tuple(v) for v in found.values] == front({graph.vector(w, 3) for w in every})
        for k in (1, 2, 4, 8):
            best = solve_k_best(graph, target, k, graph.sig)
            assert best.values[:, 0].tolist() == by_hand(graph, every, k), seed


@FAST
@given(GRAPHS)
def test_trees_and_bounds_equal_brute_force(graph: Graph) -> None:
    # A shortest path that may return to a place (but not a vertex): give each vertex a place of its own.
    free = replace(graph, place=list(range(len(graph.place))))
    ptr, head, cost, open_ = free.arrays()
    dist, via = paths.tree(ptr, head, cost[:, 0], open_, 0)
    for v in range(len(free.place)):
        every = free.ways(0, v)
        assert dist[v] == min((free.vector(w, 1)[0] for w in every), default=np.inf)
        at, total = v, 0.0
        while via[at] >= 0:
            total += cost[via[at], 0]
            at = free.tail[via[at]]
        assert (at, total) == ((0, dist[v]) if every else (v, 0.0))
        for c in range(3):
            least = free.bounds(v)[0, c]
            assert least == min((free.vector(w, 3)[c] for w in every), default=np.inf)


@settings(FAST, max_examples=200)
@given(tangles(), st.integers(0, 2**32 - 1))
def test_uneven_costs_lose_nothing_but_rounding(graph: Graph, seed: int) -> None:
    rng = np.random.default_rng(seed)
    target = len(graph.place) - 1
    graph = replace(graph, cost=[tuple(float(x) for x in rng.uniform(0, 1, 3)) for _ in graph.tail])
    every = graph.ways(0, target)
    found = solve_pareto(graph, target)
    for way in every:
        limit = np.array(graph.vector(way, 3)) + 1e-12
        assert (found.values <= limit).all(axis=1).any()
    best = solve_k_best(graph, target, 6, graph.sig)
    assert best.values[:, 0] == pytest.approx(by_hand(graph, every, 6), abs=1e-12)
