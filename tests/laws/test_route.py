"""Laws of routing on random corridors (see tests/truth/corridors.py)."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from corridors import corridors
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from karvan.corridor import Corridor
from karvan.engines.route import Routes, route
from karvan.network import compile as package
from karvan.network import ways
from karvan.network.compile import compile
from karvan.network.cost import load
from karvan.shipment import Shipment

LAW = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
Made = tuple[Corridor, str, str]
COLUMN = {"price": "total_usd", "hours": "hours", "cost": "cost_usd"}
CRITERIA = ("price", "hours", "spread")


def asked(made: Made, feu: float = 5.0, **how: object) -> Routes:
    corridor, origin, destination = made
    return route(corridor, Shipment(origin, destination, commodity="boxes", feu=feu), **how)  # type: ignore[arg-type]


def best(made: Made, objective: str, **how: object) -> float:
    found = asked(made, minimise=objective, **how).ways
    return float(found[COLUMN[objective]][0]) if found.height else float("inf")


def within(smaller: float, larger: float) -> bool:
    return smaller <= larger * (1 + 1e-9) + 1e-9


@LAW
@given(corridors(), st.data())
def test_closing_a_link_never_betters_the_best_way(made: Made, data: st.DataObject) -> None:
    """And so adding one never worsens it."""
    corridor, *ends = made
    name = data.draw(st.sampled_from(corridor.links["link_id"].to_list()))
    shut = pl.when(pl.col("link_id") == name).then(pl.lit("closed")).otherwise(pl.col("status"))
    closed = (corridor.replace(links=corridor.links.with_columns(status=shut)), *ends)
    for objective in COLUMN:
        assert within(best(made, objective), best(closed, objective))  # type: ignore[arg-type]


@LAW
@given(corridors(), st.data())
def test_a_new_link_never_worsens_the_best_way(made: Made, data: st.DataObject) -> None:
    corridor, *ends = made
    row = data.draw(st.sampled_from(corridor.links.to_dicts())) | {"link_id": "NEW", "hours": 3.0, "hours_p90": 4.0}
    more = corridor.replace(links=pl.concat([corridor.links, pl.DataFrame([row], schema=corridor.links.schema)]))
    price = corridor.tariffs.filter(link_id=row["link_id"]).head(0)
    cells = {"tariff_id": "NEW", "operator_id": "O", "item": "haulage", "scope": "arc", "link_id": "NEW", "unit": "FEU",
             "usd": 1.0, "part": "core"}  # fmt: skip
    price = pl.DataFrame([cells], schema=price.schema)
    more = more.replace(tariffs=pl.concat([more.tariffs, price]))
    for objective in COLUMN:
        assert within(best((more, *ends), objective), best(made, objective))  # type: ignore[arg-type]


@LAW
@given(corridors(), st.randoms(use_true_random=False))
def test_shuffled_rows_of_every_table_give_the_same_frames(made: Made, random: object) -> None:
    corridor, *ends = made
    mixed = {
        name: frame.sample(fraction=1.0, shuffle=True, seed=random.randrange(2**32))  # type: ignore[attr-defined]
        for name, frame in corridor.tables.items()
        if frame.height
    }
    other = (corridor.replace(**mixed), *ends)
    assert other[0].digest == corridor.digest
    one = asked(made, ways=4)
    package._cache.clear()  # the digest is the same, so that nothing would be compiled anew
    two = asked(other, ways=4)  # type: ignore[arg-type]
    for name, frame in one.tables.items():
        assert frame.equals(two.tables[name]), name
    assert one.balance.equals(two.balance) and one.run.id == two.run.id


@LAW
@given(corridors(), st.sampled_from([0.001, 1.609344, 1000.0]))
def test_lengths_in_another_unit_with_prices_to_match_change_nothing(made: Made, unit: float) -> None:
    corridor, *ends = made
    scaled = corridor.replace(
        links=corridor.links.with_columns(pl.col("length_km") * unit),
        tariffs=corridor.tariffs.with_columns(
            usd=pl.when(pl.col("per_km").fill_null(False)).then(pl.col("usd") / unit).otherwise(pl.col("usd"))
        ),
    )
    for objective in COLUMN:
        assert best((scaled, *ends), objective) == pytest.approx(best(made, objective), rel=1e-9)  # type: ignore[arg-type]


@LAW
@given(corridors(), st.sampled_from([0.5, 2.0, 3.7]))
def test_where_no_train_is_priced_money_and_emissions_grow_with_the_boxes(made: Made, times: float) -> None:
    corridor, *ends = made
    flat = corridor.replace(tariffs=corridor.tariffs.filter(pl.col("unit") != "train"))
    one, more = (asked((flat, *ends), feu=size, ways=3, minimise="price").ways for size in (2.0, 2.0 * times))  # type: ignore[arg-type]
    assert one.height == more.height
    assert more["total_usd"].to_list() == pytest.approx((one["total_usd"] * times).to_list())
    for column in ("price_usd", "price_p10_usd", "price_p90_usd", "hours", "co2_kg"):
        assert sorted(more[column]) == pytest.approx(sorted(one[column]))


@LAW
@given(corridors(), st.lists(st.sampled_from(["N1", "N2", "N3", "c", "d", "rail", "sea", "XA", "XB"]), max_size=3))
def test_what_must_be_passed_is_never_cheaper(made: Made, words: list[str]) -> None:
    corridor = made[0]
    there = {
        *corridor.nodes["node_id"],
        *corridor.nodes["country"],
        *corridor.links["mode"],
        *corridor.links["corridor"],
    }
    via = [word for word in words if word in there]
    for objective in COLUMN:
        alone = [best(made, objective), *(best(made, objective, via=via[:size]) for size in range(1, len(via) + 1))]
        assert all(within(less, more) for less, more in pairwise(alone))


@LAW
@given(corridors())
def test_what_is_passed_anyhow_may_be_asked_for(made: Made) -> None:
    found = asked(made, minimise="price")
    assume(found.ways.height)
    passed = sorted({*found.legs["from"], *found.legs["to"]})[:4]
    assert best(made, "price", via=passed) == pytest.approx(float(found.ways["total_usd"][0]))


@LAW
@given(
    corridors(),
    st.lists(st.sampled_from(["N1", "N2", "c", "d", "rail", "sea", "O", "P", "XB"]), min_size=1, max_size=3),
)
def test_more_to_avoid_is_never_better_and_is_avoided(made: Made, words: list[str]) -> None:
    corridor = made[0]
    there = {
        *corridor.nodes["node_id"],
        *corridor.nodes["country"],
        *corridor.links["mode"],
        *corridor.links["corridor"],
    }
    avoid = [word for word in words if word in there]
    assert within(best(made, "price"), best(made, "price", avoid=avoid))
    legs = asked(made, avoid=avoid, ways=3).legs
    assert not {*legs["from"], *legs["to"], *legs["mode"]} & set(avoid)


def costs_of(query: ways.Query, found: ways.Found) -> np.ndarray:
    money = query.costs
    columns = (money.price, money.hours, money.variance)
    return np.array([[float(column[way].sum()) for column in columns] for way in found.ways]).reshape(-1, 3)


@LAW
@given(corridors(), st.sampled_from([0.005, 0.1, 0.5]))
def test_pareto_sets_hold_the_best_and_cover_one_another(made: Made, eps: float) -> None:
    corridor, *ends = made
    net = compile(corridor, "boxes")
    query = ways.query(net, load(Shipment(*ends, commodity="boxes", feu=5), net.goods), (ends[0], ends[1]))
    exact, loose = (costs_of(query, ways.pareto(query, eps=e, criteria=CRITERIA)) for e in (0.0, eps))
    assert bool(exact.size) is bool(loose.size) and len(loose) <= len(exact)
    for point in exact:
        assert (loose <= (1 + eps) * point + 1e-9).all(axis=1).any()
        others = exact[(exact != point).any(axis=1)]
        assert not (others <= point - 1e-9).all(axis=1).any()
    for place, objective in enumerate(("price", "hours")):
        (way, *_) = ways.best(query, objective, 1).ways or (None,)
        if way is not None:
            assert exact[:, place].min() == pytest.approx(float(ways.additive(query, objective)[way].sum()), abs=1e-9)


@LAW
@given(corridors())
def test_every_way_has_bands_in_order_hours_above_its_floors_and_a_balance_that_closes(made: Made) -> None:
    found = asked(made, ways=5)
    floors = found.legs.group_by("way").agg(pl.col("hours_min").sum()).sort("way")["hours_min"].to_list()
    for way, floor in zip(found.ways.iter_rows(named=True), floors, strict=True):
        assert way["hours_p10"] <= way["hours_p50"] <= way["hours_p90"]
        assert way["price_p10_usd"] <= way["price_usd"] <= way["price_p90_usd"]
        assert way["hours"] >= floor - 1e-9 and way["hours_p10"] >= floor - 1e-6
        assert way["cost_usd"] >= way["price_usd"] - 1e-9
    row = found.balance.row(0, named=True)
    assert row["asked"] == 5.0 == row["carried"] + row["refused"] and row["waiting"] == 0.0
    assert bool(row["reason"]) is (found.ways.height == 0)


@LAW
@given(corridors())
def test_what_is_told_of_a_way_is_told_alike_in_every_frame(made: Made) -> None:
    found = asked(made, ways=4)
    for way in found.ways.iter_rows(named=True):
        mine = pl.col("way") == way["way"]
        paid = found.prices.filter(mine)["usd"].sum()
        assert paid == pytest.approx(way["price_usd"], abs=1e-9)
        assert found.legs.filter(mine)["hours"].sum() == pytest.approx(way["hours"])
        assert found.shares.filter(mine)["hours"].sum() == pytest.approx(way["hours"])


@settings(LAW, max_examples=15)
@given(st.lists(corridors(), min_size=3, max_size=3))
def test_eight_threads_give_what_one_gives(several: list[Made]) -> None:
    questions = [partial(asked, made, ways=3, minimise=objective) for made in several for objective in COLUMN]
    alone = [question() for question in questions]
    package._cache.clear()
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda question: question(), questions * 4))
    for wanted, found in zip(alone * 4, together, strict=True):
        assert all(frame.equals(found.tables[name]) for name, frame in wanted.tables.items())
