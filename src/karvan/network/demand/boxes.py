"""Empty boxes by balance: as many more go back as loaded ones come."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from karvan.corridor import Corridor

Floats = NDArray[np.float64]


def empties(frame: pl.DataFrame) -> NDArray[np.bool_]:
    """Which rows of demand are empty boxes: they have boxes and no tonnes."""
    return frame.select((pl.col("kt") == 0) & (pl.col("teu") > 0)).to_series().fill_null(False).to_numpy()


def carried(corridor: Corridor, frame: pl.DataFrame, open_factor: Floats) -> Floats:
    """TEU of each row of empty boxes once the loaded ones have moved by ``open_factor``; other rows give 0.

    The loaded boxes of the corridor that come against a row's direction, less those that go its way, are to be brought
    back; what this grows by is shared by all rows of empty boxes of one direction as they share it in the base year.
    Loaded boxes of the corridor are ``seen_teu``, or the open part where nothing was seen.
    """
    teu = np.where(empties(frame), frame["teu"].fill_null(0.0).to_numpy(), 0.0)
    return np.maximum(teu + balance(corridor, frame) @ (open_factor - 1), 0.0)


def balance(corridor: Corridor, frame: pl.DataFrame) -> Floats:
    """TEU more of each row of empty boxes for each row of loaded ones that grows by itself: a square of the rows."""
    bare = empties(frame)
    told = np.zeros((frame.height, frame.height))
    if bare.any():
        teu = frame["teu"].fill_null(0.0).to_numpy()
        open_teu = pl.col("teu").fill_null(0.0) * (1 - pl.col("captive").fill_null(0.0))
        loaded = np.where(bare, 0.0, frame.select(pl.col("seen_teu").fill_null(open_teu)).to_series().to_numpy())
        step = _towards(corridor, frame)
        way = np.sign(step[bare] @ step.T)  # 1: goes the way of the empty row
        share = teu[bare] / np.where(way[:, bare] > 0, teu[bare], 0.0).sum(axis=1)
        told[bare] = -share[:, None] * way * loaded
    return told


def _towards(corridor: Corridor, frame: pl.DataFrame) -> Floats:
    """East and north components of each row's way, in degrees of latitude."""
    at = {name: (lon, lat) for name, lon, lat in corridor.nodes.select("node_id", "lon", "lat").iter_rows()}
    ends = [(at[first], at[last]) for first, last in frame.select("origin", "destination").iter_rows()]
    steps = [((b[0] - a[0]) * np.cos(np.radians((a[1] + b[1]) / 2)), b[1] - a[1]) for a, b in ends]
    return np.array(steps, dtype=np.float64).reshape(-1, 2)
