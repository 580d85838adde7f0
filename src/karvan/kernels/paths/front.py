"""Pareto sets of ways, exact or within a factor. Called through `karvan.kernels.paths.pareto` and `pareto_sets`.

Why the answer holds. A *walk* may return to a place; a *way* may not. First solve for walks that return to no *watched*
place, at first watching none:

1.  Every allowed walk is matched by a found one, at most 1 + eps times as dear by every criterion. Follow the walk from
    its first label on. At each vertex some label stands for it: one with an apex no higher than what the walk has cost
    so far, and with a representative that can be completed as the walk goes on. Where that label is dropped or merged
    (see `karvan.kernels.paths.search`), another stands for all it stood for, or a finished walk is within 1 + eps of all its
    completions; where it is kept, its successor along the walk's next arc stands for the walk one arc further on. Each
    label is dropped or merged at most once and in favour of one that is in the queue or kept, so this ends: at a
    finished label, which costs at most (1 + eps) apex, as nothing lies ahead.
2.  Ways are allowed walks. If each found walk that no other dominates is a way, they are the answer. If one is not,
    watch the places it returns to and solve again; in the worst case all places end up watched, and then only ways are
    allowed. In practice no or few places need it (layers of tariffs and dear transfers do).

From one source to many targets, one search first goes to all vertices, watching none: its target is nowhere, its bounds
are 0, nothing is finished, and the labels kept at a vertex are what was found there. Step 1 holds for it at every vertex,
so wherever all that is found are ways, they are the answer. The other targets are searched for one by one, the places
that the walks to them returned to being watched from the start.

Sources: P. Hansen, Bicriterion path problems (1980); those of `karvan.kernels.paths.search`; for the watching: G. Righini,
M. Salani, New dynamic programming algorithms for the resource constrained elementary shortest path problem, Networks 51
(2008).
"""

from typing import Any

import numpy as np
from numba import types

from karvan.kernels import njit
from karvan.kernels.paths.heap import BOOL, FAST, FLOAT2, INNER, INT32, INT64, Bools, Floats, Ints, Longs, longer
from karvan.kernels.paths.search import COLUMNS, GONE, KEPT, PARENT, SLOT, VERTEX, search, unroll

FOUND: Any = types.Tuple(  # type: ignore[no-untyped-call]
    (
        types.float64[:, ::1],
        types.int64[::1],
        types.int32[::1],
        types.int64[::1],
        types.int32[::1],
        types.int64[::1],
        types.int64,
    )
)


@njit(**INNER)
def _before(spent: Floats, a: int, b: int) -> bool:
    for c in range(spent.shape[1]):
        if spent[a, c] != spent[b, c]:
            return bool(spent[a, c] < spent[b, c])
    return a < b


@njit(**INNER)
def _front(spent: Floats, found: Ints) -> Ints:
    """The finished labels that no other dominates, one of each cost, in lexicographic order."""
    for i in range(1, found.size):  # insertion: the sets are small, and nearly sorted runs are common
        x = found[i]
        j = i
        while j > 0 and _before(spent, x, found[j - 1]):
            found[j] = found[j - 1]
            j -= 1
        found[j] = x
    kept = 0
    for i in range(found.size):
        x = found[i]
        good = True
        for j in range(kept):
            below = True
            for c in range(spent.shape[1]):
                below &= spent[found[j], c] <= spent[x, c]
            if below:
                good = False
                break
        if good:
            found[kept] = x
            kept += 1
    return found[:kept]


@njit(**INNER)
def _returns(label: Ints, x: int, place: Ints, stamp: Ints, mark: int, back: Ints, size: int) -> int:
    """How many entries there are now in `back`, the places to which walks return, with those of label x."""
    y = x
    while y >= 0:
        parent = label[y, PARENT]
        p = place[label[y, VERTEX]]
        if parent < 0 or place[label[parent, VERTEX]] != p:  # here the walk enters the place
            if stamp[p] == 2 * mark:
                back[size] = p
                size += 1
            stamp[p] = 2 * mark + (stamp[p] >= 2 * mark)  # once: 2 mark; more often: 2 mark + 1, and told already
        y = parent
    return size


@njit(**INNER)
def _costs(spent: Floats, ends: Ints) -> Floats:
    values = np.empty((ends.size, spent.shape[1]))
    for i in range(ends.size):
        for c in range(spent.shape[1]):
            values[i, c] = spent[ends[i], c]
    return values


