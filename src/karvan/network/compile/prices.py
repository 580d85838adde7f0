"""Arc prices: which tariffs apply to a passage of a link or a chain, for one commodity and class."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from karvan.corridor import Corridor
from karvan.network.compile.goods import Goods, split

Row = dict[str, Any]

UNITS = ("FEU", "TEU", "wagon", "truck", "t", "train")
"""What a price may be per; the columns of every price array."""

PAID = ("core", "access")
"""The parts that make up the price; what the owner pays apart and the shipper's aversion are kept beside it."""

SHEET = ("price", "low", "high", "price_d", "owner", "risk")
"""The rows of a price sheet: the price, its band, the absolute USD of it that rest on grade D, and what is beside it."""

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

    Only links of its ``corridors`` may be used under it (empty: all) and only by its class, where given; and it must
    pass ``via``, where given.
    """

    tariff: str
    from_node: str
    to_node: str
    via: str | None
    corridors: frozenset[str]
    covers: frozenset[str]
    class_id: str | None
    item: Item

    def covers_item(self, item: Item) -> bool:
        """Whether the through price takes the stead of a price: those parts of the price whose operator it covers."""
        return item.part in PAID and ("all" in self.covers or item.operator in self.covers)


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

    def sheet(self, items: tuple[Item, ...]) -> list[list[float]]:
        """Sums of the items by unit, shape (len(SHEET), 6)."""
        told = [[0.0] * len(UNITS) for _ in SHEET]
        for one, units in zip(items, units_of(items, self.teu_over_feu), strict=True):
            for unit, times in units.items():
                at = UNITS.index(unit)
                if one.part in PAID:
                    estimated = abs(one.usd) if one.grade == "D" else 0.0
                    for row, usd in enumerate((one.usd, one.low, one.high, estimated)):
                        told[row][at] += usd * times
                elif one.part in SHEET:
                    told[SHEET.index(one.part)][at] += one.usd * times
        return told


def units_of(items: tuple[Item, ...], teu_over_feu: float) -> list[dict[str, float]]:
    """For each item the units it is paid in, and how many times its price in each: a box is paid in its own size.

    Where an operator prices only one size of box, the other pays by the ratio of their prices.
    """
    sized = {(one.operator, one.item, one.unit) for one in items}
    told = []
    for one in items:
        units = {one.unit: 1.0}
        if one.unit == "FEU" and (one.operator, one.item, "TEU") not in sized:
            units["TEU"] = teu_over_feu
        elif one.unit == "TEU" and (one.operator, one.item, "FEU") not in sized:
            units["FEU"] = 1.0 / teu_over_feu
        told.append(units)
    return told


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
    return Through(*ends, corridors, covers, row["class_id"], _item(row, 1.0))
