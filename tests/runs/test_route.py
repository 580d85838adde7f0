"""karvan route: what the answer says of the price, the money and the day."""

import json
from pathlib import Path

import polars as pl
import pytest

import karvan as kv
from karvan.runs import route
from karvan.runs.question import Route
from karvan.schema.shape import conform
from shell import shell

BOX = {"corridor": "toy", "origin": "orio", "destination": "destin", "commodity": "boxes", "feu": 1.0}


@pytest.fixture
def euros(monkeypatch: pytest.MonkeyPatch) -> None:
    """The toy corridor with a rate of the euro and a price level of 2026."""
    toy = kv.load("toy")
    rates = conform("currencies", pl.DataFrame({"currency": ["EUR"], "since": ["2022-01-01"], "usd": [1.25]}))
    level = pl.DataFrame({"name": ["us_deflator"], "scope": ["2026"], "value": [1.5], "unit": ["ratio"]})
    own = toy.replace(currencies=rates, params=pl.concat([toy.params, conform("params", level)]))
    monkeypatch.setattr("karvan.runs.open.corridor", lambda _: own)


@pytest.mark.usefixtures("euros")
def test_money_of_another_country_and_year() -> None:
    plain, other = route.answer(Route(**BOX)), route.answer(Route(**BOX, currency="eur", price_year=2026))
    dollars, euros = plain.data["ways"][0], other.data["ways"][0]
    assert euros["price_eur"] == pytest.approx(dollars["price_usd"] * 1.5 / 1.25) and "price_usd" not in euros
    assert euros["hours"] == dollars["hours"] and other.data["money"]["currency"] == "EUR"
    assert "EUR of 2026 (a USD of 2022 is 1.5 USD of 2026; 0.8 EUR/USD on 2022-01-01)" in " ".join(other.words.split())
    assert other.frame["price_eur"][0] == euros["price_eur"]


@pytest.mark.usefixtures("euros")
def test_own_prices_are_meant_in_the_money_of_the_answer() -> None:
    own = route.answer(Route(**BOX, currency="EUR", price_year=2026, via=("middle",), price=("C1=77/FEU",)))
    paid = [row["eur"] for row in own.data["prices"] if row["tariff"].startswith("own-C1")]
    assert paid == [pytest.approx(77.0)]


def test_what_is_in_the_price_adds_up() -> None:
    answer = route.answer(Route(**BOX))
    said = " ".join(answer.words.split())
    assert "In the price of way 1: haulage and freight" in said and "insurance (60 USD paid apart)" in said
    held = said.split("In the price of way 1: ")[1].split(".")[0]
    parts = [float(part.rsplit(" ", 1)[1].replace(",", "")) for part in held.split(", ")]
    assert sum(parts) == pytest.approx(answer.data["ways"][0]["price_usd"], abs=0.5 * len(parts))


def test_day_estimates_and_run_are_said() -> None:
    words = " ".join(route.answer(Route(**BOX, depart="2026-02-01")).words.split())
    assert "leaving 2026-02-01" in words and "Estimates of the editors (grade D):" in words
    assert "edition 1; run" in words and "moving" in words and "waiting" in words
    assert "on the tables of 2022-07-01" in " ".join(route.answer(Route(**BOX)).words.split())


def test_a_tariff_card_may_only_change_tariffs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    card = tmp_path / "mine.toml"
    card.write_text('name = "mine"\n[[change]]\ntable = "tariffs"\nwhere = {tariff_id = "rd-N1"}\nset = {usd = 0.1}\n')
    words = ["route", "toy", "orio", "destin", "--commodity", "boxes", "--feu", "1", "--tariff", str(card), "--json"]
    said = json.loads(shell(monkeypatch, capsys, *words).out)
    assert said["run"]["scenarios"] == ["mine"]
    assert {row["usd"] for row in said["prices"] if row["tariff"] == "rd-N1"} == {46.0}


def test_all_of_a_card_and_prices_together_are_in_the_run() -> None:
    answer = route.answer(Route(**BOX, price=("ferry=500/FEU", "ferry=400/FEU")))
    assert answer.data["run"]["scenarios"] == ("own-ferry-500-FEU", "own-ferry-400-FEU")
    assert "400 USD/FEU for class rail_ferry in the stead of own-ferry-500-FEU-1" in " ".join(answer.words.split())