@njit(**INNER)
def _by_vertex(label: Ints, made: int, n: int) -> tuple[Ints, Ints]:
    """Chains of the labels kept at each vertex: (the first of each vertex, the one after each label), -1 ends them."""
    first, after = np.full(n, -1, np.int32), np.full(made, -1, np.int32)
    for x in range(made):
        if label[x, VERTEX] != GONE and label[x, SLOT] == KEPT:
            after[x] = first[label[x, VERTEX]]
            first[label[x, VERTEX]] = x
    return first, after


@njit(**INNER)
def _kept(label: Ints, made: int, n: int, targets: Ints) -> tuple[Longs, Ints]:
    """The labels kept at each target: ends[sets[i]:sets[i + 1]]."""
    first, after = _by_vertex(label, made, n)
    sets, ends, size = np.zeros(targets.size + 1, np.int64), np.empty(made, np.int32), 0
    for i in range(targets.size):
        x = first[targets[i]]
        while x >= 0:
            if size == ends.size:
                ends = longer(ends, 2 * size)
            ends[size] = x
            size += 1
            x = after[x]
        sets[i + 1] = size
    return sets, ends[:size]


@njit(**INNER)
def _sorted(
    spent: Floats, label: Ints, sets: Longs, ends: Ints, place: Ints, places: int
) -> tuple[Ints, Longs, Ints, Longs]:
    """Ways and returns of each set: (labels that end ways, their starts, places to which others return, starts)."""
    stamp = np.full(places, -1, np.int32)
    good, back, ways, at = np.empty(ends.size, np.int32), np.empty(64, np.int32), 0, 0
    starts, backs = np.zeros(sets.size, np.int64), np.zeros(sets.size, np.int64)
    mark = 0
    for i in range(sets.size - 1):
        for x in _front(spent, ends[sets[i] : sets[i + 1]]):
            while at + places > back.size:
                back = longer(back, 2 * back.size)
            more = _returns(label, x, place, stamp, mark, back, at)
            mark += 1
            if more == at:
                good[ways] = x
                ways += 1
            at = more
        starts[i + 1], backs[i + 1] = ways, at
    return good[:ways], starts, back[:at], backs


@njit(FOUND(INT64, INT32, FLOAT2, BOOL, INT32, FLOAT2, INT32, types.int64, INT32, types.float64, types.int64), **FAST)
def pareto(
    ptr: Longs,
    head: Ints,
    cost: Floats,
    open_: Bools,
    place: Ints,
    lb: Floats,
    hint: Ints,
    source: int,
    targets: Ints,
    eps: float,
    most: int,
) -> tuple[Floats, Longs, Ints, Longs, Ints, Longs, int]:
    """To one target, or one search to all vertices where `targets` are not one: see `karvan.kernels.paths`.

    lb: bounds to the one target, else 0. hint: places to watch from the start. Returns (values, starts, arcs; sets, the
    ways of target i being sets[i]:sets[i + 1]; back, the places to which walks to target i returned being
    back[backs[i]:backs[i + 1]]; status). With one target `back` is empty, or the search was cut short.
    """
    n, q, single = ptr.size - 1, cost.shape[1], targets.size == 1
    places, watched, status = np.int64(0), np.int64(0), 0
    for v in range(n):
        places = max(places, place[v] + 1)
    watch = np.full(places, -1, np.int32)
    target = np.int64(targets[0]) if single else np.int64(-1)
    scale = np.zeros(q)
    for c in range(q):
        if single:
            scale[c] = lb[source, c]
        else:
            for arc in range(head.size):
                scale[c] += cost[arc, c] / head.size
        scale[c] = 1.0 / scale[c] if scale[c] > 0.0 else 1.0
    spent, label, ends = np.empty((0, q)), np.empty((0, COLUMNS), np.int32), np.empty(0, np.int32)
    sets, backs, back = (
        np.zeros(targets.size + 1, np.int64),
        np.zeros(targets.size + 1, np.int64),
        longer(hint, hint.size),
    )
    while lb[source, 0] < np.inf:
        for p in back:
            if watch[p] < 0:
                watch[p] = watched
                watched += 1
        spent, label, found, finished, made = search(
            ptr, head, cost, open_, place, watch, watched, lb, source, target, scale, eps, most
        )
        status = 1 if made > most else 0
        if single:
            sets[1] = finished
            ends = found[:finished]
        else:
            sets, ends = _kept(label, min(made, most), n, targets)
        most -= made
        ends, sets, back, backs = _sorted(spent, label, sets, ends, place, places)
        if status == 1 or back.size == 0 or not single:
            break
    starts, arcs = unroll(label, ends)
    return _costs(spent, ends), starts, arcs, sets, back, backs, status
