"""Places: the waits at each by their cause, and the resources that work there."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from karvan.engines.simulate.model import Ran
from karvan.engines.simulate.plan import Plan
from karvan.engines.simulate.tell.measures import F, N, S, growth, interval, known
from karvan.kernels import queues as qu

WAITS = {
    "place": S,
    "cause": S,
    "waits_year": F,
    "hours": F,
    "hours_ci95": F,
    "sd_h": F,
    "share_waiting": F,
    "queue": F,
}
RESOURCES = {"resource": S, "place": S, "kind": S, "servers": N, "load": F, "busy": F, "queue": F, "wait_h": F,
             "growth_day": F}  # fmt: skip


def waits(plan: Plan, ran: Sequence[Ran]) -> pl.DataFrame:
    """A row a place and cause at which somebody waited, the longest queue first."""
    return pl.DataFrame(_waits(plan, ran), schema=WAITS, orient="row")


def _waits(plan: Plan, ran: Sequence[Ran]) -> list[tuple[Any, ...]]:
    out = []
    years = sum(one.horizon - one.warm for one in ran) / 8760.0
    for meter in range(0, len(plan.model.meters), 2):
        name, cause = plan.model.meters[meter]
        total = np.sum([one.meters[meter] for one in ran], axis=0)
        count = total[qu.COUNT]
        if not count:
            continue
        mean = total[qu.SUM] / count
        sd = np.sqrt(max(0.0, total[qu.SQUARES] / count - mean * mean))
        half = interval([one.wait(meter) for one in ran])
        queue = float(np.mean([one.queue(meter) for one in ran]))
        out.append((name, cause, count / years, mean, known(half), sd,
                    total[qu.POSITIVE] / count, queue))  # fmt: skip
    return sorted(out, key=lambda row: (-row[7], row[0]))


def resources(plan: Plan, ran: Sequence[Ran]) -> pl.DataFrame:
    """A row a resource that freight or ships use."""
    return pl.DataFrame(_resources(plan, ran), schema=RESOURCES, orient="row")


def _resources(plan: Plan, ran: Sequence[Ran]) -> list[tuple[Any, ...]]:
    out = []
    for name, (kind, _, meter) in sorted(plan.queues.items()):
        row = plan.row("resources", name)
        busy = None
        if kind != "slot":
            places = row["space"] if row["kind"] == "yard" else row["servers"]
            busy = float(np.mean([one.queue(meter + 1) for one in ran])) / places
        offered = plan.load.get(name)
        if offered is not None and kind != "slot":
            offered /= row["servers"] * (row["bulk"] or 1)
        queue = float(np.mean([one.queue(meter) for one in ran]))
        wait = float(np.mean([one.wait(meter) for one in ran]))
        place = row["node_id"] or row["link_id"]
        out.append((name, place, row["kind"], row["servers"], offered, busy, queue, wait, growth(meter, ran)))
    return out
