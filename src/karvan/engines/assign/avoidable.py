"""Avoidable: what an operator would not spend without a piece of freight, way by way, by the table ``costs``."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from karvan.corridor import Corridor
from karvan.engines import tell
from karvan.engines.assign.choices import Class
from karvan.engines.assign.prepared import Prepared
from karvan.errors import InputError
from karvan.network.compile import on
from karvan.network.compile.arrays import MOVE, Floats, Label
from karvan.network.compile.goods import size_in
from karvan.network.compile.prices import PAID
from karvan.network.compile.vehicles import Rows
from karvan.network.ways import Found

Arc = tuple[Label, str, float, float]
"""What an arc is, the class of the ship next to it (or none), its km and hours."""
CASES = {"mid": "usd", "low": "usd_low", "high": "usd_high"}


def avoidable(corridor: Corridor, ready: Prepared, case: str = "mid") -> dict[str, Floats]:
    """USD a piece that each operator bears on each way (W of ``ready``); who has no row in ``costs`` is not there.

    ``case``: low, mid or high costs. An operator bears the costs of the arcs that it is paid for: of a move a train's or lorry's
    kilometres, a wagon's or box's days, a voyage, tonnes; of what is handled, lifts and a ship's hours at the berth. A train, ship
    or lorry is taken as full. Raises InputError for a case that is not there.

    >>> import karvan as kv
    >>> from karvan.engines.assign.prepared import prepare
    >>> toy = kv.load("toy")
    >>> avoidable(toy, prepare(toy, 2025))  # the toy says nothing of costs
    {}
    """
    if case not in CASES:
        raise InputError(f"there are no {case} costs", cure=f"one of {', '.join(CASES)}")
    return every(corridor, ready)[case]


def every(corridor: Corridor, ready: Prepared) -> dict[str, dict[str, Floats]]:
    """The same for all cases of costs at once."""
    book = Rows(on(corridor, ready.day))
    names = book.today.costs["operator_id"].unique().sort().to_list()
    out = {case: {name: np.zeros(ready.fixed.size) for name in names} for case in CASES}
    for k, one in enumerate(ready.classes if names else ()):
        for way, operator, arc in _borne(book, one):
            if operator in out["mid"]:
                times = _times(book, one, arc)
                for row in book.rows("costs", operator, "operator_id"):
                    if row["per"] in times and row["class_id"] in (None, arc[0].class_id):
                        for case, column in CASES.items():
                            usd = row["usd"] if row[column] is None else row[column]
                            out[case][operator][ready.first[k] + way] += usd * times[row["per"]]
    return out


def _borne(book: Rows, of: Class) -> Iterator[tuple[int, str, Arc]]:
    """Each arc of each way with each operator that is paid for it."""
    graph, net = of.asked.graph, of.asked.graph.net
    paid = tell.tables(of.asked, Found(of.ways, True), of.shipped)["prices"].filter(pl.col("part").is_in(PAID))
    seen = paid.select("way", "order", "operator").unique(maintain_order=True)
    for way, order, operator in seen.iter_rows():
        arcs = [int(graph.arc[at]) for at in of.ways[way - 1]]
        if (arc := arcs[order - 1]) >= 0:
            ship = _ship(book, [net.labels[one] for one in arcs if one >= 0], net.labels[arc])
            yield way - 1, operator, (net.labels[arc], ship, float(net.km[arc]), float(net.hours[arc]))


def _ship(book: Rows, labels: list[Label], here: Label) -> str:
    """The class of the ship that is loaded or unloaded at an arc: of the nearest move on either side, if a ship makes it."""
    at = labels.index(here)
    after = next((one for one in labels[at + 1 :] if one.kind == MOVE), None)
    before = next((one for one in reversed(labels[:at]) if one.kind == MOVE), None)
    moves = [one.class_id for one in (after, before) if one and one.class_id]
    return next((name for name in moves if _vehicle(book, name)["mode"] in ("sea", "river")), "")


def _times(book: Rows, of: Class, arc: Arc) -> dict[str, float]:
    """How many of what costs are counted by a piece takes on an arc."""
    label, ship, km, hours = arc
    if label.kind == MOVE:
        boxes, full = float(of.teu > 0.0), _full(book, label.class_id, of)
        return {
            "train_km": km / full, "truck_km": km / full, "wagon_day": hours / 24.0, "box_day": boxes * hours / 24.0,
            "voyage": 1.0 / full, "t": of.tonnes, "tkm": of.tonnes * km,
        }  # fmt: skip
    return {"lift": float(of.teu > 0.0), "berth_h": _berth_h(book, label) / _full(book, ship, of), "t": of.tonnes}


def _full(book: Rows, name: str, of: Class) -> float:
    """Pieces that a full vehicle of a class takes."""
    vehicle = _vehicle(book, name)
    if not vehicle or not vehicle["capacity"]:
        return 1.0
    return max(1.0, float(vehicle["capacity"]) / size_in(vehicle["capacity_unit"], of.unit, of.tonnes))


def _vehicle(book: Rows, name: str) -> dict[str, Any]:
    return next(iter(book.rows("classes", name, "class_id")), {})


def _berth_h(book: Rows, label: Label) -> float:
    """Hours at the berth that a chain names, if any."""
    named = [
        next(iter(book.rows("resources", row["resource_id"], "resource_id")), {})
        for row in book.chain(label.procedure)
        if row["resource_id"]
    ]
    return max((float(one["time_h"] or 0.0) for one in named if one.get("kind") == "berth"), default=0.0)
