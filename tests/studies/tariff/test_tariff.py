"""Tariff as a user meets it: regimes and their laws, names that are not there, games without an end."""

import numpy as np
import polars as pl
import pytest

import karvan as kv
from karvan.errors import InputError, NameUnknown
from karvan.studies.tariff.tariff import Tariffs

PLAYERS = ["RA", "SEA", "PB=PB+RB"]


@pytest.fixture(scope="module")
def found() -> Tariffs:
    return kv.tariff(kv.load("toy"), players=PLAYERS, on="middle", cap={name: 2.5 for name in ("RA", "SEA", "PB")})


def test_together_earn_no_less_than_apart_and_unions_hold_both(found: Tariffs) -> None:
    profit = dict(found.regimes.select("regime", "profit_musd").iter_rows())
    assert found.run.arguments["status"] == "in balance"
    assert profit["together"] >= profit["apart"] * (1 - 1e-9) and profit["together"] >= profit["today"] * (1 - 1e-9)
    assert profit["together"] >= profit["target"] - 1e-6
    unions = dict(found.unions.select("union", "worth_musd").iter_rows())
    assert len(unions) == 7
    assert unions["RA + SEA + PB"] == pytest.approx(profit["together"], rel=1e-5)
    assert unions["RA"] + unions["SEA"] + unions["PB"] == pytest.approx(profit["apart"], rel=1e-6)


def test_divisions_sum_to_the_joint_profit(found: Tariffs) -> None:
    whole = float(found.unions["worth_musd"][-1])
    for name in ("shapley_musd", "bargain_musd", "together_musd"):
        assert found.division[name].sum() == pytest.approx(whole, rel=1e-5)


def test_gains_are_told_once_by_who_gains(found: Tariffs) -> None:
    """Shippers and operators together are what countries together are; today gains nothing."""
    gains = found.gains
    for regime in gains["regime"].unique():
        mine = gains.filter(pl.col("regime") == regime)
        by = {
            kind: float(mine.filter(pl.col("kind") == kind)["musd"].sum())
            for kind in ("shippers", "operator", "country")
        }
        assert by["shippers"] + by["operator"] == pytest.approx(by["country"], abs=1e-9)
        row = found.regimes.row(by_predicate=pl.col("regime") == regime, named=True)
        assert row["all_musd"] == pytest.approx(by["country"], abs=1e-6)
    assert np.abs(gains.filter(pl.col("regime") == "today")["musd"].to_numpy()).max() <= 1e-6


def test_a_target_of_traffic_is_kept(found: Tariffs) -> None:
    kt = dict(found.regimes.select("regime", "kt").iter_rows())
    assert kt["target"] >= kt["today"] * (1 - 1e-6)


def test_less_conduct_means_lower_prices() -> None:
    """Nobody takes more than its cost, which the toy does not tell: it asks nothing."""
    found = kv.tariff(kv.load("toy"), players=["SEA"], on="middle", conduct=0.0, divide=False)
    times = found.prices.filter(pl.col("regime") == "apart")["times"].to_numpy()
    assert times == pytest.approx(np.zeros(times.size), abs=1e-6)


def test_a_player_that_freight_cannot_do_without_is_no_number() -> None:
    """All ways of boxes that must travel go by RA, whatever the corridor."""
    found = kv.tariff(kv.load("toy"), players=["RA"], on="any", divide=False)
    row = found.regimes.row(by_predicate=pl.col("regime") == "apart", named=True)
    assert "unbounded" in row["status"] and row["profit_musd"] is None
    assert "unbounded" in found.run.arguments["status"]


@pytest.mark.parametrize(
    ("more", "error", "said"),
    [
        ({"players": ["RAA"]}, NameUnknown, "RA"),
        ({"players": ["RA", "X=RA+SEA"]}, InputError, "twice"),
        ({"on": "midle"}, NameUnknown, "middle"),
        ({"conduct": 2.0}, InputError, "between 0 and 1"),
        ({"conduct": "mine"}, InputError, "today"),
        ({"cap": {"XX": 2.0}, "players": ["RA"]}, NameUnknown, "player"),
        ({"cap": {"RA": 1.0}, "floor": {"RA": 1.5}, "players": ["RA"]}, InputError, "floor"),
        ({"ended": ["NOBODY"]}, NameUnknown, "NOBODY"),
        ({"target_kt": -1.0}, InputError, "above 0"),
        ({"markup": -1.0}, InputError, "0 or more"),
    ],
)
def test_bad_input_is_told_with_its_cure(more: dict[str, object], error: type[InputError], said: str) -> None:
    with pytest.raises(error, match=said):
        kv.tariff(kv.load("toy"), **{"on": "middle", **more})  # type: ignore[arg-type]
