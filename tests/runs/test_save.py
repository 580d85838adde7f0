"""Results to files, whole or not at all."""

import json
from pathlib import Path

import polars as pl
import pytest

import karvan as kv
from karvan.errors import InputError
from karvan.io.folder import whole_file
from karvan.runs.save import run_folder
from support import tree


@pytest.fixture(scope="module")
def found() -> kv.Result:
    return kv.route(kv.load("toy"), kv.Shipment("orio", "destin", commodity="boxes", feu=1), ways=2)


def test_a_folder_holds_every_frame_and_the_run(found: kv.Result, tmp_path: Path) -> None:
    place = found.save(tmp_path / "ways")
    for name, frame in {**found.tables, "balance": found.balance}.items():
        assert pl.read_parquet(place / f"{name}.parquet").equals(frame)
    run = json.loads((place / "run.json").read_text())
    assert run["id"] == found.run.id and run["digest"] == found.run.digest and run["word"] == "route"
    before = tree(tmp_path)
    assert found.save(tmp_path / "ways") == place and tree(tmp_path) == before


def test_one_file_of_all(found: kv.Result, tmp_path: Path) -> None:
    said = json.loads(found.save(tmp_path / "ways.json").read_text())
    assert said["ways"] == found.ways.to_dicts() and set(said) == {"run", "balance", *found.tables}


def test_one_frame(found: kv.Result, tmp_path: Path) -> None:
    assert pl.read_parquet(found.save(tmp_path / "ways.parquet")).equals(found.ways)
    assert found.save(tmp_path / "legs.csv", "legs").read_text() == found.legs.write_csv()


@pytest.mark.parametrize(
    ("name", "table", "message"),
    [
        ("ways.xls", "", "'.xls'"),
        ("ways.csv", "leg", "'leg'"),
        ("mine.txt/ways.csv", "", "no folder"),
        ("taken", "", "no earlier"),
    ],
)
def test_what_cannot_be_written_leaves_all_as_it_was(
    found: kv.Result, tmp_path: Path, name: str, table: str, message: str
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "letter").write_text("mine")
    before = tree(tmp_path)
    with pytest.raises(InputError, match=message):
        found.save(tmp_path / name, table)
    assert tree(tmp_path) == before


def test_a_failure_half_way_leaves_the_old(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.json").write_text("old")
    before = tree(tmp_path)
    with pytest.raises(OSError, match="full"), whole_file(tmp_path / "a.txt") as spare:
        spare.write_text("new")
        raise OSError("full")
    with pytest.raises(OSError, match="full"), run_folder(tmp_path / "run") as spare:
        (spare / "run.json").write_text("new")
        raise OSError("full")
    assert tree(tmp_path) == before


def test_words_loaded_without_the_public_door_cannot_save(found: kv.Result, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kv.Result, "writer", None)
    with pytest.raises(InputError, match="import karvan as kv"):
        found.save("x")
