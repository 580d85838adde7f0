"""The book in which the build enters rows: prices by year, tables, sources; and the reader of the price stack."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from tools.titr.context.rows import SOURCE, Row, assumed, cited, facts, table
from tools.titr.slug import merged
from tools.titr.years import DEFLATOR, steps

PRICE_COLUMNS = ("usd_low", "usd", "usd_high")


@dataclass(frozen=True)
class Six:
    """One price with its band in 2022 and in 2026, nominal: low, mid and high of each year."""

    low22: float
    mid22: float
    high22: float
    low26: float
    mid26: float
    high26: float

    def __mul__(self, ratio: float) -> "Six":
        return Six(*(value * ratio for value in self.all))

    def __add__(self, other: "Six") -> "Six":
        return Six(*(a + b for a, b in zip(self.all, other.all, strict=True)))

    def __sub__(self, other: "Six") -> "Six":
        return self + other * -1.0

    @property
    def all(self) -> tuple[float, ...]:
        """The six values in order."""
        return (self.low22, self.mid22, self.high22, self.low26, self.mid26, self.high26)

    @property
    def ordered(self) -> "Six":
        """The same with each low not above and each high not below its mid: what rests after a difference."""
        low22, mid22, high22, low26, mid26, high26 = self.all
        return Six(min(low22, mid22), mid22, max(high22, mid22), min(low26, mid26), mid26, max(high26, mid26))

    @property
    def positive(self) -> "Six":
        """The same with nothing below zero."""
        return Six(*(max(0.0, value) for value in self.all))


def flat(usd22: float, usd26: float | None = None, band: float = 0.35) -> Six:
    """An own estimate with a band of so much to each side."""
    usd26 = usd22 if usd26 is None else usd26
    ends = sorted((1 - band, 1 + band))
    low22, high22 = sorted(usd22 * end for end in ends)
    low26, high26 = sorted(usd26 * end for end in ends)
    return Six(low22, usd22, high22, low26, usd26, high26)


@dataclass(frozen=True)
class Entry:
    """One arc of the stack: its price, hours (tech, mean, p90, wait, handle), length, emissions, source."""

    arc: str
    price: Six
    hours: tuple[float, float, float, float, float]
    km: float
    gco2e_tkm: float
    kgco2e_unit: float
    row: Row

    @property
    def source(self) -> Row:
        """Where the price comes from; the note says which arc of the stack it is or is part of."""
        return cited({**self.row, "note": ""}, note=f"stack arc {self.arc}", grade=self.row["grade"])

    @property
    def timed(self) -> Row:
        """Where the hours come from."""
        grade = self.row["hours_grade"] or "D"
        return cited({**self.row, "note": ""}, note=f"stack arc {self.arc}", grade=grade)


class Stack:
    """The price stack by arc: one arc has one price and one time in all its ways."""

    def __init__(self, folder: Path) -> None:
        self.rows = facts(folder, "price_stack")
        self._by_arc: dict[str, Entry] = {}
        for row in self.rows:
            self._by_arc.setdefault(row["arc_id"], _entry(row))

    def __getitem__(self, arc: str) -> Entry:
        return self._by_arc[arc]

    def arcs(self) -> tuple[str, ...]:
        """All arcs."""
        return tuple(self._by_arc)


def _entry(row: Row) -> Entry:
    columns = ("usd_2022_low", "usd_2022", "usd_2022_high", "usd_2026_low", "usd_2026", "usd_2026_high")
    price = Six(*(float(row[column]) for column in columns))
    times = (float(row[c] or 0) for c in ("hours_tech", "hours_mean", "hours_p90", "wait_h", "handle_h"))
    tech, mean, p90, wait, handle = times
    km, carriage, lift = (float(row[c] or 0) for c in ("distance_km", "gco2e_tkm", "kgco2e_unit"))
    return Entry(row["arc_id"], price, (tech, mean, p90, wait, handle), km, carriage, lift, row)


@dataclass
class Book:
    """Rows of all tables while they are being entered."""

    stack: Stack
    drivers: dict[str, dict[int, float]]
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    unused: list[dict[str, str]] = field(default_factory=list)

    def add(self, name: str, source: Row, /, **cells: Any) -> None:
        """Enters one row; cells given win over those of its source."""
        self.rows[name].append({**source, **cells})

    def change(self, name: str, key: str, column: str, since: str, told: float | str, source: Row) -> None:
        """Enters that a cell has another value from a day on."""
        value = {"text": told} if isinstance(told, str) else {"value": float(told)}
        cells = {"table": name, "id": key, "column": column, "since": dt.date.fromisoformat(since), **value}
        self.rows["profiles"].append({**source, "note": None, **cells})

    def price(self, tariff: str, six: Six, source: Row, mode: str = "line", digits: int = 2, **cells: Any) -> None:
        """Enters one tariff and its values of other years, in US dollars of 2022. ``mode``: see ``years.steps``."""
        low, mid, high = (round(value, digits) for value in six.ordered.all[:3])
        row = {"tariff_id": tariff, "scope": "arc", "part": "core", **cells}
        self.add("tariffs", source, **row, usd_low=low, usd=mid, usd_high=high)
        for column, since, value in steps(six.ordered.all, mode, self.drivers):
            self.change("tariffs", tariff, column, since, round(value, digits), source)

    def frames(self) -> dict[str, pl.DataFrame]:
        """All tables in the shape of their schemas."""
        return {name: table(name, rows) for name, rows in self.rows.items()}

    def sources(self) -> list[dict[str, object]]:
        """One row for each source that some row cites."""
        return merged(row[SOURCE] for rows in self.rows.values() for row in rows if SOURCE in row)


def pick(folder: Path, name: str) -> dict[int, float]:
    """A yearly series of ``drivers``."""
    rows = (row for row in facts(folder, "drivers") if row["driver"] == name)
    return {int(row["year"]): float(row["value"]) for row in rows}


def own(name: str) -> list[Row]:
    """A file of the editors' own estimates that stands beside this code."""
    return facts(Path(__file__).parent / "own", name)


def note(row: Row) -> Row:
    """The source cells of an own estimate with the row's note."""
    return assumed(row.get("note") or "own estimate")


def filled(cells: Iterable[tuple[str, str]]) -> Row:
    """Cells that are not empty."""
    return {name: value for name, value in cells if value}


__all__ = ["DEFLATOR", "Book", "Entry", "Six", "Stack", "filled", "flat", "note", "own", "pick"]
