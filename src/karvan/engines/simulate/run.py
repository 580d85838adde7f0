"""Run: replications of a model in parallel threads, in the order of their numbers whatever the threads."""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from karvan.engines.simulate.model import Model, Ran
from karvan.errors import Cancelled

FIRST = 5
MOST_RUNS = 1000


@dataclass
class Watch:
    """A ``progress`` that remembers having been cancelled, so that nothing more is begun after it."""

    progress: Callable[[int, int], None] | None
    cancelled: bool = False

    def __call__(self, done: int, asked: int) -> None:
        try:
            if self.progress:
                self.progress(done, asked)
        except Cancelled:
            self.cancelled = True
            raise


def replicate(
    model: Model,
    horizon: float,
    *,
    runs: int,
    seed: int,
    warm: float,
    threads: int = 1,
    precision: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Ran]:
    """Runs 1 to ``runs``; with ``precision`` as many more as bring the half-width of the mean lead time under that share.

    ``progress`` is told how many runs are done and asked for; what it raises as ``Cancelled`` keeps the runs done.
    """
    done: list[Ran] = []
    model.run(0.0, seed=seed)  # compiles, or loads, the kernel once, before there are threads
    asked = max(runs, FIRST) if precision else runs
    try:
        with ThreadPoolExecutor(max(1, threads)) as pool:
            while len(done) < asked:
                batch = range(len(done) + 1, asked + 1)
                for one in pool.map(lambda run: model.run(horizon, seed=seed, run=run, warm=warm), batch):
                    done.append(one)
                    if progress:
                        progress(len(done), asked)
                if precision and half_width(done) > precision and asked < MOST_RUNS:
                    asked = min(MOST_RUNS, 2 * asked)
    except Cancelled:
        if not done:
            raise
    return done


def half_width(done: list[Ran]) -> float:
    """Half-width of the 95 % interval of the mean lead time over all flows, as a share of the mean."""
    means = np.array([one.leads[:, 1].sum() / max(1.0, one.leads[:, 0].sum()) for one in done])
    mean = float(means.mean())
    return student(len(means)) * float(means.std(ddof=1)) / math.sqrt(len(means)) / mean if mean else 0.0


def student(n: int) -> float:
    """The 0.975 quantile of Student's t with n - 1 degrees of freedom, to 1 % from 3 degrees on (Cornish and Fisher).

    >>> round(student(11), 2), round(student(1000), 2)
    (2.23, 1.96)
    """
    z, v = 1.959964, n - 1
    if v < 3:
        return {0: math.nan, 1: 12.706, 2: 4.303}[v]
    return (
        z
        + (z**3 + z) / (4 * v)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
    )
