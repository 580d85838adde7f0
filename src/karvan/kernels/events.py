"""The event list: a calendar queue whose days fit the rate of events, with equal times in the order they came.

Buckets are sorted singly linked lists through ``link``; the entity is its own list node, so nothing is allocated. An
entity stands in at most one list at a time. ``ctl`` holds the whole state, ``rate`` the days an hour. Every so often
the width of a day is set anew from the rate at which events were taken, and the number of days from how many wait:
so a hold costs the same for a hundred pending events and for a hundred thousand.

Source: Brown (1988), Calendar queues, CACM 31(10); the width from the rate of removals, not from a sample of gaps.
"""

from typing import Any

import numpy as np

from karvan.kernels.random import Floats, Ints, Longs, Whole, bare, inner

MASK, DAY, COUNT, TAKEN, STEPS, REBUILT = range(6)
RATE, SINCE, NOW = range(3)
FEWEST = 64


def calendar(most: int) -> tuple[Ints, Longs, Floats]:
    """An empty event list for at most ``most`` entities: bucket ends, state of whole numbers, state of numbers."""
    size = FEWEST
    while size < 2 * most:
        size *= 2
    ends = np.full((size, 2), -1, np.int32)
    ctl = np.zeros(6, np.int64)
    ctl[MASK] = FEWEST - 1
    rate = np.array([1.0, 0.0, 0.0])
    return ends, ctl, rate


@inner
def insert(ends: Ints, ctl: Longs, rate: Floats, when: Floats, link: Ints, e: Whole, t: float) -> Any:
    """Puts entity ``e`` into its bucket, behind all that are not later."""
    when[e] = t
    b = np.int64(t * rate[RATE]) & ctl[MASK]
    last = ends[b, 1]
    link[e] = -1
    ctl[COUNT] += 1
    if last < 0:
        ends[b, 0] = e
        ends[b, 1] = e
    elif when[last] <= t:
        link[last] = e
        ends[b, 1] = e
    elif when[ends[b, 0]] > t:
        link[e] = ends[b, 0]
        ends[b, 0] = e
    else:
        p = ends[b, 0]
        ctl[STEPS] += 1
        while when[link[p]] <= t:
            p = link[p]
            ctl[STEPS] += 1
        link[e] = link[p]
        link[p] = e


@inner
def rebuild(ends: Ints, ctl: Longs, rate: Floats, when: Floats, link: Ints) -> Any:
    """Sets the width of a day and their number anew and deals the events out again, equal times in order."""
    elapsed = rate[NOW] - rate[SINCE]
    if elapsed > 0.0 and ctl[TAKEN] > 0:
        rate[RATE] = ctl[TAKEN] / elapsed
    first = -1
    last = -1
    latest = rate[NOW]
    for b in range(ctl[MASK] + 1):
        if ends[b, 0] >= 0:
            if last < 0:
                first = ends[b, 0]
            else:
                link[last] = ends[b, 0]
            last = ends[b, 1]
            latest = max(latest, when[last])
            ends[b, 0] = -1
            ends[b, 1] = -1
    if (ctl[TAKEN] < FEWEST or elapsed <= 0.0) and latest > rate[
        NOW
    ]:  # nothing seen yet: as if what waits were spread evenly
        rate[RATE] = ctl[COUNT] / (latest - rate[NOW])
    size = FEWEST
    while size < 2 * ctl[COUNT] and 2 * size <= ends.shape[0]:
        size *= 2
    ctl[MASK] = size - 1
    ctl[COUNT] = 0
    while first >= 0:
        after = link[first]
        insert(ends, ctl, rate, when, link, first, when[first])
        first = after
    ctl[DAY] = np.int64(rate[NOW] * rate[RATE])
    ctl[TAKEN] = 0
    ctl[STEPS] = 0
    ctl[REBUILT] += 1
    rate[SINCE] = rate[NOW]


@bare
def push(ends: Ints, ctl: Longs, rate: Floats, when: Floats, link: Ints, e: Whole, t: float) -> Any:
    """Puts entity ``e`` into the list at time ``t``, not before the time last taken."""
    insert(ends, ctl, rate, when, link, e, t)
    crowded = ctl[COUNT] > 8 * (ctl[MASK] + 1) and ctl[MASK] + 1 < ends.shape[0]
    if crowded or ctl[STEPS] > 16 * ctl[COUNT] + 65536:  # what is paid here was paid before in steps
        rebuild(ends, ctl, rate, when, link)


@bare
def pop(ends: Ints, ctl: Longs, rate: Floats, when: Floats, link: Ints) -> Any:
    """Takes the entity whose time is least (the first of equals); -1 from an empty list."""
    if ctl[COUNT] == 0:
        return -1
    every = max(1024, ctl[COUNT])
    if ctl[TAKEN] >= every:
        if ctl[STEPS] > 3 * ctl[TAKEN] or ctl[COUNT] > 4 * ctl[MASK] or (8 * ctl[COUNT] < ctl[MASK] > FEWEST):
            rebuild(ends, ctl, rate, when, link)
        else:
            ctl[TAKEN] = 0
            ctl[STEPS] = 0
            rate[SINCE] = rate[NOW]
    mask = ctl[MASK]
    day = ctl[DAY]
    e = -1
    for _ in range(mask + 1):
        e = ends[day & mask, 0]
        if e >= 0 and np.int64(when[e] * rate[RATE]) <= day:
            break
        e = -1
        day += 1
    ctl[STEPS] += day - ctl[DAY]
    if e < 0:
        for b in range(mask + 1):
            first = ends[b, 0]
            if first >= 0 and (e < 0 or when[first] < when[e]):
                e = first
        day = np.int64(when[e] * rate[RATE])
    ctl[DAY] = day
    b = day & mask
    ends[b, 0] = link[e]
    if link[e] < 0:
        ends[b, 1] = -1
    ctl[COUNT] -= 1
    ctl[TAKEN] += 1
    rate[NOW] = when[e]
    return e
