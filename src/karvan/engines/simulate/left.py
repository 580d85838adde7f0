"""Left out: what the tables hold for the days of a run and the run does not follow."""

import datetime as dt
from collections.abc import Iterator

import polars as pl

from karvan.corridor import Corridor
from karvan.engines.simulate.plan.arrivals import hours_of
from karvan.profiles import key_of

READ = ("nodes", "links", "classes", "services", "calls", "resources", "closures", "procedures", "commodities")
"""Tables of which a run reads the rows of its first day, and no price."""
LEFT_OUT = {"table": pl.String(), "id": pl.String(), "says": pl.String()}


def left_out(corridor: Corridor, start: dt.date, days: float) -> pl.DataFrame:
    """One row a thing left out, in words."""
    end = start + dt.timedelta(days=days)
    rows = [*_consignments(corridor, start, days), *_cells(corridor, start, end), *_rows(corridor, start, end)]
    return pl.DataFrame(rows, schema=LEFT_OUT, orient="row")


def _consignments(corridor: Corridor, start: dt.date, days: float) -> Iterator[tuple[str, str, str]]:
    due = hours_of(corridor, start)
    for name, ready, at in due.select("consignment_id", "ready", "at_h").sort("at_h").iter_rows():
        if not 0 <= at <= 24.0 * days:
            yield "consignments", name, f"consignment {name} is ready on {ready}, outside the days simulated"


def _cells(corridor: Corridor, start: dt.date, end: dt.date) -> Iterator[tuple[str, str, str]]:
    """Cells that change within the days: the run keeps those of its first."""
    within = pl.col("table").is_in(READ) & (pl.col("since") > start) & (pl.col("since") < end)
    rows = corridor.profiles.filter(within).sort("since", "table", "id", "column")
    for table, name, column, since in rows.select("table", "id", "column", "since").iter_rows():
        yield table, name, f"{column} of {name} ({table}) changes on {since}; the run keeps that of {start}"


def _rows(corridor: Corridor, start: dt.date, end: dt.date) -> Iterator[tuple[str, str, str]]:
    """Rows that begin or end within the days: the run has those of its first."""
    for table in READ:
        frame = corridor.tables[table]
        for column in ("valid_from", "valid_to") if "valid_from" in frame.columns else ():
            found = frame.filter((pl.col(column) > start) & (pl.col(column) < end))
            verb, rest = ("begins", "does not use it") if column == "valid_from" else ("ends", "goes on with it")
            for name, day in found.select(key_of(table).alias("key"), column).sort(column, "key").iter_rows():
                yield table, name, f"{name} ({table}) {verb} on {day}; the run {rest}"
