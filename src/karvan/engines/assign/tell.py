"""Tell: flows in balance as frames."""

import math
from typing import Any

import numpy as np
import polars as pl

from karvan.corridor import Corridor
from karvan.engines import tell as told
from karvan.engines.assign.answers import elasticities, prices, unit_of
from karvan.engines.assign.choices import Class
from karvan.engines.assign.prepared import Balanced, Prepared
from karvan.kernels.flows import Solved
from karvan.network.compile.arrays import MOVE, Floats
from karvan.network.ways import Found
from karvan.result import balance_row

F, N, S = pl.Float64(), pl.Int64(), pl.String()
WAYS = {
    "origin": S, "destination": S, "commodity": S, "way": N, "corridor": S, "name": S, "share": F, "kt": F, "kteu": F,
    "price_usd_t": F, "hours": F, "delay_h": F, "co2_kg_t": F, "cost_usd_t": F,
}  # fmt: skip
FLOWS = {"link": S, "from": S, "to": S, "mode": S, "corridor": S, "kt": F, "kteu": F}
CORRIDORS = {"corridor": S, "commodity": S, "kt": F, "kteu": F, "share": F}
OPERATORS = {"operator": S, "country": S, "kt": F, "revenue_musd": F}
DRAWN = {
    "origin": S, "destination": S, "commodity": S, "unit": S, "asked": F, "drawn": F, "elasticity": F, "base_usd": F, "cost_usd": F,
}  # fmt: skip
SHARED = {"element": S, "kind": S, "load": F, "capacity": F, "unit": S, "used": F, "delay_h": F}


def tables(corridor: Corridor, ready: Prepared, found: Balanced) -> dict[str, pl.DataFrame]:
    """The frames ``ways``, ``flows``, ``corridors``, ``operators``, ``shared``, ``drawn``, ``elasticities`` and ``prices``."""
    flow, wait = found.solved.flow, _waits(ready, found.solved.delay)
    ways: list[dict[str, Any]] = []
    paid: dict[str, tuple[float, float]] = {}
    for k, one in enumerate(ready.classes):
        here = slice(int(ready.first[k]), int(ready.first[k + 1]))
        frames = told.tables(one.asked, Found(one.ways, True), one.shipped)
        kt = flow[here] * one.tonnes / 1000.0
        # A price of the load's count is a price of a tonne of what a piece holds, empty boxes aside.
        tonnes = flow[here] * one.shipped.tonnes / one.shipped.count * _lot(one)
        ways += _ways(one, frames["ways"], kt, flow[here], wait[here], ready.free_h[here])
        _pay(paid, frames["prices"], tonnes)
    frame = pl.DataFrame(ways, schema=WAYS)
    return {
        "ways": frame,
        "flows": _flows(corridor, ready, flow),
        "corridors": _corridors(frame),
        "operators": _operators(corridor, paid),
        "shared": _shared(ready, found),
        "drawn": _drawn(ready, found),
        "elasticities": elasticities(ready, found),
        "prices": prices(ready, found),
    }


def _lot(of: Class) -> float:
    """Tonnes of a piece as its prices are asked for: of a full box or wagon."""
    return of.hour / of.asked.tastes.hour * of.shipped.tonnes if of.asked.tastes.hour else of.tonnes


def _waits(ready: Prepared, delay: Floats) -> Floats:
    """Hours that each way waits at what it shares."""
    sums = np.concatenate([[0.0], np.cumsum(delay[ready.use])])
    return np.asarray(sums[ready.at[1:]] - sums[ready.at[:-1]])


def _ways(
    of: Class, frame: pl.DataFrame, kt: Floats, flow: Floats, wait: Floats, free_h: Floats
) -> list[dict[str, Any]]:
    whole, hour = float(flow.sum()), of.hour / _lot(of)
    rows = []
    for at, row in enumerate(frame.iter_rows(named=True)):
        hours = float(free_h[at] + wait[at])
        rows.append({
            "origin": of.pair[0], "destination": of.pair[1], "commodity": of.pair[2], "way": at + 1,
            "corridor": of.corridors[at], "name": row["name"], "share": float(flow[at]) / whole if whole else 0.0,
            "kt": float(kt[at]), "kteu": float(flow[at]) * of.teu / 1000.0, "price_usd_t": row["price_usd"], "hours": hours,
            "delay_h": float(wait[at]), "co2_kg_t": row["co2_kg"],
            "cost_usd_t": row["cost_usd"] + hour * (hours - row["hours"]),
        })  # fmt: skip
    return rows


def _pay(paid: dict[str, tuple[float, float]], prices: pl.DataFrame, tonnes: Floats) -> None:
    """Adds what each operator is paid, USD, and the tonnes of which it is; what is no payment is passed over."""
    seen: set[tuple[int, str]] = set()
    for row in prices.filter(pl.col("part") != "risk").iter_rows(named=True):
        moved = float(tonnes[row["way"] - 1])
        kept, carried = paid.get(row["operator"], (0.0, 0.0))
        fresh = (row["way"], row["operator"]) not in seen
        seen.add((row["way"], row["operator"]))
        paid[row["operator"]] = (kept + row["usd"] * moved, carried + moved * fresh)


