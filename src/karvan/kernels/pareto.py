"""Exact Pareto sets of ways, by label setting. Called through `karvan.kernels.paths.pareto`.

Why the answer is exact. A *walk* may return to a place; a *way* may not. First solve for walks that return to no
*watched* place, at first watching none:

1.  Label x at a vertex is dropped if a kept label y there costs no more by any criterion and has visited no watched
    place that x has not. Whatever completes x to an allowed walk completes y to one, at no more cost. So every allowed
    walk is matched by one whose labels were all kept: replace the walk's first dropped label by its dominator, and
    repeat; each time fewer arcs remain. (The order in which labels leave the queue, a weighted sum of cost + bound,
    matters for speed alone.)
2.  A label is also dropped if a found walk t satisfies t <= (1 + eps) (cost + bound) by every criterion. All its
    completions cost at least cost + bound, so t is within the factor (1 + eps) of each of them. This test is made only
    against finished walks, never between unfinished ones, so eps does not add up along a way.
3.  No vertex is met twice: a label that comes back to a vertex is dominated by its own ancestor there (costs are not
    negative), so a walk fails to be a way only by returning to a place.

So every allowed walk is matched by a found one, within 1 + eps. Ways are allowed walks. If each found walk that no
other dominates is a way, they are the answer. If one is not, watch the places it returns to and solve again; in the
worst case all places end up watched, and then only ways are allowed. In practice no or few places need it (layers of
tariffs and dear transfers do).

Sources: P. Hansen, Bicriterion path problems (1980); E. Q. V. Martins, On a multicriteria shortest path problem, EJOR
16 (1984); L. Mandow, J. L. Pérez de la Cruz, Multiobjective A*, JACM 57 (2010); for the watching: G. Righini, M. Salani,
New dynamic programming algorithms for the resource constrained elementary shortest path problem, Networks 51 (2008).
"""

import numpy as np
from numba import njit, types

from karvan.kernels.heap import (
    BOOL,
    FAST,
    FLOAT2,
    INT32,
    INT64,
    SPARE,
    WAYS,
    Bools,
    Floats,
    Ints,
    Longs,
    Words,
    longer,
    pop,
    push,
    taller,
)

# Columns of a label's whole numbers. CHECKED and FOUND: how many labels kept at the vertex, and how many finished
# walks, it had been compared with when made, so that taking it from the queue compares only with those that came since.
VERTEX, PARENT, ARC, CHECKED, FOUND = 0, 1, 2, 3, 4


@njit(**FAST)
def _covers(values: Floats, row: int, limit: Floats) -> bool:
    """Is a row nowhere above the limit?"""
    for c in range(limit.size):  # noqa: SIM110 (numba knows no all())
        if values[row, c] > limit[c]:
            return False
    return True


@njit(**FAST)
def _subset(seen: Words, inner: int, outer: Words) -> bool:
    for w in range(outer.size):  # noqa: SIM110
        if seen[inner, w] & ~outer[w]:
            return False
    return True


