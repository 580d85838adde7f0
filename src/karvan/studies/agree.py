"""Agree: assign and simulate to one story, and where they differ."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from karvan.corridor import Corridor
from karvan.engines.assign.prepared import Balanced, Prepared, balance, prepare
from karvan.engines.assign.tell import tables
from karvan.engines.simulate import simulate
from karvan.errors import InputError
from karvan.network.compile import param
from karvan.network.demand import demand_of
from karvan.network.legs import Told, rows
from karvan.result import Result, Run
from karvan.version import VERSION

APART = 0.15
"""A difference that is told."""
LEAST = 0.01
"""Ways that less than this share of a flow takes are left out of the story."""
KEYS = ["origin", "destination", "commodity", "way"]


@dataclass(frozen=True)
class Agreed(Result):
    """What ``agree`` gives back.

    ``hours``: by way, from assign and from simulate (mean and half-width of its 95 % interval), ``apart`` the share by which
    assign's are longer, and whether they ``differ`` by more than 15 % and more than the interval. ``sum``: of all freight.
    """


def agree(
    corridor: Corridor,
    *,
    year: int | None = None,
    runs: int = 4,
    seed: int = 1,
    threads: int = 1,
    tags: Sequence[str] = (),
) -> Agreed:
    """One year told by assign and by simulate: the same freight, on the ways and in the shares that assign finds.

    Both begin empty. ``tags``: corridors on which simulate has queues (none given: all). Raises InputError where nothing may choose.

    >>> import karvan as kv
    >>> from karvan.studies.agree import agree
    >>> agree(kv.load("toy"), runs=2).hours.columns[-2:]
    ['apart', 'differ']
    """
    when = year or int(param(corridor, "as_of_year", corridor.price_year))
    ready = prepare(corridor, when)
    if not ready.classes:
        raise InputError(f"no freight of {when} may choose its way", cure="a year whose demand is not all captive")
    found = balance(ready)
    known = tags or corridor.links["corridor"].drop_nulls().unique().sort().to_list()
    sent = simulate(
        corridor.replace(demand=_open(corridor, ready, when)), start=f"{when}-01-01", days=365.0, runs=runs, seed=seed,
        threads=threads, tags=known, ways=_ways(ready, found),
    )  # fmt: skip
    frame = _hours(tables(corridor, ready, found)["ways"], sent.shipments)
    arguments = {"year": when, "runs": runs, "tags": tuple(known), "gap": found.solved.gap}
    run = Run(
        "agree", arguments, corridor.name, corridor.edition, corridor.digest, corridor.price_year, VERSION,
        corridor.scenarios, seed,
    )  # fmt: skip
    return Agreed(run, {"hours": frame, "sum": _sum(frame)}, sent.balance)


def _open(corridor: Corridor, ready: Prepared, year: int) -> pl.DataFrame:
    """The demand of the year that may choose, as rows of the table."""
    pairs = pl.DataFrame(
        [one.pair for one in ready.classes], schema=["origin", "destination", "commodity_id"], orient="row"
    )
    share = 1.0 - pl.col("captive").fill_null(0.0)
    frame = demand_of(corridor, year).join(pairs, on=pairs.columns, how="semi")
    parts = frame.with_columns(pl.col("kt") * share, pl.col("teu") * share, pl.lit(0.0).alias("captive"))
    return parts.select(corridor.demand.columns).cast(corridor.demand.schema)


def _ways(ready: Prepared, found: Balanced) -> pl.DataFrame:
    """The ways that freight takes and their shares, as the table ``ways``."""
    out = []
    for k, one in enumerate(ready.classes):
        flow = found.solved.flow[ready.first[k] : ready.first[k + 1]]
        taken = [at for at in range(flow.size) if flow[at] >= LEAST * flow.sum()]
        whole = float(flow[taken].sum())
        out += rows(one.pair, [Told(at + 1, float(flow[at]) / whole, one.legs[at]) for at in taken])
    return pl.DataFrame(out, infer_schema_length=None)


def _hours(assigned: pl.DataFrame, sent: pl.DataFrame) -> pl.DataFrame:
    told = sent.select(
        *KEYS, "delivered", pl.col("hours").alias("simulate_h"), pl.col("hours_ci95").alias("simulate_ci95")
    )
    both = assigned.select(*KEYS, "corridor", "share", "kt", pl.col("hours").alias("assign_h")).join(told, on=KEYS)
    apart = pl.col("assign_h") / pl.col("simulate_h") - 1.0
    beyond = (pl.col("assign_h") - pl.col("simulate_h")).abs() > pl.col("simulate_ci95").fill_null(0.0)
    both = both.with_columns(apart.alias("apart"))
    return both.with_columns(((pl.col("apart").abs() > APART) & beyond).alias("differ")).sort(
        pl.col("apart").abs(), *KEYS, descending=[True, *(False for _ in KEYS)]
    )


def _sum(frame: pl.DataFrame) -> pl.DataFrame:
    """Ways and tonnes compared, those that differ, and mean hours by tonnes."""
    kt = pl.col("kt")
    return frame.select(
        pl.len().alias("ways"), pl.col("differ").sum().cast(pl.Int64).alias("differ"), kt.sum(),
        (kt * pl.col("differ")).sum().alias("kt_differ"),
        *((pl.col(name) * kt).sum() / kt.sum() for name in ("assign_h", "simulate_h")),
    )  # fmt: skip
