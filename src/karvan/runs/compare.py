"""``karvan compare``: two saved results side by side, in words."""

from pathlib import Path

import polars as pl

from karvan.runs import save
from karvan.runs.answer import Answer
from karvan.runs.plain import text
from karvan.runs.plain.text import Column
from karvan.runs.question import Compare
from karvan.studies.compare import Compared, compare

SHOWN = 12
"""Rows of each table in words; all of them by --json or --csv."""


def answer(question: Compare) -> Answer:
    """What differed in the inputs, and what changed; exit code 0 whatever changed."""
    names = _names(Path(question.base), Path(question.other))
    found = compare(
        **{name: save.read(Path(path)) for name, path in zip(names, (question.base, question.other), strict=True)}
    )
    return Answer(words(found, names), save.said(found), found.figures)


def _names(base: Path, other: Path) -> tuple[str, str]:
    """The folders' names, or base and other where these are the same."""
    return (base.name, other.name) if base.name != other.name else ("base", "other")


def words(found: Compared, names: tuple[str, str]) -> str:
    """The whole answer, at most 80 columns wide."""
    inputs = [
        text.wrap(f"- {row['what']}: {row['base'] or '-'}, then {row['other'] or '-'}.", "  ")
        for row in found.inputs.to_dicts()
    ]
    parts = [
        text.wrap(f"{names[1]} against {names[0]}."),
        "\n".join(["What was asked differently:", *inputs]) if inputs else "",
    ]
    if found.years.height:
        lines = [text.wrap(f"- {says}.", "  ") for says in found.years["says"].head(SHOWN).to_list()]
        parts.append("\n".join(["Run by run, with 95 % intervals:", *lines]))
    parts.append(_figures(found.figures))
    parts.append(
        "\n".join(
            text.wrap(f"{row['rank']}. {row['result']}: {row['says']}.", "   ") for row in found.ranking.to_dicts()
        )
    )
    return "\n\n".join(part for part in parts if part)


def _figures(frame: pl.DataFrame) -> str:
    """The largest changes by share; those that are not clear last."""
    order = frame.sort(pl.col("clear"), pl.col("change_share").abs().fill_null(0.0), descending=True).head(SHOWN)
    rows = order.to_dicts()
    columns = [
        Column("what", [f"{row['figure']}: {row['key']}" for row in rows], right=False),
        Column("before", [text.number(row["base"]) for row in rows]),
        Column("then", [text.number(row["other"]) for row in rows]),
        Column("change", [row["says"] for row in rows]),
    ]
    more = f"\n{frame.height - SHOWN:,} more figures: --json, or --csv for all of them" if frame.height > SHOWN else ""
    return f"{text.table(columns)}{more}" if rows else ""
