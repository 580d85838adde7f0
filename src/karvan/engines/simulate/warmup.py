"""Warm-up: how much of a simulated time still shows that it began empty (the rule MSER-5).

Source: K. P. White, M. J. Cobb, S. C. Spratt, A comparison of five steady-state truncation heuristics for simulation, Winter
Simulation Conference 2000, 755-760.
"""

from collections.abc import Sequence

import numpy as np

from karvan.engines.simulate.model import Array
from karvan.errors import InputError

BATCH = 5
LEAST = 20


def mser5(series: Array) -> int:
    """Observations to leave out at the start: those without which the mean of the rest is surest, in batches of five.

    The cut d is the one with the least variance of the batch means kept over their number, sum((z - mean)^2) / (n - d)^2,
    sought in the first half. Raises InputError for fewer than 20 observations.

    >>> mser5(np.array([0.0] * 10 + [1.0, 2.0] * 20))
    10
    """
    if len(series) < LEAST:
        raise InputError(
            f"a warm-up cannot be found in {len(series)} observations", cure=f"simulate at least {LEAST} days"
        )
    count = len(series) // BATCH
    batches = np.asarray(series[: count * BATCH], np.float64).reshape(count, BATCH).mean(axis=1)
    batches = batches - batches.mean()  # so that the difference of sums below loses no digits
    kept = np.arange(count, 0, -1)
    sums = np.cumsum(batches[::-1])[::-1]
    squares = np.cumsum(batches[::-1] ** 2)[::-1]
    error = np.maximum(0.0, squares - sums**2 / kept) / kept**2
    return BATCH * int(np.argmin(error[: count // 2 + 1]))


def found_days(series: Sequence[Array]) -> tuple[int, bool]:
    """Days to leave out of daily series, one a run, averaged over the runs; and whether the rest is settled.

    A cut at the end of the half that is searched says that the series still goes somewhere. Averaging first: Welch 1983.
    """
    mean = np.mean(np.array(series), axis=0)
    cut = mser5(mean)
    return cut, cut < BATCH * (len(mean) // BATCH // 2)
