"""Laws: how long a stop lasts, from records of which some have not ended when the data do.

A unit still waiting is a record too: its dwell is longer than what is seen of it (censored on the right), one that had
begun before the data do is only seen because it lasted so long (truncated on the left), and of one told late only bounds
are known (censored in an interval). Leaving these out biases the mean low just when a place is jammed (Klein and
Moeschberger, Survival Analysis, 2003, chapter 3). Laws are fitted by maximum likelihood, and the one with the least Akaike
criterion is taken. One train is one draw: where records name their batch, errors are those of batches (Huber's sandwich).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from scipy.optimize import minimize

from karvan.errors import InputError

Array = NDArray[np.float64]
Z90 = 1.2815515655446004
"""The standard normal quantile of 0.9."""
LEAST = 10
"""Ended records below which no law is fitted: a stop seen less often tells nothing of its tail."""
LAWS: dict[str, Callable[[Array], Any]] = {
    "exponential": lambda z: stats.expon(scale=math.exp(z[0])),
    "lognormal": lambda z: stats.lognorm(math.exp(z[1]), scale=math.exp(z[0])),
    "gamma": lambda z: stats.gamma(math.exp(z[1]), scale=math.exp(z[0] - z[1])),
    "weibull": lambda z: stats.weibull_min(math.exp(z[1]), scale=math.exp(z[0])),
}
"""Laws by name, from parameters free on the line: of a size first, and of a shape where there is one."""


@dataclass(frozen=True)
class Dwell:
    """A fitted law: its name, mean, standard deviation and P90 hours, the standard error of the mean, records, the share of
    them censored, Akaike's AIC."""

    law: str
    hours: float
    hours_sd: float
    hours_p90: float
    hours_se: float
    cases: int
    censored: float
    aic: float


@dataclass(frozen=True)
class Records:
    """Dwells as seen, arrays of shape (n): hours, whether ended by then, hours before the data, the most it can have been
    (above ``hours`` where only bounds are known), and the number of the batch."""

    hours: Array
    ended: NDArray[np.bool_]
    begun: Array
    most: Array
    batch: NDArray[np.int64]


def dwell(
    hours: ArrayLike, ended: ArrayLike, begun: ArrayLike | None = None, *, most: ArrayLike | None = None,
    batch: ArrayLike | None = None, laws: Sequence[str] = tuple(LAWS),
) -> Dwell:  # fmt: skip
    """The law of dwell times, shape (n): ``hours`` seen, whether each has ``ended``, and the hours it had lasted when the
    data began (``begun``; none: seen from its start).

    ``most`` bounds those of which only bounds are known, from ``hours`` up (none, or no more than ``hours``: known).
    ``batch`` numbers what moved together; without it each record stands alone. The best of ``laws`` is taken.
    Raises InputError for fewer than ten ended records and for hours that cannot be.

    >>> import numpy as np
    >>> waits = np.random.default_rng(1).exponential(48.0, 2000)
    >>> seen = np.minimum(waits, 40.0)  # the data end: more than four in ten still wait
    >>> found = dwell(seen, waits <= 40.0, laws=["exponential"])
    >>> bool(abs(found.hours - 48) < 5), bool(seen[waits <= 40.0].mean() < 18)
    (True, True)
    """
    for name in laws:
        if name not in LAWS:
            raise InputError(f"no law is called {name!r}", cure=f"one of {', '.join(LAWS)}")
    records = _records(hours, ended, begun, most, batch)
    if records.ended.sum() < LEAST:
        raise InputError(f"{records.ended.sum()} stops have ended", cure=f"give at least {LEAST}, or pool places")
    found = [_fitted(name, records, batch is not None) for name in laws]
    return min(found, key=lambda one: one.aic)


