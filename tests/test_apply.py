"""Applying cards: each action does what it says to the rows it names, and what does not fit is said."""

import datetime as dt

import pytest

from karvan.apply import difference, inverse
from karvan.errors import CardError
from karvan.scenario import Scenario
from support import same, small


def card(*changes, name="c", **rest):
    return Scenario(name=name, changes=changes, **rest)


R1 = {"table": "links", "where": {"link_id": "R1"}}


def links(corridor, column):
    return dict(zip(corridor.links["link_id"], corridor.links[column], strict=True))


@pytest.mark.parametrize(
    ("change", "column", "values"),
    [
        ({"set": {"hours": 5}}, "hours", {"R1": 5.0, "S1": 20.0}),
        ({"set": {"tracks": 3.0}}, "tracks", {"R1": 3, "S1": None}),
        ({"set": {"status": "closed"}}, "status", {"R1": "closed", "S1": None}),
        ({"set": {"one_way": True}}, "one_way", {"R1": True, "S1": False}),
        ({"set": {"hours": None}}, "hours", {"R1": None, "S1": 20.0}),
        ({"set": {"valid_to": dt.date(2030, 1, 1)}}, "valid_to", {"R1": dt.date(2030, 1, 1), "S1": None}),
        ({"times": {"hours": 2}}, "hours", {"R1": 13.0, "S1": 20.0}),
        ({"plus": {"tracks": 1}}, "tracks", {"R1": 3, "S1": None}),
    ],
)
def test_cells_of_the_matched_rows_change_and_no_other(corridor, change, column, values):
    plan = corridor.apply(card({**R1, **change}))
    assert links(plan, column) == values
    assert plan.links.drop(column).equals(corridor.links.drop(column))
    assert {name for name in plan.tables if not plan.tables[name].equals(corridor.tables[name])} == {"links"}


def test_where_takes_lists_several_columns_and_empty_cells(corridor):
    both = card({"table": "links", "where": {"link_id": ["R1", "S1"]}, "set": {"corridor": "middle"}})
    assert links(corridor.apply(both), "corridor") == {"R1": "middle", "S1": "middle"}
    bare = card({"table": "links", "where": {"tracks": None}, "set": {"corridor": "sea"}})
    assert links(corridor.apply(bare), "corridor") == {"R1": None, "S1": "sea"}
    one = card(
        {"table": "tariffs", "where": {"operator_id": "RA", "scope": "arc"}, "expect": {"rows": 1}, "times": {"usd": 2}}
    )
    assert corridor.apply(one).tariffs["usd"].to_list() == [600.0, 450.25, 700.0]


def test_rows_are_added_and_dropped(corridor):
    more = card(
        {"table": "operators", "add": [{"operator_id": "X", "name": "Ten"}]},
        {"table": "operators", "where": {"operator_id": "RA"}, "drop": True},
    )
    assert corridor.apply(more).operators.select("operator_id", "name").rows() == [("SB", "Ships of B"), ("X", "Ten")]


def test_dates_of_added_and_dropped_rows(corridor):
    since, until = dt.date(2027, 1, 1), dt.date(2028, 1, 1)
    row = {"link_id": "R2", "from_node": "AA_ONE", "to_node": "AA_TWO", "mode": "road", "length_km": 200}
    plan = corridor.apply(
        card({"table": "links", "add": [row], "from": since, "to": until}, {**R1, "drop": True, "from": since})
    )
    assert links(plan, "valid_from") == {"R1": None, "S1": dt.date(2024, 5, 1), "R2": since}
    assert links(plan, "valid_to") == {"R1": since, "S1": None, "R2": until}


def test_changes_run_in_order_and_expect_sees_what_came_before(corridor):
    twice = card({**R1, "set": {"hours": 5}}, {**R1, "expect": {"hours": 5, "rows": 1}, "times": {"hours": 3}})
    assert links(corridor.apply(twice), "hours")["R1"] == 15.0


