"""Entering prices on links: one way round or both, and in both sizes of direction."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from tools.titr.book import Book, Six, flat, own
from tools.titr.context.rows import Row, assumed

EASTBOUND = {"middle": 0.65, "north": 0.78, "sea": 0.19}
"""Eastbound over westbound prices, from the table of values."""
EMPTY = 39 / 48
"""Empty over loaded, after the list rates of the ferries by the metre."""
EAST_SOURCE = "westbound price times the ratio of eastbound to westbound prices of its corridor"


@dataclass(frozen=True)
class Charge:
    """What a price is for: operator, item, unit, class, goods, part, how it moves with the years, digits kept."""

    operator: str
    item: str
    unit: str = "FEU"
    class_id: str | None = None
    goods: str | None = "container"
    part: str = "core"
    mode: str = "line"
    digits: int = 2

    @property
    def cells(self) -> dict[str, Any]:
        """As cells of the table tariffs."""
        return {
            "operator_id": self.operator, "item": self.item, "unit": self.unit, "class_id": self.class_id,
            "goods": self.goods, "part": self.part,
        }  # fmt: skip


@dataclass
class Rates:
    """The prices of links while they are being entered."""

    book: Book
    ends: dict[str, tuple[str, str]] = field(default_factory=dict)
    km: dict[str, float] = field(default_factory=dict)
    begins: dict[str, dt.date] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for row in self.book.rows["links"]:
            self.ends[row["link_id"]] = (row["from_node"], row["to_node"])
            self.km[row["link_id"]] = float(row["length_km"])
            if row.get("valid_from"):
                self.begins[row["link_id"]] = row["valid_from"]

    def _enter(self, name: str, six: Six, source: Row, charge: Charge, cells: dict[str, Any]) -> None:
        begins = {"valid_from": self.begins[cells["link_id"]]} if cells["link_id"] in self.begins else {}
        self.book.price(name, six, source, charge.mode, charge.digits, **cells, **begins)

    def both(self, link: str, charge: Charge, six: Six, source: Row) -> None:
        """One price for both directions."""
        self._enter(_name(link, charge, ""), six, source, charge, {**charge.cells, "link_id": link})

    def west(self, link: str, charge: Charge, six: Six, source: Row, ratio: float = EASTBOUND["middle"]) -> None:
        """A price from the link's first end to its second (westward), and by a ratio the other way."""
        first, second = self.ends[link]
        there = {"link_id": link, "from_node": first, **charge.cells}
        self._enter(_name(link, charge, "w"), six, source, charge, there)
        back = {**there, "from_node": second}
        told = assumed(EAST_SOURCE)
        self._enter(_name(link, charge, "e"), six * ratio, told, charge, back)

    def empties(self, link: str, charge: Charge, six: Six, ratio: float = EASTBOUND["middle"]) -> None:
        """The price of an empty box on its way back east."""
        cells = {**charge.cells, "goods": "container_empty", "link_id": link, "from_node": self.ends[link][1]}
        told = assumed("eastbound loaded price times the ferries' ratio of empty to loaded, 39/48")
        name = _name(link, charge, "empty")
        self._enter(name, six * (ratio * EMPTY), told, charge, cells)


def _name(link: str, charge: Charge, tail: str) -> str:
    goods = (charge.goods or "").split(";")[0]
    words = (charge.operator, charge.item, link, charge.class_id or "", goods, charge.unit, tail)
    return "-".join(word.replace("_", "") for word in words if word).lower()


def own_prices(rates: Rates) -> None:
    """The prices that are wholly own estimates: ``own/prices.csv``, one row a link or a list of links."""
    for row in own("prices"):
        charge = Charge(
            row["operator_id"], row["item"], row["unit"], row["class_id"] or None, row["goods"] or None,
            row["part"] or "core", row["mode"] or "line", 2 if row["unit"] in ("FEU", "wagon", "truck") else 3,
        )  # fmt: skip
        usd26 = float(row["usd26"]) if row["usd26"] else None
        band = float(row["band"] or 0.35)
        for link in row["links"].split():
            size = rates.km[link] if row["per_km"] else 1.0
            six = flat(float(row["usd"]) * size, None if usd26 is None else usd26 * size, band)
            source = assumed(row["note"] or "own estimate by length")
            if row["east"]:
                rates.west(link, charge, six, source, float(row["east"]))
            else:
                rates.both(link, charge, six, source)
