"""Faults: rows of the tables that cannot be simulated, all found before anything runs."""

from collections.abc import Iterator

import polars as pl

from karvan.corridor import Corridor
from karvan.errors import Fault, FaultsError
from karvan.profiles import key_of

SUM_WITHIN = 0.005
"""How far the rounded shares of twelve months may be from one."""


def sound(corridor: Corridor) -> None:
    """Raises FaultsError with every row of the arrivals that cannot be simulated."""
    found = [fault for check in (_seasons, _timetables, _consignments) for fault in check(corridor)]
    if found:
        raise FaultsError(found)


def _seasons(corridor: Corridor) -> Iterator[Fault]:
    """A commodity with seasons has all twelve months, and they make one year."""
    rows = corridor.seasonality.with_row_index("__row", offset=1)
    for (name,), months in rows.group_by("commodity_id", maintain_order=True):
        row, total = int(months["__row"][0]), float(months["share"].sum())
        lacking = sorted(set(range(1, 13)) - set(months["month"].to_list()))
        for month, at in months.filter(~pl.col("month").is_between(1, 12)).select("month", "__row").iter_rows():
            rule, cure = "is no month of a year", "Give a month from 1 to 12"
            yield Fault("seasonality.csv", at, f"{name}|{month}", "month", str(month), rule, cure)
        if lacking:
            rule = f"has no row for month {', '.join(map(str, lacking))}"
            yield Fault("seasonality.csv", row, str(name), "month", "", rule, "Add it; a share of 0 is one")
        if abs(total - 1.0) > SUM_WITHIN:
            rule = f"the shares of the months sum to {total:.4f}, not to 1"
            yield Fault("seasonality.csv", row, str(name), "share", "", rule, "Divide each by their sum")


def _timetables(corridor: Corridor) -> Iterator[Fault]:
    """A timetable says how often, and its trains take what is ready."""
    rows = corridor.demand.with_columns(key_of("demand").alias("__key")).with_row_index("__row", offset=1)
    for row in rows.filter(pl.col("arrivals") == "timetable").iter_rows(named=True):
        at = ("demand.csv", row["__row"], row["__key"])
        if not row["departures_week"]:
            yield Fault(*at, "departures_week", "", "a timetable without departures", "Give departures a week above 0")
        if row["batch"] is not None:
            rule = "a train of a timetable takes what is ready, so it has no batch of its own"
            yield Fault(*at, "batch", f"{row['batch']:g}", rule, "Empty the batch, or let it come at random or evenly")


def _consignments(corridor: Corridor) -> Iterator[Fault]:
    """A consignment is told in pieces or in kilotonnes."""
    for at, row in enumerate(corridor.consignments.iter_rows(named=True), start=1):
        where = ("consignments.csv", at, row["consignment_id"])
        if row["pieces"] is None and not row["kt"]:
            yield Fault(*where, "pieces", "", "neither pieces nor kt says how much it is", "Give one of them above 0")
        elif row["pieces"] is not None and row["kt"] is not None:
            yield Fault(*where, "kt", f"{row['kt']:g}", "pieces and kt both say how much it is", "Empty one of them")
        if row["priority"] is not None and not 0 <= row["priority"] <= 3:
            yield Fault(*where, "priority", str(row["priority"]), "is no priority", "Give one from 0 to 3")
