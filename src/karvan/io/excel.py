"""A corridor as an Excel workbook: one sheet a table, read and written without loss."""

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from karvan.corridor import Corridor
from karvan.errors import InputError
from karvan.io import faults, folder, workbook
from karvan.io.workbook import ABOUT, quoted
from karvan.schema import TABLES
from karvan.schema.base import Fact
from karvan.schema.describe import rules, told

LONGEST, TALLEST, EXACT = 32_767, 1_048_575, 2**53
DATES = {"default_date_format": "yyyy-mm-dd"}
FIRST_DAY = dt.date(1900, 3, 1)
"""Days before it have no place in a workbook's calendar and are written as text."""


class _Number(float):
    """A number that is written in full: the writer's own format stops at 16 digits."""

    def __format__(self, spec: str) -> str:
        return repr(float(self))


def read(path: Path | str) -> Corridor:
    """The corridor of a workbook, checked.

    Raises FaultsError with all faults (file is ``book.xlsx:sheet``), InputError where there is no such workbook.
    """
    raw = workbook.read(Path(path))
    return folder.of(raw.about, faults.sound(raw))


def write(corridor: Corridor, path: Path | str, *, empty: bool = False) -> Path:
    """Writes the corridor to a workbook, whole or not at all.

    The first row of a sheet holds the column names, each with a comment of its unit, meaning and rules. ``empty`` also
    writes the tables without rows, to be filled. Raises InputError where a text or a table is longer than a sheet can
    hold, and where a column has a type that no table can.
    """
    place = Path(path)
    frames = {name: frame for name, frame in corridor.tables.items() if empty or frame.height}
    kinds = {name: folder.own_kinds(frame) for name, frame in frames.items()}
    for name, frame in frames.items():
        _require_fit(name, frame)
    with folder.whole_file(place) as fresh, xlsxwriter.Workbook(str(fresh), DATES) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        _write_about(book.add_worksheet(ABOUT), corridor, kinds)
        for name, frame in frames.items():
            _write_sheet(book.add_worksheet(name), name, frame, head)
    return place


def _require_fit(table: str, frame: pl.DataFrame) -> None:
    if frame.height > TALLEST:
        raise InputError(f"{table} has {frame.height} rows, a sheet holds {TALLEST}", cure="write CSV or Parquet")
    for name in frame.select(pl.col(pl.String)).columns:
        # a sheet counts UTF-16 units, of which no character takes more than two
        for row in (frame[name].str.len_chars() > (LONGEST - 2) // 2).arg_true().to_list():
            units = len(frame[name][row].encode("utf-16-le")) // 2
            if units + 2 > LONGEST:
                rule = f"{table}, row {row + 1}, {name}: {units} characters, a cell holds {LONGEST - 2}"
                raise InputError(rule, cure="shorten the text, or write CSV or Parquet")


def _write_about(sheet: Any, corridor: Corridor, kinds: dict[str, dict[str, str]]) -> None:
    rows = {
        "word": "value",
        "name": corridor.name,
        "version": corridor.edition,
        "price_year": str(corridor.price_year),
        "title": quoted(corridor.title),
        "scenarios": quoted(";".join(corridor.scenarios)),
        **{f"{table}.{column}": kind for table, own in kinds.items() for column, kind in own.items()},
    }
    for place, (word, value) in enumerate(rows.items()):
        sheet.write_string(place, 0, word)
        sheet.write_string(place, 1, value)
    sheet.set_column(0, 1, 28)


def _write_sheet(sheet: Any, table: str, frame: pl.DataFrame, head: Any) -> None:
    facts = {fact.name: fact for fact in TABLES[table].facts()}
    for place, name in enumerate(frame.columns):
        sheet.write_string(0, place, name, head)
        if name in facts:
            sheet.write_comment(0, place, _comment(facts[name]), {"x_scale": 2})
        for row, value in enumerate(frame[name].to_list(), start=1):
            if value is not None:
                _write_cell(sheet, row, place, value)
    sheet.freeze_panes(1, len(TABLES[table].key_columns()))
    sheet.set_column(0, max(frame.width - 1, 0), 14)


def _comment(fact: Fact) -> str:
    unit = f" [{fact.unit}]" if fact.unit else ""
    example = f"\nsuch as {told(fact.example)}" if fact.example not in (None, "") else ""
    return f"{fact.name}{unit}: {fact.meaning}\n{'; '.join(rules(fact))}{example}"


def _write_cell(sheet: Any, row: int, place: int, value: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, dt.date) and value >= FIRST_DAY:
        sheet.write_datetime(row, place, dt.datetime(value.year, value.month, value.day))
    elif isinstance(value, float) or (isinstance(value, int) and abs(value) <= EXACT):
        sheet.write_number(row, place, _Number(value))
    else:
        sheet.write_string(row, place, quoted(value) if isinstance(value, str) else str(value))
