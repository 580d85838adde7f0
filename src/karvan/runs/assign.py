"""``karvan assign``: how a year's demand spreads over the ways, in words."""

import polars as pl

from karvan.corridor import Corridor
from karvan.engines.assign import Assigned, assign
from karvan.runs import open, save
from karvan.runs.answer import Answer
from karvan.runs.plain import text
from karvan.runs.plain.text import Column
from karvan.runs.question import Assign

SHOWN = 12
"""Rows of each table in words; all of them by --json or --csv."""


def answer(question: Assign) -> Answer:
    """Corridors by what they carry, what is short, who earns; exit code 1 where no balance was reached."""
    corridor = open.corridor(question.corridor)
    corridor = corridor.apply(*(open.card(name) for name in open.words(question.cards)))
    found = assign(
        corridor,
        year=question.year or None,
        rule=question.rule,
        case=question.case,
        ways=question.ways,
        gap=question.gap,
    )
    balanced = found.run.arguments["status"] == "in balance"
    return Answer(words(corridor, found), save.said(found), found.ways, 0 if balanced else 1)


def words(corridor: Corridor, found: Assigned) -> str:
    """The whole answer, at most 80 columns wide."""
    said = found.run.arguments
    head = (
        f"{corridor.title or corridor.name}: demand of {said['year']}, rule {said['rule']}, "
        f"{said['status']} (relative gap {said['gap']:.1e})"
    )
    parts = [text.wrap(head), _corridors(found.corridors), _shared(found.shared), _operators(found.operators)]
    parts.append(_balance(found.balance))
    return "\n\n".join(part for part in parts if part)


def _corridors(frame: pl.DataFrame) -> str:
    """All goods together; boxes apart, for tonnes and boxes do not move together."""
    sums = frame.group_by("corridor").agg(pl.col("kt", "kteu").sum()).sort("kt", "corridor", descending=[True, False])
    rows, whole = sums.head(SHOWN).to_dicts(), max(float(sums["kt"].sum()), 1e-300)
    columns = [
        Column("corridor", [row["corridor"] or "-" for row in rows], right=False),
        Column("kt", [text.number(row["kt"]) for row in rows]),
        Column("share", [text.percent(row["kt"] / whole) for row in rows]),
        Column("thousand TEU", [text.number(row["kteu"]) for row in rows]),
    ]
    return text.table(columns) if rows else "No freight may choose."


def _shared(frame: pl.DataFrame) -> str:
    rows = frame.head(SHOWN).to_dicts()
    columns = [
        Column("what is shared", [row["element"] for row in rows], right=False),
        Column("used", [text.percent(row["used"]) for row in rows]),
        Column("wait h", [text.number(row["delay_h"]) for row in rows]),
    ]
    return text.table(columns) if rows else ""


def _operators(frame: pl.DataFrame) -> str:
    rows = frame.head(SHOWN).to_dicts()
    columns = [
        Column("operator", [row["operator"] for row in rows], right=False),
        Column("country", [row["country"] or "-" for row in rows], right=False),
        Column("kt", [text.number(row["kt"]) for row in rows]),
        Column("revenue M USD", [text.number(row["revenue_musd"]) for row in rows]),
    ]
    return text.table(columns) if rows else ""


def _balance(frame: pl.DataFrame) -> str:
    rows = frame.to_dicts()
    columns = [
        Column("goods", [row["what"] for row in rows], right=False),
        Column("unit", [row["unit"] for row in rows], right=False),
        Column("asked", [text.number(row["asked"]) for row in rows]),
        Column("may choose", [text.number(row["carried"]) for row in rows]),
        Column("refused", [text.number(row["refused"]) for row in rows]),
    ]
    reasons = sorted({row["reason"] for row in rows if row["reason"]})
    return "\n".join([text.table(columns), *(text.wrap(f"Refused: {reason}.") for reason in reasons)])
