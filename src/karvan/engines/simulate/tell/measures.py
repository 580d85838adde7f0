"""Measures: intervals over runs, quantiles of histograms, growth of queues; the types of cells."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from karvan.engines.simulate.model import Array, Ran
from karvan.engines.simulate.plan import Plan
from karvan.engines.simulate.run import student
from karvan.kernels import queues as qu

F, N, S = pl.Float64(), pl.Int64(), pl.String()


def interval(values: Sequence[float]) -> float:
    """Half-width of the 95 % interval of the mean of independent values; null with fewer than two."""
    array = np.array(values)
    return float(student(len(array)) * array.std(ddof=1) / np.sqrt(len(array))) if len(array) > 1 else float("nan")


def known(half: float) -> float | None:
    """A half-width, or null where there is none."""
    return None if np.isnan(half) else half


def quantile(bins: Array, q: float, width: float) -> float:
    """A quantile of a histogram, straight between the edges of its bin."""
    total = np.cumsum(bins)
    at = int(np.searchsorted(total, q * total[-1]))
    before = total[at - 1] if at else 0
    return float((at + (q * total[-1] - before) / (bins[at] or 1)) * width)


def metered(plan: Plan) -> dict[tuple[str, str], list[int]]:
    """The meters of waits by place and cause, in the order of the model."""
    out: dict[tuple[str, str], list[int]] = {}
    for meter in range(0, len(plan.model.meters), 2):
        out.setdefault(plan.model.meters[meter], []).append(meter)
    return out


def holding(plan: Plan, resource: str) -> list[int]:
    """The meters of those who hold a resource while they wait for something else."""
    return [meter for (_, _, held), meter in plan.meters.items() if held == resource]


def mean_wait(meters: Sequence[int], one: Ran) -> float:
    """Mean of the waits ended at some meters of a run, hours."""
    total = one.meters[list(meters)].sum(axis=0)
    return float(total[qu.SUM] / max(1.0, total[qu.COUNT]))


def growth(meter: int, ran: Sequence[Ran]) -> float:
    """How many more wait at the end of a day than the day before, by least squares over the days counted."""
    queue = np.mean([np.cumsum(one.daily[meter, 0].astype(float) - one.daily[meter, 1]) for one in ran], axis=0)
    queue = queue[int(ran[0].warm / 24) : max(1, int(ran[0].horizon / 24))]
    if len(queue) < 2:
        return 0.0
    days = np.arange(len(queue)) - (len(queue) - 1) / 2
    return float((days * queue).sum() / (days * days).sum())
