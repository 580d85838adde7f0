"""Entities of the machine: their columns, how they are made, woken and noted; stores they seize; quays they leave from.

``reg`` holds what changes with every step: the first free entity, the end of the ring of those ready to go on, rows of
the log written, the status. All functions change the arrays they are given.
"""

from typing import Any

import numpy as np

from karvan.kernels import queues as qu
from karvan.kernels.random import Code, Floats, Ints, Keys, Longs, Whole, inner, mix

OP, A, B, M, X, Y = range(6)
"""Columns of a step: operation, three whole numbers of which the third is a meter, where to go on, one more."""
PC, UNITS, SERIAL, FLOW, CARGO, LAST, WAITS, NOTE = range(8)
"""Whole numbers of an entity: its step, units, number of the first, flow, cargo (first and last), meter waited at, a note."""
BORN, SINCE, SIZE = range(3)
"""Numbers of an entity: when it came, since when it waits, the room one of its units takes."""
HELD, MOST, QUEUES, BUSY, SIDE = 0, 1, 2, 10, 11
"""Columns of a store: held, most, then four queues by priority (head and tail), the meter of work, the direction of those who
hold it."""
HEAD, TAIL, SHIPS, SHIPS_LAST, STAMP, CARRIER = range(6)
"""Whole numbers of a quay: units that wait, ships that wait, a stamp for patience, program of trains formed by themselves."""
LEAST, ROOM, PATIENCE, AFLOAT = range(4)
"""Numbers of a quay: for trains formed there the least, the room, the longest wait; the room that all who wait would take."""
SAILED, LOADED, IDLE, BEFORE, LEFT, PIECES, WAITED = range(7)
HOURS = 1440  # from WAITED on: pieces by whole hours waited for a ship, the last: so long or longer
"""Sums of a line: departures, room taken, ships' idle hours, room asked for before and after loading, units."""
ENTERED, DELIVERED, REFUSED, INSIDE = range(4)
"""Columns of a flow's counts."""
FREE, END, LOGGED, STATUS = range(4)
DONE, FULL, STUCK = 0, 1, 2
COMPLETED, COME, LOADS, LANDS, STILL = range(5)
"""What a line of the log tells: a step is completed, an entity comes, is loaded, is landed; it is still there at the end."""
COLUMNS = 8
"""Cells of a line of the log."""
ENDLESS = 1e17


@inner
def new(reg: Longs, link: Ints, ei: Ints, ef: Floats, like: Whole, pc: Whole) -> Any:
    """An entity without units at a step, born when ``like`` was (or now, by the caller); -1 when there is no room."""
    e = reg[FREE]
    if e < 0:
        reg[STATUS] = FULL
        return e
    reg[FREE] = link[e]
    ei[e, PC], ei[e, UNITS], ei[e, SERIAL], ei[e, WAITS], ei[e, NOTE] = pc, 0, 0, 0, 0
    ei[e, CARGO], ei[e, LAST] = -1, -1
    ei[e, FLOW] = ei[like, FLOW]
    ef[e, BORN], ef[e, SIZE], ef[e, SINCE] = ef[like, BORN], ef[like, SIZE], 0.0
    return e


@inner
def wake(reg: Longs, ready: Ints, e: Whole) -> None:
    """Puts an entity at the end of those that go on now."""
    ready[reg[END]] = e
    reg[END] = reg[END] + 1 if reg[END] + 1 < ready.size else 0


@inner
def note(reg: Longs, log: Floats, step: Whole, t: float, key: Any, e: Whole, units: Whole, since: float,
         what: Whole) -> None:  # fmt: skip
    """Writes one line of the log: a step, when, by whom (the key as two halves, the entity, its units), since when it was
    worked on, and what happened: completed, come, loaded, or landed.
    """
    row = reg[LOGGED]
    if row < log.shape[0]:
        log[row, 0] = step
        log[row, 1] = t
        log[row, 2] = np.float64(np.int64(key >> np.uint64(32)))
        log[row, 3] = np.float64(np.int64(key & np.uint64(0xFFFFFFFF)))
        log[row, 4] = e
        log[row, 5] = units
        log[row, 6] = since
        log[row, 7] = what
        reg[LOGGED] = row + 1


@inner
def append(ends: Any, head: Whole, link: Ints, e: Whole) -> None:
    """Adds an entity to the end of the list whose first and last stand at ``head`` and ``head + 1`` of ``ends``."""
    link[e] = -1
    if ends[head] < 0:
        ends[head] = e
    else:
        link[ends[head + 1]] = e
    ends[head + 1] = e


