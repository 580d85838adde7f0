"""Shipments: how long freight takes, and the balance of what came."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from karvan.engines.simulate.model import Ran
from karvan.engines.simulate.plan.flows import Flow
from karvan.engines.simulate.tell.measures import F, N, S, interval, known, quantile
from karvan.kernels import entities as en

QUANTILES = (0.1, 0.5, 0.9, 0.95)
SHIPMENTS = {"origin": S, "destination": S, "commodity": S, "unit": S, "way": N, "delivered": F, "hours": F, "hours_ci95": F,
             "hours_p10": F, "hours_p50": F, "hours_p90": F, "hours_p95": F, "hours_p10_ci95": F, "hours_p50_ci95": F,
             "hours_p90_ci95": F, "hours_p95_ci95": F}  # fmt: skip


def shipments(flows: Sequence[Flow], ran: Sequence[Ran]) -> pl.DataFrame:
    """A row a way of a flow by which something was delivered."""
    return pl.DataFrame(_rows(flows, ran), schema=SHIPMENTS, orient="row")


def _rows(flows: Sequence[Flow], ran: Sequence[Ran]) -> list[tuple[Any, ...]]:
    out = []
    for number, flow in enumerate(flows):
        count = sum(one.leads[number, 0] for one in ran)
        if not count:
            continue
        some = [one for one in ran if one.leads[number, 0]]
        spread = np.sum([one.spread[number] for one in ran], axis=0)
        mean = sum(float(one.leads[number, 1]) for one in ran) / count
        half = known(interval([float(one.leads[number, 1] / one.leads[number, 0]) for one in some]))
        bands = [quantile(spread, q, ran[0].bin_h) for q in QUANTILES]
        halves = [known(interval([quantile(one.spread[number], q, one.bin_h) for one in some])) for q in QUANTILES]
        ends = (flow.origin, flow.destination, flow.commodity, flow.unit, flow.ways[0].number)
        out.append((*ends, count / len(ran), mean, half, *bands, *halves))
    return out


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
