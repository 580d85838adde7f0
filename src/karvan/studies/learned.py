"""Learned: what the service's log taught of stops, as a card for a corridor: a version of ``dwell_models``, and who uses it."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from karvan.corridor import Corridor
from karvan.errors import InputError
from karvan.scenario import Change, Scenario

Row = dict[str, Any]
Laws = Mapping[tuple[str, str, str, str, bool], Row]
LODGED = (("paper", False), ("electronic", True))


def learned(corridor: Corridor, version: str, cells: pl.DataFrame, *, day: str) -> Scenario:
    """A card that gives the steps of a corridor their learned times; ``cells`` as the service tells them, a row a cell.

    A step of papers where a country is entered takes the formalities and the control at the place with its UN/LOCODE; a
    change of gauge without a queue takes that at its place. What is too thin at a place is told by its territory. Raises
    InputError where no step of the corridor is told.
    """
    laws = {
        (r["stage"], r["place"], r["territory"], r["lane"], r["electronic"]): r for r in cells.iter_rows(named=True)
    }
    nodes = {row["node_id"]: row for row in corridor.nodes.iter_rows(named=True)}
    source = f"learned-{version}"
    rows: list[Row] = []
    shares: list[Change] = []
    for step in corridor.procedures.sort("procedure_id", "order").iter_rows(named=True):
        node = nodes.get(step["node_id"])
        if node is None or step["resource_id"] or not node["unlocode"]:
            continue
        at = (node["unlocode"], node["unlocode"][:2])
        key = {"procedure_id": step["procedure_id"], "order": step["order"]}
        found = _step(step, node, laws, at)
        rows += [{"version": version, **key, **row, "source_id": source, "grade": "A"} for row in found]
        if {row["lodged"] for row in found} == {"paper", "electronic"}:
            known = [_law(laws, "formalities", at, "all", electronic) for _, electronic in LODGED]
            cases = [row["cases"] for row in known if row]
            shares.append(Change(table="procedures", where=key, set={"electronic_share": cases[1] / sum(cases)}))
    if not rows:
        raise InputError(
            f"the log tells no step of {corridor.name}", cure="learn from more days; places need their unlocode"
        )
    told = {"source_id": source, "title": "Recorded by the service of clearance", "year": float(day[:4]), "grade": "A"}
    adds = (Change(table="sources", add=(told,)), Change(table="dwell_models", add=tuple(rows)))
    return Scenario(name=source, why=f"Times learned from the log up to {day}.", changes=(*adds, *shares))


def _step(step: Row, node: Row, laws: Laws, at: tuple[str, str]) -> list[Row]:
    """The rows of a step, without its key; none where the log does not tell all of it."""
    if step["step"] == "gauge_change":
        law = _law(laws, "gauge", at, "all", False)
        return [_row(law, "paper", 1.0)] if law else []
    if step["step"] != "papers" or step["trigger"] != "border" or node["country"] != step["to_country"]:
        return []
    return [row for lodged, electronic in LODGED for row in _papers(laws, at, lodged, electronic)]


def _papers(laws: Laws, at: tuple[str, str], lodged: str, electronic: bool) -> list[Row]:
    before = _law(laws, "formalities", at, "all", electronic)
    lanes = [_law(laws, "control", at, lane, electronic) for lane in ("green", "yellow", "red")]
    known = [law for law in lanes if law is not None]
    if before is None or not known:
        return []
    total = sum(law["share"] for law in known)
    return [_row(before, lodged, 1.0), *(_row(law, lodged, law["share"] / total) for law in known)]


def _law(laws: Laws, stage: str, at: tuple[str, str], lane: str, electronic: bool) -> Row | None:
    """The cell of a place, or of its territory where the place is too thin."""
    for place in (at[0], ""):
        if (stage, place, at[1], lane, electronic) in laws:
            return laws[stage, place, at[1], lane, electronic]
    return None


def _row(law: Row, lodged: str, share: float) -> Row:
    names = {"time_kind": "law", "hours_low": "low", "hours_high": "high"}
    same: Sequence[str] = ("lane", "at_once", "hours", "hours_sd", "hours_p90", "cases", "censored")
    return {"lodged": lodged, "share": share, **{name: law[name] for name in same},
            **{name: law[other] for name, other in names.items()}}  # fmt: skip
