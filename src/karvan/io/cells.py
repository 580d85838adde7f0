"""One column of cells read by its fact: the values, and which cells could not be read and why.

Whole columns are cast at once; only doubtful cells are looked at one by one.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from karvan.errors import nearest
from karvan.schema.base import COUNTRY, ID, Fact
from karvan.schema.describe import told
from karvan.schema.shape import KINDS

Tell = Callable[[str], tuple[str, str, str]]
"""From a faulty cell's text to the rule it breaks, its cure, and the nearest sound value."""

FLAGS = {"true": True, "false": False, "1": True, "0": False}
YES, NO = (
    ("yes", "y", "t", "on", "да", "иә", "bəli", "evet", "ja"),
    ("no", "n", "f", "off", "нет", "жоқ", "yox", "hayır"),
)
BROKEN = ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!")
WORDS = {
    "text": "text is",
    "number": "numbers are",
    "whole": "whole numbers are",
    "day": "days are",
    "flag": "booleans are",
}
UNKNOWN = "leave the cell empty where nothing is known"


@dataclass(frozen=True)
class Finding:
    """Faulty cells of one column: their places from 0 (None: the column as a whole) and what to tell of each.

    ``about`` is what ``tell`` is told of each row, where that is not the cell's own text.
    """

    column: str
    rows: pl.Series | None
    tell: Tell
    level: str = "error"
    about: pl.Series | None = None


def fixed(rule: str, cure: str) -> Tell:
    """The same words for every cell."""
    return lambda value: (rule, cure, "")


def read(fact: Fact, raw: pl.Series, typed: bool = False) -> tuple[pl.Series, list[Finding]]:
    """The column's values in the type of its fact (null where a cell is empty or cannot be read), and its faults."""
    kind = raw.dtype
    if kind == pl.Null or raw.null_count() == raw.len():
        return pl.Series(raw.name, [None], dtype=KINDS[fact.kind]).new_from_index(0, raw.len()), []
    if kind == pl.String:
        if KINDS[fact.kind] == pl.String:
            return _text(fact, raw)
        values, found = _cast(fact, raw)
        return values, _misfit(fact, raw) if typed else found
    return _typed(fact, raw)


def _misfit(fact: Fact, raw: pl.Series) -> list[Finding]:
    """The whole column has the wrong type."""
    rule = f"holds {raw.dtype} where {WORDS.get(fact.kind, 'text is')} needed"
    return [Finding(fact.name, None, fixed(rule, f"Turn the column into {KINDS[fact.kind]}"))]


def _typed(fact: Fact, raw: pl.Series) -> tuple[pl.Series, list[Finding]]:
    """A column that came with a type of its own: Parquet or a frame."""
    kind, wanted = raw.dtype, KINDS[fact.kind]
    if kind == wanted and wanted != pl.Float64:
        return raw, []
    if wanted == pl.String and isinstance(kind, (pl.Categorical, pl.Enum)):
        return _text(fact, raw.cast(pl.String))
    if kind.is_numeric() and wanted.is_numeric():
        values = raw.cast(wanted, strict=False)
        bad = ~raw.cast(pl.Float64).is_finite() | (values.cast(pl.Float64) != raw.cast(pl.Float64))
        return _without(values, bad.fill_null(False), Finding(fact.name, bad.arg_true(), _number(fact)))
    if wanted == pl.Date and kind == pl.Datetime:
        values = raw.dt.date()
        bad = (values.cast(kind) != raw).fill_null(False)
        return _without(values, bad, Finding(fact.name, bad.arg_true(), _day))
    try:
        values, _ = read(fact, raw.cast(pl.String))
    except pl.exceptions.PolarsError:
        values = pl.Series(raw.name, [None], dtype=wanted).new_from_index(0, raw.len())
    return values, _misfit(fact, raw)


def _without(values: pl.Series, bad: pl.Series, finding: Finding) -> tuple[pl.Series, list[Finding]]:
    return (values.set(bad, None), [finding]) if bad.any() else (values, [])


def _text(fact: Fact, raw: pl.Series) -> tuple[pl.Series, list[Finding]]:
    """Free text stays as it is; ids, references, choices and lists lose the blanks around them, and say so."""
    if fact.kind == "text" and not (fact.ref or fact.choices or fact.regex or fact.many):
        return raw, []
    clean = raw.str.strip_chars()
    empty = clean == ""
    if empty.any():
        clean = clean.set(empty, None)
    edges = clean.str.len_bytes() != raw.str.len_bytes()
    return clean, ([Finding(fact.name, edges.arg_true(), _edges)] if edges.any() else [])


def _edges(value: str) -> tuple[str, str, str]:
    return "has blanks before or after it", f"Write {value.strip()!r}", value.strip()


def _cast(fact: Fact, raw: pl.Series) -> tuple[pl.Series, list[Finding]]:
    values = _quick(fact.kind, raw)
    doubt = (values.is_null() & raw.is_not_null()).arg_true()
    if not doubt.len():
        return values, []
    texts = raw.gather(doubt).str.strip_chars()
    again = _quick(fact.kind, texts)
    if fact.kind == "whole":
        again = _whole(again, _quick("number", texts))
    values = values.scatter(doubt, again)
    bad = doubt.filter(again.is_null() & (texts != ""))
    return values, ([Finding(fact.name, bad, _teller(fact))] if bad.len() else [])


