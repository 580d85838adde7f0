"""Every kind of modelling fault, seeded into the toy corridor on its own, gives that fault and no other."""

from collections.abc import Callable

import pytest

from karvan.corridor import Corridor
from karvan.data.load import load
from karvan.network.audit import audit
from network.worlds import add, drop, edit, tariff

TOY = load("toy")
NODE = {"country": "XA", "kind": "station", "lat": 40.0, "lon": 61.0}
RAIL = {"mode": "rail", "gauge_mm": 1435.0, "length_km": 90.0, "hours": 4.0}


def link(corridor: Corridor, name: str, a: str, b: str, **cells: object) -> Corridor:
    """One link more, of rail and with a price per FEU."""
    made = add(corridor, "links", {**RAIL, "link_id": name, "from_node": a, "to_node": b, **cells})
    return add(made, "tariffs", tariff(f"t-{name}", 10.0, link_id=name, operator_id="RA"))


def spur(**cells: object) -> Corridor:
    """The toy with a place more, joined to Orio."""
    return link(add(TOY, "nodes", {**NODE, "node_id": "XA_NEW", "name": "New"}), "X1", "XA_ORI", "XA_NEW", **cells)


def dead_end() -> Corridor:
    return spur(one_way=True)


def unreachable() -> Corridor:
    return add(TOY, "nodes", {**NODE, "node_id": "XA_FAR", "name": "Far"})


def no_resource() -> Corridor:
    return drop(TOY, "resources", "bor-crane")


def total() -> Corridor:
    """A coarse arc beside the sections that it sums up: 270 + 18 + 260 + 190 km."""
    cells = {"length_km": 740.0, "hours": 40.0, "detail": "coarse", "gauge_mm": 1520.0}
    return link(TOY, "SUM", "XA_ORI", "XB_PRT", **cells)


def unpriced_procedure() -> Corridor:
    return drop(TOY, "tariffs", "havn-feeder")


def idle() -> Corridor:
    return add(TOY, "tariffs", tariff("idle", 5.0, link_id="A1", operator_id="RA", class_id="feeder"))


def overpaid() -> Corridor:
    return edit(TOY, "tariffs", "ra-A1-sub", usd=-700.0)


def flow(origin: str, destination: str, commodity: str) -> dict[str, object]:
    return {"origin": origin, "destination": destination, "commodity_id": commodity, "year": 2022, "kt": 1.0}


SEEDED: list[tuple[Callable[[], Corridor], tuple[str, str, str], str, str]] = [
    (lambda: edit(TOY, "links", "A1", length_km=240.0), ("links.csv", "A1", "length_km"),
     "shorter than the straight line of 256 km", "error"),
    (lambda: edit(TOY, "links", "A1", length_km=700.0), ("links.csv", "A1", "length_km"),
     "more than 2.5 times the straight line of 256 km", "warning"),
    (lambda: edit(TOY, "links", "B1", hours_min=0.5), ("links.csv", "B1", "hours"), "520 km/h on 260 km of rail", "error"),
    (lambda: edit(TOY, "links", "B1", hours=300.0, hours_p90=400.0), ("links.csv", "B1", "hours"),
     "slower than 1 km/h", "warning"),
    (lambda: edit(TOY, "calls", "feeder-1|2", hours_min=1.0), ("calls.csv", "feeder-1|2", "hours"),
     "350 km/h on 350 km of sea", "error"),
    (lambda: edit(TOY, "nodes", "XC_PRT", kind="station"), ("links.csv", "S1", "mode"), "a sea link ends at XC_PRT, which is a station", "error"),
    (lambda: edit(TOY, "calls", "ferry-1|2", link_id="B2"), ("calls.csv", "ferry-1|2", "link_id"),
     "does not join XB_PRT and XC_PRT", "error"),
    (no_resource, ("nodes.csv", "XB_BOR", "gauges"), "tracks of 1435 and 1520 mm meet", "error"),
    (total, ("links.csv", "SUM", "length_km"), "as long as the chain of its own sections (738 km)", "error"),
    (overpaid, ("commodities.csv", "boxes", "commodity_id"), "the prices of 'A1' (XA_ORI to XA_BOR) add up to", "error"),
    (lambda: drop(TOY, "procedures", "bor-out|1"), ("links.csv", "A2", "to_node"),
     "crosses from XB to XA at XA_BOR without a procedure", "error"),
    (lambda: drop(TOY, "procedures", "bd-in|1", "bd-out|1"), ("links.csv", "N1", "to_node"),
     "crosses from XB to XD at XD_NOR without a procedure", "error"),
    (unpriced_procedure, ("procedures.csv", "havn-feeder", "procedure_id"), "has no price for any commodity", "error"),
    (idle, ("tariffs.csv", "idle", "tariff_id"), "no arc of any commodity uses it", "warning"),
    (unreachable, ("nodes.csv", "XA_FAR", "node_id"), "no commodity can reach it", "error"),
    (dead_end, ("nodes.csv", "XA_NEW", "node_id"), "can be entered but never left", "error"),
    (lambda: add(TOY, "demand", flow("XD_NOR", "XB_MID", "chips")),
     ("demand.csv", "XD_NOR|XB_MID|chips", "destination"), "the flow has no way", "error"),
    (lambda: add(dead_end(), "demand", flow("XA_NEW", "XC_DST", "boxes")),
     ("demand.csv", "XA_NEW|XC_DST|boxes", "destination"), "the flow has no way", "error"),
]  # fmt: skip


