"""Choice sets: the best, k best without trivial variants, Pareto sets. (Brute force: tests/truth/test_route_truth.py.)"""

import datetime as dt

import numpy as np
import pytest

from karvan.data.load import load
from karvan.network import ways
from karvan.network.compile import compile
from karvan.network.cost import load as loaded
from karvan.network.ways import Query
from karvan.shipment import Shipment

TOY = load("toy")
ENDS = ("XA_ORI", "XC_DST")


def asked(commodity: str = "boxes", ends: tuple[str, str] = ENDS, **how: object) -> Query:
    net = compile(TOY, commodity)
    size = {"wagons": 1} if "wagon" in net.goods.forms else {"feu": 1}
    return ways.query(net, loaded(Shipment(*ends, commodity, **size), net.goods), ends, **how)  # type: ignore[arg-type]


def value(query: Query, way: np.ndarray, objective: str) -> float:
    return ways.general_cost(query, way) if objective == "cost" else float(ways.additive(query, objective)[way].sum())


@pytest.mark.parametrize("objective", ways.OBJECTIVES)
def test_the_best_is_first_of_k_and_they_rise(objective: str) -> None:
    query = asked()
    several = ways.best(query, objective, 5)
    values = [value(query, way, objective) for way in several.ways]
    assert several.proven and (np.diff(values) >= -1e-9).all()
    (one,) = ways.best(query, objective, 1).ways
    assert value(query, one, objective) == pytest.approx(values[0])


def test_ways_differ_in_signature_unless_variants_are_asked_for() -> None:
    query = asked()
    signs = ways.signatures(query.graph)
    told = [tuple(signs[way][signs[way] > 0]) for way in ways.best(query, "price", 50).ways]
    assert len(set(told)) == len(told) == 3  # by the north, the feeder, the ferry
    every = ways.best(query, "price", 50, variants=True).ways
    assert len(every) > len(told)
    assert {tuple(signs[way][signs[way] > 0]) for way in every} == set(told)


@pytest.mark.parametrize("objective", ways.OBJECTIVES)
def test_variants_come_in_order_too(objective: str) -> None:
    query = asked()
    values = [value(query, way, objective) for way in ways.best(query, objective, 12, variants=True).ways]
    assert len(values) >= 3 and (np.diff(values) >= -1e-9).all()


def test_a_way_is_a_chain_from_its_origin_to_its_destination() -> None:
    query = asked()
    graph = query.graph
    tail = np.repeat(np.arange(graph.ptr.size - 1), np.diff(graph.ptr))
    for way in (*ways.best(query, "cost", 5).ways, *ways.pareto(query).ways):
        assert tail[way[0]] == graph.source and graph.head[way[-1]] == graph.target
        assert (graph.head[way[:-1]] == tail[way[1:]]).all()
        assert graph.open[way].all()


def test_the_exact_set_has_the_best_by_every_criterion_and_nothing_bettered() -> None:
    query = asked()
    found = ways.pareto(query, eps=0.0, criteria=("price", "hours", "spread", "co2", "risk"))
    assert found.proven
    for objective in ("price", "hours", "co2", "risk"):
        least = min(value(query, way, objective) for way in found.ways)
        (best,) = ways.best(query, objective, 1).ways
        assert least == pytest.approx(value(query, best, objective))


def test_spread_counts_weather_beside_variance_only_where_there_is_any() -> None:
    told = asked().costs
    assert len(ways._columns(told, "spread")) == 2
    ore = asked("ore", ("XA_ORI", "XB_MID"))
    assert ore.costs.weather.any()
    calm = ways.costs(compile(TOY.replace(closures=TOY.closures.clear()), "boxes"), loaded(
        Shipment(*ENDS, "boxes", feu=1), compile(TOY, "boxes").goods))  # fmt: skip
    assert len(ways._columns(calm, "spread")) == 1


def test_one_weather_holds_up_a_way_as_a_whole() -> None:
    query = asked(via=["sea"])
    (way,) = ways.best(query, "price", 1).ways
    money = query.costs
    assert ways.deviation(money, way) == pytest.approx(
        (money.variance[way].sum() + money.weather[way].sum() ** 2) ** 0.5
    )


def test_no_way_is_no_way_and_not_an_error() -> None:
    query = asked("chips", avoid=["sea"])
    assert ways.best(query, "cost", 3).ways == () == ways.pareto(query).ways
    off = asked("ore", ("XC_DST", "XD_NOR"), avoid=["RD"])
    assert ways.best(off, "price", 1).ways == ()


def test_reaches_says_what_best_finds() -> None:
    net = compile(TOY, "boxes")
    for avoid in ([], ["sea"], ["XD"], ["sea", "XD"], ["XB_BOR"]):
        query = asked(avoid=avoid)
        closed = np.zeros(len(net.labels), dtype=np.bool_)
        for one in query.restrictions:
            closed |= one.closed
        assert ways.reaches(net, ENDS, (), closed) is bool(ways.best(query, "price", 1).ways)


def test_the_month_of_each_arc_follows_from_the_quickest_way_to_it() -> None:
    net = compile(TOY, "boxes")
    start = dt.date(2022, 1, 30)
    query = asked(ready=start)
    months = ways._months(query.graph, start)
    at = {(label.link, label.tail): number for number, label in enumerate(net.labels) if label.link}
    assert months[at["A1", "XA_ORI"]] == 0  # leaves on 30 January
    assert months[at["S1", "XB_PRT"]] == 1  # 62 h and more later


def test_waits_of_the_season_are_in_the_hours_and_the_floors_hold() -> None:
    january, july = (asked(ready=dt.date(2022, month, 1), via=["sea"]) for month in (1, 7))
    hours = [value(query, ways.best(query, "hours", 1).ways[0], "hours") for query in (january, july)]
    assert hours[0] - hours[1] == pytest.approx(0.3 * 30 - 0.05 * 30)
    for query in (january, july):
        assert (query.costs.hours >= query.costs.floor - 1e-12).all()
