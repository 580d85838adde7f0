"""Findings: what rivals say, in words: a value, its band, what it is compared with, and how much of it is estimated."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from karvan.errors import InputError
from karvan.result import Result
from karvan.studies.rivals import SWING, Rivals

Row = dict[str, Any]

FINDINGS: dict[str, pl.DataType] = {
    "number": pl.Int64(), "scenario": pl.String(), "destination": pl.String(), "headline": pl.String(),
    "value": pl.Float64(), "low": pl.Float64(), "high": pl.Float64(), "unit": pl.String(),
    "compared_with": pl.String(), "change": pl.Float64(), "clear": pl.Boolean(), "estimated_share": pl.Float64(),
    "sign_holds": pl.Boolean(), "sentence": pl.String(),
}  # fmt: skip


@dataclass(frozen=True)
class Findings(Result):
    """``findings``: a row a finding, the sentence last."""


def findings(results: Mapping[str, Rivals], names: Mapping[str, str]) -> Findings:
    """Five findings from the rivals of one or more scenarios, the first being the base.

    ``names`` gives the names of places by id. A finding is: the price and the hours of the measured corridor to
    its first destination against the cheapest and the quickest rival; where its hours go; what would match the nearest
    rival at the destination where it is farthest behind; and, with two scenarios, what the second changes.
    """
    if not results:
        raise InputError("findings need at least one result", cure="run rivals first")
    base_name, base = next(iter(results.items()))
    measure = base.run.arguments["measure"]
    mine = base.ways.filter(pl.col("corridor") == measure)
    if not mine.height:
        raise InputError(f"the corridor {measure!r} reaches none of the destinations", cure="name others")
    where = _Places(base, measure, names)
    rows = [
        _price(where, mine.row(0, named=True)),
        _hours(where, mine.row(0, named=True)),
        _standing(where, mine.row(0, named=True)),
        *_to_match(where),
        *_change(where, results),
    ]
    told = [{"number": number, "scenario": base_name, **row} for number, row in enumerate(rows, start=1)]
    run = replace(base.run, word="findings", scenarios=tuple(results))
    return Findings(run, {"findings": pl.DataFrame(told, schema=FINDINGS)}, base.balance)


@dataclass(frozen=True)
class _Places:
    """The base result, the corridor measured in it, and how places are called."""

    base: Rivals
    measure: str
    names: Mapping[str, str]

    def name(self, node: str) -> str:
        return self.names.get(node, node)

    @property
    def origin(self) -> str:
        return self.name(str(self.base.run.arguments["origin"]))

    def others(self, destination: str) -> pl.DataFrame:
        here = self.base.ways.filter(pl.col("destination") == destination)
        return here.filter(pl.col("corridor") != self.measure)

    def against(self, destination: str, rival: str) -> Row:
        rows = self.base.match.filter((pl.col("destination") == destination) & (pl.col("against") == rival))
        return rows.row(0, named=True)


def usd(value: float) -> str:
    """Dollars to the nearest ten from a hundred up, as prices are quoted.

    >>> usd(6378.2), usd(-84.6)
    ('6,380', '-85')
    """
    return f"{round(value, -1):,.0f}" if abs(value) >= 100 else f"{value:,.0f}"


def days(hours: float) -> str:
    """Days with one decimal, from hours.

    >>> days(706)
    '29.4'
    """
    return f"{hours / 24:.1f}"


def percent(share: float) -> str:
    """A share in whole percent, as the standards write it: with a space.

    >>> percent(0.654)
    '65 %'
    """
    return f"{100 * share:.0f} %"


def _price(where: _Places, way: Row) -> Row:
    row = _row(way, "price", way["price_usd"], way["price_p10_usd"], way["price_p90_usd"], f"USD/{way['unit']}")
    place = where.name(way["destination"])
    said = (
        f"A {way['unit']} from {where.origin} to {place} by the {where.measure} corridor costs {usd(row['value'])} USD "
        f"({usd(row['low'])} to {usd(row['high'])})"
    )
    return _against(where, row, said, ("price_usd", "price_p10_usd", "price_p90_usd"), "cheapest")


def _hours(where: _Places, way: Row) -> Row:
    row = _row(way, "hours", way["hours_p50"], way["hours_p10"], way["hours_p90"], "h")
    row["estimated_share"] = way["estimated_hours"]
    said = f"It takes {days(row['value'])} days ({days(row['low'])} to {days(row['high'])})"
    return _against(where, row, said, ("hours_p50", "hours_p10", "hours_p90"), "quickest")


def _against(where: _Places, row: Row, said: str, columns: tuple[str, str, str], best: str) -> Row:
    """The finding beside the rival that is best by the first column; its bands lie in the other two."""
    rival = _least(where.others(row["destination"]), columns[0])
    if rival is None:
        return {**row, "compared_with": "no rival", "sentence": f"{said}; no other corridor leads there. {_rests(row)}"}
    value, low, high = (rival[column] for column in columns)
    gap, apart = row["value"] - value, row["low"] > high or row["high"] < low
    told = f"{days(abs(gap))} days" if row["unit"] == "h" else usd(abs(gap))
    holds = where.against(row["destination"], rival["corridor"])[f"{row['headline']}_sign_holds"]
    row |= {"compared_with": rival["corridor"], "change": gap, "clear": apart, "sign_holds": holds}
    sentence = f"{said}, {told} {'more' if gap > 0 else 'less'} than the {best} rival, {rival['corridor']}"
    return {**row, "sentence": f"{sentence}. {_clear(apart)}{_rests(row)}"}


def _standing(where: _Places, way: Row) -> Row:
    """The share of the hours in which the freight does not move, and its longest stop."""
    mine = (pl.col("destination") == way["destination"]) & (pl.col("corridor") == where.measure)
    moving = float(where.base.shares.filter(mine & (pl.col("part") == "moving"))["share"].sum())
    stop = where.base.legs.filter(mine & (pl.col("kind") != "move")).sort("hours", descending=True).head(1)
    rival = _least(where.others(way["destination"]), "cost_usd")
    row = _row(way, "standing", 1 - moving, 1 - moving, 1 - moving, "share")
    row["estimated_share"] = way["estimated_hours"]
    told = f"On that way the freight stands still for {percent(1 - moving)} of the time"
    for leg in stop.iter_rows(named=True):
        told += f"; the longest stop is {where.name(leg['to'])} ({leg['kind']}, {days(leg['hours'])} days)"
    if rival is not None:
        there = (pl.col("destination") == way["destination"]) & (pl.col("corridor") == rival["corridor"])
        share = float(where.base.shares.filter(there & (pl.col("part") == "moving"))["share"].sum())
        row |= {"compared_with": rival["corridor"], "change": share - moving}
        told += f". On {rival['corridor']}, the nearest rival in cost, it is {percent(1 - share)}"
    return {**row, "sentence": f"{told}. {_rests(row)}"}


def _to_match(where: _Places) -> list[Row]:
    """At the destination where the corridor is farthest behind: the days or dollars that would close the gap."""
    behind = where.base.match.filter(pl.col("cost_gap_usd") > 0).sort("cost_gap_usd", descending=True).head(1)
    rows = []
    for gap in behind.iter_rows(named=True):
        way = where.base.ways.filter(
            (pl.col("destination") == gap["destination"]) & (pl.col("corridor") == where.measure)
        ).row(0, named=True)
        row = _row(way, "to match", gap["usd_to_match"], None, None, f"USD/{way['unit']}")
        row |= {"compared_with": gap["against"], "change": gap["cost_gap_usd"], "sign_holds": gap["sign_holds"]}
        told = (
            f"To match {gap['against']} at {where.name(gap['destination'])} the {where.measure} corridor would have to be "
            f"{usd(gap['usd_to_match'])} USD cheaper or {days(gap['hours_to_match'])} days quicker"
        )
        turn = min(gap["turns_at"], 9.99)
        swing = (
            f"The order turns only if every estimate is off by {percent(turn)} against it"
            if turn > SWING
            else (f"The order is not sure: it turns if every estimate is off by {percent(turn)} against it")
        )
        rows.append({**row, "sentence": f"{told}. {swing}. {_rests(row)}"})
    return rows


def _change(where: _Places, results: Mapping[str, Rivals]) -> list[Row]:
    """What the second scenario changes for the measured corridor at its first destination."""
    rows = []
    scenarios = list(results.items())
    first = where.base.ways.filter(pl.col("corridor") == where.measure).row(0, named=True)
    for name, other in scenarios[1:2]:
        after = other.ways.filter(
            (pl.col("corridor") == where.measure) & (pl.col("destination") == first["destination"])
        )
        for way in after.iter_rows(named=True):
            apart = way["price_p90_usd"] < first["price_p10_usd"] or way["price_p10_usd"] > first["price_p90_usd"]
            row = _row(
                way, "change", way["price_usd"], way["price_p10_usd"], way["price_p90_usd"], f"USD/{way['unit']}"
            )
            change = way["price_usd"] - first["price_usd"]
            row |= {"compared_with": scenarios[0][0], "change": change, "clear": apart}
            told = (
                f"In {name} the same way costs {usd(way['price_usd'])} USD "
                f"({usd(way['price_p10_usd'])} to {usd(way['price_p90_usd'])}; {usd(abs(change))} "
                f"{'more' if change > 0 else 'less'} than in {scenarios[0][0]}) and takes {days(way['hours_p50'])} days "
                f"({days(way['hours_p10'])} to {days(way['hours_p90'])}; before {days(first['hours_p50'])})"
            )
            rows.append({**row, "sentence": f"{told}. {_clear(apart)}{_rests(row)}"})
    return rows


def _row(way: Row, headline: str, value: float, low: float | None, high: float | None, unit: str) -> Row:
    return {
        "destination": way["destination"],
        "headline": headline,
        "value": value,
        "low": low,
        "high": high,
        "unit": unit,
        "compared_with": "",
        "change": None,
        "clear": None,
        "estimated_share": way["estimated_price"],
        "sign_holds": None,
    }


def _least(frame: pl.DataFrame, column: str) -> Row | None:
    return next(frame.sort(column).head(1).iter_rows(named=True), None)


def _clear(apart: bool) -> str:
    return "" if apart else "The bands overlap: no clear difference. "


def _rests(row: Row) -> str:
    holds = {
        True: "; the sign holds when the estimates swing by 30 %",
        False: "; the sign may turn within 30 % of them",
    }
    return f"{percent(row['estimated_share'])} of it rests on estimates{holds.get(row['sign_holds'], '')}."
