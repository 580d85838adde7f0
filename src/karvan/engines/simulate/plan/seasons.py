"""Closures of the tables as a gate's: by seasons, by date; and opening hours."""

import calendar
import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from karvan.engines.simulate.model import Array, Closed
from karvan.errors import InputError

OPEN = 1e12
"""Mean open time where a month has no closures, h."""


def seasons(rows: Sequence[Mapping[str, Any]], start: dt.date) -> Any:
    """Rows (hours, mean open, mean shut, longest) from a day on, month by month for a year; then they begin again."""
    shares = {row["month"]: row for row in rows}
    out: list[tuple[float, ...]] = []
    day = start
    for _ in range(13):
        length = calendar.monthrange(day.year, day.month)[1]
        left = length - day.day + 1 if not out or len(out) < 12 else start.day - 1
        row = shares.get(day.month, shares.get(0))
        if left > 0:
            out.append((24.0 * left, *_means(row)))
        day = (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return np.array(out)


def _means(row: Mapping[str, Any] | None) -> tuple[float, float, float]:
    if row is None or not row["share"]:
        return OPEN, 1.0, 1.0
    mean = row["mean_h"]
    return mean * (1 - row["share"]) / row["share"], mean, row["most_h"] or OPEN


def closed(rows: Sequence[Mapping[str, Any]], start: dt.date, days: float) -> list[Closed]:
    """What shuts a gate: the seasons of each closure at random, by its group or itself, and each closure by date."""
    random: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    dated = []
    for row in rows:
        if row["date_from"]:
            dated.append((row["closure_id"], by_date(row, start, days)))
        else:
            place = row["closure_id"], row["node_id"], row["link_id"]
            random.setdefault(place, []).append(row)
    drawn = [(of[0]["group"] or of[0]["closure_id"], seasons(of, start)) for of in random.values()]
    return [*drawn, *dated]


def by_date(row: Mapping[str, Any], start: dt.date, days: float) -> Array:
    """The hours after ``start`` at which a closure by date begins and ends within the days, shape (closures, 2).

    >>> row = {"date_from": dt.date(2020, 12, 31), "date_to": dt.date(2021, 1, 2), "yearly": True}
    >>> by_date(row, dt.date(2022, 1, 1), 365).tolist()
    [[0.0, 24.0], [8736.0, 8784.0]]
    """
    first, last, end = row["date_from"], row["date_to"], start + dt.timedelta(days=math.ceil(days))
    shifts = range(start.year - last.year, end.year - first.year + 1) if row["yearly"] else (0,)
    spans = [(later(first, years), later(last, years)) for years in shifts]
    hours = [[24.0 * max(0, (day - start).days) for day in span] for span in spans if span[0] < end and span[1] > start]
    return np.array(hours).reshape(-1, 2)


def later(day: dt.date, years: int) -> dt.date:
    """The day so many years later; 1 March for a 29 February that there is not.

    >>> later(dt.date(2024, 2, 29), 1)
    datetime.date(2025, 3, 1)
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)


def daily_hours(open_h: float, days: float, name: str) -> Any:
    """Closures of a place open from midnight for so many hours of each day: shape (days, 2)."""
    if open_h <= 0:
        raise InputError(f"resources {name}: open 0 hours a day", cure="give open_h_day above 0")
    at = 24.0 * np.arange(int(np.ceil(days)) + 1)
    return np.column_stack([at + open_h, at + 24.0])
