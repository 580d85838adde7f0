"""How a table is said: one column helper per kind of value, each with its unit, meaning, usual range and example.

A table is a dataframely schema. What dataframely itself has no word for (unit, usual range, reference, example) lives
in the column's metadata under the keys below, so that the docs, the empty templates, the JSON Schema, the Frictionless
package and the fault finder all read one source.

>>> class Piers(Table):
...     "One row a pier."
...     pier_id = key("the pier's id", "P1")
...     length_m = num("length along the quay", "m", 120, low=0, usual=(50, 400))
>>> Piers.key_columns()
('pier_id',)
>>> Piers.fact("length_m").unit
'm'
"""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import dataframely as dy

ID = r"^[A-Za-z0-9][A-Za-z0-9_.:+'\-]*$"
COUNTRY = r"^[A-Z]{2}$"
GRADES = ("A", "B", "C", "D")
LAST = ("valid_from", "valid_to", "source_id", "grade", "note")


@dataclass(frozen=True)
class Fact:
    """What one column is, for people and for programs.

    kind: text, key, number, whole, day, flag. ``low`` and ``high`` break a row, ``usual`` only warns. ``ref`` is
    ``table.column``; ``many`` says that the cell is a list of such values joined by semicolons.
    """

    name: str
    kind: str
    meaning: str
    unit: str
    example: Any
    needed: bool
    key: bool
    low: float | None = None
    high: float | None = None
    usual: tuple[float, float] | None = None
    choices: tuple[str, ...] = ()
    regex: str | None = None
    ref: str | None = None
    many: bool = False


class Table(dy.Schema):
    """Common parent of all tables; knows its facts by column."""

    @classmethod
    def key_columns(cls) -> tuple[str, ...]:
        """Names of the columns that identify a row."""
        return tuple(cls.primary_key())

    @classmethod
    def facts(cls) -> tuple[Fact, ...]:
        """Facts of all columns, in the order of the files: what is said first, its life and its source last."""
        return _facts(cls)

    @classmethod
    def fact(cls, name: str) -> Fact:
        """The fact of one column; KeyError when the table has no such column."""
        return _fact(name, cls.columns()[name])


@cache
def _facts(table: type[Table]) -> tuple[Fact, ...]:
    found = [_fact(name, column) for name, column in table.columns().items()]
    return tuple(sorted(found, key=lambda fact: LAST.index(fact.name) if fact.name in LAST and not fact.key else -1))


def _fact(name: str, column: dy.Column) -> Fact:
    meta = column.metadata or {}
    return Fact(
        name=name,
        kind=meta["kind"],
        meaning=column.description or "",
        unit=meta.get("unit", ""),
        example=meta.get("example"),
        needed=not column.nullable,
        key=column.primary_key,
        low=getattr(column, "min", None) if meta["kind"] in ("number", "whole") else None,
        high=getattr(column, "max", None) if meta["kind"] in ("number", "whole") else None,
        usual=meta.get("usual"),
        choices=meta.get("choices", ()),
        regex=getattr(column, "regex", None),
        ref=meta.get("ref"),
        many=meta.get("many", False),
    )


def key(meaning: str, example: str, *, ref: str | None = None, free: bool = False) -> Any:
    """A text column that (with others of its kind) identifies the row; ``free``: any text, not only an id."""
    return dy.String(
        primary_key=True, regex=None if free else ID, description=meaning, metadata=_meta("key", example, ref=ref)
    )


def whole_key(meaning: str, example: int, *, low: int = 0) -> Any:
    """A whole number that (with others) identifies the row: an order, a month, a year."""
    return dy.Int64(primary_key=True, min=low, description=meaning, metadata=_meta("whole", example))


def day_key(meaning: str, example: str) -> Any:
    """A date that (with others) identifies the row."""
    return dy.Date(primary_key=True, description=meaning, metadata=_meta("day", dt.date.fromisoformat(example)))


def text(
    meaning: str,
    example: str = "",
    *,
    needed: bool = False,
    choices: tuple[str, ...] = (),
    ref: str | None = None,
    many: bool = False,
    regex: str | None = None,
) -> Any:
    """A text column: free, one of ``choices``, or a reference (``many``: a list joined by semicolons)."""
    meta = _meta("text", example or (choices[0] if choices else None), ref=ref, choices=choices, many=many)
    return dy.String(nullable=not needed, regex=regex, description=meaning, metadata=meta)


def num(
    meaning: str,
    unit: str,
    example: float,
    *,
    needed: bool = False,
    low: float | None = None,
    high: float | None = None,
    usual: tuple[float, float] | None = None,
) -> Any:
    """A number with its unit; outside ``low`` to ``high`` the row is refused, outside ``usual`` it is only remarked."""
    meta = _meta("number", example, unit=unit, usual=usual)
    return dy.Float64(nullable=not needed, min=low, max=high, description=meaning, metadata=meta)


def whole(
    meaning: str, unit: str, example: int, *, needed: bool = False, low: int | None = None, high: int | None = None
) -> Any:
    """A whole number with its unit."""
    meta = _meta("whole", example, unit=unit)
    return dy.Int64(nullable=not needed, min=low, max=high, description=meaning, metadata=meta)


def day(meaning: str, example: str = "2026-01-01", *, needed: bool = False) -> Any:
    """A calendar day, ISO 8601."""
    meta = _meta("day", dt.date.fromisoformat(example))
    return dy.Date(nullable=not needed, description=meaning, metadata=meta)


def flag(meaning: str, example: bool = False) -> Any:
    """True or false; empty reads as false."""
    return dy.Bool(nullable=True, description=meaning, metadata=_meta("flag", example))


def _meta(kind: str, example: Any, **rest: Any) -> dict[str, Any]:
    return cast(dict[str, Any], {"kind": kind, "example": example, **{k: v for k, v in rest.items() if v}})


class Sourced(Table):
    """A table whose rows say where they come from.

    Grade A is an official statistic or report, B press quoting an official or a company, C secondary or
    back-calculated, D an estimate of the editors, shown as an assumption.
    """

    source_id = text("where the row comes from", "carec-cpmm-2022", ref="sources.source_id")
    grade = text("A official, B press quoting an official, C secondary, D own estimate", "B", choices=GRADES)
    note = text("what a reader should know about the row", "counted from Alat")


class Dated(Sourced):
    """A sourced table whose rows live between two days."""

    valid_from = day("first day on which the row holds (empty: always has)")
    valid_to = day("first day on which the row no longer holds (empty: for ever)")
