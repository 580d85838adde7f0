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
            paper.add(replace(arc, head=post))
            paper.add(_passing(paper, post, arc.head, BORDER, chain))


def _passage(paper: Draft, move: Move, link: Row) -> Arc:
    aboard = move.service if move.scheduled else ""
    return Arc(
        Vertex(move.tail, "in", move.class_id, move.gauge, aboard),
        Vertex(move.head, "in", move.class_id, move.gauge, aboard),
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
    """From the quay aboard each scheduled service with the wait for its departure, and off it again."""
    services = {row["service_id"]: row for row in paper.today.services.iter_rows(named=True)}
    for aboard in [vertex for vertex in paper.vertices if vertex.service and vertex.role == "in"]:
        quay = replace(aboard, service="")
        service = services[aboard.service]
        wait = times.departure(service["departures_week"], service["grade"])
        for tail, head, kind, time in ((quay, aboard, BOARD, wait), (aboard, quay, ALIGHT, times.Time())):
            label = Label(kind, "", "", aboard.class_id, aboard.service, aboard.node, aboard.node)
            paper.add(Arc(tail, head, label, time))


def _add_handling(paper: Draft) -> None:
    gauged = dict(paper.today.classes.select("class_id", "gauge_mm").iter_rows())
    by_node: dict[str, list[Vertex]] = defaultdict(list)
    for vertex in paper.vertices:
        if vertex.role == "in" and not vertex.service:
            by_node[vertex.node].append(vertex)
    for states in by_node.values():
        for state in states:
            for other in states:
                _add_change(paper, state, other, changes_bogies=not gauged[state.class_id])
            _add_ends(paper, state)


def _add_change(paper: Draft, state: Vertex, other: Vertex, *, changes_bogies: bool) -> None:
    if state.class_id != other.class_id:
        kind, asked = TRANSFER, Asked("transfer", state.node, from_class=state.class_id, to_class=other.class_id)
    elif state.gauge != other.gauge and changes_bogies:
        kind, asked = GAUGE, Asked("gauge", state.node, from_class=state.class_id)
    else:
        return
    chain = paper.chains.find(asked)
    if chain is not None:
        paper.add(_passing(paper, state, other, kind, chain))


def _add_ends(paper: Draft, state: Vertex) -> None:
    gate, goal = Vertex(state.node, "start"), Vertex(state.node, "end")
    for tail, head, kind, asked in (
        (gate, state, START, Asked("start", state.node, to_class=state.class_id)),
        (state, goal, END, Asked("end", state.node, from_class=state.class_id)),
    ):
        chain = paper.chains.find(asked)
        if chain is not None:
            paper.add(_passing(paper, tail, head, kind, chain))
        else:
            paper.add(Arc(tail, head, Label(kind, "", "", state.class_id, "", state.node, state.node)))
