"""check: rows first, then the model, all in one frame."""

from pathlib import Path

import polars as pl
import pytest

import karvan as kv
from karvan.errors import InputError
from support import tree

TOY = Path(kv.__file__).parent / "data" / "toy"


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    (tmp_path / "mine").mkdir()
    for file in TOY.iterdir():
        (tmp_path / "mine" / file.name).write_bytes(file.read_bytes())
    return tmp_path / "mine"


def change(file: Path, old: str, new: str) -> None:
    said = file.read_text()
    assert old in said
    file.write_text(said.replace(old, new))


def test_a_sound_folder_has_no_fault() -> None:
    assert not kv.check(TOY).filter(pl.col("level") == "error").height


def test_faults_of_rows_come_together_with_place_and_cure(mine: Path) -> None:
    change(mine / "links.csv", "N1,XB_MID,XD_NOR", "N1,XB_MID,XD_NOT")
    change(mine / "classes.csv", ",rail,container,50", ",train,container,50")
    before = tree(mine)
    found = kv.check(mine)
    rows = {(row["file"], row["column"]): row for row in found.filter(pl.col("level") == "error").iter_rows(named=True)}
    assert set(rows) == {("links.csv", "to_node"), ("classes.csv", "mode")}
    assert rows["links.csv", "to_node"]["row"] == 7 and rows["links.csv", "to_node"]["key"] == "N1"
    assert rows["links.csv", "to_node"]["nearest"] == "XD_NOR" and all(row["cure"] for row in rows.values())
    assert tree(mine) == before


def test_the_model_is_audited_once_the_rows_are_sound(mine: Path) -> None:
    change(mine / "links.csv", "rail,460,", "rail,160,")
    found = kv.check(mine).filter(pl.col("level") == "error")
    assert found.height == 1 and found["file"][0].startswith("links") and found["column"][0] == "length_km"


def test_no_such_folder() -> None:
    with pytest.raises(InputError, match="nowhere"):
        kv.check("nowhere")


def test_rows_that_simulate_would_refuse_are_told(mine: Path) -> None:
    change(mine / "closures.csv", "prt-wind,4,XB_PRT,,0.1,30,168", "prt-wind,4,XB_PRT,,0.1,,168")
    row = kv.check(mine).filter(pl.col("level") == "error").row(0, named=True)
    assert (row["file"], row["row"], row["column"]) == ("closures.csv", 2, "mean_h")
    with pytest.raises(kv.KarvanError, match="mean length"):
        kv.simulate(kv.read(mine), days=5, runs=1)
