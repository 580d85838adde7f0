"""The k cheapest ways that differ by more than a trivial variant. Called through `karvan.kernels.paths.k_best`.

Partial ways leave the queue in ascending order of cost + least cost to the target, so complete ones appear in ascending
order of cost. A partial way that would return to a place is never made. What remains is to drop trivial variants early:
partial ways at the same vertex with the same signature (the sequence of nonzero `sig` values so far).

Let x come later than a kept y at the same vertex with the same signature; y costs no more. If whatever completes x to a
way also completes y to one, x can be dropped: its ways have the signatures of y's, which are no dearer. A completion
serves x but not y only if it meets a vertex b that is *barred* to y and not to x: b lies in a place which y has left,
or is a vertex which y has used in the present place. Such a way costs at least

    cost(x) + least cost from the vertex to b + least cost from b to the target,

so if this is above the cost of the kth best way for every such b, x can be dropped too. Hence two passes:

guess   drop every trivial variant. The ways found are ways, and their signatures differ, so the kth of them bounds the
        cost of the true kth from above. If nothing was dropped on the way, the guess is exact.
prove   solve again up to that bound, dropping x only where the rule above allows.

In `prove`, each signature with a way within the bound yields its cheapest: take such a way and its first dropped partial
way x, put y in x's place: a way of the same signature that costs no more and of which fewer arcs remain. Repeat.

Sources: J. Y. Yen, Finding the k shortest loopless paths in a network, Management Science 17 (1971), for the problem;
P. E. Hart, N. J. Nilsson, B. Raphael, A formal basis for the heuristic determination of minimum cost paths (1968).
"""

import numpy as np
from numba import types

from karvan.kernels import njit
from karvan.kernels.paths.heap import (
    BOOL,
    FAST,
    FLOAT,
    INNER,
    INT32,
    INT64,
    SPARE,
    WAYS,
    Bools,
    Floats,
    Ints,
    Longs,
    longer,
    pop,
    push,
    taller,
)
from karvan.kernels.paths.search import ARC, PARENT, VERTEX, unroll

NEXT, TRIE = 3, 4  # further columns of a label: the one kept before it of its kind, the number of its signature
SLACK = 1e-9  # sums along a way and bound + cost differ by rounding; the bound of `prove` allows for it


@njit(**INNER)
def _slot(names: Longs, values: Ints, a: int, b: int) -> int:
    """Where the pair (a, b) is, or is to be put, in an open-addressing table."""
    last = np.uint64(values.size - 1)
    i = (np.uint64(a) * np.uint64(0x9E3779B97F4A7C15)) ^ (np.uint64(b) * np.uint64(0xC2B2AE3D27D4EB4F))
    i = (i ^ (i >> np.uint64(29))) & last
    while values[i] >= 0 and (names[i, 0] != a or names[i, 1] != b):
        i = (i + np.uint64(1)) & last
    return int(i)


@njit(**INNER)
def _wider(names: Longs, values: Ints) -> tuple[Longs, Ints]:
    """The same table with twice the slots."""
    new_names = np.empty((2 * values.size, 2), np.int64)
    new_values = np.full(2 * values.size, -1, np.int32)
    for i in range(values.size):
        if values[i] >= 0:
            j = _slot(new_names, new_values, names[i, 0], names[i, 1])
            new_names[j, 0], new_names[j, 1] = names[i, 0], names[i, 1]
            new_values[j] = values[i]
    return new_names, new_values


@njit(**INNER)
def _bar(label: Ints, x: int, place: Ints, left: Ints, used: Ints, mark: int) -> None:
    """Stamp the places that the partial way x has left, and the vertices it has used in the place where it is."""
    here = place[label[x, VERTEX]]
    y = x
    while y >= 0:
        v = label[y, VERTEX]
        if place[v] == here:
            used[v] = mark
        else:
            left[place[v]] = mark
        y = label[y, PARENT]


