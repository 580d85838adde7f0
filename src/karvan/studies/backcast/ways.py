"""Ways by corridor: what each corridor's best way costs a flow in a year, and which ports and trains it takes."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from karvan.corridor import Corridor
from karvan.engines.tell import corridor_of
from karvan.network import ways as choice
from karvan.network.compile import compile
from karvan.network.compile.arrays import Compiled, Ints
from karvan.network.cost import load
from karvan.network.ways import Query
from karvan.shipment import Shipment

LOOKED_AT = 40
"""Ways among which each corridor's best is sought."""
LOAD_T = 1000.0
TEU_OF = {"FEU": 2.0, "TEU": 1.0}
Flow = tuple[str, str, str]


@dataclass(frozen=True)
class Best:
    """A corridor's best way: generalised cost of a tonne, hours, places and countries passed, boxes of its first train."""

    cost_usd_t: float
    hours: float
    places: frozenset[str]
    countries: frozenset[str]
    train_teu: float


def best_ways(corridor: Corridor, flows: Sequence[Flow], year: int, measure: str) -> list[dict[str, Best]]:
    """For each flow (origin, destination, commodity) the best way of each corridor in the middle of July, by its tag."""
    day = dt.date(year, 7, 15)
    return [_flow(compile(corridor, flow[2], day), flow, day, measure) for flow in flows]


def _flow(net: Compiled, flow: Flow, day: dt.date, measure: str) -> dict[str, Best]:
    shipped = load(Shipment(flow[0], flow[1], commodity=flow[2], tonnes=LOAD_T), net.goods)
    found: dict[str, Best] = {}
    for via in ((), (measure,)):  # the second where no way of the corridor measured is among the first
        if measure not in found:
            asked = choice.query(net, shipped, flow[:2], via=via, ready=day)
            for way in choice.best(asked, "cost", LOOKED_AT).ways:
                real = asked.graph.arc[way]
                tag = corridor_of(net, real[real >= 0])
                if tag and tag not in found:
                    found[tag] = _told(net, asked, way)
    return found


def _told(net: Compiled, asked: Query, way: Ints) -> Best:
    real = [int(arc) for arc in asked.graph.arc[way] if arc >= 0]
    places = {net.nodes[net.place[vertex]] for arc in real for vertex in (net.tail[arc], net.head[arc])}
    country = dict(net.today.nodes.select("node_id", "country").iter_rows())
    first = next((net.labels[arc].class_id for arc in real if net.labels[arc].class_id), "")
    rows = net.today.classes.filter(pl.col("class_id") == first)
    size = (rows["capacity"][0] or 0.0) * TEU_OF.get(rows["capacity_unit"][0] or "", 0.0) if rows.height else 0.0
    return Best(
        choice.general_cost(asked, way) / LOAD_T, float(asked.costs.hours[way].sum()), frozenset(places),
        frozenset(country[place] for place in places), size,
    )  # fmt: skip
