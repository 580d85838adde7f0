"""Flows: what the demand table sends, in which units, and the way it takes through the corridor's arcs."""

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from karvan.corridor import Corridor
from karvan.network import ways as choice
from karvan.network.compile import Compiled, compile
from karvan.network.compile.arrays import MOVE, START, Label
from karvan.network.cost import load
from karvan.shipment import Shipment

LOT_T = 100.0
"""Tonnes in a piece of goods that travel in bulk or by pipe and say nothing of wagons."""
LOOKED_AT = 6
"""Ways among which the first that uses the corridor is taken."""


@dataclass(frozen=True)
class Flow:
    """Freight of one pair and commodity: pieces a year, pieces that come together, and the arcs it passes.

    ``train``: pieces a full train, ship's lot or lorry of the first class takes. A flow without ``labels`` has no way on
    the corridor and is refused, for ``reason``. ``departures_week`` and ``offset_h``: its timetable, where it has one.
    ``lots``: hours and pieces of dated consignments, where it is made of these, with what their random numbers are keyed by.
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
    labels: tuple[tuple[Label, int], ...]
    net: Compiled
    reason: str = ""
    departures_week: float = 0.0
    offset_h: float = 0.0
    lots: tuple[tuple[float, int], ...] = ()
    of: str = ""

    @property
    def name(self) -> str:
        """What its random numbers are keyed by."""
        return f"{self.of}{self.origin}|{self.destination}|{self.commodity}"


def flows(corridor: Corridor, start: dt.date, tags: Sequence[str]) -> Iterator[Flow]:
    """The flows of the year nearest to the day (not after it, where there is one), largest demand rows first by key."""
    demand = corridor.demand
    if demand.is_empty():
        return
    years = demand["year"].unique().sort().to_list()
    year = max((one for one in years if one <= start.year), default=years[0])
    on_corridor = tagged(corridor, tags)
    keys = ["origin", "destination", "commodity_id"]
    for row in demand.filter(pl.col("year") == year).sort(keys).iter_rows(named=True):
        kt = row["kt"] if row["seen_kt"] is None else row["seen_kt"]
        if kt > 0:
            yield flow_of(corridor, row, kt, start, on_corridor)


def tagged(corridor: Corridor, tags: Sequence[str]) -> set[str]:
    """The links of the corridors of these names."""
    return set(corridor.links.filter(pl.col("corridor").is_in(list(tags)))["link_id"].to_list())


def flow_of(corridor: Corridor, row: dict[str, Any], kt: float, start: dt.date, on_corridor: set[str]) -> Flow:
    """The flow of a row in the columns of demand."""
    net = compile(corridor, row["commodity_id"], start)
    unit, tonnes = piece(net, row["form"])
    labels = _way(net, row, on_corridor)
    reason = "" if labels else "no way on the corridor asked for"
    boxes = row["seen_teu"] if row["seen_kt"] is not None else row["teu"]
    pieces = boxes / 2 if unit == "FEU" and boxes else kt * 1000 / tonnes
    train = _train(corridor, labels, unit, tonnes)
    weekly = max(1, math.ceil(pieces / 52))
    batch = int(row["batch"]) if row["batch"] else min(train, weekly)
    often = row["departures_week"] or 0.0
    if row["arrivals"] == "timetable" and often:
        batch = min(train, max(1, math.ceil(pieces * 7 / 365 / often)))
    return Flow(
        row["origin"], row["destination"], row["commodity_id"], unit, pieces, batch, train, tonnes,
        row["arrivals"] or "random", row["priority"] or 0, labels, net, reason, often, row["offset_h"] or 0.0,
    )  # fmt: skip


def piece(net: Compiled, form: str | None) -> tuple[str, float]:
    """The piece in which goods are counted, and its net tonnes."""
    goods = net.goods
    forms = (form, *goods.forms) if form else goods.forms
    for one in forms:
        if one == "container" and goods.t_per_teu:
            return "FEU", 2 * goods.t_per_teu
        if one in ("wagon", "tank", "bulk") and goods.t_per_wagon:
            return "wagon", goods.t_per_wagon
        if one == "truck":
            return "truck", goods.t_per_truck or 15.0
    return "t", LOT_T


def _way(net: Compiled, row: dict[str, Any], on_corridor: set[str]) -> tuple[tuple[Label, int], ...]:
    """The best way by generalised cost of those that use the corridor; none where no way does."""
    shipment = Shipment(row["origin"], row["destination"], commodity=row["commodity_id"], tonnes=1000.0)
    asked = choice.query(net, load(shipment, net.goods), (row["origin"], row["destination"]))
    for way in choice.best(asked, "cost", LOOKED_AT).ways:
        arcs = [int(arc) for arc in asked.graph.arc[way] if arc >= 0]
        if any(net.labels[arc].link in on_corridor for arc in arcs):
            return tuple((net.labels[arc], arc) for arc in arcs)
    return ()


def _train(corridor: Corridor, labels: Sequence[tuple[Label, int]], unit: str, tonnes: float) -> int:
    """Pieces that the first vehicle of the way takes; one where the tables do not say."""
    first = next((label.class_id for label, _ in labels if label.kind in (MOVE, START) and label.class_id), "")
    rows = corridor.classes.filter(pl.col("class_id") == first)
    if rows.is_empty() or not rows["capacity"][0]:
        return 1
    return max(1, int(rows["capacity"][0] / size_in(rows["capacity_unit"][0], unit, tonnes)))


def size_in(capacity_unit: str | None, unit: str, tonnes: float) -> float:
    """How much of a capacity one piece takes: tonnes, TEU, or one wagon, truck or FEU."""
    if capacity_unit == "t":
        return tonnes
    if capacity_unit == "TEU":
        return 2.0 if unit == "FEU" else max(1.0, tonnes / 12)
    return 1.0
