"""Model: programs for the machine, written step by step; tables become one of these, and so does every test.

A model holds laws (distributions), pools (resolved on arrival), stores (seized and released), quays, gates and slots,
and the programs of its entities. ``Model.run`` gives what happened in one run.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, TypeAlias

import numpy as np

from karvan.errors import InputError
from karvan.kernels import entities as en
from karvan.kernels import machine as m
from karvan.kernels import queues as qu
from karvan.kernels import random as rn
from karvan.kernels import room
from karvan.kernels.closures import renewals
from karvan.kernels.entities import FULL

Array: TypeAlias = np.ndarray[Any, Any]
Step: TypeAlias = tuple[Any, ...]
Closed: TypeAlias = tuple[str, Any]
"""What shuts a gate: a name, by which it is drawn, and what ``intervals`` takes."""
NEVER = 1e18
BINS = 8192
MOST = 1 << 24  # entities at once, beyond which a run is given up


def key_of(*parts: object) -> int:
    """A 64-bit key of any names and numbers, the same on every machine."""
    return int.from_bytes(blake2b("|".join(map(str, parts)).encode(), digest_size=8).digest(), "little")


@dataclass(frozen=True)
class Ran:
    """One run: counts and sums by flow, meters, sailings; see ``karvan.kernels.room.blank`` for their columns.

    ``daily``: entries and exits by meter and day. ``months``: by meter and month counted, the time integral of what waits or
    works (h), waits ended, and their sum (h).
    """

    counts: Array
    leads: Array
    spread: Array
    by_day: Array
    meters: Array
    daily: Array
    months: Array
    sailed: Array
    events: int
    status: int
    trail: Array
    horizon: float
    warm: float
    bin_h: float

    @property
    def log(self) -> Array:
        """What was completed, where a log was asked for: step, time, and the key of who did as two halves."""
        return self.trail[self.trail[:, 7] == en.COMPLETED, :4]

    def wait(self, meter: int) -> float:
        """Mean of the waits ended at a meter, hours."""
        return float(self.meters[meter, 1] / max(1.0, self.meters[meter, 0]))

    def queue(self, meter: int) -> float:
        """Time average of what a meter counts: a queue's length, or servers at work."""
        return float(self.meters[meter, 4] / (self.horizon - self.warm))


