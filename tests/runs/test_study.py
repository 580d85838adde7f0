"""Studies: what they write, that they read what is kept, go on where they were stopped, and can be repeated."""

import json
from pathlib import Path

import polars as pl
import pytest

import karvan as kv
from karvan.engines import route as engine
from karvan.errors import Cancelled, StudyError
from karvan.runs import study
from karvan.runs.question import Study
from karvan.runs.steps import asked
from karvan.studies import rivals as rivals_of
from support import tree

TOML = """
name = "small"
title = "A small study"
corridor = "toy"
origin = "orio"
destinations = ["destin", "Havn"]
commodity = "boxes"
feu = 1
[[scenario]]
name = "base"
[[scenario]]
name = "cheap"
cards = ["cheap.toml"]
"""
CARD = 'name = "cheap"\n[[change]]\ntable = "tariffs"\nwhere = {item = "freight"}\ntimes = {usd = 0.5}\n'
FILES = {"report.html", "report.pdf", "tables.xlsx", "run.json"}
TABLES = {"ways", "legs", "prices", "shares", "match", "seasons", "balance", "pareto", "pareto_legs", "findings"}


class Counted:
    """Counts the calls of a study's words, and stops before the one that is asked."""

    def __init__(self, patch: pytest.MonkeyPatch, stop_before: int = 0) -> None:
        self.calls, self.stop = 0, stop_before
        patch.setattr(study, "rivals", self.counted(rivals_of.rivals))
        patch.setattr(study, "route", self.counted(engine.route))

    def counted(self, word):  # type: ignore[no-untyped-def]
        def call(*args, **how):  # type: ignore[no-untyped-def]
            self.calls += 1
            if self.calls == self.stop:
                raise KeyboardInterrupt
            return word(*args, **how)

        return call


@pytest.fixture
def small(tmp_path: Path) -> Path:
    (tmp_path / "cheap.toml").write_text(CARD)
    (tmp_path / "small.toml").write_text(TOML)
    return tmp_path / "small.toml"


def test_all_files_are_written_and_agree(small: Path, tmp_path: Path) -> None:
    done = kv.study(small, out=tmp_path / "out")
    assert done.folder == tmp_path / "out" / "small"
    assert {file.name for file in done.folder.iterdir()} == FILES | {"tables"}
    tables = {file.stem: pl.read_parquet(file) for file in (done.folder / "tables").iterdir()}
    assert set(tables) == TABLES
    assert tables["findings"].equals(done.findings) and done.findings.height == 5
    assert set(tables["ways"]["scenario"]) == {"base", "cheap"} and set(tables["pareto"]["destination"]) == {
        "destin",
        "Havn",
    }
    alone = kv.route(kv.load("toy"), kv.Shipment("orio", "destin", commodity="boxes", feu=1), via=["middle"])
    mine = tables["ways"].filter((pl.col("scenario") == "base") & (pl.col("corridor") == "middle"))
    assert mine["price_usd"][0] == pytest.approx(alone.ways["price_usd"][0])
    run = json.loads((done.folder / "run.json").read_text())
    assert run["corridor"]["digest"] == kv.load("toy").digest and run["version"] == kv.__version__
    assert run["scenarios"][1]["cards"] == ["cheap"] and run["study"]["destinations"] == ["destin", "Havn"]


