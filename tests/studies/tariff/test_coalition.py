"""Divisions by their definitions: Shapley over all orders, the core by its inequalities, known games."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from karvan.errors import InputError
from karvan.studies.tariff.coalition import bargain, core, leaving, members, shapley


def games(most: int = 5) -> st.SearchStrategy[list[float]]:
    return st.integers(1, most).flatmap(
        lambda n: st.lists(st.floats(-100, 100), min_size=2**n - 1, max_size=2**n - 1).map(lambda row: [0.0, *row])
    )


@given(games())
def test_shapley_is_the_mean_over_all_orders(worth: list[float]) -> None:
    n = len(worth).bit_length() - 1
    total, orders = np.zeros(n), list(permutations(range(n)))
    for order in orders:
        there = 0
        for i in order:
            total[i] += worth[there | 1 << i] - worth[there]
            there |= 1 << i
    share = shapley(worth)
    assert share == pytest.approx(total / len(orders), abs=1e-9)
    assert share.sum() == pytest.approx(worth[-1], abs=1e-9)


def test_an_airport_is_paid_for_by_who_needs_its_length() -> None:
    """Littlechild and Owen (1973): each stretch of the runway is shared equally by those who need it."""
    cost = np.array([8.0, 11.0, 13.0, 18.0])
    worth = [-float(max(cost[inside], default=0.0)) for inside in members(4)]
    assert -shapley(worth) == pytest.approx([2.0, 3.0, 4.0, 9.0])
    assert core(worth).holds


@given(games(4))
def test_the_least_core_is_kept_by_all_and_no_division_does_better(worth: list[float]) -> None:
    found = core(worth)
    n = len(worth).bit_length() - 1
    assert found.division.sum() == pytest.approx(worth[-1], abs=1e-6)
    more = np.array(worth) - members(n) @ found.division
    if n > 1:
        assert more[1:-1].max() == pytest.approx(found.excess, abs=1e-6)
        rng = np.random.default_rng(0)
        other = found.division + (step := rng.normal(size=(2000, n)) * 20) - step.mean(1, keepdims=True)
        assert (np.array(worth)[1:-1] - other @ members(n)[1:-1].T).max(1).min() >= found.excess - 1e-6
    assert found.holds == (not leaving(worth, found.division, 1e-7)) or abs(found.excess) < 1e-4


def test_two_right_gloves_cannot_bargain_and_any_two_of_three_do_not_stay() -> None:
    glove = core([0, 0, 0, 1, 0, 1, 0, 1])
    assert glove.holds and glove.division == pytest.approx([1.0, 0.0, 0.0], abs=1e-9)
    two = core([0, 0, 0, 1, 0, 1, 1, 1])
    assert not two.holds and two.excess == pytest.approx(1 / 3)
    assert set(two.blocking) == {0b011, 0b101, 0b110}
    assert leaving([0, 0, 0, 1, 0, 1, 1, 1], [1, 0, 0])[0] == (0b110, 1.0)


def test_a_bargain_gives_more_to_the_stronger_and_none_where_none_can_be() -> None:
    assert bargain(10.0, [1.0, 3.0], [2.0, 1.0]) == pytest.approx([5.0, 5.0])
    with pytest.raises(InputError, match="nothing to agree on"):
        bargain(1.0, [1.0, 1.0])
    with pytest.raises(InputError, match="power"):
        bargain(5.0, [1.0, 1.0], [1.0, 0.0])


@pytest.mark.parametrize("worth", [[0, 1, 2], [1, 1], [0, float("nan")], [[0, 1]]])
def test_what_is_no_game_is_refused(worth: list[float]) -> None:
    with pytest.raises(InputError, match="worth"):
        shapley(worth)
