"""Demand of a year: the table's own rows, or those of its last year carried on by outside series.

Each flow is what it was in the base year times a product over its drivers: the driver's ratio to the base year to the
power of an elasticity, or the exponential of its difference times a rate. What moves the open part alone changes the
captive share with it. See docs/maths/demand.md.
"""

import math
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from karvan.corridor import Corridor
from karvan.errors import InputError, NameUnknown
from karvan.network.demand.boxes import carried, empties
from karvan.network.demand.terms import Band, terms

CASES = ("low", "central", "high")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Growth:
    """How flows move from one year to another.

    ``whole`` and ``open``: factors on each flow and, besides, on its open part. ``below`` and ``above``: how far these two may
    lie off, in logarithms; a row a flow, a column each.
    """

    whole: Floats
    open: Floats
    below: Floats
    above: Floats


def demand_of(corridor: Corridor, year: int, case: str = "central") -> pl.DataFrame:
    """The demand of a year, in the columns of the table and three more.

    A year of the table is given as it stands. Another is the last year of the table before it, ``base_year``, carried by
    the drivers that the parameters ``demand_elasticity``, ``demand_rate``, ``open_elasticity`` and ``open_rate`` name: kt,
    TEU and captive share by flow, with ``factor`` (kt of the year by kt of the base year) and ``open_factor`` (the same of what
    may choose the corridor). ``case``: outside series at their low, central or high values, each on the side that makes
    demand small or large. ``kt_low`` and ``kt_high`` hold the band of the base, of drivers and of elasticities, taken as
    independent. ``seen_kt`` and ``seen_teu`` are then what the corridor would carry at the shares of the base year. Empty
    boxes follow from the loaded ones. Carried rows have grade D. A corridor without any such parameter stays as it is.

    Raises InputError for a year before the table's first, NameUnknown for an unknown case, and FaultsError, all faults
    together, for drivers or scopes that are not there, flows that nothing moves, and series that cannot stand in a ratio.

    >>> import karvan as kv
    >>> demand_of(kv.load("toy"), 2030).select("kt", "year", "base_year", "factor").row(0)
    (100.0, 2030, 2022, 1.0)
    """
    if case not in CASES:
        raise NameUnknown("case", case, CASES)
    base = _base_year(corridor, year)
    frame = corridor.demand.filter(pl.col("year") == base)
    found = growth(corridor, frame, year, case) if base != year else None
    if found is None:
        return _told(frame, year, base, np.ones(frame.height), np.ones(frame.height))
    return _carried(corridor, frame, found, base, year)


def growth(corridor: Corridor, frame: pl.DataFrame, year: int, case: str = "central") -> Growth | None:
    """The factors of the rows of one year of demand to another year; None where no parameter moves demand."""
    found = terms(corridor, frame, year)
    if found is None:
        return None
    sums = np.zeros((3, frame.height, 2))  # logarithms, squares below, squares above; of the whole and of the open part
    for rule, hits, distance in zip(found.rules, found.hits, found.distances, strict=True):
        middle, below, above = _moved(rule.band, distance, case)
        sums[:, hits, int(rule.open)] += np.array([[middle], [below**2], [above**2]])
    return Growth(np.exp(sums[0, :, 0]), np.exp(sums[0, :, 1]), np.sqrt(sums[1]), np.sqrt(sums[2]))


def _moved(band: Band, series: Band, case: str) -> tuple[float, float, float]:
    """The logarithm of a factor, and how far it may lie below and above."""
    less, value, more = band
    small, large = sorted((value * series[0], value * series[2]))
    middle = {"low": small, "central": value * series[1], "high": large}[case]
    at = middle / value if value else series[1]
    turned = sorted((less * at, more * at))
    known = (small, large) if case == "central" else (middle, middle)
    below = math.hypot(middle - min(known[0], middle), middle - min(turned[0], middle))
    above = math.hypot(max(known[1], middle) - middle, max(turned[1], middle) - middle)
    return middle, below, above


def _base_year(corridor: Corridor, year: int) -> int:
    years = corridor.demand["year"].unique().sort().to_list()
    if not years:
        raise InputError(f"{corridor.name} has no demand", cure="fill the table demand")
    if year < years[0]:
        cure = f"ask for {years[0]} or a later year"
        raise InputError(f"demand of {year} is not known: the table begins with {years[0]}", cure=cure)
    return int(max(one for one in years if one <= year))


def _carried(corridor: Corridor, frame: pl.DataFrame, found: Growth, base: int, year: int) -> pl.DataFrame:
    """The rows with their factors worked in."""
    captive = frame["captive"].fill_null(0.0).to_numpy()
    open_part = (1 - captive) * found.open
    total = captive + open_part
    factor, open_factor = found.whole * total, found.whole * found.open
    share = np.divide(open_part, total, out=np.zeros_like(total), where=total > 0)
    bare = empties(frame)
    teu = frame["teu"].fill_null(0.0).to_numpy()
    back = np.divide(carried(corridor, frame, open_factor), teu, out=np.ones_like(total), where=bare)
    factor, open_factor = np.where(bare, back, factor), np.where(bare, back, open_factor)
    moved = frame.with_columns(
        *(pl.col(name) * factor for name in ("kt", "teu")),
        *(pl.col(name) * open_factor for name in ("seen_kt", "seen_teu")),
        *_bands(frame, factor, found, share),
        pl.when(pl.col("captive").is_not_null()).then(pl.Series(1 - share)).alias("captive"),
        pl.lit("D").alias("grade"),
    )
    return _told(moved, year, base, factor, open_factor)


def _bands(frame: pl.DataFrame, factor: Floats, found: Growth, share: Floats) -> list[pl.Series]:
    """Low and high tonnes: the base's own band, the drivers' and the elasticities', added as squares of logarithms."""
    weights = np.stack([np.ones_like(share), share], axis=1)
    kt = frame["kt"].to_numpy()
    told = []
    for name, spread, sign in (("kt_low", found.below, -1.0), ("kt_high", found.above, 1.0)):
        own = frame[name].fill_null(frame["kt"]).to_numpy()
        ratio = np.divide(own, kt, out=np.ones_like(kt), where=(kt > 0) & (own > 0))
        far = np.sqrt(np.log(ratio) ** 2 + ((spread * weights) ** 2).sum(axis=1))
        told.append(pl.Series(name, np.where(own > 0, kt * factor * np.exp(sign * far), 0.0)))
    return told


def _told(frame: pl.DataFrame, year: int, base: int, factor: Floats, open_factor: Floats) -> pl.DataFrame:
    whole = frame.schema["year"]
    return frame.with_columns(
        pl.lit(year, dtype=whole).alias("year"),
        pl.lit(base, dtype=whole).alias("base_year"),
        pl.Series("factor", factor, dtype=pl.Float64),
        pl.Series("open_factor", open_factor, dtype=pl.Float64),
    )
