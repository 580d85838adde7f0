"""A market as a game: its derivatives against differences, Nash by unilateral deviation on a grid, on the corridor toy."""

from dataclasses import replace

import numpy as np
import pytest

from karvan.data.load import load
from karvan.engines.assign.patches import Patched
from karvan.engines.assign.prepared import prepare
from karvan.engines.assign.settle import settle
from karvan.studies.tariff.board import Board, at
from karvan.studies.tariff.conduct import balance, each, measured, strays


@pytest.fixture(scope="module")
def board() -> Board:
    """The three operators that are paid the most, with seven tenths of their price as cost, and one lever each."""
    corridor = load("toy")
    of = Patched(prepare(corridor, int(corridor.price_year)))
    now = settle(of.market, gap=1e-11)
    ask = np.column_stack(sorted(of.paid.values(), key=lambda paid: -float(now.flow @ paid))[:3])
    fixed = of.market.fixed - ask.sum(1)
    market = replace(of.market, fixed=fixed)
    return Board(market, np.arange(3), ask, -0.7 * ask, np.ones(fixed.size), np.zeros(3), np.full(3, 4.0), now.delay)


def test_levers_at_one_are_today(board: Board) -> None:
    corridor = load("toy")
    today = settle(Patched(prepare(corridor, int(corridor.price_year))).market, gap=1e-11)
    assert at(board, np.ones(3)).flow == pytest.approx(today.flow, rel=1e-6)


def test_derivatives_are_those_of_differences(board: Board) -> None:
    game, lever = board.game(), np.array([1.1, 0.9, 1.3])
    seen, step = game.look(lever), 1e-4
    for j in range(3):
        up, down = (game.look(lever + sign * step * np.eye(3)[j]) for sign in (1.0, -1.0))
        told = (up.account - down.account) / (2.0 * step)
        assert seen.push[:, j] == pytest.approx(told, rel=1e-4, abs=1e-6 * np.abs(seen.push).max())
    own, differenced = measured(game, lever), measured(game._replace(slopes=None), lever)
    assert own.push == pytest.approx(differenced.push, rel=1e-3, abs=1e-4 * np.abs(own.push).max())
    assert own.quantity == pytest.approx(differenced.quantity, rel=1e-3, abs=1e-4 * np.abs(own.quantity).max())


def test_nobody_gains_by_moving_alone(board: Board) -> None:
    game = board.game()
    found = balance(game, each(game, 4), start=np.ones(3))
    assert found.amiss <= 1e-7
    assert strays(game, found, 101)[0] <= 1e-6 * found.seen.account[:3].max()
