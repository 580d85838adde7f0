"""Weather: how long a ship waits for an open port, by month."""

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
        months = range(12) if row["month"] == 0 else [row["month"] - 1]
        for month in months:
            wait[month] += times.closure(row["share"], row["mean_h"])

    def by_arc(self, labels: tuple[Label, ...]) -> Floats:
        """The waits of each arc, shape (arcs, 13, 2): departures by sea wait for their port and their link."""
        waits = np.zeros((len(labels), 13, 2))
        for number, label in enumerate(labels):
            if label.kind == MOVE and label.link in self._sea:
                for place in (label.tail, label.link):
                    if place in self._waits:
                        waits[number, :12] += self._waits[place]
        mean, square = waits[:, :12, 0], (waits[:, :12] ** 2).sum(axis=2)
        waits[:, 12, 0] = mean.mean(axis=1)
        waits[:, 12, 1] = np.sqrt(np.maximum(square.mean(axis=1) - waits[:, 12, 0] ** 2, 0.0))
        return waits