def test_included_cards_come_first_and_once(corridor):
    half = card({**R1, "times": {"hours": 0.5}}, name="half")
    one = card({**R1, "plus": {"hours": 1}}, name="one", includes=(half,))
    two = card({**R1, "plus": {"hours": 2}}, name="two", includes=(half,))
    plan = corridor.apply(one, two)
    assert links(plan, "hours")["R1"] == 6.5 / 2 + 3
    assert plan.scenarios == ("half", "one", "two")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({**R1, "table": "lnks", "drop": True}, "card 'c', change 1: no table 'lnks' .nearest: links"),
        ({"table": "links", "where": {"link": "R1"}, "drop": True}, "no column 'link' .nearest: link_id"),
        ({**R1, "set": {"hour": 1}}, "no column 'hour' .nearest: hours"),
        ({**R1, "expect": {"hour": 1}, "drop": True}, "no column 'hour'"),
        ({"table": "links", "add": [{"link": "R9"}]}, "no column 'link'"),
        ({"table": "links", "where": {"link_id": "R11"}, "drop": True}, "no row of 'links' has link_id = 'R11' .nearest: R1"),
        ({"table": "links", "where": {"link_id": ["R1", "R9"]}, "drop": True}, "'R9' matches no row"),
        ({"table": "links", "where": {"link_id": "R1", "mode": "sea"}, "drop": True}, "no row of 'links' has mode = 'sea'"),
        ({"table": "links", "where": {"tracks": "two"}, "drop": True}, "tracks cannot hold 'two'"),
        ({**R1, "expect": {"hours": 7}, "drop": True}, r"expects hours = 7 in 'links', but finds \[6.5\]"),
        ({**R1, "expect": {"rows": 2}, "drop": True}, "expects rows = 2 in 'links', but finds 1"),
        ({**R1, "set": {"hours": "long"}}, "hours cannot hold 'long'"),
        ({**R1, "set": {"tracks": 1.5}}, "tracks cannot hold 1.5"),
        ({**R1, "times": {"mode": 2}}, "mode is not a number"),
        ({**R1, "plus": {"capacity": 2}}, "capacity is not a number in every matched row"),
        ({"table": "links", "add": [{"link_id": "R1"}]}, "'links' already has .'R1',"),
        ({"table": "operators", "add": [{"operator_id": "X"}, {"operator_id": "X"}]}, "already has .'X',"),
        ({"table": "operators", "add": [{"name": "nobody"}]}, "has no operator_id"),
        ({"table": "links", "add": [{"link_id": "R2", "length_km": "far"}]}, "a cell of the wrong type"),
        ({"table": "operators", "add": [{"operator_id": "X"}], "from": "2027-01-01"}, "carry no dates"),
        ({"table": "operators", "where": {"operator_id": "RA"}, "drop": True, "from": "2027-01-01"}, "dated drop"),
        ({**R1, "drop": True, "from": "2027-01-01", "to": "2028-01-01"}, "dated drop"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_with_card_change_and_cure(corridor, change, words):
    with pytest.raises(CardError, match=words) as caught:
        corridor.apply(card(change))
    assert "card 'c', change 1" in str(caught.value)
    assert caught.value.cure
    assert same(corridor, small())


def test_requires_and_excludes_are_kept(corridor):
    base = card({**R1, "set": {"hours": 5}}, name="base")
    needs = card({**R1, "set": {"hours": 6}}, name="needs", requires=("base",))
    bars = card({**R1, "set": {"hours": 7}}, name="bars", excludes=("base",))
    assert corridor.apply(base, needs).scenarios == ("base", "needs")
    with pytest.raises(CardError, match="'needs' requires 'base'"):
        corridor.apply(needs)
    with pytest.raises(CardError, match="'bars' excludes 'base'"):
        corridor.apply(base, bars)
    assert corridor.apply(bars).scenarios == ("bars",)


def test_the_difference_is_told_cell_by_cell(corridor):
    plan = corridor.apply(
        card({**R1, "set": {"hours": 5, "status": "closed"}}, {"table": "aliases", "where": {"alias": "Uno"}, "drop": True},
             {"table": "calls", "add": [{"service_id": "trains", "order": 1, "node_id": "AA_ONE"}]})
    )  # fmt: skip
    found = difference(corridor.tables, plan.tables)
    assert found.filter(found["table"] == "links").rows() == [
        ("links", "R1", "hours", "6.5", "5.0"),
        ("links", "R1", "status", None, "closed"),
    ]
    rows = found.filter(found["column"] == "(row)").select("table", "key", "before", "after").rows()
    assert rows == [("aliases", "Uno|nodes", "present", None), ("calls", "trains|1", None, "present")]
    assert difference(corridor.tables, corridor.tables).height == 0


def test_the_inverse_gives_the_base_back(corridor):
    plan = corridor.apply(
        card(
            {**R1, "times": {"hours": 1 / 3}, "from": "2026-01-01"},
            {"table": "shocks", "where": {"shock_id": "K1"}, "drop": True},
        )
    )
    back = plan.apply(inverse("c", corridor.tables, plan.tables))
    assert back.digest == corridor.digest
    assert back.scenarios == ("c", "not-c")
