"""Money of other countries and years."""

import datetime as dt

import polars as pl
import pytest

from karvan.corridor import Corridor
from karvan.data.load import load
from karvan.network.currency import Money, money, told
from karvan.schema.shape import conform


def base() -> Corridor:
    rates = conform("currencies", pl.DataFrame({"currency": ["KZT"], "since": ["2022-01-01"], "usd": [0.002]}))
    return load("toy").replace(currencies=rates)


def test_dollars_of_the_corridors_year_stay_as_they_are() -> None:
    frame = pl.DataFrame({"price_usd": [1.5], "hours": [2.0]})
    assert told(frame, money(base(), "USD", None, dt.date(2022, 7, 1))).equals(frame)


def test_columns_in_dollars_and_no_others_are_turned_and_named() -> None:
    frame = pl.DataFrame({"usd": [10.0], "usd_low": [8.0], "price_p10_usd": [9.0], "hours": [2.0], "usdx": [1.0]})
    into = money(base(), "kzt", None, dt.date(2022, 7, 1))
    assert told(frame, into).to_dicts() == [
        {"kzt": 5000.0, "kzt_low": 4000.0, "price_p10_kzt": 4500.0, "hours": 2.0, "usdx": 1.0}
    ]


def test_there_and_back_is_the_same() -> None:
    into = money(base(), "KZT", None, dt.date(2022, 7, 1))
    assert into.rate * 0.002 == pytest.approx(1.0)
    assert into.said == "KZT of 2022 (500 KZT/USD on 2022-01-01)"
    assert Money("USD", 2022, 2022).said == "USD of 2022"


def test_a_price_year_brings_its_own_rate() -> None:
    rows = pl.DataFrame({"currency": ["KZT"] * 2, "since": ["2022-01-01", "2026-01-01"], "usd": [0.002, 0.0019]})
    level = pl.DataFrame(
        {"name": ["us_deflator"] * 2, "scope": ["2022", "2026"], "value": [1.0, 1.1], "unit": ["ratio"] * 2}
    )
    own = base().replace(currencies=conform("currencies", rows), params=conform("params", level))
    day = dt.date(2022, 7, 1)
    assert money(own, "KZT", None, day).rate == pytest.approx(500)
    assert money(own, "KZT", 2022, day).rate == pytest.approx(500)
    assert money(own, "KZT", 2026, day).rate == pytest.approx(1.1 / 0.0019)
    assert money(own, "USD", 2026, day).rate == pytest.approx(1.1)
