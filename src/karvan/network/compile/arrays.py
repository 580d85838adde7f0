"""Compiled: the state graph of one corridor, commodity and day as arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from karvan.corridor import Corridor
from karvan.network.compile.goods import Goods
from karvan.network.compile.prices import Item, Through

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MOVE, BORDER, TRANSFER, GAUGE, BOARD, ALIGHT, STAY, START, END = range(9)
KIND_NAMES = ("move", "border", "transfer", "gauge change", "departure", "alight", "stay", "start", "end")


@dataclass(frozen=True)
class Vertex:
    """A state of freight at a place, in a vehicle class, on a gauge.

    ``role``: in (has arrived), out (is ready to leave), boarded and aboard (the same two on a scheduled service), border
    (half across one), start, end. A way arrives before it changes vehicle and leaves after, so it neither begins nor
    ends with a change.
    """

    node: str
    role: str
    class_id: str = ""
    gauge: int = 0
    service: str = ""
    border: str = ""


@dataclass(frozen=True)
class Label:
    """What an arc is, for reading: its link or procedure, class, service, operator."""

    kind: int
    link: str = ""
    procedure: str = ""
    class_id: str = ""
    service: str = ""
    tail: str = ""
    head: str = ""


@dataclass(frozen=True, eq=False)
class Limit:
    """A condition of the tables that bars the goods: its name, the months in which it holds (none: all), arcs it closes (m)."""

    name: str
    months: frozenset[int]
    closed: Bools


@dataclass(frozen=True, eq=False)
class Decks:
    """The network in ``copies``: itself, and one or two for each through price; see ``decks``.

    d arcs in CSR order on copies x n vertices; vertex v of the network is v + n x copy. ``ptr``, ``head``, ``tail``,
    ``rptr``, ``rtail``, ``rarc``: as those of the network, in the types of the kernels. ``arc`` (d): the network's arc,
    -1 where a through price is entered or left; ``through`` (d): the through price in force, -1 none; ``enters`` (d):
    whether its price is paid here; ``payable`` (d): whether a price, or one that stands for all prices, covers the arc.
    ``price`` (4, d, 6): price, low, high and the absolute USD that rest on grade D, per unit of ``prices.UNITS``;
    ``train_size`` (d): pieces (FEU, wagons, trucks or tonnes) that a train price is for.
    """

    copies: int
    ptr: Longs
    head: Ints
    rptr: Longs
    rtail: Ints
    rarc: Ints
    tail: Ints
    arc: Ints
    through: Ints
    enters: Bools
    payable: Bools
    price: Floats
    train_size: Floats


@dataclass(frozen=True, eq=False)
class Compiled:
    """The network of one commodity on one day.

    n vertices, m arcs sorted by tail (so an arc's number is its place in the CSR), P places.
    ``ptr`` (n+1), ``head`` (m), ``tail`` (m): forward CSR. ``decks``: what is searched, and what it costs.
    ``place`` (n): index into ``nodes``; ``start``, ``end`` (P): the vertex where a way begins and ends, -1 if none.
    ``sign`` (m): a number for each arc that makes a way another way, 0 for the others. ``limits``: conditions of the tables.
    ``owner``, ``risk`` (m, 6): USD per unit of ``prices.UNITS``, for the owner's insurance and the shipper's aversion.
    ``train_size`` (m): as in ``decks``. ``priced`` (m): whether anything prices the arc.
    ``hours``, ``floor``, ``variance``, ``moving``, ``handling``, ``border``, ``waiting``, ``hours_d`` (m): h, h2.
    ``km`` (m); ``co2_t``, ``co2_unit`` (m): kgCO2e per tonne and per unit; ``loss`` (m): -ln(1 - p).
    ``shut`` (m, 13, 2): mean and standard deviation of the weather wait by month, h; last those of the year.
    """

    today: Corridor
    goods: Goods
    nodes: tuple[str, ...]
    vertices: tuple[Vertex, ...]
    labels: tuple[Label, ...]
    items: tuple[tuple[Item, ...], ...]
    through: tuple[Through, ...]
    teu_over_feu: float
    limits: tuple[Limit, ...]
    decks: Decks
    ptr: Ints
    head: Ints
    tail: Ints
    place: Ints
    start: Ints
    end: Ints
    sign: Longs
    owner: Floats
    risk: Floats
    train_size: Floats
    priced: Bools
    hours: Floats
    floor: Floats
    variance: Floats
    moving: Floats
    handling: Floats
    border: Floats
    waiting: Floats
    hours_d: Floats
    km: Floats
    co2_t: Floats
    co2_unit: Floats
    loss: Floats
    shut: Floats

    @property
    def size(self) -> tuple[int, int]:
        """Numbers of vertices and arcs."""
        return len(self.vertices), len(self.labels)


def csr(n: int, tail: Ints, head: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Forward pointers of arcs sorted by tail, and the backward CSR: pointers, tails, arc numbers."""
    ptr = np.zeros(n + 1, dtype=np.int32)
    np.cumsum(np.bincount(tail, minlength=n), out=ptr[1:])
    order = np.argsort(head, kind="stable").astype(np.int32)
    rptr = np.zeros(n + 1, dtype=np.int32)
    np.cumsum(np.bincount(head, minlength=n), out=rptr[1:])
    return ptr, rptr, np.ascontiguousarray(tail[order]), order
