"""Label setting over walks for several criteria at once: the search behind `karvan.kernels.paths.pareto`.

A label stands for walks from the source to its vertex: it has the cost of one walk, its *representative*, and an *apex*
that no walk it stands for betters by any criterion. A label can be completed to the target at no less than lb(vertex),
so if

    (*)  cost <= (1 + eps) apex + eps lb(vertex)

by every criterion, its representative, completed in any way, costs at most (1 + eps) times what any walk it stands for
costs, completed in that same way. All labels here have (*): the first has cost = apex = 0; along an arc of cost a both
grow by a, and lb(tail) <= a + lb(head); where labels merge, (*) is what is asked for. So eps is not used up along a way,
however many labels merge on it.

What becomes of a label x that has just been made, y being another at its vertex, of which the representative has
visited no watched place that x's has not (so that y can be completed wherever x can):

1.  Dropped, if a finished walk t satisfies t <= (1 + eps) (apex + lb): it is within 1 + eps of all completions of x.
2.  Dropped, if apex(y) <= apex(x): all that x stands for, y stands for.
3.  Merged into y, if y is still in the queue and y with the lesser apex of the two keeps (*): nothing has been built on
    y yet. Or the other way about: x takes over what y stands for, and y is gone.
4.  Else it joins the queue, and its place among the labels at the vertex. Leaving the queue, it is tested once more.

With eps = 0, (*) says cost = apex, and these are the tests of plain dominance. The order in which labels leave the
queue, a weighted sum of apex + bound, matters for speed alone.

A label whose walk comes back to a vertex in the place it stands in takes over its ancestor's walk to that vertex, which
costs no more and has visited no more. So a walk meets a vertex twice only where it returns to a place.

Sources: E. Q. V. Martins, On a multicriteria shortest path problem, EJOR 16 (1984); L. Mandow, J. L. Pérez de la Cruz,
Multiobjective A*, JACM 57 (2010); H. Zhang, O. Salzman, T. K. S. Kumar, A. Felner, C. Hernández Ulloa, S. Koenig,
A*pex: efficient approximate multi-objective search on graphs, ICAPS 32 (2022).
"""

import numpy as np

from karvan.kernels import njit
from karvan.kernels.paths.heap import FAST, INNER, SPARE, Bools, Floats, Ints, Longs, Words, longer, pop, push, taller

# Columns of a label's whole numbers. CHECKED and FOUND: how many labels kept at the vertex, and how many finished
# walks, it had been compared with when made, so that taking it from the queue compares only with those that came since.
# SLOT: its position among the labels at the vertex; KEPT once it has left the queue and was kept. Of a label that
# another took over, VERTEX is GONE.
VERTEX, PARENT, ARC, CHECKED, FOUND, SLOT = 0, 1, 2, 3, 4, 5
COLUMNS, GONE, KEPT = 6, -1, -1


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


@njit(**INNER)
def _covers(values: Floats, row: int, limit: Floats, at: int) -> bool:
    """Is a row, from column `at` on, nowhere above the limit?"""
    for c in range(limit.size):  # noqa: SIM110 (numba knows no all())
        if values[row, at + c] > limit[c]:
            return False
    return True


@njit(**INNER)
def _subset(seen: Words, inner: int, outer: int) -> bool:
    for w in range(seen.shape[1]):  # noqa: SIM110
        if seen[inner, w] & ~seen[outer, w]:
            return False
    return True


@njit(**INNER)
def _above(values: Floats, row: int, limit: Floats) -> bool:
    for c in range(limit.size):  # noqa: SIM110 (numba knows no all())
        if values[row, c] < limit[c]:
            return False
    return True


@njit(**INNER)
def _move(shelf: Floats, owner: Ints, label: Ints, begin: int, old: int, new: int) -> None:
    if old != new:
        for c in range(shelf.shape[1]):
            shelf[new, c] = shelf[old, c]
        owner[new] = owner[old]
        label[owner[new], SLOT] = new - begin


