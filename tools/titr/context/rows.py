"""Reading a fact, citing it, and turning rows into a table in the shape of its schema."""

import csv
import datetime as dt
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from karvan.schema import TABLES
from karvan.schema.shape import conform, dtypes
from tools.titr.slug import merged, source_id, source_row

Row = dict[str, Any]
SOURCE = "__source"

ALPHA2 = {
    "ARM": "AM", "AZE": "AZ", "BGR": "BG", "BLR": "BY", "CHN": "CN", "DEU": "DE", "EUU": "EU", "EU": "EU",
    "GEO": "GE", "HUN": "HU", "IRN": "IR", "KAZ": "KZ", "KGZ": "KG", "POL": "PL", "ROU": "RO", "RUS": "RU",
    "TJK": "TJ", "TKM": "TM", "TUR": "TR", "UKR": "UA", "UZB": "UZ",
}  # fmt: skip


def facts(folder: Path, name: str) -> list[Row]:
    """All rows of one file of facts, as text."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def alpha2(code: str) -> str:
    """ISO 3166-1 alpha-2 of an alpha-3 code; other words come back as a slug.

    >>> alpha2("KAZ"), alpha2("Caspian states")
    ('KZ', 'caspian-states')
    """
    return ALPHA2[code] if code in ALPHA2 else slug(code)


def countries(codes: str) -> str:
    """``KAZ/AZE`` as ``KZ;AZ``."""
    return ";".join(alpha2(code) for code in codes.split("/") if code)


def slug(text: str) -> str:
    """Words joined by hyphens; upper case and underscores stay, so that ids of places stay readable."""
    return re.sub(r"[^A-Za-z0-9_]+", "-", text).strip("-_")


def number(text: str) -> float | None:
    """The number in a cell, or None where it is empty."""
    return float(text) if text.strip() else None


def day(text: str) -> dt.date | None:
    """The first day of a date, month or year; None where the cell is empty or names no year.

    >>> day("2022-03"), day("11-01")
    (datetime.date(2022, 3, 1), None)
    """
    parts = re.fullmatch(r"((?:19|20)\d\d)(?:-(\d\d))?(?:-(\d\d))?", text.strip())
    return dt.date(int(parts[1]), int(parts[2] or 1), int(parts[3] or 1)) if parts else None


def cited(row: Row, note: str = "", grade: str = "") -> Row:
    """The cells that say where a fact comes from; without address it is an assumption and at best C."""
    url, title = row.get("source_url", ""), row.get("source_title", "")
    grade = grade or row.get("confidence") or row.get("grade") or "D"
    told = [word.strip(" ;") for word in (note, row.get("note", "")) if word and word.strip(" ;")]
    return {
        SOURCE: source_row(url, title, row.get("publisher", ""), grade=grade),
        "grade": grade if url else max(grade, "C"),
        "note": "; ".join(told) or None,
    }


def assumed(note: str) -> Row:
    """The cells of a row that is our own estimate."""
    return {SOURCE: source_row("", "Karvan estimate"), "grade": "D", "note": note}


def known(note: str, grade: str = "C") -> Row:
    """The cells of a row from general knowledge, still to be checked with its depositary."""
    return {SOURCE: source_row("", "general knowledge, to be verified"), "grade": grade, "note": note}


def table(name: str, rows: Iterable[Row]) -> pl.DataFrame:
    """Rows as the table of that name, ordered by key. Raises ValueError where a key is doubled or a cell unknown."""
    rows = list(rows)
    kinds = dtypes(name)
    strange = {cell for row in rows for cell in row} - set(kinds) - {SOURCE}
    if any(not cell.startswith("x_") for cell in strange):
        raise ValueError(f"{name}: unknown cells {sorted(strange)}")
    flat = [{cell: _plain(value) for cell, value in row.items() if cell != SOURCE} for row in rows]
    for row, line in zip(rows, flat, strict=True):
        line["source_id"] = row[SOURCE]["source_id"]
    used = {cell: kind for cell, kind in kinds.items() if any(cell in line for line in flat)}
    extra = {cell: pl.String() for cell in sorted(strange)}
    frame = conform(name, pl.DataFrame(flat, schema={**used, **extra}))
    keys = list(TABLES[name].key_columns())
    twice = frame.filter(pl.struct(keys).is_duplicated())
    if twice.height:
        raise ValueError(f"{name}: {twice.select(keys).rows()[:4]} more than once")
    return frame.sort(keys)


def sources(rows: Iterable[Row]) -> pl.DataFrame:
    """The sources that the rows cite, one row an id."""
    found = merged(row[SOURCE] for row in rows)
    return conform("sources", pl.DataFrame(found, schema=dtypes("sources"))).sort("source_id")


def _plain(value: Any) -> Any:
    return (value.strip() or None) if isinstance(value, str) else value


__all__ = ["SOURCE", "Row", "alpha2", "assumed", "cited", "countries", "day", "facts", "known", "number", "slug",
           "source_id", "sources", "table"]  # fmt: skip