BESIDE = {  # what else follows from a fault
    ("calls.csv", "ferry-1|2"): {("tariffs.csv", "sea-S1-f"), ("tariffs.csv", "sea-S1-w")},
    ("links.csv", "SUM"): {("links.csv", "SUM"), ("nodes.csv", "XA_ORI"), ("tariffs.csv", "t-SUM")},
    ("commodities.csv", "boxes"): {("commodities.csv", "chips")},
    ("links.csv", "A2"): {("demand.csv", "XC_DST|XA_ORI|boxes"), ("tariffs.csv", "bor-out-c"), ("tariffs.csv", "bor-out-w")},
    ("links.csv", "N1"): {
        ("links.csv", "N1"), *(("tariffs.csv", name) for name in ("bd-in", "bd-out", "rd-N1", "rd-N1-w", "rd-risk", "ins-north"))
    },
    ("demand.csv", "XA_NEW|XC_DST|boxes"): {("nodes.csv", "XA_NEW")},
}  # fmt: skip


def line_of(corridor: Corridor, table: str, key: str) -> int:
    """The row of a key as a spreadsheet shows it less the header."""
    width = key.count("|") + 1
    keys = [
        "|".join(str(cell) for cell in row[:width]) for row in corridor.tables[table.removesuffix(".csv")].iter_rows()
    ]
    return keys.index(key) + 1


def test_the_toy_is_clean() -> None:
    assert audit(TOY) == []


def test_the_toy_with_a_spur_is_clean_too() -> None:
    assert audit(spur()) == []


@pytest.mark.parametrize(
    ("seed", "place", "rule", "level"), SEEDED, ids=lambda cell: cell[1] if isinstance(cell, tuple) else ""
)
def test_a_fault_is_found_with_its_table_row_key_column_and_cure(
    seed: Callable[[], Corridor], place: tuple[str, str, str], rule: str, level: str
) -> None:
    made = seed()
    found = audit(made)
    mine = [fault for fault in found if (fault.file, fault.key, fault.column) == place and rule in fault.rule]
    assert len(mine) == 1, found
    assert {(fault.file, fault.key) for fault in found if fault not in mine} == BESIDE.get(place[:2], set())
    assert mine[0].row == line_of(made, place[0], place[1])
    assert mine[0].level == level and mine[0].cure


def test_an_elasticity_of_nothing_is_a_fault_with_its_row() -> None:
    rule = {"name": "demand_elasticity", "scope": "boxes:XA:any:trades", "value": 1.0, "unit": "elasticity"}
    made = add(TOY, "params", rule)
    made = add(made, "drivers", {"driver": "trade", "year": 2022, "value": 1.0, "unit": "index"})
    (fault,) = audit(made)
    assert (fault.file, fault.row, fault.column, fault.nearest) == ("params.csv", made.params.height, "scope", "trade")
    assert not audit(edit(made, "params", "demand_elasticity|boxes:XA:any:trades", scope="boxes:XA:any:trade"))
