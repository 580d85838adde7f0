"""Dwell: the law of a stop's hours from records of which some have not ended when the data do.

A unit still waiting is a record too: its dwell is longer than what is seen of it (censored on the right), and one that
had begun before the data do is only seen because it lasted so long (truncated on the left). Leaving either out biases
the mean low just when a place is jammed (Klein and Moeschberger, Survival Analysis, 2003, chapter 3). Laws are fitted by
maximum likelihood, and the one with the least Akaike criterion is taken.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from scipy.optimize import minimize

from karvan.errors import InputError
from karvan.studies.fit.estimate import Array

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
    """A fitted law: its name, mean and P90 hours, the standard error of the mean, records, share censored, Akaike's AIC."""

    law: str
    hours: float
    hours_p90: float
    hours_se: float
    cases: int
    censored: float
    aic: float


def dwell(hours: ArrayLike, ended: ArrayLike, begun: ArrayLike | None = None, *, law: str = "") -> Dwell:
    """The law of dwell times, shape (n): ``hours`` seen, whether each has ``ended``, and the hours it had lasted when the
    data began (``begun``; none: seen from its start). ``law`` names one of LAWS; without it the best is taken.

    Raises InputError for fewer than ten ended records and for hours that cannot be.

    >>> import numpy as np
    >>> waits = np.random.default_rng(1).exponential(48.0, 2000)
    >>> seen = np.minimum(waits, 40.0)  # the data end: more than four in ten still wait
    >>> found = dwell(seen, waits <= 40.0, law="exponential")
    >>> bool(abs(found.hours - 48) < 5), bool(seen[waits <= 40.0].mean() < 18)
    (True, True)
    """
    if law and law not in LAWS:
        raise InputError(f"no law is called {law!r}", cure=f"one of {', '.join(LAWS)}")
    data = _records(hours, ended, begun)
    found = [_fitted(name, *data) for name in ((law,) if law else LAWS)]
    return min(found, key=lambda one: one.aic)


def survival(hours: ArrayLike, ended: ArrayLike, begun: ArrayLike | None = None) -> tuple[Array, Array]:
    """Times at which dwells ended, and the share that lasts longer, whatever the law (Kaplan and Meier 1958).

    >>> times, share = survival([1.0, 2.0, 3.0], [True, False, True])
    >>> times.tolist(), share.round(3).tolist()
    ([1.0, 3.0], [0.667, 0.0])
    """
    seen, over, since = _arrays(hours, ended, begun)
    times = np.unique(seen[over])
    at_risk = np.array([((since < t) & (seen >= t)).sum() for t in times])
    gone = np.array([(over & (seen == t)).sum() for t in times])
    return times, np.cumprod(1 - gone / at_risk)


def _arrays(hours: ArrayLike, ended: ArrayLike, begun: ArrayLike | None) -> tuple[Array, Array, Array]:
    seen, over = np.asarray(hours, float), np.asarray(ended, bool)
    since = np.zeros(len(seen)) if begun is None else np.asarray(begun, float)
    if not len(seen) == len(over) == len(since):
        raise InputError(
            f"{len(seen)} hours, {len(over)} endings and {len(since)} beginnings", cure="give one of each a record"
        )
    bad = np.flatnonzero(~(np.isfinite(seen) & (seen > 0) & (since >= 0) & (since < seen)))
    if bad.size:
        raise InputError(
            f"record {bad[0] + 1}: {seen[bad[0]]:g} h seen, {since[bad[0]]:g} h of them before the data",
            cure="hours above 0, and above those before the data",
        )
    return seen, over, since


def _records(hours: ArrayLike, ended: ArrayLike, begun: ArrayLike | None) -> tuple[Array, Array, Array]:
    seen, over, since = _arrays(hours, ended, begun)
    if over.sum() < LEAST:
        raise InputError(f"{over.sum()} stops have ended", cure=f"give at least {LEAST}, or pool places")
    return seen, over, since


def _fitted(name: str, seen: Array, over: Array, since: Array) -> Dwell:
    late = since > 0

    def loss(z: Array) -> float:
        law = LAWS[name](np.clip(z, -30, 30))
        total = law.logpdf(seen[over]).sum() + law.logsf(seen[~over]).sum() - law.logsf(since[late]).sum()
        return -float(total) if np.isfinite(total) else 1e300

    start = np.zeros(1 if name == "exponential" else 2)
    start[0] = np.log(seen.sum() / over.sum())
    best = minimize(loss, start, method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-9, "maxiter": 4000})
    law = LAWS[name](best.x)
    return Dwell(
        name, float(law.mean()), float(law.ppf(0.9)), _error_of_mean(name, loss, best.x), len(seen),
        float((~over).mean()), 2 * (float(best.fun) + len(start)),
    )  # fmt: skip


def _error_of_mean(name: str, loss: Callable[[Array], float], at: Array) -> float:
    """Standard error of the mean by the observed information (delta method)."""
    size = 1e-4
    steps = size * np.eye(len(at))
    hessian = np.array([
        [loss(at + a + b) - loss(at + a - b) - loss(at - a + b) + loss(at - a - b) for b in steps] for a in steps
    ]) / (4 * size * size)  # fmt: skip
    slope = np.array([LAWS[name](at + a).mean() - LAWS[name](at - a).mean() for a in steps]) / (2 * size)
    return math.sqrt(max(0.0, float(slope @ np.linalg.pinv(hessian) @ slope)))
