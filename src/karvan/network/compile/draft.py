"""The state graph while it is being collected: vertices by what they mean, arcs in any order."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

from karvan.corridor import Corridor
from karvan.network.compile import times
from karvan.network.compile.arrays import (
    ALIGHT,
    BOARD,
    BORDER,
    END,
    GAUGE,
    MOVE,
    START,
    STAY,
    TRANSFER,
    Label,
    Vertex,
)
from karvan.network.compile.goods import Goods
from karvan.network.compile.handling import Asked, Chain, Handling
from karvan.network.compile.moves import Move, moves
from karvan.network.compile.prices import Item, Prices

Row = dict[str, Any]

FREE = Item("", "", "none", "core", "t", 0.0, 0.0, 0.0, "A")
"""Stands on arcs that need no price because nothing is done on them."""


@dataclass(frozen=True)
class Arc:
    """One arc: its ends, what it is, its hours by kind, its items and emissions."""

    tail: Vertex
    head: Vertex
    label: Label
    time: times.Time = times.NONE
    items: tuple[Item, ...] = (FREE,)
    handling_h: float = 0.0
    border_h: float = 0.0
    km: float = 0.0
    co2_t: float = 0.0
    co2_unit: float = 0.0
    loss_p: float = 0.0


@dataclass
class Draft:
    """Arcs and vertices of one corridor, commodity and day."""

    today: Corridor
    goods: Goods
    prices: Prices
    chains: Handling
    arcs: list[Arc] = field(default_factory=list)
    vertices: dict[Vertex, int] = field(default_factory=dict)

    def add(self, arc: Arc) -> None:
        """Takes an arc in, and its ends where they are new."""
        for end in (arc.tail, arc.head):
            self.vertices.setdefault(end, len(self.vertices))
        self.arcs.append(arc)


def draft(today: Corridor, of: Goods, prices: Prices) -> Draft:
    """All arcs of the network of a commodity on the tables of one day."""
    paper = Draft(today, of, prices, Handling(today, of))
    _add_moves(paper)
    _add_boarding(paper)
    _add_handling(paper)
    return paper


def _add_moves(paper: Draft) -> None:
    countries = dict(paper.today.nodes.select("node_id", "country").iter_rows())
    links = {row["link_id"]: row for row in paper.today.links.iter_rows(named=True)}
    for move in moves(paper.today, paper.goods):
        arc = _passage(paper, move, links[move.link])
        left, entered = countries[move.tail], countries[move.head]
        if left == entered:
            paper.add(arc)
            continue
        chain = paper.chains.find(Asked("border", move.head, left, entered, move.class_id))
        if chain is not None:  # a border without a chain cannot be crossed; the audit says so
            post = replace(arc.head, role="border", border=left)
            crossed = post in paper.vertices  # by another link that enters here: one border is one arc
            paper.add(replace(arc, head=post))
            if not crossed:
                paper.add(_passing(paper, post, arc.head, BORDER, chain))


def _passage(paper: Draft, move: Move, link: Row) -> Arc:
    leaves, arrives = ("boarded", "aboard") if move.scheduled else ("out", "in")
    aboard = move.service if move.scheduled else ""
    return Arc(
        Vertex(move.tail, leaves, move.class_id, move.gauge, aboard),
        Vertex(move.head, arrives, move.class_id, move.gauge, aboard),
        Label(MOVE, move.link, "", move.class_id, move.service, move.tail, move.head),
        move.time,
        paper.prices.on_link(move.link, move.tail, move.class_id, link["length_km"]),
        km=link["length_km"],
        co2_t=move.gco2e_tkm * link["length_km"] / 1000,
        loss_p=link["loss_p"] or 0.0,
    )


def _passing(paper: Draft, tail: Vertex, head: Vertex, kind: int, chain: Chain) -> Arc:
    """The arc of a chain; it is priced for the class left, or boarded at the start."""
    class_id = tail.class_id or head.class_id
    return Arc(
        tail,
        head,
        Label(kind, "", chain.procedure, class_id, "", tail.node, head.node),
        chain.time,
        paper.prices.on_chain(chain.procedure, class_id),
        chain.handling_h,
        chain.border_h,
        co2_unit=chain.kgco2e_unit,
    )


def _add_boarding(paper: Draft) -> None:
    """From the quay aboard each scheduled service with the wait for its departure, on with it, and off it again."""
    services = {row["service_id"]: row for row in paper.today.services.iter_rows(named=True)}
    for vertex in [vertex for vertex in paper.vertices if vertex.role in ("boarded", "aboard")]:
        if vertex.role == "boarded":
            service = services[vertex.service]
            wait = times.departure(service["departures_week"], service["grade"])
            paper.add(Arc(replace(vertex, role="out", service=""), vertex, _within(BOARD, vertex), wait))
        else:
            paper.add(Arc(vertex, replace(vertex, role="in", service=""), _within(ALIGHT, vertex)))
            onward = replace(vertex, role="boarded")
            if onward in paper.vertices:
                paper.add(Arc(vertex, onward, _within(STAY, vertex)))


def _within(kind: int, state: Vertex) -> Label:
    return Label(kind, "", "", state.class_id, state.service, state.node, state.node)


def _add_handling(paper: Draft) -> None:
    gauged = dict(paper.today.classes.select("class_id", "gauge_mm").iter_rows())
    states: dict[str, dict[str, list[Vertex]]] = defaultdict(lambda: {"in": [], "out": []})
    for vertex in paper.vertices:
        if vertex.role in ("in", "out"):
            states[vertex.node][vertex.role].append(vertex)
    for here in states.values():
        for landed in here["in"]:
            for ready in here["out"]:
                _add_change(paper, landed, ready, changes_bogies=not gauged[landed.class_id])
            goal = Vertex(landed.node, "end")
            _add_end(paper, landed, goal, END, Asked("end", landed.node, from_class=landed.class_id))
        for ready in here["out"]:
            gate = Vertex(ready.node, "start")
            _add_end(paper, gate, ready, START, Asked("start", ready.node, to_class=ready.class_id))


def _add_change(paper: Draft, landed: Vertex, ready: Vertex, *, changes_bogies: bool) -> None:
    if landed.class_id != ready.class_id:
        kind, asked = TRANSFER, Asked("transfer", landed.node, from_class=landed.class_id, to_class=ready.class_id)
    elif landed.gauge == ready.gauge:
        paper.add(Arc(landed, ready, _within(STAY, landed)))
        return
    elif changes_bogies:
        kind, asked = GAUGE, Asked("gauge", landed.node, from_class=landed.class_id)
    else:
        return
    chain = paper.chains.find(asked)
    if chain is not None:
        paper.add(_passing(paper, landed, ready, kind, chain))


def _add_end(paper: Draft, tail: Vertex, head: Vertex, kind: int, asked: Asked) -> None:
    """The start or the end of a way; without a chain it takes no time and costs nothing."""
    chain = paper.chains.find(asked)
    if chain is not None:
        paper.add(_passing(paper, tail, head, kind, chain))
    else:
        class_id = tail.class_id or head.class_id
        paper.add(Arc(tail, head, Label(kind, "", "", class_id, "", tail.node, head.node)))
