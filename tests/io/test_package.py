"""A folder before its check: which file is which table, and what the corridor says of itself."""

import json

import pytest

from karvan.io import package
from karvan.io.package import About


def test_files_and_kinds_come_from_the_package_file(place):
    said = json.loads((place / "datapackage.json").read_bytes())
    (place / "nodes.csv").rename(place / "places.csv")
    for one in said["resources"]:
        if one["name"] == "nodes":
            one["path"] = "places.csv"
            one["schema"]["fields"].append({"name": "x_seen", "type": "date"})
    (place / "datapackage.json").write_text(json.dumps(said), encoding="utf-8")
    found = package.read(place)
    assert found.faults == ()
    assert found.sheets["nodes"].file == "places.csv"
    assert found.sheets["nodes"].extra == {"x_seen": "day"}
    assert found.about == About("small", "2024.1", 2022, "A small one")


def test_a_file_called_after_a_table_needs_no_mention(place):
    said = json.loads((place / "datapackage.json").read_bytes())
    said["resources"] = [one for one in said["resources"] if one["name"] != "links"]
    (place / "datapackage.json").write_text(json.dumps(said), encoding="utf-8")
    assert package.read(place).sheets["links"].file == "links.csv"


def test_other_files_and_folders_may_lie_beside(place):
    for name in ("README.md", "notes.txt", ".hidden.csv", "~lock.csv", "map.geojson"):
        (place / name).write_text("x", encoding="utf-8")
    (place / "cards").mkdir()
    assert package.read(place).faults == ()


def test_tables_come_in_the_order_of_the_schema(place):
    from karvan.schema import TABLES  # noqa: PLC0415

    names = list(package.read(place).sheets)
    assert names == [name for name in TABLES if name in names]


@pytest.mark.parametrize(
    ("said", "about", "columns"),
    [
        ({"name": "n", "version": "1", "price_year": 2020}, About("n", "1", 2020), []),
        ({"version": "1", "price_year": 2020}, About("folder", "1", 2020), []),
        ({"name": "n"}, About("n"), ["price_year", "version"]),
        ({"version": 1, "price_year": 2020}, About("folder"), ["version"]),
        ({"version": "1", "price_year": True}, About("folder"), ["price_year"]),
        ({"version": "1", "price_year": 20}, About("folder"), ["price_year"]),
        ({"version": "1", "price_year": 2020, "scenarios": "a"}, About("folder"), ["scenarios"]),
    ],
)
def test_what_a_corridor_says_of_itself(said, about, columns):
    found, faults = package.about_of(said, "folder")
    assert found == about
    assert sorted(fault.column for fault in faults) == columns
