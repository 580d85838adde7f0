"""Answers: how the balance answers to a push, from the matrix that settled it: elasticities and shadow prices."""

import numpy as np
import polars as pl

from karvan.engines.assign.prepared import Balanced, Prepared
from karvan.engines.assign.settle import moved, worth
from karvan.engines.assign.shared import SHIP, SLOT, Element
from karvan.network.compile.arrays import Floats

WEEKS = 52.0
F, S = pl.Float64(), pl.String()
ELASTICITIES = {"commodity": S, "corridor": S, "of": S, "by": S, "elasticity": F}
PRICES = {
    "element": S, "kind": S, "unit": S, "capacity": F, "used": F, "usd": F, "usd_week": F,
}  # fmt: skip
UNITS = {SLOT: "train", SHIP: "ship place"}


def unit_of(one: Element) -> str:
    """What the load of an element is counted in."""
    return UNITS.get(one.kind, "server hour")


def elasticities(ready: Prepared, found: Balanced) -> pl.DataFrame:
    """By commodity and corridor: by how many per cent its freight moves when its price or hours on all ways of a corridor (``of``)
    rise by one per cent, delays settled anew.

    Hours are those without waits for others. Empty for rules that have no tastes.
    """
    if found.settled is None or not ready.classes:
        return pl.DataFrame(schema=ELASTICITIES)
    counts = np.diff(ready.first)
    goods = np.repeat([one.pair[2] for one in ready.classes], counts)
    hour = np.repeat([one.hour for one in ready.classes], counts)
    price = np.concatenate([one.price for one in ready.classes])
    names, at = np.unique(goods, return_inverse=True)
    cells, cell = np.unique(
        at * len(ready.corridors) + ready.nest, return_inverse=True
    )  # commodity and corridor, where any
    mine = cell[None, :] == np.arange(cells.size)[:, None]
    flow = found.settled.flow
    whole = mine @ flow
    frames = []
    for by, push in {"price": price, "hours": hour * ready.free_h}.items():
        change = mine @ moved(found.settled, np.ascontiguousarray((mine * push).T))
        pairs = [(one, other) for one, other in np.ndindex(change.shape) if whole[one] > 0]
        rows = [
            (names[cells[one] // len(ready.corridors)], ready.corridors[cells[one] % len(ready.corridors)],
             ready.corridors[cells[other] % len(ready.corridors)], by, change[one, other] / whole[one])
            for one, other in pairs if cells[one] // len(ready.corridors) == cells[other] // len(ready.corridors)
        ]  # fmt: skip
        frames.append(pl.DataFrame(rows, schema=ELASTICITIES, orient="row"))
    return pl.concat(frames).sort("commodity", "corridor", "by", "of")


def prices(ready: Prepared, found: Balanced) -> pl.DataFrame:
    """What one more of each capacity is worth to all freight, the dearest first.

    ``usd``: a year, for one more ``unit`` a year; ``usd_week``: a year, for one more a week. Empty for rules that have no tastes.
    """
    if found.settled is None:
        return pl.DataFrame(schema=PRICES)
    value: Floats = worth(found.settled)
    rows = [
        (one.name, one.kind, unit_of(one), one.capacity, load / one.capacity, usd, usd * WEEKS)
        for one, load, usd in zip(ready.elements, found.settled.load, value, strict=True)
    ]
    frame = pl.DataFrame(rows, schema=PRICES, orient="row")
    return frame.sort("usd", "element", descending=[True, False])
