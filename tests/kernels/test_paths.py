"""Shapes, types, status codes and steadiness of the path kernels; that they are right is for tests/truth."""

import numpy as np
import pytest

from karvan.kernels import paths

# A ladder of 12 rungs: two ways over every section, so 4,096 ways from end to end.
RUNGS = 12


def ladder(seed: int = 3, criteria: int = 3, order: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """Parallel arcs between consecutive vertices, laid down in the given order of arcs."""
    rng = np.random.default_rng(seed)
    tail = np.repeat(np.arange(RUNGS), 2)
    head, cost = tail + 1, rng.uniform(1, 2, (2 * RUNGS, criteria))
    name = np.arange(2 * RUNGS)
    if order is not None:
        tail, head, cost, name = tail[order], head[order], cost[order], name[order]
    ptr, rows = paths.csr(tail, RUNGS + 1)
    tail, head, cost, name = tail[rows], head[rows], cost[rows], name[rows]
    every = np.ones(tail.size, bool)
    rptr, rarc = paths.csr(head, RUNGS + 1)
    lb = paths.bounds(rptr, tail[rarc], rarc, cost, every, RUNGS)
    return {"ptr": ptr, "head": head, "cost": cost, "open": every, "lb": lb, "name": name}


def front(net: dict[str, np.ndarray], eps: float = 0.0, most: int = 1_000_000) -> paths.Ways:
    place = np.arange(RUNGS + 1)
    return paths.pareto(net["ptr"], net["head"], net["cost"], net["open"], place, net["lb"], 0, RUNGS, eps, most)


def best(net: dict[str, np.ndarray], k: int, most: int = 1_000_000) -> paths.Ways:
    place, cost, lb = np.arange(RUNGS + 1), net["cost"][:, 0], net["lb"][:, 0]
    return paths.k_best(net["ptr"], net["head"], cost, net["open"], place, lb, 0, RUNGS, k, net["name"] + 1, most)


def test_shapes_and_types() -> None:
    net = ladder()
    for found, criteria in ((front(net), 3), (best(net, 5), 1)):
        assert found.values.shape == (len(found.starts) - 1, criteria)
        assert (found.values.dtype, found.starts.dtype, found.arcs.dtype) == (np.float64, np.int64, np.int32)
        assert found.starts[0] == 0
        assert found.starts[-1] == found.arcs.size
    dist, via = paths.tree(net["ptr"], net["head"], net["cost"][:, 0], net["open"], 0)
    assert (dist.dtype, via.dtype, dist.shape, via.shape) == (np.float64, np.int32, (RUNGS + 1,), (RUNGS + 1,))
    assert net["lb"].shape == (RUNGS + 1, 3)


@pytest.mark.parametrize("solve", [front, lambda net: best(net, 40)])
def test_the_same_answer_again_and_with_arcs_shuffled(solve) -> None:  # type: ignore[no-untyped-def]
    net = ladder()
    one, two = solve(net), solve(net)
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
    shuffled = ladder(order=np.random.default_rng(8).permutation(2 * RUNGS))
    other = solve(shuffled)
    assert other.values == pytest.approx(one.values, rel=1e-12)
    for i in range(len(one.values)):
        assert net["name"][one.way(i)].tolist() == shuffled["name"][other.way(i)].tolist()


def test_hitting_most_is_said_and_what_is_returned_is_sound() -> None:
    net = ladder()
    full, cut = front(net), front(net, most=len(front(net).values) + 60)
    assert (full.status, cut.status) == (paths.PROVEN, paths.CUT_SHORT)
    k_full, k_cut = best(net, 500), best(net, 500, most=200)
    assert (k_full.status, k_cut.status) == (paths.PROVEN, paths.CUT_SHORT)
    assert len(k_full.values) == 500
    for found in (cut, k_cut):
        for i, values in enumerate(found.values):
            way = found.way(i)
            assert net["head"][way].tolist() == list(range(1, RUNGS + 1))
            assert net["cost"][way, : values.size].sum(axis=0) == pytest.approx(values)


def test_eps_thins_the_set() -> None:
    net = ladder()
    assert 0 < len(front(net, 0.05).values) < len(front(net, 0.005).values) < len(front(net).values)


def test_frozen_arrays_and_other_types_need_no_new_compilation() -> None:
    net = ladder()
    one = front(net)
    for array in net.values():
        array.flags.writeable = False
    assert np.array_equal(front(net).values, one.values)
    narrow = {**net, "ptr": net["ptr"].astype(np.int32), "head": net["head"].astype(np.int16)}
    assert np.array_equal(front(narrow).values, one.values)
    assert len(paths.kernel("paths.front").pareto.signatures) == len(paths.kbest.k_best.signatures) == 1


def test_sets_are_those_of_single_searches_also_when_cut_short() -> None:
    net = ladder()
    place, lb = np.arange(RUNGS + 1), np.stack([net["lb"], net["lb"]])
    both = paths.pareto_sets(
        net["ptr"], net["head"], net["cost"], net["open"], place, lb, 0, [RUNGS, RUNGS], 0.0, 1_000_000
    )
    for found in both:
        assert all(np.array_equal(a, b) for a, b in zip(found, front(net), strict=True))
    cut = paths.pareto_sets(net["ptr"], net["head"], net["cost"], net["open"], place, lb[:1], 0, [RUNGS], 0.0, 200)[0]
    assert cut.status == paths.CUT_SHORT
    for i, values in enumerate(cut.values):
        assert net["cost"][cut.way(i)].sum(axis=0) == pytest.approx(values)
    assert paths.pareto_sets(net["ptr"], net["head"], net["cost"], net["open"], place, lb[:0], 0, []) == []


def test_source_is_target() -> None:
    every = [True]
    ways = paths.pareto([0, 1, 1], [1], [[1.0, 2.0]], every, [0, 1], [[0.0, 0.0], [np.inf, np.inf]], 0, 0)
    assert (ways.values.tolist(), ways.starts.tolist(), ways.status) == ([[0.0, 0.0]], [0, 0], paths.PROVEN)
    ways = paths.k_best([0, 1, 1], [1], [1.0], every, [0, 1], [0.0, np.inf], 0, 0, 3, [1])
    assert (ways.values.tolist(), ways.starts.tolist(), ways.status) == ([[0.0]], [0, 0], paths.PROVEN)


def test_closed_arcs_leave_no_way() -> None:
    lb = paths.bounds([0, 0, 1], [0], [0], [[1.0]], [False], 1)
    assert lb.tolist() == [[np.inf], [0.0]]
    ways = paths.pareto([0, 1, 1], [1], [[1.0]], [False], [0, 1], lb, 0, 1)
    assert (ways.values.shape, ways.starts.tolist(), ways.status) == ((0, 1), [0], paths.PROVEN)
    ways = paths.k_best([0, 1, 1], [1], [1.0], [False], [0, 1], lb[:, 0], 0, 1, 3, [1])
    assert (ways.values.shape, ways.starts.tolist(), ways.status) == ((0, 1), [0], paths.PROVEN)


def test_a_place_is_not_returned_to_though_it_would_pay() -> None:
    # Place 0 has a rail vertex 0 and a ship vertex 3 without a transfer; the transfer is at place 1 (vertices 1, 2).
    tail, head, place = [0, 1, 2, 3, 2], [1, 2, 3, 4, 4], [0, 1, 1, 0, 2]
    cost, every = [[1.0], [1.0], [1.0], [1.0], [9.0]], [True] * 5
    ptr, order = paths.csr(tail, 5)
    heads, costs = np.array(head)[order], np.array(cost)[order]
    rptr, rarc = paths.csr(heads, 5)
    lb = paths.bounds(rptr, np.array(tail)[order][rarc], rarc, costs, every, 4)
    assert lb[0, 0] == 4.0
    assert paths.pareto(ptr, heads, costs, every, place, lb, 0, 4).values.tolist() == [[11.0]]
    found = paths.k_best(ptr, heads, costs[:, 0], every, place, lb[:, 0], 0, 4, 3, [1, 2, 3, 4, 5])
    assert found.values.tolist() == [[11.0]]
