"""Labels keep clear of one another, of what is taken, and inside their room."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from karvan.plot.labels import Wish, inside, moved, place, touch
from karvan.plot.words import width

SPOTS = st.builds(
    Wish,
    st.text(alphabet="abcdefgh ", min_size=1, max_size=16),
    st.floats(0, 400),
    st.floats(0, 300),
    st.floats(0, 5),
)
ROOM = (0.0, 0.0, 400.0, 300.0)
TAKEN = [(100.0, 100.0, 180.0, 160.0)]


@given(st.lists(SPOTS, max_size=30))
def test_no_two_labels_touch(wishes: list[Wish]) -> None:
    spots = place(wishes, ROOM, taken=TAKEN)
    boxes = [spot.box for spot in spots]
    assert all(inside(box, ROOM) and not touch(box, TAKEN[0]) for box in boxes)
    assert not any(touch(a, b) for at, a in enumerate(boxes) for b in boxes[:at])


@given(SPOTS)
def test_a_box_is_as_wide_as_its_text_and_near_its_point(wish: Wish) -> None:
    for spot in place([wish], (-1e4, -1e4, 1e4, 1e4)):
        left, top, right, bottom = spot.box
        assert abs(right - left - width(wish.said)) < 1e-6
        gap = max(left - wish.x, wish.x - right, 0) + max(top - wish.y, wish.y - bottom, 0)
        assert gap <= wish.reach + 6


def test_the_lowest_rank_chooses_first() -> None:
    room = (0.0, 0.0, 60.0, 16.0)
    assert [one.wish.said for one in place([Wish("later", 8, 8, 2), Wish("first", 8, 8, 1)], room)] == ["first"]


def test_zooming_moves_the_box_with_its_point_and_keeps_its_size() -> None:
    spot = place([Wish("Aktau", 50, 40)], ROOM)[0]
    left, top, right, bottom = moved(spot, 3)
    assert (left - spot.box[0], top - spot.box[1]) == (100, 80)
    assert (right - left, bottom - top) == pytest.approx((spot.box[2] - spot.box[0], spot.box[3] - spot.box[1]))
