"""What runs where: gauge, draught, one-way lines, services with and without calls."""

import datetime as dt

import pytest

from karvan.corridor import Corridor
from karvan.network.compile.moves import fits
from network.worlds import add, drop, edit, hours, price, sent, tariff, world


def sea(depth: float = 6.0, draught: float = 5.0, **cells: object) -> Corridor:
    """The made corridor with a ship on AC, which the port of C may be too shallow for."""
    made = edit(world(), "nodes", "C", draught_m=depth)
    lane = {"link_id": "AC", "from_node": "A", "to_node": "C", "mode": "sea", "length_km": 300.0, "operator_id": "M"}
    ship = {"class_id": "ship", "name": "ship", "mode": "sea", "carries": "container", "speed_kmh": 20.0}
    vessel = {**ship, "draught_m": draught, "capacity": 100.0, "capacity_unit": "TEU", **cells}
    made = add(add(made, "links", lane), "classes", vessel)
    made = add(made, "services", {"service_id": "ship", "name": "ship", "class_id": "ship"})
    return add(made, "tariffs", tariff("sail", 50.0, link_id="AC"))


def sails(corridor: Corridor) -> bool:
    return "AC" in sent(corridor).legs["link"].to_list()


def test_hours_are_the_links_or_its_length_over_the_speed() -> None:
    assert hours(world()) == 30.0
    made = edit(edit(world(), "links", "AB", hours=None), "classes", "train", speed_kmh=40.0)
    assert hours(made, "A", "B") == 100 / 40


def test_a_service_without_calls_takes_its_factor_of_the_links_hours() -> None:
    made = edit(edit(world(), "services", "trains", hours_factor=1.5), "links", "AB", hours_min=6.0, hours_p90=14.0)
    leg = sent(made, "A", "B").legs.row(0, named=True)
    assert (leg["hours"], leg["hours_min"]) == (15.0, 9.0)
    assert leg["sd_h"] == pytest.approx(1.5 * 4 / 1.2815515655446004)


def test_a_service_of_an_operator_stays_on_its_links() -> None:
    assert price(edit(world(), "services", "trains", operator_id="K")) == 200.0
    assert price(edit(world(), "services", "trains", operator_id="M")) == float("inf")


def test_goods_and_forms_that_a_service_does_not_take_stay_behind() -> None:
    assert price(edit(world(), "services", "trains", goods="goods")) == 200.0
    assert price(edit(world(), "services", "trains", goods="ore")) == float("inf")
    assert price(edit(world(), "classes", "train", carries="wagon")) == float("inf")


def test_a_service_with_calls_runs_on_its_calls_and_before_general_ones() -> None:
    made = add(world(), "services", {"service_id": "fast", "name": "fast", "class_id": "train", "grade": "B"})
    stops = [
        {"service_id": "fast", "order": 1, "node_id": "A"},
        {"service_id": "fast", "order": 2, "node_id": "B", "link_id": "AB", "hours": 4.0},
    ]
    made = add(made, "calls", *stops)
    assert hours(made) == 4 + 20
    assert sent(made).legs["service"].to_list() == ["fast", "trains"]
    assert hours(made, "B", "A") == 4.0
    assert hours(edit(made, "services", "fast", one_way=True), "A", "B") == 4.0
    assert not sent(edit(made, "services", "fast", one_way=True), "B", "A").ways.height


def test_a_one_way_link_leads_one_way() -> None:
    made = edit(world(), "links", "BC", one_way=True)
    assert (price(made), price(made, "C", "A")) == (200.0, float("inf"))


@pytest.mark.parametrize("cells", [{"status": "closed"}, {"status": "planned"}, {"detail": "total"}])
def test_links_that_are_not_open_or_are_totals_carry_nothing(cells: dict[str, str]) -> None:
    assert price(edit(world(), "links", "AB", **cells)) == float("inf")
    assert price(edit(world(), "links", "AB", status="open")) == 200.0


def test_nothing_passes_a_place_that_is_closed() -> None:
    assert price(edit(world(), "nodes", "B", status="closed")) == float("inf")


def test_a_class_of_one_gauge_keeps_to_it() -> None:
    assert price(edit(world(), "classes", "train", gauge_mm=1520.0)) == 200.0
    assert price(edit(world(), "classes", "train", gauge_mm=1435.0)) == float("inf")


def test_a_ship_sails_where_the_water_is_deep_enough() -> None:
    assert sails(sea())
    assert sails(sea(depth=5.0))
    assert not sails(sea(depth=4.99))  # it does not say what a metre of draught carries
    assert sails(edit(sea(), "nodes", "C", draught_m=None))


def test_a_falling_sea_cuts_payload_and_then_the_line() -> None:
    """The ship takes 100 TEU at 12 t gross, 1200 t; at 400 t a metre it is empty 3 m short."""
    deep = 5.0
    for short, sailing in ((0.5, True), (2.9, True), (3.0, False), (4.0, False)):
        assert sails(sea(depth=deep - short, payload_t_m=400.0)) is sailing


def test_the_sea_falls_by_the_profile_of_its_ports() -> None:
    """5 m of draught, 2 cm of water less each year from 5.05 m in 2022: from 2025 the ship does not come in."""
    falling = [
        {"table": "nodes", "id": "C", "column": "draught_m", "since": dt.date(year, 1, 1), "value": 5.05 - 0.02 * (year - 2022)}
        for year in range(2022, 2030)
    ]  # fmt: skip
    made = add(sea(), "profiles", *falling)
    for year in range(2022, 2030):
        links = sent(made, ready=dt.date(year, 7, 1)).legs["link"].to_list()
        assert ("AC" in links) is (year < 2025)


def test_draught_holds_at_both_ends() -> None:
    ship = {"gauge_mm": None, "draught_m": 5.0, "payload_t_m": None, "capacity": None, "capacity_unit": None}
    link = {"gauge_mm": None, "from_node": "A", "to_node": "B"}
    for first, second, fit in ((6.0, 6.0, True), (4.0, 6.0, False), (6.0, 4.0, False), (None, 6.0, True)):
        places = {"A": {"draught_m": first}, "B": {"draught_m": second}}
        assert fits(ship, link, places) is fit


def test_a_call_on_a_link_that_is_gone_is_no_move() -> None:
    made = add(world(), "services", {"service_id": "fast", "name": "fast", "class_id": "train"})
    made = add(
        made,
        "calls",
        {"service_id": "fast", "order": 1, "node_id": "A"},
        {"service_id": "fast", "order": 2, "node_id": "B", "link_id": "AB", "hours": 4.0},
    )
    assert hours(drop(made, "services", "trains"), "A", "B") == 4.0
    assert not sent(edit(drop(made, "services", "trains"), "links", "AB", status="closed"), "A", "B").ways.height
