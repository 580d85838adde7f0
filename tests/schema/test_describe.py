"""The schema as told: pages, templates, JSON Schema and data package all agree with the facts."""

import csv
import io
import json
import re

import pytest

from karvan.io import faults, folder
from karvan.schema import TABLES, describe
from karvan.schema.describe import told

ALL = pytest.mark.parametrize("table", TABLES)


@ALL
def test_the_page_has_a_line_for_each_column_with_unit_meaning_and_example(table):
    lines = [line for line in describe.markdown(table).splitlines() if line.startswith("| `")]
    facts = TABLES[table].facts()
    assert len(lines) == len(facts)
    for line, fact in zip(lines, facts, strict=True):
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        assert len(cells) == 6
        assert cells[0] == f"`{fact.name}`"
        assert cells[2] == fact.unit
        assert cells[3].replace("\\|", "|") == fact.meaning
        assert cells[5].replace("\\|", "|") == told(fact.example)


@ALL
def test_the_template_is_a_header_of_all_columns(table):
    (header,) = csv.reader(io.StringIO(describe.template(table)))
    assert header == [fact.name for fact in TABLES[table].facts()]


@ALL
def test_json_schema_says_types_needs_bounds_and_choices(table):
    schema = describe.json_schema(table)
    json.dumps(schema)
    facts = {fact.name: fact for fact in TABLES[table].facts()}
    assert list(schema["properties"]) == list(facts)
    assert schema["required"] == [name for name, fact in facts.items() if fact.needed]
    assert schema["additionalProperties"] is False
    for name, said in schema["properties"].items():
        fact = facts[name]
        kind = {
            "key": "string",
            "text": "string",
            "day": "string",
            "number": "number",
            "whole": "integer",
            "flag": "boolean",
        }[fact.kind]
        assert said["type"] == (kind if fact.needed else [kind, "null"])
        assert (said.get("minimum"), said.get("maximum"), said.get("pattern")) == (fact.low, fact.high, fact.regex)
        assert tuple(one for one in said.get("enum", ()) if one is not None) == fact.choices
        assert ("enum" not in said) or fact.needed or None in said["enum"]


@ALL
def test_table_schema_says_fields_key_and_references(table):
    schema = describe.table_schema(table)
    json.dumps(schema)
    facts = TABLES[table].facts()
    assert [field["name"] for field in schema["fields"]] == [fact.name for fact in facts]
    assert schema["primaryKey"] == list(TABLES[table].key_columns())
    links = {link["fields"]: link["reference"] for link in schema.get("foreignKeys", ())}
    wanted = {fact.name: fact.ref.split(".") for fact in facts if fact.ref and not fact.many}
    assert links == {name: {"resource": other, "fields": column} for name, (other, column) in wanted.items()}
    for field, fact in zip(schema["fields"], facts, strict=True):
        assert field.get("unit", "") == fact.unit
        assert field.get("constraints", {}).get("required", False) == fact.needed
        assert not fact.unit or f"[{fact.unit}]" in field["title"]


def test_own_columns_have_their_kind():
    schema = describe.table_schema("aliases", ["alias", "x_seen", "x_note"], {"x_seen": "day"})
    assert [(field["name"], field["type"]) for field in schema["fields"]] == [
        ("alias", "string"),
        ("x_seen", "date"),
        ("x_note", "string"),
    ]


def test_a_package_refers_to_no_table_that_it_lacks():
    named = [describe.resource(name, f"{name}.csv", describe.table_schema(name)) for name in ("nodes", "links")]
    said = describe.package("n", "2", 2022, named, title="T", scenarios=["a"])
    assert (said["name"], said["version"], said["price_year"], said["title"], said["scenarios"]) == (
        "n",
        "2",
        2022,
        "T",
        ["a"],
    )
    links = [
        link["reference"]["resource"] for one in said["resources"] for link in one["schema"].get("foreignKeys", ())
    ]
    assert links == ["nodes", "nodes"]


def test_parquet_is_named_as_such():
    assert describe.resource("nodes", "nodes.parquet", {})["format"] == "parquet"
    assert describe.resource("nodes", "nodes.csv", {})["mediatype"] == "text/csv"


def test_examples_make_a_row_without_a_fault_of_its_own(tmp_path):
    """Every example keeps every rule but references, which a lone row cannot keep."""
    place = folder.new(tmp_path / "examples")
    for table, schema in TABLES.items():
        row = [told(fact.example) for fact in schema.facts()]
        with (place / f"{table}.csv").open("a", encoding="utf-8", newline="") as out:
            csv.writer(out).writerow(row)
    assert [str(fault) for fault in faults.find(place) if "is not in" not in fault.rule] == []


@pytest.mark.parametrize(
    ("value", "text"),
    [(120.0, "120"), (0.5, "0.5"), (True, "true"), (None, ""), (7, "7"), ("a", "a"), (1e300, "1e+300")],
)
def test_values_as_files_write_them(value, text):
    assert told(value) == text
