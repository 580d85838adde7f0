"""Bottlenecks: what one more berth, server, slot or vessel would bring, by paired runs on common random numbers.

Every stream of random numbers is keyed by the name of what draws, so that the same run with and without the addition meets
the same trains, storms and papers, and the difference is the addition's doing. Source: Law, Simulation Modeling and
Analysis (2015), 10.2 (paired-t interval) and 11.2 (common random numbers).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from karvan.corridor import Corridor
from karvan.engines.simulate.model import Array, Ran
from karvan.engines.simulate.plan.flows import Flow
from karvan.engines.simulate.tell.measures import F, S, interval, quantile

BOTTLENECKS = {"table": S, "id": S, "place": S, "what": S, "queue": F, "kt_year": F, "kt_year_ci95": F, "hours": F,
               "hours_ci95": F, "hours_p90": F, "hours_p90_ci95": F, "says": S}  # fmt: skip
HOURS_YEAR = 8760.0


@dataclass(frozen=True)
class Candidate:
    """A row of ``table`` of which one more is tried, with the mean number of pieces (at a berth: ships) that wait for it.

    ``use``: the share of its time, or of its ships' room, that is used.
    """

    table: str
    id: str
    place: str
    what: str
    column: str
    queue: float
    use: float = 0.0

    @property
    def pressure(self) -> float:
        """How many wait, or how many an exponential queue of this use would hold, if that is more: who is busy nearly all
        the time and serves evenly has a short queue, and is short of room all the same."""
        use = min(self.use, 0.999)
        return max(self.queue, use / (1.0 - use))


def screened(today: Corridor, tables: dict[str, pl.DataFrame], most: int) -> list[Candidate]:
    """The ``most`` resources and services under the greatest pressure, of waits or of use; none for which nothing waits."""
    names = dict(today.nodes.select("node_id", "name").iter_rows())
    out = []
    for row in tables["resources"].iter_rows(named=True):
        if row["kind"] in ("yard", "storage") or not row["queue"]:
            continue
        column = "per_day" if row["busy"] is None else "servers"
        what = "slot a day" if column == "per_day" else row["kind"].replace("_", " ")
        place = row["place"] or ""
        out.append(
            Candidate(
                "resources", row["resource"], names.get(place, place), what, column, row["queue"], row["busy"] or 0.0
            )
        )
    waits = tables["waits"].filter(pl.col("cause") == "vessel")
    lines = waits.with_columns(pl.col("place").str.split("@").list.first()).group_by("place").agg(pl.col("queue").sum())
    loads = dict(tables["services"].group_by("service").agg(pl.col("load").max()).iter_rows())
    for service, queue in lines.iter_rows():
        line = today.services.row(by_predicate=pl.col("service_id") == service, named=True)
        if queue > 0 and line["vehicles"]:
            out.append(
                Candidate("services", service, line["name"], "vessel", "vehicles", queue, loads.get(service) or 0.0)
            )
    return sorted(out, key=lambda one: (-one.pressure, one.id))[:most]


def enlarged(today: Corridor, one: Candidate) -> Corridor:
    """The corridor with one more of it."""
    key = "resource_id" if one.table == "resources" else "service_id"
    more = pl.when(pl.col(key) == one.id).then(pl.col(one.column) + 1).otherwise(pl.col(one.column)).alias(one.column)
    return today.replace(**{one.table: today.tables[one.table].with_columns(more)})


def tried(
    today: Corridor,
    candidates: Sequence[Candidate],
    flows: Sequence[Flow],
    ran: Sequence[Ran],
    again: Callable[[Corridor], Sequence[Ran]],
) -> pl.DataFrame:
    """One row a candidate: what one more of it changes, the largest gain in P90 first.

    ``again`` gives the runs of a changed corridor, in the order of ``ran``; when it gives fewer (the user had enough), what
    was tried before is kept.
    """
    return pl.DataFrame(list(_rows(today, candidates, flows, ran, again)), schema=BOTTLENECKS, orient="row").sort(
        "hours_p90", "id"
    )


def _rows(
    today: Corridor,
    candidates: Sequence[Candidate],
    flows: Sequence[Flow],
    ran: Sequence[Ran],
    again: Callable[[Corridor], Sequence[Ran]],
) -> Iterator[tuple[object, ...]]:
    before = np.array([outcome(flows, one) for one in ran])
    for one in candidates:
        other = again(enlarged(today, one))
        if len(other) < len(ran):
            return
        change = np.array([outcome(flows, run) for run in other]) - before
        cells = [number for column in change.T for number in (float(column.mean()), interval(column))]
        yield (one.table, one.id, one.place, one.what, one.queue, *cells, says(one, cells))


def outcome(flows: Sequence[Flow], run: Ran) -> tuple[float, float, float]:
    """Of one run: kilotonnes delivered a year, mean hours and P90 hours of a tonne delivered."""
    tonnes = np.array([flow.tonnes for flow in flows])
    carried = float(tonnes @ run.leads[:, 0])
    if not carried:
        return 0.0, 0.0, 0.0
    spread: Array = tonnes @ run.spread
    years = (run.horizon - run.warm) / HOURS_YEAR
    return carried / 1000 / years, float(tonnes @ run.leads[:, 1]) / carried, quantile(spread, 0.9, run.bin_h)


def says(one: Candidate, cells: Sequence[float]) -> str:
    """The changes whose 95 % interval does not hold zero, in words."""
    kt, kt_half, hours, hours_half, p90, p90_half = cells
    parts = [
        _change(p90 / 24, p90_half / 24, "d", "on P90"),
        _change(hours / 24, hours_half / 24, "d", "on the mean"),
        _change(kt, kt_half, "kt", "a year"),
    ]
    where = f"at {one.place} ({one.id})" if one.table == "resources" else f"on {one.place}"
    return f"one more {one.what} {where}: {', '.join(filter(None, parts)) or 'no clear change'}"


def _change(mean: float, half: float, unit: str, of: str) -> str:
    digits = 1 if abs(mean) >= 1 else 2
    if abs(mean) <= half or abs(mean) < 0.005:
        return ""
    low, high = (f"{side:+.{digits}f}" for side in (mean - half, mean + half))
    return f"{mean:+.{digits}f} {unit} ({low} to {high}) {of}"