@njit(**FAST)
def _search(
    ptr: Longs,
    head: Ints,
    cost: Floats,
    open_: Bools,
    place: Ints,
    watch: Ints,
    watched: int,
    lb: Floats,
    source: int,
    target: int,
    eps: float,
    most: int,
) -> tuple[Floats, Ints, Ints, int, int]:
    """One solution over walks: (costs of labels, their whole numbers, finished labels, how many, labels made)."""
    n, q, words = ptr.size - 1, cost.shape[1], (watched + 63) // 64
    room = 1024
    spent = np.empty((room, q))
    label = np.empty((room, 5), np.int32)
    seen = np.zeros((room, words), np.uint64)
    keys = np.empty(room + SPARE)
    items = np.empty(room + SPARE, np.int32)
    found = np.empty(64, np.int32)
    worth = np.empty((64, q))
    # The costs of the labels kept at a vertex lie side by side, in a stretch of the shelf that moves to the shelf's end
    # with twice the room when it is full: nearly all time goes into reading them.
    shelf, owner, filled = np.empty((room, q)), np.empty(room, np.int32), 0
    begin, kept, space = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
    here, limit, mask = np.empty(q), np.empty(q), np.zeros(words, np.uint64)
    scale = np.ones(q)
    for c in range(q):
        if lb[source, c] > 0.0:
            scale[c] = 1.0 / lb[source, c]

    for c in range(q):
        spent[0, c] = 0.0
    for c in range(5):
        label[0, c] = -1
    label[0, VERTEX] = source
    label[0, CHECKED] = label[0, FOUND] = 0
    bit = watch[place[source]]
    if bit >= 0:
        seen[0, bit >> 6] |= np.uint64(1) << np.uint64(bit & 63)
    push(keys, items, 0, 0.0, 0)
    size, made, finished, hot = 1, 1, 0, 0
    if source == target:
        found[0] = 0
        finished = 1
        size = 0

    while size > 0:
        x = items[0]
        pop(keys, items, size)
        size -= 1
        u = label[x, VERTEX]
        for c in range(q):
            here[c] = spent[x, c]
            limit[c] = (1.0 + eps) * (here[c] + lb[u, c])
        for w in range(words):
            mask[w] = seen[x, w]
        dropped = False
        for f in range(label[x, FOUND], finished):
            if _covers(worth, f, limit):
                dropped = True
                break
        if not dropped:
            for y in range(begin[u] + label[x, CHECKED], begin[u] + kept[u]):
                if _covers(shelf, y, here) and _subset(seen, owner[y], mask):
                    dropped = True
                    break
        if dropped:
            continue
        if kept[u] == space[u]:
            space[u] = max(4, 2 * space[u])
            if filled + space[u] > owner.size:
                shelf = taller(shelf, 2 * (filled + space[u]))
                owner = longer(owner, shelf.shape[0])
            for y in range(kept[u]):
                for c in range(q):
                    shelf[filled + y, c] = shelf[begin[u] + y, c]
                owner[filled + y] = owner[begin[u] + y]
            begin[u] = filled
            filled += space[u]
        y = begin[u] + kept[u]
        for c in range(q):
            shelf[y, c] = here[c]
        owner[y] = x
        kept[u] += 1

        for arc in range(ptr[u], ptr[u + 1]):
            v = head[arc]
            if not open_[arc] or lb[v, 0] == np.inf:
                continue
            bit = watch[place[v]]
            fresh = bit >= 0 and place[v] != place[u]
            if fresh and (seen[x, bit >> 6] >> np.uint64(bit & 63)) & np.uint64(1):
                continue
            key = 0.0
            for c in range(q):
                here[c] = spent[x, c] + cost[arc, c]
                ahead = here[c] + lb[v, c]
                limit[c] = (1.0 + eps) * ahead
                key += scale[c] * ahead
            for w in range(words):
                mask[w] = seen[x, w]
            if fresh:
                mask[bit >> 6] |= np.uint64(1) << np.uint64(bit & 63)
            dropped = finished > 0 and _covers(worth, hot, limit)
            for f in range(finished if not dropped else 0):
                if _covers(worth, f, limit):
                    dropped = True
                    hot = f
                    break
            if not dropped:
                for y in range(begin[v], begin[v] + kept[v]):
                    if _covers(shelf, y, here) and _subset(seen, owner[y], mask):
                        dropped = True
                        break
            if dropped:
                continue
            if made >= most:
                return spent, label, found, finished, most + 1
            if made == room:
                room *= 2
                spent, label, seen = taller(spent, room), taller(label, room), taller(seen, room)
                keys, items = longer(keys, room + SPARE), longer(items, room + SPARE)
            for c in range(q):
                spent[made, c] = here[c]
            for w in range(words):
                seen[made, w] = mask[w]
            label[made, VERTEX] = v
            label[made, PARENT] = x
            label[made, ARC] = arc
            label[made, CHECKED] = kept[v]
            if v == target:  # finished: known at once, so that it prunes from now on, and never queued
                if finished == found.size:
                    found, worth = longer(found, 2 * finished), taller(worth, 2 * finished)
                found[finished] = made
                for c in range(q):
                    worth[finished, c] = here[c]
                finished += 1
            else:
                push(keys, items, size, key, made)
                size += 1
            label[made, FOUND] = finished
            made += 1
    return spent, label, found, finished, made


