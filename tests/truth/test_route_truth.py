"""Route against brute force over the tables: best, k best with and without variants, the exact Pareto set."""

import math
from itertools import combinations

import pytest
from corridors import corridors
from hypothesis import HealthCheck, assume, given, settings
from oracle import Oracle

from karvan.engines.route import route
from karvan.network import ways
from karvan.network.compile import compile
from karvan.network.cost import load
from karvan.shipment import Shipment

FEU = 5.0
UNITS = {"FEU": FEU, "t": FEU * 10.0, "pieces": FEU}
RANDOM = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
HOUR = 2.4 / 24 * UNITS["t"]


def brute(made):
    corridor, origin, destination = made
    oracle = Oracle(corridor.tables, UNITS)
    found = [way for way in oracle.ways(origin, destination) if oracle.usable(way)]
    return oracle, [(oracle.values(way), oracle.sign(way), way) for way in found]


def asked(made):
    corridor, origin, destination = made
    shipment = Shipment(origin, destination, commodity="boxes", feu=FEU)
    net = compile(corridor, "boxes")
    return ways.query(net, load(shipment, net.goods), (origin, destination))


def cost(values):
    price, hours, variance = values
    return price + HOUR * hours + 0.5 * HOUR * math.sqrt(variance)


OBJECTIVES = {"price": lambda v: v[0], "hours": lambda v: v[1], "cost": cost}


@RANDOM
@given(corridors())
def test_best_and_k_best_equal_brute_force(made):
    _, every = brute(made)
    query = asked(made)
    for objective, key in OBJECTIVES.items():
        found = ways.best(query, objective, 4)
        assert found.proven
        first_of_each = {}
        for values, sign, _ in sorted(every, key=lambda one: key(one[0])):
            first_of_each.setdefault(sign, key(values))
        wanted = sorted(first_of_each.values())[:4]
        assert [value(query, way, objective) for way in found.ways] == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@RANDOM
@given(corridors())
def test_exact_pareto_set_equals_brute_force(made):
    _, every = brute(made)
    query = asked(made)
    found = ways.pareto(query, eps=0.0, criteria=("price", "hours", "spread"))
    points = {tuple(round(x, 6) for x in values) for values, _, _ in every}
    front = {p for p in points if not any(q != p and all(a <= b for a, b in zip(q, p, strict=True)) for q in points)}
    money = query.costs
    mine = {
        tuple(round(float(column[way].sum()), 6) for column in (money.price, money.hours, money.variance))
        for way in found.ways
    }
    assert mine == front


@RANDOM
@given(corridors())
def test_a_restriction_is_never_broken_and_the_cut_is_the_smallest(made):
    corridor, origin, destination = made
    oracle, every = brute(made)
    avoid = ["N1", "c", "sea"]
    kept = [one for one in every if not breaks(corridor, oracle, one[2], avoid)]
    shipment = Shipment(origin, destination, commodity="boxes", feu=FEU)
    assume(origin != "N1" and destination != "N1")
    found = route(corridor, shipment, minimise="price", avoid=known(corridor, avoid))
    assert found.ways.height == min(1, len(kept))
    if kept:
        assert found.ways["total_usd"][0] == pytest.approx(min(values[0] for values, _, _ in kept))
    elif every:
        sizes = [
            size
            for size in range(1, 4)
            if any(
                all(breaks(corridor, oracle, way, chosen) for _, _, way in every)
                for chosen in subsets(known(corridor, avoid), size)
            )
        ]
        assert found.closed.height == sizes[0]
        assert "closed by" in found.balance["reason"][0]


def known(corridor, words):
    there = {*corridor.links["corridor"].drop_nulls(), *corridor.links["mode"], *corridor.nodes["node_id"]}
    return [word for word in words if word in there]


def subsets(words, size):

    return combinations(words, size)


def breaks(corridor, oracle, way, avoid):
    links = {row["link_id"]: row for row in corridor.links.to_dicts()}
    for step in way:
        if step.link:
            link = links[step.link]
            if {link["from_node"], link["to_node"], link["corridor"], link["mode"]} & set(avoid):
                return True
    return False


def value(query, way, objective):
    if objective == "cost":
        return ways.general_cost(query, way)
    return float(ways.additive(query, objective)[way].sum())
