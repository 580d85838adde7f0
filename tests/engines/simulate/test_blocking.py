"""What is held while the next place is full, sections by direction, headways; what cannot be held is refused with its cure."""

from typing import Any

import polars as pl
import pytest
from queue_tables import chain, line, queue, section

import karvan as kv
from karvan.errors import InputError
from support import frame

SERVED = {"node_id": "AA_TWO", "kind": "lane", "servers": 1, "unit": "unit", "time_kind": "exponential", "time_h": 1.0}


def within(row: dict[str, Any], exact: float) -> None:
    """Twice the half-width of the 95 % interval."""
    assert abs(row["hours"] - exact) < 2 * row["hours_ci95"], (row["hours"], row["hours_ci95"], exact)


@pytest.mark.parametrize("places", [1, 2, 4, 8])
def test_blocking_after_service(places: int) -> None:
    """Two saturated stations with b places between them pass (b + 2) / (b + 3) of what one would."""
    year = kv.simulate(line(1.5, float(places)), days=400, warmup=10, runs=4)
    passed = float(year.shipments["delivered"][0]) / (400 * 24)
    assert abs(passed - (places + 1) / (places + 2)) < 0.015
    rows = {row["resource"]: row for row in year.resources.iter_rows(named=True)}
    assert rows["one"]["busy"] == pytest.approx(1.0, abs=0.01)
    assert rows["one"]["blocked"] == pytest.approx(1 - passed, abs=0.02)
    assert rows["two"]["busy"] == pytest.approx(passed, abs=0.02)
    balance = year.balance.row(0, named=True)
    assert balance["asked"] == balance["carried"] + balance["waiting"]


def test_three_in_line_block_one_another() -> None:
    """No places between three stations of one mean: 22/39 (Hunt 1956, The case of no queue)."""
    made = queue({"jobs": 1.5}, {})
    rows = [{"resource_id": "one", **SERVED}] + [
        {"resource_id": name, **SERVED, "space": 1.0, "when_full": "wait"} for name in ("two", "three")
    ]
    made = made.replace(
        resources=frame("resources", rows), procedures=frame("procedures", chain("one", "two", "three"))
    )
    year = kv.simulate(made, days=1000, warmup=10, runs=4)
    assert abs(float(year.shipments["delivered"][0]) / (1000 * 24) - 22 / 39) < 0.01


def test_a_section_of_one_track_for_one_train_is_one_server_for_both_directions() -> None:
    """M/D/1 at a load of 0.8: two hours."""
    year = kv.simulate(section((0.5, 0.3), 1, {"servers": 1}), days=1000, warmup=20, runs=6)
    row = year.waits.filter(pl.col("cause") == "track").row(0, named=True)
    within(row, 2.0)
    assert year.resources["busy"][0] == pytest.approx(0.8, abs=0.02)


def test_trains_of_one_direction_follow_and_those_of_the_other_wait() -> None:
    one = kv.simulate(section((0.5, 0.0001), 1, {"servers": 9}), days=300, runs=2)
    both = kv.simulate(section((0.5, 0.3), 1, {"servers": 9}), days=300, runs=2)
    double = kv.simulate(section((0.5, 0.3), 2, {"servers": 9}), days=300, runs=2)
    waits = [year.waits.filter(pl.col("cause") == "track")["hours"][0] for year in (one, double, both)]
    assert waits[0] < 0.01 and waits[1] < 0.01 and waits[2] > 0.1


def test_trains_keep_their_headway() -> None:
    """Behind one another at random with a headway of an hour: the wait of M/D/1."""
    track = {"servers": 500, "time_kind": "fixed", "time_h": 1.0}
    year = kv.simulate(section((0.8, 0.5), 2, track), days=1000, warmup=20, runs=6)
    headway = year.waits.filter(pl.col("cause") == "headway").row(0, named=True)
    there, back = 0.8 / (2 * 0.2), 0.5 / (2 * 0.5)
    within(headway, (0.8 * there + 0.5 * back) / 1.3)


