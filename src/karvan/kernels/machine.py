"""The machine: everything that happens is an entity that runs a program, and this one kernel interprets them all.

An entity stands for a train of units, one unit, a vessel, or a source of arrivals. It carries its own clock, which may
run ahead of the event list: only at a step where others can be met (a queue, a quay, a berth) is it put into the list
and waits for its turn. A step is a row of ``code`` (operation and five whole numbers), ``num`` (three numbers) and
``salt`` (what its draws are keyed by). Queues that can be resolved on arrival (``queues``) need no event at all.

Operations and their cells: ``engines/simulate/model``, which assembles programs.
"""

from typing import Any

import numpy as np

from karvan.kernels import entities as en
from karvan.kernels import events as ev
from karvan.kernels import queues as qu
from karvan.kernels.entities import (
    BORN,
    CARGO,
    CARRIER,
    DELIVERED,
    DONE,
    END,
    ENDLESS,
    ENTERED,
    FLOW,
    FREE,
    HEAD,
    INSIDE,
    LAST,
    NOTE,
    OP,
    PATIENCE,
    PC,
    REFUSED,
    SERIAL,
    SHIPS,
    SINCE,
    SIZE,
    STAMP,
    STATUS,
    STUCK,
    UNITS,
    WAITS,
    A,
    B,
    M,
    X,
    Y,
)
from karvan.kernels.random import Code, Floats, Keys, Longs, bare, child, draw, drawn, mix, unit

(EXIT, REFUSE, DELAY, GATE, BRANCH, JUMP, UNTIL, RETIRE,
 SERVE, EACH, BULK, SCATTER, SEIZE, RELEASE, RETURN, SLOT, BOARD, LOAD, UNLOAD, ARRIVE, LISTED, TIMER, AHEAD, FOLLOW) = range(24)  # fmt: skip
ALONE = 7  # operations up to this one touch nothing that is shared: the entity's clock may run ahead
PATIENT = 1 << 22  # turns without the clock moving, after which a run gives up