def _flows(corridor: Corridor, ready: Prepared, flow: Floats) -> pl.DataFrame:
    sums: dict[tuple[str, str, str], list[float]] = {}
    for k, one in enumerate(ready.classes):
        for at, labels in enumerate(one.labels):
            pieces = float(flow[ready.first[k] + at])
            for label, _ in labels:
                if label.kind == MOVE:
                    cell = sums.setdefault((label.link, label.tail, label.head), [0.0, 0.0])
                    cell[0] += pieces * one.tonnes / 1000.0
                    cell[1] += pieces * one.teu / 1000.0
    of = {row["link_id"]: row for row in corridor.links.iter_rows(named=True)}
    rows = [(*key, of[key[0]]["mode"], of[key[0]]["corridor"], *cell) for key, cell in sorted(sums.items())]
    return pl.DataFrame(rows, schema=FLOWS, orient="row")


def _corridors(ways: pl.DataFrame) -> pl.DataFrame:
    """By corridor and commodity, and the share of the commodity's freight that chose.

    Summed exactly, so that the order in which rows are met changes no digit.
    """
    cells: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for corridor, commodity, kt, kteu in ways.select("corridor", "commodity", "kt", "kteu").iter_rows():
        cells.setdefault((corridor, commodity), []).append((kt, kteu))
    sums = {key: tuple(math.fsum(column) for column in zip(*parts, strict=True)) for key, parts in cells.items()}
    rows = []
    for (corridor, commodity), (kt, kteu) in sums.items():
        mine = [found for (_, name), found in sums.items() if name == commodity]
        by = 0 if math.fsum(found[0] for found in mine) > 0 else 1
        whole = math.fsum(found[by] for found in mine)
        rows.append((corridor, commodity, kt, kteu, (kt, kteu)[by] / whole if whole else 0.0))
    frame = pl.DataFrame(rows, schema=CORRIDORS, orient="row")
    return frame.sort("commodity", "kt", "corridor", descending=[False, True, False])


def _operators(corridor: Corridor, paid: dict[str, tuple[float, float]]) -> pl.DataFrame:
    country = dict(corridor.operators.select("operator_id", "country").iter_rows())
    rows = [(name, country.get(name), tonnes / 1000.0, usd / 1e6) for name, (usd, tonnes) in paid.items()]
    return pl.DataFrame(rows, schema=OPERATORS, orient="row").sort("revenue_musd", "operator", descending=[True, False])


def _shared(ready: Prepared, found: Balanced) -> pl.DataFrame:
    rows = [
        (one.name, one.kind, load, one.capacity, unit_of(one), load / one.capacity, delay)
        for one, load, delay in zip(ready.elements, found.solved.load, found.solved.delay, strict=True)
    ]
    frame = pl.DataFrame(rows, schema=SHARED, orient="row")
    return frame.sort("used", "element", descending=[True, False])


def _drawn(ready: Prepared, found: Balanced) -> pl.DataFrame:
    """Demand that answers to its cost; empty where it does not. Costs are log-sums, USD a tonne (a TEU of empty boxes)."""
    if ready.power is None or ready.base is None:
        return pl.DataFrame(schema=DRAWN)
    rows = []
    for k, one in enumerate(ready.classes):
        unit, each = _counted(one)
        sums = (one.open * each, float(found.solved.demand[k]) * each)
        costs = (float(ready.base[k]), float(found.solved.level[k]))
        per = each * 1000.0
        rows.append((*one.pair, unit, *sums, float(ready.power[k]), *(cost / per for cost in costs)))
    return pl.DataFrame(rows, schema=DRAWN, orient="row")


def _counted(of: Class) -> tuple[str, float]:
    """The unit in which a class is told, and how much of it a piece is."""
    return ("kt", of.tonnes / 1000.0) if of.tonnes > 0 else ("kTEU", of.teu / 1000.0)


def balance(ready: Prepared, solved: Solved) -> pl.DataFrame:
    """Asked = carried + refused by commodity, kt (thousand TEU for empty boxes); what is bound elsewhere is refused, with its reason.

    Where demand answers to its cost, asked is what the costs found draw: see ``drawn``.
    """
    rows: dict[str, list[Any]] = {}
    for k, one in enumerate((*ready.classes, *ready.refused)):
        chooses = k < len(ready.classes)
        unit, each = _counted(one)
        wanted = float(solved.demand[k]) if chooses else one.open
        carried = float(solved.flow[ready.first[k] : ready.first[k + 1]].sum()) * each if chooses else 0.0
        row = rows.setdefault(one.pair[2], [unit, 0.0, 0.0, set()])
        row[1] += (wanted + one.bound) * each
        row[2] += carried
        if one.bound > 0:
            row[3].add("held by other ways (captive)")
        if not one.ways and one.open > 0:
            row[3].add("no way there")
    told_rows = []
    for name, (unit, asked, carried, why) in sorted(rows.items()):
        left = asked - carried
        told_rows.append(balance_row(name, unit, asked, carried, left if why else 0.0, "; ".join(sorted(why))))
    return pl.DataFrame(told_rows)