def stations(second: dict[str, Any], first: dict[str, Any], **demand: Any) -> Any:
    made = queue({"jobs": 0.5}, {}, **demand)
    rows = [
        {"resource_id": "one", **SERVED, **first},
        {"resource_id": "two", **SERVED, "space": 3.0, "when_full": "wait", **second},
    ]
    return made.replace(resources=frame("resources", rows), procedures=frame("procedures", chain("one", "two")))


@pytest.mark.parametrize(
    ("second", "first", "demand", "says"),
    [
        ({"servers": 4}, {}, {}, "two: 3 places for 4 servers"),
        ({}, {"bulk": 3}, {}, "one: bulk is not simulated where what it served may block it"),
        ({}, {"absence_kind": "fixed", "absence_h": 1.0}, {}, "one: absence_kind is not simulated"),
        ({}, {"when_full": "refuse", "space": 3.0}, {}, "one: when_full is not simulated"),
        ({}, {}, {"batch": 3.0}, "one: it serves piece by piece.*trains of 3.*finite"),
        ({}, {"unit": "train"}, {"batch": 5.0}, "two: 3 places for 1 servers and trains of 5"),
    ],
)
def test_what_cannot_be_held_is_refused(
    second: dict[str, Any], first: dict[str, Any], demand: dict[str, Any], says: str
) -> None:
    with pytest.raises(InputError, match=says) as caught:
        kv.simulate(stations(second, first, **demand), days=10, runs=1)
    assert caught.value.cure


def test_opening_hours_are_kept_by_what_may_be_blocked() -> None:
    """With room without end after it, a station that goes by events fares as one that does not."""
    hours = {"open_h_day": 12.0, "time_h": 0.5}
    held = kv.simulate(stations({"space": 1e5, "time_h": 0.01}, hours), days=200, runs=3, seed=2)
    free = kv.simulate(stations({"space": None, "when_full": None, "time_h": 0.01}, hours), days=200, runs=3, seed=2)
    assert held.shipments["hours"][0] == pytest.approx(free.shipments["hours"][0], rel=0.05)
    assert "closed" in held.waits["cause"].to_list()


@pytest.mark.parametrize(
    ("resource", "demand", "says"),
    [
        (
            {"open_h_day": 12.0},
            {},
            "station: open_h_day is not simulated where its customers have different priorities",
        ),
        ({"bulk": 4}, {}, "station: bulk is not simulated"),
        ({"absence_kind": "fixed", "absence_h": 1.0}, {}, "station: absence_kind"),
        ({"when_full": "refuse", "space": 3.0}, {}, "station: when_full"),
        ({}, {"batch": 4.0}, "station: it serves piece by piece.*trains of 4.*priorities"),
    ],
)
def test_priorities_leave_nothing_out_in_silence(resource: dict[str, Any], demand: dict[str, Any], says: str) -> None:
    served = {"time_kind": "exponential", "time_h": 1.0, **resource}
    with pytest.raises(InputError, match=says) as caught:
        kv.simulate(queue({"first": 0.3, "second": 0.3}, served, **demand), days=10, runs=1)
    assert caught.value.cure


def test_one_priority_for_all_is_none() -> None:
    served = {"time_kind": "exponential", "time_h": 1.0, "open_h_day": 12.0}
    one, other = (kv.simulate(queue({"a": 0.3}, served, priority=rank), days=100, runs=2) for rank in (0, 2))
    assert one.shipments.equals(other.shipments)


def test_a_train_is_not_refused_in_part_nor_served_in_the_time_of_a_piece() -> None:
    served = {"time_kind": "fixed", "time_h": 1.0, "servers": 2, "space": 5.0, "when_full": "refuse"}
    with pytest.raises(InputError, match="a part of a train cannot be refused"):
        kv.simulate(queue({"a": 0.3}, served, batch=3.0), days=10, runs=1)
