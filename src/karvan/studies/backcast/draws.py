"""Draws: one world each of drivers, elasticities, parameters and of what nothing explains; the same worlds in all years.

A driver's band holds eight in ten; it lies on one side of it in all years of a world. An elasticity's band holds nine in ten.
What nothing explains walks at random from year to year, once for tonnes and once for boxes.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from karvan.network.demand.boxes import empties
from karvan.network.demand.terms import Terms
from karvan.studies.backcast.pivot import ACCEPTED, Pivot, Values, carries, factors
from karvan.studies.fit.estimate import Z95

Floats = NDArray[np.float64]
Z90 = 1.2815515655446004
"""The normal quantile at 0.90: a driver's band from low to high holds eight in ten."""
KINDS = ("drivers", "elasticities", "parameters", "unexplained")


@dataclass(frozen=True)
class World:
    """``lean``: where each driver lies between low (-1) and high (1); ``elasticities`` by row of ``params``; parameters by name
    and scope; ``walk``: standard normal steps by kind (kt, TEU) and year after the base."""

    lean: Mapping[str, float]
    elasticities: Mapping[int, float]
    values: Values
    walk: Mapping[str, tuple[float, ...]]


def worlds(
    terms: Terms | None, posterior: Sequence[Values], middle: Values, years: int, *, seed: int, only: str = ""
) -> list[World]:
    """One world for each draw of the parameters; ``only``: one of ``KINDS``, and all else stands at its middle."""
    rng = np.random.default_rng(seed)
    rules = terms.rules if terms else ()
    drivers = sorted({rule.driver for rule in rules} | {ACCEPTED})
    made = []
    for values in posterior:
        lean = dict(zip(drivers, (rng.standard_normal(len(drivers)) / Z90).tolist(), strict=True))
        normals = rng.standard_normal(len(rules)) / Z95
        bent = {rule.row: _within(rule.band, float(z)) for rule, z in zip(rules, normals, strict=True)}
        walk = {kind: tuple(rng.standard_normal(years).tolist()) for kind in ("kt", "TEU")}
        still = {kind: (0.0,) * years for kind in walk}
        made.append(World(
            lean if only in ("", "drivers") else {}, bent if only in ("", "elasticities") else {},
            values if only in ("", "parameters") else middle, walk if only in ("", "unexplained") else still,
        ))  # fmt: skip
    return made


def _within(band: tuple[float, float, float], lean: float) -> float:
    low, value, high = band
    return value + abs(lean) * ((high if lean > 0 else low) - value)


def carried(one: Pivot, terms: Terms | None, world: World, sd: float) -> tuple[Floats, Floats]:
    """Tonnes and boxes of each flow over the corridor in a world; ``sd``: what a year leaves unexplained, in logarithms."""
    grown = None
    if terms is not None:
        whole, open_part = terms.factors(world.lean, world.elasticities)
        grown = np.where(empties(one.base.frame), 0.0, whole * open_part)
    change = factors(one, world.values, lean=world.lean.get(ACCEPTED, 0.0), grown=grown)
    kt, teu = carries(one, change)
    ahead = abs(one.later.year - one.base.year)
    return kt * math.exp(sd * sum(world.walk["kt"][:ahead])), teu * math.exp(sd * sum(world.walk["TEU"][:ahead]))
