"""Corridors side by side: gaps, what closes them, when the order turns, and the seasons."""

import datetime as dt

import polars as pl
import pytest

from karvan.corridor import Corridor
from karvan.data.load import load
from karvan.engines.route import route
from karvan.errors import InputError, NameUnknown
from karvan.shipment import Shipment
from karvan.studies.rivals import Rivals, rivals
from network.worlds import add, drop, edit, tariff

TOY = load("toy")
BOX = Shipment("orio", "destin", commodity="boxes", feu=1)


def asked(corridor: Corridor = TOY, *destinations: str, **how: object) -> Rivals:
    return rivals(corridor, BOX, destinations or ("destin",), **{"seasons": False, **how})  # type: ignore[arg-type]


def gap(found: Rivals) -> dict[str, float]:
    return found.match.row(0, named=True)


def test_each_corridor_has_its_best_way_by_cost() -> None:
    found = asked(TOY, "destin", "havn")
    for row in found.ways.iter_rows(named=True):
        to = Shipment("orio", row["destination"], commodity="boxes", feu=1)
        best = route(TOY, to, via=[row["corridor"]]).ways.row(0, named=True)
        assert all(row[name] == best[name] for name in ("price_usd", "hours", "cost_usd", "co2_kg", "km", "name"))
    assert found.ways.select("destination", "corridor").rows() == [
        ("XC_DST", "middle"), ("XC_DST", "north"), ("XC_PRT", "middle"), ("XC_PRT", "north"),
    ]  # fmt: skip
    assert found.balance["carried"].to_list() == [1.0, 1.0]


def test_gaps_are_differences_of_the_ways() -> None:
    found = asked()
    mine, other = (found.ways.filter(corridor=tag).row(0, named=True) for tag in ("middle", "north"))
    told = gap(found)
    for name, column in (("price_gap_usd", "price_usd"), ("hours_gap", "hours"), ("cost_gap_usd", "cost_usd")):
        assert told[name] == pytest.approx(mine[column] - other[column])
    assert told["hour_usd"] == 12 / 24 * 10
    assert told["hours_to_match"] == pytest.approx(told["cost_gap_usd"] / 5)


def test_the_dollars_to_match_close_the_gap() -> None:
    usd = gap(asked())["usd_to_match"]
    assert usd > 0
    cheaper = edit(TOY, "tariffs", "sea-S1-f", usd=420.0 - usd, usd_low=None)
    assert gap(asked(cheaper))["cost_gap_usd"] == pytest.approx(0.0, abs=1e-6)


def test_the_hours_to_match_close_the_gap() -> None:
    """Taken off the ferry, its loading and the last railway, their P90 moving with their means."""
    left = gap(asked())["hours_to_match"]
    made = TOY
    for table, key, hours, p90, most in (
        ("calls", "ferry-1|2", 30.0, 48.0, 20.0), ("procedures", "prt-box-ferry|1", 20.0, 48.0, 18.0),
        ("links", "C1", 9.0, 15.0, 8.0),
    ):  # fmt: skip
        off = min(left, most)
        left -= off
        made = edit(made, table, key, hours=hours - off, hours_p90=p90 - off, hours_min=None)
    assert left == 0.0
    assert gap(asked(made))["cost_gap_usd"] == pytest.approx(0.0, abs=1e-6)


def test_where_the_corridor_leads_nothing_is_left_to_match() -> None:
    told = gap(asked(TOY, "havn"))
    assert told["cost_gap_usd"] < 0 and told["hours_to_match"] == told["usd_to_match"] == 0.0


def swung(corridor: Corridor, found: Rivals, by: float) -> Corridor:
    """The corridor with every estimate off by a share, each against the sign of the gap in cost."""
    turn = -by if gap(found)["cost_gap_usd"] > 0 else by
    side = pl.when(pl.col("corridor") == "middle").then(1.0).otherwise(-1.0)
    paid = found.prices.filter(pl.col("part") != "owner").group_by("tariff").agg((pl.col("usd") * side).sum())
    scale = {name: 1 + turn * (1 if usd > 0 else -1) for name, usd in paid.iter_rows() if abs(usd) > 1e-9}
    for name, factor in scale.items():
        usd = corridor.tariffs.filter(tariff_id=name)["usd"][0]
        corridor = edit(corridor, "tariffs", name, usd=usd * factor, usd_low=None, usd_high=None)
    key = ["link", "procedure", "service"]
    spent = found.legs.group_by(key).agg((pl.col("estimated_hours") * side).sum())
    for link, procedure, service, hours in spent.iter_rows():
        factor = 1 + turn * (1 if hours > 0 else -1)
        if abs(hours) > 1e-9:
            corridor = slowed(corridor, (link, procedure, service), factor)
    return corridor


