"""Scores: each counted year left out in turn, and whether a band made without it would have held it.

The interval score of a band that should hold eight in ten (Gneiting and Raftery 2007, Journal of the American Statistical
Association 102) is its width plus ten times the distance by which the figure lies outside; small is good.
"""

import math
from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import polars as pl

from karvan.corridor import Corridor
from karvan.studies.backcast.draws import Z90, carried, worlds
from karvan.studies.backcast.learn import QUANTITIES, learn, totals
from karvan.studies.backcast.pivot import Pivot

SCORES = {"year": pl.Int64(), "quantity": pl.String(), "observed": pl.Float64(), "p10": pl.Float64(), "p50": pl.Float64(),
          "p90": pl.Float64(), "inside": pl.Boolean(), "score_share": pl.Float64(), "still_share": pl.Float64()}  # fmt: skip


def interval_score(low: float, high: float, value: float, outside: float = 0.2) -> float:
    """Interval score of a band that should leave ``outside`` of all figures outside.

    >>> interval_score(8.0, 12.0, 10.0), interval_score(8.0, 12.0, 13.0)
    (4.0, 14.0)
    """
    return (high - low) + 2 / outside * (max(0.0, low - value) + max(0.0, value - high))


def scores(corridor: Corridor, known: Mapping[int, Pivot], measure: str, draws: int, seed: int) -> pl.DataFrame:
    """Bands of the counted years but the first, each learnt without the year, with scores as shares of the figure.

    Nothing of the year is read: neither its own totals, nor the step from it to the next.

    ``still_share``: the score of a band about the year before, as wide as the changes of the other years.
    """
    counted = sorted(known)
    seen = {
        (year, name): float(value) for name in QUANTITIES for year, value in _seen(corridor, measure, name, counted)
    }
    rows = []
    for year in counted[1:]:
        learnt = learn(
            corridor, known, measure, [at for at, one in known.items() if year not in (at, one.base.year)], draws, seed
        )
        one = known[year]
        made = worlds(None, learnt.posterior, learnt.middle, 1, seed=seed)
        told = [totals(one, *carried(one, None, world, learnt.sd)) for world in made]
        for name in QUANTITIES:
            if (year, name) not in seen:
                continue
            value = seen[year, name]
            low, middle, high = (float(q) for q in np.quantile([each[name] for each in told], (0.1, 0.5, 0.9)))
            rows.append({
                "year": year, "quantity": name, "observed": value, "p10": low, "p50": middle, "p90": high,
                "inside": low <= value <= high, "score_share": interval_score(low, high, value) / value,
                "still_share": _still(seen, name, year, one.base.year),
            })  # fmt: skip
    return pl.DataFrame(rows, schema=SCORES)


def _seen(corridor: Corridor, measure: str, name: str, counted: list[int]) -> list[tuple[int, float]]:
    rows = corridor.observations.filter(
        (pl.col("quantity") == name) & (pl.col("place") == measure) & (pl.col("use") == "fit")
    )
    years = {str(year): year for year in counted}
    return [(years[period], value) for period, value in rows.select("period", "value").iter_rows() if period in years]


def _still(seen: Mapping[tuple[int, str], float], name: str, year: int, before: int) -> float | None:
    mine = sorted(at for at, what in seen if what == name)
    changes = [math.log(seen[b, name] / seen[a, name]) for a, b in pairwise(mine) if year not in (a, b)]
    if (before, name) not in seen or not changes:
        return None
    far = Z90 * math.sqrt(sum(one**2 for one in changes) / len(changes))
    middle, value = seen[before, name], seen[year, name]
    return interval_score(middle * math.exp(-far), middle * math.exp(far), value) / value
