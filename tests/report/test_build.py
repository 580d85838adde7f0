"""The word itself: what it takes, what it refuses, and that files appear whole or not at all."""

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest

from drawn import BOX, base, found, full, routes, toy
from karvan.engines.route import route
from karvan.errors import InputError
from karvan.report import report
from karvan.report.sections import frame_of


@pytest.mark.parametrize("ending", ["html", "pdf", "xlsx"])
def test_each_ending_is_written_whole(ending: str, tmp_path: Path) -> None:
    file = full().save(tmp_path / f"report.{ending}")
    assert [one.name for one in tmp_path.iterdir()] == [file.name]
    assert file.stat().st_size > 10_000


@pytest.mark.parametrize("name", ["report.docx", "report", "a-file/report.html"])
def test_what_cannot_be_written_changes_nothing(name: str, tmp_path: Path) -> None:
    (tmp_path / "a-file").write_text("mine")
    with pytest.raises(InputError) as caught:
        full().save(tmp_path / name)
    assert caught.value.cure
    assert [one.read_text() for one in tmp_path.iterdir()] == ["mine"]


def test_a_folder_that_is_not_there_is_made(tmp_path: Path) -> None:
    assert full().save(tmp_path / "new" / "report.html").is_file()


def test_a_report_needs_a_result_with_ways() -> None:
    with pytest.raises(InputError, match="at least one result"):
        report(toy(), found())


def test_no_way_says_what_closes_it() -> None:
    shut = route(toy(), replace(BOX, commodity="fuel", feu=0, wagons=3), avoid=["north"])
    one = report(toy(), shut, title="Shut")
    assert one.map((784, 500)) is None
    text = one.html()
    assert "No way is left" in text
    assert "avoid north" in text
    assert one.pdf().startswith(b"%PDF")


def test_results_name_their_scenarios() -> None:
    assert [one.scenario for one in full().tolds] == ["base", "quick"]
    assert [one.scenario for one in report(toy(), base()).tolds] == ["base"]


def test_other_boundaries_can_be_drawn(tmp_path: Path) -> None:
    shipped = json.loads((files("karvan") / "data" / "shapes" / "world.json").read_text())
    mine = tmp_path / "mine.json"
    mine.write_text(json.dumps({**shipped, "disputed": [], "borders": [[6000, 4000, 500, 100]]}))
    drawn = [report(toy(), routes(), boundaries=file).map((784, 500)) for file in (None, mine)]
    assert all(drawn)
    assert len({one.body for one in drawn if one}) == 2
    for name, text in (("none.json", None), ("text.json", "{"), ("short.json", '{"land": []}'), ("list.json", "[]")):
        if text is not None:
            (tmp_path / name).write_text(text)
        with pytest.raises(InputError, match=name) as caught:
            report(toy(), routes(), boundaries=tmp_path / name)
        assert "tools/shapes.py" in caught.value.cure


def test_the_map_starts_on_the_corridor() -> None:
    west, east, south, north = frame_of(full().tolds[0], toy())
    spots = toy().nodes.filter(pl.col("node_id").is_in(base().legs["to"].to_list()))
    assert west < spots["lon"].min() < spots["lon"].max() < east  # type: ignore[operator]
    assert south < spots["lat"].min() < spots["lat"].max() < north  # type: ignore[operator]


def test_same_results_same_page() -> None:
    again = report(
        toy(),
        found(),
        scenarios={one.scenario: result for one, result in zip(full().tolds, (base(), base()), strict=False)},
    )
    assert again.html() == report(toy(), found(), scenarios={"base": base(), "quick": base()}).html()
