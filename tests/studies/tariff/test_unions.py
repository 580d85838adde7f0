"""Unions of serial monopolists, whose worths have a closed form: m units one behind the other share alike."""

import numpy as np
import pytest

from karvan.errors import InputError
from karvan.studies.tariff.coalition import core, shapley
from karvan.studies.tariff.conduct import Game, Seen
from karvan.studies.tariff.unions import unions


def serial(n: int) -> Game:
    """Flow is 100 - 2 times the sum of n charges."""

    def look(m: np.ndarray) -> Seen:
        flow = 100.0 - 2.0 * m.sum()
        return Seen(np.full(n, flow), m * flow, flow * np.eye(n) - 2.0 * np.outer(m, np.ones(n)))

    return Game(look, np.arange(n), np.zeros(n), np.full(n, 50.0))


def test_a_union_earns_what_one_of_so_many_units_does() -> None:
    """With m units left each earns a^2 / (b (m + 1)^2): 4 players, unions of s leave 4 - s + 1 units."""
    found = unions(serial(4), 4, 4, np.full(4, 5.0))
    for union in range(1, 16):
        units = 4 - union.bit_count() + 1
        assert found.worth[union] == pytest.approx(100.0**2 / (2.0 * (units + 1) ** 2), rel=1e-6)
    assert found.amiss == ()
    assert shapley(found.worth) == pytest.approx([found.worth[-1] / 4] * 4)
    assert not core(found.worth).holds or core(found.worth).excess <= 1e-6


def test_too_many_players_are_refused() -> None:
    with pytest.raises(InputError, match="unions"):
        unions(serial(11), 11, 11, np.ones(11))