@dataclass
class Model:
    """Programs and what they share. Everything is named, and what draws is keyed by its name.

    ``months``: the days, counted from the first, at which a month begins.
    """

    laws: list[tuple[float, ...]] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    rows: list[list[int]] = field(default_factory=list)
    nums: list[tuple[float, float, float]] = field(default_factory=list)
    salts: list[int] = field(default_factory=list)
    pools: list[list[int]] = field(default_factory=list)
    free: int = 0
    stores: list[list[int]] = field(default_factory=list)
    quays: list[tuple[int, float, float, float]] = field(default_factory=list)
    slots: list[float] = field(default_factory=list)
    gates: list[tuple[Closed, ...]] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)
    meters: list[tuple[str, str]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    rates: list[tuple[float, ...]] = field(default_factory=list)
    starts: list[tuple[int, int, int, float, str]] = field(default_factory=list)
    months: Sequence[int] = ()
    units_at_once: int = 1 << 14

    def law(self, kind: str, *parameters: float) -> int:
        """A distribution by its parameters as listed at ``kernels.random.draw``; lognormal and gamma by mean and cv."""
        told = (rn.BROKEN, *parameters) if kind == "broken" else distribution(kind, parameters, self.values)
        self.laws.append(told)
        return len(self.laws) - 1

    def meter(self, name: str, cause: str) -> int:
        """A meter of waits; the one after it measures work."""
        self.meters += [(name, cause), (name, "work")]
        return len(self.meters) - 2

    def pool(self, servers: int, *, places: int = 0, bulk: int = 0, absence: int = -1, gate: int = -1) -> int:
        """Servers, first come first served, resolved on arrival."""
        if servers < 1:
            raise InputError(f"a pool of {servers} servers serves nobody", cure="give it at least one server")
        if absence >= 0 and servers > 1:
            raise InputError("absences are kept for a pool of one server", cure="give each server its own pool")
        self.pools.append([servers, self.free, places, bulk, absence, gate, 0, 0])
        self.free += servers + places + 4
        return len(self.pools) - 1

    def store(self, name: str, most: int, cause: str = "queue") -> tuple[int, int]:
        """Something seized and released (berths, yards, tracks, wagons): its number, and its meter."""
        meter = self.meter(name, cause)
        self.stores.append([0, most, *[-1] * 8, meter + 1, 0])
        return len(self.stores) - 1, meter

    def quay(self, *, carrier: int = -1, least: float = NEVER, room: float = NEVER, patience: float = NEVER) -> int:
        """Where units wait for vessels; with ``carrier`` (a program) trains are formed there by themselves."""
        self.quays.append((carrier, least, room, patience))
        return len(self.quays) - 1

    def gate(self, *closed: Closed) -> int:
        """A gate shut while any of its closures is: each a name, by which it is drawn, with what ``intervals`` takes."""
        self.gates.append(closed)
        return len(self.gates) - 1

    def slot(self, per_day: float) -> int:
        """A daily limit."""
        self.slots.append(per_day)
        return len(self.slots) - 1

    def program(self, name: str, *steps: Step) -> int:
        """Adds steps; gives the row of the first. A step is (op, a, b, meter, x, y, *numbers): see ``steps``."""
        first = len(self.rows)
        for number, step in enumerate(steps):
            cells = [*step, *[0] * (9 - len(step))]
            if len(step) > 4 and isinstance(step[4], str):
                cells[4] = first + int(step[4])
            self.rows.append([int(c) for c in cells[:6]])
            self.nums.append((float(cells[6]), float(cells[7]), float(cells[8])))
            self.salts.append(key_of(name, number))
        return first

    def entity(self, program: int, name: str, *, units: int = 0, flow: int = 0, at: float = 0.0) -> None:
        """An entity there from the beginning: a vessel, a source, a unit of a closed network."""
        self.starts.append((program, units, flow, at, name))

    def run(self, horizon: float, *, seed: int = 1, run: int = 1, warm: float = 0.0, log: int = 0) -> Ran:
        """One run of so many hours; more room for entities is made when it proves too little.

        What is counted begins at the first midnight from ``warm`` on.
        """
        warm = 24.0 * math.ceil(warm / 24.0)
        frozen = self.arrays(horizon, seed, run)
        bin_h = max(horizon, 1.0) / BINS  # no lead time is longer than the run
        while True:
            record = np.zeros((log, en.COLUMNS))
            things = room.empty(self.units_at_once)
            tally, (done, status, logged, _) = self._once(frozen, horizon, warm, bin_h, record, things)
            if status != FULL or self.units_at_once >= MOST:
                done += switches(self.gates, frozen, horizon)
                parts = by_month(_worked(self.rows, tally[5]), spans(self.months, warm, horizon))
                tally[4][:, [qu.AREA, qu.COUNT, qu.SUM]] = parts.sum(axis=1)
                daily = tally[5][:, :, [qu.CAME, qu.LEFT]].swapaxes(1, 2).astype(np.int32)
                told = (*tally[:5], daily, parts, *tally[6:])
                trail = record if logged == log else np.vstack([record[:logged], _still(things)])
                return Ran(*told, int(done), int(status), trail, horizon, warm, bin_h)  # type: ignore[call-arg]
            self.units_at_once *= 4

    def _once(
        self, frozen: dict[str, Array], horizon: float, warm: float, bin_h: float, log: Array, things: Any
    ) -> Any:
        f = frozen
        tally = room.blank(
            max(1, len(self.flows)), max(2, len(self.meters)), max(1, len(self.lines)), BINS, horizon
        )  # fmt: skip
        told = m.run(
            f["code"], f["num"], f["salt"], f["laws"], f["values"], f["pools"].copy(), f["servers"].copy(),
            f["slots"].copy(), f["stores"].copy(), f["quays"].copy(), f["wishes"].copy(), f["gate_at"], f["shuts"],
            f["opens"], f["rates"], f["starts"], f["births"], f["keys"], f["run_key"][0], tally,
            things, float(warm), float(horizon), bin_h, log,
        )  # fmt: skip
        return tally, told

    def arrays(self, horizon: float, seed: int, run: int) -> dict[str, Array]:
        """What the kernel reads, for one run: programs, laws and queues, and the closures drawn for it."""
        spans = [
            united([intervals(spec, key_of(seed, run, "gate", name), horizon) for name, spec in gate])
            for gate in self.gates
        ]
        quays = [(-1, -1, -1, -1, 0, carrier) for carrier, *_ in self.quays]
        return {
            "code": _table(self.rows, 6, np.int64),
            "num": _table(self.nums, 3, np.float64),
            "salt": np.array(self.salts, np.uint64),
            "laws": _table(self.laws, 4, np.float64),
            "values": np.array(self.values or [0.0]),
            "pools": _table(self.pools, 8, np.int64),
            "servers": np.zeros(self.free + 1),
            "slots": _table([(per_day, 0.0, 0.0) for per_day in self.slots], 3, np.float64),
            "stores": _table(self.stores, 12, np.int64),
            "quays": _table(quays, 6, np.int64),
            "wishes": _table([(*wish, 0.0) for _, *wish in self.quays], 4, np.float64),
            "gate_at": np.cumsum([0, *(len(one) for one in spans)]),
            "shuts": np.concatenate([np.zeros(0), *(one[:, 0] for one in spans)]),
            "opens": np.concatenate([np.zeros(0), *(one[:, 1] for one in spans)]),
            "rates": _table(self.rates, len(self.rates[0]) if self.rates else 2, np.float64),
            "starts": _table([start[:3] for start in self.starts], 3, np.int64),
            "births": np.array([start[3] for start in self.starts], np.float64),
            "keys": np.array([key_of(seed, run, start[4]) for start in self.starts], np.uint64),
            "run_key": np.array([key_of(seed, run)], np.uint64),
        }


def _still(things: Any) -> Array:
    """Lines of a log for all that is still there at the end of a run, at the step where it is."""
    ei, _, key, *_ = things
    there = np.flatnonzero(ei[:, en.PC] >= 0)
    quay = (ei[there, en.WAITS] > 0) & (ei[there, en.NOTE] == 1) & (ei[there, en.UNITS] > 0)
    out = np.zeros((len(there), en.COLUMNS))
    out[:, 0], out[:, 1], out[:, 6], out[:, 7] = ei[there, en.PC] - quay, np.inf, np.inf, en.STILL
    out[:, 2], out[:, 3] = key[there] >> np.uint64(32), key[there] & np.uint64(0xFFFFFFFF)
    out[:, 4], out[:, 5] = there, ei[there, en.UNITS]
    return out


def spans(months: Sequence[int], warm: float, horizon: float) -> list[Any]:
    """Where what is counted by month begins and ends, in days: at whole days, but for the end of the run."""
    first, last = math.ceil(warm / 24.0), horizon / 24.0
    return [first, *(day for day in months if first < day < last), max(first, last)]


def _worked(rows: Sequence[Sequence[int]], daily: Array) -> Array:
    """The days of the meters; at a pool work begins when a wait ends, and is noted once."""
    meters = np.array(sorted({row[3] for row in rows if row[0] in (m.SERVE, m.EACH)}), np.int64)
    daily[meters + 1, :, qu.CAME : qu.CAME_AT + 1] = daily[meters, :, qu.LEFT : qu.LEFT_AT + 1]
    return daily


def by_month(daily: Array, edges: Sequence[Any]) -> Array:
    """Time integral (h), waits ended and their sum (h) by meter and month, shape (meters, months, 3), from sums by day.

    What enters at the share a of a day waits 1 - a of it, what leaves takes as much away, and what was there at midnight
    stays until the end: so the integral of a day is exact.
    """
    first, last = edges[0], math.ceil(edges[-1])
    if last <= first:
        return np.zeros((len(daily), 1, 3))
    days = daily[:, :last]
    there = np.cumsum(days[:, :, qu.CAME] - days[:, :, qu.LEFT], axis=1)
    there[:, -1] *= edges[-1] - (last - 1)
    begins = np.array(edges[:-1]) - first
    total = np.add.reduceat(days[:, first:], begins, axis=1)
    stay = np.add.reduceat(there[:, first:], begins, axis=1)
    area = 24.0 * (stay - total[:, :, qu.CAME_AT] + total[:, :, qu.LEFT_AT])
    return np.stack([area, total[:, :, qu.LEFT], total[:, :, qu.WAITED]], axis=2)


def _table(rows: Sequence[Sequence[float]], width: int, kind: Any) -> Array:
    return np.array(rows, kind).reshape(len(rows), -1) if rows else np.zeros((0, width), kind)


def intervals(spec: Any, key: int, horizon: float) -> Array:
    """The times at which a closure begins and ends, shape (closures, 2), hours.

    ``spec``: means ``(open, shut)``, rows of seasons (``kernels.closures.renewals``), or the times themselves.
    """
    if isinstance(spec, tuple):
        spec = np.array([[8760.0, *spec]])
    table = np.asarray(spec, np.float64)
    if table.ndim == 2 and table.shape[1] == 2:
        return table
    drawn: Array = renewals(table, np.uint64(key), horizon)
    return drawn


def united(closures: Sequence[Array]) -> Array:
    """The times at which one of several shuts and all are open again, shape (closures, 2).

    >>> united([np.array([[1.0, 3.0], [9.0, 10.0]]), np.array([[2.0, 4.0], [4.0, 5.0]])]).tolist()
    [[1.0, 5.0], [9.0, 10.0]]
    """
    if len(closures) == 1:
        return closures[0]
    rows = np.concatenate([np.zeros((0, 2)), *closures])
    rows = rows[np.argsort(rows[:, 0], kind="stable")]
    until = np.maximum.accumulate(rows[:, 1])
    apart = np.flatnonzero(rows[1:, 0] > until[:-1]) + 1
    begins = np.concatenate([np.arange(min(1, len(rows))), apart])
    ends = np.concatenate([apart, np.arange(len(rows), len(rows) + min(1, len(rows)))]) - 1
    return np.column_stack([rows[begins, 0], until[ends]])


def switches(gates: Sequence[tuple[Closed, ...]], frozen: dict[str, Array], horizon: float) -> int:
    """How often the gates of different closures shut and opened."""
    named = {tuple(name for name, _ in gate): number for number, gate in enumerate(gates)}
    spans = [slice(*frozen["gate_at"][number : number + 2]) for number in named.values()]
    return sum(int((frozen[side][span] <= horizon).sum()) for span in spans for side in ("shuts", "opens"))


def distribution(kind: str, p: Sequence[float], values: list[float]) -> tuple[float, ...]:
    """One row of laws; ``values`` takes the observations of an empirical one. Raises InputError for wrong parameters."""
    wrong = InputError(f"{kind} cannot have the parameters {tuple(p)}", cure="see the table of distributions")
    if kind not in ("empirical",) and any(not math.isfinite(x) or x < 0 for x in p):
        raise wrong
    match kind:
        case "fixed":
            return (rn.FIXED, p[0], 0, 0)
        case "exponential" if p[0] > 0:
            return (rn.EXPONENTIAL, p[0], 0, 0)
        case "erlang" if p[0] >= 1 and p[0] == int(p[0]):
            return (rn.ERLANG, p[0], p[1] / p[0], 0)
        case "gamma" if p[1] > 0:
            return (rn.GAMMA, 1 / p[1] ** 2, p[0] * p[1] ** 2, p[2] if len(p) > 2 else 0)
        case "lognormal" if p[0] > 0:
            s2 = math.log(1 + p[1] ** 2)
            return (rn.LOGNORMAL, math.log(p[0]) - s2 / 2, math.sqrt(s2), 0)
        case "triangular" if p[0] <= p[1] <= p[2] and p[0] < p[2]:
            return (rn.TRIANGULAR, *p)
        case "uniform" if p[0] <= p[1]:
            return (rn.UNIFORM, *p, 0)
        case "empirical" if len(p) and min(p) >= 0:
            values.extend(p)
            return (rn.EMPIRICAL, len(values) - len(p), len(p), 0)
    raise wrong
