"""Staying at home: freight that need not travel, so that no price is paid whatever it is.

The table ``values`` tells by how many per cent the freight of a corridor falls when its price rises by one per cent
(``price_elasticity``). Where the choice between ways tells less than that, the rest are goods that are not sent at all: one
more way for the class, which nobody is paid for, so large today that the corridor's own elasticity is that of the table. With
S the share of the corridor in all that might be sent, theta the scale of choice and p the corridor's price, the logit says
theta p (1 - S); see docs/maths/tariff.md.
"""

from dataclasses import replace

import numpy as np

from karvan.corridor import Corridor
from karvan.engines.assign.prepared import Prepared
from karvan.engines.assign.settle import Market, Settled
from karvan.network.compile import param
from karvan.network.compile.arrays import Bools, Floats, Longs
from karvan.network.compile.goods import goods, value

MOST = 0.9
"""The largest share of what might be sent that stays at home today."""


def staying(corridor: Corridor, ready: Prepared, now: Settled, price: Floats, here: Bools) -> Floats:
    """The share of each class that stays at home today (K): nought where the table has no elasticity for its goods.

    price (W): USD a piece; here (W): the ways of the corridor.
    """
    year = int(param(corridor, "as_of_year", corridor.price_year))
    lines = {one.pair[2]: goods(corridor, one.pair[2]).line for one in ready.classes}
    told = {name: abs(value(corridor, line, "price_elasticity", year) or 0.0) for name, line in lines.items()}
    flow = np.add.reduceat(now.flow, ready.first[:-1])
    mine = np.add.reduceat(now.flow * here, ready.first[:-1])
    paid = np.add.reduceat(now.flow * here * price, ready.first[:-1])
    some = (mine > 0.0) & (paid > 0.0)
    steep = ready.scale() * np.divide(paid, mine, np.ones(mine.size), where=some)
    part = 1.0 - np.array([told[one.pair[2]] for one in ready.classes]) / steep
    share = np.divide(mine, flow, np.ones(mine.size), where=some)
    return np.asarray(np.where(some, np.clip(1.0 - part / share, 0.0, MOST), 0.0))


def opened(market: Market, share: Floats, level: Floats) -> tuple[Market, Longs]:
    """The market with staying at home as one more way, last of each class where any stays; whence each way is, or -1.

    level (K): the log-sum cost of today, at which these shares stay.
    """
    counts = np.diff(market.first)
    home = np.flatnonzero(share > 0.0)
    ends = market.first[home + 1]
    source = np.insert(np.arange(market.fixed.size), ends, -1)
    cost = level[home] + np.log((1.0 - share[home]) / share[home]) / market.scale[home]
    nests = int(market.nest.max()) + 1 + np.arange(home.size)
    first = np.cumsum([0, *(counts + (share > 0.0))])
    uses = np.insert(np.diff(market.at), ends, 0)
    opened = replace(
        market, first=first, at=np.cumsum([0, *uses]), fixed=np.insert(market.fixed, ends, cost),
        demand=market.demand / (1.0 - share), nest=np.insert(market.nest, ends, nests), size=np.insert(market.size, ends, 1.0),
    )  # fmt: skip
    return opened, source


def spread(column: Floats, source: Longs) -> Floats:
    """A column of ways, 0 for those that stay at home."""
    return np.asarray(np.where(source >= 0, column[source], 0.0))
