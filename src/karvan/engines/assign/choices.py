"""Choices: what each row of demand may choose between, and what each way costs it where nobody else is on it."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from karvan.corridor import Corridor
from karvan.engines.tell import Tags, corridor_of, tags_of
from karvan.network import ways as choice
from karvan.network.compile import Compiled, compile
from karvan.network.compile.arrays import Floats, Ints
from karvan.network.compile.goods import piece
from karvan.network.compile.vehicles import Labels
from karvan.network.compile.vehicles import train as train_of
from karvan.network.cost import Load, load
from karvan.network.legs import Leg, Pair, arcs, legs
from karvan.shipment import Shipment

LOT_T = 1000.0
"""Tonnes whose prices are asked: a train or more, so that what is paid for a train is not paid for one box."""
CORRIDORS = 4
"""Corridors that one row of demand is shown, beginning with that of its best way."""
Like = Mapping[Pair, tuple[tuple[Leg, ...], ...]]
"""Ways to choose between, by pair, as legs."""


@dataclass(frozen=True, eq=False)
class Class:
    """A row of demand that may choose, in pieces a year (``open``); ``bound`` pieces are held elsewhere, for ``reason``.

    ``tonnes``: net, a piece; ``teu``: boxes of 20 feet, a piece; ``hour``: USD that an hour is worth to a piece; ``batch``, ``train``: pieces that
    come together, and that a full train takes. ``ways``: arcs of the query's graph; ``labels``: what they pass;
    ``corridors``: to which each belongs; ``cost``, ``price``, ``time``: USD a piece by each, at stated
    hours: all, what is paid, what these hours and their spread are worth; ``hours``: those hours.
    """

    pair: tuple[str, str, str]
    unit: str
    open: float
    bound: float
    reason: str
    tonnes: float
    teu: float
    hour: float
    batch: int
    train: int
    asked: choice.Query
    shipped: Load
    ways: tuple[Ints, ...]
    labels: tuple[Labels, ...]
    corridors: tuple[str, ...]
    cost: Floats
    price: Floats
    time: Floats
    hours: Floats

    @property
    def net(self) -> Compiled:
        """The network of its commodity."""
        return self.asked.graph.net

    @property
    def legs(self) -> tuple[tuple[Leg, ...], ...]:
        """Its ways as legs."""
        return tuple(legs(self.net, [arc for _, arc in labels]) for labels in self.labels)


def classes(corridor: Corridor, demand: pl.DataFrame, day: dt.date, most: int, like: Like) -> Iterator[Class]:
    """The classes of a year's demand, in the order of their keys; ``most`` ways a corridor, or those of ``like``."""
    keys = ["origin", "destination", "commodity_id"]
    for row in demand.sort(keys).iter_rows(named=True):
        boxes = row["teu"] or 0.0
        if (row["kt"] or 0.0) > 0 or boxes > 0:
            yield _class(corridor, row, day, most, like)


def _class(corridor: Corridor, row: dict[str, Any], day: dt.date, most: int, like: Like) -> Class:
    net = compile(corridor, row["commodity_id"], day)
    pair = (row["origin"], row["destination"], row["commodity_id"])
    unit, tonnes = piece(net.goods, row["form"])
    shipped = load(Shipment(*pair[:2], commodity=pair[2], tonnes=LOT_T), net.goods)
    asked, known = choice.query(net, shipped, pair[:2]), tags_of(net)
    if pair in like:
        found = tuple(way for one in like[pair] if (way := arcs(asked, one)) is not None)
    else:
        found = tuple(_ways(pair[:2], shipped, asked, most, known))
    told = tuple(_labels(asked, way) for way in found)
    kt, teu = row["kt"] or 0.0, row["teu"] or 0.0
    pieces = teu / 2 if unit == "FEU" and teu else kt * 1000 / tonnes
    bound = row["captive"] or 0.0
    per = tonnes / shipped.tonnes
    train = train_of(corridor, told[0], unit, tonnes) if told else 1
    batch = int(row["batch"]) if row["batch"] else min(train, max(1, round(pieces / 52)))
    return Class(
        pair, unit, pieces * (1 - bound), pieces * bound, row["captive_to"] or "held by another way",
        kt * 1000 / pieces, (teu / pieces if teu else 2.0 * (unit == "FEU")), asked.tastes.hour * per, batch, train,
        asked, shipped, found, told, tuple(corridor_of(net, way, known) for way in map(_real(asked), found)),
        np.array([choice.general_cost(asked, way) * per for way in found]),
        np.array([float(asked.costs.price[way].sum()) * per for way in found]),
        np.array([_time(asked, way) * per for way in found]),
        np.array([float(asked.costs.hours[way].sum()) for way in found]),
    )  # fmt: skip


def _time(asked: choice.Query, way: Ints) -> float:
    """USD that hours and their spread are worth."""
    hours, spread = float(asked.costs.hours[way].sum()), choice.deviation(asked.costs, way)
    return asked.tastes.hour * hours + asked.tastes.spread_hour * spread


def _ways(ends: tuple[str, str], shipped: Load, asked: choice.Query, most: int, known: Tags) -> Iterator[Ints]:
    """The best ways, and the best of those that keep off the corridors seen before: each corridor shows its own."""
    net, seen = asked.graph.net, set[bytes]()
    barred: list[str] = []
    now = asked
    for _ in range(CORRIDORS):
        best = choice.best(now, "cost", most).ways
        for way in best:
            if (told := way.tobytes()) not in seen:
                seen.add(told)
                yield way
        tag = corridor_of(net, _real(asked)(best[0]), known) if best else ""
        if not tag or tag in barred:
            return
        barred.append(tag)
        now = choice.query(net, shipped, ends, avoid=barred)


def _real(asked: choice.Query) -> Any:
    arc = asked.graph.arc
    return lambda way: arc[way][arc[way] >= 0]


def _labels(asked: choice.Query, way: Ints) -> Labels:
    return tuple((asked.graph.net.labels[int(arc)], int(arc)) for arc in _real(asked)(way))
