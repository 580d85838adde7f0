"""Who may use what: words of the user, and the smallest set of restrictions that leaves no way."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from karvan.data.load import load
from karvan.engines.route import route
from karvan.errors import InputError, NameUnknown
from karvan.network import access
from karvan.network.access import Restriction, mask, meaning, smallest_cut
from karvan.network.compile import compile
from karvan.shipment import Shipment

TOY = load("toy")
NET = compile(TOY, "boxes")


def touched(word: str) -> set[str]:
    """The links and procedures that a word closes."""
    return {label.link or label.procedure for label, shut in zip(NET.labels, mask(NET, word), strict=True) if shut} - {
        ""
    }


@pytest.mark.parametrize(
    ("word", "kind", "ids"),
    [
        ("XD", "country", {"XD"}),
        ("xd", "country", {"XD"}),
        ("sea", "mode", {"sea"}),
        ("SEA", "mode", {"sea"}),
        ("middle", "corridor", {"middle"}),
        ("rd", "operator", {"RD"}),
        ("Norrby", "node", {"XD_NOR"}),
        ("old portel", "node", {"XB_PRT"}),
    ],
)
def test_words_stand_for_countries_modes_corridors_operators_and_places(word: str, kind: str, ids: set[str]) -> None:
    assert meaning(NET, word) == (kind, ids)


def test_a_word_for_nothing_is_refused_with_the_nearest_of_all_kinds() -> None:
    for word, near in (("midle", "middle"), ("Nordby", "Norrby"), ("raill", "rail")):
        with pytest.raises(NameUnknown, match="country, place, operator, mode or corridor") as refused:
            meaning(NET, word)
        assert near in refused.value.nearest


def test_what_each_kind_of_word_closes() -> None:
    assert touched("XD") == {"N1", "N2", "bd-in", "dc-out", "ends"}  # "bd-out" is passed at a place of XB
    assert touched("sea") == {"S1"}
    assert touched("north") == {"N1", "N2"}
    assert touched("RD") == {"N1", "N2"}
    assert {"N1", "N2"} <= touched("XD_NOR") and "S1" not in touched("XD_NOR")
    assert touched("CUS") == {"bor-in", "bor-out", "havn-in", "prt-in", "bd-in", "bd-out", "dc-in", "dc-out"}


def test_avoided_things_are_not_passed() -> None:
    box = Shipment("orio", "destin", commodity="boxes", feu=1)
    for word, gone in (("XD", "XD_NOR"), ("Norrby", "XD_NOR"), ("sea", "XC_PRT"), ("north", "XD_NOR")):
        legs = route(TOY, box, avoid=[word], ways=9).legs
        assert legs.height and gone not in {*legs["from"], *legs["to"]}


def closed(*bits: int) -> np.ndarray:
    return np.array(bits, dtype=np.bool_)


def test_restrictions_carry_their_names_and_what_closes_nothing_is_left_out() -> None:
    told = access.restrictions(compile(TOY, "chips"), ["sea"])
    assert [one.name for one in told] == ["dual_use d-dual (Decree of D)", "avoid sea"]
    assert access.restrictions(compile(TOY, "fuel"), ["XD"])[0].name == "dangerous_goods ferry-7 (Sea code)"
    assert not access.restrictions(NET, ["INS"], 3) or access.restrictions(NET, ["INS"], 3)[0].closed.any()


def test_no_cut_where_there_is_no_way_anyhow_or_always_one() -> None:
    one = Restriction("one", closed(1, 0))
    assert smallest_cut([one], lambda shut: False) is None
    assert smallest_cut([], lambda shut: False) is None
    assert smallest_cut([one], lambda shut: True) is None


def test_too_many_restrictions_are_refused() -> None:
    many = [Restriction(str(number), closed(1)) for number in range(13)]
    with pytest.raises(InputError, match=r"13 restrictions at once\n.*at most 12"):
        smallest_cut(many, lambda shut: True)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.lists(st.booleans(), min_size=6, max_size=6), min_size=1, max_size=6),
    st.lists(st.sets(st.integers(0, 5), min_size=1), min_size=1, max_size=4),
)
def test_the_cut_is_a_smallest_one(masks: list[list[bool]], routes: list[set[int]]) -> None:
    """Ways as sets of arcs: a set of restrictions leaves none where each way has a closed arc."""
    told = [Restriction(str(number), np.array(mask)) for number, mask in enumerate(masks)]

    def reaches(shut: np.ndarray) -> bool:
        return any(not shut[list(way)].any() for way in routes)

    def leaves(chosen: tuple[Restriction, ...]) -> bool:
        return reaches(np.logical_or.reduce([one.closed for one in chosen]))

    sizes = [size for size in range(1, len(told) + 1) if any(not leaves(chosen) for chosen in combinations(told, size))]
    found = smallest_cut(told, reaches)
    assert (found is None) is (not sizes)
    if found:
        assert len(found) == sizes[0]
        assert not leaves(tuple(one for one in told if one.name in found))
