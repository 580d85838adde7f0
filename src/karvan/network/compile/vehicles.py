"""Vehicles: what simulate and assign both ask of trains and ships, answered from the rows of one day.

Whether a service's ships are known one by one, where they berth, what they take, and how many pieces make a full train.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from karvan.corridor import Corridor
from karvan.network.compile.arrays import BOARD, MOVE, START, Label
from karvan.network.compile.goods import size_in
from karvan.network.compile.moves import tonnes_of
from karvan.schema import TABLES

Row = dict[str, Any]
Labels = tuple[tuple[Label, int], ...]
"""The arcs of a way, each with its number in the network."""


@dataclass
class Rows:
    """The tables of a corridor on a day, looked up by key; each column asked for is indexed once."""

    today: Corridor
    indexed: dict[tuple[str, str], dict[str, list[Row]]] = field(default_factory=dict, kw_only=True, repr=False)

    def rows(self, table: str, name: str, by: str = "") -> list[Row]:
        """The rows of a table with a value in a column (the first of its key), in the table's order."""
        column = by or TABLES[table].key_columns()[0]
        if (table, column) not in self.indexed:
            found = self.indexed.setdefault((table, column), {})
            for row in self.today.tables[table].iter_rows(named=True):
                found.setdefault(row[column], []).append(row)
        return self.indexed[table, column].get(name, [])

    def row(self, table: str, name: str) -> Row:
        """One row of a table by its single key; empty where there is none."""
        found = self.rows(table, name)
        return found[0] if found else {}

    def chain(self, procedure: str) -> list[Row]:
        """The steps of a procedure, in order."""
        return sorted(self.rows("procedures", procedure), key=lambda row: row["order"])


def afloat(of: Rows, label: Label) -> bool:
    """Whether a move is made by ships of a known number: a service over water with calls and vehicles of its own."""
    if label.kind not in (MOVE, BOARD) or not label.service:
        return False
    service = of.row("services", label.service)
    if not service.get("vehicles") or not of.rows("calls", label.service):
        return False
    return of.row("classes", service["class_id"])["mode"] in ("sea", "river")


def berth(of: Rows, service: Row, port: str) -> Row:
    """The berth at a port: the one its chains name for the class, or the only one there; empty where there is none."""
    here = {row["resource_id"]: row for row in of.rows("resources", port, "node_id") if row["kind"] == "berth"}
    uses = {
        row["procedure_id"]
        for row in of.rows("procedures", port, "node_id")
        if service["class_id"] in (row["to_class"], row["from_class"])
    }
    for procedure in sorted(uses):
        for row in of.chain(procedure):
            if row["resource_id"] in here:
                return here[row["resource_id"]]
    return next(iter(here.values())) if len(here) == 1 else {}


def room(of: Rows, vehicle: Row, ports: Sequence[str]) -> float:
    """What a ship takes on a line, less what its draught costs in the shallowest port."""
    depths = [of.row("nodes", port).get("draught_m") for port in ports]
    short = max((vehicle["draught_m"] - d for d in depths if d is not None and vehicle["draught_m"]), default=0.0)
    whole = float(vehicle["capacity"] or 0.0)
    lost = float(short * (vehicle["payload_t_m"] or 0.0))
    return whole if lost <= 0 else max(0.0, whole * (1 - lost / tonnes_of(vehicle)))


def train(corridor: Corridor, labels: Labels, unit: str, tonnes: float) -> int:
    """Pieces that the first vehicle of a way takes; one where the tables do not say."""
    first = next((label.class_id for label, _ in labels if label.kind in (MOVE, START) and label.class_id), "")
    rows = corridor.classes.filter(pl.col("class_id") == first)
    if rows.is_empty() or not rows["capacity"][0]:
        return 1
    return max(1, int(rows["capacity"][0] / size_in(rows["capacity_unit"][0], unit, tonnes)))
