"""What speaks of a commodity, and what it inherits from its parents."""

import pytest

from karvan.network.compile.goods import ANY, goods, split, value
from network.worlds import add, edit, world


def test_lists_in_a_cell() -> None:
    assert split(" a; b;;c ") == ("a", "b", "c")
    assert split(None) == split("") == split(" ; ") == ()


def test_rank_is_itself_then_parents_then_forms_in_order_then_any() -> None:
    made = edit(world(), "commodities", "boxes", forms="wagon;container")
    of = goods(made, "boxes")
    ranks = [of.rank(cell) for cell in ("boxes", "goods", "wagon", "container", None, "")]
    assert ranks == sorted(ranks) and len(set(ranks)) == 5 and ranks[-1] == ANY
    assert of.rank("ore") is None
    assert of.rank("ore;container;boxes") == 0


def test_fills_come_from_the_nearest_parent_that_has_them() -> None:
    made = add(
        world(), "commodities", {"commodity_id": "toys", "name": "toys", "parent": "boxes", "forms": "container"}
    )
    assert goods(made, "toys").t_per_teu == 5.0
    assert goods(made, "toys").line == ("toys", "boxes", "goods")
    assert goods(edit(made, "commodities", "boxes", t_per_teu=3.0), "toys").t_per_teu == 3.0
    assert goods(made, "toys").t_per_wagon == 0.0


def test_parents_in_a_ring_or_unknown_end_the_line() -> None:
    ring = edit(world(), "commodities", "goods", parent="boxes")
    assert goods(ring, "boxes").line == ("boxes", "goods")
    assert goods(edit(world(), "commodities", "goods", parent="nobody"), "boxes").line == ("boxes", "goods")


def test_lists_and_dangerous_class_are_tags() -> None:
    made = edit(world(), "commodities", "ore", tags="dual_use;licence", dangerous="7")
    assert goods(made, "ore").tags == {"dual_use", "licence", "dg:7"}


@pytest.mark.parametrize(("year", "told"), [(2019, 1.0), (2020, 1.0), (2021, 1.0), (2022, 3.0), (2030, 3.0)])
def test_a_value_is_of_the_latest_year_up_to_the_one_asked_else_the_first(year: int, told: float) -> None:
    rows = [
        {"commodity_id": "goods", "parameter": "x", "corridor": "any", "year": y, "value": v, "unit": "u"}
        for y, v in ((2020, 1.0), (2022, 3.0))
    ]
    assert value(add(world(), "values", *rows), ("boxes", "goods"), "x", year) == told


def test_a_value_is_its_own_then_the_parents_then_anybodys() -> None:
    def row(commodity: str, told: float) -> dict[str, object]:
        return {
            "commodity_id": commodity, "parameter": "value_of_time", "corridor": "any", "year": 2022, "value": told,
            "unit": "u",
        }  # fmt: skip

    made = world()
    assert goods(made, "boxes").usd_t_day == 24.0
    made = add(made, "values", row("goods", 5.0))
    assert (goods(made, "boxes").usd_t_day, goods(made, "ore").usd_t_day) == (5.0, 24.0)
    made = add(made, "values", row("boxes", 7.0))
    assert (goods(made, "boxes").usd_t_day, goods(made, "goods").usd_t_day) == (7.0, 5.0)


def test_without_a_value_there_is_none_and_no_spread_counts() -> None:
    bare = world().replace(values=world().values.clear())
    assert (goods(bare, "boxes").usd_t_day, goods(bare, "boxes").reliability) == (None, 0.0)