def slowed(corridor: Corridor, leg: tuple[str, str, str], factor: float) -> Corridor:
    link, procedure, service = leg
    if procedure:
        rows, table = corridor.procedures.filter(procedure_id=procedure), "procedures"
        keys = [f"{procedure}|{order}" for order in rows["order"]]
        columns = ["hours", "hours_electronic", "rework_h"]
    elif service in ("ferry-1", "feeder-1"):
        rows, table, keys = corridor.calls.filter(service_id=service, order=2), "calls", [f"{service}|2"]
        columns = ["hours"]
    else:
        rows, table, keys, columns = corridor.links.filter(link_id=link), "links", [link], ["hours"]
    for number, key in enumerate(keys):
        cells = {name: rows[name][number] for name in columns}
        told = {name: value * factor for name, value in cells.items() if value is not None}
        corridor = edit(corridor, table, key, hours_min=None, **told)
    return corridor


@pytest.mark.parametrize("destination", ["destin", "havn"])
def test_the_order_turns_where_it_says(destination: str) -> None:
    """Without the term of spread, which is no sum, the gap is nought when every estimate is off by ``turns_at``.

    That is said of the two ways as they are, so the feeder, which might take the ferry's place, does not sail.
    """
    flat = edit(TOY, "values", "boxes|reliability_ratio|any|2022", value=0.0)
    flat = drop(drop(flat, "services", "feeder-1"), "calls", "feeder-1|1", "feeder-1|2")
    found = asked(flat, destination)
    told = gap(found)
    assert 0 < told["turns_at"] < 0.3 and not told["sign_holds"]
    at = gap(asked(swung(flat, found, told["turns_at"]), destination))
    assert at["cost_gap_usd"] == pytest.approx(0.0, abs=1e-6 * abs(told["cost_gap_usd"]) + 1e-6)
    before = gap(asked(swung(flat, found, 0.9 * told["turns_at"]), destination))
    assert before["cost_gap_usd"] * told["cost_gap_usd"] > 0


def test_a_price_both_pay_does_not_swing_the_gap() -> None:
    dear = edit(TOY, "tariffs", "rb-A2", usd=5000.0, usd_high=None)
    assert gap(asked(dear))["turns_at"] == pytest.approx(gap(asked())["turns_at"])


def test_what_is_no_estimate_does_not_swing_it() -> None:
    sure = TOY.replace(**{
        name: TOY.tables[name].with_columns(grade=pl.lit("A")) for name in ("tariffs", "links", "calls", "procedures", "services")
    })  # fmt: skip
    told = gap(asked(sure))
    assert told["turns_at"] == float("inf") and told["sign_holds"] and told["price_sign_holds"]


def test_seasons_move_the_hours_by_the_weather_of_their_month() -> None:
    found = asked(seasons=True)
    hours = dict(found.seasons.select("month", "hours").iter_rows())
    assert sorted(hours) == list(range(1, 13))
    waits = {1: 9.0, 4: 3.0, 7: 1.5, 11: 12.0}
    for month, told in hours.items():
        assert told - hours[2] == pytest.approx(waits.get(month, 0.0))
    mean = found.ways.filter(corridor="middle")["hours"][0]
    assert sum(hours.values()) / 12 == pytest.approx(mean)


def test_seasons_are_of_the_shipments_year_or_the_corridors() -> None:
    dated = rivals(TOY, Shipment("orio", "destin", commodity="boxes", feu=1, ready=dt.date(2024, 5, 1)), ["destin"])
    assert dated.seasons.height == 12


def test_a_destination_no_corridor_reaches_is_refused_with_its_reason() -> None:
    made = add(
        TOY, "nodes", {"node_id": "XA_FAR", "name": "Far", "country": "XA", "kind": "station", "lat": 1.0, "lon": 1.0}
    )
    found = asked(made, "Far", "destin")
    assert found.balance["refused"].to_list() == [1.0, 0.0]
    assert found.balance["reason"][0] == "no corridor leads there"
    assert set(found.ways["destination"]) == {"XC_DST"}


def test_a_rival_that_is_closed_is_left_out() -> None:
    found = asked(TOY, avoid=["XD"])
    assert found.ways["corridor"].to_list() == ["middle"] and found.match.height == 0


def test_an_unknown_corridor_or_place_is_refused() -> None:
    with pytest.raises(InputError, match=r"no link belongs to a corridor 'midle'\n.*one of middle, north"):
        asked(measure="midle")
    with pytest.raises(NameUnknown):
        asked(TOY, "destinn")


def test_destinations_named_twice_are_asked_once() -> None:
    assert asked(TOY, "destin", "XC_DST", "Destin").balance.height == 1


def test_a_dearer_corridor_widens_the_gap_by_as_much() -> None:
    before = gap(asked())["price_gap_usd"]
    after = gap(asked(add(TOY, "tariffs", tariff("more", 77.0, link_id="C1"))))["price_gap_usd"]
    assert after - before == pytest.approx(77.0)
    assert gap(asked(drop(TOY, "tariffs", "prt-box-ferry", "thr-sea")))["price_gap_usd"] > before
