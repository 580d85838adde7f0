"""``karvan simulate``: the corridor's year, hour by hour, in words."""

import os

import polars as pl

from karvan.corridor import Corridor
from karvan.engines.simulate import Simulated, simulate
from karvan.runs import open, save
from karvan.runs.answer import Answer
from karvan.runs.plain import text
from karvan.runs.plain.text import Column
from karvan.runs.question import Simulate

SHOWN = 12
"""Rows of each table in words; all of them by --json or --csv."""


def answer(question: Simulate) -> Answer:
    """The simulated time: how long freight takes, where it waits, what cannot keep up."""
    corridor = open.corridor(question.corridor)
    corridor = corridor.apply(*(open.card(name) for name in open.words(question.cards)))
    found = simulate(
        corridor,
        start=open.day(question.start),
        days=question.days,
        runs=question.runs,
        seed=question.seed,
        warmup=_days(question.warmup),
        threads=question.threads or os.cpu_count() or 1,
        precision=question.precision or None,
        trials=question.trials,
        trace=question.trace,
        tags=open.words(question.tags) or ("middle",),
    )
    return Answer(words(corridor, found), save.said(found), found.shipments)


def _days(said: str) -> float | str:
    """A number of days where it is one; what else it says is for ``simulate`` to take or refuse."""
    try:
        return float(said)
    except ValueError:
        return said


def words(corridor: Corridor, found: Simulated) -> str:
    """The whole answer, at most 80 columns wide."""
    said = found.run.arguments
    runs = found.runs["run"].n_unique()
    days = f"{said['days']:g} days from {said['start']}"
    warm = f" after {said['warmup']:g} to warm up" if said["warmup"] else ""
    head = f"{corridor.title or corridor.name}: {days}{warm}, {runs} runs, seed {found.run.seed}"
    parts = [text.wrap(head), _shipments(corridor, found.shipments), _waits(found.waits), _services(found.services)]
    parts += [text.wrap(f"{row['says']}.") for row in found.unstable.iter_rows(named=True)]
    parts.append(_bottlenecks(found.bottlenecks))
    parts.append(_left_out(found.left_out))
    parts.append(_balance(found.balance, runs))
    return "\n\n".join(part for part in parts if part)


def _shipments(corridor: Corridor, frame: pl.DataFrame) -> str:
    names = open.called(corridor)
    rows = frame.sort("delivered", "origin", "destination", descending=[True, False, False]).head(SHOWN).to_dicts()
    columns = [
        Column("from", [names[row["origin"]] for row in rows], right=False),
        Column("to", [names[row["destination"]] for row in rows], right=False),
        Column("goods", [row["commodity"] for row in rows], right=False),
        Column("pieces", [text.number(row["delivered"]) for row in rows]),
        Column("days", [text.number(row["hours"] / 24) for row in rows]),
        Column("P10-P90", [text.band(row["hours_p10"], row["hours_p90"], 24) for row in rows]),
    ]
    return f"{text.table(columns)}{_more(frame, 'flows')}" if rows else "Nothing was delivered."


def _waits(frame: pl.DataFrame) -> str:
    rows = frame.filter(pl.col("hours") > 0).head(SHOWN).to_dicts()
    columns = [
        Column("waits at", [row["place"] for row in rows], right=False),
        Column("for", [row["cause"] for row in rows], right=False),
        Column("mean h", [text.number(row["hours"]) for row in rows]),
        Column("+-", [text.number(row["hours_ci95"]) for row in rows]),
        Column("who waits", [text.percent(row["share_waiting"]) for row in rows]),
        Column("queue", [text.number(row["queue"]) for row in rows]),
    ]
    return text.table(columns) if rows else ""


def _services(frame: pl.DataFrame) -> str:
    rows = frame.head(SHOWN).to_dicts()
    columns = [
        Column("ships", [row["service"] for row in rows], right=False),
        Column("from", [row["from"] for row in rows], right=False),
        Column("sailings a year", [text.number(row["departures_year"]) for row in rows]),
        Column("full", [text.percent(row["load_factor"]) for row in rows]),
        Column("waits for load h", [text.number(row["idle_h"]) for row in rows]),
    ]
    return text.table(columns) if rows else ""


def _bottlenecks(frame: pl.DataFrame) -> str:
    if frame.is_empty():
        return ""
    head = "What one more would change (95 % intervals over paired runs):"
    return "\n".join([text.wrap(head), *(text.wrap(f"- {row}.", "  ") for row in frame["says"])])


def _left_out(frame: pl.DataFrame) -> str:
    rows = frame["says"].head(SHOWN).to_list()
    lines = [text.wrap(f"Left out: {row}.") for row in rows]
    return "\n".join(lines) + _more(frame, "left out") if rows else ""


def _balance(frame: pl.DataFrame, runs: int) -> str:
    rows = frame.to_dicts()
    columns = [
        Column("goods", [row["what"] for row in rows], right=False),
        Column("unit", [row["unit"] for row in rows], right=False),
        *(
            Column(title, [text.number(row[name] / runs) for row in rows])
            for title, name in (
                ("came", "asked"),
                ("delivered", "carried"),
                ("under way", "waiting"),
                ("refused", "refused"),
            )
        ),
    ]
    reasons = sorted({row["reason"] for row in rows if row["reason"]})
    return "\n".join([text.table(columns), *(text.wrap(f"Refused: {reason}.") for reason in reasons)])


def _more(frame: pl.DataFrame, what: str) -> str:
    left = frame.height - SHOWN
    return f"\n{left:,} more {what}: --json, or --csv for all of them" if left > 0 else ""
