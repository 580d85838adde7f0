"""The corridor on a day: dated rows and cells switch links, prices and hours on and off."""

import datetime as dt

import pytest

from karvan.corridor import Corridor
from karvan.network.compile import base_day, on, param
from network.worlds import add, edit, hours, price, tariff, world

OPENS, CLOSES = dt.date(2025, 9, 30), dt.date(2027, 1, 1)


def dated(link: str = "AB") -> Corridor:
    return edit(world(), "links", link, valid_from=OPENS, valid_to=CLOSES)


@pytest.mark.parametrize(
    ("day", "there"),
    [(OPENS - dt.timedelta(1), False), (OPENS, True), (CLOSES - dt.timedelta(1), True), (CLOSES, False)],
)
def test_a_row_holds_from_its_first_day_to_the_one_before_its_end(day: dt.date, there: bool) -> None:
    assert on(dated(), day).links.height == (2 if there else 1)
    assert (price(dated(), ready=day) < float("inf")) is there


def test_the_corridor_speaks_of_the_middle_of_its_year() -> None:
    assert base_day(world()) == dt.date(2022, 7, 1)
    assert base_day(edit(world(), "params", "as_of_year|any", value=2026.0)) == dt.date(2026, 7, 1)
    assert base_day(world().replace(params=world().params.clear())) == dt.date(2022, 7, 1)
    assert price(dated()) == float("inf")
    assert price(edit(dated(), "params", "as_of_year|any", value=2026.0)) == 200.0


def profile(table: str, key: str, column: str, since: dt.date, **told: object) -> dict[str, object]:
    return {"table": table, "id": key, "column": column, "since": since, **told}


def test_a_cell_takes_the_last_value_of_its_profile() -> None:
    made = add(
        world(),
        "profiles",
        profile("links", "AB", "hours", OPENS, value=7.0),
        profile("links", "AB", "hours", CLOSES, value=5.0),
    )
    for day, told in ((OPENS - dt.timedelta(1), 10.0), (OPENS, 7.0), (CLOSES, 5.0), (dt.date(2040, 1, 1), 5.0)):
        assert hours(made, "A", "B", ready=day) == told


def test_a_link_opens_by_the_profile_of_its_status() -> None:
    made = edit(world(), "links", "AB", status="building")
    made = add(made, "profiles", profile("links", "AB", "status", OPENS, text="open"))
    assert price(made, ready=OPENS - dt.timedelta(1)) == float("inf")
    assert price(made, ready=OPENS) == 200.0


def test_an_empty_text_empties_the_cell() -> None:
    made = add(world(), "tariffs", tariff("ore-only", 9.0, goods="ore"))
    made = add(made, "profiles", profile("tariffs", "ore-only", "goods", OPENS, text=""))
    assert (price(made), price(made, ready=OPENS)) == (200.0, 209.0)


def test_prices_and_rows_of_several_keys_change_too() -> None:
    made = add(world(), "profiles", profile("tariffs", "ab", "usd", OPENS, value=130.0))
    assert (price(made, ready=OPENS), price(made)) == (230.0, 200.0)
    made = add(world(), "profiles", profile("values", "any|value_of_time|any|2022", "value", OPENS, value=48.0))
    assert on(made, OPENS).values["value"].to_list() == [48.0, 0.5]


def test_parameters_by_scope_and_default() -> None:
    made = add(world(), "params", {"name": "x", "scope": "sea", "value": 3.0, "unit": "u"})
    assert (param(made, "x", 1.0), param(made, "x", 1.0, "sea"), param(made, "as_of_year", 1.0)) == (1.0, 3.0, 2022.0)
