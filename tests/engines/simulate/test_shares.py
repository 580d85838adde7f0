"""Ways with shares: each train takes one of the ways of the table, drawn on its own numbers."""

from typing import Any

import polars as pl
import pytest

import karvan as kv
from karvan.errors import FaultsError, InputError
from karvan.network import legs
from karvan.network.compile import compile
from karvan.network.cost import load
from karvan.network.legs import Told
from karvan.network.ways import best, query
from support import frame

BOXES = ("XA_ORI", "XC_DST", "boxes")
TOY = kv.load("toy")


def table(*shares: float) -> pl.DataFrame:
    """The best ways of boxes on the toy corridor (north; middle; middle by the other ship), with these shares."""
    net = compile(TOY, BOXES[2])
    asked = query(net, load(kv.Shipment(*BOXES[:2], commodity=BOXES[2], tonnes=1000.0), net.goods), BOXES[:2])
    ways = [legs.legs(net, asked.graph.arc[way]) for way in best(asked, "cost", len(shares)).ways]
    told = [Told(at, share, way) for at, (share, way) in enumerate(zip(shares, ways, strict=True), start=1)]
    return frame("ways", legs.rows(BOXES, told))


def came(year: Any) -> dict[int, float]:
    """Pieces delivered by way."""
    rows = year.shipments.filter((pl.col("origin") == BOXES[0]) & (pl.col("commodity") == BOXES[2]))
    return dict(rows.select("way", "delivered").iter_rows())


def test_trains_take_the_ways_by_their_shares() -> None:
    fleet = TOY.services.with_columns(pl.col("vehicles") * 20)
    year = kv.simulate(TOY.replace(services=fleet), ways=table(0.5, 0.3, 0.2), start="2022-01-01", days=3000, runs=4)
    found = came(year)
    total = sum(found.values())
    batch = 10.0  # no less than a train's pieces: a share is known no better than its trains let it be
    for way, share in ((1, 0.5), (2, 0.3), (3, 0.2)):
        assert abs(found[way] / total - share) < 4 * (share * (1 - share) * batch / total / 4) ** 0.5 + 0.01
    boxes = year.balance.filter(pl.col("what") == "boxes").row(0, named=True)
    assert boxes["asked"] == boxes["carried"] + boxes["waiting"] + boxes["refused"]


def test_the_table_of_the_corridor_is_the_frame_given() -> None:
    told = table(0.6, 0.4)
    one = kv.simulate(TOY, ways=told, days=60, runs=2)
    other = kv.simulate(TOY.replace(ways=told), days=60, runs=2)
    assert all(frame.equals(other.tables[name], null_equal=True) for name, frame in one.tables.items())
    assert one.run.digest == other.run.digest != kv.simulate(TOY, days=60, runs=2).run.digest


def test_a_way_that_uses_nothing_of_the_corridor_takes_its_time_and_no_queue() -> None:
    year = kv.simulate(TOY, ways=table(1.0), days=1500, runs=4)
    row = year.shipments.filter(pl.col("origin") == BOXES[0]).row(0, named=True)
    route = kv.route(TOY, kv.Shipment("orio", "destin", commodity="boxes", feu=1)).ways.row(0, named=True)
    assert route["corridor"] == "north"
    assert abs(row["hours"] - route["hours"]) < 2 * row["hours_ci95"]
    assert not year.waits.filter(pl.col("cause") == "papers").filter(pl.col("place") == "").height


def test_a_share_moved_leaves_the_trains_of_the_others_where_they_were() -> None:
    """Streams are the train's own: those that keep their way fare the same, and come in the same numbers."""
    shares = ((0.5, 0.5, 0.0), (0.6, 0.4, 0.0))
    one, other = (kv.simulate(TOY, ways=table(*each), days=200, runs=1, seed=5) for each in shares)
    sent = [year.balance.filter(pl.col("what") == "boxes")["asked"][0] for year in (one, other)]
    assert sent[0] == sent[1]
    assert came(other)[1] >= came(one)[1]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"share": 0.3}, "add up to"),
        ({"link_id": "N9"}, "N9.*is not in links"),
        ({"commodity_id": "boxxes"}, "boxxes.*is not in commodities.*boxes"),
        ({"class_id": "truck"}, "truck.*is not in classes"),
    ],
)
def test_rows_that_cannot_be_taken_are_refused_together(change: dict[str, Any], says: str) -> None:
    wrong = table(1.0).with_columns(pl.lit(value).alias(name) for name, value in change.items())
    with pytest.raises(FaultsError, match=says) as caught:
        kv.simulate(TOY, ways=wrong, days=10, runs=1)
    assert all(fault.file == "ways.csv" and fault.row and fault.cure for fault in caught.value.faults)


