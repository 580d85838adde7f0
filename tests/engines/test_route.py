"""Route as a user asks it: arguments, refusals, balance, and sums by hand on the toy corridor."""

import datetime as dt

import pytest

from karvan.data.load import load
from karvan.engines.route import day_of, route
from karvan.errors import InputError, NameUnknown, QuoteError
from karvan.network.ways import OBJECTIVES
from karvan.shipment import Shipment
from network.worlds import add, edit, sent, tariff, world

TOY = load("toy")
BOX = Shipment("orio", "destin", commodity="boxes", feu=1)


def test_the_way_by_the_north_by_hand() -> None:
    """270 km at 0.6 less 60, a train of 400, 20; customs 60, gauge 90; 260 km at 0.35; 460 and 700 km at 0.5; 10 + 10; 20."""
    way = route(TOY, BOX, minimise="price").ways.row(0, named=True)
    assert way["price_usd"] == pytest.approx(162 - 60 + 400 + 20 + 60 + 90 + 91 + 230 + 10 + 350 + 10 + 20)
    assert way["corridor"] == "north" and way["km"] == 270 + 18 + 260 + 460 + 700
    assert way["owner_usd"] == 60.0
    moving = (12 - 4) + (2 - 1) + (14 - 5) + (18 - 4) + (26 - 6)
    shares = dict(route(TOY, BOX, minimise="price").shares.select("part", "hours").iter_rows())
    assert shares["moving"] == pytest.approx(moving)
    papers = 0.8 * (4 + 0.05 * 20) + 0.2 * 1
    bd, dc = 0.5 * 8 + 0.5 * 4, 0.5 * 10 + 0.5 * 4
    assert shares["border"] == pytest.approx(papers + bd + dc)
    assert shares["handling"] == pytest.approx(6 + 3)
    assert shares["waiting"] == pytest.approx(4 + 1 + 5 + 4 + 6 + 0.8 * 20 + 0.2 * 8)


def test_by_the_sea_each_ship_takes_the_cheaper_of_arc_and_through_prices_by_hand() -> None:
    """The ferry is cheaper by its arcs; the feeder, 310 USD/TEU, by the through price. The end's 20 lie outside it."""
    found = route(TOY, BOX, minimise="price", via=["sea"], ways=2)
    land, customs, end = 162 - 60 + 400 + 20 + 60 + 90 + 91, 5, 20
    ferry = 190 * 0.35 + 50 + 420 + customs + 50 + 180 * 1.2 + end
    feeder = 900 + customs + end
    assert feeder < 190 * 0.35 + 150 + 310 / 0.63 + customs + 150 + 180 * 1.2 + end
    assert found.ways["price_usd"].to_list() == pytest.approx([land + ferry, land + feeder])
    assert set(found.legs.filter(through="thr-sea")["link"]) - {""} == {"B2", "S1", "C1"}
    assert set(found.legs.filter(through="thr-sea")["way"]) == {2}


def test_a_name_unit_or_argument_that_cannot_be_is_refused() -> None:
    with pytest.raises(NameUnknown, match=r"no place is called 'orioo' \(nearest: Orio"):
        route(TOY, Shipment("orioo", "destin", commodity="boxes", feu=1))
    with pytest.raises(NameUnknown, match="no commodity"):
        route(TOY, Shipment("orio", "destin", commodity="bananas", feu=1))
    with pytest.raises(QuoteError, match="boxes does not travel in wagons"):
        route(TOY, Shipment("orio", "destin", commodity="boxes", wagons=1))
    with pytest.raises(QuoteError, match="orio and Orio are one place"):
        route(TOY, Shipment("orio", "Orio", commodity="boxes", feu=1))
    with pytest.raises(InputError, match=r"cannot minimise 'speed'\n.*one of cost, price"):
        route(TOY, BOX, minimise="speed")
    for wrong in ({"ways": 0}, {"eps": 1.0}, {"eps": -0.1}):
        with pytest.raises(InputError, match="ways is at least 1"):
            route(TOY, BOX, **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_objective_is_least_on_the_first_way(objective: str) -> None:
    column = {"cost": "cost_usd", "price": "price_usd", "hours": "hours", "co2": "co2_kg", "risk": "loss_p"}[objective]
    ways = route(TOY, BOX, minimise=objective, ways=5).ways
    assert ways["way"].to_list() == list(range(1, ways.height + 1))
    assert ways[column].is_sorted()


def test_nothing_left_is_a_result_with_its_reason() -> None:
    found = route(TOY, Shipment("orio", "destin", commodity="chips", feu=3), avoid=["sea", "rail"])
    assert found.ways.height == found.legs.height == found.prices.height == 0
    row = found.balance.row(0, named=True)
    assert (row["asked"], row["carried"], row["refused"], row["unit"]) == (3.0, 0.0, 3.0, "FEU")
    assert found.closed["restriction"].to_list() == ["avoid rail"] and row["reason"] == "closed by: avoid rail"


def test_two_restrictions_may_close_it_together() -> None:
    found = route(TOY, Shipment("orio", "destin", commodity="chips", feu=1), avoid=["sea"])
    assert set(found.closed["restriction"]) == {"dual_use d-dual (Decree of D)", "avoid sea"}


def test_without_any_restriction_the_reason_is_the_network() -> None:
    found = sent(edit(world(), "links", "BC", status="closed"))
    assert found.balance["reason"][0] == "no way for boxes between these places"
    assert found.closed.height == 0


def test_dangerous_goods_do_not_take_the_ferry() -> None:
    fuel = Shipment("orio", "destin", commodity="fuel", wagons=1)
    found = route(TOY, fuel, ways=9)
    assert found.ways.height and "S1" not in set(found.legs["link"])
    ore = route(TOY, Shipment("orio", "destin", commodity="ore", wagons=1), ways=9)
    assert "S1" in set(ore.legs["link"])


def test_the_day_is_that_of_departure_or_the_corridors_own() -> None:
    assert day_of(TOY, BOX) == dt.date(2022, 7, 1)
    ready = Shipment("orio", "destin", commodity="boxes", feu=1, ready=dt.date(2024, 3, 5))
    assert day_of(TOY, ready) == dt.date(2024, 3, 5)


def test_the_run_says_what_was_asked_and_whether_it_is_proven() -> None:
    run = route(TOY, BOX, pareto=True, avoid=["XD"]).run
    assert run.arguments["eps"] == 0.005 and run.arguments["pareto"] and run.arguments["proven"]
    assert (run.corridor, run.digest, run.arguments["avoid"]) == ("toy", TOY.digest, ("XD",))
    assert run.id == route(TOY, BOX, pareto=True, avoid=["XD"]).run.id != route(TOY, BOX).run.id


def test_an_empty_name_is_not_a_restriction() -> None:
    with pytest.raises(NameUnknown):
        route(TOY, BOX, avoid=[""])


def test_all_prices_paid_are_told_whatever_their_size() -> None:
    made = add(world(), "tariffs", tariff("train", 40.0, item="toll", unit="train"))
    for size in ({"feu": 12}, {"teu": 3}, {"tonnes": 37}):
        found = sent(made, size=size)
        count = next(iter(size.values()))
        assert found.prices["usd"].sum() * count == pytest.approx(found.ways["total_usd"][0])