def _whole(values: pl.Series, decimals: pl.Series) -> pl.Series:
    """Whole numbers written with a decimal point, such as 4.0, count as whole."""
    broken = ((decimals != decimals.floor()) | (decimals.abs() > 2**53)).fill_null(False)
    return values.zip_with(values.is_not_null(), decimals.set(broken, None).cast(pl.Int64))


def _quick(kind: str, raw: pl.Series) -> pl.Series:
    if kind == "number":
        values = raw.cast(pl.Float64, strict=False)
        return values if values.is_finite().all() else values.set((~values.is_finite()).fill_null(False), None)
    if kind == "whole":
        return raw.cast(pl.Int64, strict=False)
    if kind == "day":
        days = raw.str.to_date("%Y-%m-%d", strict=False)
        return days.set((raw.str.len_bytes() != 10).fill_null(False), None)
    return raw.str.to_lowercase().replace_strict(FLAGS, default=None, return_dtype=pl.Boolean)


def _teller(fact: Fact) -> Tell:
    return {"number": _number(fact), "whole": _number(fact), "day": _day, "flag": _flag}[fact.kind]


def _number(fact: Fact) -> Tell:
    """Why a cell is no number of this column."""
    unit = f" in {fact.unit}" if fact.unit else ""
    kind = "a whole number" if fact.kind == "whole" else "a number"

    def tell(value: str) -> tuple[str, str, str]:
        text = value.strip()
        plain = re.fullmatch(r"([+-]?[\d.,\s]*\d)\s*([^\d\s.,].*)", text)
        if text in BROKEN:
            return "is a formula's error", "Mend the formula, or write its value", ""
        if re.fullmatch(r"[+-]?\d+,\d+", text):
            point = text.replace(",", ".")
            either = (
                f" (or {text.replace(',', '')} if the comma parts thousands)" if re.search(r",\d{3}$", text) else ""
            )
            return "has a decimal comma", f"Write {point}{either}", ""
        if re.fullmatch(r"[+-]?\d{1,3}([\s,'\u00a0\u202f]\d{3})+(\.\d+)?", text):
            return "has separators of thousands", f"Write {re.sub(r'[^0-9.+-]', '', text)}", ""
        if text.lower().lstrip("+-") in ("nan", "inf", "infinity"):
            return f"must be a finite number{unit}", UNKNOWN.capitalize(), ""
        if fact.kind == "whole" and re.fullmatch(r"[+-]?\d*\.\d+", text):
            return f"must be a whole number{unit}", "Round it", ""
        if plain and plain[2].strip() == fact.unit:
            return f"holds its unit: the column is{unit} already", f"Write {plain[1].strip()}", ""
        if plain and not re.fullmatch(r"[eE][+-]?", plain[2]):
            if unit:
                cure = f"Turn it into {fact.unit} and write the number alone"
                return f"holds a unit or words beside the number; the column is{unit}", cure, ""
            return "holds words beside the number", "Write the number alone", ""
        return f"must be {kind}{unit}", f"Write a number, or {UNKNOWN}", ""

    return tell


def _day(value: str) -> tuple[str, str, str]:
    """Why a cell is no day."""
    text = value.strip()
    rule = "must be a day, YYYY-MM-DD"
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return "there is no such day", "Mend the month or the day", ""
    if re.match(r"\d{4}-\d{2}-\d{2}[T ]", text):
        return "must be a day without an hour", f"Write {text[:10]}", ""
    if re.fullmatch(r"[1-7]\d{4}", text):
        day = dt.date(1899, 12, 30) + dt.timedelta(int(text))
        return rule, f"Write {day} if it is a spreadsheet's day number", ""
    parts = re.fullmatch(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})", text)
    if parts:
        one, mark, two, year = int(parts[1]), parts[2], int(parts[3]), parts[4]
        both = [f"{year}-{month:02}-{day:02}" for day, month in ((one, two), (two, one)) if month <= 12 and day <= 31]
        return rule, f"Write {' or '.join(dict.fromkeys(both[:1] if mark == '.' else both)) or 'the day so'}", ""
    return rule, "Write it like 2026-01-31", ""


def _flag(value: str) -> tuple[str, str, str]:
    """Why a cell is neither true nor false."""
    word = value.strip().casefold()
    meant = "true" if word in YES else "false" if word in NO else "true or false"
    return "must be true or false", f"Write {meant}", "" if " " in meant else meant


def choice(fact: Fact) -> Tell:
    """Why a cell is none of the column's choices."""
    rule, cure = f"is not one of {', '.join(fact.choices)}", "Write one of them"
    return lambda value: (rule, cure, next(iter(nearest(value.strip(), fact.choices)), ""))


def form(fact: Fact) -> Tell:
    """Why a cell does not have the form that its column asks for."""
    like = f"Write it like {told(fact.example)}"

    def tell(value: str) -> tuple[str, str, str]:
        text = value.strip()
        if text in BROKEN:
            return "is a formula's error", "Mend the formula, or write its value", ""
        if fact.regex == ID:
            return (
                "holds a sign that an id cannot",
                "Use letters, digits and _ . : + ' - only, a letter or digit first",
                "",
            )
        near = text.upper() if re.fullmatch(fact.regex or "", text.upper()) else ""
        rule = (
            "must be two capital letters, ISO 3166-1" if fact.regex == COUNTRY else f"does not read as {fact.meaning}"
        )
        return rule, f"Write {near}" if near else like, near

    return tell