def test_legs_that_do_not_join_and_legs_told_twice() -> None:
    told = table(0.5, 0.5)
    with pytest.raises(FaultsError, match="no freight can go by"):
        kv.simulate(TOY, ways=told.filter(pl.col("order") != 2), days=10, runs=1)
    with pytest.raises(FaultsError, match="is there twice"):
        kv.simulate(TOY, ways=pl.concat([told, told]), days=10, runs=1)


def test_a_frame_of_other_columns_is_refused() -> None:
    with pytest.raises(InputError, match=r"(?s)no column link_id.*cure"):
        kv.simulate(TOY, ways=table(1.0).drop("link_id"), days=10, runs=1)
    with pytest.raises(InputError, match="an unknown column shares"):
        kv.simulate(TOY, ways=table(1.0).with_columns(shares=1.0), days=10, runs=1)
    with pytest.raises(InputError, match="cure"):
        kv.simulate(TOY, ways=table(1.0).with_columns(share=pl.lit("much")), days=10, runs=1)


def decided(limit: float, at: str = "XB_MID", service: str = "ferry-1") -> pl.DataFrame:
    """The three ways, of which trains leave that by a ship when more than the limit waits for it."""
    limited = pl.col("service_id") == service
    return table(0.0, 0.5, 0.5).with_columns(
        pl.when(limited).then(pl.lit(at)).alias("decide_at"), pl.when(limited).then(limit).alias("queue_limit")
    )


def test_trains_take_another_way_when_too_much_waits_for_the_ships() -> None:
    kept, some, all_ = (kv.simulate(TOY, ways=decided(limit), days=365, runs=2) for limit in (1e9, 30.0, 0.0))
    boxes = [
        year.shipments.filter(pl.col("commodity") == "boxes", pl.col("origin") == BOXES[0])
        for year in (kept, some, all_)
    ]
    assert boxes[0]["changed"].sum() == 0.0
    ferry = [frame.filter(pl.col("way") != 1)["delivered"].sum() for frame in boxes]
    north = [frame.filter(pl.col("way") == 1)["changed"].sum() for frame in boxes]
    assert 0 == north[0] < north[1] <= north[2]
    assert boxes[1].filter(pl.col("way") == 1)["delivered"].sum() == north[1]
    hours = [(frame["hours"] * frame["delivered"]).sum() / frame["delivered"].sum() for frame in boxes]
    assert hours[1] < hours[0] and ferry[1] > 0
    for year in (kept, some, all_):
        assert (
            year.balance["asked"] == year.balance["carried"] + year.balance["waiting"] + year.balance["refused"]
        ).all()
    asked = {year.balance.filter(pl.col("what") == "boxes")["asked"][0] for year in (kept, some, all_)}
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"queue_limit": None}, "decide_at is given without it"),
        ({"decide_at": None}, "queue_limit is given without it"),
        ({"decide_at": "XC_DST"}, "is not passed before this leg"),
        ({"decide_at": "XB_MIDD"}, "is not in nodes.*XB_MID"),
    ],
)
def test_a_look_that_cannot_be_taken_is_refused(change: dict[str, Any], says: str) -> None:
    (name, value), *_ = change.items()
    there = pl.col("queue_limit").is_not_null()
    wrong = decided(10.0).with_columns(pl.when(there).then(pl.lit(value)).otherwise(pl.col(name)).alias(name))
    with pytest.raises(FaultsError, match=says):
        kv.simulate(TOY, ways=wrong, days=10, runs=1)


def test_a_look_where_there_is_no_queue_or_no_other_way() -> None:
    rail = decided(10.0, service="trains").filter(pl.col("way") == 1).with_columns(share=pl.lit(1.0))
    with pytest.raises(FaultsError, match="no queue is seen"):
        kv.simulate(TOY, ways=rail, days=10, runs=1)
    alone = decided(10.0).filter(pl.col("way") == 2).with_columns(share=pl.lit(1.0))
    with pytest.raises(InputError, match="no other way of the flow comes to"):
        kv.simulate(TOY, ways=alone, days=10, runs=1)
