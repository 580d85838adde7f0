"""Arrivals foretold by the corridor: the way of least cost between two places, and the laws of its steps."""

from functools import cached_property, lru_cache
from itertools import groupby

import numpy as np
import polars as pl
from numpy.typing import NDArray

from karvan.corridor import Corridor
from karvan.data.load import load
from karvan.engines.route import route
from karvan.errors import InputError
from karvan.network.spread import remaining
from karvan.ops.track import Arrival
from karvan.shipment import Shipment

Steps = tuple[tuple[bool, ...], NDArray[np.float64]]
BAND = (0.1, 0.5, 0.9)


class Foretold:
    """A predictor over a corridor that ships with Karvan, loaded when first asked.

    A box of 40 feet stands for each unit: a consignment does not say what it holds. Rows of the way that follow each other
    at one place, or on the move, are one step: the parties tell of a unit only between them.
    """

    def __init__(self, corridor: str) -> None:
        self.name = corridor
        self.steps = lru_cache(maxsize=4096)(self._steps)

    @cached_property
    def corridor(self) -> Corridor:
        """The corridor."""
        return load(self.name)

    def __call__(self, place: str, destination: str, moving: bool, elapsed_h: float) -> Arrival | None:
        """As of ``Predictor``."""
        found = self.steps(place, destination)
        if found is None:
            return None
        moves, laws = found
        at = moves.index(moving) if moving in moves else 0
        floors, means, variances = laws[:, at:]
        p10, p50, p90 = remaining(floors, means, variances, elapsed_h, BAND)
        (usual,) = remaining(floors[:1], means[:1], variances[:1], 0.0, BAND[2:])
        return Arrival(p10, p50, p90, usual)

    def _steps(self, place: str, destination: str) -> Steps | None:
        """Of each step whether it moves; and a row each of floors, means (h) and variances (h2), in the steps' order."""
        ends = self.node(place), self.node(destination)
        if None in ends or ends[0] == ends[1]:
            return None
        try:
            found = route(self.corridor, Shipment(str(ends[0]), str(ends[1]), commodity="container", feu=1))
        except InputError:
            return None
        rows = found.legs.sort("order").to_dicts()
        groups = [(moves, list(each)) for moves, each in groupby(rows, key=lambda row: row["kind"] == "move")]
        laws = [
            (sum(r["hours_min"] for r in each), sum(r["hours"] for r in each), sum(r["sd_h"] ** 2 for r in each))
            for _, each in groups
        ]
        return (tuple(moves for moves, _ in groups), np.array(laws, dtype=np.float64).T) if laws else None

    def node(self, place: str) -> str | None:
        """The corridor's place with a UN/LOCODE: by that code; or, where the corridor knows no code, by its own id of the
        same letters."""
        nodes = self.corridor.nodes
        own = pl.col("unlocode").is_null() & (pl.col("node_id") == f"{place[:2]}_{place[2:]}")
        found = nodes.filter((pl.col("unlocode") == place) | own)["node_id"]
        return str(found[0]) if found.len() else None
