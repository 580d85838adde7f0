"""Cells that change with time: reading them on a day, and changing them from a day on."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import polars as pl

from karvan.errors import CardError
from karvan.scenario import Change
from karvan.schema import TABLES
from karvan.schema.shape import conform

ALWAYS = dt.date(1, 1, 1)
CELL = ("table", "id", "column", "since")


def key_of(table: str) -> pl.Expr:
    """The key of a row as ``profiles`` writes it: its parts joined by ``|``."""
    parts = [pl.col(name).cast(pl.String) for name in TABLES[table].key_columns()]
    return pl.concat_str(parts, separator="|")


def on_date(table: str, frame: pl.DataFrame, profiles: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """The rows of a table that hold on ``day``, with the values their profiles give them on it."""
    if not frame.height:
        return frame
    if "valid_from" in frame.columns:
        begun = pl.col("valid_from").is_null() | (pl.col("valid_from") <= day)
        frame = frame.filter(begun & (pl.col("valid_to").is_null() | (pl.col("valid_to") > day)))
    mine = profiles.filter((pl.col("table") == table) & (pl.col("since") <= day))
    if not mine.height or not frame.height:
        return frame
    last = mine.sort("since").group_by("id", "column", maintain_order=True).last()
    frame = frame.with_columns(key_of(table).alias("__key"))
    for (column,), rows in last.group_by("column", maintain_order=True):
        kind = frame.schema[str(column)]
        told = "text" if kind == pl.String else "value"
        new = rows.select(pl.col("id").alias("__key"), pl.col(told).cast(kind).alias("__new"))
        frame = frame.join(new, on="__key", how="left", maintain_order="left")
        told_value = pl.coalesce("__new", str(column))
        if kind == pl.String:  # an empty text says that the cell is empty again
            told_value = pl.when(told_value != "").then(told_value)
        frame = frame.with_columns(told_value.alias(str(column))).drop("__new")
    return frame.drop("__key")


def change_over_time(table: str, rows: pl.DataFrame, profiles: pl.DataFrame, change: Change, who: str) -> pl.DataFrame:
    """The profiles after a change of ``rows`` that holds from ``change.since`` to ``change.until``.

    Without dates the change holds always, so every value the cells ever take is changed.
    """
    keys = rows.select(key_of(table).alias("key"))["key"].to_list()
    found: dict[tuple[str, str], list[tuple[dt.date, Any]]] = {}
    touched = [*change.set, *change.times, *change.plus]
    mine = profiles.filter((pl.col("table") == table) & pl.col("id").is_in(keys) & pl.col("column").is_in(touched))
    for row in mine.iter_rows(named=True):
        value = row["value"] if row["value"] is not None else row["text"]
        found.setdefault((row["id"], row["column"]), []).append((row["since"], value))
    new: list[dict[str, Any]] = []
    for column in touched:
        step = _step(change, column, who)
        for key, base in zip(keys, rows[column].to_list(), strict=True):
            line = [(ALWAYS, base), *sorted(found.get((key, column), []))]
            text = rows.schema[column] == pl.String
            new += [_row((table, key, column), day, value, text, who) for day, value in _changed(line, step, change)]
    rest = profiles.join(mine.select(*CELL), on=list(CELL), how="anti")
    return pl.concat([rest, _sourced(new, mine)]) if new else rest


def _sourced(new: list[dict[str, Any]], old: pl.DataFrame) -> pl.DataFrame:
    """The new rows as a table; a row that was there keeps its source and note, and its grade where its value stays."""
    fresh = conform("profiles", pl.DataFrame(new, infer_schema_length=None))
    told = fresh.join(old.select(*CELL, pl.exclude(*CELL).name.prefix("old_")), on=list(CELL), how="left")
    same = pl.col("value").eq_missing(pl.col("old_value")) & pl.col("text").eq_missing(pl.col("old_text"))
    grade = pl.when(same & pl.col("old_grade").is_not_null()).then(pl.col("old_grade")).otherwise(pl.col("grade"))
    kept = told.with_columns(source_id="old_source_id", note="old_note", grade=grade)
    return kept.select(fresh.columns)


def _changed(line: list[tuple[dt.date, Any]], step: Callable[[Any], Any], change: Change) -> list[tuple[dt.date, Any]]:
    """The line of values after the change; its first value stands in the table itself and is not given back."""
    start, end = change.since or ALWAYS, change.until or dt.date.max
    before = [(since, value) for since, value in line if since < start]
    within = [(since, step(value)) for since, value in line if start < since < end]
    after = [(since, value) for since, value in line if since >= end]
    opening = [] if start == ALWAYS else [(start, step(_at(line, start)))]
    closing = [] if change.until is None or (after and after[0][0] == end) else [(end, _at(line, end))]
    return [pair for pair in (*before, *opening, *within, *closing, *after) if pair[0] != ALWAYS]


def _at(line: list[tuple[dt.date, Any]], day: dt.date) -> Any:
    return [value for since, value in line if since <= day][-1]


def _step(change: Change, column: str, who: str) -> Callable[[Any], Any]:
    def step(value: Any) -> Any:
        if column in change.set:
            return change.set[column]
        if value is None or isinstance(value, str):
            raise CardError(f"{who}: {column} is not a number in every matched row", cure="use set")
        return value * change.times[column] if column in change.times else value + change.plus[column]

    return step


def _row(cell: tuple[str, str, str], since: dt.date, value: Any, text: bool, who: str) -> dict[str, Any]:
    table, key, column = cell
    if value is None and not text:
        raise CardError(f"{who}: {column} of {key} is empty outside the dates", cure="give the base row a value first")
    fits = isinstance(value, str | None) if text else isinstance(value, (int, float))
    if not fits:  # profiles hold numbers, flags and texts; no day, and no text for a number
        raise CardError(
            f"{who}: {column} cannot hold {value!r} from a day on", cure="write a number, or leave from out"
        )
    told = {"text": value or ""} if text else {"value": float(value)}
    return {"table": table, "id": key, "column": column, "since": since, "grade": "D", **told}
