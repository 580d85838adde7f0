"""What moves a flow: the rows of ``params`` that tie demand to outside series, read and checked once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from karvan.corridor import Corridor
from karvan.errors import Fault, nearest

ANY = "any"
NAMES = {
    "demand_elasticity": (False, True),
    "demand_rate": (False, False),
    "open_elasticity": (True, True),
    "open_rate": (True, False),
}
"""Names in ``params``: whether the open part alone moves, and whether with the driver's ratio (else its difference)."""
FORM = "COMMODITY:FROM:TO:DRIVER, places as node, country or any, several joined by +"

Flow = tuple[str, str, str]
Bands = Mapping[tuple[str, int], tuple[float, float, float]]


@dataclass(frozen=True)
class Rule:
    """One row: flows of these goods and places follow this driver, with this elasticity (low, value, high)."""

    row: int
    name: str
    goods: frozenset[str]
    origins: frozenset[str]
    destinations: frozenset[str]
    driver: str
    band: tuple[float, float, float]

    @property
    def open(self) -> bool:
        """Whether only what may choose this corridor moves, not the captive part."""
        return NAMES[self.name][0]

    @property
    def ratio(self) -> bool:
        """Whether the elasticity is of logarithms; otherwise it is per unit of the driver."""
        return NAMES[self.name][1]

    def fits(self, flow: Flow) -> bool:
        """Whether the flow (origin, destination, commodity) is one of these."""
        parts = (self.origins, self.destinations, self.goods)
        return all(not known or word in known for word, known in zip(flow, parts, strict=True))


def read(corridor: Corridor) -> tuple[list[Rule], list[Fault]]:
    """The rules of a corridor, and the faults of rows that cannot be read."""
    places = _places(corridor)
    goods = {name: frozenset((name,)) for name in corridor.commodities["commodity_id"].to_list()}
    drivers = corridor.drivers["driver"].to_list()
    rules: list[Rule] = []
    faults: list[Fault] = []
    for number, row in enumerate(corridor.params.iter_rows(named=True), start=1):
        if row["name"] not in NAMES:
            continue
        parts = row["scope"].split(":")
        if len(parts) != 4:
            faults.append(_fault(number, row, "is no scope of an elasticity", f"write {FORM}"))
            continue
        known: tuple[Mapping[str, Any], ...] = (goods, places, places, dict.fromkeys(drivers))
        wrong = [
            _unknown(number, row, word, at) for part, at in zip(parts, known, strict=True) for word in _lost(part, at)
        ]
        faults += wrong
        if not wrong:
            of, start, end = (_meant(part, at) for part, at in zip(parts[:3], known, strict=False))
            rules.append(Rule(number, row["name"], of, start, end, parts[3], _band(row)))
    return rules, faults


def band_of(corridor: Corridor) -> dict[tuple[str, int], tuple[float, float, float]]:
    """Low, value and high of each driver and year; an empty low or high is the value."""
    return {(row["driver"], row["year"]): _band(row) for row in corridor.drivers.iter_rows(named=True)}


def faults_of(rules: list[Rule], flows: list[Flow], bands: Bands, base: int, year: int) -> Iterator[Fault]:
    """Drivers that say nothing of the two years, or cannot stand in a ratio; flows that nothing moves, or one thing twice."""
    for driver in sorted({rule.driver for rule in rules if any(rule.fits(flow) for flow in flows)}):
        years = sorted(year for name, year in bands if name == driver)
        for needed in sorted({base, year} - set(years)):
            cure = f"add the row {driver}, {needed}, or ask for a year between {years[0]} and {years[-1]}"
            yield Fault("drivers.csv", 0, driver, "year", str(needed), "the driver has no value for this year", cure)
    for rule in (rule for rule in rules if rule.ratio):
        for at in (base, year):
            low = min(bands.get((rule.driver, at), (1.0,)))
            if low <= 0:
                cure = f"give it values above zero, or write the elasticity per unit, as {_per_unit(rule.name)}"
                what = "not above zero, and an elasticity needs a ratio"
                yield Fault("drivers.csv", 0, f"{rule.driver}|{at}", "value", f"{low:g}", what, cure)
    for flow in flows:
        mine = [rule for rule in rules if rule.fits(flow)]
        key = "|".join(flow)
        if not mine:
            cure = f"add a row demand_elasticity to params, scope {FORM}; value 0 where it stays as it is"
            yield Fault("demand.csv", 0, key, "", "", f"nothing in params says how it moves after {base}", cure)
        for first, second in _doubled(mine):
            what = f"row {first.row} moves {key} by {first.driver} too"
            yield Fault("params.csv", second.row, second.name, "scope", "", what, "narrow the scope of one of the two")


def _doubled(rules: list[Rule]) -> Iterator[tuple[Rule, Rule]]:
    seen: dict[tuple[bool, str], Rule] = {}
    for rule in rules:
        if (rule.open, rule.driver) in seen:
            yield seen[rule.open, rule.driver], rule
        seen[rule.open, rule.driver] = rule


def _per_unit(name: str) -> str:
    return name.replace("elasticity", "rate")


def _places(corridor: Corridor) -> dict[str, frozenset[str]]:
    """Nodes by their own id and by their country; an id goes before a country."""
    nodes = corridor.nodes.select("node_id", "country")
    own = {name: frozenset((name,)) for name in nodes["node_id"].to_list()}
    groups = nodes.drop_nulls().group_by("country").agg(pl.col("node_id"))
    return {**{country: frozenset(names) for country, names in groups.iter_rows()}, **own}


def _lost(part: str, known: Mapping[str, Any]) -> list[str]:
    return [word for word in part.split("+") if word not in known and word != ANY]


def _meant(part: str, known: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The names a part stands for; an empty set stands for all."""
    words = part.split("+")
    return frozenset() if ANY in words else frozenset().union(*(known[word] for word in words))


def _band(row: Mapping[str, Any]) -> tuple[float, float, float]:
    value = float(row["value"])
    low, high = (value if row[side] is None else float(row[side]) for side in ("low", "high"))
    return low, value, high


def _unknown(number: int, row: Mapping[str, Any], word: str, known: Mapping[str, Any]) -> Fault:
    near = ", ".join(nearest(word, known))
    return _fault(number, row, f"nothing is called {word!r}", f"write {FORM}", near)


def _fault(number: int, row: Mapping[str, Any], rule: str, cure: str, near: str = "") -> Fault:
    return Fault("params.csv", number, row["name"], "scope", row["scope"], rule, cure, near)
