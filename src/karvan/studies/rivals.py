"""Rivals: the best way of each corridor to each destination, side by side, and what it takes to match one another."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from karvan.corridor import Corridor
from karvan.engines.route import Routes, day_of, route
from karvan.errors import InputError
from karvan.network import names
from karvan.network.cost import hour_value
from karvan.result import Result, Run, balance_row
from karvan.shipment import Shipment
from karvan.version import VERSION

SWING = 0.3
"""By how much grade D cells are swung: an estimate of the editors is taken to be good to 30 %."""

PAID = ("core", "access")


@dataclass(frozen=True)
class Rivals(Result):
    """The best way of each corridor from one origin to several destinations.

    ``ways``, ``legs``, ``prices``, ``shares`` have the columns of ``route`` behind ``destination`` and ``corridor``.
    ``match``: for the corridor measured, against each rival, the gaps in price, hours and generalised cost, the hours
    and the dollars that would close the gap, and ``turns_at``: by what share all estimates would have to be off, each
    against it, for the gap in cost to change its sign. ``seasons``: hours of the measured way by month of departure.
    """


def rivals(
    corridor: Corridor,
    shipment: Shipment,
    destinations: Sequence[str],
    *,
    measure: str = "middle",
    avoid: Sequence[str] = (),
    seasons: bool = True,
) -> Rivals:
    """Each corridor's best way by generalised cost to each destination, and the measured corridor against the others.

    ``shipment.destination`` is not read. A corridor is a tag of ``links.corridor``; a way belongs to the one that most of
    its tagged kilometres do. Raises InputError where no link bears the tag ``measure``.
    """
    tags = sorted(set(corridor.links["corridor"].drop_nulls().to_list()))
    if measure not in tags:
        raise InputError(f"no link belongs to a corridor {measure!r}", cure=f"one of {', '.join(tags)}")
    parts: dict[str, list[pl.DataFrame]] = {name: [] for name in ("ways", "legs", "prices", "shares")}
    match, season, balance = [], [], []
    for destination in dict.fromkeys(names.place(corridor, word) for word in destinations):
        sent = replace(shipment, destination=destination)
        found = _by_corridor(corridor, sent, tags, avoid)
        for tag, routes in found.items():
            for name, frames in parts.items():
                told = [pl.lit(destination).alias("destination"), pl.lit(tag).alias("corridor")]
                frames.append(routes.tables[name].select(*told, pl.exclude("corridor", "way")))
        if measure in found:
            match += [_match(corridor, sent, tag, found, measure) for tag in found if tag != measure]
            season += _seasons(corridor, sent, measure, avoid) if seasons else []
        row = (f"to {destination}", sent.unit, sent.count)
        reason = "" if found else "no corridor leads there"
        balance.append(balance_row(*row, sent.count if found else 0.0, 0.0 if found else sent.count, reason))
    tables = {name: pl.concat(frames) if frames else pl.DataFrame() for name, frames in parts.items()}
    tables["match"] = pl.DataFrame(match, schema=MATCH)
    tables["seasons"] = pl.DataFrame(season, schema=SEASONS)
    arguments = {
        "shipment": {key: value for key, value in vars(shipment).items() if value and key != "destination"},
        "origin": names.place(corridor, shipment.origin),
        "destinations": tuple(destinations),
        "measure": measure,
        "avoid": tuple(avoid),
    }
    run = Run(
        "rivals",
        arguments,
        corridor.name,
        corridor.edition,
        corridor.digest,
        corridor.price_year,
        VERSION,
        corridor.scenarios,
    )
    return Rivals(run, tables, pl.DataFrame(balance))


MATCH: dict[str, pl.DataType] = {
    "destination": pl.String(), "corridor": pl.String(), "against": pl.String(), "price_gap_usd": pl.Float64(),
    "hours_gap": pl.Float64(), "cost_gap_usd": pl.Float64(), "hours_to_match": pl.Float64(),
    "usd_to_match": pl.Float64(), "hour_usd": pl.Float64(), "turns_at": pl.Float64(), "sign_holds": pl.Boolean(),
    "price_sign_holds": pl.Boolean(), "hours_sign_holds": pl.Boolean(),
}  # fmt: skip
SEASONS: dict[str, pl.DataType] = {
    "destination": pl.String(), "month": pl.Int64(), "hours": pl.Float64(), "hours_p10": pl.Float64(),
    "hours_p50": pl.Float64(), "hours_p90": pl.Float64(),
}  # fmt: skip


def _by_corridor(corridor: Corridor, sent: Shipment, tags: Sequence[str], avoid: Sequence[str]) -> dict[str, Routes]:
    """The best way that belongs to each corridor.

    Where the best way over a corridor's links belongs to another (it only borrows a link or two), that other is left out
    and the question put again.
    """
    found: dict[str, Routes] = {}
    for tag in tags:
        shunned = list(avoid)
        while tag not in found:
            routes = route(corridor, sent, via=[tag], avoid=shunned)
            other = routes.ways["corridor"][0] if routes.ways.height else ""
            if other == tag:
                found[tag] = routes
            elif other and other not in shunned:
                shunned.append(other)
            else:
                break
    return found


def _match(corridor: Corridor, sent: Shipment, tag: str, found: dict[str, Routes], measure: str) -> dict[str, Any]:
    mine, other = found[measure].ways.row(0, named=True), found[tag].ways.row(0, named=True)
    hour = hour_value(corridor, sent)
    gaps = {name: mine[name] - other[name] for name in ("price_usd", "hours", "cost_usd")}
    usd_swing, hours_swing = _swings(found[measure], found[tag])
    risk_swing = _money_swing(found[measure], found[tag], ("risk",))
    worst = usd_swing + risk_swing + hour * hours_swing
    turns = abs(gaps["cost_usd"]) / worst if worst else float("inf")
    return {
        "destination": found[tag].legs["to"][-1],
        "corridor": measure,
        "against": tag,
        "price_gap_usd": gaps["price_usd"],
        "hours_gap": gaps["hours"],
        "cost_gap_usd": gaps["cost_usd"],
        "hours_to_match": max(0.0, gaps["cost_usd"]) / hour if hour else None,
        "usd_to_match": max(0.0, gaps["cost_usd"]),
        "hour_usd": hour,
        "turns_at": turns,
        "sign_holds": turns > SWING,
        "price_sign_holds": abs(gaps["price_usd"]) > SWING * usd_swing,
        "hours_sign_holds": abs(gaps["hours"]) > SWING * hours_swing,
    }


def _swings(mine: Routes, other: Routes) -> tuple[float, float]:
    """How far the gaps in price and in hours move when every estimate is off by its whole self against the gap.

    An estimate that both ways use moves both, and only the difference counts.
    """
    legs = []
    for routes, sign in ((mine, 1.0), (other, -1.0)):
        key = pl.concat_str(["link", "procedure", "service"], separator="|")  # what names the cells that hours rest on
        legs.append(routes.legs.select(key.alias("key"), (pl.col("estimated_hours") * sign).alias("value")))
    return _money_swing(mine, other, PAID), _total_apart(legs)


def _money_swing(mine: Routes, other: Routes, parts: Sequence[str]) -> float:
    paid = []
    for routes, sign in ((mine, 1.0), (other, -1.0)):
        rows = routes.prices.filter((pl.col("grade") == "D") & pl.col("part").is_in(parts))
        paid.append(rows.select(pl.col("tariff").alias("key"), (pl.col("usd") * sign).alias("value")))
    return _total_apart(paid)


def _total_apart(sides: Sequence[pl.DataFrame]) -> float:
    total = pl.concat(sides).group_by("key").agg(pl.col("value").sum().abs())["value"].sum()
    return float(total or 0.0)


def _seasons(corridor: Corridor, sent: Shipment, measure: str, avoid: Sequence[str]) -> list[dict[str, Any]]:
    year = day_of(corridor, sent).year
    rows = []
    for month in range(1, 13):
        routes = route(corridor, replace(sent, ready=dt.date(year, month, 1)), via=[measure], avoid=avoid)
        for way in routes.ways.head(1).iter_rows(named=True):
            hours = {name: way[name] for name in ("hours", "hours_p10", "hours_p50", "hours_p90")}
            rows.append({"destination": sent.destination, "month": month, **hours})
    return rows
