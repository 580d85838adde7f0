"""Terms: what each rule adds to the logarithm of the flows it moves, from one year to another."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from karvan.corridor import Corridor
from karvan.errors import FaultsError
from karvan.network.demand import rules
from karvan.network.demand.boxes import empties
from karvan.network.demand.rules import Bands, Flow, Rule

Floats = NDArray[np.float64]
Band = tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class Terms:
    """Rules and the rows they move (``hits``, a row a rule), with how far each rule's driver goes: low, value, high.

    A distance is in logarithms for an elasticity, in the driver's unit for a rate.
    """

    rules: tuple[Rule, ...]
    hits: NDArray[np.bool_]
    distances: tuple[Band, ...]

    def factors(self, distances: Mapping[str, float], elasticities: Mapping[int, float]) -> tuple[Floats, Floats]:
        """Factors on the whole rows and on their open part, with distances by driver and elasticities by row of ``params``.

        What is not given is at its value. A driver's distance is where it lies between its low (-1), value (0) and high (1).
        """
        sums = np.zeros((2, self.hits.shape[1]))
        for rule, hits, band in zip(self.rules, self.hits, self.distances, strict=True):
            lean = distances.get(rule.driver, 0.0)
            distance = band[1] + abs(lean) * ((band[2] if lean > 0 else band[0]) - band[1])
            sums[int(rule.open), hits] += elasticities.get(rule.row, rule.band[1]) * distance
        return np.exp(sums[0]), np.exp(sums[1])

    def held(self, driver: str) -> "Terms":
        """The same, with a driver left at its base year."""
        still = (0.0, 0.0, 0.0)
        moved = zip(self.rules, self.distances, strict=True)
        return replace(self, distances=tuple(still if rule.driver == driver else one for rule, one in moved))


def terms(corridor: Corridor, frame: pl.DataFrame, year: int) -> Terms | None:
    """The terms that carry rows of one year of demand to another; None where no parameter moves demand.

    Raises FaultsError with all faults of the parameters, of drivers they need, and of flows that nothing moves.
    """
    known, faults = rules.read(corridor)
    if not known and not faults:
        return None
    base = int(frame["year"][0])
    bands = rules.band_of(corridor)
    flows: list[Flow] = list(frame.select("origin", "destination", "commodity_id").iter_rows())
    loaded = ~empties(frame)
    asked = [flow for flow, one in zip(flows, loaded, strict=True) if one]
    faults += list(rules.faults_of(known, asked, bands, base, year))
    if faults:
        raise FaultsError(faults)
    hits = np.array([[rule.fits(flow) for flow in flows] for rule in known], dtype=bool) & loaded
    used = [at for at in range(len(known)) if hits[at].any()]
    mine = tuple(known[at] for at in used)
    return Terms(mine, hits[used], tuple(_distance(rule, bands, base, year) for rule in mine))


def _distance(rule: Rule, bands: Bands, base: int, year: int) -> Band:
    size = math.log if rule.ratio else float
    start = size(bands[rule.driver, base][1])
    low, value, high = (size(one) - start for one in bands[rule.driver, year])
    return low, value, high
