"""What is always so of scenarios and corridors, whatever the cards."""

import datetime as dt
import random
from itertools import permutations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from karvan.apply import difference, inverse
from karvan.io import cards
from karvan.profiles import on_date
from karvan.scenario import Scenario
from karvan.schema import TABLES
from support import small

BASE = small()
DAYS = st.dates(dt.date(2023, 1, 1), dt.date(2028, 12, 31))
NUMBERS = {"links": ["length_km", "hours"], "tariffs": ["usd"], "demand": ["kt"], "classes": ["capacity", "speed_kmh"]}
TEXTS = {"links": ["status", "corridor"], "nodes": ["note"], "tariffs": ["part"]}
MOVES = st.floats(0.1, 10)


@st.composite
def wheres(draw, table):
    """The key of one row, or of several by a list."""
    frame, keys = BASE.tables[table], TABLES[table].key_columns()
    if len(keys) == 1 and draw(st.booleans()):
        rows = draw(st.lists(st.sampled_from(frame[keys[0]].to_list()), min_size=1, max_size=3, unique=True))
        return {keys[0]: rows}
    row = draw(st.integers(0, frame.height - 1))
    return {key: frame[key][row] for key in keys}


@st.composite
def changes(draw):
    """A change that fits the small corridor: any action, with dates where they may be."""
    action = draw(st.sampled_from(["set number", "set text", "times", "plus", "drop", "add"]))
    if action == "add":
        return {
            "table": "shocks",
            "add": [{"shock_id": f"N{draw(st.integers(0, 10**9))}", "name": "new", "days": draw(MOVES)}],
        }
    if action == "drop":
        table = draw(st.sampled_from(["tariffs", "aliases", "calls"]))
        return {"table": table, "where": draw(wheres(table)), "drop": True}
    columns = TEXTS if action == "set text" else NUMBERS
    table = draw(st.sampled_from(sorted(columns)))
    column, where = draw(st.sampled_from(columns[table])), draw(wheres(table))
    value = draw(st.sampled_from(["open", "closed", "", 'näher, "so"']) if action == "set text" else MOVES)
    said = {"table": table, "where": where, action.split()[0]: {column: value}}
    empty = BASE.tables[table].filter(pl.col(column).is_null()).height
    if "valid_from" in BASE.tables[table].columns and not empty and draw(st.booleans()):
        since = draw(DAYS)
        said |= {"from": since} | (
            {"to": since + dt.timedelta(draw(st.integers(1, 500)))} if draw(st.booleans()) else {}
        )
    return said


def applied(base, said):
    """The corridor after the changes that fit it, in order; a later change may miss a row that an earlier one dropped."""
    plan, kept = base, []
    for change in said:
        try:
            plan = plan.apply(Scenario(name=f"c{len(kept)}", changes=[change]))
        except Exception as fault:
            assert type(fault).__name__ == "CardError", fault
        else:
            kept.append(change)
    return plan, kept


@settings(max_examples=80, deadline=None)
@given(st.lists(changes(), min_size=1, max_size=5))
def test_a_scenario_and_its_inverse_give_the_base_back(said):
    plan, _ = applied(BASE, said)
    if plan.digest != BASE.digest:
        back = plan.apply(inverse("all", BASE.tables, plan.tables))
        assert back.digest == BASE.digest
        assert difference(BASE.tables, back.tables).height == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(changes(), min_size=1, max_size=4))
def test_an_inverse_goes_through_a_table_and_still_gives_the_base_back(said):
    plan, _ = applied(BASE, said)
    if plan.digest != BASE.digest:
        undo = inverse("all", BASE.tables, plan.tables)
        assert cards.from_table(cards.to_table([undo]))[undo.name] == undo


@settings(max_examples=60, deadline=None)
@given(st.lists(changes(), min_size=1, max_size=4), st.integers(0, 2**32))
def test_the_order_of_rows_changes_nothing(said, seed):
    rng = random.Random(seed)
    shuffled = {name: frame[rng.sample(range(frame.height), frame.height)] for name, frame in BASE.tables.items()}
    turned = BASE.replace(**shuffled)
    assert turned.digest == BASE.digest
    (one, kept), (two, also) = applied(BASE, said), applied(turned, said)
    assert kept == also
    assert one.digest == two.digest
    assert difference(one.tables, two.tables).height == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(changes(), min_size=2, max_size=3))
def test_independent_cards_may_come_in_any_order(said):
    """Cards on different tables are independent, except that dates of both are written to profiles, by row."""
    fitting = [change for change in said if applied(BASE, [change])[1]]
    by_table = list({change["table"]: change for change in fitting}.values())
    made = [Scenario(name=f"c{place}", changes=[change]) for place, change in enumerate(by_table)]
    ways = [BASE.apply(*order) for order in permutations(made)]
    assert len({way.digest for way in ways}) == 1


@settings(max_examples=60, deadline=None)
@given(st.lists(changes(), min_size=1, max_size=4))
def test_one_card_of_many_changes_is_many_cards_of_one(said):
    plan, kept = applied(BASE, said)
    if kept:
        assert BASE.apply(Scenario(name="all", changes=kept)).digest == plan.digest


@settings(max_examples=60, deadline=None)
@given(st.lists(changes(), min_size=1, max_size=4))
def test_the_difference_is_empty_only_where_digests_are_equal(said):
    plan, _ = applied(BASE, said)
    assert (difference(BASE.tables, plan.tables).height == 0) == (plan.digest == BASE.digest)


@settings(max_examples=60, deadline=None)
@given(changes(), DAYS)
def test_before_its_first_day_a_change_is_not_felt(change, day):
    if "from" not in change or day >= change["from"]:
        change = {**change, "from": day + dt.timedelta(1)}
        change.pop("to", None)
    plan, kept = applied(BASE, [change])
    table = change["table"]
    if kept and change["table"] != "shocks":
        before, after = (on_date(table, one.tables[table], one.profiles, day) for one in (BASE, plan))
        assert after.drop("valid_to", strict=False).equals(before.drop("valid_to", strict=False))


@settings(max_examples=40, deadline=None)
@given(st.lists(changes(), min_size=1, max_size=3))
def test_the_base_is_never_touched(said):
    applied(BASE, said)
    assert BASE.digest == small().digest
