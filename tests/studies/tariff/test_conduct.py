"""Prices set apart and together, by closed forms: serial monopolists, logit demand, price-takers, caps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from karvan.errors import InputError
from karvan.studies.tariff.conduct import Game, Set, profits, set_apart, strays


def serial(n: int, a: float = 100.0, b: float = 2.0, high: float = 50.0) -> Game:
    """n monopolists one behind the other on a line; a - b times what all ask together uses it."""
    return Game(lambda m: np.full(n, max(a - b * m.sum(), 0.0)), np.arange(n), np.zeros(n), np.full(n, high))


@pytest.mark.parametrize("n", [1, 2, 3, 5, 8])
def test_n_serial_monopolists_carry_two_by_n_plus_one_of_what_they_would_together(n: int) -> None:
    apart, together = set_apart(serial(n)), set_apart(serial(n), regard=1.0)
    assert apart.amiss < 1e-7 and together.amiss < 1e-7
    assert apart.charge == pytest.approx([100.0 / (2.0 * (n + 1))] * n, rel=1e-6)
    assert apart.quantity[0] / together.quantity[0] == pytest.approx(2.0 / (n + 1), rel=1e-6)
    assert together.charge.sum() == pytest.approx(25.0, rel=1e-6)
    assert strays(serial(n), apart)[0] <= 1e-6 * apart.profit[0]


def logit(worth: np.ndarray, alpha: float) -> Game:
    """Rival lines, one charge each, and staying at home: shares by logit."""
    n = worth.size

    def answer(m: np.ndarray) -> np.ndarray:
        pull = np.exp(worth - alpha * m)
        return 1000.0 * pull / (1.0 + pull.sum())

    return Game(answer, np.arange(n), np.zeros(n), np.full(n, 60.0 / alpha))


@given(st.lists(st.floats(-2, 3), min_size=1, max_size=4), st.floats(0.05, 3))
@settings(max_examples=25)
def test_rivals_in_a_logit_ask_one_by_alpha_and_the_share_of_others(worth: list[float], alpha: float) -> None:
    """Each markup is 1 / (alpha (1 - s)): S. P. Anderson, A. de Palma, J.-F. Thisse (1992), chapter 7."""
    game = logit(np.array(worth), alpha)
    apart = set_apart(game)
    assert apart.charge == pytest.approx(1.0 / (alpha * (1.0 - apart.quantity / 1000.0)), rel=1e-5)
    assert strays(game, apart)[0] <= 1e-4 * apart.profit.max()
    together = set_apart(game, regard=1.0, start=apart.charge)
    assert together.charge == pytest.approx(
        np.full(len(worth), 1 / (alpha * (1 - together.quantity.sum() / 1000.0))), rel=1e-4
    )
    assert together.profit.sum() >= apart.profit.sum() * (1 - 1e-9)


def test_conduct_goes_from_price_taking_to_monopoly() -> None:
    """One seller of linear demand: with conduct theta the charge is theta a / (b (1 + theta))."""
    for theta in (0.0, 0.25, 0.5, 1.0):
        assert set_apart(serial(1), conduct=theta).charge[0] == pytest.approx(50.0 * theta / (1 + theta), abs=1e-5)


def test_caps_hold_and_are_told() -> None:
    game = serial(3, high=5.0)
    capped = set_apart(game)
    assert capped.charge == pytest.approx([5.0] * 3) and capped.held.tolist() == [1, 1, 1] and capped.amiss == 0.0
    paid = game._replace(low=[-4.0, 0.0, 0.0], high=[-3.0, 50.0, 50.0])  # a subsidy is a charge below nought
    subsidised = set_apart(paid)
    assert subsidised.held[0] == 1 and subsidised.charge[1:] == pytest.approx([(50.0 + 3.0) / 3.0] * 2, rel=1e-6)
    assert profits(paid, subsidised.charge).sum() == pytest.approx(subsidised.profit.sum())


def test_one_owner_of_two_charges_is_one_player() -> None:
    two = serial(3)._replace(owner=[0, 0, 1])
    assert set_apart(two).charge[2] == pytest.approx(100.0 / 6.0, rel=1e-5)  # two players: n + 1 is 3


def test_strays_finds_what_is_no_balance() -> None:
    game = serial(2)
    off = np.array([1.0, 1.0])
    gain, charge, to = strays(game, Set(off, game.answer(off), profits(game, off), np.zeros(2, np.int8), 0.0))
    assert gain > 0 and charge in (0, 1) and to == pytest.approx(24.5, abs=0.3)


def test_bounds_and_weights_out_of_range_are_refused() -> None:
    with pytest.raises(InputError, match="floor below its cap"):
        set_apart(serial(2)._replace(high=[np.inf, 5.0]))
    with pytest.raises(InputError, match="between 0 and 1"):
        set_apart(serial(2), conduct=1.5)
