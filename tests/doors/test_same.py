"""The command and the function give the same frames."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import karvan as kv
from shell import shell

BASE = ["route", "toy", "orio", "destin", "--commodity", "boxes"]


def plain(frames: dict[str, Any]) -> Any:
    return json.loads(json.dumps(frames, default=str))


def frames(result: kv.Result) -> dict[str, Any]:
    return {name: frame.to_dicts() for name, frame in {**result.tables, "balance": result.balance}.items()}


CALLS: list[tuple[list[str], dict[str, Any], dict[str, Any]]] = [
    (["--feu", "1"], {"feu": 1}, {}),
    (["--teu", "3", "--minimise", "price", "--ways", "5"], {"teu": 3}, {"minimise": "price", "ways": 5}),
    (["--feu", "2", "--pareto"], {"feu": 2}, {"pareto": True}),
    (["--feu", "1", "--avoid", "XD"], {"feu": 1}, {"avoid": ["XD"]}),
    (["--feu", "1", "--via", "norrby", "--minimise", "co2"], {"feu": 1}, {"via": ["norrby"], "minimise": "co2"}),
    (["--feu", "1", "--avoid", "sea,XD"], {"feu": 1}, {"avoid": ["sea", "XD"]}),
]


@pytest.mark.parametrize(("words", "shipment", "how"), CALLS, ids=[" ".join(call[0]) for call in CALLS])
def test_route(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    shipment: dict[str, Any],
    how: dict[str, Any],
) -> None:
    said = json.loads(shell(monkeypatch, capsys, *BASE, *words, "--json").out)
    found = kv.route(kv.load("toy"), kv.Shipment("orio", "destin", commodity="boxes", **shipment), **how)
    assert {name: said[name] for name in frames(found)} == plain(frames(found))
    assert said["run"]["id"] == found.run.id and said["run"]["digest"] == found.run.digest


def test_route_with_prices_and_a_card(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    card = tmp_path / "slow.toml"
    card.write_text('name = "slow"\n[[change]]\ntable = "links"\nwhere = {link_id = "N1"}\ntimes = {hours_p90 = 1.5}\n')
    words = ["--feu", "1", "--with", str(card), "--price", "ferry=99/FEU", "--price", "C1=1/FEU-km"]
    said = json.loads(shell(monkeypatch, capsys, *BASE, *words, "--json").out)
    corridor = kv.load("toy").apply(kv.Scenario.read(card))
    for price in ("ferry=99/FEU", "C1=1/FEU-km"):
        corridor = corridor.apply(kv.quote(corridor, price))
    found = kv.route(corridor, kv.Shipment("orio", "destin", commodity="boxes", feu=1))
    assert said["ways"] == plain(found.ways.to_dicts()) and said["run"]["scenarios"] == list(found.run.scenarios)


def test_csv_is_the_main_table(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    said = shell(monkeypatch, capsys, *BASE, "--feu", "1", "--csv").out
    found = kv.route(kv.load("toy"), kv.Shipment("orio", "destin", commodity="boxes", feu=1))
    assert said == found.ways.write_csv()


def test_load_check_and_scenario(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    toy = kv.load("toy")
    said = json.loads(shell(monkeypatch, capsys, "load", "toy", "--table", "links", "--json").out)
    assert said["links"] == plain(toy.links.to_dicts())
    listed = json.loads(shell(monkeypatch, capsys, "scenario", "list", "--json").out)
    assert listed["cards"] == plain(kv.scenario.list().to_dicts())
    checked = json.loads(shell(monkeypatch, capsys, "check", "toy", "--json").out)
    assert pl.DataFrame(checked["faults"], schema=kv.check(Path(kv.__file__).parent / "data" / "toy").schema).equals(
        kv.check(Path(kv.__file__).parent / "data" / "toy")
    )


def test_assign(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["assign", "toy", "--rule", "equilibrium", "--ways", "2"]
    said = json.loads(shell(monkeypatch, capsys, *asked, "--json").out)
    found = kv.assign(kv.load("toy"), rule="equilibrium", ways=2)
    assert {name: said[name] for name in frames(found)} == plain(frames(found))
    assert said["run"]["id"] == found.run.id


def test_compare(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    toy = kv.load("toy")
    one, other = kv.assign(toy), kv.assign(toy, rule="optimum")
    one.save(tmp_path / "one")
    other.save(tmp_path / "other")
    said = json.loads(
        shell(monkeypatch, capsys, "compare", str(tmp_path / "one"), str(tmp_path / "other"), "--json").out
    )
    found = kv.compare(one=one, other=other)
    assert {name: said[name] for name in frames(found)} == plain(frames(found))
    lost = shell(monkeypatch, capsys, "compare", str(tmp_path), str(tmp_path / "other"))
    assert lost.code == 2 and "holds no saved result" in lost.err


def test_simulate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["simulate", "toy", "--days", "40", "--runs", "2", "--seed", "4", "--threads", "2"]
    said = json.loads(shell(monkeypatch, capsys, *asked, "--json").out)
    found = kv.simulate(kv.load("toy"), days=40, runs=2, seed=4)
    assert {name: said[name] for name in frames(found)} == plain(frames(found))
    assert said["run"]["id"] == found.run.id
    words = shell(monkeypatch, capsys, *asked).out
    assert "waits at" in words and all(len(line) <= 80 for line in words.splitlines())


def test_fit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    asked = ["fit", "toy", "--use", "border_time", "--draws", "20", "--seed", "3", "--threads", "2"]
    said = json.loads(shell(monkeypatch, capsys, *asked, "--out", str(tmp_path / "fit"), "--json").out)
    found = kv.fit(kv.load("toy"), use=["border_time"], draws=20, seed=3)
    assert {name: said[name] for name in frames(found)} == plain(frames(found))
    assert said["run"]["id"] == found.run.id
    new = kv.read(tmp_path / "fit" / "edition")
    assert new.digest == found.corridor.digest and new.edition == "1+fit"
    assert pl.read_parquet(tmp_path / "fit" / "values.parquet").equals(found.values)
    assert [path.name for path in tmp_path.iterdir()] == ["fit"]


def test_fleet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked = [
        "--carried",
        "0.9",
        "--ship-day",
        "feeder=4000,rail_ferry=8000",
        "--runs",
        "2",
        "--days",
        "60",
        "--threads",
        "1",
    ]
    said = json.loads(shell(monkeypatch, capsys, "fleet", "toy", *asked, "--json").out)
    hire = {"feeder": 4000.0, "rail_ferry": 8000.0}
    found = kv.fleet(kv.load("toy"), target={"carried": 0.9}, ship_day_usd=hire, runs=2, days=60)
    assert {name: said[name] for name in frames(found)} == plain(frames(found))
