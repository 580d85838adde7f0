"""The state graph: transfers, gauge breaks, scheduled departures, starts and ends."""

import pytest

from karvan.corridor import Corridor
from karvan.network.compile import compile
from karvan.network.compile.arrays import KIND_NAMES
from network.worlds import add, edit, price, sent, step, tariff, world


def ferry(departures: float | None = 2.0, procedures: bool = True) -> Corridor:
    """The made corridor with a ship instead of the rails from B to C, and port work of 5 h for 40 USD on the way out."""
    made = edit(world(), "links", "BC", mode="sea", gauge_mm=None)
    made = add(made, "classes", {"class_id": "ship", "name": "ship", "mode": "sea", "carries": "container"})
    line = {"service_id": "line", "name": "line", "class_id": "ship", "departures_week": departures, "grade": "D"}
    stops = [
        {"service_id": "line", "order": 1, "node_id": "B"},
        {"service_id": "line", "order": 2, "node_id": "C", "link_id": "BC", "hours": 12.0},
    ]
    made = add(add(made, "services", line), "calls", *stops)
    row = step("load", "transfer", node_id="B", from_class="train", to_class="ship", hours=5.0, part="handling")
    made = add(made, "procedures", row) if procedures else made
    return add(made, "tariffs", tariff("port", 40.0, procedure_id="load")) if procedures else made


def kinds(corridor: Corridor, *ends: str) -> list[str]:
    return sent(corridor, *ends).legs["kind"].to_list()


def test_from_train_to_ship_by_a_transfer_and_its_departure() -> None:
    found = sent(ferry())
    assert found.legs["kind"].to_list() == ["move", "transfer", "departure", "move"]
    assert found.legs["hours"].to_list() == [10.0, 5.0, 168 / 2 / 2, 12.0]
    assert found.ways["price_usd"][0] == 100 + 40 + 100
    parts = dict(found.shares.select("part", "hours").iter_rows())
    assert parts == {"moving": 22.0, "handling": 5.0, "border": 0.0, "waiting": 42.0}
    assert found.ways["estimated_hours"][0] == pytest.approx(42 / 69)


def test_without_departures_told_none_is_awaited() -> None:
    assert kinds(ferry(departures=None)) == ["move", "transfer", "move"]


def test_without_a_chain_no_transfer_is_possible() -> None:
    assert kinds(ferry(procedures=False)) == []
    assert kinds(ferry(), "C", "A") == []


def test_who_stays_aboard_waits_once() -> None:
    made = add(
        ferry(), "nodes", {"node_id": "D", "name": "D", "country": "XA", "kind": "port", "lat": 40.0, "lon": 66.0}
    )
    lane = {"link_id": "CD", "from_node": "C", "to_node": "D", "mode": "sea", "length_km": 100.0}
    made = add(add(made, "links", lane), "tariffs", tariff("cd", 10.0, link_id="CD"))
    made = add(made, "calls", {"service_id": "line", "order": 3, "node_id": "D", "link_id": "CD", "hours": 6.0})
    found = sent(made, "B", "D")
    assert found.legs["kind"].to_list() == ["departure", "move", "move"]
    assert found.ways["hours"][0] == 42 + 12 + 6


def broad(**cells: object) -> Corridor:
    """The made corridor with a broader gauge from B on."""
    made = edit(edit(world(), "links", "BC", gauge_mm=1676.0), "classes", "train", **cells)
    row = step("bogies", "gauge", node_id="B", hours=3.0, part="handling", step="gauge_change")
    return add(add(made, "procedures", row), "tariffs", tariff("lift", 25.0, procedure_id="bogies"))


def test_a_gauge_break_takes_its_chain() -> None:
    assert kinds(broad()) == ["move", "gauge change", "move"]
    assert price(broad()) == 225.0
    elsewhere = edit(broad(), "procedures", "bogies|1", node_id="C")
    assert kinds(elsewhere) == []


def test_a_class_bound_to_one_gauge_does_not_change_bogies() -> None:
    assert kinds(broad(gauge_mm=1520.0)) == []


def test_starts_and_ends_take_their_chains_and_are_free_without() -> None:
    assert kinds(world()) == ["move", "move"]
    rows = [
        step("pick", "start", to_class="train", hours=2.0, part="handling"),
        step("put", "end", node_id="C", hours=3.0, part="handling"),
    ]
    made = add(world(), "procedures", *rows)
    made = add(made, "tariffs", *(tariff(name, 11.0, procedure_id=name) for name in ("pick", "put")))
    assert kinds(made) == ["start", "move", "move", "end"]
    assert (price(made), price(made, "A", "B")) == (222.0, 111.0)


def test_a_way_neither_begins_nor_ends_with_a_change() -> None:
    """Else a way from B could be made dearer or cheaper by a change that nobody asked for."""
    assert kinds(ferry(), "B", "C") == ["departure", "move"]
    assert kinds(ferry(), "A", "B") == ["move"]


def test_vertices_and_arcs_of_the_made_corridor() -> None:
    net = compile(world(), "boxes")
    roles = sorted((vertex.node, vertex.role) for vertex in net.vertices)
    assert roles == [(node, role) for node in "ABC" for role in ("end", "in", "out", "start")]
    told = sorted(KIND_NAMES[label.kind] for label in net.labels)
    assert told == sorted(["move"] * 4 + ["stay"] * 3 + ["start"] * 3 + ["end"] * 3)
