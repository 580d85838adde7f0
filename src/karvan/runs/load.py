"""``karvan load``: what a corridor holds."""

import polars as pl

from karvan.corridor import Corridor
from karvan.errors import NameUnknown
from karvan.runs import open
from karvan.runs.answer import Answer
from karvan.runs.plain import text
from karvan.runs.plain.text import Column
from karvan.runs.question import Load
from karvan.schema import TABLES

MOST = 40


def answer(question: Load) -> Answer:
    """A summary of the corridor, or one of its tables."""
    corridor = open.corridor(question.corridor)
    if question.sources or question.table:
        return _table(corridor, "sources" if question.sources else question.table)
    frame = summary(corridor)
    about = {"corridor": corridor.name, "edition": corridor.edition, "price_year": corridor.price_year}
    title = corridor.title or corridor.name
    head = f"{title}\nEdition {corridor.edition}, US dollars of {corridor.price_year}, data {corridor.digest[:12]}"
    rows = frame.to_dicts()
    columns = [
        Column("table", [row["table"] for row in rows], right=False),
        Column("rows", [f"{row['rows']:,}" for row in rows]),
        *(Column(grade, [_count(row[grade]) for row in rows]) for grade in "ABCD"),
        Column("a row is", [row["meaning"] for row in rows], right=False),
    ]
    foot = "A to D: rows by grade (A official, B press quoting an official, C secondary, D estimate)."
    words = f"{text.wrap(head.splitlines()[0])}\n{head.splitlines()[1]}\n\n{text.table(columns)}\n\n{text.wrap(foot)}"
    return Answer(words, {**about, "digest": corridor.digest, "tables": rows}, frame)


def summary(corridor: Corridor) -> pl.DataFrame:
    """A row for each table that holds any: its rows, how many are of each grade, and what a row is."""
    rows = []
    for name, frame in corridor.tables.items():
        if frame.height:
            grades = frame["grade"].value_counts().rows() if "grade" in frame.columns else []
            counts = {grade: dict(grades).get(grade, 0) if grades else None for grade in "ABCD"}
            meaning = (TABLES[name].__doc__ or "").strip().splitlines()[0].rstrip(".")
            rows.append({"table": name, "rows": frame.height, **counts, "meaning": meaning})
    kinds = {"table": pl.String(), "rows": pl.Int64(), **dict.fromkeys("ABCD", pl.Int64()), "meaning": pl.String()}
    return pl.DataFrame(rows, schema=kinds)


def _count(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


def _table(corridor: Corridor, name: str) -> Answer:
    if name not in corridor.tables:
        raise NameUnknown("table", name, corridor.tables, cure="name a table that `karvan load` lists")
    frame = corridor.tables[name]
    filled = [column for column in frame.columns if frame[column].null_count() < frame.height]
    shown = _fitting(frame.select(filled).head(MOST))
    words = text.table(shown) if filled else f"The table {name} is empty."
    left = [column for column in filled if column not in {one.title for one in shown}]
    notes = [
        f"{frame.height - MOST:,} more rows" if frame.height > MOST else "",
        f"columns {', '.join(left)}" if left else "",
    ]
    more = " and ".join(note for note in notes if note)
    if more:
        words += "\n\n" + text.wrap(f"Not shown: {more}. All of it: --csv or --json.")
    return Answer(words, {name: frame.to_dicts()}, frame)


def _fitting(frame: pl.DataFrame) -> list[Column]:
    """As many columns, from the first on, as have room; each text with at least its key, or 14 letters."""
    columns: list[Column] = []
    room = text.WIDTH
    for name in frame.columns:
        right = frame.schema[name].is_numeric()
        cells = ["" if cell is None else _cell(cell) for cell in frame[name].to_list()]
        size = max(len(cell) for cell in (name, *cells)) + 2
        room -= size if right else min(size, 22)
        if room < 0 and columns:
            break
        columns.append(Column(name, cells, right))
    return columns


def _cell(cell: object) -> str:
    return f"{cell:g}" if isinstance(cell, float) else str(cell).replace("\n", " ")
