"""What a way must pass: places, countries, modes, operators, in any order, on their own and together."""

from itertools import permutations

import numpy as np
import pytest

from karvan.corridor import Corridor
from karvan.errors import InputError, NameUnknown
from karvan.network import layers
from karvan.network.compile import compile
from network.worlds import add, edit, price, sent, tariff, world


def square() -> Corridor:
    """A to C by B (200 USD), or by D and E (90), or by D straight (55); B and D are joined (10)."""
    nodes = [
        {"node_id": name, "name": name, "country": country, "kind": "station", "lat": 41.0, "lon": 60.0 + number}
        for number, (name, country) in enumerate((("D", "XA"), ("E", "XA")))
    ]
    made = add(world(), "nodes", *nodes)
    for name, usd, corridor in (
        ("AD", 30, "west"),
        ("DC", 25, "west"),
        ("DE", 30, "east"),
        ("EC", 30, None),
        ("BD", 10, None),
    ):
        made = add(
            made,
            "links",
            {"link_id": name, "from_node": name[0], "to_node": name[1], "mode": "rail", "length_km": 100.0,
             "gauge_mm": 1520.0, "hours": 10.0, "operator_id": "M", "corridor": corridor},
        )  # fmt: skip
        made = add(made, "tariffs", tariff(name, float(usd), link_id=name, operator_id="O" if name == "EC" else "M"))
    return add(made, "operators", {"operator_id": "O", "name": "O"})


def links(*via: str) -> list[str]:
    return sent(square(), via=list(via)).legs["link"].to_list()


def test_the_cheapest_way_passes_nothing_it_need_not() -> None:
    assert links() == ["AD", "DC"]


@pytest.mark.parametrize(
    ("via", "way"),
    [
        (["D"], ["AD", "DC"]),
        (["E"], ["AD", "DE", "EC"]),
        (["east"], ["AD", "DE", "EC"]),
        (["O"], ["AD", "DE", "EC"]),
        (["B"], ["AB", "BD", "DC"]),
        (["BC"], None),
        (["E", "B"], ["AB", "BD", "DE", "EC"]),
        (["XA", "rail"], ["AD", "DC"]),
        (["A", "C"], ["AD", "DC"]),
    ],
)
def test_via_places_corridors_and_operators(via: list[str], way: list[str] | None) -> None:
    if way is None:
        with pytest.raises(NameUnknown):  # links are not among the things to pass
            links(*via)
    else:
        assert links(*via) == way


def test_any_order_of_words_is_one_question() -> None:
    ways = {tuple(links(*order)) for order in permutations(("B", "E", "east", "O"))}
    assert ways == {("AB", "BD", "DE", "EC")}


def test_what_cannot_be_passed_leaves_no_way() -> None:
    made = edit(square(), "links", "BD", status="closed")
    assert price(made, via=["B", "E"]) == float("inf")
    assert price(made, via=["B"]) == 200.0


def test_avoid_and_via_at_odds_leave_no_way_and_name_what_closes_it() -> None:
    found = sent(square(), via=["E"], avoid=["east", "O"])
    assert found.closed["restriction"].to_list() in (["avoid east"], ["avoid O"])


def test_a_through_price_and_a_place_to_pass_go_together() -> None:
    through = {"scope": "through", "from_node": "A", "to_node": "C", "covers": "M;K", "item": "through_rate"}
    made = add(square(), "tariffs", tariff("thr", 20.0, **through))
    assert (price(made), price(made, via=["B"]), price(made, via=["E"])) == (20.0, 20.0, 50.0)


def test_at_most_six_things() -> None:
    with pytest.raises(InputError, match=r"7 things to pass\n.*at most 6"):
        links(*"ABCDE", "rail", "west")


def test_without_things_to_pass_the_graph_is_that_of_the_decks() -> None:
    net = compile(square(), "boxes")
    bare = layers.graph(net, "A", "C", np.zeros(len(net.labels), dtype=np.bool_))
    assert bare.deck is None and bare.arc is net.decks.arc and bare.open.all()
    two = layers.graph(net, "A", "C", np.zeros(len(net.labels), dtype=np.bool_), ["B", "E"])
    assert two.deck is not None
    assert np.bincount(two.deck).tolist() == [4] * net.decks.arc.size
    assert (two.arc == net.decks.arc[two.deck]).all()
    n = len(net.vertices)
    tail = np.repeat(np.arange(two.ptr.size - 1), np.diff(two.ptr))
    assert (tail % n == net.tail[two.arc]).all() and (two.head % n == net.head[two.arc]).all()
    assert ((two.head // n) & (tail // n) == tail // n).all()  # what has been passed stays passed


def test_the_backward_graph_is_the_forward_one_turned_round() -> None:
    net = compile(square(), "boxes")
    of = layers.graph(net, "A", "C", np.zeros(len(net.labels), dtype=np.bool_), ["B"])
    tail = np.repeat(np.arange(of.ptr.size - 1), np.diff(of.ptr))
    ends = np.repeat(np.arange(of.rptr.size - 1), np.diff(of.rptr))
    assert sorted(of.rarc) == list(range(of.arc.size))
    assert (of.head[of.rarc] == ends).all() and (tail[of.rarc] == of.rtail).all()


def test_places_where_the_commodity_does_not_begin_have_no_source() -> None:
    net = compile(edit(world(), "links", "BC", status="closed"), "boxes")
    of = layers.graph(net, "C", "A", np.zeros(len(net.labels), dtype=np.bool_))
    assert (of.source, of.target >= 0) == (-1, True)
    assert layers.graph(net, "A", "C", np.zeros(len(net.labels), dtype=np.bool_), ["B"]).target == -1