@njit(**INNER)
def _detours(
    ptr: Longs,
    head: Ints,
    cost: Floats,
    open_: Bools,
    lb: Floats,
    u: int,
    reach: float,
    dist: Floats,
    near: Ints,
    through: Floats,
    filled: int,
) -> tuple[Ints, Floats, int]:
    """Append the vertices b by which some walk from u to the target costs at most `reach`, and its least cost."""
    keys, items = np.empty(64 + SPARE), np.empty(64 + SPARE, np.int32)
    dist[u] = 0.0
    push(keys, items, 0, 0.0, u)
    size = 1
    touched = np.empty(64, np.int32)
    touched[0] = u
    hands = 1
    while size > 0:
        here, b = keys[0], items[0]
        pop(keys, items, size)
        size -= 1
        if here > dist[b]:
            continue
        if b != u:
            if filled == near.size:
                near, through = longer(near, 2 * filled), longer(through, 2 * filled)
            near[filled] = b
            through[filled] = here + lb[b]
            filled += 1
        for arc in range(ptr[b], ptr[b + 1]):
            v = head[arc]
            there = here + cost[arc]
            if open_[arc] and there < dist[v] and there + lb[v] <= reach and lb[v] < np.inf:
                if dist[v] == np.inf:
                    if hands == touched.size:
                        touched = longer(touched, 2 * hands)
                    touched[hands] = v
                    hands += 1
                dist[v] = there
                if size + SPARE >= keys.size:
                    keys, items = longer(keys, 2 * keys.size), longer(items, 2 * keys.size)
                push(keys, items, size, there, v)
                size += 1
    for i in range(hands):
        dist[touched[i]] = np.inf
    return near, through, filled


@njit(**INNER)
def _pass(
    ptr: Longs,
    head: Ints,
    cost: Floats,
    open_: Bools,
    place: Ints,
    lb: Floats,
    source: int,
    target: int,
    k: int,
    most: int,
    sig: Longs,
    prove: int,
    bound: float,
) -> tuple[Floats, Ints, Ints, int, bool]:
    """One pass: (costs of labels, their whole numbers, complete ways, labels made, was anything dropped)."""
    n, places = ptr.size - 1, 0
    for v in range(n):
        places = max(places, place[v] + 1)
    room = 1024
    spent = np.empty(room)
    label = np.full((room, 5), -1, np.int32)
    keys, items = np.empty(room + SPARE), np.empty(room + SPARE, np.int32)
    tries, trie_of = np.empty((64, 2), np.int64), np.full(64, -1, np.int32)  # (signature, next sig) -> signature
    kinds, kind_of = np.empty((64, 2), np.int64), np.full(64, -1, np.int32)  # (vertex, signature) -> newest kept label
    signatures, filled = 1, 0
    left, used = np.full(places, -1, np.int32), np.full(n, -1, np.int32)  # bars of the partial way in hand
    left2, used2 = np.full(places, -1, np.int32), np.full(n, -1, np.int32)  # bars of the one it is compared with
    mark = mark2 = 0
    dist = np.full(n, np.inf)
    near, through, listed = np.empty(64, np.int32), np.empty(64), np.int64(0)  # detours, vertex after vertex
    listing = np.full((n, 2), -1, np.int64)
    cheapest = np.full(n, -1.0)  # cost of the first label kept at a vertex: no later one is cheaper
    ends = np.empty(k, np.int32)
    ended, dropped_any = 0, False

    spent[0] = 0.0
    label[0, VERTEX] = source
    label[0, TRIE] = 0
    push(keys, items, 0, lb[source], 0)
    size = made = 1
    while size > 0 and ended < k:
        x = items[0]
        pop(keys, items, size)
        size -= 1
        u, trie = label[x, VERTEX], label[x, TRIE]
        slot = _slot(kinds, kind_of, u, trie)
        rival = kind_of[slot]
        _bar(label, x, place, left, used, mark)
        drop = rival >= 0 and (u == target or prove == 0)
        dropped_any |= drop and u != target
        if rival >= 0 and not drop:
            if listing[u, 0] < 0:
                listing[u, 0] = listed
                reach = bound - cheapest[u]
                near, through, listed = _detours(ptr, head, cost, open_, lb, u, reach, dist, near, through, listed)
                listing[u, 1] = listed
            while rival >= 0 and not drop:
                _bar(label, rival, place, left2, used2, mark2)
                drop = True
                for i in range(listing[u, 0], listing[u, 1]):
                    b = near[i]
                    p = place[b]
                    barred = used2[b] == mark2 if p == place[u] else left2[p] == mark2
                    free = used[b] != mark if p == place[u] else left[p] != mark
                    if barred and free and spent[x] + through[i] <= bound:
                        drop = False
                        break
                mark2 += 1
                rival = label[rival, NEXT]
        if drop:
            mark += 1
            continue
        label[x, NEXT] = kind_of[slot]
        if kind_of[slot] < 0:
            filled += 1
        kinds[slot, 0], kinds[slot, 1], kind_of[slot] = u, trie, x
        if 2 * filled > kind_of.size:
            kinds, kind_of = _wider(kinds, kind_of)
        if cheapest[u] < 0.0:
            cheapest[u] = spent[x]
        if u == target:
            ends[ended] = x
            ended += 1
            mark += 1
            continue

        for arc in range(ptr[u], ptr[u + 1]):
            v = head[arc]
            there = spent[x] + cost[arc]
            if not open_[arc] or not there + lb[v] <= bound or lb[v] == np.inf:
                continue
            if used[v] == mark if place[v] == place[u] else left[place[v]] == mark:
                continue
            if made >= most:
                return spent, label, ends[:ended], most + 1, dropped_any
            if made == room:
                room *= 2
                spent, label = longer(spent, room), taller(label, room)
                keys, items = longer(keys, room + SPARE), longer(items, room + SPARE)
            child = trie
            if sig[arc] != 0:
                slot = _slot(tries, trie_of, trie, sig[arc])
                child = trie_of[slot]
                if child < 0:
                    child = signatures
                    tries[slot, 0], tries[slot, 1], trie_of[slot] = trie, sig[arc], child
                    signatures += 1
                    if 2 * signatures > trie_of.size:
                        tries, trie_of = _wider(tries, trie_of)
            spent[made] = there
            label[made, VERTEX] = v
            label[made, PARENT] = x
            label[made, ARC] = arc
            label[made, NEXT] = -1
            label[made, TRIE] = child
            push(keys, items, size, there + lb[v], made)
            size += 1
            made += 1
        mark += 1
    return spent, label, ends[:ended], made, dropped_any


