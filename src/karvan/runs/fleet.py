"""``karvan fleet``: the cheapest ships of each line that meet a target, in words."""

import os

import polars as pl

from karvan.corridor import Corridor
from karvan.errors import InputError
from karvan.runs import open, save
from karvan.runs.answer import Answer
from karvan.runs.plain import text
from karvan.runs.plain.text import Column
from karvan.runs.question import Fleet as Asked
from karvan.studies.fleet.fleet import Fleet, fleet


def answer(question: Asked) -> Answer:
    """The fleets found; exit code 1 where some line has none that meets the target."""
    corridor = open.corridor(question.corridor)
    corridor = corridor.apply(*(open.card(name) for name in open.words(question.cards)))
    asked = {"kt": question.kt, "carried": question.carried, "wait_h": question.wait, "wait_p90_h": question.wait_p90,
             "weather": question.weather}  # fmt: skip
    found = fleet(
        corridor,
        target={name: value for name, value in asked.items() if value},
        lines=open.words(question.lines),
        years=[_whole(year) for year in open.words(question.years)],
        rules=open.words(question.rules) or ("own", "timetable"),
        most=question.most,
        ship_day_usd=dict(_price(said) for said in open.words(question.ship_day)),
        days=question.days,
        warmup=question.warmup,
        runs=question.runs,
        seed=question.seed,
        threads=question.threads or os.cpu_count() or 1,
        tags=open.words(question.tags) or ("middle",),
    )
    good = bool((found.fleets["status"] == "found").all() and found.fleets["together"].all())
    return Answer(words(corridor, found), save.said(found), found.fleets, 0 if good else 1)


def _whole(said: str) -> int:
    if not said.isdecimal():
        raise InputError(f"{said!r} is no year", cure="write it as 2030")
    return int(said)


def _price(said: str) -> tuple[str, float]:
    name, _, usd = said.partition("=")
    try:
        return name, float(usd)
    except ValueError:
        raise InputError(f"{said!r} is no price of a ship and day", cure="write it as feeder=3500") from None


def words(corridor: Corridor, found: Fleet) -> str:
    """The whole answer, at most 80 columns wide."""
    asked = {name: value for name, value in found.run.arguments["target"].items() if value is not None}
    said = ", ".join(f"{name} {value:g}" for name, value in asked.items())
    head = (
        f"{corridor.title or corridor.name}: the cheapest fleets for {said}; {found.run.arguments['runs']} runs a fleet"
    )
    parts = [text.wrap(head), _fleets(found.fleets), *_verdicts(found.fleets), _curve(found.curve), _stock(found.stock)]
    return "\n\n".join(part for part in parts if part)


def _fleets(frame: pl.DataFrame) -> str:
    rows = frame.to_dicts()
    columns = [
        Column("year", [str(row["year"]) for row in rows]),
        Column("line", [row["line"] for row in rows], right=False),
        Column("ships", [str(row["vehicles"] or "none") for row in rows]),
        Column("now", [str(row["before"]) for row in rows]),
        Column("leave by", [row["rule"] or "-" for row in rows], right=False),
        Column("M USD", [text.number(row["usd_year"] / 1e6) for row in rows]),
        Column("USD a piece", [text.number(row["usd_piece"]) for row in rows]),
        Column("P90 wait h", [text.number(row["wait_p90_h"]) for row in rows]),
    ]
    return text.table(columns)


def _verdicts(frame: pl.DataFrame) -> list[str]:
    """Why a line has no fleet; whether every cheaper fleet is refuted."""
    out = []
    for row in frame.iter_rows(named=True):
        if row["vehicles"] is None:
            said = f"no fleet tried meets the target. {row['cause'].capitalize()}"
        elif row["proven"]:
            said = f"every cheaper fleet is refuted ({row['simulated']} simulated, {row['bounded']} by bounds)"
        else:
            said = "a cheaper fleet may do: its interval holds the target; more runs would tell"
        if not row["together"] and row["vehicles"] is not None:
            said += "; beside the other lines' fleets it does not surely meet the target"
        out.append(text.wrap(f"{row['line']} {row['year']}: {said}."))
    return out


def _curve(frame: pl.DataFrame) -> str:
    rows = frame.to_dicts()
    columns = [
        Column("fleet curve", [row["line"] for row in rows], right=False),
        Column("ships", [str(row["vehicles"]) for row in rows]),
        Column("rounds a week", [text.number(row["rounds_week"]) for row in rows]),
        Column("full", [text.percent(row["load_factor"]) for row in rows]),
        Column("wait h", [text.number(row["wait_h"]) for row in rows]),
        Column("one more h", [text.number(row["one_more_wait_h"]) for row in rows]),
        Column("and M USD", [text.number(row["one_more_usd"] / 1e6) for row in rows]),
    ]
    return text.table(columns) if rows else ""


def _stock(frame: pl.DataFrame) -> str:
    sums = frame.group_by("year", "class", "mode").agg(pl.col("vehicles", "wagons").sum()).sort("year", "mode", "class")
    rows = sums.to_dicts()
    columns = [
        Column("by Little's law", [row["class"] for row in rows], right=False),
        Column("year", [str(row["year"]) for row in rows]),
        Column("locomotives or ships", [text.number(row["vehicles"]) for row in rows]),
        Column("wagons", [text.number(row["wagons"]) for row in rows]),
    ]
    return text.table(columns) if rows else ""