@njit(**FAST)
def _before(spent: Floats, a: int, b: int) -> bool:
    for c in range(spent.shape[1]):
        if spent[a, c] != spent[b, c]:
            return bool(spent[a, c] < spent[b, c])
    return a < b


@njit(**FAST)
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


@njit(**FAST)
def _returns(label: Ints, x: int, place: Ints, stamp: Ints, mark: int, watch: Ints, watched: int) -> tuple[int, bool]:
    """Watch each place that the walk ending in label x returns to: (how many are watched now, is it a way)."""
    way = True
    y = x
    while y >= 0:
        parent = label[y, PARENT]
        p = place[label[y, VERTEX]]
        if parent < 0 or place[label[parent, VERTEX]] != p:  # here the walk enters the place
            if stamp[p] == mark:
                way = False
                if watch[p] < 0:
                    watch[p] = watched
                    watched += 1
            stamp[p] = mark
        y = parent
    return watched, way


@njit(**FAST)
def unroll(label: Ints, ends: Ints) -> tuple[Longs, Ints]:
    """The arcs of the walks that end in the given labels: (starts, arcs)."""
    starts = np.zeros(ends.size + 1, np.int64)
    for i in range(ends.size):
        y, length = ends[i], 0
        while label[y, PARENT] >= 0:
            length += 1
            y = label[y, PARENT]
        starts[i + 1] = starts[i] + length
    arcs = np.empty(starts[ends.size], np.int32)
    for i in range(ends.size):
        y, at = ends[i], starts[i + 1]
        while label[y, PARENT] >= 0:
            at -= 1
            arcs[at] = label[y, ARC]
            y = label[y, PARENT]
    return starts, arcs


@njit(
    WAYS(
        INT64,
        INT32,
        FLOAT2,
        BOOL,
        INT32,
        FLOAT2,
        types.int64,
        types.int64,
        types.float64,
        types.int64,
    ),
    **FAST,
)
def pareto(
    ptr: Longs,
    head: Ints,
    cost: Floats,
    open_: Bools,
    place: Ints,
    lb: Floats,
    source: int,
    target: int,
    eps: float,
    most: int,
) -> tuple[Floats, Longs, Ints, int]:
    """(values, starts, arcs, status): see `karvan.kernels.paths.pareto`."""
    places = 0
    for v in range(place.size):
        places = max(places, place[v] + 1)
    watch = np.full(places, -1, np.int32)
    stamp = np.full(places, -1, np.int32)
    watched, mark, status = np.int64(0), 0, 0  # int64 said aloud: numba would compile the search for the constant 0 too
    ends = np.empty(0, np.int32)
    spent = np.empty((0, cost.shape[1]))
    label = np.empty((0, 5), np.int32)
    while lb[source, 0] < np.inf:
        spent, label, found, finished, made = _search(
            ptr, head, cost, open_, place, watch, watched, lb, source, target, eps, most
        )
        most -= made
        ends = _front(spent, found[:finished])
        before, good = watched, 0
        for i in range(ends.size):
            watched, way = _returns(label, ends[i], place, stamp, mark, watch, watched)
            mark += 1
            if way:
                ends[good] = ends[i]
                good += 1
        ends = ends[:good]
        status = 1 if most < 0 else 0
        if status == 1 or watched == before:
            break
    values = np.empty((ends.size, cost.shape[1]))
    for i in range(ends.size):
        for c in range(cost.shape[1]):
            values[i, c] = spent[ends[i], c]
    starts, arcs = unroll(label, ends)
    return values, starts, arcs, status
