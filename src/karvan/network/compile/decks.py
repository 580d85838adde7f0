"""Decks: the network in copies, one for each through price, so that any search for paths obeys them exactly.

A through price is a copy of the network in which the operators it covers are paid nothing: it is entered at the place
the price begins, for the price, and left at the place where it ends. One that must pass a place has two copies: passing
the place leads from the first, which is entered, to the second, which is left. Deck 0 is the network as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from karvan.network.compile.arrays import END, MOVE, START, Bools, Decks, Floats, Ints, Label, Vertex, csr
from karvan.network.compile.prices import SHEET, UNITS, Item, Prices, Through

Longs = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class State:
    """The network's own arcs, sorted by tail: ``labels``, ``items``, ``tail`` and ``head`` (m); and its vertices."""

    vertices: tuple[Vertex, ...]
    labels: tuple[Label, ...]
    items: tuple[tuple[Item, ...], ...]
    tail: Ints
    head: Ints


def decks(of: State, prices: Prices, corridor: Mapping[str, str | None], sizes: Mapping[str, float]) -> Decks:
    """All decks of a network. ``corridor``: the tag of each link; ``sizes``: pieces that a vehicle of a class takes."""
    m, n = len(of.labels), len(of.vertices)
    own = np.arange(m)
    parts = [(of.tail.astype(np.int64), of.head.astype(np.int64), own, np.full(m, -1))]
    copies = 1
    for number, one in enumerate(prices.through):
        for first, last in ((True, False), (False, True)) if one.via else ((True, True),):
            parts.append(_deck(of, number, one, (first, last), n * copies, corridor))
            copies += 1
    tail, head, arc, through = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((head, tail))
    tail, head, arc, through = (column[order].astype(np.int32) for column in (tail, head, arc, through))
    ptr, rptr, rtail, rarc = csr(n * copies, tail, head)
    enters = (arc < 0) & (tail < n)
    sheets = _sheets(of, prices, arc, through, enters)
    whole = np.array([False, *("all" in one.covers for one in prices.through)], dtype=np.bool_)
    priced = np.array([bool(items) for items in of.items] + [True], dtype=np.bool_)
    took = np.array([sizes.get(label.class_id, 1.0) for label in of.labels])
    trains = np.array([sizes.get(one.class_id or "", np.inf) for one in prices.through] + [np.inf])
    return Decks(
        copies=copies,
        ptr=ptr.astype(np.int64),
        head=head,
        rptr=rptr.astype(np.int64),
        rtail=rtail,
        rarc=rarc,
        tail=tail,
        arc=arc,
        through=through,
        enters=enters,
        payable=priced[arc] | whole[through + 1],
        price=np.ascontiguousarray(sheets[:, :4].transpose(1, 0, 2)),
        train_size=np.where(arc >= 0, took[np.maximum(arc, 0)] if m else np.inf, trains[through]),
    )


def _deck(
    of: State, number: int, one: Through, ends: tuple[bool, bool], shift: int, corridor: Mapping[str, str | None]
) -> tuple[Longs, Longs, Longs, Longs]:
    """One copy: tails, heads, network arcs and through price of its arcs, its way in and its way out."""
    n, (first, last) = len(of.vertices), ends
    kept = np.array([at for at, label in enumerate(of.labels) if _rides(one, label, corridor)], dtype=np.int64)
    there = of.head[kept].tolist()
    onward = np.array([0 if last or of.vertices[head].node != one.via else n for head in there], dtype=np.int64)
    gates = [
        _gates(of, one, one.from_node, "out") if first else np.zeros(0, dtype=np.int64),
        _gates(of, one, one.to_node, "in") if last else np.zeros(0, dtype=np.int64),
    ]
    tails = (of.tail[kept] + shift, gates[0], gates[1] + shift)
    heads = (of.head[kept] + shift + onward, gates[0] + shift, gates[1])
    passed = np.full(gates[0].size + gates[1].size, -1)
    size = kept.size + passed.size
    return np.concatenate(tails), np.concatenate(heads), np.concatenate([kept, passed]), np.full(size, number)


def _rides(one: Through, label: Label, corridor: Mapping[str, str | None]) -> bool:
    """Whether an arc may be passed under a through price: by its class, on its corridors, within the way."""
    if label.kind in (START, END) or (label.kind == MOVE and one.class_id not in (None, label.class_id)):
        return False
    return not one.corridors or not label.link or corridor[label.link] in one.corridors


def _gates(of: State, one: Through, node: str, role: str) -> Longs:
    """Vertices of a place by which a through price is entered (ready to leave) or left (landed)."""
    inside = [
        at
        for at, vertex in enumerate(of.vertices)
        if vertex.node == node and vertex.role == role and one.class_id in (None, vertex.class_id)
    ]
    return np.array(inside, dtype=np.int64)


def _sheets(of: State, prices: Prices, arc: Ints, through: Ints, enters: Bools) -> Floats:
    """What each arc of the decks costs, shape (arcs, len(SHEET), 6)."""
    own = np.array([prices.sheet(items) for items in of.items]).reshape(len(of.items), len(SHEET), len(UNITS))
    told = np.concatenate([own, np.zeros((1, *own.shape[1:]))])[arc]
    for at in np.flatnonzero((through >= 0) & (arc >= 0)).tolist():
        one, items = prices.through[through[at]], of.items[arc[at]]
        left = tuple(item for item in items if not one.covers_item(item))
        if len(left) < len(items):
            told[at] = prices.sheet(left)
    for at in np.flatnonzero(enters).tolist():
        told[at] = prices.sheet((prices.through[through[at]].item,))
    return told
