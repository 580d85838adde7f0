"""Section and through prices: where they apply, what they replace, and that they are taken only where they pay."""

import pytest

from karvan.corridor import Corridor
from karvan.errors import InputError
from karvan.network.compile import compile
from network.worlds import add, edit, price, sent, tariff, world


def through(usd: float = 120.0, **cells: object) -> Corridor:
    """The made corridor with a price from A to C in the stead of K's prices, and a toll of M on AB."""
    row = tariff("thr", usd, scope="through", from_node="A", to_node="C", covers="K", item="through_rate")
    return add(world(), "tariffs", tariff("toll", 7.0), {**row, **cells})


def test_it_takes_the_stead_of_the_operators_it_covers_and_of_no_other() -> None:
    found = sent(through())
    assert found.ways["price_usd"][0] == 120 + 7
    assert found.prices["tariff"].to_list() == ["thr", "toll"]
    assert found.legs["through"].to_list() == ["thr", "thr"]


def test_covers_all_means_everybody() -> None:
    assert price(through(covers="all")) == 120.0


def test_it_is_taken_only_where_it_is_cheaper() -> None:
    assert price(through(usd=300.0)) == 207.0
    assert sent(through(usd=300.0)).prices["tariff"].to_list() == ["ab", "toll", "bc"]


def test_it_holds_from_its_first_place_to_its_last_and_not_back() -> None:
    assert (price(through(), "C", "A"), price(through(), "A", "B"), price(through(), "B", "C")) == (207.0, 107.0, 100.0)
    assert price(through(to_node="B", usd=50.0)) == 50 + 7 + 100


def test_a_section_price_covers_its_own_operator() -> None:
    assert price(through(scope="section", covers=None, operator_id="K")) == 127.0
    assert price(through(scope="section", covers=None, operator_id="M", usd=3.0)) == 203.0


def test_it_stays_on_links_of_its_corridors() -> None:
    on_it = edit(edit(through(corridor="c"), "links", "AB", corridor="c"), "links", "BC", corridor="c")
    assert price(on_it) == 127.0
    assert price(edit(on_it, "links", "BC", corridor="d")) == 207.0
    assert price(edit(through(corridor="c;d"), "links", "AB", corridor="c")) == 207.0


def test_one_for_a_class_is_for_moves_of_that_class() -> None:
    assert price(through(class_id="train")) == 127.0
    truck = {"class_id": "truck", "name": "truck", "mode": "road", "carries": "container"}
    assert price(add(through(class_id="truck"), "classes", truck)) == 207.0


def test_it_may_have_to_pass_a_place() -> None:
    assert price(through(via_node="B")) == 127.0
    by_d = add(through(via_node="D"), "nodes", {"node_id": "D", "name": "D", "country": "XA", "kind": "station",
                                               "lat": 41.0, "lon": 61.0})  # fmt: skip
    assert price(by_d) == 207.0
    detour = [
        {"link_id": f"{a}{b}", "from_node": a, "to_node": b, "mode": "rail", "length_km": 150.0, "gauge_mm": 1520.0,
         "hours": 15.0}
        for a, b in (("A", "D"), ("D", "C"))
    ]  # fmt: skip
    rows = [tariff(row["link_id"], 500.0, link_id=row["link_id"], operator_id="K") for row in detour]
    made = add(add(by_d, "links", *detour), "tariffs", *rows)
    assert price(made) == 120.0
    assert {"A", "D"} <= set(sent(made).legs["from"])


@pytest.mark.parametrize(("class_id", "feu", "trains"), [(None, 25.0, 1), ("train", 25.0, 3), ("train", 10.0, 1)])
def test_a_price_per_train_is_paid_for_trains_of_its_class(class_id: str | None, feu: float, trains: int) -> None:
    made = through(unit="train", usd=200.0, covers="all", class_id=class_id)
    found = sent(made, size={"feu": feu})
    assert found.ways["total_usd"][0] == pytest.approx(200.0 * trains)
    assert found.prices["usd"].sum() * feu == pytest.approx(200.0 * trains)


def test_per_teu_and_per_feu_are_turned_into_each_other() -> None:
    assert price(through(), size={"teu": 1}) == pytest.approx(0.63 * 127)
    assert price(through(unit="TEU", usd=63.0)) == pytest.approx(100 + 7)


def test_a_subsidy_whose_payer_is_not_covered_is_refused_by_name() -> None:
    made = add(through(), "tariffs", tariff("sub", -60.0, item="subsidy"))
    with pytest.raises(InputError, match="'AB' under the through price 'thr'"):
        sent(made)
    assert price(through(covers="K;M")) == 120.0


def test_each_price_makes_a_copy_and_one_with_a_place_to_pass_makes_two() -> None:
    assert compile(world(), "boxes").decks.copies == 1
    assert compile(through(), "boxes").decks.copies == 2
    assert compile(through(via_node="B"), "boxes").decks.copies == 3
    assert compile(through(goods="ore"), "boxes").decks.copies == 1


def test_deck_nought_is_the_network_itself() -> None:
    net = compile(through(), "boxes")
    own = (net.decks.through < 0) & (net.decks.arc >= 0)
    assert net.decks.arc[own].tolist() == list(range(len(net.labels)))
    assert (net.decks.head[own] == net.head).all() and (net.decks.tail[own] == net.tail).all()
    assert net.decks.enters.sum() == 1
