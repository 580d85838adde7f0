"""Whether a price, a chain, a service or a condition speaks of a commodity, and how nearly."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from karvan.corridor import Corridor
from karvan.network.compile.day import param

ANY = 99
LOT_T = 100.0
"""Tonnes in a piece of goods that travel in bulk or by pipe and say nothing of wagons."""
_FORM = 50


def split(cell: str | None) -> tuple[str, ...]:
    """The parts of a cell that holds a list joined by semicolons."""
    return tuple(part.strip() for part in cell.split(";") if part.strip()) if cell else ()


@dataclass(frozen=True)
class Goods:
    """A commodity with its ancestors, forms, lists and fill, and what its owner gives for time.

    ``usd_t_day``: value of a day of mean transit, USD per tonne, None where the tables give none; ``reliability``: that
    of a day of standard deviation over it.
    """

    commodity: str
    line: tuple[str, ...]
    forms: tuple[str, ...]
    tags: frozenset[str]
    t_per_teu: float
    t_per_wagon: float
    t_per_truck: float
    usd_t_day: float | None = None
    reliability: float = 0.0

    def rank(self, cell: str | None) -> int | None:
        """How nearly a ``goods`` cell speaks of the commodity: 0 itself, then its parents, its forms, 99 any; else None."""
        named = split(cell)
        if not named:
            return ANY
        ranks = [self.line.index(name) for name in named if name in self.line]
        ranks += [_FORM + self.forms.index(name) for name in named if name in self.forms]
        return min(ranks, default=None)


def goods(corridor: Corridor, commodity: str) -> Goods:
    """The commodity of an id, with fills taken from the nearest parent that has them."""
    rows = {row["commodity_id"]: row for row in corridor.commodities.iter_rows(named=True)}
    line = [commodity]
    while (parent := rows[line[-1]]["parent"]) and parent in rows and parent not in line:
        line.append(parent)
    own = rows[commodity]
    tags = set(split(own["tags"]))
    if own["dangerous"]:
        tags.add(f"dg:{own['dangerous']}")

    def fill(column: str) -> float:
        return float(next((rows[name][column] for name in line if rows[name][column] is not None), 0.0))

    year = int(param(corridor, "as_of_year", corridor.price_year))
    return Goods(
        commodity,
        tuple(line),
        split(own["forms"]),
        frozenset(tags),
        fill("t_per_teu"),
        fill("t_per_wagon"),
        fill("t_per_truck"),
        value(corridor, line, "value_of_time", year),
        value(corridor, line, "reliability_ratio", year) or 0.0,
    )


def value(corridor: Corridor, line: Sequence[str], parameter: str, year: int) -> float | None:
    """An economic parameter of a commodity with its parents (``line``), the nearest's of the latest year up to ``year``.

    None where neither the commodity nor a parent, nor the row for any commodity, gives it.
    """
    rows = corridor.values.filter((pl.col("parameter") == parameter) & (pl.col("corridor") == "any"))
    for name in (*line, "any"):
        mine = rows.filter(pl.col("commodity_id") == name).sort("year")
        past = mine.filter(pl.col("year") <= year)
        if mine.height:
            return float(past["value"][-1] if past.height else mine["value"][0])
    return None


def piece(goods: Goods, form: str | None) -> tuple[str, float]:
    """The piece in which goods are counted, and its net tonnes."""
    forms = (form, *goods.forms) if form else goods.forms
    for one in forms:
        if one == "container" and goods.t_per_teu:
            return "FEU", 2 * goods.t_per_teu
        if one in ("wagon", "tank", "bulk") and goods.t_per_wagon:
            return "wagon", goods.t_per_wagon
        if one == "truck":
            return "truck", goods.t_per_truck or 15.0
    return "t", LOT_T


def size_in(capacity_unit: str | None, unit: str, tonnes: float) -> float:
    """How much of a capacity one piece takes: tonnes, TEU, or one wagon, truck or FEU."""
    if capacity_unit == "t":
        return tonnes
    if capacity_unit == "TEU":
        return 2.0 if unit == "FEU" else max(1.0, tonnes / 12)
    return 1.0
