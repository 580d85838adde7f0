"""Results kept on disk come back as they were, or not at all."""

import datetime as dt
from pathlib import Path

import pytest

import karvan as kv
from karvan.engines.route import Routes
from karvan.runs.steps import cache
from karvan.runs.steps.cache import Cache


@pytest.fixture(scope="module")
def found() -> Routes:
    box = kv.Shipment("orio", "destin", commodity="boxes", feu=1, ready=dt.date(2026, 3, 1))
    return kv.route(kv.load("toy"), box, avoid=["XD"], ways=2)


def test_a_result_comes_back_as_it_was(found: Routes, tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    assert kept.get("a", Routes) is None
    kept.put("a", found)
    kept.put("a", found)
    back = kept.get("a", Routes)
    assert isinstance(back, Routes) and back.run == found.run and back.run.id == found.run.id
    assert [*back.tables] == [*found.tables]
    assert all(back.tables[name].equals(frame) for name, frame in found.tables.items()) and back.balance.equals(
        found.balance
    )


@pytest.mark.parametrize("name", ["ways.parquet", "run.json", "order.json", "balance.parquet"])
def test_what_is_broken_is_computed_again(found: Routes, tmp_path: Path, name: str) -> None:
    kept = Cache(tmp_path)
    kept.put("a", found)
    (tmp_path / "a" / name).write_bytes((tmp_path / "a" / name).read_bytes()[:-20])
    assert kept.get("a", Routes) is None
    (tmp_path / "a" / name).unlink()
    assert kept.get("a", Routes) is None


def test_another_question_or_other_code_has_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    one = cache.key("rivals", "", "digest")
    assert one == cache.key("rivals", "", "digest") != cache.key("rivals", "", "digest2")
    monkeypatch.setattr(cache, "code", lambda: "other")
    assert cache.key("rivals", "", "digest") != one
