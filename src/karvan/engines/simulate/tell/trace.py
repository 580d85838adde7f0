"""Trace: what trains, pieces and ships did, change by change, for playback."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from karvan.engines.simulate.model import Array, Model
from karvan.engines.simulate.plan import Plan
from karvan.engines.simulate.tell.measures import S
from karvan.kernels import entities as en
from karvan.kernels import machine as m

MOST = 20_000
"""Trains and pieces up to which all are traced; of more, about so many, drawn by their keys. Ships are all traced."""
KINDS = ("train", "ship", "piece")
STATES = ("moving", "waiting", "served", "loading", "sailing", "closed", "delivered", "refused")
TRACE = {"mover": pl.Int32(), "kind": pl.Enum(KINDS), "name": S, "hour": pl.Float32(), "state": pl.Enum(STATES),
         "place": S, "to": S, "units": pl.Int32(), "cause": S}  # fmt: skip
SERVED = (m.SERVE, m.EACH, m.BULK)
Change = tuple[float, str, bool, str]
"""Hour from which on, state, whether on the way to the next place, cause."""


def trace(plan: Plan, seed: int, warm: float, days: float) -> pl.DataFrame:
    """What happened in the first run in ``days`` from the hour ``warm`` on: a row a change of state, mover by mover in time."""
    if not days:
        return pl.DataFrame(schema=TRACE)
    until = warm + 24.0 * days
    trail = _trail(plan.model, until, seed)
    rows = [row for number, life in enumerate(_lives(plan, trail)) for row in _rows(plan, number, life, warm, until)]
    return pl.DataFrame(rows, schema=TRACE, orient="row")


def _trail(model: Model, horizon: float, seed: int) -> Array:
    """The whole log of the first run: with more room where it proves too little."""
    room = 1 << 16
    while True:
        trail = model.run(horizon, seed=seed, log=room).trail
        if len(trail) != room:
            return trail
        room *= 4


def _lives(plan: Plan, trail: Array) -> Iterator[Array]:
    """The lines of each mover that is traced, in order of coming: all that an entity did from its coming to its end."""
    told = np.array([row in plan.legs for row in range(len(plan.model.rows))], bool)
    trail = trail[told[trail[:, 0].astype(int)]]
    order = np.argsort(trail[:, 4], kind="stable")
    trail = trail[order]
    first = np.ones(len(trail), bool)
    first[1:] = (trail[1:, 4] != trail[:-1, 4]) | (trail[1:, 7] == en.COME)
    begins = np.flatnonzero(first)
    lines = np.split(trail, begins[1:]) if len(trail) else []
    share = MOST / max(1, (trail[:, 7] == en.COME).sum())
    for at in np.argsort(order[begins], kind="stable"):
        life = lines[at]
        if life[0, 7] != en.COME or life[0, 3] < share * 2.0**32:
            yield life


def _rows(plan: Plan, number: int, life: Array, warm: float, until: float) -> Iterator[tuple[Any, ...]]:
    """The changes of state of one mover that lie in the time asked for; the first is what it does as that begins."""
    ship = life[0, 7] != en.COME
    kind = "ship" if ship else "train" if life[0, 5] > 1 else "piece"
    now, units, here, aboard = 0.0, 0, "", ""
    for line in life:
        step, t, count, what = int(line[0]), line[1], int(line[5]), line[7]
        leg, op = plan.legs[step], plan.model.rows[step][0]
        units = count if not ship else 0 if op == m.UNLOAD else units
        here, to = (here, aboard) if aboard else (leg.place or here, leg.to)
        changes = [(now, "sailing", True, "")] if aboard else _changes(plan, line, now)
        for (hour, state, away, cause), end in zip(changes, [*(one[0] for one in changes[1:]), t], strict=False):
            if hour < until and (end > warm or hour >= warm):
                yield number, kind, leg.name, max(hour, warm), state, here, to if away else "", units, cause
        units = count if ship and op == m.LOAD else units
        now, aboard = t, leg.to if what == en.LOADS else ""


def _changes(plan: Plan, line: Array, now: float) -> list[Change]:
    """The states in which a mover that comes to a step at ``now`` goes through it; none where that takes no time."""
    step, t, begun, what = int(line[0]), line[1], line[6], line[7]
    op, _, second, meter, *_ = plan.model.rows[step]
    state = plan.legs[step].doing
    if op in (m.EXIT, m.REFUSE) and what == en.COMPLETED:
        return [(t, "delivered" if op == m.EXIT else "refused", False, "")]
    if what == en.COME or t <= now:
        return []
    if op == m.DELAY:
        cause = plan.model.meters[second - 1][1] if second else ""
        return [(now, "waiting" if second else state, state in ("moving", "sailing"), cause)]
    if op == m.LOAD:
        return [(now, "loading", False, "batch")]
    if op == m.UNTIL:
        return [(now, "waiting", False, "timetable")]
    cause = plan.model.meters[meter][1]
    if op in SERVED:
        both = (now, "waiting", False, cause), (begun, "served", False, "")
        return [one for one, lasts in zip(both, (begun > now, t > begun), strict=True) if lasts]
    return [(now, "closed" if op == m.GATE else "waiting", False, cause)]
