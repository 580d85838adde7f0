"""Arrivals: the sources of a flow: at random, evenly or by a timetable, through the year's seasons, or on given days.

A seasonal stream at random is a Poisson process whose rate is that of the day (drawn by thinning: Lewis and Shedler 1979);
one that is even or has a timetable runs in operational time, the freight expected so far.
"""

import datetime as dt
import math
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from karvan.corridor import Corridor
from karvan.engines.simulate.model import Array
from karvan.engines.simulate.plan import Plan, steps
from karvan.engines.simulate.plan.flows import Flow, flow_of, tagged
from karvan.engines.simulate.plan.shares import Table
from karvan.network.compile import compile
from karvan.network.compile.goods import piece
from karvan.network.legs import told as told_ways

HOURS_YEAR, WEEK_H = 8760.0, 168.0


def add_source(plan: Plan, flow: Flow, number: int, program: int) -> None:
    """Puts the source of a flow into the model; its trains run ``program``."""
    model, name = plan.model, f"source {flow.name}"
    seasonal = plan.today.seasonality.filter(pl.col("commodity_id") == flow.commodity).height > 0
    if flow.lots or flow.arrivals == "timetable" or (flow.arrivals == "even" and seasonal):
        lots = flow.lots or _lots(plan, flow)
        first = len(model.values)
        model.values += [cell for lot in lots for cell in lot]
        source = model.program(name, steps.listed(number, first, len(lots), program))
    else:
        rates = by_day(plan, flow) if seasonal and flow.arrivals != "even" else np.full(1, flow.pieces_year / 365)
        season = _season(plan, rates) if seasonal else -1
        gap = 24.0 * flow.batch / float(rates.max())
        between = model.law("fixed" if flow.arrivals == "even" else "exponential", gap)
        source = model.program(name, steps.arrive(number, between, program, units=flow.batch, season=season))
    model.entity(source, name)


def by_day(plan: Plan, flow: Flow) -> Array:
    """Pieces expected on each day of the run: those of the year, by the shares of the months where the tables have them."""
    days = [plan.start + dt.timedelta(days=day) for day in range(math.ceil(plan.days) + 1)]
    rows = plan.today.seasonality.filter(pl.col("commodity_id") == flow.commodity)
    shares = dict(rows.select("month", "share").iter_rows())
    if not shares:
        return np.full(len(days), flow.pieces_year / 365)
    year = flow.pieces_year / sum(shares.values())  # shares are rounded
    return np.array([year * shares[day.month] / monthrange(day.year, day.month)[1] for day in days])


def _season(plan: Plan, rates: Array) -> int:
    """The row of the model's rates with these by day, as shares of the greatest; an equal row is shared."""
    row = (24.0, *(rates / rates.max()).tolist())
    if row not in plan.model.rates:
        plan.model.rates.append(row)
    return plan.model.rates.index(row)


def _lots(plan: Plan, flow: Flow) -> list[tuple[float, int]]:
    """Hours and pieces of an even stream or of a timetable: whole pieces of what is expected up to then."""
    rates = by_day(plan, flow)
    sums = np.concatenate([[0.0], np.cumsum(rates)])
    at = 24.0 * np.arange(len(sums))
    if flow.arrivals == "even":
        whole = flow.batch * np.arange(1, int(sums[-1] / flow.batch) + 1)
        return [(float(t), flow.batch) for t in np.interp(whole, sums, at)]
    period = WEEK_H / flow.departures_week
    first = (flow.offset_h - 24.0 * plan.start.weekday()) % period
    times = np.arange(first, 24.0 * plan.days, period)
    before = (first - period) * rates[0] / 24.0  # what came since the departure before the first waits for it
    ready = np.floor(np.concatenate([[before], np.interp(times, at, sums)]) + 1e-9).astype(int)
    pairs = zip(times.tolist(), np.diff(ready).tolist(), strict=True)
    return [(t, one) for t, pieces in pairs for one in trains(pieces, flow.train)]


def trains(pieces: int, train: int) -> list[int]:
    """So many pieces as full trains and the rest."""
    return [train] * (pieces // train) + ([pieces % train] if pieces % train else [])


def consignments(corridor: Corridor, start: dt.date, days: float, tags: Sequence[str]) -> Iterator[Flow]:
    """The dated consignments within the days, as flows: one for each pair, commodity, form and priority."""
    due = hours_of(corridor, start)
    rows = due.filter((pl.col("at_h") >= 0) & (pl.col("at_h") <= 24.0 * days)).sort("at_h", "consignment_id")
    by = tagged(corridor, tags), told_ways(corridor)
    keys = ["origin", "destination", "commodity_id", "form", "priority"]
    for key, group in rows.group_by(keys, maintain_order=True):
        told: dict[str, Any] = dict(zip(keys, key, strict=True))
        yield _together(corridor, told, group, start, days, by)


def hours_of(corridor: Corridor, start: dt.date) -> pl.DataFrame:
    """The consignments with ``at_h``, the hour after the start at which each is ready."""
    since = (pl.col("ready") - pl.lit(start)).dt.total_hours().cast(pl.Float64)
    return corridor.consignments.with_columns((since + pl.col("ready_h").fill_null(0.0)).alias("at_h"))


def _together(
    corridor: Corridor,
    told: dict[str, Any],
    rows: pl.DataFrame,
    start: dt.date,
    days: float,
    by: tuple[set[str], Table],
) -> Flow:
    """Consignments between the same ends as one flow, each in trains of its own."""
    tonnes = piece(compile(corridor, told["commodity_id"], start).goods, told["form"])[1]
    sizes = [row["pieces"] or max(1, math.ceil(row["kt"] * 1000 / tonnes - 1e-9)) for row in rows.iter_rows(named=True)]
    year = sum(sizes) * HOURS_YEAR / (24.0 * days)
    blank = dict.fromkeys(("seen_kt", "seen_teu", "teu", "batch", "arrivals", "departures_week", "offset_h"))
    flow = flow_of(corridor, {**blank, **told}, year * tonnes / 1000, start, by)
    hours = zip(rows["at_h"].to_list(), sizes, strict=True)
    lots = tuple((float(at), one) for at, size in hours for one in trains(size, flow.train))
    batch = max(1, round(sum(sizes) / len(lots)))
    of = f"consignments {told['form'] or ''}|{told['priority'] or 0}|"
    return replace(flow, pieces_year=year, lots=lots, batch=batch, of=of)
