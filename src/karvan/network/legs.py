"""Legs: a way as rows of the table ``ways``, and the rows as a way again.

A way is written as the links it passes, each with the class and the service that run there; all that is handled between
two links follows. Read back, it is the way of least generalised cost (without its term of spread, which does not add) that
passes just these links in this order.
"""

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from karvan.corridor import Corridor
from karvan.network.compile.arrays import MOVE, Compiled, Ints
from karvan.network.cost import load
from karvan.network.ways import Query, additive, query
from karvan.shipment import Shipment

SUM = 1e-6
"""How far the shares of a flow's ways may be from 1."""
PAIR = ("origin", "destination", "commodity_id")

Pair = tuple[str, str, str]


@dataclass(frozen=True)
class Leg:
    """A link passed by a class; an empty ``service`` stands for any of the class there.

    Where more than ``queue_limit`` waits for it (in the class's unit), one at ``decide_at`` may take another way.
    """

    link: str
    class_id: str
    service: str = ""
    decide_at: str = ""
    queue_limit: float | None = None


@dataclass(frozen=True)
class Told:
    """A way of the table: its number, its share of the flow, its legs in order."""

    way: int
    share: float
    legs: tuple[Leg, ...]


def legs(net: Compiled, arcs: Sequence[int] | Ints) -> tuple[Leg, ...]:
    """The legs of a way given as arcs of the network; what is below 0 (a through price entered or left) is passed over."""
    labels = [net.labels[arc] for arc in arcs if arc >= 0]
    return tuple(Leg(label.link, label.class_id, label.service) for label in labels if label.kind == MOVE)


def arcs(asked: Query, wanted: Sequence[Leg]) -> Ints | None:
    """The way of a query that has just these legs, as arcs of its graph; None where there is none.

    The inverse of ``legs`` for every way that does not leave a vehicle to board it again.
    """
    graph, cost = asked.graph, np.maximum(additive(asked, "cost"), 0.0)
    if graph.source < 0 or graph.target < 0:
        return None
    labels, goal = graph.net.labels, (len(wanted), graph.target)
    best: dict[tuple[int, int], float] = {(0, graph.source): 0.0}
    came: dict[tuple[int, int], tuple[tuple[int, int], int]] = {}
    heap = [(0.0, 0, graph.source)]
    while heap:
        far, done, vertex = heapq.heappop(heap)
        if (done, vertex) == goal:
            break
        if far > best[done, vertex]:
            continue
        for arc in range(int(graph.ptr[vertex]), int(graph.ptr[vertex + 1])):
            own = int(graph.arc[arc])
            moves = own >= 0 and labels[own].kind == MOVE
            if not graph.open[arc] or (moves and not (done < len(wanted) and _is(labels[own], wanted[done]))):
                continue
            there, then = (done + moves, int(graph.head[arc])), far + float(cost[arc])
            if then < best.get(there, np.inf):
                best[there], came[there] = then, ((done, vertex), arc)
                heapq.heappush(heap, (then, *there))
    if goal not in came:
        return None
    back, at = [], goal
    while at in came:
        at, arc = came[at]
        back.append(arc)
    return np.array(back[::-1], dtype=np.int32)


def _is(label: Any, leg: Leg) -> bool:
    return (label.link, label.class_id) == (leg.link, leg.class_id) and leg.service in ("", label.service)


def rows(pair: Pair, ways: Sequence[Told]) -> list[dict[str, Any]]:
    """The rows of the table ``ways`` for the ways of one origin, destination and commodity."""
    ends = dict(zip(PAIR, pair, strict=True))
    return [
        {**ends, "way": one.way, "order": order, "link_id": leg.link, "class_id": leg.class_id,
         "service_id": leg.service or None, "share": one.share, "decide_at": leg.decide_at or None,
         "queue_limit": leg.queue_limit}
        for one in ways for order, leg in enumerate(one.legs, start=1)
    ]  # fmt: skip


def told(corridor: Corridor) -> Mapping[Pair, tuple[Told, ...]]:
    """The ways of the table by origin, destination and commodity, in the order of their numbers."""
    parts: dict[Pair, dict[int, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in corridor.ways.sort("way", "order").iter_rows(named=True):
        parts[row["origin"], row["destination"], row["commodity_id"]][row["way"]].append(row)
    return {pair: tuple(_told(way, found) for way, found in ways.items()) for pair, ways in parts.items()}


def _told(way: int, found: Sequence[Mapping[str, Any]]) -> Told:
    legs = (
        Leg(row["link_id"], row["class_id"], row["service_id"] or "", row["decide_at"] or "", row["queue_limit"])
        for row in found
    )
    return Told(way, found[0]["share"], tuple(legs))


def uneven(table: pl.DataFrame) -> list[tuple[Pair, int, str, str]]:
    """What is wrong with the shares of the table: pair, way, what is wrong, its cure."""
    spans = table.group_by(*PAIR, "way").agg(pl.col("share").min(), pl.col("share").max().alias("most"))
    out = [
        ((row[0], row[1], row[2]), row[3], f"legs of one way have shares of {row[4]:g} and {row[5]:g}",
         "repeat the way's share on each of its legs")
        for row in spans.filter(pl.col("most") > pl.col("share")).sort(*PAIR, "way").iter_rows()
    ]  # fmt: skip
    sums = spans.group_by(PAIR).agg(pl.col("share").sum(), pl.col("way").min())
    out += [
        ((row[0], row[1], row[2]), row[4], f"the shares of its ways add up to {row[3]:g}", "make them add up to 1")
        for row in sums.filter((pl.col("share") - 1).abs() > SUM).sort(PAIR).iter_rows()
    ]  # fmt: skip
    return out


def impossible(today: Corridor, nets: Mapping[str, Compiled]) -> list[tuple[Pair, int, str, str]]:
    """Ways of the table that no freight can take: pair, way, what is wrong, its cure. ``nets``: the networks by commodity."""
    out = []
    for pair, ways in told(today).items():
        origin, destination, commodity = pair
        net = nets[commodity]
        shipment = Shipment(origin, destination, commodity=commodity, tonnes=1.0)
        asked = query(net, load(shipment, net.goods), (origin, destination))
        for one in ways:
            if arcs(asked, one.legs) is None:
                cure = (
                    "legs that join, each with a class (and service) that runs there, takes the goods and has a price"
                )
                out.append((pair, one.way, f"no freight can go by {_chain(one.legs)}", cure))
    return out


def _chain(wanted: Sequence[Leg]) -> str:
    return ", ".join(f"{leg.link} ({leg.class_id})" for leg in wanted)
