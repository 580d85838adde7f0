"""Flows over all paths of a graph: Braess, certificates by linear programs, and what cannot be done."""

import numpy as np
import pytest
from scipy.optimize import linprog

from karvan.kernels import paths
from karvan.kernels.flows import BPR, CONVERGED, NO_WAY, OUT_OF_SWEEPS, Graph, bpr, solve_graph

# Vertices 0 to 3: 0-2 and 3-1 cost 10 x, 0-3 and 2-1 cost 50 + x, 2-3 costs 10 + x; six units go from 0 to 1.
STEEP, FLAT, BRIDGE = bpr(1e-8, 1e9, 1.0, 1.0), bpr(50.0, 0.02, 1.0, 1.0), bpr(10.0, 0.1, 1.0, 1.0)
BRAESS = Graph([0, 2, 2, 4, 5], [2, 3, 1, 3, 1], [BPR] * 5, [STEEP, FLAT, FLAT, BRIDGE, STEEP], [0], [1], [6.0])


def test_braess() -> None:
    alone, together = solve_graph(BRAESS, gap=1e-12), solve_graph(BRAESS, gap=1e-12, optimum=True)
    assert alone.load == pytest.approx([4, 2, 2, 2, 4], abs=1e-6)
    assert alone.load @ alone.delay == pytest.approx(552.0, abs=1e-4)
    assert together.load == pytest.approx([3, 3, 3, 0, 3], abs=1e-6)
    assert together.load @ together.delay == pytest.approx(498.0, abs=1e-4)


def drawn(seed: int) -> Graph:
    """A ring of eight vertices both ways, with chords; pairs at random."""
    rng = np.random.default_rng(seed)
    arcs = {(i, (i + 1) % 8) for i in range(8)} | {((i + 1) % 8, i) for i in range(8)}
    arcs |= {(int(a), int(b)) for a, b in rng.integers(0, 8, (8, 2)) if a != b}
    tail, head = np.array(sorted(arcs)).T
    param = [bpr(rng.uniform(1, 9), rng.uniform(0.1, 2), rng.uniform(1, 6), rng.integers(1, 5)) for _ in tail]
    pairs = [(int(a), int(b)) for a, b in rng.integers(0, 8, (12, 2)) if a != b]
    ptr, _ = paths.csr(tail, 8)
    return Graph(ptr, head, [BPR] * tail.size, param, *np.array(pairs).T, rng.uniform(0.5, 4, len(pairs)))


def by_program(graph: Graph, cost: np.ndarray, load: np.ndarray | None = None) -> tuple[bool, float]:
    """Whether the pairs' demand can flow (as just these loads, where given), and the least that it can cost."""
    ptr, head = np.asarray(graph.ptr), np.asarray(graph.head)
    tail, n, pairs = np.repeat(np.arange(ptr.size - 1), np.diff(ptr)), head.size, len(graph.goal)
    leaves = np.zeros((ptr.size - 1, n))
    np.add.at(leaves, (tail, np.arange(n)), 1.0)
    np.add.at(leaves, (head, np.arange(n)), -1.0)
    supply = np.zeros((pairs, ptr.size - 1))
    supply[np.arange(pairs), np.asarray(graph.origin)] += graph.demand
    supply[np.arange(pairs), np.asarray(graph.goal)] -= graph.demand
    rows, right = np.kron(np.eye(pairs), leaves), supply.ravel()
    if load is not None:
        rows, right = np.vstack([rows, np.tile(np.eye(n), pairs)]), np.append(right, load)
    best = linprog(np.tile(cost, pairs), A_eq=rows, b_eq=right, method="highs")
    return best.status == 0, best.fun


@pytest.mark.parametrize("optimum", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_loads_are_flows_of_the_demand_and_nothing_can_cost_less(seed: int, optimum: bool) -> None:
    """The objective is convex: where no flow costs less at the slopes that it has, none has a lower objective."""
    graph = drawn(seed)
    found = solve_graph(graph, gap=1e-10, optimum=optimum)
    assert found.status == CONVERGED and abs(found.gap) <= 1e-10
    t, b, c, p, _ = np.asarray(graph.param).T
    part = b * (found.load / c) ** p
    slope = t * (1 + ((p + 1) if optimum else 1) * part)
    flows, least = by_program(graph, slope)
    assert flows and found.load @ slope == pytest.approx(least, rel=1e-9)
    assert by_program(graph, slope, found.load)[0]


def test_a_vertex_that_is_no_way_through_is_passed_by() -> None:
    around = solve_graph(BRAESS._replace(through=[True, True, True, False]), gap=1e-12)
    assert around.load == pytest.approx([6, 0, 6, 0, 0], abs=1e-9)


def test_what_cannot_be_done_is_said() -> None:
    assert solve_graph(BRAESS._replace(origin=[1], goal=[0])).status == NO_WAY
    assert solve_graph(drawn(1), gap=1e-15, most=2).status == OUT_OF_SWEEPS
