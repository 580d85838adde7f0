"""Every table says of every column what people and programs need to know."""

import datetime as dt
import re

import pytest

from karvan.schema import NEEDED, TABLES
from karvan.schema.base import Fact, Table, flag, key, num, text
from karvan.schema.shape import KINDS

FACTS = [pytest.param(table, fact, id=f"{table}.{fact.name}") for table, one in TABLES.items() for fact in one.facts()]


def test_facts_come_from_what_is_said():
    class Piers(Table):
        "One row a pier."

        pier_id = key("the pier", "P1", ref="nodes.node_id")
        length_m = num("its length", "m", 120, needed=True, low=0, high=900, usual=(50, 400))
        uses = text("what for", "oil", many=True)
        shut = flag("whether it is shut")

    assert Piers.key_columns() == ("pier_id",)
    facts = {fact.name: fact for fact in Piers.facts()}
    assert (facts["pier_id"].kind, facts["pier_id"].needed, facts["pier_id"].ref) == ("key", True, "nodes.node_id")
    assert facts["length_m"] == Fact("length_m", "number", "its length", "m", 120, True, False, 0, 900, (50, 400))
    assert (facts["uses"].many, facts["uses"].needed) == (True, False)
    assert facts["shut"].example is False


@pytest.mark.parametrize(("table", "fact"), FACTS)
def test_a_column_has_a_meaning_an_example_that_keeps_its_rules_and_a_unit_if_it_is_a_number(table, fact):
    assert fact.meaning
    assert fact.kind in KINDS
    assert fact.kind != "number" or fact.unit
    example = fact.example
    assert example is not None
    kinds = {"number": (int, float), "whole": int, "day": dt.date, "flag": bool}
    assert isinstance(example, kinds.get(fact.kind, str))
    if fact.kind in ("number", "whole"):
        assert (fact.low is None or example >= fact.low) and (fact.high is None or example <= fact.high)
        assert fact.usual is None or fact.usual[0] <= example <= fact.usual[1]
    assert not fact.choices or example in fact.choices
    assert not fact.regex or example == "" or re.fullmatch(fact.regex, example)


@pytest.mark.parametrize(("table", "fact"), FACTS)
def test_a_reference_names_a_column_that_identifies(table, fact):
    if fact.ref:
        other, column = fact.ref.split(".")
        assert column in TABLES[other].key_columns()


@pytest.mark.parametrize("table", TABLES)
def test_a_table_has_a_key_a_meaning_and_no_two_columns_alike(table):
    schema = TABLES[table]
    names = [fact.name for fact in schema.facts()]
    assert schema.__doc__
    assert schema.key_columns()
    assert len({name.casefold() for name in names}) == len(names)
    assert set(schema.key_columns()) <= {fact.name for fact in schema.facts() if fact.needed}
    assert all(name == name.lower() for name in names)


def test_needed_tables_are_tables():
    assert set(NEEDED) <= set(TABLES)