@njit(**FAST)
def search(
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
    scale: Floats,
    eps: float,
    most: int,
) -> tuple[Floats, Ints, Ints, int, int]:
    """One solution over walks: (costs of labels, their whole numbers, finished labels, how many, labels made).

    With no target (-1) and bounds of 0 nothing is finished: the labels KEPT at each vertex stand for all walks to it.
    scale: what makes the criteria alike, for the order of the queue.
    """
    n, q, words = ptr.size - 1, cost.shape[1], (watched + 63) // 64
    room = 1024
    spent = np.empty((room, q))
    label = np.empty((room, COLUMNS), np.int32)
    seen = np.zeros((room, words), np.uint64)
    keys = np.empty(room + SPARE)
    items = np.empty(room + SPARE, np.int32)
    found = np.empty(64, np.int32)
    worth = np.empty((64, q))
    # The labels at a vertex lie side by side, first those kept, then those still in the queue, in a stretch of the shelf
    # that moves to the shelf's end with twice the room when it is full: nearly all time goes into reading them.
    # A row holds the apex and then the cost.
    shelf, owner, filled = np.empty((room, 2 * q)), np.empty(room, np.int32), 0
    begin, kept, used, space = (
        np.zeros(n, np.int64),
        np.zeros(n, np.int64),
        np.zeros(n, np.int64),
        np.zeros(n, np.int64),
    )
    apex, low, limit, floor = np.empty(q), np.empty(q), np.empty(q), np.empty(q)
    for c in range(q):
        spent[0, c] = 0.0
    for c in range(COLUMNS):
        label[0, c] = 0
    label[0, PARENT] = label[0, ARC] = -1
    label[0, VERTEX] = source
    bit = watch[place[source]]
    if bit >= 0:
        seen[0, bit >> 6] |= np.uint64(1) << np.uint64(bit & 63)
    push(keys, items, 0, 0.0, 0)
    begin[source], used[source], space[source], filled = 0, 1, 4, 4
    owner[0] = 0
    for c in range(q):
        shelf[0, c] = shelf[0, q + c] = 0.0
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
        if u == GONE:
            continue
        slot = begin[u] + label[x, SLOT]
        for c in range(q):
            low[c] = shelf[slot, c]
            limit[c] = (1.0 + eps) * (low[c] + lb[u, c])
        dropped = False
        for f in range(label[x, FOUND], finished):
            if _covers(worth, f, limit, 0):
                dropped = True
                break
        if not dropped:
            for y in range(begin[u] + label[x, CHECKED], begin[u] + kept[u]):
                if _covers(shelf, y, low, 0) and _subset(seen, owner[y], x):
                    dropped = True
                    break
        if dropped:
            used[u] -= 1
            _move(shelf, owner, label, begin[u], begin[u] + used[u], slot)
            continue
        # Kept: it moves to the end of those kept, and the first of those in the queue to where it was.
        first = begin[u] + kept[u]
        _move(shelf, owner, label, begin[u], first, slot)
        for c in range(q):
            shelf[first, c] = apex[c] = low[c]
            shelf[first, q + c] = spent[x, c]
        owner[first] = x
        kept[u] += 1
        label[x, SLOT] = KEPT

        for arc in range(ptr[u], ptr[u + 1]):
            v = head[arc]
            if not open_[arc] or lb[v, 0] == np.inf:
                continue
            bit = watch[place[v]]
            fresh = bit >= 0 and place[v] != place[u]
            if fresh and (seen[x, bit >> 6] >> np.uint64(bit & 63)) & np.uint64(1):
                continue
            for c in range(q):
                low[c] = apex[c] + cost[arc, c]
                limit[c] = (1.0 + eps) * (low[c] + lb[v, c])
            dropped = finished > 0 and _covers(worth, hot, limit, 0)
            for f in range(finished if not dropped else 0):
                if _covers(worth, f, limit, 0):
                    dropped = True
                    hot = f
                    break
            if dropped:
                continue
            # From here on the label is row `made`, for good once `made` counts it.
            if made == room:
                room *= 2
                spent, label, seen = taller(spent, room), taller(label, room), taller(seen, room)
                keys, items = longer(keys, room + SPARE), longer(items, room + SPARE)
            for w in range(words):
                seen[made, w] = seen[x, w]
            if fresh:
                seen[made, bit >> 6] |= np.uint64(1) << np.uint64(bit & 63)
            for y in range(begin[v], begin[v] + kept[v]):
                if _covers(shelf, y, low, 0) and _subset(seen, owner[y], made):
                    dropped = True
                    break
            if dropped:
                continue
            for c in range(q):
                spent[made, c] = spent[x, c] + cost[arc, c]
                limit[c] = (1.0 + eps) * low[c] + eps * lb[v, c]  # what stands for this label costs no more
                floor[c] = (spent[made, c] - eps * lb[v, c]) / (1.0 + eps)  # what it stands for has no lower an apex
            for y in range(begin[v] + kept[v], begin[v] + used[v]):
                if _covers(shelf, y, limit, q) and _subset(seen, owner[y], made):
                    for c in range(q):
                        shelf[y, c] = min(shelf[y, c], low[c])
                    dropped = True
                    break
            if dropped:
                continue
            y = begin[v] + used[v] - 1
            while y >= begin[v] + kept[v]:
                if _above(shelf, y, floor) and _subset(seen, made, owner[y]):
                    for c in range(q):
                        low[c] = min(shelf[y, c], low[c])
                    label[owner[y], VERTEX] = GONE
                    used[v] -= 1
                    _move(shelf, owner, label, begin[v], begin[v] + used[v], y)
                y -= 1
            parent, by, back = x, arc, x
            while back >= 0 and place[label[back, VERTEX]] == place[v]:
                if label[back, VERTEX] == v:
                    parent, by = label[back, PARENT], label[back, ARC]
                    for c in range(q):
                        spent[made, c] = spent[back, c]
                    for w in range(words):
                        seen[made, w] = seen[back, w]
                    break
                back = label[back, PARENT]
            if made >= most:
                return spent, label, found, finished, most + 1
            key = 0.0
            for c in range(q):
                key += scale[c] * (low[c] + lb[v, c])
            label[made, VERTEX] = v
            label[made, PARENT] = parent
            label[made, ARC] = by
            label[made, CHECKED] = kept[v]
            if v == target:  # finished: known at once, so that it prunes from now on, and never queued
                if finished == found.size:
                    found, worth = longer(found, 2 * finished), taller(worth, 2 * finished)
                found[finished] = made
                for c in range(q):
                    worth[finished, c] = spent[made, c]
                finished += 1
                made += 1
                continue
            push(keys, items, size, key, made)
            size += 1
            label[made, FOUND] = finished
            if used[v] == space[v]:
                space[v] = max(4, 2 * space[v])
                if filled + space[v] > owner.size:
                    shelf = taller(shelf, 2 * (filled + space[v]))
                    owner = longer(owner, shelf.shape[0])
                for y in range(used[v]):
                    for c in range(2 * q):
                        shelf[filled + y, c] = shelf[begin[v] + y, c]
                    owner[filled + y] = owner[begin[v] + y]
                begin[v] = filled
                filled += space[v]
            y = begin[v] + used[v]
            for c in range(q):
                shelf[y, c] = low[c]
                shelf[y, q + c] = spent[made, c]
            owner[y] = made
            label[made, SLOT] = used[v]
            used[v] += 1
            made += 1
    return spent, label, found, finished, made