@njit(
    WAYS(
        INT64,
        INT32,
        FLOAT,
        BOOL,
        INT32,
        FLOAT,
        types.int64,
        types.int64,
        types.int64,
        types.int64,
        INT64,
        types.float64,
    ),
    **FAST,
)
def k_best(
    ptr: Longs,
    head: Ints,
    cost: Floats,
    open_: Bools,
    place: Ints,
    lb: Floats,
    source: int,
    target: int,
    k: int,
    most: int,
    sig: Longs,
    ceiling: float,
) -> tuple[Floats, Longs, Ints, int]:
    """(values, starts, arcs, status): see `karvan.kernels.paths.k_best`."""
    spent, label, ends = np.empty(0), np.empty((0, 5), np.int32), np.empty(0, np.int32)
    status, bound = 0, ceiling
    for prove in range(2):
        if lb[source] == np.inf or k < 1:
            break
        cost_of, labels, found, made, loose = _pass(
            ptr, head, cost, open_, place, lb, source, target, k, most, sig, prove, bound
        )
        status = 1 if made > most else 0
        if prove == 1 and status == 1:  # the guess has more to tell than half a proof
            break
        spent, label, ends = cost_of, labels, found
        if status == 1 or not loose:
            break
        if ends.size == k:
            bound = spent[ends[k - 1]] * (1.0 + SLACK)
    for i in range(1, ends.size):  # in order already but for rounding
        x, j = ends[i], i
        while j > 0 and spent[ends[j - 1]] > spent[x]:
            ends[j] = ends[j - 1]
            j -= 1
        ends[j] = x
    values = np.empty((ends.size, 1))
    for i in range(ends.size):
        values[i, 0] = spent[ends[i]]
    starts, arcs = unroll(label, ends)
    return values, starts, arcs, status
