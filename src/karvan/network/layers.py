"""The graph of one query: the decks of the network with some arcs closed, in copies for what the way must pass.

What a way must pass is a bit set on passing it; the goal is the copy in which all bits are set. So it is exact under any
search for paths.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from karvan.errors import InputError
from karvan.network import access
from karvan.network.compile import arrays
from karvan.network.compile.arrays import Bools, Compiled, Ints, Longs

VIA_MOST = 6


@dataclass(frozen=True, eq=False)
class Graph:
    """Arcs of the query in CSR order, a of them.

    ``deck`` (a): the arc of the decks that each is a copy of, None where there is one copy. ``arc`` (a): the network's
    arc, -1 for entering or leaving a through price; ``through`` (a): the through price in force, -1 none; ``enters`` (a):
    whether its price is paid here; ``open`` (a). ``source``, ``target``: vertices, -1 where the commodity does not begin
    or end there.
    """

    net: Compiled
    ptr: Longs
    head: Ints
    rptr: Longs
    rtail: Ints
    rarc: Ints
    place: Ints
    deck: Ints | None
    arc: Ints
    through: Ints
    enters: Bools
    source: int
    target: int
    open: Bools


def graph(net: Compiled, origin: str, destination: str, closed: Bools, via: Sequence[str] = ()) -> Graph:
    """The graph from a place to a place with some arcs closed, passing all of ``via`` in any order."""
    if len(via) > VIA_MOST:
        raise InputError(f"{len(via)} things to pass", cure=f"give at most {VIA_MOST}")
    of = net.decks
    start, end = (int(at[net.nodes.index(node)]) for at, node in ((net.start, origin), (net.end, destination)))
    usable = of.payable & ~np.append(closed, False)[of.arc]
    place = np.tile(net.place, of.copies)
    if not via:
        rows = (of.ptr, of.head, of.rptr, of.rtail, of.rarc, place)
        return Graph(net, *rows, None, of.arc, of.through, of.enters, start, end, usable)
    copies, full = 1 << len(via), (1 << len(via)) - 1
    by_arc, by_vertex = _via(net, via)
    by_vertex = np.tile(by_vertex, of.copies)
    bits = np.append(by_arc, 0)[of.arc] | by_vertex[of.head]
    size = place.size
    tail = np.concatenate([of.tail + size * mask for mask in range(copies)])
    head = np.concatenate([of.head + size * (mask | bits) for mask in range(copies)])
    order = np.lexsort((head, tail))
    tail, head, deck = (
        tail[order].astype(np.int32),
        head[order].astype(np.int32),
        (order % of.arc.size).astype(np.int32),
    )
    ptr, *back = arrays.csr(size * copies, tail, head)
    source = start + size * int(by_vertex[start]) if start >= 0 else -1
    target = end + size * full if end >= 0 else -1
    told = (deck, of.arc[deck], of.through[deck], of.enters[deck])
    rows = (ptr.astype(np.int64), head, back[0].astype(np.int64), back[1], back[2], np.tile(place, copies))
    return Graph(net, *rows, *told, source, target, usable[deck])


def _via(net: Compiled, via: Sequence[str]) -> tuple[Longs, Longs]:
    """The bits that passing an arc sets, and those that being at a vertex sets."""
    arcs = np.zeros(len(net.labels), dtype=np.int64)
    vertices = np.zeros(len(net.vertices), dtype=np.int64)
    for number, word in enumerate(via):
        kind, wanted = access.meaning(net, word)
        if kind in access.SPOTS:
            vertices |= access.spots(net, kind, wanted).astype(np.int64) << number
        else:
            arcs |= access.touching(net, kind, wanted).astype(np.int64) << number
    return arcs, vertices
