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
from karvan.network.compile.arrays import MOVE, Compiled, Label
from karvan.network.compile.closures import Shut
from karvan.network.compile.day import base_day, on, param
from karvan.network.compile.draft import Arc, Draft, draft
from karvan.network.compile.goods import goods
from karvan.network.compile.prices import UNITS, Item, Prices

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
    today = on(corridor, when)
    of = goods(today, commodity)
    prices = Prices(today, of, param(today, "teu_over_feu", 0.63))
    net = _arrays(draft(today, of, prices))
    with _lock:
        _cache[key] = net
        while len(_cache) > _KEPT:
            _cache.popitem(last=False)
    return net


def _arrays(paper: Draft) -> Compiled:
    number = paper.vertices
    arcs = sorted(paper.arcs, key=lambda arc: (number[arc.tail], number[arc.head]))
    nodes = tuple(sorted(paper.today.nodes["node_id"].to_list()))
    index = {node: place for place, node in enumerate(nodes)}
    tail = np.array([number[arc.tail] for arc in arcs], dtype=np.int32)
    head = np.array([number[arc.head] for arc in arcs], dtype=np.int32)
    ptr, rptr, rtail, rarc = arrays.csr(len(number), tail, head)
    ends = {role: np.full(len(nodes), -1, dtype=np.int32) for role in ("start", "end")}
    for vertex, place in number.items():
        if vertex.role in ends:
            ends[vertex.role][index[vertex.node]] = place
    labels = tuple(arc.label for arc in arcs)
    sizes = _sizes(paper)
    return Compiled(
        today=paper.today,
        goods=paper.goods,
        nodes=nodes,
        vertices=tuple(number),
        labels=labels,
        items=tuple(arc.items for arc in arcs),
        through=tuple(paper.prices.through),
        teu_over_feu=paper.prices.teu_over_feu,
        ptr=ptr,
        head=head,
        tail=tail,
        rptr=rptr,
        rtail=rtail,
        rarc=rarc,
        place=np.array([index[vertex.node] for vertex in number], dtype=np.int32),
        start=ends["start"],
        end=ends["end"],
        train_size=np.array([sizes.get(label.class_id, 1.0) for label in labels]),
        priced=np.array([bool(arc.items) for arc in arcs], dtype=np.bool_),
        **_price_arrays([arc.items for arc in arcs], labels, paper.prices),
        **_time_arrays(arcs),
        **_other_arrays(arcs),
        shut=Shut(paper.today).by_arc(labels),
    )


def _sizes(paper: Draft) -> dict[str, float]:
    """What a vehicle of each class takes, in pieces: FEU, wagons, trucks or tonnes."""
    rows = paper.today.classes.select("class_id", "capacity", "capacity_unit").iter_rows()
    return {name: (size or 1.0) / (2.0 if unit == "TEU" else 1.0) for name, size, unit in rows}


def _price_arrays(items: list[tuple[Item, ...]], labels: tuple[Label, ...], prices: Prices) -> dict[str, Any]:
    price = _summed(items, prices)["price"]
    if price.size and price.min() < -1e-9:
        label = labels[int(np.argmin(price.min(axis=1)))]
        raise InputError(
            f"the prices of {label.link or label.procedure!r} ({label.tail} to {label.head}) add up to "
            f"{price.min():.2f} USD",
            cure="a subsidy may not exceed the prices of its own arc: spread it over more links",
        )
    return {
        **_summed(items, prices),
        "owner": arrays.stack([prices.vector(row, ("owner",)) for row in items], len(UNITS)),
        "risk": arrays.stack([prices.vector(row, ("risk",)) for row in items], len(UNITS)),
        "residual": tuple(
            _summed([tuple(one for one in row if not through.covers_item(one)) for row in items], prices)
            for through in prices.through
        ),
    }


def _summed(items: list[tuple[Item, ...]], prices: Prices) -> dict[str, Any]:
    """Price, its low and high, and what of it rests on estimates, by arc and unit."""
    paid = ("core", "access")
    estimated = [tuple(one for one in row if one.grade == "D") for row in items]
    return {
        "price": arrays.stack([prices.vector(row, paid) for row in items], len(UNITS)),
        "low": arrays.stack([prices.vector(row, paid, "low") for row in items], len(UNITS)),
        "high": arrays.stack([prices.vector(row, paid, "high") for row in items], len(UNITS)),
        "price_d": arrays.stack([np.abs(prices.vector(row, paid)) for row in estimated], len(UNITS)),
    }


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
