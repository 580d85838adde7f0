"""The table of transitions and the kinds of events, read from the data that ship with the package."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

SAME = "="  # the target of a transition that leaves the state as it is
BIRTH = "none"  # the state of what is not there yet


@dataclass(frozen=True, slots=True)
class Transition:
    """From a state of a region, a kind of event leads to another state, for these roles, if these guards hold.

    ``when`` picks among transitions that differ by a field of the body, such as the lane; ``effects`` follow in the
    same transaction.
    """

    region: str
    src: str
    kind: str
    when: tuple[str, str] | None
    dst: str
    roles: frozenset[str]
    guards: tuple[str, ...]
    effects: tuple[str, ...]

    def fits(self, body: Mapping[str, Any]) -> bool:
        """Whether the body has the value that this transition asks for."""
        return self.when is None or body.get(self.when[0]) == self.when[1]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event: the region that it moves, and how many hours late it may be told without a reason."""

    kind: str
    region: str
    tolerance_h: float
    meaning: str


@dataclass(frozen=True)
class Table:
    """All transitions, found by region and state; all kinds, found by name."""

    transitions: tuple[Transition, ...]
    kinds: Mapping[str, Kind]
    _from: Mapping[tuple[str, str], tuple[Transition, ...]]

    @classmethod
    def of(cls, transitions: tuple[Transition, ...], kinds: Mapping[str, Kind]) -> "Table":
        """The table of these transitions and kinds."""
        found: dict[tuple[str, str], list[Transition]] = defaultdict(list)
        for row in transitions:
            found[row.region, row.src].append(row)
        return cls(transitions, kinds, {key: tuple(rows) for key, rows in found.items()})

    def leaving(self, region: str, src: str) -> tuple[Transition, ...]:
        """The transitions that leave a state of a region."""
        return self._from.get((region, src), ())

    def next(self, region: str, src: str, kind: str, body: Mapping[str, Any]) -> Transition | None:
        """The one transition of a kind out of a state, if there is one."""
        return next((row for row in self.leaving(region, src) if row.kind == kind and row.fits(body)), None)


@cache
def table() -> Table:
    """The table that ships with the package.

    >>> table().next("movement", "arrived", "DISCHARGED", {}).dst
    'discharged'
    """
    kinds = {
        row["kind"]: Kind(row["kind"], row["region"], float(row["tolerance_h"]), row["meaning"])
        for row in _rows("kinds.csv")
    }
    return Table.of(tuple(each for row in _rows("transitions.csv") for each in _expanded(row)), kinds)


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(files("karvan.ops.decide").joinpath(name).read_text(encoding="utf-8").splitlines()))


def _expanded(row: Mapping[str, str]) -> Iterator[Transition]:
    field, _, value = row["when"].partition("=")
    for src in row["src"].split():
        yield Transition(
            region=row["region"],
            src=src,
            kind=row["kind"],
            when=(field, value) if field else None,
            dst=src if row["dst"] == SAME else row["dst"],
            roles=frozenset(row["role"].split()),
            guards=tuple(row["guards"].split()),
            effects=tuple(row["effects"].split()),
        )
