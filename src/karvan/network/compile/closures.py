"""Closures: how long a ship waits for an open port, and anything for an open link, by month.

Those of a single date are no part of an average year: only ``simulate`` knows its days.
"""

import calendar
import datetime as dt
from typing import Any

import numpy as np

from karvan.corridor import Corridor
from karvan.network.compile import times
from karvan.network.compile.arrays import MOVE, Floats, Label


class Shut:
    """Mean and standard deviation of the wait at each place and link, by month, and last over the year."""

    def __init__(self, today: Corridor) -> None:
        self._sea = set(today.links.filter(today.links["mode"].is_in(["sea", "river"]))["link_id"].to_list())
        self._waits: dict[str, Floats] = {}
        for row in today.closures.iter_rows(named=True):
            self._add(row)

    def _add(self, row: dict[str, Any]) -> None:
        place = row["node_id"] or row["link_id"]
        wait = self._waits.setdefault(place, np.zeros((12, 2)))
        if row["date_from"] is not None and row["yearly"]:
            wait += by_date(row["date_from"], row["date_to"])
        elif row["date_from"] is None:
            for month in range(12) if row["month"] == 0 else [row["month"] - 1]:
                wait[month] += times.closure(row["share"] or 0.0, row["mean_h"] or 0.0)

    def by_arc(self, labels: tuple[Label, ...]) -> Floats:
        """The waits of each arc, shape (arcs, 13, 2): moves wait for their link, departures by sea for their port too."""
        waits = np.zeros((len(labels), 13, 2))
        for number, label in enumerate(labels):
            if label.kind == MOVE:
                for place in (label.tail, label.link) if label.link in self._sea else (label.link,):
                    if place in self._waits:
                        waits[number, :12] += self._waits[place]
        mean, square = waits[:, :12, 0], (waits[:, :12] ** 2).sum(axis=2)
        waits[:, 12, 0] = mean.mean(axis=1)
        waits[:, 12, 1] = np.sqrt(np.maximum(square.mean(axis=1) - waits[:, 12, 0] ** 2, 0.0))
        return waits


def by_date(first: dt.date, last: dt.date) -> Floats:
    """Mean and standard deviation (h) of the wait of one who comes at any moment of a month, shape (12, 2).

    Shut from ``first`` until ``last`` every year; who comes with x hours of it to go waits x.

    >>> by_date(dt.date(2022, 1, 1), dt.date(2022, 2, 1))[0].round(1).tolist()
    [372.0, 214.8]
    """
    waits = np.zeros((12, 2))
    day = first
    while day < min(last, first + dt.timedelta(days=365)):
        ends = (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        month = 24.0 * calendar.monthrange(day.year, day.month)[1]
        more, less = (24.0 * max(0, (last - end).days) for end in (day, ends))
        waits[day.month - 1] += (more**2 - less**2) / 2 / month, (more**3 - less**3) / 3 / month
        day = ends
    waits[:, 1] = np.sqrt(np.maximum(waits[:, 1] - waits[:, 0] ** 2, 0.0))
    return waits
