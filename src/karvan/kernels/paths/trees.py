"""Shortest-path trees over a CSR graph, for use inside other kernels; from outside, `paths.tree` and `paths.bounds`.

Source: E. W. Dijkstra, A note on two problems in connexion with graphs, Numerische Mathematik 1 (1959).
"""

import numpy as np
from numba import types

from karvan.kernels import njit
from karvan.kernels.paths.heap import (
    BOOL,
    FAST,
    FLOAT,
    FLOAT2,
    INT32,
    INT64,
    SPARE,
    Bools,
    Floats,
    Ints,
    Longs,
    pop,
    push,
)

_TREE = types.Tuple((types.float64[::1], types.int32[::1]))  # type: ignore[no-untyped-call]


@njit(_TREE(INT64, INT32, FLOAT, BOOL, types.int64), **FAST)
def tree(ptr: Longs, head: Ints, cost: Floats, open_: Bools, source: int) -> tuple[Floats, Ints]:
    """Least cost of every vertex from `source`, and the arc by which it is reached."""
    n = ptr.size - 1
    dist = np.full(n, np.inf)
    via = np.full(n, -1, np.int32)
    keys = np.empty(head.size + 1 + SPARE)
    items = np.empty(head.size + 1 + SPARE, np.int32)
    dist[source] = 0.0
    push(keys, items, 0, 0.0, source)
    size = 1
    while size > 0:
        here, u = keys[0], np.uint64(items[0])
        pop(keys, items, size)
        size -= 1
        if here > dist[u]:
            continue
        for arc in range(np.uint64(ptr[u]), np.uint64(ptr[u + np.uint64(1)])):
            if not open_[arc]:
                continue
            v = np.uint64(head[arc])
            there = here + cost[arc]
            if there < dist[v]:
                dist[v] = there
                via[v] = arc
                push(keys, items, size, there, v)
                size += 1
    return dist, via


@njit(types.float64[:, ::1](INT64, INT32, INT32, FLOAT2, BOOL, types.int64), **FAST)
def bounds(rptr: Longs, rtail: Ints, rarc: Ints, cost: Floats, open_: Bools, target: int) -> Floats:
    """Least cost of every vertex to `target` by each criterion: a tree on the reversed graph for each."""
    n, criteria = rptr.size - 1, cost.shape[1]
    least = np.empty((n, criteria))
    here = np.empty(rarc.size)
    allowed = np.empty(rarc.size, np.bool_)
    for i in range(rarc.size):
        allowed[i] = open_[rarc[i]]
    for c in range(criteria):
        for i in range(rarc.size):
            here[i] = cost[rarc[i], c]
        dist = tree(rptr, rtail, here, allowed, target)[0]
        for v in range(n):
            least[v, c] = dist[v]
    return least
