"""Faults: rows of the tables that cannot be simulated, all found before anything runs."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import polars as pl

from karvan.corridor import Corridor
from karvan.errors import Fault, FaultsError, InputError, nearest
from karvan.network import legs
from karvan.network.compile import compile, on
from karvan.profiles import key_of
from karvan.schema import TABLES
from karvan.schema.shape import conform, dtypes

SUM_WITHIN = 0.005
"""How far the rounded shares of twelve months may be from one."""


def sound(corridor: Corridor, start: dt.date) -> Corridor:
    """The corridor. Raises FaultsError with every row that cannot be simulated."""
    found = faults(corridor, start)
    if found:
        raise FaultsError(found)
    return corridor


def faults(corridor: Corridor, start: dt.date) -> list[Fault]:
    """Every row of arrivals, closures and ways that cannot be simulated from a day on; none of a sound corridor."""
    found = [
        fault for check in (_seasons, _timetables, _consignments, _closures, _breakdowns) for fault in check(corridor)
    ]
    return [*found, *_ways(corridor, start)]


def shaped(ways: pl.DataFrame) -> pl.DataFrame:
    """A frame in the shape of the table ``ways``. Raises InputError for columns that are not those of the table."""
    needed = [fact.name for fact in TABLES["ways"].facts() if fact.needed]
    lacking = [name for name in needed if name not in ways.columns]
    unknown = [name for name in ways.columns if name not in dtypes("ways") and not name.startswith("x_")]
    if lacking or unknown:
        told = [f"no column {name}" for name in lacking] + [f"an unknown column {name}" for name in unknown]
        raise InputError(
            f"ways has {', '.join(told)}", cure=f"the columns of the table ways: {', '.join(dtypes('ways'))}"
        )
    try:
        return conform("ways", ways)
    except pl.exceptions.PolarsError as wrong:
        raise InputError(
            f"ways: {str(wrong).splitlines()[0]}", cure="give numbers and text as the table has them"
        ) from None


def _ways(corridor: Corridor, start: dt.date) -> Iterator[Fault]:
    """Ways name what is there, their shares make one, and freight can take them."""
    rows = corridor.ways.with_row_index("__row", offset=1).with_columns(
        pl.concat_str(*(pl.col(name).cast(pl.String) for name in (*legs.PAIR, "way")), separator="|").alias("__key")
    )
    twice = rows.filter(pl.struct("__key", "order").is_first_distinct().not_())
    for row, key, order in twice.select("__row", "__key", "order").iter_rows():
        yield Fault("ways.csv", row, key, "order", str(order), "is there twice", "Number the legs of a way from 1")
    unknown = list(_unknown(corridor, rows))
    yield from unknown
    if rows.is_empty() or unknown:
        return
    today = on(corridor, start)
    nets = {name: compile(corridor, name, start) for name in rows["commodity_id"].unique()}
    at = dict(rows.unique("__key", keep="first").select("__key", "__row").iter_rows())
    for pair, way, rule, cure in (*legs.uneven(corridor.ways), *legs.impossible(today, nets)):
        key = f"{'|'.join(pair)}|{way}"
        yield Fault("ways.csv", at[key], key, "share", "", rule, cure)
    yield from _looks(today, rows)


def _looks(today: Corridor, rows: pl.DataFrame) -> Iterator[Fault]:
    """A leg looked at has a limit, ships that are simulated, and a place passed before it; one leg from each place."""
    told = pl.col("decide_at").is_not_null() | pl.col("queue_limit").is_not_null()
    both = pl.col("decide_at").is_not_null() & pl.col("queue_limit").is_not_null()
    links = {row["link_id"]: (row["from_node"], row["to_node"]) for row in today.links.iter_rows(named=True)}
    ships = today.services.filter(pl.col("vehicles") > 0).join(today.calls, on="service_id")
    lines = set(ships.select("class_id", "link_id").iter_rows())
    for row in rows.filter(told & ~both).iter_rows(named=True):
        column, other = ("queue_limit", "decide_at") if row["decide_at"] else ("decide_at", "queue_limit")
        where = ("ways.csv", row["__row"], row["__key"], column, "")
        yield Fault(*where, f"{other} is given without it", f"Give {column}, or empty {other}")
    seen = set()
    for row in rows.filter(both).sort("order").iter_rows(named=True):
        where = ("ways.csv", row["__row"], row["__key"], "decide_at", row["decide_at"])
        before = rows.filter((pl.col("__key") == row["__key"]) & (pl.col("order") < row["order"]))["link_id"]
        if row["decide_at"] not in {row["origin"], *(end for link in before for end in links.get(link, ()))}:
            yield Fault(*where, "is not passed before this leg", "Name the origin, or a place on the way to the leg")
        if (row["class_id"], row["link_id"]) not in lines:
            yield Fault(
                *where,
                "no ships with calls and vehicles sail this leg, so no queue is seen",
                "Give it at a leg by ship",
            )
        if (row["__key"], row["decide_at"]) in seen:
            yield Fault(*where, "another leg of the way is looked at from here", "Name another place for one of them")
        seen.add((row["__key"], row["decide_at"]))


def _unknown(corridor: Corridor, rows: pl.DataFrame) -> Iterator[Fault]:
    """Cells of ways that name nothing of the corridor."""
    for fact in TABLES["ways"].facts():
        if not fact.ref or fact.name not in (*legs.PAIR, "link_id", "class_id", "service_id", "decide_at"):
            continue
        table, column = fact.ref.split(".")
        known = corridor.tables[table][column].to_list()
        wrong = rows.filter(pl.col(fact.name).is_not_null() & ~pl.col(fact.name).is_in(known))
        for row, key, name in wrong.select("__row", "__key", fact.name).iter_rows():
            near = ", ".join(nearest(name, known))
            yield Fault("ways.csv", row, key, fact.name, name, f"is not in {table}", f"Name one of {table}", near)


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


def _closures(corridor: Corridor) -> Iterator[Fault]:
    """A closure is somewhere, and either at random (a share and a mean length) or by date (from and to)."""
    for at, row in enumerate(corridor.closures.iter_rows(named=True), start=1):
        where = ("closures.csv", at, f"{row['closure_id']}|{row['month']}")
        if not row["node_id"] and not row["link_id"]:
            yield Fault(*where, "node_id", "", "says nowhere that is shut", "Give a node_id or a link_id")
        yield from _by_date(row, where) if row["date_from"] or row["date_to"] else _at_random(row, where)


def _by_date(row: dict[str, Any], where: tuple[str, int, str]) -> Iterator[Fault]:
    for column, other in (("date_from", "date_to"), ("date_to", "date_from")):
        if row[column] is None:
            yield Fault(
                *where, column, "", f"{other} is given without it", f"Give {column}; to close for ever, set a status"
            )
    if row["date_from"] and row["date_to"] and row["date_to"] <= row["date_from"]:
        told = str(row["date_to"])
        yield Fault(*where, "date_to", told, "it opens before it shuts", "Give a day after date_from")
    if row["share"] is not None:
        rule = "a closure by date is shut all of its time, and has no share"
        yield Fault(*where, "share", f"{row['share']:g}", rule, "Empty the share, or the dates")
    if row["month"] != 0:
        yield Fault(*where, "month", str(row["month"]), "a closure by date has no month", "Write 0")


def _at_random(row: dict[str, Any], where: tuple[str, int, str]) -> Iterator[Fault]:
    if row["yearly"]:
        yield Fault(*where, "yearly", "true", "what comes back every year has no dates", "Give date_from and date_to")
    if row["share"] is None:
        yield Fault(*where, "share", "", "neither a share nor dates say when it is shut", "Give one of them")
    elif row["share"] >= 1:
        cure = "Give a share below 1; what is shut for good has a status"
        yield Fault(*where, "share", f"{row['share']:g}", "it is shut all the time", cure)
    elif row["share"] and row["mean_h"] is None:
        yield Fault(*where, "mean_h", "", "a share without the mean length of a closure", "Give mean_h")


def _breakdowns(corridor: Corridor) -> Iterator[Fault]:
    """Breakdowns have a mean time between them and a mean repair, at what works for a time."""
    for at, row in enumerate(corridor.resources.iter_rows(named=True), start=1):
        where = ("resources.csv", at, row["resource_id"])
        for column, other in (("fails_h", "repair_h"), ("repair_h", "fails_h")):
            if row[column] is None and row[other] is not None:
                yield Fault(*where, column, "", f"{other} is given without it", f"Give {column}, or empty {other}")
        if row["fails_h"] is not None and (row["per_day"] or row["kind"] in ("slot", "track", "yard", "storage")):
            rule, cure = "what has places or slots and no service does not break down", "Empty fails_h and repair_h"
            yield Fault(*where, "fails_h", f"{row['fails_h']:g}", rule, cure)
