"""Corridor: a frozen collection of checked tables. Nothing here computes a result."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

import polars as pl

from karvan.apply import apply
from karvan.errors import NameUnknown
from karvan.scenario import Scenario
from karvan.schema import TABLES
from karvan.schema.shape import conform, empty


@dataclass(frozen=True)
class Corridor:
    """The tables of one corridor, all present (an absent one is empty), in the shape of their schemas.

    ``edition`` is the version of the data, ``price_year`` the year whose US dollars all prices are in, ``scenarios`` the
    names of the cards applied, in order. Each table is an attribute: ``corridor.nodes``.

    >>> base = Corridor("tiny", "1", 2022)
    >>> base.nodes.height, base.replace(nodes=base.nodes).digest == base.digest
    (0, True)
    """

    name: str
    edition: str
    price_year: int
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    scenarios: tuple[str, ...] = ()
    title: str = ""

    def __post_init__(self) -> None:
        for name in self.tables:
            if name not in TABLES:
                raise NameUnknown("table", name, TABLES)
        whole = {name: conform(name, self.tables[name]) if name in self.tables else empty(name) for name in TABLES}
        object.__setattr__(self, "tables", MappingProxyType(whole))

    def __getattr__(self, name: str) -> pl.DataFrame:
        tables: Mapping[str, pl.DataFrame] = self.__dict__.get("tables", {})
        if name in tables:
            return tables[name]
        raise AttributeError(f"a corridor has no table or attribute {name!r}")

    def apply(self, *scenarios: Scenario) -> "Corridor":
        """The corridor with the cards applied in order; the original stays as it is.

        Raises CardError when a card does not fit: a table or column it does not have, a row that is not there, an
        ``expect`` that does not hold, a card it requires and lacks or excludes and has.
        """
        tables, names = apply(self.tables, self.scenarios, scenarios)
        return replace(self, tables=tables, scenarios=names)

    def replace(self, **tables: pl.DataFrame) -> "Corridor":
        """The corridor with whole tables put in the place of others."""
        return replace(self, tables={**self.tables, **tables})

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all cells, whatever the order of rows: two corridors with one digest give one answer."""
        total = hashlib.sha256(f"{self.price_year}".encode())
        for name, frame in self.tables.items():
            if frame.height:
                keys = list(TABLES[name].key_columns())
                body = frame.sort(keys, nulls_last=True).write_csv(null_value="\\N")
                total.update(f"\n#{name}\n{body}".encode())
        return total.hexdigest()

    def __repr__(self) -> str:
        filled = ", ".join(f"{name} {frame.height}" for name, frame in self.tables.items() if frame.height)
        cards = f" + {', '.join(self.scenarios)}" if self.scenarios else ""
        return f"Corridor({self.name!r} {self.edition}{cards}; rows: {filled})"

    def __reduce__(self) -> tuple[object, ...]:
        fields = (self.name, self.edition, self.price_year, dict(self.tables), self.scenarios, self.title)
        return (Corridor, fields)
