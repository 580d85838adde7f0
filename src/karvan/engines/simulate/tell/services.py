"""Services: what the ships of each leg did."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from karvan.engines.simulate.model import Ran
from karvan.engines.simulate.plan import Plan
from karvan.engines.simulate.tell.measures import F, S, growth, interval, known, quantile
from karvan.kernels import entities as en

SERVICES = {"service": S, "from": S, "to": S, "departures_year": F, "load_factor": F, "loaded_year": F, "idle_h": F,
            "load": F, "growth_day": F, "wait_p90_h": F, "wait_p90_h_ci95": F}  # fmt: skip


def services(plan: Plan, ran: Sequence[Ran]) -> pl.DataFrame:
    """A row a service and leg."""
    return pl.DataFrame(_rows(plan, ran), schema=SERVICES, orient="row")


def _rows(plan: Plan, ran: Sequence[Ran]) -> list[tuple[Any, ...]]:
    out = []
    years = sum(one.horizon - one.warm for one in ran) / 8760.0
    sums = [np.sum([one.sailed[number] for one in ran], axis=0) for number in range(len(plan.lines))]
    for number, (service, tail, head, room, ships, meter) in enumerate(plan.lines):
        total = sums[number]
        left = max(1.0, total[en.SAILED])
        idle = sum(one[en.IDLE] for one, line in zip(sums, plan.lines, strict=True) if line[0] == service)
        most = total[en.SAILED] / years * room / max(1e-9, 1 - idle / (ships * years * 8760.0))
        asked = plan.load[f"{service}@{tail}-{head}"]
        out.append((service, tail, head, total[en.SAILED] / years, total[en.LOADED] / left / room,
                    total[en.PIECES] / years, total[en.IDLE] / left, asked / most if most else None,
                    growth(meter, ran), *_p90(number, ran)))  # fmt: skip
    return out


def _p90(number: int, ran: Sequence[Ran]) -> tuple[float | None, float | None]:
    """Hours within which nine pieces in ten got a ship on a leg, and the half-width over the runs in which any did."""
    waited = [one.sailed[number, en.WAITED :] for one in ran if one.sailed[number, en.PIECES]]
    if not waited:
        return None, None
    return quantile(np.sum(waited, axis=0), 0.9, 1.0), known(interval([quantile(one, 0.9, 1.0) for one in waited]))
