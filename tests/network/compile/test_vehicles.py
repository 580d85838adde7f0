"""Vehicles: rows by key, where ships berth, what they take in a shallow port."""

import pytest

import karvan as kv
from karvan.network.compile.moves import tonnes_of
from karvan.network.compile.vehicles import Rows, berth, room, train


@pytest.fixture
def rows() -> Rows:
    return Rows(kv.load("toy"))


def test_rows_by_key_in_the_tables_order(rows: Rows) -> None:
    assert rows.row("nodes", "XB_PRT")["node_id"] == "XB_PRT"
    assert rows.row("nodes", "nowhere") == {} and rows.rows("nodes", "nowhere") == []
    assert [row["resource_id"] for row in rows.rows("resources", "XB_PRT", "node_id")] == ["prt-berth", "prt-yard"]


def test_a_chains_steps_are_in_order(rows: Rows) -> None:
    for procedure in rows.today.procedures["procedure_id"].unique():
        orders = [row["order"] for row in rows.chain(procedure)]
        assert orders == sorted(orders) and orders


def test_the_only_berth_of_a_port_is_a_ships(rows: Rows) -> None:
    service = {"class_id": "a class that no chain names"}
    assert berth(rows, service, "XB_PRT")["resource_id"] == "prt-berth"
    assert berth(rows, service, "XB_MID") == {}


def test_a_ship_loses_room_by_the_draught_it_is_short_of(rows: Rows) -> None:
    depth = 4.0
    rows.row("nodes", "XB_PRT")["draught_m"] = depth
    ship = {"capacity": 100.0, "capacity_unit": "wagon", "draught_m": depth + 0.5, "payload_t_m": 800.0}
    assert room(rows, ship, ["XB_PRT"]) == pytest.approx(100.0 * (1 - 400.0 / tonnes_of(ship)))
    assert room(rows, {**ship, "draught_m": depth}, ["XB_PRT"]) == 100.0
    assert room(rows, {**ship, "payload_t_m": 1e9}, ["XB_PRT"]) == 0.0


def test_without_a_class_pieces_go_one_by_one(rows: Rows) -> None:
    assert train(rows.today, (), "FEU", 20.0) == 1
