"""Compiled: the state graph of one corridor, commodity and day as arrays."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from karvan.corridor import Corridor
from karvan.network.compile.goods import Goods
from karvan.network.compile.prices import Item, Through

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

MOVE, BORDER, TRANSFER, GAUGE, BOARD, ALIGHT, STAY, START, END = range(9)
KIND_NAMES = ("move", "border", "transfer", "gauge change", "departure", "alight", "stay", "start", "end")


@dataclass(frozen=True)
class Vertex:
    """A state of freight at a place, in a vehicle class, on a gauge.

    ``role``: in (has arrived), out (is ready to leave), boarded and aboard (the same two on a scheduled service), border
    (half across one), start, end. A way arrives before it changes vehicle and leaves after, so it neither begins nor ends with a change.
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
class Compiled:
    """The network of one commodity on one day.

    n vertices, m arcs sorted by tail (so an arc's number is its place in the CSR), P places.
    ``ptr`` (n+1), ``head`` (m), ``tail`` (m): forward CSR; ``rptr``, ``rtail``, ``rarc``: the same backward.
    ``place`` (n): index into ``nodes``; ``start``, ``end`` (P): the vertex where a way begins and ends, -1 if none.
    ``price``, ``low``, ``high``, ``owner``, ``risk``, ``price_d`` (m, 6): USD per unit of ``prices.UNITS``, for the price,
    its band, the owner's insurance, the shipper's aversion, and the absolute USD that rest on grade D.
    ``residual`` (by through price; low, usd, high, D; m, 6): what is still paid on an arc under a through price.
    ``train_size`` (m): pieces (FEU, wagons, trucks or tonnes) that a train price is for. ``priced`` (m): whether anything prices the arc.
    ``hours``, ``floor``, ``variance``, ``moving``, ``handling``, ``border``, ``waiting``, ``hours_d`` (m): h, h2.
    ``km`` (m); ``co2_t``, ``co2_unit`` (m): kgCO2e per tonne and per unit; ``loss`` (m): -ln(1 - p).
    ``shut`` (m, 12, 2): mean and standard deviation of the weather wait by month, h.
    """

    today: Corridor
    goods: Goods
    nodes: tuple[str, ...]
    vertices: tuple[Vertex, ...]
    labels: tuple[Label, ...]
    items: tuple[tuple[Item, ...], ...]
    through: tuple[Through, ...]
    teu_over_feu: float
    ptr: Ints
    head: Ints
    tail: Ints
    rptr: Ints
    rtail: Ints
    rarc: Ints
    place: Ints
    start: Ints
    end: Ints
    price: Floats
    low: Floats
    high: Floats
    owner: Floats
    risk: Floats
    price_d: Floats
    residual: tuple[dict[str, Floats], ...]
    train_size: Floats
    priced: NDArray[np.bool_]
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


def stack(rows: list[Any], width: int) -> Floats:
    """Rows of equal length as one array, also where there are none."""
    return np.array(rows, dtype=np.float64).reshape(len(rows), width)
