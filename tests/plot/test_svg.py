"""Elements, and a chart as a file of its own."""

from xml.etree import ElementTree

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from drawn import SVG
from karvan.plot.svg import Chart, el, number, text

NASTY = "a <b> & \"c\" 'd' </svg>"


def chart(title: str) -> Chart:
    body = text(1, 2, title) + el("rect", x=0, y=0, width=5, height=5, fill="none")
    return Chart("one", title, title, title, 400, 100, body, pl.DataFrame({"a": [1]}), title)


@given(st.text(alphabet=st.characters(min_codepoint=32, exclude_categories=["Cs", "Cn"]), max_size=80))
def test_any_words_give_a_well_formed_file_that_says_them(said: str) -> None:
    root = ElementTree.fromstring(chart(said).alone())
    assert (root[0].text or "") == said
    assert said in ["".join(one.itertext()) for one in root.iter(f"{SVG}text")]


def test_a_file_of_its_own_has_title_source_and_no_token() -> None:
    drawn = chart(NASTY).alone("dark")
    assert "var(" not in drawn
    root = ElementTree.fromstring(drawn)
    assert sum("".join(one.itertext()).startswith("a <b>") for one in root.iter(f"{SVG}text")) >= 3
    bare = ElementTree.fromstring(chart(NASTY).alone(bare=True))
    assert float(bare.get("height", 0)) == 100
    assert float(root.get("height", 0)) > 100


def test_inline_is_named_for_who_cannot_see_it() -> None:
    root = ElementTree.fromstring(chart(NASTY).inline("draw-one"))
    assert root.get("role") == "img"
    assert root.get("aria-label", "").startswith(NASTY)


@given(st.floats(-1e5, 1e5))
def test_coordinates_are_kept_to_a_hundredth(value: float) -> None:
    assert abs(float(number(value)) - value) <= 0.00501


def test_what_juts_out_is_cut_off_the_title() -> None:
    """The drawing is an svg of its own inside the file, which clips it."""
    root = ElementTree.fromstring(chart("Title").alone())
    inner = root.find(f"{SVG}svg")
    assert inner is not None
    assert (float(inner.get("width", 0)), float(inner.get("height", 0))) == (400, 100)
    assert float(inner.get("y", 0)) > 30
