"""Closures of the tables as seasons of a gate, and opening hours as its fixed closures."""

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

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
    if row["share"] >= 1:
        raise InputError(f"closures {row['closure_id']}: shut all the time", cure="a share below 1, or close the place")
    mean = row["mean_h"]
    return mean * (1 - row["share"]) / row["share"], mean, row["most_h"] or OPEN


def daily_hours(open_h: float, days: float, name: str) -> Any:
    """Closures of a place open from midnight for so many hours of each day: shape (days, 2)."""
    if open_h <= 0:
        raise InputError(f"resources {name}: open 0 hours a day", cure="give open_h_day above 0")
    at = 24.0 * np.arange(int(np.ceil(days)) + 1)
    return np.column_stack([at + open_h, at + 24.0])
