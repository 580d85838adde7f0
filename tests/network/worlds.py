"""A made corridor of three places in a row, small enough for sums by hand, and changes to the cells of any corridor.

A to B: 100 km, 10 h, 100 USD/FEU. B to C: 200 km, 20 h, 0.5 USD/FEU-km. An FEU holds 10 t, and an hour of it is worth 10 USD.
"""

from typing import Any

import polars as pl

from karvan.corridor import Corridor
from karvan.engines.route import Routes, route
from karvan.schema import TABLES
from karvan.schema.shape import conform
from karvan.shipment import Shipment

Row = dict[str, Any]
RAIL = {"mode": "rail", "gauge_mm": 1520.0, "operator_id": "K", "grade": "B"}
ROWS: dict[str, list[Row]] = {
    "nodes": [
        {"node_id": name, "name": f"Place {name}", "country": "XA", "kind": "station", "lat": 40.0, "lon": lon}
        for name, lon in (("A", 60.0), ("B", 61.0), ("C", 63.0))
    ],
    "operators": [{"operator_id": name, "name": name} for name in ("K", "M")],
    "links": [
        {"link_id": "AB", "from_node": "A", "to_node": "B", "length_km": 100.0, "hours": 10.0, **RAIL},
        {"link_id": "BC", "from_node": "B", "to_node": "C", "length_km": 200.0, "hours": 20.0, **RAIL},
    ],
    "classes": [
        {"class_id": "train", "name": "train", "mode": "rail", "carries": "container;wagon", "capacity": 10.0,
         "capacity_unit": "FEU"},
    ],
    "services": [{"service_id": "trains", "name": "trains", "class_id": "train", "grade": "B"}],
    "commodities": [
        {"commodity_id": "goods", "name": "goods", "forms": "container", "t_per_teu": 5.0},
        {"commodity_id": "boxes", "name": "boxes", "parent": "goods", "forms": "container"},
        {"commodity_id": "ore", "name": "ore", "forms": "wagon", "t_per_wagon": 60.0},
    ],
    "values": [
        {"commodity_id": "any", "parameter": "value_of_time", "corridor": "any", "year": 2022, "value": 24.0, "unit": "x"},
        {"commodity_id": "any", "parameter": "reliability_ratio", "corridor": "any", "year": 2022, "value": 0.5, "unit": "x"},
    ],
    "tariffs": [
        {"tariff_id": "ab", "operator_id": "K", "item": "haulage", "scope": "arc", "link_id": "AB", "unit": "FEU",
         "usd": 100.0, "part": "core", "grade": "B"},
        {"tariff_id": "bc", "operator_id": "K", "item": "haulage", "scope": "arc", "link_id": "BC", "unit": "FEU",
         "usd": 0.5, "per_km": True, "part": "core", "grade": "B"},
    ],
    "params": [{"name": "as_of_year", "scope": "any", "value": 2022.0, "unit": "year"}],
}  # fmt: skip


def world() -> Corridor:
    """The made corridor as it is."""
    return Corridor("made", "1", 2022, {name: pl.DataFrame(rows) for name, rows in ROWS.items()})


def add(corridor: Corridor, table: str, *rows: Row) -> Corridor:
    """The corridor with rows more."""
    more = conform(table, pl.DataFrame(list(rows), infer_schema_length=None))
    return corridor.replace(**{table: pl.concat([corridor.tables[table], more])})


def _key(table: str) -> pl.Expr:
    return pl.concat_str([pl.col(name).cast(pl.String) for name in TABLES[table].key_columns()], separator="|")


def edit(corridor: Corridor, table: str, key: str, /, **cells: Any) -> Corridor:
    """The corridor with cells of one row changed; the key's parts are joined by ``|``."""
    frame, hit = corridor.tables[table], _key(table) == key
    assert frame.filter(hit).height == 1, f"{table} has no row {key}"
    told = [
        pl.when(hit).then(pl.lit(value, dtype=frame.schema[name])).otherwise(pl.col(name)).alias(name)
        for name, value in cells.items()
    ]
    return corridor.replace(**{table: frame.with_columns(told)})


def drop(corridor: Corridor, table: str, *keys: str) -> Corridor:
    """The corridor without some rows."""
    frame = corridor.tables[table]
    left = frame.filter(~_key(table).is_in(keys))
    assert left.height == frame.height - len(keys), f"{table} has not all of {keys}"
    return corridor.replace(**{table: left})


def tariff(name: str, usd: float, **cells: Any) -> Row:
    """A row of tariffs: on AB per FEU unless told otherwise."""
    row = {"tariff_id": name, "operator_id": "M", "item": "surcharge", "scope": "arc", "unit": "FEU", "usd": usd}
    place = {} if {"link_id", "procedure_id", "scope"} & set(cells) else {"link_id": "AB"}
    return {**row, "part": "core", "grade": "B", **place, **cells}


def step(name: str, trigger: str, **cells: Any) -> Row:
    """A row of procedures: one step of an hour, paid for by nobody."""
    row = {"procedure_id": name, "order": 1, "trigger": trigger, "step": "papers", "part": "border", "hours": 1.0}
    return {**row, "grade": "B", **cells}


def sent(corridor: Corridor, origin: str = "A", destination: str = "C", commodity: str = "boxes", **how: Any) -> Routes:
    """Ways of one FEU (or of the ``size`` told) by price."""
    size = how.pop("size", {"feu": 1})
    shipment = Shipment(origin, destination, commodity, ready=how.pop("ready", None), **size)
    return route(corridor, shipment, **{"minimise": "price", **how})


def price(corridor: Corridor, *ends: str, **how: Any) -> float:
    """Price of the cheapest way for the whole load, USD; infinite where there is none."""
    ways = sent(corridor, *ends, **how).ways
    return float(ways["total_usd"][0]) if ways.height else float("inf")


def hours(corridor: Corridor, *ends: str, **how: Any) -> float:
    """Mean hours of the quickest way."""
    return float(sent(corridor, *ends, minimise="hours", **how).ways["hours"][0])
