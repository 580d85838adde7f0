"""new: empty tables to fill, never over what is there."""

from pathlib import Path

import pytest

import karvan as kv
from karvan.errors import InputError
from karvan.schema import NEEDED, TABLES
from support import tree


def test_a_new_folder_lacks_only_its_rows(tmp_path: Path) -> None:
    made = kv.new(tmp_path / "mine")
    assert {file.stem for file in made.glob("*.csv")} == set(TABLES)
    assert "length_km,gauge_mm" in (made / "links.csv").read_text()
    found = kv.check(made)
    assert {row["file"] for row in found.iter_rows(named=True) if row["level"] == "error"} == {
        f"{name}.csv" for name in NEEDED
    }


def test_what_is_there_is_left(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("mine")
    before = tree(tmp_path)
    with pytest.raises(InputError, match="is there already"):
        kv.new(tmp_path)
    assert tree(tmp_path) == before
