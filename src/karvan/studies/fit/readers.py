"""Readers: what the twin says of a quantity that was observed, in the quantity's unit, or why it says nothing.

``border_time`` (h): the mean over the chains of procedures at a place, each pair of countries once, gauge change with it. ``time`` (h) between two places: by sea along the link, else the best way by hours of a box.
``tonnes``, ``volume``, ``containers``, ``throughput`` (kt, TEU): what assign sends over a corridor or, by sea, past a port.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from karvan.corridor import Corridor
from karvan.engines.route import route
from karvan.errors import NameUnknown
from karvan.network import names
from karvan.network.compile import on
from karvan.network.compile.handling import chain
from karvan.shipment import Shipment
from karvan.studies.fit.volumes import Volumes

Row = Mapping[str, Any]
ALL, CELLS, CHOICE = "all", "cells", "choice"
"""What moves a reader."""
Told = float | str


@dataclass(frozen=True)
class Reader:
    """How the twin gives a quantity: ``read`` takes a corridor and rows of observations, each with the ``read_unit`` it
    is asked in (one of ``units``), and gives of each a figure, or the reason (text) why the twin has none.

    ``by``: what moves it: ``all`` parameters, only those that scale ``cells``, or only those of ``choice``, which scale none.
    A reader moved by choice is read at the cells of the last round: what scales cells is told by the others alone.
    """

    units: tuple[str, ...]
    read: Callable[[Corridor, Sequence[Row]], Sequence[Told]]
    by: str = ALL


def figures(corridor: Corridor, readers: Mapping[str, Reader], rows: Sequence[Row]) -> list[Told]:
    """What the twin says of each row; quantities that are read alike are read together."""
    together: dict[Callable[[Corridor, Sequence[Row]], Sequence[Told]], list[int]] = {}
    for i, row in enumerate(rows):
        together.setdefault(readers[row["quantity"]].read, []).append(i)
    out: list[Told] = [""] * len(rows)
    for read, index in together.items():
        for i, told in zip(index, read(corridor, [rows[i] for i in index]), strict=True):
            out[i] = told
    return out


def year(row: Row) -> int:
    """The last year of an observation's period: ``2022``, ``2019-11``, ``../2021``, ``2022-01/2022-09``.

    >>> year({"period": "2021-01/2022-07"})
    2022
    """
    return int(str(row["period"]).rpartition("/")[2][:4])


def border_times(corridor: Corridor, rows: Sequence[Row]) -> list[Told]:
    """Hours at borders by place, mode (rail, road) and direction (inbound, outbound, both) of the ``series``."""
    days = {y: _chains(on(corridor, dt.date(y, 7, 1))) for y in {year(row) for row in rows}}
    return [_border(days[year(row)], row) for row in rows]


@dataclass(frozen=True)
class _Border:
    """A chain at a border: where, its country, from, to, by which modes, hours."""

    node: str
    country: str
    goes: tuple[str, str]
    modes: frozenset[str]
    hours: float


def _chains(today: Corridor) -> list[_Border]:
    """The chains of all borders, each with the gauge change that its vehicles need there."""
    steps: dict[str, list[dict[str, Any]]] = {}
    for row in today.procedures.sort("procedure_id", "order").iter_rows(named=True):
        steps.setdefault(row["procedure_id"], []).append(row)
    country = dict(today.nodes.select("node_id", "country").iter_rows())
    mode = dict(today.classes.select("class_id", "mode").iter_rows())
    hours = {name: chain(name, rows).time.mean for name, rows in steps.items()}
    gauge = {
        (rows[0]["node_id"], rows[0]["from_class"]): hours[name]
        for name, rows in steps.items() if rows[0]["trigger"] == "gauge"
    }  # fmt: skip
    found = []
    for name, rows in steps.items():
        head = rows[0]
        if head["trigger"] == "border" and head["node_id"]:
            modes = frozenset([mode[head["from_class"]]] if head["from_class"] else mode.values())
            more = gauge.get((head["node_id"], head["from_class"]), gauge.get((head["node_id"], None), 0.0))
            goes = (head["from_country"] or "", head["to_country"] or "")
            rail = more if "rail" in modes else 0.0
            found.append(_Border(head["node_id"], country[head["node_id"]], goes, modes, hours[name] + rail))
    return found


def _border(borders: Sequence[_Border], row: Row) -> Told:
    """The mean hours of the chains that an observation speaks of, each pair of countries at a place counting once."""
    words = [word.strip() for word in str(row["series"] or "").split(";")]
    mode, way = [*words, "", ""][:2]
    place = str(row["place"])
    pairs: dict[tuple[str, str], list[float]] = {}
    for one in borders:
        leaves = one.goes[0] == one.country
        fits = way in ("", "both") or (way == "outbound") == leaves
        if one.node == place and fits and (not mode or mode in one.modes):
            pairs.setdefault(one.goes, []).append(one.hours)
    if not pairs and place not in {one.node for one in borders}:
        return (
            f"{place} is no border of the corridor: an average over many says not by whose freight they were weighted"
        )
    if not pairs:
        return f"no border of {place} has procedures for {row['series'] or 'any goods'}"
    return sum(sum(each) / len(each) for each in pairs.values()) / len(pairs)


def journeys(corridor: Corridor, rows: Sequence[Row]) -> list[Told]:
    """Hours between two places, ``A-B``, by the mode that the series begins with or by any."""
    return [_journey(corridor, row) for row in rows]


def _journey(corridor: Corridor, row: Row) -> Told:
    parts = str(row["place"]).split("-")
    if len(parts) != 2:
        return f"{row['place']} is no pair of places of the corridor"
    try:
        ends = [names.place(corridor, part) for part in parts]
    except NameUnknown as error:
        return error.message
    day = dt.date(year(row), 7, 1)
    mode = str(row["series"] or "").partition(";")[0].strip()
    if mode == "sea":
        return _sailing(on(corridor, day), ends)
    box = Shipment(ends[0], ends[1], commodity=_boxed(corridor), feu=1, ready=day)
    found = route(corridor, box, minimise="hours")
    return float(found.ways["hours"][0]) if found.ways.height else f"no way for a box from {ends[0]} to {ends[1]}"


def _boxed(corridor: Corridor) -> str:
    """What travels in a box where an observation does not say: what is called container, else the first that may."""
    try:
        return names.commodity(corridor, "container")
    except NameUnknown:
        rows = corridor.commodities.select("commodity_id", "forms").iter_rows()
        return next((str(name) for name, forms in rows if "container" in str(forms).split(";")), "container")


def _sailing(today: Corridor, ends: Sequence[str]) -> Told:
    hours = [
        row["hours"]
        for row in today.links.iter_rows(named=True)
        if row["mode"] == "sea" and {row["from_node"], row["to_node"]} == set(ends) and row["hours"] is not None
    ]
    return sum(hours) / len(hours) if hours else f"no sea link joins {ends[0]} and {ends[1]}"


def own() -> dict[str, Reader]:
    """Quantities that the twin gives of itself."""
    volumes = Volumes()
    return {
        "border_time": Reader(("h",), border_times, CELLS),
        "time": Reader(("h",), journeys, CELLS),
        "tonnes": Reader(("kt",), volumes.read, CHOICE),
        "volume": Reader(("kt",), volumes.read, CHOICE),
        "containers": Reader(("TEU",), volumes.read, CHOICE),
        "throughput": Reader(("kt", "TEU"), volumes.read, CHOICE),
    }
