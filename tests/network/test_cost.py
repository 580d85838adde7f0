"""What a load costs: units, fill, value of time, months, emissions, the band of a sum of prices."""

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from karvan.corridor import Corridor
from karvan.data.load import load as shipped_corridor
from karvan.errors import QuoteError
from karvan.network.compile import compile
from karvan.network.compile.goods import goods
from karvan.network.compile.prices import UNITS
from karvan.network.cost import costs, hour_value, load, month_after, price_band, tastes
from karvan.shipment import Shipment
from network.worlds import add, edit, sent, tariff, world

TOY = shipped_corridor("toy")


def loaded(commodity: str = "boxes", corridor: Corridor | None = None, **size: float) -> dict[str, float]:
    told = load(Shipment("A", "C", commodity, **size), goods(corridor or world(), commodity))
    vector = {unit: float(value) for unit, value in zip(UNITS, told.vector, strict=True) if value}
    return {**vector, "pieces": told.pieces, "tonnes": told.tonnes, "count": told.count}


@pytest.mark.parametrize(
    ("size", "told"),
    [
        ({"feu": 2}, {"FEU": 2, "t": 20, "pieces": 2, "tonnes": 20, "count": 2}),
        ({"teu": 3}, {"TEU": 3, "t": 15, "pieces": 1.5, "tonnes": 15, "count": 3}),
        ({"hc40": 1}, {"FEU": 1, "t": 10, "pieces": 1, "tonnes": 10, "count": 1}),
        ({"feu": 2, "tonnes": 30}, {"FEU": 2, "t": 30, "pieces": 2, "tonnes": 30, "count": 2}),
        ({"tonnes": 50}, {"TEU": 10, "t": 50, "pieces": 5, "tonnes": 50, "count": 50}),
    ],
)
def test_boxes_in_the_units_of_prices(size: dict[str, float], told: dict[str, float]) -> None:
    assert loaded(**size) == told


def test_wagons_trucks_and_tonnes() -> None:
    assert loaded("ore", wagons=2) == {"wagon": 2, "t": 120, "pieces": 2, "tonnes": 120, "count": 2}
    assert loaded("ore", tonnes=90) == {"wagon": 1.5, "t": 90, "pieces": 1.5, "tonnes": 90, "count": 90}
    by_road = edit(world(), "commodities", "ore", forms="truck", t_per_truck=20.0)
    assert loaded("ore", by_road, trucks=3) == {"truck": 3, "t": 60, "pieces": 3, "tonnes": 60, "count": 3}
    in_pipes = edit(world(), "commodities", "ore", forms="pipe")
    assert loaded("ore", in_pipes, tonnes=7) == {"t": 7, "pieces": 7, "tonnes": 7, "count": 7}


def test_goods_that_do_not_travel_so_are_refused() -> None:
    with pytest.raises(QuoteError, match=r"ore does not travel in boxes\n.*travels as: wagon"):
        loaded("ore", feu=1)
    with pytest.raises(QuoteError, match="boxes does not travel in wagons"):
        loaded(wagons=1)
    with pytest.raises(QuoteError, match="does not travel in trucks"):
        loaded(trucks=1)
    with pytest.raises(QuoteError, match=r"no tonnes per wagon\n.*number of units"):
        loaded("ore", edit(world(), "commodities", "ore", t_per_wagon=None), tonnes=5)


def test_an_hour_is_worth_what_its_tonnes_are() -> None:
    of = goods(world(), "boxes")
    told = tastes(of, load(Shipment("A", "C", "boxes", feu=2), of))
    assert (told.hour, told.spread_hour) == (24 / 24 * 20, 0.5 * 20)
    assert hour_value(world(), Shipment("A", "C", "boxes", feu=2)) == 10.0
    with pytest.raises(QuoteError, match=r"boxes has no value_of_time\n.*table values"):
        hour_value(world().replace(values=world().values.clear()), Shipment("A", "C", "boxes", feu=1))


def test_generalised_cost_is_price_and_hours_and_their_deviation() -> None:
    made = edit(world(), "links", "AB", hours_p90=10 + 4 * 1.2815515655446004)
    way = sent(made).ways.row(0, named=True)
    assert way["sd_h"] == pytest.approx(4.0)
    assert way["cost_usd"] == pytest.approx(200 + 10 * 30 + 0.5 * 10 * 4)


def test_emissions_of_one_way_by_hand() -> None:
    """An FEU of 10 t by the middle of the toy: rail grams, the feeder's, and what each handling emits."""
    box = Shipment("orio", "destin", commodity="boxes", feu=1)
    net = compile(TOY, "boxes")
    way = sent(TOY, "orio", "destin", avoid=["XD"], via=["sea"], minimise="co2").ways.row(0, named=True)
    carriage = 10 * (270 * 16 + 18 * 16 + (260 + 190) * 21 + 350 * 45 + 180 * 13) / 1000
    assert way["co2_kg"] == pytest.approx(carriage + 18 + 18 + 18 + 9)
    assert net.goods.t_per_teu * 2 == load(box, net.goods).tonnes == 10


