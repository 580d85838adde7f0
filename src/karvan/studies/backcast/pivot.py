"""The pivot: a corridor's share in another year, from the share it was seen to have and what changed in costs.

The share of each flow's open part is a logit of the corridor among the others, written about the share seen in a year
(incremental or pivot-point logit: Ben-Akiva and Lerman, Discrete Choice Analysis, 1985, ch. 5.5), so that only changes of
cost matter and no constant has to be known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from karvan.corridor import Corridor
from karvan.network.demand import demand_of
from karvan.network.demand.boxes import balance, empties
from karvan.studies.backcast.ways import Best, Flow, best_ways

Floats = NDArray[np.float64]
Values = Mapping[tuple[str, str], float]
KEYS = ("origin", "destination", "commodity_id")
ACCEPTED = "northern_route_acceptance"
"""The driver that says what share of shippers accepts ways through the countries of the parameter ``shun``."""


@dataclass(frozen=True, eq=False)
class Year:
    """Demand of one year and the ways of each flow then; ``accepted``: low, value and high of the share that accepts."""

    year: int
    corridor: Corridor
    frame: pl.DataFrame
    ways: list[dict[str, Best]]
    accepted: tuple[float, float, float]
    measure: str


def year_of(corridor: Corridor, year: int, measure: str) -> Year:
    """All that a year says of demand and ways."""
    frame = demand_of(corridor, year).sort(KEYS)
    flows: list[Flow] = list(frame.select(KEYS).iter_rows())
    seen = set(corridor.demand.filter((pl.col("seen_kt") > 0) & (pl.col("kt") > 0)).select(KEYS).iter_rows())
    asked = [flow for flow in flows if flow in seen]  # where nothing was seen there is no share to move
    known = dict(zip(asked, best_ways(corridor, asked, year, measure), strict=True))
    return Year(year, corridor, frame, [known.get(flow, {}) for flow in flows], _accepted(corridor, year), measure)


def _accepted(corridor: Corridor, year: int) -> tuple[float, float, float]:
    rows = corridor.drivers.filter((pl.col("driver") == ACCEPTED) & (pl.col("year") == year))
    if rows.is_empty():
        return (1.0, 1.0, 1.0)
    row = rows.row(0, named=True)
    value = float(row["value"])
    return (value if row["low"] is None else row["low"], value, value if row["high"] is None else row["high"])


@dataclass(frozen=True, eq=False)
class Pivot:
    """From one year to another, arrays by row of the first year's demand: what was seen, open parts, costs of ways.

    ``bare``: TEU of empty boxes; ``back``: what loaded boxes add to them.
    """

    base: Year
    later: Year
    forms: tuple[str, ...]
    seen_kt: Floats
    seen_teu: Floats
    open_kt: tuple[Floats, Floats]
    mine: tuple[Floats, Floats]
    others: tuple[Floats, Floats]
    shunned: Mapping[str, tuple[Floats, Floats]]
    bare: Floats
    back: Floats


def pivot(base: Year, later: Year) -> Pivot:
    """The pivot between two years; a flow that the later year does not have carries nothing then."""
    frame = base.frame
    rows = frame.select(KEYS).join(
        later.frame.with_row_index("at").select(*KEYS, "at", "kt", "captive"),
        on=KEYS,
        how="left",
        maintain_order="left",
    )
    at = [None if one is None else int(one) for one in rows["at"].to_list()]
    then = [later.ways[one] if one is not None else {} for one in at]
    tags = sorted({tag for ways in (*base.ways, *then) for tag in ways} - {base.measure})
    open_now = (frame["kt"] * (1 - frame["captive"].fill_null(0.0))).to_numpy()
    open_then = (rows["kt"].fill_null(0.0) * (1 - rows["captive"].fill_null(0.0))).to_numpy()
    sides = (base.ways, then)
    shunned = base.corridor.params.filter(pl.col("name") == "shun")["scope"].to_list()
    return Pivot(
        base, later, tuple(one or "" for one in frame["form"].to_list()),
        frame["seen_kt"].fill_null(0.0).to_numpy(), frame["seen_teu"].fill_null(0.0).to_numpy(), (open_now, open_then),
        _pair(_costs(side, [base.measure])[:, 0] for side in sides), _pair(_costs(side, tags) for side in sides),
        {country: _pair(_through(side, tags, country) for side in sides) for country in shunned},
        np.where(empties(frame), frame["teu"].fill_null(0.0).to_numpy(), 0.0), balance(base.corridor, frame),
    )  # fmt: skip


def _pair(two: Any) -> tuple[Floats, Floats]:
    first, second = two
    return first, second


def _costs(side: Sequence[Mapping[str, Best]], tags: Sequence[str]) -> Floats:
    return np.array([[ways[tag].cost_usd_t if tag in ways else np.inf for tag in tags] for ways in side]).reshape(
        len(side), len(tags)
    )


def _through(side: Sequence[Mapping[str, Best]], tags: Sequence[str], country: str) -> Floats:
    told = [[float(tag in ways and country in ways[tag].countries) for tag in tags] for ways in side]
    return np.array(told).reshape(len(side), len(tags))


def factors(one: Pivot, values: Values, *, lean: float = 0.0, grown: Floats | None = None) -> Floats:
    """By how much what each flow sends over the corridor changes, TEU and tonnes alike.

    ``values``: parameters by name and scope. ``lean``: where the accepting share lies between its low (-1) and high (1).
    ``grown``: growth of the open part, in the stead of the tables'. Empty boxes follow from the loaded ones.
    """
    scale = np.array(
        [values.get(("corridor_choice", form), values.get(("corridor_choice", "any"), 1.0)) for form in one.forms]
    )
    still = ~np.isfinite(one.mine[0])  # a corridor without a known way keeps its share
    unit = np.where(still, 1.0, one.mine[0])
    share = np.clip(np.divide(one.seen_kt, one.open_kt[0], out=np.zeros_like(unit), where=one.open_kt[0] > 0), 0.0, 1.0)
    moved = np.exp(-scale * np.where(still, 0.0, one.mine[1] / unit - 1.0))
    sides = []
    for index, year in enumerate((one.base, one.later)):
        shy = 1 - _leaning(year.accepted, lean)
        felt = one.others[index] / unit[:, None]
        for country, through in one.shunned.items():
            felt = felt + shy * values.get(("shun", country), 0.0) * through[index]
        sides.append(np.exp(-scale[:, None] * felt).sum(axis=1))
    rival = np.divide(sides[1], sides[0], out=np.ones_like(unit), where=sides[0] > 0)
    rival = np.where(still, 1.0, rival)
    total = share * moved + (1 - share) * rival
    later = np.divide(share * moved, total, out=np.zeros_like(unit), where=total > 0)
    change = np.divide(later, share, out=np.zeros_like(unit), where=share > 0)
    open_part = np.divide(one.open_kt[1], one.open_kt[0], out=np.zeros_like(unit), where=one.open_kt[0] > 0)
    return np.asarray(change * (open_part if grown is None else grown))


def _leaning(band: tuple[float, float, float], lean: float) -> float:
    low, value, high = band
    return float(np.clip(value + abs(lean) * ((high if lean > 0 else low) - value), 0.0, 1.0))


def carries(one: Pivot, change: Floats) -> tuple[Floats, Floats]:
    """Tonnes (kt) and boxes (TEU) of each flow over the corridor in the later year."""
    back = np.maximum(one.bare + one.back @ (change - 1), 0.0)
    back = np.divide(back, one.bare, out=np.zeros_like(change), where=one.bare > 0)
    return one.seen_kt * change, one.seen_teu * np.where(one.bare > 0, back, change)
