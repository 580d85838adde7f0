"""The machine: everything that happens is an entity that runs a program, and this one kernel interprets them all.

An entity stands for a train of units, one unit, a vessel, or a source of arrivals. It carries its own clock, which may
run ahead of the event list: only at a step where others can be met (a queue, a quay, a berth) is it put into the list
and waits for its turn. A step is a row of ``code`` (operation and five whole numbers), ``num`` (three numbers) and
``salt`` (what its draws are keyed by). Queues that can be resolved on arrival (``queues``) need no event at all.

Operations and their cells: ``engines/simulate/model``, which assembles programs.
"""

import numpy as np

from karvan.kernels import events as ev
from karvan.kernels import queues as qu
from karvan.kernels.random import child, draw, drawn, jit, mix, unit

(EXIT, REFUSE, DELAY, GATE, BRANCH, JUMP, UNTIL, RETIRE,
 SERVE, EACH, BULK, SCATTER, SEIZE, RELEASE, RETURN, SLOT, BOARD, LOAD, UNLOAD, ARRIVE, LISTED, TIMER) = range(22)  # fmt: skip
ALONE = 7  # operations up to this one touch nothing that is shared: the entity's clock may run ahead
OP, A, B, M, X, Y = range(6)

# Columns of an entity: whole numbers, numbers.
PC, UNITS, SERIAL, FLOW, CARGO, LAST, WAITS, NOTE = range(8)
BORN, SINCE, SIZE = range(3)
# Columns of a store (what is seized): whole numbers; then four queues by priority (head and tail), the meter of work.
HELD, MOST, QUEUES, BUSY = 0, 1, 2, 10
# Columns of a quay: whole numbers, numbers.
HEAD, TAIL, SHIPS, SHIPS_LAST, STAMP, CARRIER = range(6)
LEAST, ROOM, PATIENCE, AFLOAT = range(4)
# Columns of a flow's counts, sums and of a service's sums.
ENTERED, DELIVERED, REFUSED, INSIDE = range(4)
SAILED, LOADED, IDLE, BEFORE, LEFT, PIECES = range(6)
DONE, FULL, STUCK = 0, 1, 2
PATIENT = 1 << 22  # turns without the clock moving, after which a run gives up


@jit
def note(log, row, step, t, key):  # type: ignore[no-untyped-def]
    """Writes one line of the log: what was completed, when, by whom."""
    log[row, 0] = step
    log[row, 1] = t
    log[row, 2] = np.float64(np.int64(key >> np.uint64(32)))
    log[row, 3] = np.float64(np.int64(key & np.uint64(0xFFFFFFFF)))
    return row + 1


