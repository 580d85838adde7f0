"""Arc prices: which tariffs apply to a passage of a link or a chain, for one commodity and class."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from karvan.corridor import Corridor
from karvan.network.compile.goods import Goods, split

Row = dict[str, Any]
Floats = NDArray[np.float64]

UNITS = ("FEU", "TEU", "wagon", "truck", "t", "train")
"""What a price may be per; the columns of every price array."""

FAMILY = {"FEU": "container", "TEU": "container", "wagon": "wagon", "truck": "truck", "t": "", "train": ""}


@dataclass(frozen=True)
class Item:
    """One tariff on one arc, in USD per unit of the tariff (per km already times the length)."""

    tariff: str
    operator: str
    item: str
    part: str
    unit: str
    usd: float
    low: float
    high: float
    grade: str


@dataclass(frozen=True)
class Through:
    """A section or through price: from a place to a place, in the stead of the prices of the operators covered.

    Only links of its ``corridors`` may be used under it (empty: all), and it must pass ``via``, where given.
    """

    tariff: str
    from_node: str
    to_node: str
    via: str | None
    corridors: frozenset[str]
    covers: frozenset[str]
    item: Item

    def covers_item(self, item: Item) -> bool:
        """Whether the through price takes the stead of a price: those parts of the price whose operator it covers."""
        return item.part in ("core", "access") and ("all" in self.covers or item.operator in self.covers)


class Prices:
    """The tariffs of one day that speak of one commodity."""

    def __init__(self, today: Corridor, of: Goods, teu_over_feu: float) -> None:
        self._of, self.teu_over_feu = of, teu_over_feu
        self._arc: dict[tuple[str, str], list[tuple[Row, int]]] = defaultdict(list)
        self.through: list[Through] = []
        for row in today.tariffs.sort("tariff_id").iter_rows(named=True):
            rank = of.rank(row["goods"])
            if rank is None or not self._unit_fits(row["unit"]):
                continue
            if row["scope"] == "arc":
                place = ("link", row["link_id"]) if row["link_id"] else ("procedure", row["procedure_id"])
                self._arc[place].append((row, rank))
            else:
                self.through.append(_through(row))

    def _unit_fits(self, unit: str) -> bool:
        family = FAMILY[unit]
        rail_forms = {"wagon", "tank"} & set(self._of.forms)
        return not family or family in self._of.forms or (family == "wagon" and bool(rail_forms))

    def on_link(self, link: str, entered: str, class_id: str, length_km: float) -> tuple[Item, ...]:
        """Items of a passage of the link entered at ``entered``; empty where nothing prices it."""
        rows = [(row, rank) for row, rank in self._arc["link", link] if row["from_node"] in (None, entered)]
        return self._nearest(rows, class_id, length_km)

    def on_chain(self, procedure: str, class_id: str) -> tuple[Item, ...]:
        """Items of a passage of the chain by a class (for a transfer, the class left)."""
        return self._nearest(self._arc["procedure", procedure], class_id, 1.0)

    def _nearest(self, rows: list[tuple[Row, int]], class_id: str, length_km: float) -> tuple[Item, ...]:
        """For one operator and item the rows nearest to class and goods count; a box may be priced per FEU and TEU."""
        groups: dict[tuple[str, str], list[tuple[tuple[int, int], Row]]] = defaultdict(list)
        for row, rank in rows:
            if row["class_id"] in (None, class_id):
                groups[row["operator_id"], row["item"]].append(((0 if row["class_id"] else 1, rank), row))
        chosen: list[Item] = []
        for candidates in groups.values():
            best = min(order for order, _ in candidates)
            chosen += [_item(row, length_km) for order, row in candidates if order == best]
        return tuple(chosen)

    def vector(self, items: tuple[Item, ...], parts: tuple[str, ...], what: str = "usd") -> Floats:
        """Sum of the items of some parts by unit, shape (6,); boxes priced in one size get the other by the ratio."""
        total = np.zeros(len(UNITS))
        by_item: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
        for one in items:
            if one.part in parts:
                cell = by_item[one.operator, one.item]
                cell[one.unit] = cell.get(one.unit, 0.0) + getattr(one, what)
        for cell in by_item.values():
            if "FEU" in cell and "TEU" not in cell:
                cell["TEU"] = cell["FEU"] * self.teu_over_feu
            elif "TEU" in cell and "FEU" not in cell:
                cell["FEU"] = cell["TEU"] / self.teu_over_feu
            for unit, usd in cell.items():
                total[UNITS.index(unit)] += usd
        return total


def _item(row: Row, length_km: float) -> Item:
    size = length_km if row["per_km"] else 1.0
    usd = row["usd"]
    low = row["usd_low"] if row["usd_low"] is not None else usd
    high = row["usd_high"] if row["usd_high"] is not None else usd
    return Item(
        row["tariff_id"],
        row["operator_id"],
        row["item"],
        row["part"] or "core",
        row["unit"],
        usd * size,
        min(low, high, usd) * size,
        max(low, high, usd) * size,
        row["grade"] or "D",
    )


def _through(row: Row) -> Through:
    covers = frozenset(split(row["covers"]))
    if row["scope"] == "section" and not covers:
        covers = frozenset({row["operator_id"]})
    corridors = frozenset(split(row["corridor"]))
    via = None if row["via_node"] == row["from_node"] else row["via_node"]
    ends = (row["tariff_id"], row["from_node"], row["to_node"], via)
    return Through(*ends, corridors, covers, _item(row, 1.0))
