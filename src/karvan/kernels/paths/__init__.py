"""Ways through a state graph: shortest-path trees, bounds to a target, exact Pareto sets, k best ways.

The graph is compressed sparse rows: the arcs that leave vertex v are ptr[v] .. ptr[v + 1] - 1, arc a goes to head[a].
Costs are finite and not negative. Several vertices may share one place (a vehicle class, a layer of tariffs each). A
**way** is a path of open arcs that never returns to a place it has left, nor to a vertex; moving between the vertices of
one place is free to happen. Nothing is checked here: arrays that do not fit each other are the caller's fault.

Each function gives its arrays the exact types of the one compiled kernel behind it, so nothing is ever compiled anew;
arrays that have these types already (int64 `ptr` and `sig`, int32 `head` and `place`, bool `open`, float64 costs, all
C-contiguous) are not copied. The kernels release the GIL: queries may run in threads.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from karvan.kernels import kernel
from karvan.kernels.paths import kbest, trees
from karvan.kernels.paths.heap import Bools, Floats, Ints, Longs

PROVEN, CUT_SHORT = 0, 1  # status: the answer is exact; `most` labels were made before it was

NOWHERE: Ints = np.empty(0, np.int32)


class Ways(NamedTuple):
    """Ways found by `pareto` or `k_best`.

    values: float64 (k, q), the cost of each way by each criterion, in lexicographic order.
    starts, arcs: way i is arcs[starts[i]:starts[i + 1]], from source to target.
    status: PROVEN, or CUT_SHORT where `most` was hit: each way is sound, but others may be missing.
    """

    values: Floats
    starts: Longs
    arcs: Ints
    status: int

    def way(self, i: int) -> Ints:
        """The arcs of way i."""
        return self.arcs[self.starts[i] : self.starts[i + 1]]


def _as(array: ArrayLike, dtype: Any) -> NDArray[Any]:
    return np.ascontiguousarray(array, dtype)


def _graph(
    ptr: ArrayLike, head: ArrayLike, cost: ArrayLike, open: ArrayLike, place: ArrayLike
) -> tuple[Longs, Ints, Floats, Bools, Ints]:
    return (
        _as(ptr, np.int64),
        _as(head, np.int32),
        _as(cost, np.float64),
        _as(open, np.bool_),
        _as(place, np.int32),
    )


def csr(tail: ArrayLike, size: int) -> tuple[Longs, Ints]:
    """Rows of a graph of `size` vertices from the tails of its arcs: (ptr, order), arcs[order] being sorted by tail.

    Arcs of one tail keep their order. On the heads it gives the reversed graph that `bounds` needs.

    >>> csr([1, 0, 1], 3)
    (array([0, 1, 3, 3]), array([1, 0, 2], dtype=int32))
    """
    tails = _as(tail, np.int32)
    ptr = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(tails, minlength=size), out=ptr[1:])
    return ptr, np.argsort(tails, kind="stable").astype(np.int32)


def tree(ptr: ArrayLike, head: ArrayLike, cost: ArrayLike, open: ArrayLike, source: int) -> tuple[Floats, Ints]:
    """Shortest-path tree from one vertex (Dijkstra with a 4-ary heap).

    cost: float64 (arcs,), in the caller's unit. Returns dist, float64 (n,), inf where nothing leads; and via, int32
    (n,), the arc by which each vertex is reached, -1 at the source and where nothing leads.

    >>> dist, via = tree([0, 2, 3, 3], [1, 2, 2], [1.0, 5.0, 2.0], [True, True, True], 0)
    >>> dist.tolist(), via.tolist()
    ([0.0, 1.0, 3.0], [-1, 0, 2])
    """
    graph = (_as(ptr, np.int64), _as(head, np.int32))
    found: tuple[Floats, Ints] = trees.tree(*graph, _as(cost, np.float64), _as(open, np.bool_), source)
    return found


def bounds(rptr: ArrayLike, rtail: ArrayLike, rarc: ArrayLike, cost: ArrayLike, open: ArrayLike, target: int) -> Floats:
    """Least cost from every vertex to the target by each criterion, float64 (n, q); inf where nothing leads there.

    rptr, rtail, rarc: the reversed graph: the arcs that end at v are rarc[rptr[v]:rptr[v + 1]], their tails lie in
    rtail at the same positions. cost: float64 (arcs, q), by the arcs of the graph itself, as is `open`.

    >>> bounds([0, 0, 1, 3], [0, 0, 1], [0, 1, 2], [[1.0], [5.0], [2.0]], [True, True, True], 2).tolist()
    [[3.0], [2.0], [0.0]]
    """
    least: Floats = trees.bounds(
        _as(rptr, np.int64),
        _as(rtail, np.int32),
        _as(rarc, np.int32),
        _as(cost, np.float64),
        _as(open, np.bool_),
        target,
    )
    return least


def pareto(
    ptr: ArrayLike,
    head: ArrayLike,
    cost: ArrayLike,
    open: ArrayLike,
    place: ArrayLike,
    lb: ArrayLike,
    source: int,
    target: int,
    eps: float = 0.0,
    most: int = 1_000_000,
) -> Ways:
    """The ways that no other way equals or betters by every criterion; of ways of equal costs, one.

    cost: float64 (arcs, q), q from 1 up. place: int32 (n,), the place of each vertex. lb: float64 (n, q), from `bounds`
    with the same target and open arcs. With eps > 0 fewer ways are returned: for every way there is one that costs at
    most (1 + eps) times as much by every criterion. most: labels (partial ways) that may be made; see Ways.status.
    Proofs and sources: karvan.kernels.paths.pareto.

    >>> cost = [[1.0, 9.0], [5.0, 1.0], [2.0, 0.0]]
    >>> ptr, head, every = [0, 2, 3, 3], [1, 2, 2], [True, True, True]
    >>> lb = bounds([0, 0, 1, 3], [0, 0, 1], [0, 1, 2], cost, every, 2)
    >>> ways = pareto(ptr, head, cost, every, [0, 1, 2], lb, 0, 2)
    >>> ways.values.tolist(), ways.way(0).tolist(), ways.way(1).tolist()
    ([[3.0, 9.0], [5.0, 1.0]], [0, 2], [1])
    """
    arrays = _graph(ptr, head, cost, open, place)
    targets = np.array([target], np.int32)
    values, starts, arcs, *_, status = kernel("paths.front").pareto(
        *arrays, _as(lb, np.float64), NOWHERE, source, targets, eps, most
    )
    return Ways(values, starts, arcs, status)


def pareto_sets(
    ptr: ArrayLike,
    head: ArrayLike,
    cost: ArrayLike,
    open: ArrayLike,
    place: ArrayLike,
    lb: ArrayLike,
    source: int,
    targets: ArrayLike,
    eps: float = 0.0,
    most: int = 1_000_000,
) -> list[Ways]:
    """The Pareto sets from one vertex to each of several: what `pareto` gives for each, in less time for many.

    targets: int32 (t,). lb: float64 (t, n, q), `bounds` for each target. The sets are within the same factor
    (1 + eps), but for eps > 0 may hold other ways than those of `pareto`. most: labels that each search may make.
    Proofs and sources: karvan.kernels.paths.pareto.

    >>> cost = [[1.0, 9.0], [5.0, 1.0], [2.0, 0.0]]
    >>> ptr, head, every = [0, 2, 3, 3], [1, 2, 2], [True, True, True]
    >>> lb = [bounds([0, 0, 1, 3], [0, 0, 1], [0, 1, 2], cost, every, target) for target in (1, 2)]
    >>> sets = pareto_sets(ptr, head, cost, every, [0, 1, 2], lb, 0, [1, 2])
    >>> [ways.values.tolist() for ways in sets]
    [[[1.0, 9.0]], [[3.0, 9.0], [5.0, 1.0]]]
    """
    arrays, ends, ahead = _graph(ptr, head, cost, open, place), _as(targets, np.int32), _as(lb, np.float64)
    if ends.size == 1:
        return [pareto(*arrays, ahead[0], source, int(ends[0]), eps, most)]
    values, starts, arcs, sets, back, backs, cut = kernel("paths.front").pareto(
        *arrays, np.zeros((arrays[4].size, arrays[2].shape[1])), NOWHERE, source, ends, eps, most
    )
    answers = []
    for i in range(ends.size):
        a, b = sets[i], sets[i + 1]
        ways = Ways(values[a:b], starts[a : b + 1] - starts[a], arcs[starts[a] : starts[b]], PROVEN)
        if cut or backs[i + 1] > backs[i]:
            hint = back[backs[i] : backs[i + 1]]
            one = kernel("paths.front").pareto(*arrays, ahead[i], hint, source, ends[i : i + 1], eps, most)
            ways = Ways(one[0], one[1], one[2], one[-1])
        answers.append(ways)
    return answers


def k_best(
    ptr: ArrayLike,
    head: ArrayLike,
    cost: ArrayLike,
    open: ArrayLike,
    place: ArrayLike,
    lb: ArrayLike,
    source: int,
    target: int,
    k: int,
    sig: ArrayLike,
    most: int = 1_000_000,
    ceiling: float = np.inf,
) -> Ways:
    """The k cheapest ways in ascending order of cost, trivial variants left out.

    cost: float64 (arcs,). lb: float64 (n,), least cost to the target over the same open arcs (a column of `bounds`).
    sig: int64 (arcs,), nonzero where an arc makes a way distinct (a border, a transfer): of the ways with the same
    sequence of nonzero sig, only the cheapest counts. With all sig distinct, these are the k shortest elementary ways.
    Ways dearer than ceiling are not sought. Fewer than k ways, status PROVEN: there are no more. most: labels that each
    of the two passes may make.
    Proofs and sources: karvan.kernels.paths.kbest.

    >>> ptr, head, cost, every = [0, 2, 3, 3], [1, 2, 2], [1.0, 5.0, 2.0], [True, True, True]
    >>> lb = bounds([0, 0, 1, 3], [0, 0, 1], [0, 1, 2], [[1.0], [5.0], [2.0]], every, 2)[:, 0]
    >>> ways = k_best(ptr, head, cost, every, [0, 1, 2], lb, 0, 2, 5, [1, 2, 3])
    >>> ways.values[:, 0].tolist(), ways.way(0).tolist()
    ([3.0, 5.0], [0, 2])
    """
    found = kbest.k_best(
        _as(ptr, np.int64),
        _as(head, np.int32),
        _as(cost, np.float64),
        _as(open, np.bool_),
        _as(place, np.int32),
        _as(lb, np.float64),
        source,
        target,
        k,
        most,
        _as(sig, np.int64),
        float(ceiling),
    )
    return Ways(*found)