@jit
def run(code, num, salt, laws, values, pools, servers, slots, stores, quays, wishes, gate_at, shuts, opens, rates,
        starts, births, keys, run_key, sizes, warm, horizon, bin_h, log):  # type: ignore[no-untyped-def]  # fmt: skip
    """One run of a model from time 0 to ``horizon`` (h); what is counted begins at ``warm``.

    ``sizes``: most entities at once, flows, meters, services, bins of a lead time, sources' rate rows. ``log``: rows
    (step, time, unit's key as two halves) to fill with everything completed, or no rows. Gives the counts by flow, sums
    by flow, histogram of lead times by flow, meters, meters by day, services, and (events, status, rows logged, time).
    """
    most, flows, n_meters, services, bins = sizes[0], sizes[1], sizes[2], sizes[3], sizes[4]
    days = np.int64(np.ceil(horizon / 24.0)) + 1
    counts = np.zeros((flows, 4), np.int64)
    leads = np.zeros((flows, 3))
    spread = np.zeros((flows, bins), np.int32)
    by_day = np.zeros((flows, days), np.int32)
    meters = np.zeros((n_meters, 5))
    daily = np.zeros((n_meters, 2, days), np.int32)
    sailed = np.zeros((services, 6))
    ei = np.zeros((most, 8), np.int32)
    ei[:, PC] = -1
    ef = np.zeros((most, 3))
    key = np.zeros(most, np.uint64)
    when = np.zeros(most)
    link = np.arange(1, most + 1).astype(np.int32)
    link[most - 1] = -1
    free = np.int64(0)
    ready = np.empty(most, np.int32)
    r_head = r_tail = 0
    ends, ctl, rate = ev.calendar(most)
    n_log = 0
    log_most = log.shape[0]
    still = 0
    done = 0
    status = DONE
    now = 0.0
    before = -1.0
    for i in range(starts.shape[0]):
        e = free
        free = np.int64(link[e])
        key[e] = keys[i]
        ei[e, PC], ei[e, UNITS], ei[e, FLOW], ei[e, CARGO] = starts[i, 0], starts[i, 1], starts[i, 2], -1
        ef[e, BORN], ef[e, SIZE] = births[i], 1.0
        counts[starts[i, 2], ENTERED] += starts[i, 1]
        ev.push(ends, ctl, rate, when, link, e, births[i])
    resume = np.int64(-1)
    while True:
        if resume >= 0:
            e = resume
            resume = np.int64(-1)
        elif r_head != r_tail:
            e = np.int64(ready[r_head])
            r_head = r_head + 1 if r_head + 1 < most else 0
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
            status = STUCK
            break
        t = now
        pc = np.int64(ei[e, PC])
        while True:
            op = code[pc, OP]
            wakes = np.int64(-1)
            if t > now and op > ALONE:
                ei[e, PC] = pc
                ev.push(ends, ctl, rate, when, link, e, t)
                break
            if op == SERVE or op == EACH:
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
                worked = 0.0
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
                    if places > 0:
                        servers[first + width + pools[pool, qu.INSIDE]] = end
                        pools[pool, qu.INSIDE] += 1
                    qu.record(meters, daily, meter, t, begin, 1, warm, horizon)
                    worked += max(0.0, min(end, horizon) - max(begin, warm))
                    if end <= horizon:
                        done += 1
                    last = max(last, end)
                meters[meter + 1, qu.AREA] += worked
                if refused:
                    pc = np.int64(code[pc, X])
                    continue
                t = last
            elif op == DELAY:
                t += draw(laws, values, code[pc, A], key[e] + salt[pc])
                if t <= horizon:
                    done += 1
            elif op == EXIT or op == REFUSE:
                units = ei[e, UNITS]
                flow = ei[e, FLOW]
                if n_log < log_most:
                    n_log = note(log, n_log, pc, t, key[e])
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
                            spread[flow, min(np.int64(lead / bin_h), bins - 1)] += units
                        by_day[flow, np.int64(t / 24.0)] += units
                ei[e, UNITS] = 0
                ei[e, PC] = -1
                link[e] = free
                free = e
                break
            elif op == SCATTER:
                if ei[e, UNITS] > 1:
                    if free < 0:
                        status = FULL
                        break
                    u = free
                    free = np.int64(link[u])
                    key[u] = child(key[e], ei[e, SERIAL])
                    ei[u, UNITS], ei[u, FLOW], ei[u, CARGO], ei[u, WAITS], ei[u, SERIAL] = 1, ei[e, FLOW], -1, 0, 0
                    ef[u, BORN], ef[u, SIZE] = ef[e, BORN], ef[e, SIZE]
                    ei[e, UNITS] -= 1
                    ei[e, SERIAL] += 1
                    ei[e, PC] = pc
                    resume = e
                    e = u
                elif ei[e, UNITS] == 1:
                    key[e] = child(key[e], ei[e, SERIAL])
                    ei[e, SERIAL] = 0
            elif op == BRANCH:
                if unit(mix(mix(key[e] + salt[pc]))) < num[pc, 0]:
                    pc = np.int64(code[pc, X])
                    continue
            elif op == JUMP:
                key[e] = mix(key[e] + salt[pc])
                pc = np.int64(code[pc, X])
                still += 1
                if still > PATIENT:
                    status = STUCK
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
                    if min(end, horizon) > max(begin, warm):
                        meters[code[pc, M] + 1, qu.AREA] += min(end, horizon) - max(begin, warm)
                servers[first + qu.FORMED] += 1.0
                qu.recorded(meters, daily, code[pc, M], t, begin, 1, warm, horizon)
                t = servers[first + qu.ENDS]
                if t <= horizon:
                    done += 1
            elif op == SEIZE:
                store = np.int64(code[pc, A])
                asked = np.int64(max(1, ei[e, UNITS])) if code[pc, Y] else 1
                held = stores[store, HELD]
                queue = QUEUES + 2 * np.int64(code[pc, X])
                empty = True
                for q in range(QUEUES, queue + 2, 2):
                    empty = empty and stores[store, q] < 0
                if not empty or held + asked > stores[store, MOST]:
                    ei[e, PC], ei[e, WAITS], ei[e, NOTE] = pc, code[pc, M] + 1, 0
                    ef[e, SINCE] = t
                    link[e] = -1
                    if stores[store, queue] < 0:
                        stores[store, queue] = e
                    else:
                        link[stores[store, queue + 1]] = e
                    stores[store, queue + 1] = e
                    break
                stores[store, HELD] += asked
                qu.recorded(meters, daily, code[pc, M], t, t, 1, warm, horizon)
                meters[stores[store, BUSY], qu.AREA] -= asked * max(t, warm)
            elif op == RELEASE or op == RETURN:
                store = np.int64(code[pc, A])
                back = np.int64(max(1, ei[e, UNITS])) if code[pc, Y] else 1
                if op == RETURN:  # the vehicle comes back later: an entity of its own gives it free
                    if free < 0:
                        status = FULL
                        break
                    u = free
                    free = np.int64(link[u])
                    later = t + drawn(laws, values, code[pc, B], key[e] + salt[pc])
                    ei[u, PC], ei[u, UNITS], ei[u, FLOW], ei[u, CARGO] = code[pc, X], 0, ei[e, FLOW], -1
                    ei[u, WAITS] = 0
                    key[u] = key[e]
                    ev.push(ends, ctl, rate, when, link, u, later)
                else:
                    stores[store, HELD] -= back
                    meters[stores[store, BUSY], qu.AREA] += back * max(t, warm)
                    for q in range(QUEUES, QUEUES + 8, 2):
                        while stores[store, q] >= 0:
                            u = np.int64(stores[store, q])
                            at = np.int64(ei[u, PC])
                            asked = np.int64(max(1, ei[u, UNITS])) if code[at, Y] else 1
                            if stores[store, HELD] + asked > stores[store, MOST]:
                                break
                            stores[store, q] = link[u]
                            stores[store, HELD] += asked
                            meters[stores[store, BUSY], qu.AREA] -= asked * max(t, warm)
                            qu.recorded(meters, daily, code[at, M], ef[u, SINCE], t, 1, warm, horizon)
                            ei[u, WAITS] = 0
                            ei[u, PC] = at + 1
                            if n_log < log_most:
                                n_log = note(log, n_log, at, t, key[u])
                            ready[r_tail] = u
                            r_tail = r_tail + 1 if r_tail + 1 < most else 0
                        if stores[store, q] >= 0:
                            break
            elif op == BOARD:
                quay = np.int64(code[pc, A])
                ef[e, SIZE] = num[pc, 0]
                ei[e, PC], ei[e, WAITS], ei[e, NOTE] = pc + 1, code[pc, M] + 1, 1
                ef[e, SINCE] = t
                link[e] = -1
                if quays[quay, HEAD] < 0:
                    quays[quay, HEAD] = e
                    if quays[quay, CARRIER] >= 0 and wishes[quay, PATIENCE] < 1e17:
                        if free < 0:
                            status = FULL
                            break
                        u = free
                        free = np.int64(link[u])
                        quays[quay, STAMP] += 1
                        ei[u, PC], ei[u, UNITS], ei[u, FLOW], ei[u, WAITS] = code[pc, X], 0, 0, 0
                        ei[u, CARGO], ei[u, NOTE] = -1, quays[quay, STAMP]
                        ev.push(ends, ctl, rate, when, link, u, t + wishes[quay, PATIENCE])
                else:
                    link[quays[quay, TAIL]] = e
                quays[quay, TAIL] = e
                wishes[quay, AFLOAT] += ei[e, UNITS] * ef[e, SIZE]
                wakes = quay
                e = np.int64(-1)
            elif op == LOAD:
                quay = np.int64(code[pc, A])
                ei[e, PC], ei[e, CARGO], ei[e, LAST] = pc, -1, -1
                ef[e, SINCE] = t
                quays[quay, STAMP] += 1
                ei[e, NOTE] = quays[quay, STAMP]
                if num[pc, 2] < 1e17:
                    if free < 0:
                        status = FULL
                        break
                    u = free
                    free = np.int64(link[u])
                    ei[u, PC], ei[u, UNITS], ei[u, FLOW], ei[u, WAITS] = code[pc, X], 0, 0, 0
                    ei[u, CARGO], ei[u, NOTE] = -1, quays[quay, STAMP]
                    ev.push(ends, ctl, rate, when, link, u, t + num[pc, 2])
                link[e] = -1
                if quays[quay, SHIPS] < 0:
                    quays[quay, SHIPS] = e
                else:
                    link[quays[quay, SHIPS_LAST]] = e
                quays[quay, SHIPS_LAST] = e
                wakes = quay
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
                    ready[r_tail] = u
                    r_tail = r_tail + 1 if r_tail + 1 < most else 0
                    u = np.int64(link[u])
                ei[e, CARGO], ei[e, LAST] = -1, -1
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
                    if free < 0:
                        status = FULL
                        break
                    u = free
                    free = np.int64(link[u])
                    key[u] = mix(key[e] + np.uint64(1))
                    ei[u, PC], ei[u, UNITS], ei[u, FLOW], ei[u, SERIAL] = code[pc, X], np.int64(size), code[pc, A], 0
                    ei[u, CARGO], ei[u, WAITS] = -1, 0
                    ef[u, BORN], ef[u, SIZE] = t, num[pc, 2]
                    counts[code[pc, A], ENTERED] += np.int64(size)
                    ready[r_tail] = u
                    r_tail = r_tail + 1 if r_tail + 1 < most else 0
                    done += 1
                ei[e, NOTE] += 1
                ei[e, PC] = pc
                after = t
                if listed:
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
            if wakes >= 0:  # a quay: does the first ship, or a carrier yet to be formed, go?
                quay = wakes
                while True:
                    afloat = wishes[quay, AFLOAT]
                    ship = np.int64(quays[quay, SHIPS])
                    forced = False
                    if quays[quay, CARRIER] >= 0:
                        forced = e >= 0 and quays[quay, HEAD] >= 0
                        if afloat < wishes[quay, LEAST] and not forced:
                            break
                        if free < 0:
                            status = FULL
                            break
                        ship = free
                        free = np.int64(link[ship])
                        ei[ship, PC], ei[ship, UNITS], ei[ship, FLOW] = quays[quay, CARRIER], 0, 0
                        ei[ship, CARGO], ei[ship, LAST], ei[ship, WAITS] = -1, -1, 0
                        key[ship] = mix(key[quays[quay, HEAD]])
                        ef[ship, SINCE], ef[ship, BORN] = now, now
                        quays[quay, STAMP] += 1
                        at = np.int64(quays[quay, CARRIER])
                        room = wishes[quay, ROOM]
                    else:
                        if ship < 0:
                            break
                        at = np.int64(ei[ship, PC])
                        if afloat < num[at, 1] and ei[ship, NOTE] >= 0:
                            break
                        quays[quay, SHIPS] = link[ship]
                        ei[ship, PC] = at + 1
                        room = num[at, 0]
                    loaded = 0
                    while quays[quay, HEAD] >= 0:
                        u = np.int64(quays[quay, HEAD])
                        taken = min(np.int64(ei[u, UNITS]), np.int64(np.floor(room / ef[u, SIZE] + 1e-9)))
                        if taken == 0:
                            break
                        if taken < ei[u, UNITS]:  # the rest stays ahead of all others
                            if free < 0:
                                status = FULL
                                break
                            rest = free
                            free = np.int64(link[rest])
                            for j in range(8):
                                ei[rest, j] = ei[u, j]
                            for j in range(3):
                                ef[rest, j] = ef[u, j]
                            key[rest] = key[u]
                            ei[rest, UNITS] = ei[u, UNITS] - taken
                            ei[rest, SERIAL] = ei[u, SERIAL] + taken
                            ei[u, UNITS] = taken
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
                        ei[u, WAITS] = 0
                        link[u] = -1
                        if ei[ship, CARGO] < 0:
                            ei[ship, CARGO] = u
                        else:
                            link[ei[ship, LAST]] = u
                        ei[ship, LAST] = u
                    if now >= warm and code[at, Y] >= 0:
                        line = code[at, Y]
                        sailed[line, SAILED] += 1.0
                        sailed[line, LOADED] += afloat - wishes[quay, AFLOAT]
                        sailed[line, PIECES] += loaded
                        sailed[line, IDLE] += now - ef[ship, SINCE]
                        sailed[line, BEFORE] += afloat
                        sailed[line, LEFT] += wishes[quay, AFLOAT]
                    if n_log < log_most:
                        n_log = note(log, n_log, at, now, key[ship])
                    ready[r_tail] = ship
                    r_tail = r_tail + 1 if r_tail + 1 < most else 0
                    if forced:
                        break
                if e < 0 or status == FULL:
                    break
            if n_log < log_most:
                n_log = note(log, n_log, pc, t, key[e])
            pc += 1
        if status != DONE:
            break
    for e in range(most):  # who still waits, and where
        if ei[e, WAITS] > 0:
            weight = max(1, ei[e, UNITS]) if ei[e, NOTE] == 1 else 1
            qu.recorded(meters, daily, ei[e, WAITS] - 1, ef[e, SINCE], np.inf, weight, warm, horizon)
        if ei[e, PC] >= 0:
            counts[ei[e, FLOW], INSIDE] += ei[e, UNITS]
    for s in range(stores.shape[0]):
        meters[stores[s, BUSY], qu.AREA] += stores[s, HELD] * horizon
    return counts, leads, spread, by_day, meters, daily, sailed, np.array([done, status, n_log, ctl[ev.REBUILT]]), now
