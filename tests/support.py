"""What several tests share: a small sound corridor, strategies for cells, and a look at what lies on disk."""

import datetime as dt
import hashlib
import os
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import strategies as st

from karvan.corridor import Corridor
from karvan.schema.shape import conform

SHARED = Path(__file__).parents[2] / "shared"
CASES = Path(os.environ.get("KARVAN_CASES", SHARED / "cases"))

MADE = {"source_id": "made", "grade": "D"}
ROWS: dict[str, list[dict[str, Any]]] = {
    "nodes": [
        {"node_id": "AA_ONE", "name": "One", "country": "AA", "kind": "station", "lat": 40.0, "lon": 60.0, "gauges": "1435;1520"},
        {"node_id": "AA_TWO", "name": "Two", "country": "AA", "kind": "port", "lat": 41.0, "lon": 61.5, "draught_m": 5.5},
        {"node_id": "BB_SEA", "name": "Sea, the port", "country": "BB", "kind": "port", "lat": 42.25, "lon": 63.0},
    ],
    "aliases": [
        {"alias": "Uno", "table": "nodes", "id": "AA_ONE"},
        {"alias": "Бір", "table": "nodes", "id": "AA_ONE", "language": "kk"},
    ],
    "links": [
        {"link_id": "R1", "from_node": "AA_ONE", "to_node": "AA_TWO", "mode": "rail", "length_km": 190.5, "gauge_mm": 1520.0,
         "tracks": 2, "hours_min": 4.0, "hours": 6.5, "hours_p90": 9.0, "operator_id": "RA", "electrified": True},
        {"link_id": "S1", "from_node": "AA_TWO", "to_node": "BB_SEA", "mode": "sea", "length_km": 230.0, "hours": 20.0,
         "operator_id": "SB", "valid_from": dt.date(2024, 5, 1), "one_way": False},
    ],
    "operators": [{"operator_id": "RA", "name": "Rail A", "country": "AA"}, {"operator_id": "SB", "name": "Ships of B"}],
    "classes": [
        {"class_id": "train", "name": "block train", "mode": "rail", "carries": "container;wagon", "speed_kmh": 30.0},
        {"class_id": "ship", "name": "feeder", "mode": "sea", "carries": "container", "draught_m": 4.5},
    ],
    "services": [
        {"service_id": "trains", "name": "trains of A", "class_id": "train", "operator_id": "RA", "vehicles": 7},
        {"service_id": "feeder", "name": "feeder", "class_id": "ship", "operator_id": "SB", "departures_week": 3.0},
    ],
    "calls": [
        {"service_id": "feeder", "order": 1, "node_id": "AA_TWO"},
        {"service_id": "feeder", "order": 2, "node_id": "BB_SEA", "link_id": "S1", "hours": 21.0},
    ],
    "procedures": [
        {"procedure_id": "load", "order": 1, "node_id": "AA_TWO", "trigger": "transfer", "from_class": "train",
         "to_class": "ship", "step": "load", "part": "handling", "hours": 5.0},
    ],
    "commodities": [{"commodity_id": "boxes", "name": "goods in boxes", "forms": "container", "t_per_teu": 10.0}],
    "demand": [{"origin": "AA_ONE", "destination": "BB_SEA", "commodity_id": "boxes", "year": 2022, "kt": 12.5}],
    "tariffs": [
        {"tariff_id": "haul", "operator_id": "RA", "item": "haulage", "scope": "arc", "link_id": "R1", "unit": "FEU",
         "usd": 300.0, "per_km": False},
        {"tariff_id": "sail", "operator_id": "SB", "item": "freight", "scope": "arc", "link_id": "S1", "unit": "FEU",
         "usd": 450.25, "usd_low": 400.0},
        {"tariff_id": "through", "operator_id": "RA", "item": "through_rate", "scope": "through", "from_node": "AA_ONE",
         "to_node": "BB_SEA", "covers": "RA;SB", "unit": "FEU", "usd": 700.0},
    ],
    "shocks": [{"shock_id": "K1", "name": "a storm", "starts": dt.date(2026, 3, 1), "ends": dt.date(2026, 3, 4)}],
    "params": [{"name": "as_of_year", "scope": "any", "value": 2022.0, "unit": "year"}],
    "profiles": [{"table": "links", "id": "S1", "column": "hours", "since": dt.date(2026, 1, 1), "value": 18.0}],
    "sources": [{"source_id": "made", "title": "Made up", "publisher": "the tests", "grade": "D", "kind": "assumption"}],
}  # fmt: skip
UNSOURCED = ("aliases", "sources")


def frame(table: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows in the shape of their table, sourced where the table has sources."""
    told = rows if table in UNSOURCED else [{**MADE, **row} for row in rows]
    return conform(table, pl.DataFrame(told, infer_schema_length=None))


def small() -> Corridor:
    """Three places, a railway and a ship: sound in every row, with days, flags, lists, profiles and other alphabets."""
    return Corridor(
        "small", "2024.1", 2022, {table: frame(table, rows) for table, rows in ROWS.items()}, (), "A small one"
    )


def same(one: Corridor, other: Corridor) -> bool:
    """Whether two corridors are the same in every cell, in the order of rows, and in what they are called."""
    names = [(c.name, c.edition, c.price_year, c.title, c.scenarios) for c in (one, other)]
    return names[0] == names[1] and all(one.tables[table].equals(other.tables[table]) for table in one.tables)


def tree(root: Path) -> dict[str, str]:
    """Every file and folder under ``root`` with a hash of its bytes: two looks are equal where nothing has changed."""
    return {
        entry.relative_to(root).as_posix(): hashlib.sha256(entry.read_bytes()).hexdigest()
        if entry.is_file()
        else "folder"
        for entry in sorted(root.rglob("*"))
    }


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cn", "Co"), exclude_characters="\x00"), max_size=12)
"""Any text that a file can hold: quotes, commas, line ends, blanks, other alphabets, the empty text."""
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
DAY = st.dates()
WHOLE = st.integers(-(2**63), 2**63 - 1)
