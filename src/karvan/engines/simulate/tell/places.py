"""Places: the waits at each by their cause, and the resources that work there."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from karvan.engines.simulate.model import Array, Ran, spans
from karvan.engines.simulate.plan import Plan
from karvan.engines.simulate.tell.measures import F, N, S, growth, holding, interval, known, mean_wait, metered
from karvan.kernels import queues as qu
from karvan.network.compile.vehicles import Row

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
             "growth_day": F, "blocked": F}  # fmt: skip
WAITS_BY_MONTH = {"place": S, "cause": S, "month": pl.Date(), "queue": F, "hours": F}
BY_MONTH = {"resource": S, "place": S, "kind": S, "month": pl.Date(), "busy": F, "queue": F, "blocked": F, "wait_h": F}


def waits(plan: Plan, ran: Sequence[Ran]) -> pl.DataFrame:
    """A row a place and cause at which somebody waited, the longest queue first."""
    return pl.DataFrame(_waits(plan, ran), schema=WAITS, orient="row")


def _waits(plan: Plan, ran: Sequence[Ran]) -> list[tuple[Any, ...]]:
    out = []
    years = sum(one.horizon - one.warm for one in ran) / 8760.0
    for (name, cause), meters in metered(plan).items():
        total = np.sum([one.meters[meters].sum(axis=0) for one in ran], axis=0)
        count = total[qu.COUNT]
        if not count:
            continue
        mean = total[qu.SUM] / count
        sd = np.sqrt(max(0.0, total[qu.SQUARES] / count - mean * mean))
        half = interval([mean_wait(meters, one) for one in ran])
        queue = float(np.mean([sum(map(one.queue, meters)) for one in ran]))
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
        busy, blocked = None, None
        if kind != "slot":
            places = room(row)
            busy = float(np.mean([one.queue(meter + 1) for one in ran])) / places
            blocked = float(np.mean([sum(map(one.queue, holding(plan, name))) for one in ran])) / places
            blocked = busy if row["kind"] == "yard" else blocked
        offered = plan.load.get(name)
        if offered is not None and kind != "slot":
            offered /= row["servers"] * (row["bulk"] or 1)
        queue = float(np.mean([one.queue(meter) for one in ran]))
        wait = float(np.mean([one.wait(meter) for one in ran]))
        place = row["node_id"] or row["link_id"]
        out.append((name, place, row["kind"], row["servers"], offered, busy, queue, wait, growth(meter, ran), blocked))
    return out


def room(row: Row) -> float:
    """How many a resource holds at once."""
    return float(row["space"] if row["kind"] == "yard" else row["servers"])


def waits_by_month(plan: Plan, ran: Sequence[Ran]) -> pl.DataFrame:
    """A row a place, cause and month: what ``waits`` tells of the year, by the month in which a wait ended."""
    months, mean, total = _months(plan, ran)
    rows: list[tuple[Any, ...]] = []
    for (name, cause), meters in metered(plan).items():
        ended, hours = total[meters, :, 1].sum(axis=0), total[meters, :, 2].sum(axis=0)
        if ended.any():
            queue = mean[meters].sum(axis=0)
            for at, month in enumerate(months):
                rows.append((name, cause, month, float(queue[at]), hours[at] / ended[at] if ended[at] else None))
    return pl.DataFrame(rows, schema=WAITS_BY_MONTH, orient="row")


def _months(plan: Plan, ran: Sequence[Ran]) -> tuple[list[dt.date], Array, Array]:
    """The months, the mean number at each meter in each of them (meters, months), and the sums over runs."""
    edges = spans(plan.model.months, ran[0].warm, ran[0].horizon)
    hours = 24.0 * np.diff(edges)
    months = [(plan.start + dt.timedelta(days=day)).replace(day=1) for day in edges[:-1]]
    total = np.sum([one.months for one in ran], axis=0)
    return months, total[:, :, 0] / len(ran) / np.maximum(hours, 1e-9), total


def by_month(plan: Plan, ran: Sequence[Ran]) -> pl.DataFrame:
    """A row a resource and month: what ``resources`` tells of the year; weighted by their hours, the months give the year."""
    months, mean, total = _months(plan, ran)
    rows: list[tuple[Any, ...]] = []
    for name, (kind, _, meter) in sorted(plan.queues.items()):
        row = plan.row("resources", name)
        busy = mean[meter + 1] / room(row) if kind != "slot" else None
        blocked = mean[holding(plan, name)].sum(axis=0) / room(row) if kind != "slot" else None
        blocked = busy if row["kind"] == "yard" else blocked
        ended, place = total[meter, :, 1], row["node_id"] or row["link_id"]
        for at, month in enumerate(months):
            wait = total[meter, at, 2] / ended[at] if ended[at] else None
            share, held = (None if each is None else float(each[at]) for each in (busy, blocked))
            rows.append((name, place, row["kind"], month, share, float(mean[meter, at]), held, wait))
    return pl.DataFrame(rows, schema=BY_MONTH, orient="row")