@bare
def run(code: Code, num: Floats, salt: Keys, laws: Floats, values: Floats, pools: Longs, servers: Floats, slots: Floats,
        stores: Longs, quays: Longs, wishes: Floats, gate_at: Longs, shuts: Floats, opens: Floats, rates: Floats,
        starts: Longs, births: Floats, keys: Keys, run_key: Any, tally: Any, things: Any, warm: float, horizon: float,
        bin_h: float, log: Floats) -> Any:  # fmt: skip
    """One run of a model from time 0 to ``horizon`` (h); what is counted begins at ``warm``.

    ``tally`` and ``things``: what ``room.blank`` and ``room.empty`` make; the first is filled. ``log``: rows to fill
    with everything that happens (``entities.note``), or no rows. Gives (events, status, rows logged, rebuilds of the
    event list).
    """
    counts, leads, spread, by_day, meters, daily, sailed = tally
    ei, ef, key, when, link, ready, reg, ends, ctl, rate = things
    most, bins = ei.shape[0], spread.shape[1]
    per_h = 1.0 / bin_h
    head = 0
    logs = log.shape[0] > 0
    still = 0
    done = 0
    now = 0.0
    before = -1.0
    for i in range(starts.shape[0]):
        e = en.new(reg, link, ei, ef, 0, starts[i, 0])
        if e < 0:
            break
        key[e] = keys[i]
        ei[e, UNITS], ei[e, FLOW] = starts[i, 1], starts[i, 2]
        ef[e, BORN], ef[e, SIZE] = births[i], 1.0
        counts[starts[i, 2], ENTERED] += starts[i, 1]
        ev.push(ends, ctl, rate, when, link, e, births[i])
    resume = np.int64(-1)
    while reg[STATUS] == DONE:
        if resume >= 0:
            e = resume
            resume = np.int64(-1)
        elif head != reg[END]:
            e = np.int64(ready[head])
            head = head + 1 if head + 1 < most else 0
        else:
            if ctl[ev.COUNT] == 0:
                break
            e = np.int64(ev.pop(ends, ctl, rate, when, link))
            now = when[e]
            if now > horizon:
                break
            if now > before:
                before = now
                still = 0
        still += 1
        if still > PATIENT:
            reg[STATUS] = STUCK
            break
        t = now
        pc = np.int64(ei[e, PC])
        while True:
            op = code[pc, OP]
            wakes = np.int64(-1)
            begun = t
            if t > now and op > ALONE:
                ei[e, PC] = pc
                ev.push(ends, ctl, rate, when, link, e, t)
                break
            if op in (SERVE, EACH):
                pool = np.int64(code[pc, A])
                law = code[pc, B]
                meter = code[pc, M]
                first = pools[pool, qu.FIRST]
                width = pools[pool, qu.SERVERS]
                places = pools[pool, qu.PLACES]
                absence = pools[pool, qu.ABSENCE]
                gate = pools[pool, qu.GATE]
                each = op == EACH
                turns = np.int64(ei[e, UNITS]) if each else 1
                serial = np.int64(ei[e, SERIAL])
                own = key[e]
                step_salt = salt[pc]
                last = t
                refused = False
                for i in range(turns):
                    who = child(own, serial + i) if each else own
                    if places > 0 and qu.full(pools, servers, pool, t):
                        refused = True
                        break
                    j = qu.earliest(servers, first, width)
                    begin = servers[j]
                    if absence >= 0:
                        begin = qu.back(pools, laws, values, pool, run_key + step_salt, begin, t)
                    begin = max(t, begin)
                    if gate >= 0:
                        begin = qu.reopens(gate_at, shuts, opens, gate, begin)
                    end = begin + draw(laws, values, law, who + step_salt)
                    servers[j] = end
                    begun = begin if i == 0 else begun
                    if places > 0:
                        servers[first + width + pools[pool, qu.INSIDE]] = end
                        pools[pool, qu.INSIDE] += 1
                    qu.record(meters, daily, meter, t, begin, 1, warm, horizon)
                    qu.worked(daily, meter + 1, end, horizon)
                    if end <= horizon:
                        done += 1
                    last = max(last, end)
                if refused:
                    pc = np.int64(code[pc, X])
                    continue
                t = last
            elif op == DELAY:
                begin = t
                t += draw(laws, values, code[pc, A], key[e] + salt[pc])
                if code[pc, B] > 0:
                    qu.recorded(meters, daily, code[pc, B] - 1, begin, t, max(1, ei[e, UNITS]), warm, horizon)
                if t <= horizon:
                    done += 1
            elif op in (EXIT, REFUSE):
                units = ei[e, UNITS]
                flow = ei[e, FLOW]
                if logs:
                    en.note(reg, log, pc, t, key[e], e, ei[e, UNITS], begun, en.COMPLETED)
                if units > 0:
                    if t > horizon:
                        counts[flow, INSIDE] += units
                    elif op == REFUSE:
                        counts[flow, REFUSED] += units
                    else:
                        counts[flow, DELIVERED] += units
                        if t >= warm:
                            lead = t - ef[e, BORN]
                            leads[flow, 0] += units
                            leads[flow, 1] += units * lead
                            leads[flow, 2] += units * lead * lead
                            spread[flow, min(np.int64(lead * per_h), bins - 1)] += units
                        by_day[flow, np.int64(t * qu.PER_DAY)] += units
                ei[e, UNITS] = 0
                ei[e, PC] = -1
                link[e] = reg[FREE]
                reg[FREE] = e
                break
            elif op == SCATTER:
                if ei[e, UNITS] > 1:
                    u = reg[FREE]
                    if u < 0:
                        reg[STATUS] = en.FULL
                        break
                    reg[FREE] = link[u]
                    key[u] = child(key[e], ei[e, SERIAL])
                    ei[u, UNITS], ei[u, SERIAL], ei[u, FLOW], ei[u, WAITS] = 1, 0, ei[e, FLOW], 0
                    ei[u, CARGO], ei[u, NOTE] = -1, 0
                    ef[u, BORN], ef[u, SIZE] = ef[e, BORN], ef[e, SIZE]
                    ei[e, UNITS] -= 1
                    ei[e, SERIAL] += 1
                    ei[e, PC] = pc
                    resume = e
                    e = u
                    if logs:
                        en.note(reg, log, pc, t, key[e], e, 1, t, en.COME)
                elif ei[e, UNITS] == 1:
                    key[e] = child(key[e], ei[e, SERIAL])
                    ei[e, SERIAL] = 0
            elif op == BRANCH:
                if unit(mix(mix(key[e] + salt[pc]))) < num[pc, 0]:
                    if code[pc, A] > 0:
                        en.joins(counts, ei, e, code[pc, A] - 1)
                    pc = np.int64(code[pc, X])
                    continue
            elif op == JUMP:
                key[e] = mix(key[e] + salt[pc])
                pc = np.int64(code[pc, X])
                still += 1
                if still > PATIENT:
                    reg[STATUS] = STUCK
                    break
                continue
            elif op == GATE:
                begin = qu.reopens(gate_at, shuts, opens, code[pc, A], t)
                qu.recorded(meters, daily, code[pc, M], t, begin, max(1, ei[e, UNITS]), warm, horizon)
                t = begin
            elif op == SLOT:
                begin = qu.slot(slots, code[pc, A], t, num[pc, 0])
                qu.recorded(meters, daily, code[pc, M], t, begin, 1, warm, horizon)
                t = begin
            elif op == BULK:
                pool = np.int64(code[pc, A])
                first = pools[pool, qu.FIRST]
                if t >= servers[first + qu.ENDS]:
                    servers[first + qu.FORMS], servers[first + qu.FORMED] = t, 0.0
                elif servers[first + qu.FORMS] <= t or servers[first + qu.FORMED] >= pools[pool, qu.BULK]:
                    servers[first + qu.FORMS], servers[first + qu.FORMED] = servers[first + qu.ENDS], 0.0
                begin = servers[first + qu.FORMS]
                if servers[first + qu.FORMED] == 0.0:
                    end = begin + drawn(laws, values, code[pc, B], key[e] + salt[pc])
                    servers[first + qu.ENDS] = end
                    qu.held(daily, code[pc, M] + 1, begin, 1, horizon)
                    qu.held(daily, code[pc, M] + 1, end, -1, horizon)
                servers[first + qu.FORMED] += 1.0
                begun = begin
                qu.recorded(meters, daily, code[pc, M], t, begin, 1, warm, horizon)
                t = servers[first + qu.ENDS]
                if t <= horizon:
                    done += 1
            elif op == SEIZE:
                if not en.seize(code, stores, meters, daily, ei, ef, link, e, pc, t, warm, horizon):
                    break
            elif op in (RELEASE, RETURN):
                store = np.int64(code[pc, A])
                back: Any = max(1, np.int64(ei[e, UNITS])) if code[pc, Y] else 1
                if op == RELEASE:
                    en.release(code, stores, meters, daily, reg, ready, ei, ef, key, link, log, store, back, t, warm,
                               horizon)  # fmt: skip
                else:  # the vehicle comes back later: an entity of its own gives it free
                    u = en.new(reg, link, ei, ef, e, code[pc, X])
                    if u < 0:
                        break
                    key[u] = key[e]
                    later = t + drawn(laws, values, code[pc, B], key[e] + salt[pc])
                    ev.push(ends, ctl, rate, when, link, u, later)
            elif op == BOARD:
                wakes = np.int64(code[pc, A])
                ef[e, SIZE], ef[e, SINCE] = num[pc, 0], t
                ei[e, PC], ei[e, WAITS], ei[e, NOTE] = pc + 1, code[pc, M] + 1, 1
                first_in_line = quays[wakes, HEAD] < 0
                en.append(quays[wakes], HEAD, link, e)
                wishes[wakes, en.AFLOAT] += ei[e, UNITS] * ef[e, SIZE]
                if first_in_line and quays[wakes, CARRIER] >= 0 and wishes[wakes, PATIENCE] < ENDLESS:
                    u = en.new(reg, link, ei, ef, e, code[pc, X])
                    if u < 0:
                        break
                    quays[wakes, STAMP] += 1
                    ei[u, NOTE] = quays[wakes, STAMP]
                    ev.push(ends, ctl, rate, when, link, u, t + wishes[wakes, PATIENCE])
                e = np.int64(-1)
            elif op == LOAD:
                wakes = np.int64(code[pc, A])
                quays[wakes, STAMP] += 1
                ei[e, PC], ei[e, CARGO], ei[e, LAST], ei[e, NOTE] = pc, -1, -1, quays[wakes, STAMP]
                ei[e, WAITS] = code[pc, B]
                ef[e, SINCE] = t
                en.append(quays[wakes], SHIPS, link, e)
                if num[pc, 2] < ENDLESS:
                    u = en.new(reg, link, ei, ef, e, code[pc, X])
                    if u < 0:
                        break
                    ei[u, NOTE] = quays[wakes, STAMP]
                    ev.push(ends, ctl, rate, when, link, u, t + num[pc, 2])
                e = np.int64(-1)
            elif op == TIMER:
                wakes = np.int64(code[pc, A])
                if quays[wakes, CARRIER] >= 0:
                    if quays[wakes, STAMP] != ei[e, NOTE] or quays[wakes, HEAD] < 0:
                        wakes = np.int64(-1)
                else:
                    u = np.int64(quays[wakes, SHIPS])
                    while u >= 0 and ei[u, NOTE] != ei[e, NOTE]:
                        u = np.int64(link[u])
                    if u >= 0:
                        ei[u, NOTE] = -1
                    else:
                        wakes = np.int64(-1)
            elif op == UNLOAD:
                u = np.int64(ei[e, CARGO])
                while u >= 0:
                    if logs:
                        en.note(reg, log, ei[u, PC] - 1, t, key[u], u, ei[u, UNITS], t, en.LANDS)
                    en.wake(reg, ready, u)
                    u = np.int64(link[u])
                ei[e, CARGO], ei[e, LAST] = -1, -1
            elif op == AHEAD:
                if en.ahead(code, num, stores, wishes, link, ei, code[pc, A], code[pc, B] - 1) <= num[pc, 0]:
                    if code[pc, Y] > 0:
                        en.joins(counts, ei, e, code[pc, Y] - 1)
                    pc = np.int64(code[pc, X])
                    continue
            elif op == FOLLOW:
                first = pools[code[pc, A], qu.FIRST]
                begin = max(t, servers[first])
                servers[first] = begin + drawn(laws, values, code[pc, B], key[e] + salt[pc])
                qu.recorded(meters, daily, code[pc, M], t, begin, 1, warm, horizon)
                t = begin
            elif op == UNTIL:
                t = num[pc, 1] + num[pc, 0] * (np.floor((t - num[pc, 1]) / num[pc, 0] + 1e-9) + 1.0)
            elif op == RETIRE:
                if t >= num[pc, 0]:
                    pc = np.int64(code[pc, X])
                    continue
            else:  # ARRIVE, LISTED: a source; in its first turn it only fixes the time of its first arrival
                listed = op == LISTED
                if ei[e, NOTE] > 0:
                    size = num[pc, 0]
                    if listed:
                        size = values[code[pc, B] + 2 * (ei[e, NOTE] - 1) + 1]
                    elif code[pc, Y] >= 0:
                        size = np.floor(drawn(laws, values, code[pc, Y], key[e] + salt[pc] + salt[pc]) + 0.5)
                    u = en.new(reg, link, ei, ef, e, code[pc, X])
                    if u < 0:
                        break
                    key[u] = mix(key[e] + np.uint64(1))
                    ei[u, UNITS], ei[u, FLOW] = np.int64(size), code[pc, A]
                    ef[u, BORN], ef[u, SIZE] = t, num[pc, 2]
                    counts[code[pc, A], ENTERED] += np.int64(size)
                    if logs:
                        en.note(reg, log, code[pc, X], t, key[u], u, ei[u, UNITS], t, en.COME)
                    en.wake(reg, ready, u)
                    done += 1
                ei[e, NOTE] += 1
                ei[e, PC] = pc
                after = t
                if listed:
                    key[e] = child(key[e], 1)
                    after = np.inf
                    if ei[e, NOTE] <= code[pc, M]:
                        after = values[code[pc, B] + 2 * (ei[e, NOTE] - 1)]
                else:
                    while True:  # a seasonal stream is a thinned one
                        key[e] = child(key[e], 1)
                        after += drawn(laws, values, code[pc, B], key[e] + salt[pc])
                        row = np.int64(num[pc, 1])
                        if row < 0 or after > horizon:
                            break
                        share = rates[row, np.int64(after / rates[row, 0]) % (rates.shape[1] - 1) + 1]
                        if unit(mix(mix(key[e] + salt[pc]))) < share:
                            break
                if after <= horizon:
                    ev.push(ends, ctl, rate, when, link, e, after)
                break
            if wakes >= 0:
                en.sail(code, num, stores, quays, wishes, meters, daily, sailed, reg, ready, ei, ef, key, link, log, wakes,
                        e >= 0, now, warm, horizon)  # fmt: skip
                if e < 0:
                    break
            if logs:
                en.note(reg, log, pc, t, key[e], e, ei[e, UNITS], begun, en.COMPLETED)
            pc += 1
    en.ended(meters, daily, counts, ei, ef, warm, horizon)
    return done, reg[STATUS], reg[en.LOGGED], ctl[ev.REBUILT]
