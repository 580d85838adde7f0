"""The graph of one query: the network, in copies for each through price and for what the way must pass.

A through price is a second copy of the network in which the operators it covers are paid nothing: it is entered at the
place the price begins, for the price, and left at the place where it ends. What a way must pass is a bit set on passing
it; the goal is the copy in which all bits are set. So both are exact under any search for paths.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from karvan.errors import InputError
from karvan.network import access
from karvan.network.compile import arrays
from karvan.network.compile.arrays import END, START, Compiled, Floats, Ints
from karvan.network.cost import Costs, Load, money

Bools = NDArray[np.bool_]
VIA_MOST = 6


@dataclass(frozen=True, eq=False)
class Graph:
    """Arcs of the query in CSR order. ``arc`` (a): the network's arc, -1 for entering or leaving a through price;
    ``through`` (a): the through price in force, -1 none; ``enters`` (a): whether its price is paid here."""

    net: Compiled
    ptr: NDArray[np.int64]
    head: Ints
    rptr: NDArray[np.int64]
    rtail: Ints
    rarc: Ints
    place: Ints
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
    places = {node: number for number, node in enumerate(net.nodes)}
    start, end = int(net.start[places[origin]]), int(net.end[places[destination]])
    n, layers, full = len(net.vertices), 1 + len(_decks(net)), (1 << len(via)) - 1
    tails, heads, arcs, throughs, enters = _layered(net, n)
    bits, passed = _via(net, via)
    passed = np.tile(passed, layers)
    bit_of_arc = np.where(arcs >= 0, bits[np.maximum(arcs, 0)], 0) | passed[heads]
    size = n * layers
    tail = np.concatenate([tails + size * mask for mask in range(full + 1)])
    head = np.concatenate([heads + size * (mask | bit_of_arc) for mask in range(full + 1)])
    order = np.lexsort((head, tail))
    tail, head = tail[order].astype(np.int32), head[order].astype(np.int32)
    copies = full + 1
    arc = np.tile(arcs, copies)[order].astype(np.int32)
    through = np.tile(throughs, copies)[order].astype(np.int32)
    enter = np.tile(enters, copies)[order].astype(np.bool_)
    total = size * copies
    ptr, rptr, rtail, rarc = arrays.csr(total, tail, head)
    usable = np.where(arc >= 0, ~closed[np.maximum(arc, 0)], True) & _payable(net, arc, through)
    first = int(passed[start]) if start >= 0 else 0
    return Graph(
        net=net,
        ptr=ptr.astype(np.int64),
        head=head,
        rptr=rptr.astype(np.int64),
        rtail=rtail,
        rarc=rarc,
        place=np.tile(net.place, layers * copies),
        arc=arc,
        through=through,
        enters=enter,
        source=-1 if start < 0 else start + size * first,
        target=-1 if end < 0 else end + size * full,
        open=usable,
    )


def _decks(net: Compiled) -> list[tuple[int, bool]]:
    """The copies of the network beside itself: for each through price one, or two where it must pass a place."""
    return [
        (number, last) for number, one in enumerate(net.through) for last in ((False, True) if one.via else (True,))
    ]


def _layered(net: Compiled, n: int) -> tuple[NDArray[np.int64], ...]:
    """Tails, heads, network arcs, through prices and entries of all decks; deck 0 is the network as it is."""
    m = len(net.labels)
    own = np.arange(m)
    columns = [
        [net.tail.astype(np.int64)],
        [net.head.astype(np.int64)],
        [own],
        [np.full(m, -1)],
        [np.zeros(m, dtype=np.int64)],
    ]
    corridor = dict(net.today.links.select("link_id", "corridor").iter_rows())
    kinds = np.array([label.kind for label in net.labels], dtype=np.int64)
    inner = (kinds != START) & (kinds != END)
    nowhere = np.zeros(0, dtype=np.int64)
    for deck, (number, last) in enumerate(_decks(net), start=1):
        through, shift = net.through[number], n * deck
        on_it = inner & np.array(
            [
                not through.corridors or not label.link or corridor[label.link] in through.corridors
                for label in net.labels
            ],
            dtype=np.bool_,
        )
        kept = own[on_it]
        first = last != bool(through.via)  # entered on its first deck, left from its last
        gates = [
            _gates(net, through.from_node, "out") if first else nowhere,
            _gates(net, through.to_node, "in") if last else nowhere,
        ]
        onward = 0 if last else n * (net.place[net.head[kept]] == net.nodes.index(str(through.via)))
        for column, values in zip(
            columns,
            (
                (net.tail[kept] + shift, gates[0], gates[1] + shift),
                (net.head[kept] + shift + onward, gates[0] + shift, gates[1]),
                (kept, np.full(gates[0].size + gates[1].size, -1)),
                (np.full(kept.size + gates[0].size + gates[1].size, number),),
                (np.zeros(kept.size), np.ones(gates[0].size), np.zeros(gates[1].size)),
            ),
            strict=True,
        ):
            column.append(np.concatenate(values).astype(np.int64))
    return tuple(np.concatenate(column) for column in columns)


def _gates(net: Compiled, node: str, role: str) -> NDArray[np.int64]:
    """Vertices of a place by which a through price is entered (ready to leave) or left (landed)."""
    inside = [number for number, vertex in enumerate(net.vertices) if vertex.node == node and vertex.role == role]
    return np.array(inside, dtype=np.int64)


def _via(net: Compiled, via: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
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


def _payable(net: Compiled, arc: Ints, through: Ints) -> Bools:
    """An arc may be used where something prices it, or where a through price stands for all of its prices."""
    covered = np.array([False, *("all" in one.covers for one in net.through)], dtype=np.bool_)[through + 1]
    return np.asarray((arc < 0) | net.priced[np.maximum(arc, 0)] | covered)


def spread_costs(of: Graph, base: Costs, shipped: Load) -> Costs:
    """The costs of the network's arcs carried over to the arcs of the graph, with through prices in their stead."""
    at = np.maximum(of.arc, 0)
    real = of.arc >= 0
    told: dict[str, Floats] = {}
    for name in Costs.__dataclass_fields__:
        told[name] = np.where(real, getattr(base, name)[at], 0.0)
    for number, through in enumerate(of.net.through):
        here = (of.through == number) & real
        gate = (of.through == number) & of.enters
        one = _entry(of.net, number, shipped)
        for name in ("price", "low", "high", "price_d"):
            told[name][here] = money(of.net, shipped, of.net.residual[number][name])[of.arc[here]]
            told[name][gate] = one[name]
        if told["price"][here].size and told["price"][here].min() < -1e-9:
            raise InputError(
                f"under the through price {through.tariff!r} some arc is paid less than nothing",
                cure="let the price cover the subsidy's payer too, or begin it behind the subsidy",
            )
    return Costs(**told)


def _entry(net: Compiled, number: int, shipped: Load) -> dict[str, float]:
    """What the through price itself costs the load."""
    item = net.through[number].item
    sizes = dict(zip(("FEU", "TEU", "wagon", "truck", "t"), shipped.vector[:-1], strict=True))
    ratio = net.teu_over_feu
    if item.unit == "FEU":
        amount = sizes["FEU"] + sizes["TEU"] * ratio
    elif item.unit == "TEU":
        amount = sizes["TEU"] + sizes["FEU"] / ratio
    else:
        amount = sizes.get(item.unit, 1.0)
    estimated = item.usd if item.grade == "D" else 0.0
    return {
        "price": item.usd * amount,
        "low": item.low * amount,
        "high": item.high * amount,
        "price_d": estimated * amount,
    }
