"""A second simulator, process by process: generators, one heap, and nothing of the machine but its stream of numbers.

It reads the same programs (``Model``) and draws the same numbers by key, but nothing is resolved ahead: servers are taken
and given back by events, customers stand in queues, every entity is a coroutine. It is an oracle for tests.
"""

import heapq
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from karvan.engines.simulate.model import Model
from karvan.kernels import machine as m
from karvan.kernels import random as rn

MASK = (1 << 64) - 1
Wait = Generator[tuple[str, Any], None, None]


def mix(z: int) -> int:
    """SplitMix64's finaliser, in whole numbers of Python."""
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def child(key: int, number: int) -> int:
    return mix((key + (number + 1) * 0xD1342543DE82EF95) & MASK)


@dataclass
class Thing:
    """What runs a program."""

    key: int
    pc: int
    units: int
    serial: int
    flow: int
    born: float
    size: float = 1.0
    t: float = 0.0
    cargo: list["Thing"] = field(default_factory=list)
    since: float = 0.0
    stamp: int = 0


@dataclass
class Line:
    """Servers or places with a queue before them."""

    free: int
    inside: int = 0
    held: int = 0
    side: int = 0
    queue: list[deque[Any]] = field(default_factory=lambda: [deque() for _ in range(4)])


@dataclass
class Quay:
    waiting: deque[Thing] = field(default_factory=deque)
    ships: deque[Thing] = field(default_factory=deque)
    stamp: int = 0

    def room(self) -> float:
        return sum(one.units * one.size for one in self.waiting)


