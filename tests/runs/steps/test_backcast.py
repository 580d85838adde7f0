"""The word backcast of a study: its seal, its plans, its folder, and what it says."""

from pathlib import Path

import polars as pl
import pytest

from karvan.errors import StudyError
from karvan.plot.bars import fan
from karvan.plot.svg import About
from karvan.report.later import backcasted
from karvan.runs.plain import later
from karvan.runs.steps import asked as asking
from karvan.runs.steps.asked import Asked
from karvan.runs.steps.backcast import computed
from karvan.studies.backcast import drivers_digest
from studies.backcast.test_backcast import TWIN

TEXT = """name = "b"
corridor = "toy"
origin = "orio"
destinations = ["destin"]
commodity = "boxes"
feu = 1
words = ["rivals", "backcast"]
[backcast]
draws = 30
ports = ["XB_PRT"]
trains_from = "XA"
drivers = "{drivers}"
edition = "other"
years = {years}
[[scenario]]
name = "base"
"""


def read(folder: Path, drivers: str = "", years: str = "{base = [2023]}") -> Asked:
    file = folder / "b.toml"
    file.write_text(TEXT.format(drivers=drivers, years=years), encoding="utf-8")
    return asking.read(file)[0]


def quiet(done: int, of: int, what: str) -> None:
    assert 0 <= done <= of, what


def test_a_sealed_study_computes_its_years_and_tells_them(tmp_path: Path) -> None:
    asked = read(tmp_path, drivers_digest(TWIN))
    found = computed(asked, TWIN, {"base": TWIN}, quiet)
    assert found.run.arguments["sealed"] == "other"
    words = "\n".join(later.told(found))
    middle = found.fan.filter(pl.col("quantity") == "tonnes")["p50"][0]
    assert f"base 2023: {middle:.3g}"[:14] in words and "interval score" in words
    assert max(map(len, words.splitlines())) <= 80
    sections = backcasted(found, TWIN, 720.0)
    assert [one.name for one in sections] == ["backcast", "held", "spread", "scores"]
    assert "sealed with edition other" in sections[0].words
    assert {chart.name for chart in sections[0].charts} == {"fan-tonnes", "fan-containers"}
    assert later.told(None) == [] and backcasted(None, TWIN, 720.0) == []


def test_other_drivers_than_those_of_the_seal_are_refused(tmp_path: Path) -> None:
    asked = read(tmp_path, drivers_digest(TWIN))
    other = TWIN.replace(drivers=TWIN.drivers.with_columns(pl.col("value") * 1.0001))
    with pytest.raises(StudyError, match=r"not those the study was sealed with.*\n.*cure: put the table back"):
        computed(asked, other, {"base": other}, quiet)


def test_a_back_cast_without_years_or_of_no_scenario_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="names no years"):
        computed(read(tmp_path, years="{}"), TWIN, {"base": TWIN}, quiet)
    with pytest.raises(StudyError, match="'plan'"):
        read(tmp_path, years="{plan = [2030]}")


def test_a_fan_draws_what_was_counted_and_what_was_computed() -> None:
    rows = pl.DataFrame({
        "scenario": ["a", "a", "b"], "year": [2023, 2024, 2030], "quantity": ["tonnes"] * 3, "unit": ["kt"] * 3,
        "p10": [1.0, 2.0, 3.0], "p50": [2.0, 3.0, 5.0], "p90": [4.0, 6.0, 9.0],
    })  # fmt: skip
    chart = fan(rows, pl.DataFrame({"year": [2021, 2022], "value": [1.5, 2.5]}), About())
    assert chart.body.count("<circle") == 2 and chart.body.count("<rect") == 3
    assert chart.title == "b 2030: 5 kt (3 to 9)"
    assert all(word in chart.body for word in (">2021<", ">2024<", ">b<"))
