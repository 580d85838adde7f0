"""Flows: what the demand table sends, in which units, and the ways it takes through the corridor's arcs."""

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from karvan.corridor import Corridor
from karvan.engines.simulate.plan.shares import Table, Way, ways
from karvan.network.compile import Compiled, compile
from karvan.network.compile.goods import piece
from karvan.network.compile.vehicles import Labels
from karvan.network.compile.vehicles import train as train_of
from karvan.network.demand import demand_of
from karvan.network.legs import told


@dataclass(frozen=True)
class Flow:
    """Freight of one pair and commodity: pieces a year, pieces that come together, and the ways it takes.

    ``train``: pieces a full train, ship's lot or lorry takes of the first class of the way that most takes. A flow without ``ways``
    has none on the corridor and is refused, for ``reason``. ``departures_week`` and ``offset_h``: its timetable, where it has one.
    ``lots``: hours and pieces of dated consignments, where it is made of these, with what their random numbers are keyed by.
    ``changed``: what changed to its way while under way.
    """

    origin: str
    destination: str
    commodity: str
    unit: str
    pieces_year: float
    batch: int
    train: int
    tonnes: float
    arrivals: str
    priority: int
    ways: tuple[Way, ...]
    net: Compiled
    reason: str = ""
    departures_week: float = 0.0
    offset_h: float = 0.0
    lots: tuple[tuple[float, int], ...] = ()
    of: str = ""
    changed: bool = False

    @property
    def name(self) -> str:
        """What its random numbers are keyed by."""
        return f"{self.of}{self.origin}|{self.destination}|{self.commodity}"

    @property
    def largest(self) -> int:
        """The most pieces that come together."""
        timed = self.train if self.arrivals == "timetable" else self.batch
        return max((size for _, size in self.lots), default=timed)

    @property
    def labels(self) -> Labels:
        """The arcs of its first way."""
        return self.ways[0].labels if self.ways else ()

    def parts(self, corridor: Corridor) -> tuple["Flow", ...]:
        """What of it takes each of its ways, as flows of one way; itself where it has no more than one."""
        if len(self.ways) < 2:
            return (self,)
        return tuple(
            replace(self, ways=(one,), pieces_year=self.pieces_year * one.share,
                    train=train_of(corridor, one.labels, self.unit, self.tonnes))
            for one in self.ways
        )  # fmt: skip


def flows(corridor: Corridor, start: dt.date, tags: Sequence[str]) -> Iterator[Flow]:
    """The flows of the year of the day, by key: those of the table (of its first year before it), or carried on by drivers."""
    if corridor.demand.is_empty():
        return
    first: int = min(corridor.demand["year"].to_list())
    demand = demand_of(corridor, max(start.year, first))
    on_corridor, table = tagged(corridor, tags), told(corridor)
    keys = ["origin", "destination", "commodity_id"]
    for row in demand.sort(keys).iter_rows(named=True):
        if tuple(row[key] for key in keys) in table:  # shares are of the whole market, on all corridors
            row = {**row, "seen_kt": None}
        kt = row["kt"] if row["seen_kt"] is None else row["seen_kt"]
        if kt > 0:
            yield flow_of(corridor, row, kt, start, (on_corridor, table))


def tagged(corridor: Corridor, tags: Sequence[str]) -> set[str]:
    """The links of the corridors of these names."""
    return set(corridor.links.filter(pl.col("corridor").is_in(list(tags)))["link_id"].to_list())


def flow_of(corridor: Corridor, row: dict[str, Any], kt: float, start: dt.date, by: tuple[set[str], Table]) -> Flow:
    """The flow of a row in the columns of demand, ``by`` the links of the corridor and the table of ways."""
    net = compile(corridor, row["commodity_id"], start)
    unit, tonnes = piece(net.goods, row["form"])
    found = ways(net, (row["origin"], row["destination"], row["commodity_id"]), *by)
    labels = max(found, key=lambda one: one.share).labels if found else ()
    reason = "" if found else "no way on the corridor asked for"
    boxes = row["seen_teu"] if row["seen_kt"] is not None else row["teu"]
    pieces = boxes / 2 if unit == "FEU" and boxes else kt * 1000 / tonnes
    train = train_of(corridor, labels, unit, tonnes)
    weekly = max(1, math.ceil(pieces / 52))
    batch = int(row["batch"]) if row["batch"] else min(train, weekly)
    often = row["departures_week"] or 0.0
    if row["arrivals"] == "timetable" and often:
        batch = min(train, max(1, math.ceil(pieces * 7 / 365 / often)))
    return Flow(
        row["origin"], row["destination"], row["commodity_id"], unit, pieces, batch, train, tonnes,
        row["arrivals"] or "random", row["priority"] or 0, found, net, reason, often, row["offset_h"] or 0.0,
    )  # fmt: skip
