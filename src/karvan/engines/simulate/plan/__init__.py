"""Plan: the tables of a corridor turned into programs for the machine.

A flow's program is its way: each arc a delay, a chain of steps with their queues, or the wait for a ship. A service with
calls over water and vehicles of its own becomes ships that take berths, unload, load by their rule, wait for the weather
and sail. Nothing here knows any place by name.
"""

import datetime as dt
import math
from dataclasses import dataclass, field
from typing import Any

from karvan.engines.simulate.model import Model
from karvan.engines.simulate.plan import laws
from karvan.engines.simulate.plan.seasons import closed, daily_hours
from karvan.errors import InputError
from karvan.network.compile.vehicles import Row, Rows

PLACES = ("node_id", "link_id")


@dataclass(frozen=True)
class Leg:
    """What a row of a program is to whoever looks on: whose, at which place, on the way to which, doing what meanwhile."""

    name: str
    place: str
    to: str = ""
    doing: str = "served"


@dataclass
class Plan(Rows):
    """A model under construction, and which of its numbers stand for which rows of the tables.

    ``held``: resources that what they served may block; ``ranked``: those whose customers differ in priority. Both are
    served by events. ``ranks`` and ``holders`` find them out; ``places``: stores of finite space.
    """

    start: dt.date
    days: float
    tags: tuple[str, ...]
    model: Model = field(default_factory=Model)
    queues: dict[str, tuple[str, Any, int]] = field(default_factory=dict)
    gates: dict[str, int] = field(default_factory=dict)
    meters: dict[tuple[str, str, str], int] = field(default_factory=dict)
    legs: dict[int, Leg] = field(default_factory=dict)
    quays: dict[tuple[str, str, str], tuple[int, int]] = field(default_factory=dict)
    load: dict[str, float] = field(default_factory=dict)
    lines: list[tuple[str, str, str, float, int, int]] = field(default_factory=list)
    parts: list[Any] = field(default_factory=list)
    ranks: dict[str, set[int]] = field(default_factory=dict)
    held: frozenset[str] = frozenset()
    ranked: frozenset[str] = frozenset()
    holders: set[str] = field(default_factory=set)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    heads: dict[tuple[str, bool], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        days = (self.start + dt.timedelta(days=day) for day in range(1, math.ceil(self.days)))
        self.model.months = [number for number, day in enumerate(days, start=1) if day.day == 1]

    def meter(self, name: str, cause: str, holding: str = "") -> int:
        """The meter of waits at a place for a cause, apart for those who hold a place of a resource meanwhile."""
        key = (name, cause, holding)
        if key not in self.meters:
            self.meters[key] = self.model.meter(name, cause)
        return self.meters[key]

    def queue(self, name: str) -> tuple[str, Any, int]:
        """The queue of a resource: what kind of thing it is in the model, its number there, its meter."""
        if name not in self.queues:
            self.queues[name] = _queue(self, name, self.row("resources", name))
        return self.queues[name]

    def gate(self, *places: str, holding: str = "") -> tuple[int, int] | None:
        """The one gate of places and links with closures, and the meter of those who hold a resource while it is shut."""
        found = {place: [row for by in PLACES for row in self.rows("closures", place, by)] for place in places}
        rows = [row for of in found.values() for row in of]
        if not rows:
            return None
        name = "+".join(place for place, of in found.items() if of)
        if name not in self.gates:
            self.gates[name] = self.model.gate(*closed(rows, self.start, self.days))
        weather = any(row["date_from"] is None for row in rows)
        return self.gates[name], self.meter(places[0], "weather" if weather else "closed", holding)

    def hours(self, resource: Row) -> int:
        """The gate of a resource's opening hours; -1 where it is always open."""
        name = resource["resource_id"]
        if resource["open_h_day"] is None or resource["open_h_day"] >= 24:
            return -1
        if name not in self.gates:
            self.gates[name] = self.model.gate((name, daily_hours(resource["open_h_day"], self.days, name)))
        return self.gates[name]

    @staticmethod
    def finite(resource: Row) -> bool:
        """Whether those who find no place at a resource wait before it, and block what stands there."""
        return resource["when_full"] == "wait" and bool(resource["space"])

    def quay(self, service: str, tail: str, head: str) -> tuple[int, int]:
        """Where freight waits for a service from a place to the next, and its meter."""
        key = (service, tail, head)
        if key not in self.quays:
            self.quays[key] = (self.model.quay(), self.model.meter(f"{service}@{tail}", "vessel"))
        return self.quays[key]


def _queue(plan: Plan, name: str, row: Row) -> tuple[str, Any, int]:
    model = plan.model
    if row["per_day"] and row["kind"] in ("slot", "track", "lane"):
        return "slot", model.slot(row["per_day"]), model.meter(name, "slot")
    servers = row["servers"]
    if servers < 1:
        raise InputError(
            f"resources {name}: {servers} servers serve nobody", cure="give at least one, or close the place"
        )
    if name in plan.held | plan.ranked or row["kind"] == "berth":
        _by_events(plan, name, row)
        store = model.store(name, servers)
        return "store", store, store[1]
    places = int(row["space"] or 0) if row["when_full"] == "refuse" else 0
    if row["when_full"] == "refuse" and places < servers:
        raise InputError(
            f"resources {name}: {places} places for {servers} servers", cure="space counts those served too"
        )
    absence = laws.of_kind(model, name, row["absence_kind"], row["absence_h"], 0.0) if row["absence_kind"] else -1
    gate = plan.hours(row)
    kind = "bulk" if row["bulk"] and row["bulk"] > 1 else "pool"
    pool = model.pool(servers, places=places, bulk=row["bulk"] or 0, absence=absence, gate=gate)
    return kind, pool, model.meter(name, "queue")


def _by_events(plan: Plan, name: str, row: Row) -> None:
    """Refuses what a resource served by events does not do."""
    why = "what it served may block it" if name in plan.held else "its customers have different priorities"
    asked = {
        "bulk": (row["bulk"] or 0) > 1,
        "absence_kind": bool(row["absence_kind"]),
        "when_full": row["when_full"] == "refuse",
        "open_h_day": name in plan.ranked and row["open_h_day"] is not None and row["open_h_day"] < 24,
    }
    for column, there in asked.items():
        if there and row["kind"] != "berth":
            raise InputError(
                f"resources {name}: {column} is not simulated where {why}",
                cure=f"empty {column}, or "
                + ("the space of what comes after it" if name in plan.held else "give all who come here one priority"),
            )