def test_a_second_run_computes_and_writes_nothing(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = kv.study(small, out=tmp_path / "out")
    before, stamp = tree(tmp_path / "out"), (first.folder / "run.json").stat().st_mtime_ns
    counted = Counted(monkeypatch)
    again = kv.study(small, out=tmp_path / "out")
    assert counted.calls == 0 and again.findings.equals(first.findings) and set(again.results) == set(first.results)
    assert tree(tmp_path / "out") == before and (first.folder / "run.json").stat().st_mtime_ns == stamp


def test_fresh_computes_all_again(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = kv.study(small, out=tmp_path / "out")
    counted = Counted(monkeypatch)
    again = kv.study(small, out=tmp_path / "out", fresh=True)
    assert counted.calls == 4 and again.findings.equals(first.findings)


def test_a_stopped_run_goes_on_where_it_was(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        Counted(patch, stop_before=3)
        with pytest.raises(Cancelled, match="2 of 4 steps are kept"):
            kv.study(small, out=tmp_path / "out")
    assert not (tmp_path / "out" / "small").exists()
    counted = Counted(monkeypatch)
    resumed = kv.study(small, out=tmp_path / "out")
    assert counted.calls == 2 and resumed.findings.height == 5
    whole = kv.study(small, out=tmp_path / "other")
    assert whole.findings.equals(resumed.findings)


def test_a_missing_file_is_written_again_from_what_is_kept(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = kv.study(small, out=tmp_path / "out")
    (first.folder / "report.html").unlink()
    counted = Counted(monkeypatch)
    kv.study(small, out=tmp_path / "out")
    assert counted.calls == 0 and (first.folder / "report.html").is_file()


def test_only_what_has_changed_is_computed(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kv.study(small, out=tmp_path / "out")
    (tmp_path / "cheap.toml").write_text(CARD.replace("0.5", "0.4"))
    counted = Counted(monkeypatch)
    kv.study(small, out=tmp_path / "out")
    assert counted.calls == 1


def test_a_run_is_repeated_from_its_file(small: Path, tmp_path: Path) -> None:
    first = kv.study(small, out=tmp_path / "out")
    again = kv.study(first.folder / "run.json", out=tmp_path / "again")
    assert again.findings.equals(first.findings)
    ids = [[run["id"] for run in json.loads((done.folder / "run.json").read_text())["runs"]] for done in (first, again)]
    assert ids[0] == ids[1]


def test_a_run_on_tables_that_have_moved_is_not_repeated(small: Path, tmp_path: Path) -> None:
    file = kv.study(small, out=tmp_path / "out").folder / "run.json"
    run = json.loads(file.read_text())
    run["corridor"]["digest"] = "0" * 64
    file.write_text(json.dumps(run))
    with pytest.raises(StudyError, match="which is now"):
        kv.study(file, out=tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_folder_of_the_users_is_never_replaced(small: Path, tmp_path: Path) -> None:
    mine = tmp_path / "out" / "small"
    mine.mkdir(parents=True)
    (mine / "letter.txt").write_text("mine")
    with pytest.raises(kv.KarvanError, match="no earlier result"):
        kv.study(small, out=tmp_path / "out")
    assert (mine / "letter.txt").read_text() == "mine" and len(list(mine.iterdir())) == 1


def test_a_corridor_in_a_folder_beside_the_study(small: Path, tmp_path: Path) -> None:
    kv.study(small, out=tmp_path / "shipped")
    from_folder = tmp_path / "mine"
    from_folder.mkdir()
    for file in (Path(kv.__file__).parent / "data" / "toy").iterdir():
        (from_folder / file.name).write_bytes(file.read_bytes())
    small.write_text(TOML.replace('corridor = "toy"', 'corridor = "mine"'))
    done = kv.study(small, out=tmp_path / "out")
    assert done.findings["value"].equals(
        kv.study(tmp_path / "shipped" / "small" / "run.json", out=tmp_path / "o").findings["value"]
    )


def test_progress_is_told(small: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    kv.study(small, out=tmp_path / "out", progress=lambda done, of, what: told.append((done, of, what)))
    assert told[0] == (0, 4, "rivals base") and told[-1] == (1, 1, "") and told[3] == (3, 4, "pareto base Havn")


def test_shipped_studies_can_be_read() -> None:
    for file in (Path(kv.__file__).parent / "data" / "studies").glob("*.toml"):
        said, _, _ = asked.read(file.stem)
        assert said.name == file.stem and said.title


YEAR = """
words = ["rivals", "year"]
[year]
days = 40
runs = 3
trials = 2
trace = 20
"""


def test_a_year_is_simulated_told_and_kept(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked_for = TOML.replace("[[scenario]]", YEAR + "[[scenario]]", 1)
    small.write_text(asked_for)
    done = kv.study(small, out=tmp_path / "out")
    base, cheap = (done.results[name, "year"] for name in ("base", "cheap"))
    assert base.run.seed == cheap.run.seed and base.bottlenecks.height == 2 and cheap.bottlenecks.is_empty()
    alone = kv.simulate(kv.load("toy"), days=40, runs=3, trials=2, trace=20)
    assert base.shipments.equals(alone.shipments) and base.bottlenecks.equals(alone.bottlenecks)
    tables = {file.stem for file in (done.folder / "tables").iterdir()}
    assert {"year_shipments", "year_waits_by_month", "year_bottlenecks", "year_trace", "ways"} <= tables
    page = (done.folder / "report.html").read_text()
    for name in ("year", "bottlenecks", "strip", "calendar", "space-time", "year-changes"):
        assert f'<section id="{name}"' in page
    said = study.answer(Study(study=str(small), out=str(tmp_path / "out"))).words
    assert "base, 40 days, 3 runs:" in said and "What one more would change:" in said and "cheap against base:" in said
    assert max(map(len, said.splitlines())) <= 80
    again = kv.study(small, out=tmp_path / "out")
    assert again.results["base", "year"].runs.equals(base.runs)


def test_a_year_of_a_scenario_that_is_not_there_is_refused(small: Path, tmp_path: Path) -> None:
    small.write_text(TOML.replace("[[scenario]]", YEAR + 'scenarios = ["bass"]\n[[scenario]]', 1))
    with pytest.raises(StudyError, match="year takes 'bass'"):
        kv.study(small, out=tmp_path / "out")


def test_a_years_freight_is_assigned_told_and_kept(small: Path, tmp_path: Path) -> None:
    said = 'words = ["rivals", "assign"]\n[assign]\nelastic = true\n[[scenario]]'
    small.write_text(TOML.replace("[[scenario]]", said, 1))
    done = kv.study(small, out=tmp_path / "out")
    base, cheap = (done.results[name, "assign"] for name in ("base", "cheap"))
    assert base.run.arguments["against"] == "" and cheap.run.arguments["against"] == kv.load("toy").digest
    assert base.tables["corridors"].equals(kv.assign(kv.load("toy")).corridors)
    kept = pl.read_parquet(done.folder / "tables" / "assign_corridors.parquet")
    assert set(kept["scenario"]) == {"base", "cheap"}
    assert '<section id="freight"' in (done.folder / "report.html").read_text()
    words = study.answer(Study(study=str(small), out=str(tmp_path / "out"))).words
    assert "may choose in 2022" in words and max(map(len, words.splitlines())) <= 80


def test_an_assignment_of_a_scenario_that_is_not_there_is_refused(small: Path, tmp_path: Path) -> None:
    small.write_text(TOML.replace("[[scenario]]", '[assign]\nscenarios = ["lost"]\n[[scenario]]', 1))
    with pytest.raises(StudyError, match="assign takes 'lost'"):
        kv.study(small, out=tmp_path / "out")
