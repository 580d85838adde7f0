"""How long a step takes, and how that spreads.

A step is known by its least, mean and P90 hours. Its standard deviation is read off the upper tail as that of a normal
law with the same P90, ``(P90 - mean) / 1.2816``: the rule under which the P90 of a chain of independent steps is
``mean + 1.2816 sqrt(sum of variances)``. The law of a whole way keeps its floor, mean and variance; see ``spread``.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from karvan.laws import Z90


@dataclass(frozen=True)
class Time:
    """Hours of a step: least, mean, variance (h2), the part of the mean spent waiting, and the part known only by D."""

    floor: float = 0.0
    mean: float = 0.0
    variance: float = 0.0
    waiting: float = 0.0
    estimated: float = 0.0

    def __add__(self, other: "Time") -> "Time":
        return Time(
            self.floor + other.floor,
            self.mean + other.mean,
            self.variance + other.variance,
            self.waiting + other.waiting,
            self.estimated + other.estimated,
        )


NONE = Time()
"""No time at all."""


def step(least: float | None, mean: float, p90: float | None, waiting: float = 0.0, grade: str | None = None) -> Time:
    """A step from its least, mean and P90 hours; an absent least or P90 is the mean.

    >>> step(8, 62, 120).variance ** 0.5
    45.2...
    """
    floor = min(mean, mean if least is None else least)
    sd = max(0.0, (mean if p90 is None else p90) - mean) / Z90
    return Time(floor, mean, sd * sd, min(waiting, mean), mean if grade == "D" else 0.0)


def papers(mean: float, electronic: float | None, share: float, wrong: float, rework: float) -> float:
    """Mean hours of a step done partly on paper: wrong papers are reworked, electronic ones are not wrong.

    >>> papers(4.0, 1.0, share=0.5, wrong=0.1, rework=24.0)
    3.7
    """
    on_paper = mean + wrong * rework
    return on_paper if electronic is None else (1 - share) * on_paper + share * electronic


def departure(per_week: float, grade: str | None = None) -> Time:
    """The wait for the next of ``per_week`` even departures by one who comes at random: uniform over the headway."""
    headway = 168.0 / per_week
    return Time(0.0, headway / 2, headway * headway / 12, headway / 2, headway / 2 if grade == "D" else 0.0)


def closure(share: float, mean_h: float) -> tuple[float, float]:
    """Mean and standard deviation of the wait of one who comes at random to a place shut a share of the time.

    Closures are exponential with mean ``mean_h``, so what is left of one is exponential with the same mean.

    >>> closure(0.5, 36.0)
    (18.0, 31.17...)
    """
    mean = share * mean_h
    return mean, math.sqrt(max(0.0, 2 * share * mean_h * mean_h - mean * mean))


def broken(mean: float, variation: float, row: Mapping[str, Any]) -> tuple[float, float]:
    """Mean and coefficient of variation of a service at a resource, with its breakdowns at random and their repairs.

    Work that breaks off goes on after an exponential repair (Gaver 1962).

    >>> broken(10.0, 0.0, {"fails_h": 20.0, "repair_h": 4.0})
    (12.0, 0.333...)
    """
    if not (row["fails_h"] and row["repair_h"]) or mean <= 0:
        return mean, variation
    longer = 1 + row["repair_h"] / row["fails_h"]
    variance = (longer * variation * mean) ** 2 + 2 * mean / row["fails_h"] * row["repair_h"] ** 2
    return mean * longer, math.sqrt(variance) / (mean * longer)


def total(times: Sequence[Time]) -> Time:
    """The sum of independent steps."""
    whole = Time()
    for one in times:
        whole = whole + one
    return whole
