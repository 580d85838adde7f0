"""What a user calls a place or a commodity."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from karvan.corridor import Corridor
from karvan.data.load import load
from karvan.errors import InputError, NameUnknown
from karvan.network import names
from network.worlds import add, world


@pytest.fixture(scope="module")
def made() -> Corridor:
    places = [
        ("CN_XIA", "Xi'an"), ("RO_CND", "Constanța (sea port)"), ("KZ_AAU", "Aktau, the port"), ("KZ_AAB", "Aktau (berth)"),
        ("a", "Lower"), ("TR_IST", "İstanbul"),
    ]  # fmt: skip
    rows = [{"node_id": i, "name": n, "country": "XA", "kind": "port", "lat": 0.0, "lon": 0.0} for i, n in places]
    made = add(world(), "nodes", *rows)
    aliases = [("Chang'an", "CN_XIA"), ("西安", "CN_XIA"), ("ghost", "NO_NE"), ("Aktau", "KZ_AAU")]
    made = add(made, "aliases", *({"alias": word, "table": "nodes", "id": ident} for word, ident in aliases))
    return add(made, "aliases", {"alias": "container", "table": "commodities", "id": "boxes"})


@pytest.mark.parametrize(
    "word", ["CN_XIA", "cn_xia", " CN_XIA ", "Xi'an", "xian", "XI AN", "chang'an", "CHANGAN", "西安", "cnxia"]
)
def test_ids_names_and_aliases_in_any_case_with_or_without_marks(made: Corridor, word: str) -> None:
    assert names.place(made, word) == "CN_XIA"


@pytest.mark.parametrize("word", ["Constanta", "constanța", "Constanţa", "Constanța (sea port)", "CONSTANTA SEA PORT"])
def test_accents_and_brackets_do_not_matter(made: Corridor, word: str) -> None:
    assert names.place(made, word) == "RO_CND"


def test_a_dotted_capital_i_is_an_i(made: Corridor) -> None:
    assert names.place(made, "istanbul") == names.place(made, "İSTANBUL") == "TR_IST"


def test_an_exact_id_beats_a_name_and_case_beats_nothing(made: Corridor) -> None:
    assert (names.place(made, "a"), names.place(made, "A")) == ("a", "A")


def test_a_word_for_two_places_is_refused_with_both(made: Corridor) -> None:
    with pytest.raises(InputError, match=r"'aktau' may be KZ_AAB or KZ_AAU\n.*cure: give the place's id"):
        names.place(made, "aktau")


@pytest.mark.parametrize("word", ["Xian city", "Konstanta", "ghost", "", "  ", "!?"])
def test_an_unknown_word_is_refused(made: Corridor, word: str) -> None:
    with pytest.raises(NameUnknown):
        names.place(made, word)


def test_the_nearest_names_are_told(made: Corridor) -> None:
    with pytest.raises(NameUnknown) as refused:
        names.place(made, "konstanza")
    assert refused.value.nearest[0] == "Constanța"
    with pytest.raises(NameUnknown, match="no commodity is called 'boxs' \\(nearest: boxes"):
        names.commodity(made, "boxs")


def test_commodities_have_aliases_of_their_own(made: Corridor) -> None:
    assert names.commodity(made, "Container") == "boxes"
    with pytest.raises(NameUnknown):
        names.place(made, "container")


@given(st.text(max_size=20))
def test_folding_twice_is_folding_once(word: str) -> None:
    assert names.fold(names.fold(word)) == names.fold(word)


@given(st.sampled_from(["Orio", "Destin", "Norrby", "Old Portel"]), st.data())
def test_any_case_and_blanks_around_find_the_place(word: str, data: st.DataObject) -> None:
    flips = data.draw(st.lists(st.booleans(), min_size=len(word), max_size=len(word)))
    mixed = "".join(c.upper() if flip else c.lower() for c, flip in zip(word, flips, strict=True))
    assert names.place(TOY, f" {mixed} ") == names.place(TOY, word)


TOY = load("toy")
