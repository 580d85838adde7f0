"""Random numbers: by key, not by turn; every law has the mean and variance that theory gives it."""

import math

import numpy as np
import pytest

from karvan.engines.simulate.model import distribution
from karvan.errors import InputError
from karvan.kernels import random as rn

COUNT = 200_000


def draws(kind: str, *parameters: float, key: int = 1) -> np.ndarray:
    values: list[float] = []
    laws = np.array([distribution(kind, parameters, values)], float)
    return rn.sample(laws, np.array(values or [0.0]), 0, np.uint64(key), COUNT)


@pytest.mark.parametrize(
    ("kind", "parameters", "mean", "variance"),
    [
        ("fixed", (2.5,), 2.5, 0.0),
        ("exponential", (3.0,), 3.0, 9.0),
        ("erlang", (4, 2.0), 2.0, 1.0),
        ("gamma", (2.0, 0.5), 2.0, 1.0),
        ("gamma", (2.0, 1.6), 2.0, 10.24),
        ("gamma", (2.0, 0.5, 7.0), 9.0, 1.0),
        ("lognormal", (3.0, 0.7), 3.0, 4.41),
        ("triangular", (1.0, 2.0, 6.0), 3.0, (1 + 4 + 36 - 2 - 6 - 12) / 18),
        ("uniform", (6.0, 18.0), 12.0, 12.0),
        ("empirical", (1.0, 2.0, 6.0), 3.0, 14 / 3),
    ],
)
def test_moments(kind: str, parameters: tuple[float, ...], mean: float, variance: float) -> None:
    sample = draws(kind, *parameters)
    assert (sample >= 0).all()
    assert abs(sample.mean() - mean) <= 4 * math.sqrt(variance / COUNT) + 1e-12
    fourth = ((sample - mean) ** 4).mean()
    assert abs(sample.var() - variance) <= 4 * math.sqrt(fourth / COUNT) + 1e-12


def test_normal_has_the_tails_of_the_normal() -> None:
    z = np.log(draws("lognormal", 1.0, 1.0))
    z = (z - np.log(1 / math.sqrt(2))) / math.sqrt(math.log(2))
    for at in (0.5, 1.0, 2.0, 3.0, 3.7):
        share = math.erfc(at / math.sqrt(2))
        assert abs((np.abs(z) > at).mean() - share) <= 4.5 * math.sqrt(share / COUNT), at


def test_uniform_bits_fill_their_cells_evenly() -> None:
    u = draws("uniform", 0.0, 1.0)
    cells = np.bincount((u * 1000).astype(int), minlength=1000)
    chi2 = float(((cells - COUNT / 1000) ** 2 / (COUNT / 1000)).sum())
    assert abs(chi2 - 999) < 4.5 * math.sqrt(2 * 999)
    assert 0 < u.min() < u.max() < 1


def test_a_draw_depends_on_its_key_alone() -> None:
    one, other = draws("exponential", 1.0, key=5), draws("exponential", 1.0, key=5)
    assert (one == other).all()
    neighbour = draws("exponential", 1.0, key=6)
    assert abs(np.corrcoef(one, neighbour)[0, 1]) < 4.5 / math.sqrt(COUNT)
    assert abs(np.corrcoef(one[1:], one[:-1])[0, 1]) < 4.5 / math.sqrt(COUNT)


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [("exponential", (0.0,)), ("erlang", (1.5, 2.0)), ("gamma", (1.0, 0.0)), ("triangular", (3.0, 2.0, 4.0)),
     ("uniform", (5.0, 4.0)), ("empirical", ()), ("fixed", (-1.0,)), ("lognormal", (float("nan"), 1.0)), ("bell", (1.0,))],
)  # fmt: skip
def test_wrong_parameters_are_refused(kind: str, parameters: tuple[float, ...]) -> None:
    with pytest.raises(InputError, match=kind) as told:
        distribution(kind, parameters, [])
    assert told.value.cure
