"""Stops from the log: two clocks, what has not ended, closures apart, and nothing that names anybody."""

from dataclasses import asdict
from datetime import timedelta

import pytest

from karvan.ops.learn import Closed, Interval, intervals
from ops import cast
from ops.story import Story

BEFORE = cast.NOW - timedelta(days=1)


def _log(story: Story) -> list:
    return [event for event in story.service.log if event.consignment == "c1"]


def _one(found: list[Interval], stage: str) -> Interval:
    return next(one for one in found if one.stage == stage)


@pytest.fixture
def story() -> Story:
    story = Story().lodged()
    story.do("ACCEPTED", cast.KZ, movement="m1", mrn="27KZ00000000000001")
    story.later(hours=5).do("ASSESSED", cast.KZ, movement="m1", lane="red")
    story.later(hours=3).do("INSPECTION_START", cast.KZ, movement="m1")
    return story.later(hours=2)


def test_waiting_is_told_apart_from_service(story: Story) -> None:
    story.do("INSPECTION_END", cast.KZ, movement="m1", finding="clean")
    found = intervals(_log(story), BEFORE, story.now)
    hours = {one.stage: (one.hours, one.ended, one.lane) for one in found}
    assert hours["formalities"] == (5.0, True, "all")
    assert hours["inspection_wait"] == (3.0, True, "red")
    assert hours["inspection"] == (2.0, True, "all")
    assert hours["control"] == (5.0, False, "red")


def test_what_was_not_recorded_by_then_is_not_known(story: Story) -> None:
    then = cast.NOW + timedelta(hours=4)
    found = intervals(_log(story), BEFORE, then)
    assert _one(found, "formalities").hours == 4.0 and not _one(found, "formalities").ended
    assert not [one for one in found if one.stage == "control"]


def test_what_began_before_the_data_says_for_how_long(story: Story) -> None:
    found = intervals(_log(story), cast.NOW + timedelta(hours=4), story.now)
    assert (_one(found, "formalities").hours, _one(found, "formalities").begun) == (5.0, 4.0)
    later = intervals(_log(story), cast.NOW + timedelta(hours=6), story.now)
    assert not [one for one in later if one.stage == "formalities"]


def test_an_end_told_late_lies_between_the_step_before_and_its_recording(story: Story) -> None:
    ended = story.now
    story.later(hours=40).do(
        "INSPECTION_END", cast.KZ, at=ended, why="the line was down", movement="m1", finding="clean"
    )
    one = _one(intervals(_log(story), BEFORE, story.now), "inspection")
    assert one.ended and one.hours == 0.0 and one.most == 42.0


def test_a_closed_place_takes_its_hours_from_waits_and_none_from_service(story: Story) -> None:
    shut = [Closed("KZKGS", cast.NOW + timedelta(hours=1), cast.NOW + timedelta(hours=100))]
    found = intervals(_log(story), BEFORE, story.now, closed=shut)
    assert _one(found, "formalities").hours == 1.0
    assert _one(found, "inspection").hours == 2.0


def test_a_refused_movement_tells_only_that_it_lasted_so_long() -> None:
    story = Story().lodged()
    story.later(hours=6).do("REFUSED", cast.KZ, movement="m1", why="papers")
    one = _one(intervals(_log(story), BEFORE, story.now), "formalities")
    assert (one.hours, one.ended) == (6.0, False)


def test_an_interval_names_nobody(story: Story) -> None:
    told = {value for one in intervals(_log(story), BEFORE, story.now) for value in asdict(one).values()}
    names = {"c1", "m1", "CSQU3054383", *(actor.party for actor in cast.ALL), *(actor.person for actor in cast.ALL)}
    assert not told & (names - {""})
