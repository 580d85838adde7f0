"""Volumes: what assign says of freight that was counted, by corridor or port, year by year.

A year is prepared once for each set of tables: its demand, ways, and what these cost. Where only the parameters of choice
differ, they are laid over what is prepared, so that the many looks of a fit cost a balance each and no search for ways.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

from karvan.corridor import Corridor
from karvan.engines.assign.prepared import Prepared, balance, prepare
from karvan.engines.assign.tastes import CONSTANT, NEST, SCALE, tastes
from karvan.errors import InputError
from karvan.network.compile.arrays import MOVE
from karvan.studies.fit.estimate import Array

Row = Mapping[str, Any]
Key: TypeAlias = tuple[Any, ...]
GAP = 1e-8
"""The balance is made nearer than a forecast needs: slopes are taken between two of them."""
KEPT = 12
"""Years of tables kept prepared."""


@dataclass(frozen=True, eq=False)
class _Year:
    """A year made ready: per way, by piece, thousand t and TEU; its corridor; how often it passes each port by sea."""

    ready: Prepared
    kt: Array
    teu: Array
    tag: Array
    sea: Mapping[str, Array]


class Volumes:
    """A reader of freight in kt (``tonnes``, ``volume``, ``throughput``) and TEU (``containers``, ``throughput``): of a
    corridor's tag, all that takes its ways; of a place, what passes it by sea. It keeps what it prepares as long as it
    lives: one for each fit."""

    def __init__(self) -> None:
        self._years: dict[tuple[Key, int], tuple[_Year | str, Corridor]] = {}

    def read(self, corridor: Corridor, rows: Sequence[Row]) -> list[float | str]:
        """Figures, or reasons why there is none, of observations in kt or TEU."""
        taste = corridor.params["name"].is_in([SCALE, NEST, CONSTANT])
        tables = [frame for name, frame in corridor.tables.items() if name not in ("params", "observations")]
        key = (*map(id, tables), *corridor.params.filter(~taste).rows())
        told: list[float | str] = []
        flows: dict[int, Array] = {}
        for row in rows:
            year, share = span(row)
            of = self._year(corridor, key, year)
            if isinstance(of, str):
                told.append(of)
                continue
            if year not in flows:
                flows[year] = balance(_with_tastes(of.ready, corridor), gap=GAP).solved.flow
            told.append(_figure(of, flows[year], share, row))
        return told

    def _year(self, corridor: Corridor, key: Key, year: int) -> _Year | str:
        """The year made ready of these very tables: they are kept with it, so that their ids stay theirs."""
        found = self._years.get((key, year))
        if found is None:
            try:
                made: _Year | str = _made(corridor, prepare(corridor, year))
            except InputError as error:
                made = error.message
            for old in list(self._years)[: max(0, len(self._years) - KEPT + 1)]:
                self._years.pop(old, None)
            found = self._years[key, year] = (made, corridor)
        return found[0]


def span(row: Row) -> tuple[int, float]:
    """The year of an observation, and the share of it that its period holds: months count alike.

    >>> span({"period": "2022-01/2022-09"}), span({"period": "2021"})
    ((2022, 0.75), (2021, 1.0))
    """
    first, _, last = str(row["period"]).partition("/")
    last = last or first
    months = int(last[5:7]) - int(first[5:7]) + 1 if len(first) > 4 and len(last) > 4 and first[:4] == last[:4] else 12
    return int(last[:4]), months / 12


def _made(corridor: Corridor, ready: Prepared) -> _Year:
    counts = [len(one.ways) for one in ready.classes]
    mode = dict(corridor.links.select("link_id", "mode").iter_rows())
    passes: dict[str, Array] = {}
    labels = [way for one in ready.classes for way in one.labels]
    for at, way in enumerate(labels):
        for label, _ in way:
            if label.kind == MOVE and mode[label.link] == "sea":
                for node in (label.tail, label.head):
                    passes.setdefault(node, np.zeros(len(labels)))[at] += 1
    return _Year(
        ready, np.repeat([one.tonnes for one in ready.classes], counts) / 1000.0,
        np.repeat([one.teu for one in ready.classes], counts),
        np.array([tag for one in ready.classes for tag in one.corridors]), passes,
    )  # fmt: skip


def _with_tastes(ready: Prepared, corridor: Corridor) -> Prepared:
    """What is prepared, with the corridor's own parameters of choice in the place of those it was prepared with."""
    taste = tastes(corridor)
    more = np.array([
        taste.constant(one.pair[2], tag) - ready.taste.constant(one.pair[2], tag)
        for one in ready.classes for tag in one.corridors
    ])  # fmt: skip
    counts = [b - a for a, b in pairwise(ready.first)]
    return replace(ready, taste=taste, fixed=ready.fixed + np.repeat(ready.plain, counts) * more)


def _figure(of: _Year, flow: Array, share: float, row: Row) -> float | str:
    place = str(row["place"])
    each = of.kt if row["read_unit"] == "kt" else of.teu
    if row["quantity"] == "throughput":
        if place not in of.sea:
            return f"no freight passes {place} by sea"
        part = of.sea[place]
    else:
        part = (of.tag == place).astype(float)
        if not part.any():
            return f"no freight may take a corridor called {place!r}"
    words = [word.strip() for word in str(row["series"] or "").split(";")]
    goods = [word for word in words if word in GOODS]
    if goods:
        return f"{row['quantity']} of {goods[0]} alone are not read"
    total = float((flow * each * part).sum()) * share
    return total if total > 0 else f"the twin sends no freight in {row['read_unit']} over {place}"


GOODS = ("oil", "grain", "metal", "other", "transit", "export", "import", "westbound", "eastbound")
"""Words of series that narrow what was counted further than this reader does."""
