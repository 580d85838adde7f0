"""Tell: what the runs of a model were, as frames."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from karvan.engines.simulate.model import Array, Ran
from karvan.engines.simulate.plan import Plan
from karvan.engines.simulate.plan.flows import Flow
from karvan.engines.simulate.run import student
from karvan.kernels import entities as en
from karvan.kernels import machine as m
from karvan.kernels import queues as qu

QUANTILES = (0.1, 0.5, 0.9, 0.95)
F, N, S = pl.Float64(), pl.Int64(), pl.String()
SHIPMENTS = {"origin": S, "destination": S, "commodity": S, "unit": S, "delivered": F, "hours": F, "hours_ci95": F,
             "hours_p10": F, "hours_p50": F, "hours_p90": F, "hours_p95": F, "hours_p10_ci95": F, "hours_p50_ci95": F,
             "hours_p90_ci95": F, "hours_p95_ci95": F}  # fmt: skip
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
SERVICES = {"service": S, "from": S, "to": S, "departures_year": F, "load_factor": F, "loaded_year": F, "idle_h": F,
            "load": F, "growth_day": F}  # fmt: skip
RUNS = {"run": N, "what": S, "place": S, "cause": S, "value": F}
TIMELINE = {"day": pl.Date(), "delivered": F, "waiting": F}
GROWS = 0.1
"""Share of what comes to a quay that stays behind, from which on its queue is said to grow."""
UNSTABLE = {"place": S, "load": F, "growth_day": F, "says": S}


def tables(plan: Plan, flows: Sequence[Flow], ran: Sequence[Ran]) -> dict[str, pl.DataFrame]:
    """The frames ``shipments``, ``waits``, ``resources``, ``services``, ``timeline`` and ``unstable``, of all runs."""
    services = pl.DataFrame(_services(plan, ran), schema=SERVICES, orient="row")
    resources = pl.DataFrame(_resources(plan, ran), schema=RESOURCES, orient="row")
    return {
        "shipments": pl.DataFrame(_shipments(flows, ran), schema=SHIPMENTS, orient="row"),
        "waits": pl.DataFrame(_waits(plan, ran), schema=WAITS, orient="row"),
        "resources": resources,
        "services": services,
        "timeline": _timeline(plan, ran),
        "runs": pl.DataFrame(_runs(plan, ran), schema=RUNS, orient="row"),
        "unstable": _unstable(resources.filter(~pl.col("resource").is_in(_refusing(plan))), services),
    }


def interval(values: Sequence[float]) -> float:
    """Half-width of the 95 % interval of the mean of independent values; null with fewer than two."""
    array = np.array(values)
    return float(student(len(array)) * array.std(ddof=1) / np.sqrt(len(array))) if len(array) > 1 else float("nan")


def _known(half: float) -> float | None:
    return None if np.isnan(half) else half


def _shipments(flows: Sequence[Flow], ran: Sequence[Ran]) -> list[tuple[Any, ...]]:
    out = []
    for number, flow in enumerate(flows):
        count = sum(one.leads[number, 0] for one in ran)
        if not count:
            continue
        some = [one for one in ran if one.leads[number, 0]]
        spread = np.sum([one.spread[number] for one in ran], axis=0)
        mean = sum(float(one.leads[number, 1]) for one in ran) / count
        half = _known(interval([float(one.leads[number, 1] / one.leads[number, 0]) for one in some]))
        bands = [quantile(spread, q, ran[0].bin_h) for q in QUANTILES]
        halves = [_known(interval([quantile(one.spread[number], q, one.bin_h) for one in some])) for q in QUANTILES]
        ends = (flow.origin, flow.destination, flow.commodity, flow.unit)
        out.append((*ends, count / len(ran), mean, half, *bands, *halves))
    return out


def quantile(bins: Array, q: float, width: float) -> float:
    """A quantile of a histogram, straight between the edges of its bin."""
    total = np.cumsum(bins)
    at = int(np.searchsorted(total, q * total[-1]))
    before = total[at - 1] if at else 0
    return float((at + (q * total[-1] - before) / (bins[at] or 1)) * width)


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
        out.append((name, cause, count / years, mean, _known(half), sd,
                    total[qu.POSITIVE] / count, queue))  # fmt: skip
    return sorted(out, key=lambda row: (-row[7], row[0]))


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
        out.append((name, place, row["kind"], row["servers"], offered, busy, queue, wait, _growth(meter, ran)))
    return out


def _growth(meter: int, ran: Sequence[Ran]) -> float:
    """How many more wait at the end of a day than the day before, by least squares over the days counted."""
    queue = np.mean([np.cumsum(one.daily[meter, 0].astype(float) - one.daily[meter, 1]) for one in ran], axis=0)
    queue = queue[int(ran[0].warm / 24) : max(1, int(ran[0].horizon / 24))]
    if len(queue) < 2:
        return 0.0
    days = np.arange(len(queue)) - (len(queue) - 1) / 2
    return float((days * queue).sum() / (days * days).sum())


def _services(plan: Plan, ran: Sequence[Ran]) -> list[tuple[Any, ...]]:
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
                    _growth(meter, ran)))  # fmt: skip
    return out


def _runs(plan: Plan, ran: Sequence[Ran]) -> list[tuple[Any, ...]]:
    """Each run by itself: what was delivered, mean hours, timed completions, and the mean wait at each place."""
    out: list[tuple[Any, ...]] = []
    for number, one in enumerate(ran, start=1):
        count, hours = one.leads[:, 0].sum(), one.leads[:, 1].sum()
        out.append((number, "delivered", "", "", float(one.counts[:, m.DELIVERED].sum())))
        out.append((number, "hours", "", "", float(hours / max(1.0, count))))
        out.append((number, "events", "", "", float(one.events)))
        for meter in range(0, len(plan.model.meters), 2):
            out.append((number, "wait_h", *plan.model.meters[meter], one.wait(meter)))
    return out


def _timeline(plan: Plan, ran: Sequence[Ran]) -> pl.DataFrame:
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


def _refusing(plan: Plan) -> list[str]:
    """Resources that turn away whom they cannot take: their queue cannot grow."""
    return [name for name in plan.queues if plan.row("resources", name)["when_full"] == "refuse"]


def _unstable(resources: pl.DataFrame, services: pl.DataFrame) -> pl.DataFrame:
    """Where more is asked for than can be done: the load, and what it adds to the queue every day."""
    at = pl.format("{} at {}", "resource", "place")
    ships = pl.format("{} at {}", "service", "from")
    rows = []
    for place, frame in ((at, resources), (ships, services)):
        grows = pl.col("growth_day") > GROWS * (pl.col("loaded_year") / 365 + pl.col("growth_day"))
        over = (pl.col("load") >= 1.0) | grows if "loaded_year" in frame.columns else pl.col("load") >= 1.0
        for name, load, growth in frame.filter(over).select(place.alias("place"), "load", "growth_day").iter_rows():
            rows.append((name, load, growth, _says(name, load, growth)))
    return pl.DataFrame(rows, schema=UNSTABLE, orient="row")


def _says(name: str, load: float, growth: float) -> str:
    grows = f"{growth:.1f} more wait with every day"
    if load < 1:
        return f"{name}: {grows}, although {load:.2f} of what could be done is asked for: it waits for loads elsewhere"
    return f"{name} is asked for {load:.2f} times what it can do" + (f": {grows}" if growth > 0 else "")


def balance(flows: Sequence[Flow], ran: Sequence[Ran]) -> list[dict[str, Any]]:
    """Entered = delivered + in the system + refused, by commodity and unit, summed over runs."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for number, flow in enumerate(flows):
        key = (flow.commodity, flow.unit)
        row = rows.setdefault(key, {"what": flow.commodity, "asked": 0.0, "carried": 0.0, "waiting": 0.0, "refused": 0.0,
                                    "unit": flow.unit, "reason": ""})  # fmt: skip
        total = np.sum([one.counts[number] for one in ran], axis=0).astype(float)
        if not flow.labels:
            lost = round(flow.pieces_year * ran[0].horizon / 8760.0) * float(len(ran))
            total = np.array([lost, 0.0, lost, 0.0])
        row["asked"] += total[m.ENTERED]
        row["carried"] += total[m.DELIVERED]
        row["waiting"] += total[m.INSIDE]
        row["refused"] += total[m.REFUSED]
        if total[m.REFUSED] and not row["reason"]:
            row["reason"] = flow.reason or "no place left where it came"
    return list(rows.values())
