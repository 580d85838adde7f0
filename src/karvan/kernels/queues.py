"""Waiting that can be resolved on arrival: first come first served, by one customer at a time in order of arrival.

At a first-come-first-served pool without pre-emption the start and the end of a service are known when the customer
arrives: it starts as soon as it is there, a server is free and the pool is open. So such a pool needs no events, only
the times at which its servers fall free (Kiefer and Wolfowitz 1955). The same holds for servers that go away whenever
idle (vacations), for loss (a customer who finds the pool full is refused), for bulk service (a free server takes up
to b of those who wait) and for slots (so many a day). Customers must call in order of their arrival.
"""

from typing import Any

import numpy as np

from karvan.kernels.random import Floats, Longs, Whole, child, drawn, inlined, inner

SERVERS, FIRST, PLACES, BULK, ABSENCE, GATE, INSIDE, ABSENCES = range(8)
"""Whole numbers of a pool: servers; the first of its rows in ``free`` (servers, then places); places in all (0: no
limit); bulk size (0: one by one); law of an absence (-1: none); gate it keeps (-1: always open); how many are inside;
absences taken so far."""

FORMS, FORMED, ENDS = 1, 2, 3
"""Numbers of a bulk pool in ``free``, from FIRST: when the last batch starts, how many it holds, when it ends."""

PER_DAY = 1.0 / 24.0

COUNT, SUM, SQUARES, POSITIVE, AREA = range(5)
"""What a meter adds up: waits ended, their sum and sum of squares (h, h2), how many above zero, time integral. A run keeps
the squares and those above zero; the others follow from the days."""

CAME, CAME_AT, LEFT, LEFT_AT, WAITED = range(5)
"""What a meter adds up by day: entries, the sum of their times as shares of the day, exits and theirs, the sum of the waits
ended (h). From these the time integral of any stretch of days follows exactly."""


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
    daily: Floats,
    meter: Whole,
    since: float,
    until: float,
    weight: Whole | float,
    warm: float,
    horizon: float,
) -> Any:
    """Adds one wait to a meter and its days; what lies after ``horizon`` is cut away."""
    if since < horizon:
        at = since * PER_DAY
        day = np.int64(at)
        daily[meter, day, CAME] += weight
        daily[meter, day, CAME_AT] += weight * (at - day)
        if until < horizon:
            wait = until - since
            at = until * PER_DAY
            day = np.int64(at)
            daily[meter, day, LEFT] += weight
            daily[meter, day, LEFT_AT] += weight * (at - day)
            daily[meter, day, WAITED] += weight * wait
            if until >= warm:
                meters[meter, SQUARES] += weight * wait * wait
                if wait > 0.0:
                    meters[meter, POSITIVE] += weight


@inlined
def worked(daily: Floats, meter: Whole, end: float, horizon: float) -> Any:
    """Adds to the days of a meter that a service ends; that it begins is the end of a wait, which ``record`` has added."""
    if end < horizon:
        at = end * PER_DAY
        day = np.int64(at)
        daily[meter, day, LEFT] += 1.0
        daily[meter, day, LEFT_AT] += at - day


@inner
def held(daily: Floats, meter: Whole, t: float, more: Any, horizon: float) -> Any:
    """Adds to the days of a meter that so many more (or fewer) are held from ``t`` on."""
    if t < horizon:
        at = t * PER_DAY
        day = np.int64(at)
        side = CAME if more > 0 else LEFT
        daily[meter, day, side] += abs(more)
        daily[meter, day, side + 1] += abs(more) * (at - day)


@inner
def recorded(
    meters: Floats,
    daily: Floats,
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
