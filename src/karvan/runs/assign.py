"""``karvan assign``: how a year's demand spreads over the ways, in words."""

import polars as pl

from karvan.corridor import Corridor
from karvan.engines.assign import Assigned, assign
from karvan.runs import open, save
from karvan.runs.answer import Answer
from karvan.runs.plain import text
from karvan.runs.plain.text import Column
from karvan.runs.question import Assign

SCARCE = 6
SHOWN = 12
"""Rows of each table in words; all of them by --json or --csv."""


def answer(question: Assign) -> Answer:
    """Corridors by what they carry, what is short, who earns; exit code 1 where no balance was reached."""
    plain = open.corridor(question.corridor)
    corridor = plain.apply(*(open.card(name) for name in open.words(question.cards)))
    named = [] if question.against == "none" else open.words((question.against,))
    against = plain.apply(*map(open.card, named)) if question.against else None
    found = assign(
        corridor,
        year=question.year or None,
        rule=question.rule,
        case=question.case,
        ways=question.ways,
        gap=question.gap,
        against=against,
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
    parts = [text.wrap(head), _drawn(found.drawn), _corridors(found.corridors), _shared(found.shared)]
    parts += [_prices(found.prices), _operators(found.operators), _elasticities(found), _balance(found.balance)]
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
        Column("wait h", [text.number(round(row["delay_h"], 3)) for row in rows]),
    ]
    return text.table(columns) if rows else ""


def _drawn(frame: pl.DataFrame) -> str:
    """What cost draws or keeps away, in a sentence for each unit."""
    sums = frame.group_by("unit").agg(pl.col("asked", "drawn").sum()).sort("unit").to_dicts()
    told = [
        f"Costs draw {text.number(row['drawn'])} {row['unit']} where the table has {text.number(row['asked'])} "
        f"({row['drawn'] / row['asked'] - 1.0:+.1%})."
        for row in sums
        if row["asked"] > 0
    ]
    return "\n".join(map(text.wrap, told))


def _prices(frame: pl.DataFrame) -> str:
    """What one more a week of the scarcest would be worth to all freight."""
    rows = frame.filter(pl.col("usd_week") >= 1.0).head(SCARCE).to_dicts()
    columns = [
        Column("one more a week of", [row["element"] for row in rows], right=False),
        Column("unit", [row["unit"] for row in rows], right=False),
        Column("is worth USD a year", [text.number(row["usd_week"]) for row in rows]),
    ]
    return text.table(columns) if rows else ""


def _elasticities(found: Assigned) -> str:
    """Own elasticities of the goods that move the most on the corridor in question."""
    main = found.corridors.filter(pl.col("kt") > 0).group_by("corridor").agg(pl.col("kt").sum())
    names = main.sort("kt", descending=True)["corridor"].to_list()
    tag = next((name for name in names if name == "middle"), names[0] if names else "")
    moved = found.corridors.filter(pl.col("corridor") == tag).sort("kt", "commodity", descending=[True, False])
    own = found.elasticities.filter((pl.col("corridor") == tag) & (pl.col("of") == tag))
    cells = {(row["commodity"], row["by"]): row["elasticity"] for row in own.to_dicts()}
    goods = [name for name in moved["commodity"] if (name, "price") in cells][:SCARCE]
    columns = [
        Column(f"goods on {tag}", goods, right=False),
        Column("by price", [f"{cells[name, 'price']:.2f}" for name in goods]),
        Column("by hours", [f"{cells[name, 'hours']:.2f}" for name in goods]),
    ]
    return f"Elasticity of freight:\n{text.table(columns)}" if goods else ""


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
