"""Tastes: how sharply each commodity chooses, and what a corridor means to it beyond its price and hours."""

from dataclasses import dataclass, field
from typing import Any

from karvan.corridor import Corridor
from karvan.errors import Fault, FaultsError, nearest

SCALE, NEST, CONSTANT, ELASTIC = "choice_scale", "nest_scale", "corridor_constant", "cost_elasticity"
ANY = "any"


@dataclass(frozen=True)
class Taste:
    """Parameters of choice. All but the nest's scale are in shares of the cost of the cheapest way with nobody else on it."""

    scales: dict[str, float]
    constants: dict[str, float]
    nest: float
    elastic: dict[str, float] = field(default_factory=dict)

    def elasticity(self, commodity: str) -> float:
        """By how many per cent all freight of a commodity moves when the log-sum of what its ways cost rises by one; nought where no
        row says so.
        """
        return self.elastic.get(commodity, self.elastic.get(ANY, 0.0))

    def scale(self, commodity: str) -> float:
        """The scale of the logit: by how much the log-odds of a way fall when its cost rises by the cheapest way's."""
        return self.scales.get(commodity, self.scales[ANY])

    def constant(self, commodity: str, tag: str) -> float:
        """What a corridor's ways cost a commodity besides; nought where no row says so."""
        return self.constants.get(f"{commodity}:{tag}", self.constants.get(f"{ANY}:{tag}", 0.0))


def tastes(corridor: Corridor) -> Taste:
    """The parameters of choice of a corridor. FaultsError, all faults together, where they are missing or out of range."""
    goods = corridor.commodities["commodity_id"].to_list()
    tags = corridor.links["corridor"].drop_nulls().unique().sort().to_list()
    found: dict[str, dict[str, float]] = {SCALE: {}, NEST: {}, CONSTANT: {}, ELASTIC: {}}
    faults: list[Fault] = []
    for number, row in enumerate(corridor.params.iter_rows(named=True), start=1):
        if row["name"] in found:
            faults += _faults(number, row, goods, tags)
            found[row["name"]][row["scope"]] = row["value"]
    for name in (SCALE, NEST):
        if ANY not in found[name]:
            what, cure = "is missing: nothing says how freight chooses", f"add a row {name}, scope {ANY}"
            faults.append(Fault("params.csv", 0, name, "scope", ANY, what, cure))
    if faults:
        raise FaultsError(faults)
    return Taste(found[SCALE], found[CONSTANT], found[NEST][ANY], found[ELASTIC])


def _faults(number: int, row: dict[str, Any], goods: list[str], tags: list[str]) -> list[Fault]:
    """What is wrong with one row: its scope, its value."""
    name, scope, value = row["name"], row["scope"], row["value"]
    parts = scope.split(":")
    each = ([*goods, ANY],)
    known = {SCALE: each, NEST: ([ANY],), CONSTANT: (*each, tags), ELASTIC: each}[name]
    out = []
    if len(parts) != len(known):
        cure = "write " + ("COMMODITY:CORRIDOR" if name == CONSTANT else f"a commodity, or {ANY}")
        out.append(Fault("params.csv", number, name, "scope", scope, "is no scope of this parameter", cure))
    else:
        for part, names in zip(parts, known, strict=True):
            if part not in names:
                near = nearest(part, names)
                cure = f"did you mean {' or '.join(near)}?" if near else f"one of: {', '.join(names[:8])}"
                out.append(Fault("params.csv", number, name, "scope", scope, f"{part!r} is not known", cure))
    least, most = {SCALE: (0.0, 1e6), NEST: (0.0, 1.0), CONSTANT: (-10.0, 10.0), ELASTIC: (-5.0, 0.0)}[name]
    if not (least < value <= most):
        told = f"above {least:g}, at most {most:g}"
        out.append(Fault("params.csv", number, name, "value", f"{value:g}", "is out of range", told))
    return out