@inner
def joins(counts: Longs, ei: Ints, e: Whole, flow: Whole) -> None:
    """An entity goes on as of another flow, and has entered with that one."""
    counts[ei[e, FLOW], ENTERED] -= ei[e, UNITS]
    counts[flow, ENTERED] += ei[e, UNITS]
    ei[e, FLOW] = flow


@inner
def fits(stores: Longs, store: Whole, asked: Whole, direction: Whole) -> Any:
    """Whether so many more places of a store can be held by one of this direction (0: any)."""
    there = stores[store, HELD]
    return there + asked <= stores[store, MOST] and (there == 0 or direction == 0 or stores[store, SIDE] == direction)


@inner
def seize(code: Code, stores: Longs, meters: Floats, daily: Floats, ei: Ints, ef: Floats, link: Ints, e: Whole, pc: Whole,
          t: float, warm: float, horizon: float) -> Any:  # fmt: skip
    """Takes what a step asks of a store, if nobody of the same or a higher priority waits; else waits. Says whether."""
    store = code[pc, A]
    asked = max(1, ei[e, UNITS]) if code[pc, Y] else 1
    queue = QUEUES + 2 * code[pc, X]
    taken = fits(stores, store, asked, code[pc, B])
    for q in range(QUEUES, queue + 2, 2):
        taken = taken and stores[store, q] < 0
    if taken:
        stores[store, HELD] += asked
        stores[store, SIDE] = code[pc, B]
        qu.recorded(meters, daily, code[pc, M], t, t, 1, warm, horizon)
        qu.held(daily, stores[store, BUSY], t, asked, horizon)
    else:
        ei[e, PC], ei[e, WAITS], ei[e, NOTE] = pc, code[pc, M] + 1, 0
        ef[e, SINCE] = t
        append(stores[store], queue, link, e)
    return taken


@inner
def release(code: Code, stores: Longs, meters: Floats, daily: Floats, reg: Longs, ready: Ints, ei: Ints, ef: Floats,
            key: Keys, link: Ints, log: Floats, store: Whole, back: Whole, t: float, warm: float,
            horizon: float) -> None:  # fmt: skip
    """Gives back what was held of a store, and lets those in who now fit, the first in line first."""
    stores[store, HELD] -= back
    qu.held(daily, stores[store, BUSY], t, -back, horizon)
    for q in range(QUEUES, QUEUES + 8, 2):
        while stores[store, q] >= 0:
            u = stores[store, q]
            at = ei[u, PC]
            asked = max(1, ei[u, UNITS]) if code[at, Y] else 1
            if not fits(stores, store, asked, code[at, B]):
                return
            stores[store, q] = link[u]
            stores[store, HELD] += asked
            stores[store, SIDE] = code[at, B]
            qu.held(daily, stores[store, BUSY], t, asked, horizon)
            qu.recorded(meters, daily, code[at, M], ef[u, SINCE], t, 1, warm, horizon)
            ei[u, WAITS] = 0
            ei[u, PC] = at + 1
            note(reg, log, at, t, key[u], u, ei[u, UNITS], t, COMPLETED)
            wake(reg, ready, u)


@inner
def ahead(
    code: Code, num: Floats, stores: Longs, wishes: Floats, link: Ints, ei: Ints, quay: Whole, yard: Whole
) -> Any:
    """The room that all would take who wait at a quay, or for a place of the yard before it (-1: none) to wait there."""
    room = wishes[quay, AFLOAT]
    if yard >= 0:
        for q in range(QUEUES, QUEUES + 8, 2):
            u: Any = stores[yard, q]
            while u >= 0:
                board = ei[u, PC] + 1  # the step after the one at which it waits
                if code[board, A] == quay:
                    room += ei[u, UNITS] * num[board, 0]
                u = link[u]
    return room


