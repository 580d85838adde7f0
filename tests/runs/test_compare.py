"""The command compare: saved results side by side in words, frames and refusals."""

from pathlib import Path

import polars as pl
import pytest

import karvan as kv
from karvan.errors import InputError
from karvan.runs import compare
from karvan.runs.question import Compare
from karvan.studies.compare.figures import NO_CHANGE


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders: two simulated years that differ by a ferry, one of another edition, an assigned year."""
    here, toy = tmp_path_factory.mktemp("saved"), kv.load("toy")
    card = kv.Change(table="services", where={"service_id": "ferry-1"}, set={"vehicles": 6})
    more = toy.apply(kv.Scenario(name="six-ferries", changes=[card]))
    kv.simulate(toy, days=60, runs=3).save(here / "base")
    kv.simulate(more, days=60, runs=3).save(here / "plan")
    kv.assign(toy).save(here / "year")
    (here / "other").mkdir()
    kv.simulate(toy, days=60, runs=3, seed=2).save(here / "other" / "base")
    return here


def asked(here: Path, base: str, other: str) -> Compare:
    return Compare(base=str(here / base), other=str(here / other))


def test_what_differs_and_what_changed_is_said_in_words_80_wide(saved: Path) -> None:
    said = compare.answer(asked(saved, "base", "plan"))
    assert said.code == 0
    assert said.words.startswith("plan against base.")
    assert "scenarios: -, then six-ferries" in said.words.replace("\n", " ")
    assert "Run by run, with 95 % intervals:" in said.words
    assert "first in" in said.words
    assert max(map(len, said.words.splitlines())) <= 80


def test_frames_are_those_of_the_function(saved: Path) -> None:
    said = compare.answer(asked(saved, "base", "plan"))
    toy = kv.load("toy")
    more = toy.apply(kv.Scenario(name="six-ferries", changes=[
        kv.Change(table="services", where={"service_id": "ferry-1"}, set={"vehicles": 6})]))  # fmt: skip
    both = kv.compare(base=kv.simulate(toy, days=60, runs=3), plan=kv.simulate(more, days=60, runs=3))
    assert said.frame.equals(both.figures)


def test_other_random_numbers_are_not_paired(saved: Path) -> None:
    said = compare.answer(asked(saved, "base", "other/base"))
    assert "Run by run" not in said.words
    assert said.words.startswith("other against base."), "folders of one name are called base and other"
    rows = said.frame.filter(pl.col("figure") == "hours")
    clear = rows.filter(pl.col("change").abs() <= pl.col("ci95"))
    assert clear.height and set(clear["says"]) == {NO_CHANGE}


def test_a_result_beside_itself_has_no_clear_change(saved: Path) -> None:
    said = compare.answer(asked(saved, "year", "year"))
    assert not said.frame["clear"].any() and NO_CHANGE in said.words
    assert "What was asked differently" not in said.words


def test_results_of_other_words_are_refused(saved: Path) -> None:
    with pytest.raises(InputError, match="the word of year is assign, that of base simulate"):
        compare.answer(asked(saved, "base", "year"))


def test_a_folder_that_holds_no_result_is_refused(saved: Path) -> None:
    with pytest.raises(InputError):
        compare.answer(asked(saved, "base", "nowhere"))