def survival(hours: ArrayLike, ended: ArrayLike, begun: ArrayLike | None = None) -> tuple[Array, Array]:
    """Times at which dwells ended, and the share that lasts longer, whatever the law (Kaplan and Meier 1958).

    >>> times, share = survival([1.0, 2.0, 3.0], [True, False, True])
    >>> times.tolist(), share.round(3).tolist()
    ([1.0, 3.0], [0.667, 0.0])
    """
    records = _records(hours, ended, begun, None, None)
    seen, over, since = records.hours, records.ended, records.begun
    times = np.unique(seen[over])
    at_risk = np.array([((since < t) & (seen >= t)).sum() for t in times])
    gone = np.array([(over & (seen == t)).sum() for t in times])
    return times, np.cumprod(1 - gone / at_risk)


def _records(
    hours: ArrayLike, ended: ArrayLike, begun: ArrayLike | None, most: ArrayLike | None, batch: ArrayLike | None
) -> Records:
    seen, over = np.asarray(hours, float), np.asarray(ended, bool)
    since = np.zeros(len(seen)) if begun is None else np.asarray(begun, float)
    upto = seen if most is None else np.maximum(seen, np.asarray(most, float))
    groups = np.arange(len(seen)) if batch is None else np.asarray(batch, np.int64)
    if not len(seen) == len(over) == len(since) == len(upto) == len(groups):
        raise InputError(
            f"{len(seen)} hours, {len(over)} endings and {len(since)} beginnings", cure="give one of each a record"
        )
    bad = np.flatnonzero(~(np.isfinite(seen) & (seen > 0) & (since >= 0) & (since < seen)))
    if bad.size:
        raise InputError(
            f"record {bad[0] + 1}: {seen[bad[0]]:g} h seen, {since[bad[0]]:g} h of them before the data",
            cure="hours above 0, and above those before the data",
        )
    return Records(seen, over, since, upto, groups)


def _likely(name: str, z: Array, of: Records) -> Array:
    """The log likelihood of each record, shape (n)."""
    law = LAWS[name](np.clip(z, -30, 30))
    told = np.empty(len(of.hours))
    bounded = of.ended & (of.most > of.hours)
    known = of.ended & ~bounded
    told[known] = law.logpdf(of.hours[known])
    told[~of.ended] = law.logsf(of.hours[~of.ended])
    told[bounded] = np.log(np.maximum(law.sf(of.hours[bounded]) - law.sf(of.most[bounded]), 1e-300))
    late = of.begun > 0
    told[late] -= law.logsf(of.begun[late])
    return told


def _fitted(name: str, of: Records, batched: bool) -> Dwell:
    def loss(z: Array) -> float:
        total = _likely(name, z, of).sum()
        return -float(total) if np.isfinite(total) else 1e300

    start = np.zeros(1 if name == "exponential" else 2)
    start[0] = np.log(of.hours.sum() / of.ended.sum())
    best = minimize(loss, start, method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-7, "maxiter": 4000})
    law = LAWS[name](best.x)
    return Dwell(
        name, float(law.mean()), float(law.std()), float(law.ppf(0.9)), _error_of_mean(name, of, best.x, batched),
        len(of.hours), float((~of.ended).mean()), 2 * (float(best.fun) + len(start)),
    )  # fmt: skip


def _error_of_mean(name: str, of: Records, at: Array, batched: bool) -> float:
    """Standard error of the mean: by the observed information (delta method), between the scores of batches if batched."""
    size = 1e-4
    steps = size * np.eye(len(at))
    curve = np.array([
        [-sum(sa * sb * _likely(name, at + sa * a + sb * b, of).sum() for sa in (1, -1) for sb in (1, -1)) for b in steps]
        for a in steps
    ]) / (4 * size * size)  # fmt: skip
    slope = np.array([LAWS[name](at + a).mean() - LAWS[name](at - a).mean() for a in steps]) / (2 * size)
    spread = np.linalg.pinv(curve)
    if batched:
        scores = np.array([_likely(name, at + a, of) - _likely(name, at - a, of) for a in steps]).T / (2 * size)
        _, group = np.unique(of.batch, return_inverse=True)
        sums = np.zeros((group.max() + 1, len(at)))
        np.add.at(sums, group, scores)
        spread = spread @ (sums.T @ sums) @ spread * len(sums) / max(1, len(sums) - 1)
    return math.sqrt(max(0.0, float(slope @ spread @ slope)))
