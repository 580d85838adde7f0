"""Left out: what the tables hold for the days of a run and the run does not follow."""

import datetime as dt
from collections.abc import Iterator

import polars as pl

from karvan.corridor import Corridor
from karvan.engines.simulate.plan.arrivals import hours_of

LEFT_OUT = {"table": pl.String(), "id": pl.String(), "says": pl.String()}


def left_out(corridor: Corridor, start: dt.date, days: float) -> pl.DataFrame:
    """One row a thing left out, in words."""
    return pl.DataFrame(list(_consignments(corridor, start, days)), schema=LEFT_OUT, orient="row")


def _consignments(corridor: Corridor, start: dt.date, days: float) -> Iterator[tuple[str, str, str]]:
    due = hours_of(corridor, start)
    for name, ready, at in due.select("consignment_id", "ready", "at_h").sort("at_h").iter_rows():
        if not 0 <= at <= 24.0 * days:
            yield "consignments", name, f"consignment {name} is ready on {ready}, outside the days simulated"
