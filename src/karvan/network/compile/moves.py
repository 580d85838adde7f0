"""Movement arcs: which vehicle class runs over which link, in which direction, in what time."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from karvan.corridor import Corridor
from karvan.network.compile import times
from karvan.network.compile.goods import Goods, split

Row = dict[str, Any]


@dataclass(frozen=True)
class Move:
    """One passage of a link by a service, in one direction."""

    link: str
    tail: str
    head: str
    class_id: str
    service: str
    gauge: int
    time: times.Time
    gco2e_tkm: float
    scheduled: bool


def moves(today: Corridor, of: Goods) -> Iterator[Move]:
    """All passages open to the commodity on the tables of one day.

    A service with calls runs where its calls lead; one without runs on every link of its class's mode and operator,
    save where a service with calls of the same class already runs.
    """
    places = {row["node_id"]: row for row in today.nodes.iter_rows(named=True)}
    classes = {row["class_id"]: row for row in today.classes.iter_rows(named=True)}
    links = {row["link_id"]: row for row in today.links.iter_rows(named=True) if _open(row, places)}
    calls: dict[str, list[Row]] = defaultdict(list)
    for call in today.calls.sort("service_id", "order").iter_rows(named=True):
        calls[call["service_id"]].append(call)
    services = [row for row in today.services.iter_rows(named=True) if of.rank(row["goods"]) is not None]
    services = [row for row in services if set(split(classes[row["class_id"]]["carries"])) & set(of.forms)]
    called: set[tuple[str, str]] = set()
    for service in services:
        vehicle = classes[service["class_id"]]
        for move in _on_calls(service, calls[service["service_id"]], vehicle, links, places):
            called.add((move.link, move.class_id))
            yield move
    for service in services:
        if not calls[service["service_id"]]:
            vehicle = classes[service["class_id"]]
            free = (row for row in links.values() if (row["link_id"], vehicle["class_id"]) not in called)
            yield from _on_links(service, vehicle, free, places)


def _open(link: Row, places: dict[str, Row]) -> bool:
    ends = (places.get(link["from_node"]), places.get(link["to_node"]))
    usable = all(end is not None and end["status"] in (None, "open") for end in ends)
    return usable and link["status"] in (None, "open") and link["detail"] != "total"


def _on_calls(
    service: Row, stops: list[Row], vehicle: Row, links: dict[str, Row], places: dict[str, Row]
) -> Iterator[Move]:
    for before, after in pairwise(stops):
        link = links.get(after["link_id"])
        if link is None or not fits(vehicle, link, places):
            continue
        grade = after["hours_grade"] or after["grade"]
        hours = after["hours"] if after["hours"] is not None else _running(link, vehicle)
        time = times.step(after["hours_min"], hours, after["hours_p90"], after["wait_h"] or 0.0, grade)
        co2 = _first(after["gco2e_tkm"], link["gco2e_tkm"], vehicle["gco2e_tkm"])
        ways = [(before["node_id"], after["node_id"])]
        if not service["one_way"] and not link["one_way"]:
            ways.append((after["node_id"], before["node_id"]))
        for tail, head in ways:
            yield _move(link, tail, head, service, time, co2)


def _on_links(service: Row, vehicle: Row, links: Iterator[Row], places: dict[str, Row]) -> Iterator[Move]:
    factor = service["hours_factor"] or 1.0
    for link in links:
        mine = service["operator_id"] in (None, link["operator_id"])
        if link["mode"] != vehicle["mode"] or not mine or not fits(vehicle, link, places):
            continue
        hours = link["hours"] if link["hours"] is not None else _running(link, vehicle)
        least, p90, wait = (
            value and value * factor for value in (link["hours_min"], link["hours_p90"], link["wait_h"])
        )
        time = times.step(least, hours * factor, p90, wait or 0.0, link["hours_grade"] or link["grade"])
        co2 = _first(link["gco2e_tkm"], vehicle["gco2e_tkm"])
        yield _move(link, link["from_node"], link["to_node"], service, time, co2)
        if not link["one_way"]:
            yield _move(link, link["to_node"], link["from_node"], service, time, co2)


def _move(link: Row, tail: str, head: str, service: Row, time: times.Time, co2: float) -> Move:
    gauge = int(link["gauge_mm"] or 0) if link["mode"] == "rail" else 0
    scheduled = bool(service["departures_week"])
    return Move(link["link_id"], tail, head, service["class_id"], service["service_id"], gauge, time, co2, scheduled)


def fits(vehicle: Row, link: Row, places: dict[str, Row]) -> bool:
    """Whether gauge and draught let the class run on the link.

    A ship too deep for a port sails with less payload; where none is left, or the class does not say what a metre of
    draught carries, it does not sail.
    """
    if vehicle["gauge_mm"] and link["gauge_mm"] and vehicle["gauge_mm"] != link["gauge_mm"]:
        return False
    if not vehicle["draught_m"]:
        return True
    depths = [places[link[end]]["draught_m"] for end in ("from_node", "to_node")]
    short = max((vehicle["draught_m"] - depth for depth in depths if depth is not None), default=0.0)
    if short <= 0:
        return True
    per_metre = vehicle["payload_t_m"]
    return per_metre is not None and short * per_metre < tonnes_of(vehicle)


def tonnes_of(vehicle: Row) -> float:
    """What a vehicle of the class carries in tonnes, at the usual gross loads of 12 t a TEU, 80 t a wagon, 36 t a truck."""
    gross = {"t": 1.0, "TEU": 12.0, "FEU": 24.0, "wagon": 80.0, "truck": 36.0}
    return float(vehicle["capacity"] or 0.0) * gross.get(vehicle["capacity_unit"] or "t", 1.0)


def _running(link: Row, vehicle: Row) -> float:
    return float(link["length_km"]) / float(vehicle["speed_kmh"] or 30.0)


def _first(*values: float | None) -> float:
    return float(next((value for value in values if value is not None), 0.0))
