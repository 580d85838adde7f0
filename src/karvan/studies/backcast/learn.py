"""Learn: the parameters of choice from the corridor's yearly totals, each year from the year before it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from karvan.corridor import Corridor
from karvan.errors import InputError
from karvan.network.compile.day import param
from karvan.studies.backcast.pivot import Pivot, Values, Year, carries, factors, pivot
from karvan.studies.fit.estimate import Array, Estimate, Target, estimate
from karvan.studies.fit.fit import Fit, fit
from karvan.studies.fit.free import free
from karvan.studies.fit.readers import Reader, Row, Told, year

NAMES = ("corridor_choice", "shun")
QUANTITIES = ("tonnes", "containers")
WEIGHT = 3
"""So many years the prior of what a year leaves unexplained counts for."""


@dataclass(frozen=True)
class Learnt:
    """Parameters after the fit and their draws; ``sd``: what a year leaves unexplained, in logarithms; ``values`` with
    their bands; the fit itself."""

    middle: Values
    posterior: tuple[Values, ...]
    sd: float
    values: pl.DataFrame
    fit: Fit


def pivots(years: Mapping[int, Year]) -> dict[int, Pivot]:
    """Each year from the one before it, the first from the one after."""
    known = sorted(years)
    before = {at: (known[i - 1] if i else known[1]) for i, at in enumerate(known)}
    return {at: pivot(years[base], years[at]) for at, base in before.items()}


def totals(one: Pivot, kt: Any, teu: Any) -> dict[str, float]:
    """Tonnes (kt) without lorries, and boxes (TEU), of a corridor as its official series count."""
    counted = np.array([form != "truck" for form in one.forms])
    return {"tonnes": float(kt[counted].sum()), "containers": float(teu[counted].sum())}


def learn(
    corridor: Corridor, known: Mapping[int, Pivot], measure: str, use: Sequence[int], draws: int, seed: int
) -> Learnt:
    """Fits ``corridor_choice`` and ``shun`` to the totals of the years in ``use``."""
    frees = pl.col("name").is_in(NAMES)
    if corridor.params.filter(frees).is_empty():
        raise InputError("params say nothing of choice", cure=f"add rows {' and '.join(NAMES)} with low and high")
    whole = (
        (pl.col("place") == measure)
        & pl.col("quantity").is_in(QUANTITIES)
        & pl.col("period").is_in([str(one) for one in use])
    )
    open_rows = corridor.observations.filter(whole)
    ready = corridor.replace(params=corridor.params.with_columns(frees.alias("fit")), observations=open_rows)
    readers = {
        name: Reader((unit,), partial(_read, known=known, name=name))
        for name, unit in zip(QUANTITIES, ("kt", "TEU"), strict=True)
    }
    found = fit(ready, readers=readers, draws=0, seed=seed)
    bands = _bands(found, ready, known, draws, seed)
    names = found.values.select("name", "scope").rows()
    middle = {key: float(value) for key, value in zip(names, found.values["value"], strict=True)}
    posterior = tuple(dict(zip(names, row.tolist(), strict=True)) for row in bands.draws)
    values = found.values.with_columns(pl.Series("low", bands.low), pl.Series("high", bands.high))
    sd = _unexplained(corridor, found.observations)
    return Learnt(middle, posterior or (middle,), sd, values, found)


def _bands(found: Fit, ready: Corridor, known: Mapping[int, Pivot], draws: int, seed: int) -> Estimate:
    """The draws of the fit, by the same method without its tables: a figure is a few sums here."""
    rows = found.observations.to_dicts()
    targets = [Target(row["observation_id"], row["observed"], row["sd_share"], relative=True) for row in rows]
    frees = free(ready)
    keys = [(one.name, one.scope) for one in frees]

    def model(values: Array) -> Array:
        told = dict(zip(keys, values.tolist(), strict=True))
        sums = {
            at: totals(known[at], *carries(known[at], factors(known[at], told))) for at in {year(row) for row in rows}
        }
        return np.array([sums[year(row)][row["quantity"]] for row in rows])

    return estimate(model, [one.unknown for one in frees], targets, draws=draws, seed=seed)


def values_of(corridor: Corridor) -> Values:
    """The parameters of choice as the tables hold them."""
    rows = corridor.params.filter(pl.col("name").is_in(NAMES))
    return {(name, scope): float(value) for name, scope, value in rows.select("name", "scope", "value").iter_rows()}


def _read(corridor: Corridor, rows: Sequence[Row], *, known: Mapping[int, Pivot], name: str) -> list[Told]:
    values = values_of(corridor)
    told: list[Told] = []
    for row in rows:
        one = known.get(year(row))
        told.append(
            f"no demand of {row['period']}" if one is None else totals(one, *carries(one, factors(one, values)))[name]
        )
    return told


def _unexplained(corridor: Corridor, seen: pl.DataFrame) -> float:
    """Standard deviation of a year's residual, the prior counting for ``WEIGHT`` years."""
    prior = param(corridor, "unexplained_year", 0.25)
    errors = np.log(seen["observed"].to_numpy() / seen["predicted"].to_numpy())
    return math.sqrt((WEIGHT * prior**2 + float((errors**2).sum())) / (WEIGHT + len(errors)))
