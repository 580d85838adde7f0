"""Ways as frames: what one frame says, the others say too."""

import datetime as dt

import polars as pl
import pytest

from karvan.data.load import load
from karvan.engines.route import Routes, route
from karvan.engines.tell import LEGS, PRICES, SHARES, WAYS
from karvan.shipment import Shipment
from network.worlds import edit, sent, world

TOY = load("toy")
QUESTIONS = [
    ({"commodity": "boxes", "feu": 1}, {}),
    ({"commodity": "boxes", "feu": 75}, {"pareto": True, "eps": 0.0}),
    ({"commodity": "boxes", "teu": 7}, {"via": ["sea"]}),
    ({"commodity": "boxes", "hc40": 2, "ready": dt.date(2022, 11, 3)}, {"via": ["middle"]}),
    ({"commodity": "ore", "wagons": 60}, {}),
    ({"commodity": "ore", "tonnes": 500}, {"minimise": "co2"}),
    ({"commodity": "fuel", "wagons": 3}, {}),
]


@pytest.fixture(params=QUESTIONS, ids=str)
def found(request: pytest.FixtureRequest) -> Routes:
    goods, how = request.param
    answer = route(TOY, Shipment("orio", "destin", **goods), ways=5, **how)
    assert answer.ways.height
    return answer


def per_way(frame: pl.DataFrame, column: str) -> list[float]:
    return frame.group_by("way").agg(pl.col(column).sum()).sort("way")[column].to_list()


def test_frames_have_their_columns(found: Routes) -> None:
    for name, shape in (("ways", WAYS), ("legs", LEGS), ("prices", PRICES), ("shares", SHARES)):
        assert dict(found.tables[name].schema) == shape


def test_prices_paid_add_up_to_the_price(found: Routes) -> None:
    paid = found.prices.filter(pl.col("part").is_in(["core", "access"]))
    assert per_way(paid, "usd") == pytest.approx(found.ways["price_usd"].to_list())
    count = float(found.balance["asked"][0])
    assert found.ways["total_usd"].to_list() == pytest.approx([price * count for price in found.ways["price_usd"]])
    owner = found.prices.filter(part="owner")
    assert owner["usd"].sum() == pytest.approx(found.ways["owner_usd"].sum())


def test_legs_add_up_to_the_way(found: Routes) -> None:
    for column in ("hours", "co2_kg", "km"):
        assert per_way(found.legs, column) == pytest.approx(found.ways[column].to_list())


def test_the_price_of_legs_lacks_only_what_is_paid_at_the_gate_of_a_through_price(found: Routes) -> None:
    gates = found.prices.filter(item="through_rate")
    wanted = found.ways["price_usd"].sum() - gates["usd"].sum()
    assert found.legs["price_usd"].sum() == pytest.approx(wanted)


def test_shares_are_of_all_the_hours(found: Routes) -> None:
    assert per_way(found.shares, "hours") == pytest.approx(found.ways["hours"].to_list())
    assert per_way(found.shares, "share") == pytest.approx([1.0] * found.ways.height)
    assert found.shares["hours"].min() >= -1e-9


def test_bands_and_floors_are_in_order(found: Routes) -> None:
    ways = found.ways
    assert (ways["hours_p10"] <= ways["hours_p50"]).all() and (ways["hours_p50"] <= ways["hours_p90"]).all()
    assert (ways["price_p10_usd"] <= ways["price_usd"]).all() and (ways["price_usd"] <= ways["price_p90_usd"]).all()
    floors = per_way(found.legs, "hours_min")
    assert all(hours >= floor - 1e-9 for hours, floor in zip(ways["hours"], floors, strict=True))
    assert all(p10 >= floor - 0.5 for p10, floor in zip(ways["hours_p10"], floors, strict=True))


def test_legs_lead_on_from_one_another(found: Routes) -> None:
    for _, legs in found.legs.group_by("way"):
        assert legs["from"][0] == "XA_ORI" and legs["to"][-1] == "XC_DST"
        assert legs["to"][:-1].to_list() == legs["from"][1:].to_list()
        assert legs["order"].to_list() == list(range(1, legs.height + 1))


def test_all_of_the_toy_is_estimated(found: Routes) -> None:
    """Every row of the toy has grade D, so nothing rests on anything else but the season's waits."""
    assert found.ways["estimated_price"].to_list() == pytest.approx([1.0] * found.ways.height)
    if not any(key == "ready" for key in found.run.arguments["shipment"]):
        assert found.ways["estimated_hours"].to_list() == pytest.approx([1.0] * found.ways.height)


def test_a_way_is_called_by_its_transfers() -> None:
    names = route(TOY, Shipment("orio", "destin", commodity="boxes", feu=1), ways=5).ways["name"].to_list()
    assert names == ["Bord West", "Bord West, Portel, Havn", "Bord West, Portel, Havn"]
    assert sent(world()).ways["name"].to_list() == ["direct"]


def test_the_corridor_is_that_of_most_tagged_kilometres() -> None:
    made = edit(edit(world(), "links", "AB", corridor="short"), "links", "BC", corridor="long")
    assert sent(made).ways["corridor"][0] == "long"
    assert sent(edit(made, "links", "BC", corridor=None)).ways["corridor"][0] == "short"
    assert sent(world()).ways["corridor"][0] == ""


def test_what_rests_on_estimates_counts_rows_of_grade_d_alone() -> None:
    made = edit(edit(world(), "tariffs", "bc", grade="D", usd=1.5), "links", "AB", hours_grade="D")
    way = sent(made).ways.row(0, named=True)
    assert (way["estimated_price"], way["estimated_hours"]) == (pytest.approx(300 / 400), pytest.approx(10 / 30))
