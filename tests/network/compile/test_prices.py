"""Which tariffs an arc costs, and how much: by hand."""

import pytest

from karvan.errors import InputError
from network.worlds import add, edit, price, sent, tariff, world


def test_the_world_costs_what_its_two_links_cost() -> None:
    assert price(world()) == 100 + 0.5 * 200


@pytest.mark.parametrize(
    ("cells", "paid"),
    [
        ([("any", None), ("form", "container"), ("parent", "goods"), ("own", "boxes")], 4.0),
        ([("any", None), ("form", "container"), ("parent", "goods")], 3.0),
        ([("any", None), ("form", "container")], 2.0),
        ([("any", None)], 1.0),
        ([("any", None), ("listed", "ore;boxes")], 2.0),
        ([("any", None), ("other", "ore")], 1.0),
    ],
)
def test_of_one_operator_and_item_the_nearest_goods_win(cells: list[tuple[str, str | None]], paid: float) -> None:
    rows = [tariff(name, usd, goods=goods) for usd, (name, goods) in enumerate(cells, start=1)]
    assert price(add(world(), "tariffs", *rows), "A", "B") == 100 + paid


def test_a_row_for_the_class_beats_rows_for_any_class_however_near_their_goods() -> None:
    rows = [tariff("own", 7.0, goods="boxes"), tariff("class", 5.0, class_id="train")]
    assert price(add(world(), "tariffs", *rows), "A", "B") == 105


def test_other_operators_and_items_add_up() -> None:
    rows = [tariff("x", 7.0), tariff("y", 5.0, item="security"), tariff("z", 3.0, operator_id="K")]
    assert price(add(world(), "tariffs", *rows), "A", "B") == 115


def test_a_box_priced_in_one_size_costs_the_other_by_the_ratio() -> None:
    assert price(world(), "A", "B", size={"teu": 1}) == pytest.approx(63.0)
    by_teu = edit(world(), "tariffs", "ab", unit="TEU", usd=63.0)
    assert price(by_teu, "A", "B") == pytest.approx(100.0)
    half = add(world(), "params", {"name": "teu_over_feu", "scope": "any", "value": 0.5, "unit": "ratio"})
    assert price(half, "A", "B", size={"teu": 3}) == pytest.approx(150.0)


def test_a_box_priced_in_both_sizes_pays_for_its_own_and_is_told_so_once() -> None:
    both = add(world(), "tariffs", tariff("teu", 80.0, operator_id="K", item="haulage", unit="TEU"))
    for size, paid in (({"feu": 1}, 100.0), ({"teu": 1}, 80.0)):
        found = sent(both, "A", "B", size=size)
        assert found.ways["price_usd"][0] == paid == found.prices["usd"].sum()


def test_boxes_pay_by_size_tonnes_and_trains_begun() -> None:
    rows = [tariff("t", 2.0, item="dues", unit="t"), tariff("train", 40.0, item="toll", unit="train")]
    made = add(world(), "tariffs", *rows)
    assert price(made, "A", "B", size={"feu": 10}) == 10 * 100 + 2 * 100 + 40
    assert price(made, "A", "B", size={"feu": 10.5}) == pytest.approx(10.5 * 100 + 2 * 105 + 80)
    assert price(made, "A", "B", size={"teu": 20, "tonnes": 7}) == pytest.approx(20 * 63 + 2 * 7 + 40)


def test_wagons_and_tonnes_price_what_travels_in_wagons_and_not_boxes() -> None:
    rows = [tariff("w", 300.0, unit="wagon", goods="wagon"), tariff("t", 1.0, item="dues", unit="t")]
    made = add(world(), "tariffs", *rows)
    assert price(made, "A", "B", "ore", size={"wagons": 2}) == 600 + 2 * 60
    assert price(made, "A", "B", "ore", size={"tonnes": 30}) == pytest.approx(150 + 30)
    assert price(made, "A", "B") == 100 + 10


def test_per_km_prices_are_times_the_length_band_and_all() -> None:
    row = sent(edit(world(), "tariffs", "bc", usd_low=0.4, usd_high=0.75), "B", "C").prices.row(0, named=True)
    assert (row["usd"], row["usd_low"], row["usd_high"]) == (100.0, 80.0, 150.0)


def test_a_price_from_one_end_holds_in_that_direction_only() -> None:
    made = add(world(), "tariffs", tariff("out", 9.0, from_node="A"))
    assert (price(made, "A", "B"), price(made, "B", "A")) == (109.0, 100.0)


def test_a_subsidy_lowers_the_price_and_may_not_exceed_it() -> None:
    assert price(add(world(), "tariffs", tariff("sub", -60.0, item="subsidy")), "A", "B") == 40.0
    with pytest.raises(InputError, match=r"'AB' \(A to B\) add up to -20.00 USD.*\n.*cure: a subsidy"):
        price(add(world(), "tariffs", tariff("sub", -120.0, item="subsidy")), "A", "B")


def test_an_arc_that_nothing_prices_is_closed_and_an_explicit_nought_opens_it() -> None:
    bare = edit(world(), "tariffs", "ab", goods="ore")
    assert price(bare) == float("inf")
    assert price(add(bare, "tariffs", tariff("free", 0.0))) == 100.0


def test_owner_and_risk_stand_beside_the_price_and_risk_alone_is_in_the_cost() -> None:
    rows = [tariff("ins", 30.0, item="insurance", part="owner"), tariff("fear", 50.0, item="risk_premium", part="risk")]
    way = sent(add(world(), "tariffs", *rows), "A", "B").ways.row(0, named=True)
    assert (way["price_usd"], way["owner_usd"], way["cost_usd"]) == (100.0, 30.0, pytest.approx(100 + 50 + 10 * 10))


def test_what_rests_on_estimates_counts_in_full_where_a_subsidy_offsets_it() -> None:
    made = edit(world(), "tariffs", "ab", grade="D")
    made = add(made, "tariffs", tariff("sub", -60.0, item="subsidy", grade="D"), tariff("sure", 40.0, grade="A"))
    assert sent(made, "A", "B").ways["estimated_price"][0] == pytest.approx((100 + 60) / (100 + 60 + 40))
