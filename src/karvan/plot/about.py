"""What all pictures of one scenario share: how places are called, what is sent, in which scenario and year."""

from collections.abc import Mapping
from dataclasses import dataclass, field

DESCRIBED = {
    "middle": "Middle Corridor", "north": "Northern route", "south": "Southern route", "suez": "Suez (deep sea)",
    "cape": "Cape (deep sea)", "turkmenbashi": "Turkmenbashi",
}  # fmt: skip


@dataclass(frozen=True)
class About:
    """The words around a picture.

    ``names``: a place's id to its short name. ``unit``: what a price is for. ``source``: the line under a picture.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""
    unit: str = "FEU"
    scenario: str = ""
    year: int = 0
    source: str = ""

    def name(self, node: str) -> str:
        """The short name of a place, or its id."""
        return self.names.get(node, node)

    def where(self, place: str) -> str:
        """From where to where, in which scenario and year's dollars."""
        said = f"{self.origin} to {place}" if place else f"from {self.origin}"
        return f"{said}; scenario {self.scenario or 'base'}; US dollars of {self.year}"


def called(corridor: str) -> str:
    """A corridor tag as a reader knows it.

    >>> called("north"), called("ring_line")
    ('Northern route', 'Ring line')
    """
    return DESCRIBED.get(corridor) or corridor.replace("_", " ").capitalize() or "Other"


def short(name: str) -> str:
    """A place's name up to its first bracket or comma.

    >>> short("Aktau port (KZ), berth 3")
    'Aktau port'
    """
    return name.split("(")[0].split(",")[0].strip() or name
