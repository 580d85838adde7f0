"""Waiting that can be resolved on arrival: first come first served, by one customer at a time in order of arrival.

At a first-come-first-served pool without pre-emption the start and the end of a service are known when the customer
arrives: it starts as soon as it is there, a server is free and the pool is open. So such a pool needs no events, only
the times at which its servers fall free (Kiefer and Wolfowitz 1955). The same holds for servers that go away whenever
idle (vacations), for loss (a customer who finds the pool full is refused), for bulk service (a free server takes up
to b of those who wait) and for slots (so many a day). Customers must call in order of their arrival.
"""

from typing import Any

import numpy as np

from karvan.kernels.random import Floats, Ints, Longs, Whole, child, drawn, inlined, inner

SERVERS, FIRST, PLACES, BULK, ABSENCE, GATE, INSIDE, ABSENCES = range(8)
"""Whole numbers of a pool: servers; the first of its rows in ``free`` (servers, then places); places in all (0: no
limit); bulk size (0: one by one); law of an absence (-1: none); gate it keeps (-1: always open); how many are inside;
absences taken so far."""

FORMS, FORMED, ENDS = 1, 2, 3
"""Numbers of a bulk pool in ``free``, from FIRST: when the last batch starts, how many it holds, when it ends."""

PER_DAY = 1.0 / 24.0

COUNT, SUM, SQUARES, POSITIVE, AREA = range(5)
"""What a meter adds up: waits ended, their sum and sum of squares (h, h2), how many above zero, time integral."""


@inner
def reopens(gate_at: Longs, shuts: Floats, opens: Floats, gate: Whole, t: float) -> Any:
    """The first time from ``t`` on at which a gate is open (``t`` itself where it is)."""
    low = gate_at[gate]
    high = gate_at[gate + 1]
    while low < high:
        middle = (low + high) >> 1
        if shuts[middle] <= t:
            low = middle + 1
        else:
            high = middle
    if low > gate_at[gate] and opens[low - 1] > t:
        return opens[low - 1]
    return t


@inlined
def record(
    meters: Floats,
    daily: Ints,
    meter: Whole,
    since: float,
    until: float,
    weight: Whole | float,
    warm: float,
    horizon: float,
) -> Any:
    """Adds one wait, or a stretch of work, to a meter; what lies before ``warm`` or after ``horizon`` is cut away."""
    if warm <= until <= horizon:
        wait = until - since
        meters[meter, COUNT] += weight
        meters[meter, SUM] += weight * wait
        meters[meter, SQUARES] += weight * wait * wait
        if wait > 0.0:
            meters[meter, POSITIVE] += weight
    span = min(until, horizon) - max(since, warm)
    if span > 0.0:
        meters[meter, AREA] += weight * span
    if since < horizon:
        daily[meter, 0, np.int64(since * PER_DAY)] += weight
        if until < horizon:
            daily[meter, 1, np.int64(until * PER_DAY)] += weight


@inner
def recorded(
    meters: Floats,
    daily: Ints,
    meter: Whole,
    since: float,
    until: float,
    weight: Whole | float,
    warm: float,
    horizon: float,
) -> Any:
    """``record``, called and not written out."""
    record(meters, daily, meter, since, until, weight, warm, horizon)


@inlined
def earliest(free: Floats, first: Whole, servers: Whole) -> Any:
    """The server that falls free first."""
    best = first
    least = free[first]
    for j in range(first + 1, first + servers):
        sooner = free[j] < least
        best = j if sooner else best
        least = free[j] if sooner else least
    return best


@inner
def back(pools: Longs, laws: Floats, values: Floats, pool: Whole, salt: Any, idle: float, t: float) -> Any:
    """When a server is back that has been idle since ``idle`` and goes away whenever idle, for one who comes at ``t``."""
    while idle <= t:
        pools[pool, ABSENCES] += 1
        idle += drawn(laws, values, pools[pool, ABSENCE], child(salt, pools[pool, ABSENCES]))
    return idle


@inner
def full(pools: Longs, free: Floats, pool: Whole, t: float) -> Any:
    """Whether a pool with limited places has none left at ``t``."""
    first = pools[pool, FIRST] + pools[pool, SERVERS]
    inside = pools[pool, INSIDE]
    kept = 0
    for j in range(first, first + inside):
        if free[j] > t:
            free[first + kept] = free[j]
            kept += 1
    pools[pool, INSIDE] = kept
    return kept >= pools[pool, PLACES]


@inner
def slot(slots: Floats, row: Whole, t: float, weight: Whole | float) -> Any:
    """The time at which one who comes at ``t`` gets a slot: at once, or at the start of the first day that has one.

    A short train may take a part of a slot, ``weight``.
    """
    day = max(np.floor(t / 24.0), slots[row, 1])
    if day > slots[row, 1]:
        slots[row, 1] = day
        slots[row, 2] = 0.0
    elif slots[row, 2] + weight > slots[row, 0] + 1e-9:
        day += 1.0
        slots[row, 1] = day
        slots[row, 2] = 0.0
    slots[row, 2] += weight
    return max(t, day * 24.0)
