"""Prices set apart and together, by closed forms: serial monopolists, logit demand, price-takers, caps."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from karvan.errors import InputError
from karvan.studies.tariff.conduct import Game, Seen, Set, balance, each, joined, measured, strays, today

Floats = np.ndarray


def charged(
    answer: Callable[[Floats], Floats], slope: Callable[[Floats], Floats], owner: list[int]
) -> Callable[[Floats], Seen]:
    """Each lever is a charge over cost for a unit of its own quantity."""
    own = np.eye(max(owner) + 1)[:, owner]

    def look(m: Floats) -> Seen:
        quantity = answer(m)
        return Seen(quantity, own @ (m * quantity), own * quantity + (own * m) @ slope(m))

    return look


def serial(n: int, a: float = 100.0, b: float = 2.0, high: float = 50.0, owner: list[int] | None = None) -> Game:
    """n monopolists one behind the other on a line; a - b times what all ask together uses it."""
    of = owner or list(range(n))
    look = charged(lambda m: np.full(n, a - b * m.sum()), lambda m: np.full((n, n), -b), of)
    return Game(look, of, np.zeros(n), np.full(n, high))


def apart(game: Game, **more: object) -> Set:
    count = int(np.max(game.owner)) + 1
    return balance(game, each(game, count), **more)  # type: ignore[arg-type]


def together(game: Game, **more: object) -> Set:
    count = int(np.max(game.owner)) + 1
    return balance(game, joined(game, count, range(count)), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("n", [1, 2, 3, 5, 8])
def test_n_serial_monopolists_carry_two_by_n_plus_one_of_what_they_would_together(n: int) -> None:
    alone, joint = apart(serial(n)), together(serial(n))
    assert alone.amiss < 1e-7 and joint.amiss < 1e-7
    assert alone.lever == pytest.approx([100.0 / (2.0 * (n + 1))] * n, rel=1e-6)
    assert alone.seen.quantity[0] / joint.seen.quantity[0] == pytest.approx(2.0 / (n + 1), rel=1e-6)
    assert joint.lever.sum() == pytest.approx(25.0, rel=1e-6)
    assert strays(serial(n), alone)[0] <= 1e-6 * alone.seen.account[0]


def logit(worth: Floats, alpha: float, owner: list[int] | None = None) -> Game:
    """Rival lines, one charge each, and staying at home: shares by logit."""
    n = worth.size

    def share(m: Floats) -> Floats:
        pull = np.exp(worth - alpha * m)
        return np.asarray(pull / (1.0 + pull.sum()))

    def slope(m: Floats) -> Floats:
        s = share(m)
        return np.asarray(1000.0 * alpha * (np.outer(s, s) - np.diag(s)))

    of = owner or list(range(n))
    look = charged(lambda m: 1000.0 * share(m), slope, of)
    return Game(look, of, np.zeros(n), np.full(n, 60.0 / alpha))


@given(st.lists(st.floats(-2, 3), min_size=1, max_size=4), st.floats(0.05, 3))
@settings(max_examples=25)
def test_rivals_in_a_logit_ask_one_by_alpha_and_the_share_of_others(worth: list[float], alpha: float) -> None:
    """Each markup is 1 / (alpha (1 - s)): S. P. Anderson, A. de Palma, J.-F. Thisse (1992), chapter 7."""
    game = logit(np.array(worth), alpha)
    alone = apart(game)
    assert alone.amiss < 1e-7
    assert alone.lever == pytest.approx(1.0 / (alpha * (1.0 - alone.seen.quantity / 1000.0)), rel=1e-5)
    assert strays(game, alone)[0] <= 1e-6 * alone.seen.account.max()
    joint = together(game, start=alone.lever)
    assert joint.lever == pytest.approx(
        np.full(len(worth), 1 / (alpha * (1 - joint.seen.quantity.sum() / 1000.0))), rel=1e-5
    )
    assert joint.seen.account.sum() >= alone.seen.account.sum() * (1 - 1e-9)


def test_some_together_and_others_apart_is_a_game_of_fewer() -> None:
    game = logit(np.array([1.0, 0.5, 2.0]), 0.7)
    two = balance(game, joined(game, 3, [0, 2]))
    merged = apart(logit(np.array([1.0, 0.5, 2.0]), 0.7, owner=[0, 1, 0]))
    assert two.lever == pytest.approx(merged.lever, rel=1e-6)


def test_conduct_goes_from_price_taking_to_monopoly() -> None:
    """One seller of linear demand: with conduct theta the charge is theta a / (b (1 + theta))."""
    for theta in (0.0, 0.25, 0.5, 1.0):
        found = apart(serial(1), conduct=theta)
        assert found.lever[0] == pytest.approx(50.0 * theta / (1 + theta), abs=1e-5)
        assert today(serial(1), found.lever, 1)[0] == pytest.approx(theta, abs=1e-6)


def test_a_weight_on_freight_brings_a_target_of_traffic() -> None:
    """One seller of 100 - 2 m who is paid 10 besides for each unit: it maximises (m + 10)(100 - 2 m)."""
    game = serial(1)

    def look(m: Floats) -> Seen:
        seen = game.look(m)
        more = np.append(seen.account, seen.quantity)
        return Seen(seen.quantity, more, np.vstack([seen.push, [[-2.0]]]))

    found = balance(game._replace(look=look), np.array([[1.0], [10.0]]))
    assert found.lever[0] == pytest.approx(20.0, abs=1e-5)


def test_caps_hold_and_are_told() -> None:
    game = serial(3, high=5.0)
    capped = apart(game)
    assert capped.lever == pytest.approx([5.0] * 3) and capped.held.tolist() == [1, 1, 1] and capped.amiss == 0.0
    paid = game._replace(low=[-4.0, 0.0, 0.0], high=[-3.0, 50.0, 50.0])  # a subsidy is a charge below nought
    subsidised = apart(paid)
    assert subsidised.held[0] == 1 and subsidised.lever[1:] == pytest.approx([(50.0 + 3.0) / 3.0] * 2, rel=1e-6)


def test_one_owner_of_two_charges_is_one_player() -> None:
    assert apart(serial(3, owner=[0, 0, 1])).lever[2] == pytest.approx(100.0 / 6.0, rel=1e-5)  # two players: n + 1 is 3


def test_a_balance_nearby_is_found_sooner() -> None:
    game = logit(np.array([1.0, 0.5, 2.0]), 0.7)
    first = apart(game)
    again = balance(game, joined(game, 3, [0, 1]), start=first.lever, slopes=first.slopes)
    assert again.amiss < 1e-7 and again.steps <= 12
    assert measured(game, first.lever).push.shape == (3, 3, 3)


def test_strays_finds_what_is_no_balance() -> None:
    game = serial(2)
    off = np.array([1.0, 1.0])
    told = apart(game)._replace(lever=off, seen=game.look(off))
    gain, charge, to = strays(game, told)
    assert gain > 0 and charge in (0, 1) and to == pytest.approx(24.5, abs=0.3)


def test_bounds_and_conduct_out_of_range_are_refused() -> None:
    with pytest.raises(InputError, match="floor below its cap"):
        apart(serial(2)._replace(high=[np.inf, 5.0]))
    with pytest.raises(InputError, match="between 0 and 1"):
        apart(serial(2), conduct=1.5)
