"""Handling arcs: the chain of steps that freight passes where it crosses a border, changes vehicle, starts or ends."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from karvan.corridor import Corridor
from karvan.network.compile import times
from karvan.network.compile.goods import Goods

Row = dict[str, Any]


@dataclass(frozen=True)
class Chain:
    """A procedure with the sum of its steps: hours by part, emissions."""

    procedure: str
    time: times.Time
    handling_h: float
    border_h: float
    waiting_h: float
    kgco2e_unit: float


@dataclass(frozen=True)
class Asked:
    """What a chain is asked for."""

    trigger: str
    node: str
    from_country: str = ""
    to_country: str = ""
    from_class: str = ""
    to_class: str = ""


class Handling:
    """The chains that fit a commodity; the one with more cells filled wins, then the nearer goods, then the id."""

    def __init__(self, today: Corridor, of: Goods) -> None:
        self._heads: dict[tuple[str, str | None], list[tuple[Row, int]]] = defaultdict(list)
        steps: dict[str, list[Row]] = defaultdict(list)
        for row in today.procedures.sort("procedure_id", "order").iter_rows(named=True):
            steps[row["procedure_id"]].append(row)
        self._chains: dict[str, Chain] = {}
        for name, rows in steps.items():
            rank = of.rank(rows[0]["goods"])
            if rank is not None:
                self._heads[rows[0]["trigger"], rows[0]["node_id"]].append((rows[0], rank))
                self._chains[name] = chain(name, rows)

    def find(self, asked: Asked) -> Chain | None:
        """The chain for what is asked; None where the tables have none."""
        best: tuple[int, int, str] | None = None
        for head, rank in (*self._heads[asked.trigger, asked.node], *self._heads[asked.trigger, None]):
            filled = _filled(head, asked)
            if filled is not None:
                order = (-filled, rank, head["procedure_id"])
                best = order if best is None else min(best, order)
        return None if best is None else self._chains[best[2]]


def _filled(head: Row, asked: Asked) -> int | None:
    """How many cells of the chain's head are filled and agree with what is asked; None where one disagrees."""
    pairs = (
        ("node_id", asked.node),
        ("from_country", asked.from_country),
        ("to_country", asked.to_country),
        ("from_class", asked.from_class),
        ("to_class", asked.to_class),
    )
    count = 0
    for column, wanted in pairs:
        cell = head[column]
        if cell is not None:
            if cell != wanted:
                return None
            count += 4 if column == "node_id" else 1
    return count


def chain(name: str, steps: Iterable[Row]) -> Chain:
    """The sum of the steps of one procedure."""
    parts = {"handling": 0.0, "border": 0.0, "waiting": 0.0}
    whole, emitted = times.Time(), 0.0
    for row in steps:
        mean = times.papers(
            row["hours"],
            row["hours_electronic"],
            row["electronic_share"] or 0.0,
            row["wrong_share"] or 0.0,
            row["rework_h"] or 0.0,
        )
        scale = mean / row["hours"] if row["hours"] else 1.0
        least, p90 = (value and value * scale for value in (row["hours_min"], row["hours_p90"]))
        one = times.step(least, mean, p90, mean if row["part"] == "waiting" else 0.0, row["grade"])
        whole = whole + one
        parts[row["part"]] += one.mean
        emitted += row["kgco2e_unit"] or 0.0
    return Chain(name, whole, parts["handling"], parts["border"], parts["waiting"], emitted)
