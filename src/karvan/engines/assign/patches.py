"""Patches: parameters changed on the arrays of a prepared year, without its tables.

For many draws (fit's bands, back-casts, sweeps): the network is compiled once, each draw costs a few steps of Newton.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from karvan.engines import tell
from karvan.engines.assign.prepared import Prepared, market
from karvan.engines.assign.settle import Market, Settled, Waits, settle
from karvan.engines.assign.shared import QUEUE
from karvan.errors import NameUnknown
from karvan.network.compile.arrays import Floats
from karvan.network.compile.prices import PAID
from karvan.network.ways import Found


@dataclass(frozen=True)
class Patch:
    """Parameters beside those that were prepared: factors (1: as it was), but ``nest`` and ``constants`` as values.

    ``scale``: of choice; ``time``: on what hours and their spread are worth; ``demand``: on all freight that may choose, in trains as
    they are; ``prices``: on what an operator asks; ``capacity``: on the hours that cranes, berths and lanes are open, by element;
    ``constants``: of corridors for all goods, in shares of the cheapest way's cost.
    """

    scale: float = 1.0
    nest: float | None = None
    time: float = 1.0
    demand: float = 1.0
    prices: Mapping[str, float] = field(default_factory=dict)
    capacity: Mapping[str, float] = field(default_factory=dict)
    constants: Mapping[str, float] = field(default_factory=dict)


class Patched:
    """A prepared year that is settled anew for one patch after another."""

    def __init__(self, ready: Prepared, *, gap: float = 1e-9) -> None:
        self.ready, self.gap = ready, gap
        self.market = market(ready)
        counts = np.diff(ready.first)
        self.owner = self.market.owner()
        self.hour = np.repeat([one.hour for one in ready.classes], counts)
        stated = np.concatenate([one.time for one in ready.classes])
        hours = np.concatenate([one.hours for one in ready.classes])
        cost = np.concatenate([one.cost for one in ready.classes])
        self.time = stated + self.hour * (ready.free_h - hours)
        self.money = cost - stated
        self.constant = (ready.fixed - self.money - self.time) / np.repeat(ready.plain, counts)
        self.paid = _paid(ready)
        self.goods = np.array([ready.taste.scale(one.pair[2]) for one in ready.classes])

    def settle(self, patch: Patch) -> Settled:
        """The balance of a patch. Raises NameUnknown for operators, elements or corridors that are not there."""
        return settle(self.changed(patch), gap=self.gap)

    def changed(self, patch: Patch) -> Market:
        """The market of a patch."""
        ready, of = self.ready, self.market
        money = self.money
        for name, factor in patch.prices.items():
            money = money + (factor - 1.0) * _known("operator", name, self.paid)
        bare = money + patch.time * self.time
        plain = np.minimum.reduceat(bare, ready.first[:-1])
        constant = self.constant
        for name, value in patch.constants.items():
            if name not in ready.corridors:
                raise NameUnknown("corridor", name, ready.corridors)
            constant = np.where(ready.nest == ready.corridors.index(name), value, constant)
        return replace(
            of, fixed=bare + plain[self.owner] * constant, hour=of.hour * patch.time, demand=of.demand * patch.demand,
            scale=patch.scale * self.goods / plain, mu=of.mu if patch.nest is None else patch.nest,
            waits=self._waits(patch.capacity),
        )  # fmt: skip

    def _waits(self, factors: Mapping[str, float]) -> Waits:
        of = self.market.waits
        by = np.ones(of.capacity.size)
        numbers = {one.name: at for at, one in enumerate(self.ready.elements) if one.kind == QUEUE}
        for name, factor in factors.items():
            if name not in numbers:
                raise NameUnknown("crane, berth or lane", name, numbers)
            by[numbers[name]] = factor
        return replace(of, capacity=of.capacity * by, spread=of.spread / by) if factors else of


def settled(ready: Prepared, patches: Iterable[Patch], *, gap: float = 1e-9, threads: int = 1) -> Iterator[Settled]:
    """The balance of each patch of a prepared year, in their order, ``threads`` side by side; each is the same whatever their number."""
    of = Patched(ready, gap=gap)
    if threads == 1:
        yield from map(of.settle, patches)
        return
    with ThreadPoolExecutor(threads) as pool:
        # No more in hand than keeps all threads at work: draws may be many.
        waiting: deque[Future[Settled]] = deque()
        for patch in patches:
            waiting.append(pool.submit(of.settle, patch))
            if len(waiting) > 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _known(kind: str, name: str, known: Mapping[str, Floats]) -> Floats:
    if name not in known:
        raise NameUnknown(kind, name, known)
    return known[name]


def _paid(ready: Prepared) -> dict[str, Floats]:
    """What each operator is paid of the price of each way (W), USD a piece."""
    out: dict[str, Floats] = {}
    for k, one in enumerate(ready.classes):
        told = tell.tables(one.asked, Found(one.ways, True), one.shipped)["prices"]
        per = one.hour / one.asked.tastes.hour * one.shipped.count if one.asked.tastes.hour else one.tonnes
        for row in told.filter(pl.col("part").is_in(PAID)).iter_rows(named=True):
            column = out.setdefault(row["operator"], np.zeros(ready.fixed.size))
            column[ready.first[k] + row["way"] - 1] += row["usd"] * per
    return out
