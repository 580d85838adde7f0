"""One queue as a corridor: two places, a line without length, a chain at its end with the queue at a resource."""

from typing import Any

import polars as pl

from karvan.corridor import Corridor
from support import frame

PER_H_KT = 8.76
"""Thousand tonnes a year that are one wagon of one tonne an hour."""


def ferry(rate: float, service: dict[str, Any], room: float = 50.0) -> Corridor:
    """Wagons that come one by one, at random, at this rate an hour, and cross a strait of an hour by one ferry line."""
    made = queue({"wagons": rate}, {})
    tables: dict[str, list[dict[str, Any]]] = {
        "nodes": [{"node_id": name, "name": name, "country": "AA", "kind": "port", "lat": 40.0, "lon": 60.0 + at}
                  for at, name in enumerate(("AA_ONE", "AA_TWO"))],
        "links": [{"link_id": "S1", "from_node": "AA_ONE", "to_node": "AA_TWO", "mode": "sea", "length_km": 20.0,
                   "operator_id": "RA", "corridor": "middle", "detail": "section"}],
        "classes": [{"class_id": "ferry", "name": "ferry", "mode": "sea", "carries": "wagon", "capacity": room,
                     "capacity_unit": "wagon"}],
        "services": [{"service_id": "line", "name": "line", "class_id": "ferry", "vehicles": 1, **service}],
        "calls": [{"service_id": "line", "order": 1, "node_id": "AA_ONE"},
                  {"service_id": "line", "order": 2, "node_id": "AA_TWO", "link_id": "S1", "hours": 1.0}],
        "tariffs": [{"tariff_id": "sail", "operator_id": "RA", "item": "freight", "scope": "arc", "link_id": "S1",
                     "unit": "wagon", "usd": 1.0}],
    }  # fmt: skip
    rows = {name: frame(name, told) for name, told in tables.items()}
    return made.replace(**rows, procedures=made.procedures.clear(), resources=made.resources.clear())


def queue(rates: dict[str, float], resource: dict[str, Any], **demand: Any) -> Corridor:
    """A queue at which goods come one by one, at random, at these rates an hour by commodity."""
    tables = {
        "nodes": [
            {"node_id": "AA_ONE", "name": "One", "country": "AA", "kind": "station", "lat": 40.0, "lon": 60.0, "gauges": "1520"},
            {"node_id": "AA_TWO", "name": "Two", "country": "AA", "kind": "station", "lat": 41.0, "lon": 61.5, "gauges": "1520"},
        ],
        "links": [{"link_id": "R1", "from_node": "AA_ONE", "to_node": "AA_TWO", "mode": "rail", "length_km": 1.0,
                   "gauge_mm": 1520.0, "hours": 0.0, "operator_id": "RA", "corridor": "middle", "detail": "section"}],
        "operators": [{"operator_id": "RA", "name": "Rail A"}],
        "classes": [{"class_id": "train", "name": "train", "mode": "rail", "carries": "wagon", "capacity": 1.0,
                     "capacity_unit": "wagon"}],
        "services": [{"service_id": "trains", "name": "trains", "class_id": "train"}],
        "resources": [{"resource_id": "station", "node_id": "AA_TWO", "kind": "lane", "servers": 1, "unit": "unit", **resource}],
        "procedures": [{"procedure_id": "end", "order": 1, "node_id": "AA_TWO", "trigger": "end", "step": "queue",
                        "part": "handling", "resource_id": "station", "hours": 1.0}],
        "commodities": [{"commodity_id": name, "name": name, "forms": "wagon", "t_per_wagon": 1.0} for name in rates],
        "values": [{"commodity_id": "any", "parameter": "value_of_time", "corridor": "any", "year": 2022, "value": 1.0,
                    "unit": "USD/t-day"}],
        "demand": [{"origin": "AA_ONE", "destination": "AA_TWO", "commodity_id": name, "year": 2022, "form": "wagon",
                    "kt": rate * PER_H_KT, "batch": 1.0, "priority": number, **demand}
                   for number, (name, rate) in enumerate(rates.items())],
        "tariffs": [{"tariff_id": "haul", "operator_id": "RA", "item": "haulage", "scope": "arc", "link_id": "R1",
                     "unit": "wagon", "usd": 1.0},
                    {"tariff_id": "end", "operator_id": "RA", "item": "handling", "scope": "arc", "procedure_id": "end",
                     "unit": "wagon", "usd": 0.0}],
        "params": [{"name": "as_of_year", "scope": "any", "value": 2022.0, "unit": "year"}],
        "sources": [{"source_id": "made", "title": "Made up", "publisher": "the tests", "grade": "D", "kind": "assumption"}],
    }  # fmt: skip
    return Corridor("queue", "1", 2022, {name: frame(name, rows) for name, rows in tables.items()})


def line(rate: float, space: float) -> Corridor:
    """Two stations of one server and a mean of an hour, the second with so many places; those it has no place for wait."""
    made = queue({"jobs": rate}, {})
    served = {
        "node_id": "AA_TWO",
        "kind": "lane",
        "servers": 1,
        "unit": "unit",
        "time_kind": "exponential",
        "time_h": 1.0,
    }
    stations = [{"resource_id": "one", **served}, {"resource_id": "two", **served, "space": space, "when_full": "wait"}]
    return made.replace(resources=frame("resources", stations), procedures=frame("procedures", chain("one", "two")))


def chain(*resources: str) -> list[dict[str, Any]]:
    """The rows of a chain at the end of a way with the queue at each of these resources."""
    return [{"procedure_id": "end", "order": order, "node_id": "AA_TWO", "trigger": "end", "step": "queue", "part": "handling",
             "resource_id": name, "hours": 1.0} for order, name in enumerate(resources, start=1)]  # fmt: skip


def section(rates: tuple[float, float], tracks: int, track: dict[str, Any]) -> Corridor:
    """A line of one hour run over at these rates there and back, and a limit of trains on it."""
    made = queue({"there": rates[0], "back": rates[1]}, {})
    ends = {"there": "AA_TWO", "back": "AA_ONE"}
    demand = made.demand.with_columns(
        pl.col("commodity_id").replace_strict(ends).alias("destination"),
        pl.col("commodity_id").replace_strict({"there": "AA_ONE", "back": "AA_TWO"}).alias("origin"),
        pl.lit(None, pl.Int64).alias("priority"),
    )
    limit = {"resource_id": "line", "link_id": "R1", "kind": "track", "unit": "train", **track}
    links = made.links.with_columns(pl.lit(1.0).alias("hours"), pl.lit(tracks).cast(pl.Int64).alias("tracks"))
    limits = frame("resources", [limit])
    return made.replace(demand=demand, links=links, resources=limits, procedures=made.procedures.clear())
