"""Weather: what ships wait for a shut port or lane, by month and over the year."""

import datetime as dt

import numpy as np
import pytest

from karvan.corridor import Corridor
from karvan.network.compile import compile
from karvan.network.compile.arrays import MOVE, Compiled
from karvan.network.compile.times import closure
from network.worlds import add, edit, world


def shut(*rows: dict[str, object], mode: str = "sea") -> Compiled:
    made: Corridor = edit(world(), "links", "BC", mode=mode)
    made = edit(made, "classes", "train", mode=mode)
    full = [{"closure_id": f"c{number}", "share": 0.3, "mean_h": 30.0, **row} for number, row in enumerate(rows)]
    return compile(add(made, "closures", *full), "boxes")


def waits(net: Compiled, tail: str) -> np.ndarray:
    at = next(i for i, one in enumerate(net.labels) if one.kind == MOVE and one.tail == tail and one.link == "BC")
    return net.shut[at]


def test_departures_from_a_shut_port_wait_in_its_months_only() -> None:
    told = waits(shut({"month": 1, "node_id": "B"}), "B")
    assert told[0] == pytest.approx(closure(0.3, 30.0))
    assert not told[1:12].any()
    assert told[12, 0] == pytest.approx(0.3 * 30 / 12)


def test_arrivals_do_not_wait() -> None:
    assert not waits(shut({"month": 1, "node_id": "B"}), "C").any()


def test_month_nought_is_every_month() -> None:
    told = waits(shut({"month": 0, "node_id": "B"}), "B")
    assert told == pytest.approx(np.tile(closure(0.3, 30.0), (13, 1)))


def test_a_lane_that_is_shut_holds_up_both_directions() -> None:
    net = shut({"month": 5, "link_id": "BC"})
    assert waits(net, "B")[4, 0] == waits(net, "C")[4, 0] == pytest.approx(9.0)


def test_port_and_lane_add_up_since_one_weather_shuts_both() -> None:
    told = waits(shut({"month": 5, "link_id": "BC"}, {"month": 5, "node_id": "B", "share": 0.5}), "B")[4]
    assert told == pytest.approx(np.add(closure(0.3, 30.0), closure(0.5, 30.0)))


def test_trains_do_not_wait_for_the_sea() -> None:
    assert not shut({"month": 0, "node_id": "B"}, mode="rail").shut.any()


def test_the_years_deviation_is_that_of_one_who_comes_in_any_month() -> None:
    months = [{"month": month, "node_id": "B", "share": 0.05 * month} for month in range(1, 13)]
    told = waits(shut(*months), "B")
    pairs = [closure(0.05 * month, 30.0) for month in range(1, 13)]
    mean = sum(m for m, _ in pairs) / 12
    square = sum(s**2 + m**2 for m, s in pairs) / 12
    assert told[12] == pytest.approx((mean, (square - mean**2) ** 0.5))


def test_trains_wait_for_a_shut_link() -> None:
    assert waits(shut({"month": 5, "link_id": "BC"}, mode="rail"), "B")[4] == pytest.approx(closure(0.3, 30.0))


def test_who_comes_in_a_closing_of_every_year_waits_for_its_end() -> None:
    days = {
        "month": 0,
        "share": None,
        "mean_h": None,
        "date_from": dt.date(2022, 12, 20),
        "date_to": dt.date(2023, 1, 10),
    }
    told = waits(shut({**days, "node_id": "B", "yearly": True}), "B")
    left = np.maximum(0.0, 9 * 24 - np.arange(31 * 24 * 60) / 60)  # minute by minute through January
    assert told[0] == pytest.approx((left.mean(), left.std()), rel=1e-3)
    left = np.where(np.arange(31 * 24 * 60) >= 19 * 24 * 60, 40 * 24 - np.arange(31 * 24 * 60) / 60, 0.0)
    assert told[11] == pytest.approx((left.mean(), left.std()), rel=1e-3)
    assert not waits(shut({**days, "node_id": "B"}), "B").any()
