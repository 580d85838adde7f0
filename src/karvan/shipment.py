"""Shipment: what is sent, from where to where, and when."""

import datetime as dt
from dataclasses import dataclass

from karvan.errors import QuoteError

TEU_OF = {"teu": 1.0, "feu": 2.0, "hc40": 2.0}


@dataclass(frozen=True)
class Shipment:
    """What is sent. Give exactly one quantity: boxes (``teu``, ``feu``, ``hc40``), ``wagons``, ``trucks`` or ``tonnes``.

    ``origin``, ``destination`` and ``commodity`` are ids, names or aliases in any case. ``tonnes`` may be given beside
    a number of boxes, wagons or trucks, and then is their whole net load. ``ready`` is the day of departure; ``due``
    the day by which it should arrive.

    >>> Shipment("xian", "poti", commodity="container", feu=2).unit
    'FEU'
    >>> Shipment("xian", "poti", commodity="container")
    Traceback (most recent call last):
    karvan.errors.QuoteError: a shipment needs a quantity
      cure: give one of teu, feu, hc40, wagons, trucks or tonnes
    """

    origin: str
    destination: str
    commodity: str = "container"
    teu: float = 0.0
    feu: float = 0.0
    hc40: float = 0.0
    wagons: float = 0.0
    trucks: float = 0.0
    tonnes: float = 0.0
    ready: dt.date | None = None
    due: dt.date | None = None

    def __post_init__(self) -> None:
        cure = "give one of teu, feu, hc40, wagons, trucks or tonnes"
        for name in (*self.sizes, "tonnes"):  # whole numbers become floats, so that 1 and 1.0 are one question
            try:
                object.__setattr__(self, name, float(getattr(self, name)))
            except (TypeError, ValueError):
                raise QuoteError(f"{name} must be a number, not {getattr(self, name)!r}", cure=cure) from None
        sizes = self.sizes
        if any(not (0 <= size < 1e9) for size in (*sizes.values(), self.tonnes)):
            raise QuoteError("a shipment's quantity must be a number above zero", cure=cure)
        given = [name for name, size in sizes.items() if size]
        if len(given) > 1:
            raise QuoteError(f"a shipment has one kind of unit, not {' and '.join(given)}", cure=cure)
        if not given and not self.tonnes:
            raise QuoteError("a shipment needs a quantity", cure=cure)
        if self.ready and self.due and self.due < self.ready:
            raise QuoteError(f"due {self.due} lies before ready {self.ready}", cure="give a later due day")

    @property
    def sizes(self) -> dict[str, float]:
        """Numbers of boxes, wagons and trucks by argument name."""
        return {"teu": self.teu, "feu": self.feu, "hc40": self.hc40, "wagons": self.wagons, "trucks": self.trucks}

    @property
    def unit(self) -> str:
        """The unit that prices are shown per: FEU, TEU, 40HC, wagon, truck or t."""
        words = {"teu": "TEU", "feu": "FEU", "hc40": "40HC", "wagons": "wagon", "trucks": "truck"}
        return next((words[name] for name, size in self.sizes.items() if size), "t")

    @property
    def count(self) -> float:
        """How many of ``unit`` are sent."""
        return next((size for size in self.sizes.values() if size), self.tonnes)
