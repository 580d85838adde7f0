"""Fleet: exact where a line is solved by hand, monotone in demand, honest where no fleet will do."""

import polars as pl
import pytest
from queue_tables import PER_H_KT, ferry

import karvan as kv
from karvan.corridor import Corridor
from karvan.errors import InputError
from karvan.studies.fleet.fleet import Fleet
from support import frame

HIRE = {"ferry": 1000.0}
FULL = {"dispatch": "demand", "longest_wait_h": 1.0}


def strait(rate: float, room: float = 10.0, **service: object) -> Corridor:
    """Wagons that come evenly at this rate an hour, for ships of an hour's crossing: a round takes two hours."""
    made = ferry(rate, {**FULL, **service}, room)
    return made.replace(demand=made.demand.with_columns(arrivals=pl.lit("even")))


def found(corridor: Corridor, **more: object) -> Fleet:
    asked: dict[str, object] = {"target": {"carried": 0.99}, "ship_day_usd": HIRE, "rules": ("own",), "days": 60, "warmup": 5,
                                "runs": 2, **more}  # fmt: skip
    return kv.fleet(corridor, **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(("rate", "ships"), [(4.0, 1), (7.0, 2), (12.0, 3), (19.0, 4)])
def test_the_least_fleet_is_that_of_the_closed_formula(rate: float, ships: int) -> None:
    """n ships of room R and round C carry n R / C an hour; R = 10, C = 2: the least n is the demand over 5, rounded up."""
    answer = found(strait(rate))
    row = answer.fleets.row(0, named=True)
    assert (row["vehicles"], row["status"], row["proven"], row["together"]) == (ships, "found", True, True)
    assert row["round_h"] >= 2.0 - 1e-6
    assert row["usd_year"] == pytest.approx(365_000.0 * ships)
    cheaper = answer.tried.filter(pl.col("vehicles") < ships)
    assert cheaper.height == ships - 1 and set(cheaper["verdict"]) <= {"fails"}


def test_more_demand_never_asks_for_fewer_ships() -> None:
    least = [found(strait(5.0), lines=["line"], target={"kt": kt}).fleets["vehicles"][0] for kt in (30, 60, 90, 150)]
    assert least == sorted(least) and least[0] < least[-1]


def test_a_target_in_tonnes_scales_what_comes() -> None:
    row = found(strait(5.0), lines=["line"], target={"kt": 60}).fleets.row(0, named=True)
    assert row["kt_asked"] == pytest.approx(60.0)
    assert row["kt"] == pytest.approx(60.0, rel=0.03)
    assert pytest.approx(60.0) != PER_H_KT * 5.0


def test_berths_that_let_too_few_through_are_named() -> None:
    made = strait(12.0)
    berth = {
        "resource_id": "quay",
        "node_id": "AA_ONE",
        "kind": "berth",
        "servers": 1,
        "time_kind": "fixed",
        "time_h": 4.0,
    }
    row = found(made.replace(resources=frame("resources", [berth]))).fleets.row(0, named=True)
    assert (row["status"], row["vehicles"]) == ("none", None)
    assert row["cause"].startswith("berths, not ships: quay")


def test_a_wait_no_fleet_can_keep_names_the_rule() -> None:
    slow = strait(1.0, dispatch="full", longest_wait_h=48.0)
    row = found(slow, target={"wait_h": 0.5}, most=3).fleets.row(0, named=True)
    assert row["status"] == "none" and row["cause"].startswith("the rule of departure, not ships")


def test_a_timetable_is_taken_where_it_keeps_the_wait() -> None:
    slow = strait(1.0, dispatch="full", longest_wait_h=48.0)
    answer = found(slow, target={"wait_p90_h": 4.0}, rules=("own", "timetable"), most=3)
    assert answer.fleets["rule"][0] == "timetable"
    assert set(answer.rules["rule"]) == {"full", "timetable"}


def test_what_weather_takes_is_made_good_by_one_more() -> None:
    made = strait(2.0, vehicles=2)
    shut = {"closure_id": "wind", "month": 0, "node_id": "AA_ONE", "share": 0.4, "mean_h": 10.0}
    stormy = made.replace(closures=frame("closures", [shut]))
    none = found(stormy, target={"weather": 0.01}).fleets["vehicles"][0]
    whole = found(stormy, target={"weather": 0.9}).fleets["vehicles"][0]
    assert none < whole


def test_a_lower_sea_takes_room_and_asks_for_more_ships() -> None:
    answer = found(strait(12.0))
    assert answer.sea["room"].to_list() == sorted(answer.sea["room"].to_list(), reverse=True)
    assert answer.sea["vehicles_least"].is_sorted()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"target": {}}, "no target"),
        ({"target": {"wait_p9_h": 3.0, "carried": 2.0}}, "wait_p9_h.*carried is 2.0"),
        ({"target": {"kt": 5.0}}, "one line at a time"),
        ({"lines": ["lin"]}, "nearest: line"),
        ({"rules": ("never",), "most": 0}, "most is 0.*never"),
        ({"ship_day_usd": {}}, "what a ship of the class ferry costs"),
    ],
)
def test_bad_input_gets_one_clear_error(more: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        found(strait(4.0), **more)
