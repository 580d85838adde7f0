"""Folders: what is written is read back in every cell; nothing is written half; trust ends with the hash."""

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from karvan.errors import FaultsError, InputError
from karvan.io import faults, folder
from karvan.schema import NEEDED, TABLES
from support import DAY, NUMBER, TEXT, WHOLE, same, small, tree

FORMATS = ("csv", "parquet")


@pytest.mark.parametrize("format", FORMATS)
def test_a_corridor_comes_back_as_it_was(corridor, tmp_path, format):
    found = folder.read(folder.write(corridor, tmp_path / "c", format))
    assert same(found, corridor)
    assert found.digest == corridor.digest


@pytest.mark.parametrize("format", FORMATS)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_cell_comes_back_as_it_was(tmp_path_factory, format, data):
    base = small()
    rows = base.tariffs.height
    cells = {
        "note": (st.none() | TEXT, pl.String),
        "usd": (NUMBER, pl.Float64),
        "valid_from": (st.none() | DAY, pl.Date),
        "x_text": (st.none() | TEXT, pl.String),
        "x_number": (st.none() | NUMBER, pl.Float64),
        "x_whole": (st.none() | WHOLE, pl.Int64),
        "x_day": (st.none() | DAY, pl.Date),
        "x_flag": (st.none() | st.booleans(), pl.Boolean),
    }
    drawn = {
        name: pl.Series(name, data.draw(st.lists(values, min_size=rows, max_size=rows)), dtype=kind)
        for name, (values, kind) in cells.items()
    }
    corridor = base.replace(tariffs=base.tariffs.with_columns(**drawn))
    found = folder.read(folder.write(corridor, tmp_path_factory.mktemp("any") / "c", format))
    assert same(found, corridor)


def test_a_card_s_name_stays_with_the_corridor(corridor, tmp_path):
    applied = type(corridor)("n", "2", 2020, corridor.tables, ("one", "two"))
    assert folder.read(folder.write(applied, tmp_path / "c")).scenarios == ("one", "two")


def test_the_folder_is_a_data_package(place):
    said = json.loads((place / "datapackage.json").read_bytes())
    assert said["profile"] == "tabular-data-package"
    assert (said["name"], said["version"], said["price_year"]) == ("small", "2024.1", 2022)
    assert {one["path"] for one in said["resources"]} == {file.name for file in place.glob("*.csv")}
    for one in said["resources"]:
        header = (place / one["path"]).read_text(encoding="utf-8").splitlines()[0].split(",")
        assert [field["name"] for field in one["schema"]["fields"]] == header
        assert one["schema"]["primaryKey"] == list(TABLES[one["name"]].key_columns())


def test_a_folder_without_a_package_file_has_defaults_and_says_so(place):
    (place / "datapackage.json").unlink()
    found = folder.read(place)
    assert (found.name, found.edition, found.price_year) == ("small", "0", 2022)
    told = faults.find(place)
    assert [(fault.file, fault.level) for fault in told] == [("datapackage.json", "warning")]
    assert "2022" in told[0].rule


def test_writing_again_keeps_what_lies_beside(corridor, place):
    (place / "README.md").write_text("mine", encoding="utf-8")
    (place / "cards").mkdir()
    (place / "cards" / "a.toml").write_text("", encoding="utf-8")
    folder.write(corridor.replace(shocks=corridor.shocks.clear()), place, "parquet")
    names = {entry.name for entry in place.iterdir()}
    assert {"README.md", "cards", "nodes.parquet"} <= names
    assert not {name for name in names if name.endswith(".csv")}
    assert (place / "cards" / "a.toml").exists()
    assert [entry.name for entry in place.parent.iterdir()] == ["small"]


def test_nothing_but_a_corridor_is_replaced(corridor, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "sea.jpg").write_bytes(b"x")
    before = tree(tmp_path)
    with pytest.raises(InputError, match="no corridor and not empty"):
        folder.write(corridor, tmp_path / "photos")
    with pytest.raises(InputError, match="is a file"):
        folder.write(corridor, tmp_path / "photos" / "sea.jpg")
    assert tree(tmp_path) == before


def test_a_write_that_fails_leaves_all_as_it_was(corridor, place, monkeypatch):
    before = tree(place.parent)

    def full(frame: pl.DataFrame, file: Path) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(folder, "_write_table", full)
    with pytest.raises(OSError, match="no space"):
        folder.write(corridor.replace(shocks=corridor.shocks.clear()), place)
    assert tree(place.parent) == before


def test_a_column_no_table_can_hold_is_refused(corridor, tmp_path):
    wide = corridor.replace(nodes=corridor.nodes.with_columns(x_list=pl.lit([1, 2])))
    with pytest.raises(InputError, match="x_list holds List"):
        folder.write(wide, tmp_path / "c")
    assert list(tmp_path.iterdir()) == []


def test_new_makes_a_folder_to_fill(tmp_path):
    place = folder.new(tmp_path / "mine")
    assert {file.stem for file in place.glob("*.csv")} == set(TABLES)
    guide = (place / "README.md").read_text(encoding="utf-8")
    assert "`length_km` [km]" in guide
    fields = json.loads((place / "datapackage.json").read_bytes())["resources"][0]["schema"]["fields"]
    assert any(field.get("unit") == "deg" for field in fields)
    told = faults.find(place)
    assert {(fault.file, fault.rule) for fault in told} == {
        (f"{name}.csv", "the table is needed and has no rows") for name in NEEDED
    }
    with pytest.raises(InputError, match="is there already"):
        folder.new(place)


def test_a_sealed_folder_is_read_without_its_check(place, corridor, monkeypatch):
    folder.seal(place)

    def never(raw: object) -> None:
        raise AssertionError("checked although sealed")

    monkeypatch.setattr(faults, "sound", never)
    assert same(folder.read(place, trusted=True), corridor)


@pytest.mark.parametrize("file", ["nodes.csv", "shocks.csv"])
def test_a_sealed_folder_that_was_touched_is_checked(place, file):
    folder.seal(place)
    path = place / file
    path.write_text(
        path.read_text(encoding="utf-8").replace("AA", "aa").replace("2026-03-01", "soon"), encoding="utf-8"
    )
    with pytest.raises(FaultsError):
        folder.read(place, trusted=True)


def test_a_file_added_to_a_sealed_folder_ends_its_trust(place):
    folder.seal(place)
    (place / "regimes.csv").write_text("regime_id\nx\n", encoding="utf-8")
    with pytest.raises(FaultsError, match=r"regimes\.csv"):
        folder.read(place, trusted=True)


def test_a_folder_with_faults_is_not_sealed(place):
    (place / "nodes.csv").write_text("node_id\nAA ONE\n", encoding="utf-8")
    before = tree(place)
    with pytest.raises(FaultsError):
        folder.seal(place)
    assert tree(place) == before


def test_what_reads_otherwise_without_its_check_is_not_sealed(place):
    path = place / "links.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("true", "1"), encoding="utf-8")
    assert folder.read(place).links["electrified"].to_list() == [True, None]
    before = tree(place)
    with pytest.raises(InputError, match="reads otherwise"):
        folder.seal(place)
    assert tree(place) == before
