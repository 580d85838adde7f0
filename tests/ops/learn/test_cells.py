"""Cells: ten stops at least, thin places drawn to the rest, bands that hold what is true as often as they say."""

import os
from dataclasses import replace

import numpy as np
import pytest

from karvan.ops.learn import Interval, cells, worth

REPETITIONS = 200 if os.environ.get("KARVAN_SOAK") else 30
ONE = Interval("formalities", "KZKGS", "KZ", "all", False, "rail", 0, 1.0, True)


def _stops(hours: np.ndarray, limit: float = np.inf, **like: object) -> list[Interval]:
    return [replace(ONE, **{"batch": at, **like, "hours": float(min(h, limit)), "ended": bool(h <= limit)})
            for at, h in enumerate(hours)]  # fmt: skip


def test_fewer_than_ten_stops_are_told_with_their_territory() -> None:
    random = np.random.default_rng(1)
    found = cells([*_stops(random.gamma(2, 5, 9)), *_stops(random.gamma(2, 5, 50), place="KZAAU")])
    assert {(one.place, one.territory, one.cases) for one in found} == {
        ("KZAAU", "KZ", 50),
        ("", "KZ", 59),
        ("", "", 59),
    }
    assert all(one.cases >= 10 for one in found)


def test_a_thin_place_is_drawn_further_to_its_territory_than_a_full_one() -> None:
    random = np.random.default_rng(2)
    stops = []
    for number, (count, mean) in enumerate([(12, 40.0), (800, 20.0), (800, 10.0), (800, 14.0)]):
        stops += _stops(random.exponential(mean, count), place=f"KZ{number}AA")
    alone = cells([one for one in stops if one.place == "KZ0AA"])
    told = {one.place: one for one in cells(stops) if one.place}
    thin = next(one for one in alone if one.place)
    assert told["KZ0AA"].hours < 0.95 * thin.hours
    assert told["KZ1AA"].hours == pytest.approx(20, rel=0.1)
    assert told["KZ0AA"].high / told["KZ0AA"].low < thin.high / thin.low


def test_those_that_take_no_time_are_a_share_and_no_part_of_the_law() -> None:
    found = cells(_stops(np.r_[np.zeros(60), np.random.default_rng(3).gamma(4, 2, 140)]))[0]
    assert found.at_once == pytest.approx(0.3)
    assert found.hours == pytest.approx(8, rel=0.1)
    assert found.mean() == pytest.approx(0.7 * found.hours)


def test_bands_hold_the_true_mean_as_often_as_they_say() -> None:
    """On trains of twenty wagons that pass together, of which a fifth is still there; a naive mean fails the same test."""
    random = np.random.default_rng(4)
    held = naive = 0
    for _ in range(REPETITIONS):
        trains = random.gamma(2.0, 12.0, 100)
        limits = random.uniform(0, 120.0, 100)
        stops = [replace(ONE, batch=at, hours=float(min(h, b)), ended=bool(h <= b))
                 for at, (h, b) in enumerate(zip(trains, limits, strict=True)) for _ in range(20)]  # fmt: skip
        found = next(one for one in cells(stops) if one.place)
        held += found.low <= 24.0 <= found.high
        ended = [one.hours for one in stops if one.ended]
        naive += abs(np.mean(ended) - 24.0) <= 1.645 * np.std(ended) / np.sqrt(len(ended))
    low, high = (0.85, 0.95) if REPETITIONS == 200 else (0.7, 1.0)
    assert low <= held / REPETITIONS <= high
    assert naive / REPETITIONS < low, "a naive mean fails the same test"
    print(f"bands hold {held} of {REPETITIONS}, those of a naive mean {naive}")


def test_what_lodging_before_arrival_is_worth_has_an_interval() -> None:
    random = np.random.default_rng(5)
    stops = []
    for electronic, (before, control) in {False: (20.0, 10.0), True: (5.0, 4.0)}.items():
        stops += _stops(random.exponential(before, 500), electronic=electronic)
        stops += _stops(random.exponential(control, 500), electronic=electronic, stage="control", lane="green")
    saved = next(one for one in worth(cells(stops)) if one.place)
    assert saved.low < 21.0 < saved.high and saved.high - saved.low < 8
