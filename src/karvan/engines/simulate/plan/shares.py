"""Shares: the ways a flow takes: those of the table ``ways`` with their shares, or the best one that uses the corridor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from karvan.network import legs
from karvan.network import ways as choice
from karvan.network.compile import Compiled
from karvan.network.compile.arrays import Ints
from karvan.network.compile.vehicles import Labels
from karvan.network.cost import load
from karvan.network.legs import Leg, Pair, Told
from karvan.shipment import Shipment

LOOKED_AT = 6
"""Ways among which the first that uses the corridor is taken."""
Table = Mapping[Pair, Sequence[Told]]


@dataclass(frozen=True)
class Way:
    """A way of a flow: its number in the table (1 for the best), its share, its arcs, whether it uses the corridor, its legs."""

    number: int
    share: float
    labels: Labels
    on_corridor: bool = True
    legs: tuple[Leg, ...] = ()


def ways(net: Compiled, pair: Pair, on_corridor: set[str], table: Table) -> tuple[Way, ...]:
    """The ways of a pair that some of its freight takes, or may change to; none where the table says nothing and no way uses
    the corridor.
    """
    shipment = Shipment(pair[0], pair[1], commodity=pair[2], tonnes=1000.0)
    asked = choice.query(net, load(shipment, net.goods), pair[:2])
    out = []
    rows = table.get(pair, ())
    decided = any(leg.decide_at for one in rows for leg in one.legs)
    for one in rows:
        found = legs.arcs(asked, one.legs)
        if (one.share > 0 or decided) and found is not None:
            labels = _labels(asked, found)
            out.append(Way(one.way, one.share, labels, _uses(labels, on_corridor), one.legs))
    if pair in table:
        return tuple(out)
    for way in choice.best(asked, "cost", LOOKED_AT).ways:
        labels = _labels(asked, way)
        if _uses(labels, on_corridor):
            return (Way(1, 1.0, labels),)
    return ()


def _labels(asked: choice.Query, way: Ints) -> Labels:
    arcs = [int(arc) for arc in asked.graph.arc[way] if arc >= 0]
    return tuple((asked.graph.net.labels[arc], arc) for arc in arcs)


def _uses(labels: Labels, on_corridor: set[str]) -> bool:
    return any(label.link in on_corridor for label, _ in labels)
