"""Compile: the tables of a corridor turned into the state graph of one commodity on one day, once.

Freight at a place is in some vehicle class on some gauge; a *move* takes it over a link, and everything else that can
happen to it (a border, a change of vehicle or gauge, the wait for a scheduled departure, the start and the end of the
way) is a *handling arc* within the place. One graph serves all engines.
"""

import datetime as dt
from collections import OrderedDict
from threading import Lock
from typing import Any

import numpy as np

from karvan.corridor import Corridor
from karvan.errors import InputError
from karvan.network.compile import arrays
from karvan.network.compile.arrays import BOARD, BORDER, GAUGE, MOVE, START, TRANSFER, Compiled, Decks, Floats, Longs
from karvan.network.compile.closures import Shut
from karvan.network.compile.day import base_day, on, param
from karvan.network.compile.decks import State, decks
from karvan.network.compile.draft import Arc, Draft, draft
from karvan.network.compile.goods import goods
from karvan.network.compile.limits import limits
from karvan.network.compile.prices import SHEET, UNITS, Prices

_KEPT = 64
_cache: OrderedDict[tuple[str, str, dt.date], Compiled] = OrderedDict()
_lock = Lock()


def compile(corridor: Corridor, commodity: str, day: dt.date | None = None) -> Compiled:
    """The network that a commodity (an id) has on a day; by default on the corridor's own.

    The last 64 networks are kept by the digest of the corridor: this is Karvan's one cache in memory. Raises InputError
    where the prices of an arc add up to less than nothing.
    """
    when = day or base_day(corridor)
    key = (corridor.digest, commodity, when)
    with _lock:
        if key in _cache:
            _cache.move_to_end(key)
            return _cache[key]
        same = [net.today for (digest, _, day), net in _cache.items() if (digest, day) == (corridor.digest, when)]
    today = same[0] if same else on(corridor, when)
    of = goods(today, commodity)
    prices = Prices(today, of, param(today, "teu_over_feu", 0.63))
    net = _arrays(draft(today, of, prices))
    with _lock:
        _cache[key] = net
        while len(_cache) > _KEPT:
            _cache.popitem(last=False)
    return net


def _arrays(paper: Draft) -> Compiled:
    number, today, prices = paper.vertices, paper.today, paper.prices
    arcs = sorted(paper.arcs, key=lambda arc: (number[arc.tail], number[arc.head]))
    nodes = tuple(sorted(today.nodes["node_id"].to_list()))
    index = {node: place for place, node in enumerate(nodes)}
    tail = np.array([number[arc.tail] for arc in arcs], dtype=np.int32)
    head = np.array([number[arc.head] for arc in arcs], dtype=np.int32)
    ends = {role: np.full(len(nodes), -1, dtype=np.int32) for role in ("start", "end")}
    for vertex, place in number.items():
        if vertex.role in ends:
            ends[vertex.role][index[vertex.node]] = place
    state = State(tuple(number), tuple(arc.label for arc in arcs), tuple(arc.items for arc in arcs), tail, head)
    sizes = _sizes(paper)
    copies = decks(state, prices, dict(today.links.select("link_id", "corridor").iter_rows()), sizes)
    _check(state, copies)
    return Compiled(
        today=today,
        goods=paper.goods,
        nodes=nodes,
        vertices=state.vertices,
        labels=state.labels,
        items=state.items,
        through=tuple(prices.through),
        teu_over_feu=prices.teu_over_feu,
        limits=limits(today, paper.goods, state.labels),
        decks=copies,
        ptr=arrays.csr(len(number), tail, head)[0],
        head=head,
        tail=tail,
        place=np.array([index[vertex.node] for vertex in number], dtype=np.int32),
        start=ends["start"],
        end=ends["end"],
        sign=_signs(state),
        train_size=np.array([sizes.get(label.class_id, 1.0) for label in state.labels]),
        priced=np.array([bool(items) for items in state.items], dtype=np.bool_),
        **_apart(state, prices),
        **_time_arrays(arcs),
        **_other_arrays(arcs),
        shut=Shut(today).by_arc(state.labels),
    )


def _sizes(paper: Draft) -> dict[str, float]:
    """What a vehicle of each class takes, in pieces: FEU, wagons, trucks or tonnes."""
    rows = paper.today.classes.select("class_id", "capacity", "capacity_unit").iter_rows()
    return {name: (size or 1.0) / (2.0 if unit == "TEU" else 1.0) for name, size, unit in rows}


def _check(of: State, copies: Decks) -> None:
    """Raises InputError where the prices of an arc add up to less than nothing."""
    own = np.flatnonzero((copies.through < 0) & (copies.arc >= 0))
    least = copies.price[0, own].min(axis=1)
    if least.size and least.min() < -1e-9:
        label = of.labels[int(copies.arc[own[np.argmin(least)]])]
        raise InputError(
            f"the prices of {label.link or label.procedure!r} ({label.tail} to {label.head}) add up to "
            f"{least.min():.2f} USD",
            cure="a subsidy may not exceed the prices of its own arc: spread it over more links",
        )


def _signs(of: State) -> Longs:
    """What makes a way another way: the class it starts in, borders, transfers, gauge changes and sailings it takes."""
    marks: dict[tuple[int, str, str, str], int] = {}
    signs = np.zeros(len(of.labels), dtype=np.int64)
    for at, label in enumerate(of.labels):
        if label.kind in (START, BORDER, TRANSFER, GAUGE, BOARD):
            boards = of.vertices[of.head[at]]
            how = ("", "") if label.kind == BORDER else (boards.class_id, boards.service)
            signs[at] = marks.setdefault((label.kind, label.head, *how), len(marks) + 1)
    return signs


def _apart(of: State, prices: Prices) -> dict[str, Floats]:
    """What the owner pays apart, and the shipper's aversion, by arc and unit."""
    sheets = np.array([prices.sheet(items) for items in of.items]).reshape(len(of.items), len(SHEET), len(UNITS))
    return {name: np.ascontiguousarray(sheets[:, SHEET.index(name)]) for name in ("owner", "risk")}


def _time_arrays(arcs: list[Arc]) -> dict[str, Any]:
    hours = np.array([arc.time.mean for arc in arcs])
    moves = np.array([arc.label.kind == MOVE for arc in arcs], dtype=np.bool_)
    moving = np.where(moves, hours - np.array([arc.time.waiting for arc in arcs]), 0.0)
    handling = np.array([arc.handling_h for arc in arcs])
    border = np.array([arc.border_h for arc in arcs])
    return {
        "hours": hours,
        "floor": np.array([arc.time.floor for arc in arcs]),
        "variance": np.array([arc.time.variance for arc in arcs]),
        "moving": moving,
        "handling": handling,
        "border": border,
        "waiting": hours - moving - handling - border,
        "hours_d": np.array([arc.time.estimated for arc in arcs]),
    }


def _other_arrays(arcs: list[Arc]) -> dict[str, Any]:
    return {
        "km": np.array([arc.km for arc in arcs]),
        "co2_t": np.array([arc.co2_t for arc in arcs]),
        "co2_unit": np.array([arc.co2_unit for arc in arcs]),
        "loss": -np.log1p(-np.array([arc.loss_p for arc in arcs])),
    }


__all__ = ["Compiled", "base_day", "compile", "on", "param"]
