"""Shipments: how long freight takes, and the balance of what came."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import polars as pl

from karvan.engines.simulate.model import Ran
from karvan.engines.simulate.plan.flows import Flow
from karvan.engines.simulate.tell.measures import F, N, S, interval, known, quantile
from karvan.kernels import entities as en

QUANTILES = (0.1, 0.5, 0.9, 0.95)
SHIPMENTS = {"origin": S, "destination": S, "commodity": S, "unit": S, "way": N, "delivered": F, "changed": F, "hours": F, "hours_ci95": F,
             "hours_p10": F, "hours_p50": F, "hours_p90": F, "hours_p95": F, "hours_p10_ci95": F, "hours_p50_ci95": F,
             "hours_p90_ci95": F, "hours_p95_ci95": F}  # fmt: skip


def shipments(flows: Sequence[Flow], ran: Sequence[Ran]) -> pl.DataFrame:
    """A row a way of a flow by which something was delivered."""
    return pl.DataFrame(_rows(flows, ran), schema=SHIPMENTS, orient="row")


def _rows(flows: Sequence[Flow], ran: Sequence[Ran]) -> list[tuple[Any, ...]]:
    out = []
    for flow, own, changed in _by_way(flows):
        both = [own, *changed]
        leads = [one.leads[both].sum(axis=0) for one in ran]
        spreads = [one.spread[both].sum(axis=0) for one in ran]
        count = sum(one[0] for one in leads)
        if not count:
            continue
        some = [at for at, one in enumerate(leads) if one[0]]
        mean = sum(float(one[1]) for one in leads) / count
        half = known(interval([float(leads[at][1] / leads[at][0]) for at in some]))
        width = ran[0].bin_h
        bands = [quantile(np.sum(spreads, axis=0), q, width) for q in QUANTILES]
        halves = [known(interval([quantile(spreads[at], q, width) for at in some])) for q in QUANTILES]
        other = sum(float(one.leads[changed, 0].sum()) for one in ran)
        ends = (flow.origin, flow.destination, flow.commodity, flow.unit, flow.ways[0].number)
        out.append((*ends, count / len(ran), other / len(ran), mean, half, *bands, *halves))
    return out


def _by_way(flows: Sequence[Flow]) -> Iterator[tuple[Flow, int, list[int]]]:
    """Each way of each flow that has one: its number among the flows of the model, and that of those who changed to it."""
    changed = {(flow.name, flow.ways[0].number): number for number, flow in enumerate(flows) if flow.changed}
    for number, flow in enumerate(flows):
        if flow.ways and not flow.changed:
            other = changed.get((flow.name, flow.ways[0].number))
            yield flow, number, [] if other is None else [other]


def balance(flows: Sequence[Flow], ran: Sequence[Ran]) -> list[dict[str, Any]]:
    """Entered = delivered + in the system + refused, by commodity and unit, summed over runs."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for number, flow in enumerate(flows):
        key = (flow.commodity, flow.unit)
        row = rows.setdefault(key, {"what": flow.commodity, "asked": 0.0, "carried": 0.0, "waiting": 0.0, "refused": 0.0,
                                    "unit": flow.unit, "reason": ""})  # fmt: skip
        total = np.sum([one.counts[number] for one in ran], axis=0).astype(float)
        if not flow.ways:
            lost = round(flow.pieces_year * ran[0].horizon / 8760.0) * float(len(ran))
            total = np.array([lost, 0.0, lost, 0.0])
        row["asked"] += total[en.ENTERED]
        row["carried"] += total[en.DELIVERED]
        row["waiting"] += total[en.INSIDE]
        row["refused"] += total[en.REFUSED]
        if total[en.REFUSED] and not row["reason"]:
            row["reason"] = flow.reason or "no place left where it came"
    return list(rows.values())
