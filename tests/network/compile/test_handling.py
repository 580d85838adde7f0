"""Chains of steps: which one fits, and the arithmetic of paper and electronic hours."""

import math

import pytest

from karvan.corridor import Corridor
from karvan.network.compile.goods import Goods
from karvan.network.compile.handling import Asked, Handling, chain
from karvan.network.compile.times import Z90
from network.worlds import add, edit, sent, step, tariff, world

BOXES = Goods("boxes", ("boxes", "goods"), ("container",), frozenset(), 5.0, 0.0, 0.0)
CELLS = {"node_id": "B", "from_country": "XA", "to_country": "XB", "from_class": "train"}
ASKED = Asked("border", "B", "XA", "XB", "train")


def found(*rows: dict[str, object], asked: Asked = ASKED) -> str | None:
    hit = Handling(add(world(), "procedures", *rows), BOXES).find(asked)
    return hit.procedure if hit else None


def test_a_chain_with_an_empty_cell_fits_anything_and_a_full_one_only_itself() -> None:
    assert found(step("any", "border")) == "any"
    for column, value in CELLS.items():
        assert found(step("one", "border", **{column: value})) == "one"
        assert found(step("one", "border", **{column: "other"})) is None
    assert found(step("one", "transfer")) is None


def test_more_cells_filled_win_and_the_place_most_of_all() -> None:
    countries = step("countries", "border", from_country="XA", to_country="XB")
    assert found(step("any", "border"), countries) == "countries"
    assert found(countries, step("class", "border", **{**CELLS, "node_id": None})) == "class"
    assert found(step("place", "border", node_id="B"), step("rest", "border", **{**CELLS, "node_id": None})) == "place"


def test_of_equals_the_nearer_goods_win_then_the_name() -> None:
    assert found(step("a", "border"), step("b", "border", goods="boxes"), step("c", "border", goods="goods")) == "b"
    assert found(step("b", "border"), step("a", "border")) == "a"
    assert found(step("a", "border", goods="ore")) is None


def test_steps_add_up_by_part() -> None:
    rows = [
        {"hours": 4.0, "part": "border", "hours_min": 1.0, "hours_p90": 4.0 + 3 * Z90, "kgco2e_unit": 2.0},
        {"hours": 6.0, "part": "handling", "hours_min": 2.0, "hours_p90": 6.0 + 4 * Z90, "kgco2e_unit": 5.0},
        {"hours": 8.0, "part": "waiting", "hours_min": None, "hours_p90": None, "grade": "D"},
    ]
    blank = dict.fromkeys(("hours_electronic", "electronic_share", "wrong_share", "rework_h", "kgco2e_unit", "grade"))
    told = chain("x", [{**blank, **row} for row in rows])
    assert (told.border_h, told.handling_h, told.waiting_h, told.kgco2e_unit) == (4.0, 6.0, 8.0, 7.0)
    assert (told.time.mean, told.time.floor, told.time.waiting, told.time.estimated) == (18.0, 1 + 2 + 8, 8.0, 8.0)
    assert math.sqrt(told.time.variance) == pytest.approx(5.0)


def border() -> Corridor:
    """The made corridor with C abroad: papers of 4 h, a fifth of them electronic in 1 h, one in twenty wrong for 20 h."""
    abroad = edit(world(), "nodes", "C", country="XB")
    papers = {"hours": 4.0, "hours_electronic": 1.0, "electronic_share": 0.2, "wrong_share": 0.05, "rework_h": 20.0}
    row = step("cross", "border", from_country="XA", to_country="XB", **papers)
    return add(add(abroad, "procedures", row), "tariffs", tariff("cus", 30.0, procedure_id="cross"))


def test_hours_of_papers_by_hand() -> None:
    leg = sent(border()).legs.filter(procedure="cross").row(0, named=True)
    assert leg["hours"] == pytest.approx(0.8 * (4 + 0.05 * 20) + 0.2 * 1)
    assert (leg["kind"], leg["from"], leg["to"], leg["price_usd"]) == ("border", "C", "C", 30.0)


@pytest.mark.parametrize(("share", "hours"), [(0.0, 5.0), (1.0, 1.0)])
def test_all_on_paper_and_all_electronic(share: float, hours: float) -> None:
    made = edit(border(), "procedures", "cross|1", electronic_share=share)
    assert sent(made).shares.filter(part="border")["hours"][0] == pytest.approx(hours)


def test_spread_and_floor_of_a_step_shrink_with_its_mean() -> None:
    made = edit(border(), "procedures", "cross|1", hours_min=2.0, hours_p90=4.0 + 10 * Z90, electronic_share=1.0)
    leg = sent(made).legs.filter(procedure="cross").row(0, named=True)
    assert leg["hours_min"] == pytest.approx(2.0 * 1 / 4)
    assert leg["sd_h"] == pytest.approx(10.0 * 1 / 4)


def test_a_border_without_a_chain_cannot_be_crossed() -> None:
    assert not sent(edit(border(), "procedures", "cross|1", to_country="XC")).ways.height
    assert sent(border(), "C", "A").ways.height == 0
