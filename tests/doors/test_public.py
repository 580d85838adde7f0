"""The public names: what they are, how they load, and what editors are told of them."""

import ast
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import karvan as kv

HERE = Path(kv.__file__).parent


def test_all_names_load() -> None:
    for name in kv.__all__:
        assert getattr(kv, name) is not None
    assert dir(kv) == sorted(kv.__all__)


def test_editors_are_told_the_same_names() -> None:
    stub = ast.parse((HERE / "__init__.pyi").read_text())
    said = {alias.asname for node in stub.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert said | {"__version__"} == set(kv.__all__) and (HERE / "py.typed").exists()


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'rout'"):
        kv.rout  # noqa: B018


@pytest.mark.parametrize("first", ["karvan.report", "karvan.scenario", "karvan.runs.study", "karvan.engines.route"])
def test_a_word_wins_over_a_module_of_its_name_whichever_is_first(first: str) -> None:
    code = (
        f"import {first}; import karvan as kv; assert callable(kv.report) and callable(kv.scenario.diff) and callable(kv.route);"
        "import karvan.report.build; assert callable(kv.report); from karvan.scenario import Change; from karvan.report import build"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_first_script(tmp_path: Path) -> None:
    """Design section 7, on the toy corridor."""
    card = tmp_path / "cheap.toml"
    card.write_text('name = "cheap"\n[[change]]\ntable = "tariffs"\nwhere = {item = "freight"}\ntimes = {usd = 0.5}\n')
    base = kv.load("toy")
    plan = base.apply(kv.Scenario.read(card))
    box = kv.Shipment("orio", "destin", commodity="boxes", feu=1)
    way = kv.route(plan, box, minimise="cost", avoid=["XD"])
    assert way.ways.height == 1 and way.ways["corridor"][0] == "middle"
    assert kv.report(plan, way).save(tmp_path / "toy.html").read_text().startswith("<!doctype html>")
    assert isinstance(way, kv.Result) and way.save(tmp_path / "way.csv") == tmp_path / "way.csv"
    assert pl.read_csv(tmp_path / "way.csv")["price_usd"][0] == pytest.approx(way.ways["price_usd"][0])