def test_emissions_are_the_links_or_the_classs() -> None:
    made = edit(world(), "classes", "train", gco2e_tkm=20.0)
    assert sent(made, "A", "B", minimise="co2").ways["co2_kg"][0] == pytest.approx(10 * 100 * 20 / 1000)
    made = edit(made, "links", "AB", gco2e_tkm=12.0)
    assert sent(made, "A", "B", minimise="co2").ways["co2_kg"][0] == pytest.approx(10 * 100 * 12 / 1000)


def test_probabilities_of_loss_combine_as_independent() -> None:
    made = edit(edit(world(), "links", "AB", loss_p=0.1), "links", "BC", loss_p=0.2)
    assert sent(made).ways["loss_p"][0] == pytest.approx(1 - 0.9 * 0.8)


@pytest.mark.parametrize(
    ("hours", "month"), [(0, 0), (23.9, 0), (16 * 24, 0), (17 * 24, 1), (17 * 24 + 28 * 24, 2), (math.inf, 0)]
)
def test_the_month_in_which_a_time_falls(hours: float, month: int) -> None:
    assert month_after(dt.date(2026, 1, 15), np.array([float(hours)])).tolist() == [month]


def test_in_a_month_hours_move_by_its_weather_from_the_years() -> None:
    net = compile(TOY, "boxes")
    told = load(Shipment("orio", "destin", commodity="boxes", feu=1), net.goods)
    at = next(i for i, one in enumerate(net.labels) if one.link == "S1" and one.tail == "XB_PRT")
    deck = net.decks.arc.tolist().index(at)
    year = costs(net, told).hours[deck]
    wait = {1: 9.0, 4: 3.0, 7: 1.5, 11: 12.0}
    for month in range(1, 13):
        now = costs(net, told, np.full(len(net.labels), month - 1))
        moved = wait.get(month, 0.0) - sum(wait.values()) / 12
        assert now.hours[deck] == pytest.approx(max(year + moved, net.floor[at]))
        assert now.weather_mean[deck] <= now.hours[deck] - now.floor[deck] + 1e-12


def test_the_load_of_two_boxes_costs_twice_that_of_one_where_no_train_is_priced() -> None:
    net = compile(world(), "boxes")
    one, two = (costs(net, load(Shipment("A", "C", "boxes", feu=size), net.goods)) for size in (1, 2))
    for name in ("price", "low", "high", "price_d", "owner", "risk", "co2"):
        assert getattr(two, name) == pytest.approx(2 * getattr(one, name))


USD = st.floats(0, 1000)


@given(USD, st.lists(st.tuples(USD, USD), min_size=1, max_size=6), st.floats(0, 1))
def test_the_band_lies_between_that_of_independent_and_of_common_prices(
    price: float, swings: list[tuple[float, float]], correlation: float
) -> None:
    down, up = np.array(swings).T
    low, high = price_band(price, down, up, correlation)
    assert price - down.sum() - 1e-6 <= low <= price - math.hypot(*down) + 1e-6
    assert price + math.hypot(*up) - 1e-6 <= high <= price + up.sum() + 1e-6


def test_the_band_by_simulation() -> None:
    """Normal prices with one correlation: the P90 of their sum; its sample error is under 1 % of the deviation."""
    rng = np.random.default_rng(5)
    up = np.array([30.0, 50.0, 20.0])
    z = math.sqrt(0.4) * rng.standard_normal((400_000, 1)) + math.sqrt(0.6) * rng.standard_normal((400_000, 3))
    total = 1000 + (z * up / 1.2815515655446004).sum(axis=1)
    low, high = price_band(1000.0, up, up, 0.4)
    assert (low, high) == pytest.approx(np.quantile(total, (0.1, 0.9)), abs=0.5)


def test_one_operators_price_on_many_links_swings_as_one() -> None:
    made = edit(edit(world(), "tariffs", "ab", usd_high=130.0), "tariffs", "bc", usd_high=0.7)
    made = add(made, "tariffs", tariff("other", 50.0, usd_high=90.0))
    way = sent(made).ways.row(0, named=True)
    mine, other = 30 + 0.2 * 200, 40.0
    wanted = 250 + math.sqrt(0.5 * (mine**2 + other**2) + 0.5 * (mine + other) ** 2)
    assert way["price_p90_usd"] == pytest.approx(wanted) and way["price_p10_usd"] == 250.0