class World:
    """One run of a model until a horizon."""

    def __init__(self, model: Model, horizon: float, seed: int, run: int) -> None:
        self.f = model.arrays(horizon, seed, run)
        self.horizon, self.now, self.number = horizon, 0.0, 0
        self.heap: list[tuple[float, int, Any]] = []
        self.ready: deque[Any] = deque()
        self.current: Any = None
        self.pools = [Line(int(row[0])) for row in self.f["pools"]]
        self.places = [int(row[2]) for row in self.f["pools"]]
        self.pool_gate = [int(row[5]) for row in self.f["pools"]]
        self.stores = [Line(int(row[1])) for row in self.f["stores"]]
        self.quays = [Quay() for _ in self.f["quays"]]
        self.heads: dict[int, float] = {}
        self.log: list[tuple[int, float, int]] = []
        self.waits: dict[int, list[float]] = {}
        self.loads: list[tuple[int, float]] = []
        self.entered, self.left, self.refused = Counter[int](), Counter[int](), Counter[int]()
        for start, born, key in zip(self.f["starts"], self.f["births"], self.f["keys"], strict=True):
            thing = Thing(int(key), int(start[0]), int(start[1]), 0, int(start[2]), float(born), t=float(born))
            self.entered[thing.flow] += thing.units
            self.at(thing.t, self.life(thing))

    def at(self, t: float, process: Any) -> None:
        self.number += 1
        heapq.heappush(self.heap, (t, self.number, process))

    def go(self) -> "World":
        while True:
            if self.ready:
                process = self.ready.popleft()
            elif self.heap:
                t, _, process = heapq.heappop(self.heap)
                if t > self.horizon:
                    return self
                self.now = t
            else:
                return self
            self.advance(process)

    def advance(self, process: Any) -> None:
        """Runs a process until it waits: for a time, or for somebody to put it back among the ready."""
        self.current = process
        for word, what in process:
            if word == "until":
                self.at(what, process)
            return

    def draw(self, law: int, key: int, pc: int) -> float:
        salt = int(self.f["salt"][pc])
        return float(rn.drawn(self.f["laws"], self.f["values"], law, np.uint64((key + salt) & MASK)))

    def done(self, thing: Thing, pc: int, t: float, key: int | None = None) -> None:
        self.log.append((pc, t, thing.key if key is None else key))

    def reopens(self, gate: int, t: float) -> float:
        low, high = self.f["gate_at"][gate : gate + 2]
        at = bisect_right(self.f["shuts"][low:high].tolist(), t) - 1
        return max(t, float(self.f["opens"][low + at])) if at >= 0 else t

    def life(self, one: Thing) -> Wait:  # noqa: C901 - one branch an operation
        """The process of an entity: its program, step by step."""
        code, num = self.f["code"], self.f["num"]
        alone = (m.EXIT, m.REFUSE, m.DELAY, m.GATE, m.BRANCH, m.JUMP, m.UNTIL)
        while True:
            pc = one.pc
            op, a, b, meter, x, y = (int(cell) for cell in code[pc])
            if op not in alone and one.t > self.now:
                yield "until", one.t
            if op == m.DELAY:
                one.t += self.draw(a, one.key, pc)
            elif op == m.GATE:
                one.t = self.reopens(a, one.t)
            elif op == m.AHEAD:
                if self.ahead(a, b - 1) <= num[pc, 0]:
                    one.pc = x
                    self.join(one, y)
                    continue
            elif op == m.FOLLOW:
                came, one.t = one.t, max(one.t, self.heads.get(a, 0.0))
                self.heads[a] = one.t + self.draw(b, one.key, pc)
                self.waits.setdefault(meter, []).extend([one.t - came] if one.t < self.horizon else [])
            elif op == m.UNTIL:
                period, offset = num[pc, 0], num[pc, 1]
                one.t = offset + period * (np.floor((one.t - offset) / period + 1e-9) + 1.0)
            elif op == m.BRANCH:
                if rn.unit(np.uint64(mix(mix((one.key + int(self.f["salt"][pc])) & MASK)))) < num[pc, 0]:
                    self.join(one, a)
                    one.pc = x
                    continue
            elif op == m.JUMP:
                one.key = mix((one.key + int(self.f["salt"][pc])) & MASK)
                one.pc = x
                continue
            elif op in (m.EXIT, m.REFUSE):
                self.done(one, pc, one.t)
                if one.t <= self.horizon:
                    (self.left if op == m.EXIT else self.refused)[one.flow] += one.units
                return
            elif op == m.SERVE:
                if self.places[a] and self.pools[a].inside >= self.places[a]:
                    one.pc = x
                    continue
                yield from self.serve(a, b, meter, pc, one.key)
                one.t = self.now
            elif op == m.EACH:
                yield from self.each(one, pc, a, b, meter)
                one.t = self.now
            elif op == m.SCATTER:
                if one.units > 1:
                    self.scatter(one)
                    return
                one.key, one.serial = child(one.key, one.serial), 0
            elif op == m.SEIZE:
                yield from self.seize(one, a, (x, b), one.units if y else 1, meter)
            elif op == m.RELEASE:
                self.release(a, max(1, one.units) if y else 1)
            elif op == m.BOARD:
                one.size, one.since, one.pc, one.stamp = num[pc, 0], self.now, pc + 1, meter
                self.quays[a].waiting.append(one)
                self.sail(a)
                return
            elif op == m.LOAD:
                self.quays[a].stamp += 1
                mine = one.stamp = self.quays[a].stamp
                if num[pc, 2] < 1e17:
                    self.at(self.now + num[pc, 2], self.patience(a, mine))
                self.quays[a].ships.append(one)
                self.sail(a)
                return
            elif op == m.UNLOAD:
                for aboard in one.cargo:
                    aboard.t = self.now
                    self.ready.append(self.life(aboard))
                one.cargo = []
            elif op == m.ARRIVE:
                yield from self.source(one, pc, a, b, x)
            self.done(one, pc, one.t)
            one.pc = pc + 1

    def ahead(self, quay: int, yard: int) -> float:
        """What waits at a quay, and for a place of the yard before it."""
        room = self.quays[quay].room()
        outside = [one for line in self.stores[yard].queue for *_, one in line] if yard >= 0 else []
        code, num = self.f["code"], self.f["num"]
        return room + sum(one.units * num[one.pc + 1, 0] for one in outside if code[one.pc + 1, m.A] == quay)

    def source(self, one: Thing, pc: int, flow: int, law: int, program: int) -> Wait:
        t, units = self.now, int(self.f["num"][pc, 0])
        while True:
            one.key = child(one.key, 1)
            t += self.draw(law, one.key, pc)
            yield "until", t
            came = Thing(mix((one.key + 1) & MASK), program, units, 0, flow, self.now, t=self.now)
            self.entered[flow] += units
            self.ready.append(self.life(came))

    def scatter(self, one: Thing) -> None:
        """The units go on one after the other, each until it waits."""
        for number in range(one.units):
            unit = Thing(child(one.key, one.serial + number), one.pc + 1, 1, 0, one.flow, one.born, one.size, self.now)
            self.done(unit, one.pc, self.now)
            self.advance(self.life(unit))

    def serve(self, pool: int, law: int, meter: int, pc: int, key: int) -> Wait:
        line, came = self.pools[pool], self.now
        line.inside += 1
        if line.free:
            line.free -= 1
        else:
            line.queue[0].append(self.current)
            yield "turn", None
        if self.pool_gate[pool] >= 0:
            opens = self.reopens(self.pool_gate[pool], self.now)
            if opens > self.now:
                yield "until", opens
        self.waits.setdefault(meter, []).append(self.now - came)
        yield "until", self.now + self.draw(law, key, pc)
        line.inside -= 1
        if line.queue[0]:
            self.ready.append(line.queue[0].popleft())
        else:
            line.free += 1

    def each(self, one: Thing, pc: int, pool: int, law: int, meter: int) -> Wait:
        left = [one.units]
        whole = self.current

        def unit(number: int) -> Wait:
            yield from self.serve(pool, law, meter, pc, child(one.key, one.serial + number))
            left[0] -= 1
            if not left[0]:
                self.ready.append(whole)

        for number in range(one.units):
            self.advance(unit(number))
        self.current = whole
        yield "turn", None

    def join(self, one: Thing, flow: int) -> None:
        """The thing goes on as of flow number flow - 1, and has entered with that one; 0 leaves it as it is."""
        if flow:
            self.entered[one.flow] -= one.units
            self.entered[flow - 1] += one.units
            one.flow = flow - 1

    def seize(self, one: Thing, store: int, how: tuple[int, int], asked: int, meter: int) -> Wait:
        line, came = self.stores[store], self.now
        (priority, side), asked = how, max(1, asked)
        if any(line.queue[: priority + 1]) or not self.fits(line, asked, side):
            line.queue[priority].append((self.current, asked, side, one))
            yield "turn", None
        else:
            self.take(line, asked, side)
        self.waits.setdefault(meter, []).append(self.now - came)
        one.t = self.now

    @staticmethod
    def fits(line: Line, asked: int, side: int) -> bool:
        return asked <= line.free and (not line.held or not side or side == line.side)

    @staticmethod
    def take(line: Line, asked: int, side: int) -> None:
        line.free, line.held, line.side = line.free - asked, line.held + asked, side

    def release(self, store: int, back: int) -> None:
        line = self.stores[store]
        line.free, line.held = line.free + back, line.held - back
        for queue in line.queue:
            while queue:
                process, asked, side, _ = queue[0]
                if not self.fits(line, asked, side):
                    return
                self.take(line, asked, side)
                queue.popleft()
                self.ready.append(process)

    def patience(self, quay: int, stamp: int) -> Wait:
        for ship in self.quays[quay].ships:
            if ship.stamp == stamp:
                ship.stamp = -1
                self.sail(quay)
                break
        return
        yield "turn", None

    def sail(self, number: int) -> None:
        quay = self.quays[number]
        while quay.ships:
            ship = quay.ships[0]
            room, least = self.f["num"][ship.pc, 0], self.f["num"][ship.pc, 1]
            if quay.room() < least and ship.stamp >= 0:
                return
            quay.ships.popleft()
            while quay.waiting:
                first = quay.waiting[0]
                taken = min(first.units, int(np.floor(room / first.size + 1e-9)))
                if not taken:
                    break
                aboard = first
                if taken < first.units:
                    aboard = replace(first, units=taken, cargo=[])
                    first.units, first.serial = first.units - taken, first.serial + taken
                else:
                    quay.waiting.popleft()
                room -= taken * first.size
                ship.cargo.append(aboard)
                self.waits.setdefault(aboard.stamp, []).extend([self.now - aboard.since] * taken)
                yard = int(self.f["code"][aboard.pc - 1, m.B]) - 1
                if yard >= 0:
                    self.release(yard, taken)
            self.loads.append((ship.pc, sum(one.units * one.size for one in ship.cargo)))
            self.done(ship, ship.pc, self.now)
            ship.pc, ship.t = ship.pc + 1, self.now
            self.ready.append(self.life(ship))