@inner
def fill(code: Code, stores: Longs, quays: Longs, wishes: Floats, meters: Floats, daily: Floats, sailed: Floats, reg: Longs,
         ready: Ints, ei: Ints, ef: Floats, key: Keys, link: Ints, log: Floats, quay: Whole, ship: Whole, line: Whole,
         room: float, now: float, warm: float, horizon: float) -> Any:  # fmt: skip
    """Loads a ship with those who wait, the first in line first, as far as there is room; gives the units loaded."""
    loaded: Any = 0
    while quays[quay, HEAD] >= 0:
        u = quays[quay, HEAD]
        taken = min(np.int64(ei[u, UNITS]), np.int64(np.floor(room / ef[u, SIZE] + 1e-9)))
        if taken == 0:
            break
        if taken < ei[u, UNITS]:  # the rest stays ahead of all others
            rest = new(reg, link, ei, ef, u, ei[u, PC])
            if rest < 0:
                break
            ei[rest, WAITS], ei[rest, NOTE] = ei[u, WAITS], ei[u, NOTE]
            ef[rest, SINCE] = ef[u, SINCE]
            key[rest] = key[u]
            ei[rest, UNITS] = ei[u, UNITS] - taken
            ei[rest, SERIAL] = ei[u, SERIAL] + taken
            ei[u, UNITS] = taken
            note(reg, log, ei[u, PC] - 1, ef[u, SINCE], key[u], rest, ei[rest, UNITS], now, COME)
            link[rest] = link[u]
            quays[quay, HEAD] = rest
            if quays[quay, TAIL] == u:
                quays[quay, TAIL] = rest
        else:
            quays[quay, HEAD] = link[u]
        room -= taken * ef[u, SIZE]
        wishes[quay, AFLOAT] -= taken * ef[u, SIZE]
        loaded += taken
        qu.recorded(meters, daily, ei[u, WAITS] - 1, ef[u, SINCE], now, taken, warm, horizon)
        if now >= warm and line >= 0:
            hour: Any = min(np.int64(now - ef[u, SINCE]), HOURS - 1)
            sailed[line, WAITED + hour] += taken
        ei[u, WAITS] = 0
        append(ei[ship], CARGO, link, u)
        note(reg, log, ei[u, PC] - 1, now, key[u], u, taken, now, LOADS)
        yard = code[ei[u, PC] - 1, B] - 1
        if yard >= 0:
            release(code, stores, meters, daily, reg, ready, ei, ef, key, link, log, yard, taken, now, warm, horizon)
    return loaded


@inner
def sail(code: Code, num: Floats, stores: Longs, quays: Longs, wishes: Floats, meters: Floats, daily: Floats,
         sailed: Floats, reg: Longs, ready: Ints, ei: Ints, ef: Floats, key: Keys, link: Ints, log: Floats, quay: Whole,
         timed: bool, now: float, warm: float, horizon: float) -> None:  # fmt: skip
    """Lets the ships of a quay go that may: their least load is there, or their patience is over (``timed``: a train's)."""
    while True:
        afloat = wishes[quay, AFLOAT]
        ship = quays[quay, SHIPS]
        if quays[quay, CARRIER] >= 0:
            if quays[quay, HEAD] < 0 or (afloat < wishes[quay, LEAST] and not timed):
                return
            at = quays[quay, CARRIER] - 1
            ship = new(reg, link, ei, ef, quays[quay, HEAD], at)
            if ship < 0:
                return
            key[ship] = mix(key[quays[quay, HEAD]])
            ef[ship, SINCE], ef[ship, BORN] = now, now
            quays[quay, STAMP] += 1
            room = wishes[quay, ROOM]
            line = np.int64(-1)
        else:
            if ship < 0:
                return
            at = np.int64(ei[ship, PC])
            if afloat < num[at, 1] and ei[ship, NOTE] >= 0:
                return
            quays[quay, SHIPS] = link[ship]
            room = num[at, 0]
            line = code[at, Y]
            if ei[ship, WAITS] > 0:
                qu.recorded(meters, daily, ei[ship, WAITS] - 1, ef[ship, SINCE], now, 1, warm, horizon)
                ei[ship, WAITS] = 0
        loaded = fill(code, stores, quays, wishes, meters, daily, sailed, reg, ready, ei, ef, key, link, log, quay, ship, line,
                      room, now, warm, horizon)  # fmt: skip
        if now >= warm and line >= 0:
            sailed[line, SAILED] += 1.0
            sailed[line, LOADED] += afloat - wishes[quay, AFLOAT]
            sailed[line, PIECES] += loaded
            sailed[line, IDLE] += now - ef[ship, SINCE]
            sailed[line, BEFORE] += afloat
            sailed[line, LEFT] += wishes[quay, AFLOAT]
        ei[ship, PC] = at + 1
        note(reg, log, at, now, key[ship], ship, loaded, now, COMPLETED)
        wake(reg, ready, ship)
        if timed or reg[STATUS] != DONE:
            return


@inner
def ended(meters: Floats, daily: Floats, counts: Longs, ei: Ints, ef: Floats, warm: float, horizon: float) -> None:
    """Counts, at the end of a run, who still waits and where, and who is inside."""
    for e in range(ei.shape[0]):
        if ei[e, WAITS] > 0:
            weight = max(1, ei[e, UNITS]) if ei[e, NOTE] == 1 else 1
            qu.recorded(meters, daily, ei[e, WAITS] - 1, ef[e, SINCE], np.inf, weight, warm, horizon)
        if ei[e, PC] >= 0:
            counts[ei[e, FLOW], INSIDE] += ei[e, UNITS]
