"""A way written as rows of the table ``ways`` and read back is the same way; rows that are no way are found."""

from functools import cache

import numpy as np
import polars as pl
import pytest

from karvan.corridor import Corridor
from karvan.data.load import load
from karvan.network import legs, ways
from karvan.network.audit import audit
from karvan.network.compile import compile
from karvan.network.cost import load as loaded
from karvan.network.legs import Leg, Told
from karvan.shipment import Shipment
from support import frame

TOY = load("toy")
ENDS = ("XA_ORI", "XC_DST")
BOXES = (*ENDS, "boxes")


@cache
def titr() -> Corridor:
    return load("titr")


def asked(corridor: Corridor, origin: str, destination: str, commodity: str) -> ways.Query:
    net = compile(corridor, commodity)
    shipment = Shipment(origin, destination, commodity=commodity, tonnes=1000.0)
    return ways.query(net, loaded(shipment, net.goods), (origin, destination))


def pairs(corridor: Corridor) -> list[tuple[str, str, str]]:
    return sorted(corridor.demand.select("origin", "destination", "commodity_id").unique().iter_rows())


def same(query: ways.Query, way: np.ndarray, k: int) -> None:
    """The way read back passes the same arcs of the network and costs no more: a through price may be used better."""
    told = legs.legs(query.graph.net, query.graph.arc[way])
    back = legs.arcs(query, told)
    assert back is not None
    arcs = query.graph.arc
    assert arcs[back][arcs[back] >= 0].tolist() == arcs[way][arcs[way] >= 0].tolist(), (k, told)
    cost = ways.additive(query, "cost")
    assert cost[back].sum() <= cost[way].sum() * (1 + 1e-9)


def test_the_best_ways_of_every_flow_of_titr_are_read_back_as_they_were() -> None:
    count = 0
    for pair in pairs(titr()):
        query = asked(titr(), *pair)
        for way in ways.best(query, "cost", 3).ways:
            same(query, way, count)
            count += 1
    assert count > 2 * len(pairs(titr()))


@pytest.mark.parametrize("pair", pairs(TOY))
def test_variants_are_read_back_too(pair: tuple[str, str, str]) -> None:
    query = asked(TOY, *pair)
    for number, way in enumerate(ways.best(query, "cost", 12, variants=True).ways):
        same(query, way, number)


def table(*told: Told) -> pl.DataFrame:
    return frame("ways", legs.rows(BOXES, told))


def first(k: int = 2) -> list[tuple[Leg, ...]]:
    query = asked(TOY, *BOXES)
    return [legs.legs(query.graph.net, query.graph.arc[way]) for way in ways.best(query, "cost", k).ways]


def test_rows_and_ways_are_one_thing() -> None:
    told = tuple(Told(number, share, way) for number, share, way in zip((1, 4), (0.75, 0.25), first(), strict=True))
    made = TOY.replace(ways=table(*told))
    assert legs.told(made) == {BOXES: told}
    shuffled = TOY.replace(ways=made.ways.sample(fraction=1.0, shuffle=True, seed=1))
    assert legs.told(shuffled) == {BOXES: told}
    assert not audit(made)


def test_without_a_service_any_of_the_class_will_do() -> None:
    query, (way, *_) = asked(TOY, *BOXES), first()
    bare = [Leg(leg.link, leg.class_id) for leg in way]
    back = legs.arcs(query, bare)
    assert back is not None
    assert [leg.link for leg in legs.legs(query.graph.net, query.graph.arc[back])] == [leg.link for leg in way]


def test_what_does_not_join_is_no_way() -> None:
    query, (way, *_) = asked(TOY, *BOXES), first()
    assert legs.arcs(query, way) is not None
    for wrong in (way[1:], way[:-1], way[::-1], (*way, way[-1]), (), (Leg("none", "none"),)):
        assert legs.arcs(query, wrong) is None


@pytest.mark.parametrize(
    ("change", "says"),
    [(lambda rows: rows.with_columns(share=pl.lit(0.5)), "add up to 0.5"),
     (lambda rows: rows.with_columns(share=pl.col("order") / pl.col("order").max()), "shares of"),
     (lambda rows: rows.filter(pl.col("order") != 2), "no freight can go by")],
)  # fmt: skip
def test_rows_that_are_no_ways_are_found(change: object, says: str) -> None:
    rows = change(table(Told(1, 1.0, first()[0])))  # type: ignore[operator]
    faults = audit(TOY.replace(ways=rows))
    assert any(says in fault.rule for fault in faults)
    assert all(fault.file == "ways.csv" and fault.cure and fault.row > 0 for fault in faults)
