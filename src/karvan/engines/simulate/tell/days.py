"""Days: what happened day by day, and each run by itself."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from karvan.engines.simulate.model import Array, Ran
from karvan.engines.simulate.plan import Plan
from karvan.engines.simulate.tell.measures import F, N, S, mean_wait, metered
from karvan.kernels import entities as en

RUNS = {"run": N, "what": S, "place": S, "cause": S, "value": F}
TIMELINE = {"day": pl.Date(), "delivered": F, "waiting": F}


def runs(plan: Plan, ran: Sequence[Ran]) -> pl.DataFrame:
    """Each run by itself: what came and was delivered, mean hours, timed completions, and the mean wait at each place."""
    return pl.DataFrame(_runs(plan, ran), schema=RUNS, orient="row")


def _runs(plan: Plan, ran: Sequence[Ran]) -> list[tuple[Any, ...]]:
    out: list[tuple[Any, ...]] = []
    for number, one in enumerate(ran, start=1):
        count, hours = one.leads[:, 0].sum(), one.leads[:, 1].sum()
        out.append((number, "came", "", "", float(one.counts[:, en.ENTERED].sum())))
        out.append((number, "delivered", "", "", float(one.counts[:, en.DELIVERED].sum())))
        out.append((number, "hours", "", "", float(hours / max(1.0, count))))
        out.append((number, "events", "", "", float(one.events)))
        for place, meters in metered(plan).items():
            out.append((number, "wait_h", *place, mean_wait(meters, one)))
    return out


def timeline(plan: Plan, ran: Sequence[Ran]) -> pl.DataFrame:
    """A row a day: pieces delivered, and how many wait at its end."""
    days = int(plan.days)
    delivered = np.mean([one.by_day.sum(axis=0)[:days] for one in ran], axis=0)
    waiting_by_day = np.mean([waiting(plan, one)[:days] for one in ran], axis=0)
    dates = [plan.start + dt.timedelta(days=day) for day in range(days)]
    return pl.DataFrame({"day": dates, "delivered": delivered, "waiting": waiting_by_day}, schema=TIMELINE)


def waiting(plan: Plan, one: Ran) -> Array:
    """How many wait at the end of each day of a run, at all places together."""
    entries = np.array(range(0, len(plan.model.meters), 2))
    daily: Array = one.daily[entries, 0].astype(float) - one.daily[entries, 1]
    return np.asarray(np.cumsum(daily.sum(axis=0))[: int(plan.days)])
