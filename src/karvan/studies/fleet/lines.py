"""Lines: what is asked of each line of ships on a day, and what no fleet on it can beat.

n ships that take at least C hours for a round make in H hours on average at most n (H / C + 2) rounds (Lorden's inequality for
a round whose hours spread by no more than their mean: G. Lorden, On excess over the boundary, Annals of Mathematical
Statistics 41 (1970)); s berths that each round keeps b hours let at most s H / b rounds through.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from karvan.corridor import Corridor
from karvan.engines.simulate.plan.flows import Flow
from karvan.errors import InputError
from karvan.network.compile import times
from karvan.network.compile.arrays import MOVE
from karvan.network.compile.goods import size_in
from karvan.network.compile.vehicles import Row, Rows, afloat
from karvan.network.compile.vehicles import berth as berth_of
from karvan.network.compile.vehicles import room as room_of

HOURS_YEAR = 8760.0
SLACK = 1.1
"""A timetable gives each round so much of its own hours: it is kept in spite of long calls and short storms."""


@dataclass(frozen=True)
class Leg:
    """What comes in a year to go from a port to the next: pieces, the room they take, thousand tonnes."""

    tail: str
    head: str
    pieces: float = 0.0
    room: float = 0.0
    kt: float = 0.0


@dataclass(frozen=True)
class Line:
    """A line on a day: its row of ``services``, what is asked, what a ship takes and needs, what berths let through.

    ``round_h``: mean hours of a round without any wait. ``calls``: crossings a round. ``berth_h``: hours a round keeps a
    berth, by resource, with how many work there. ``pairs``: origin, destination and commodity of its freight.
    """

    row: Row
    legs: tuple[Leg, ...]
    room: float
    round_h: float
    calls: int
    berth_h: Mapping[str, tuple[float, int]]
    ports: tuple[str, ...]
    pairs: frozenset[tuple[str, str, str]]
    ship_day_usd: float
    voyage_usd: float

    @property
    def name(self) -> str:
        """Its id in ``services``."""
        return str(self.row["service_id"])

    @property
    def kt(self) -> float:
        """Thousand tonnes a year asked, both ways."""
        return sum(leg.kt for leg in self.legs)

    @property
    def rounds_asked(self) -> float:
        """Full rounds a year that the busier leg needs."""
        return max(leg.room for leg in self.legs) / self.room

    def least(self, share: float, hours: float) -> int:
        """The fewest ships that can carry the share of what comes, in the mean over ``hours``; see the file's head."""
        need = share * self.rounds_asked * hours / HOURS_YEAR
        return max(1, math.ceil(need / (hours / self.round_h + 2.0) - 1e-9))

    def ceiling(self) -> tuple[float, str]:
        """Rounds a year that the berths let through at most, and the berth that binds (infinite, none: no berth)."""
        found = [(HOURS_YEAR * servers / hours, name) for name, (hours, servers) in self.berth_h.items() if hours]
        return min(found, default=(math.inf, ""))

    def usd_least(self, vehicles: int, share: float) -> float:
        """The least a fleet of so many costs a year: its ships, and the crossings that carry the share."""
        return 365.0 * self.ship_day_usd * vehicles + share * self.rounds_asked * self.calls * self.voyage_usd

    def departures_week(self, vehicles: int) -> float:
        """Rounds a week of a timetable that so many ships keep."""
        return vehicles * 168.0 / (SLACK * self.round_h)


def lines_of(today: Corridor, flows: Sequence[Flow], ship_day_usd: Mapping[str, float]) -> dict[str, Line]:
    """The lines of ships for which freight comes on the day, by id, in order."""
    rows = Rows(today)
    asked: dict[str, dict[tuple[str, str], list[float]]] = defaultdict(dict)
    pairs: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for flow, service, ends in _carried(rows, today, flows):
        size = size_in(_vehicle(rows, service)["capacity_unit"], flow.unit, flow.tonnes)
        sums = asked[service].setdefault(ends, [0.0, 0.0, 0.0])
        for at, number in enumerate((1.0, size, flow.tonnes / 1000.0)):
            sums[at] += flow.pieces_year * number
        pairs[service].add((flow.origin, flow.destination, flow.commodity))
    return {
        service: _line(rows, service, asked[service], frozenset(pairs[service]), ship_day_usd)
        for service in sorted(asked)
    }


def _carried(rows: Rows, today: Corridor, flows: Sequence[Flow]) -> Iterator[tuple[Flow, str, tuple[str, str]]]:
    for flow in flows:
        for part in flow.parts(today):
            for label, _ in part.labels:
                if label.kind == MOVE and afloat(rows, label):
                    yield part, label.service, (label.tail, label.head)


def _vehicle(rows: Rows, service: str) -> Row:
    return rows.row("classes", rows.row("services", service)["class_id"])


def _line(
    rows: Rows,
    service: str,
    asked: Mapping[tuple[str, str], Sequence[float]],
    pairs: frozenset[tuple[str, str, str]],
    ship_day_usd: Mapping[str, float],
) -> Line:
    row, vehicle = rows.row("services", service), _vehicle(rows, service)
    calls = sorted(rows.rows("calls", service), key=lambda call: call["order"])
    ports = tuple(call["node_id"] for call in calls)
    there = [(a["node_id"], b["node_id"]) for a, b in pairwise(calls)]
    cycle = [*there, (ports[-1], ports[0])] if row["one_way"] else [*there, *((b, a) for a, b in reversed(there))]
    sailing = 2.0 * sum(_hours(rows, vehicle, call) for call in calls[1:])
    berths: dict[str, tuple[float, int]] = {}
    for number, leg in enumerate(cycle):
        berth = berth_of(rows, row, leg[0])
        if berth:
            halves = (cycle[number - 1] in asked) + (leg in asked)
            hours = berths.get(berth["resource_id"], (0.0, 0))[0] + halves * (berth["time_h"] or 0.0) / 2.0
            berths[berth["resource_id"]] = hours, berth["servers"]
    day, voyage = _costs(rows, row, ship_day_usd)
    legs = tuple(Leg(*ends, *sums) for ends, sums in sorted(asked.items()))
    round_h = sailing + sum(hours for hours, _ in berths.values())
    return Line(row, legs, room_of(rows, vehicle, ports), round_h, len(cycle), berths, ports, pairs, day, voyage)


def _hours(rows: Rows, vehicle: Row, call: Row) -> float:
    hours = call["hours"]
    if hours is None:
        hours = rows.row("links", call["link_id"])["length_km"] / (vehicle["speed_kmh"] or 20.0)
    return float(times.step(call["hours_min"], hours, call["hours_p90"]).mean)


def _costs(rows: Rows, service: Row, ship_day_usd: Mapping[str, float]) -> tuple[float, float]:
    """USD a ship and day, and a crossing: the operator's own, or those of any other who runs the class."""
    named = service["class_id"]
    found: dict[str, float] = {}
    for per in ("ship_day", "voyage"):
        own = [row for row in rows.rows("costs", named, "class_id") if row["per"] == per]
        own.sort(key=lambda row: row["operator_id"] != service["operator_id"])
        found[per] = own[0]["usd"] if own else 0.0
    day = ship_day_usd.get(named, found["ship_day"])
    if not day > 0:
        raise InputError(
            f"nothing says what a ship of the class {named} costs",
            cure=f"add a row per ship_day to costs, or give ship_day_usd={{{named!r}: 5000}}",
        )
    return float(day), float(found["voyage"])
