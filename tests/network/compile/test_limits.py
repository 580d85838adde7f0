"""Conditions of nature, law and security: whose goods they bar, where and when."""

import datetime as dt

import pytest

from karvan.corridor import Corridor
from karvan.network.compile import compile
from network.worlds import add, edit, price, sent, world


def barred(**cells: object) -> Corridor:
    """The made corridor with C abroad (an open border) and a condition on boxes."""
    row = {"condition_id": "law", "kind": "sanction", "goods": "boxes", **cells}
    return add(world(), "conditions", row)


@pytest.mark.parametrize(
    ("goods", "tags", "dangerous", "closed"),
    [
        ("boxes", None, None, True),
        ("goods", None, None, True),
        ("ore", None, None, False),
        (None, None, None, False),
        ("dual_use", "dual_use", None, True),
        ("dual_use;luxury", "luxury", None, True),
        ("dual_use", None, None, False),
        ("dg:7", None, "7", True),
        ("dg:7", None, "3", False),
        ("container", None, None, False),
    ],
)
def test_goods_are_barred_by_name_parent_list_and_class(
    goods: str | None, tags: str | None, dangerous: str | None, closed: bool
) -> None:
    made = edit(barred(goods=goods, link_id="AB"), "commodities", "boxes", tags=tags, dangerous=dangerous)
    assert (price(made) == float("inf")) is closed


@pytest.mark.parametrize("place", [{"link_id": "AB"}, {"node_id": "B"}, {"country": "XA"}, {"node_id": "A"}])
def test_a_link_a_place_or_a_country_is_closed_whole(place: dict[str, str]) -> None:
    found = sent(barred(**place, legal_basis="Decree 1"))
    assert not found.ways.height
    assert found.closed["restriction"].to_list() == ["sanction law (Decree 1)"]
    assert found.balance["reason"].to_list() == ["closed by: sanction law (Decree 1)"]


def test_other_places_stay_open() -> None:
    assert price(barred(link_id="AB"), "B", "C") == 100.0
    assert price(barred(node_id="A"), "B", "C") == 100.0
    assert price(barred(country="XB")) == 200.0


def test_a_condition_of_some_months_holds_in_them_and_where_no_day_is_told() -> None:
    made = barred(link_id="AB", months="4;5")
    assert price(made, ready=dt.date(2022, 3, 31)) == 200.0
    assert price(made, ready=dt.date(2022, 4, 1)) == float("inf")
    assert price(made) == float("inf")


def test_what_only_informs_is_not_kept() -> None:
    assert compile(barred(goods=None, link_id="AB"), "boxes").limits == ()
    (one,) = compile(barred(link_id="AB", months="4;5"), "boxes").limits
    net = compile(barred(link_id="AB", months="4;5"), "boxes")
    assert one.name == "sanction law" and one.months == {4, 5}
    assert [label.link for label, shut in zip(net.labels, one.closed, strict=True) if shut] == ["AB", "AB"]
