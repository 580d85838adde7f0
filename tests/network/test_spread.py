"""Quantiles of a way's hours: closed forms, and simulation with the error that its sample allows.

A sample quantile of n draws has standard error sqrt(p (1 - p) / n) / f(q), f the density at the quantile; f is read off
the sample itself over 2 % of its mass. Four of those, and the grid's cell, bound the difference.
"""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gamma

from karvan.network.compile.times import Z90, closure
from karvan.network.spread import POINTS, quantiles, remaining

AT = (0.1, 0.5, 0.9)
DRY = (0.0, 0.0)
DRAWS = 400_000


def cell(mean: float, sd: float) -> float:
    """A cell of the grid that the law is computed on, h."""
    return (mean + 12 * sd) / POINTS


def arrays(*rows: tuple[float, float, float]) -> tuple[np.ndarray, ...]:
    floors, means, variances = np.array(rows, dtype=np.float64).reshape(-1, 3).T
    return floors, means, variances


@pytest.mark.parametrize(("floor", "mean"), [(0.0, 1.0), (10.0, 30.0), (5.0, 500.0)])
def test_one_exponential(floor: float, mean: float) -> None:
    """Variance equal to the square of the mean above the floor: an exponential law."""
    above = mean - floor
    found = quantiles(*arrays((floor, mean, above**2)), DRY, AT)
    wanted = [floor - above * math.log1p(-p) for p in AT]
    assert found == pytest.approx(wanted, abs=cell(above, above))


@pytest.mark.parametrize("steps", [2, 5])
def test_equal_exponentials_sum_to_an_erlang(steps: int) -> None:
    def below(hours: float) -> float:
        """The Erlang distribution function."""
        x = hours / 10.0
        return 1 - math.exp(-x) * sum(x**k / math.factorial(k) for k in range(steps))

    width = cell(10.0 * steps, 10.0 * math.sqrt(steps))
    for p, q in zip(AT, quantiles(*arrays(*[(0.0, 10.0, 100.0)] * steps), DRY, AT), strict=True):
        assert below(q - width) < p < below(q + width)


def test_many_small_steps_are_normal() -> None:
    steps = 2000
    found = quantiles(*arrays(*[(0.0, 1.0, 1.0)] * steps), DRY, AT)
    sd = math.sqrt(steps)
    correction = (Z90**2 - 1) / 6 * 2 / sd  # Cornish and Fisher: the skewness of an Erlang is 2 / sqrt(steps)
    wanted = [steps - Z90 * sd + correction * sd, steps - 2 / 6, steps + Z90 * sd + correction * sd]
    assert found == pytest.approx(wanted, abs=cell(steps, sd))


def test_weather_alone_is_a_chance_of_an_exponential() -> None:
    """Shut 30 % of the time, 40 h at a stretch: no wait up to P70, and P90 where an exponential passes two thirds."""
    p10, p50, p90 = quantiles(*arrays((8.0, 8.0, 0.0)), closure(0.3, 40.0), AT)
    width = cell(*closure(0.3, 40.0))
    assert (p10, p50) == pytest.approx((8.0, 8.0), abs=3 * width)
    assert p90 == pytest.approx(8 + 40 * math.log(3), abs=3 * width)


STEPS = [
    (8.0, 12.0, 30.0),
    (2.0, 14.0, 900.0),
    (0.0, 42.0, 588.0),
    (17.0, 18.0, 4.0),
    (6.0, 6.0, 0.0),
    (1.0, 9.0, 16.0),
]


@pytest.mark.parametrize("weather", [DRY, closure(0.3, 30.0), closure(0.05, 100.0)])
def test_a_way_of_many_steps_by_simulation(weather: tuple[float, float]) -> None:
    rng = np.random.default_rng(7)
    floors, means, variances = arrays(*STEPS)
    total = np.zeros(DRAWS)
    for floor, mean, variance in STEPS:
        above = mean - floor
        total += floor + (rng.gamma(above**2 / variance, variance / above, DRAWS) if variance and above else above)
    if weather[0]:
        chance = 2 / (1 + (weather[1] / weather[0]) ** 2)
        total += np.where(rng.random(DRAWS) < chance, rng.exponential(weather[0] / chance, DRAWS), 0.0)
    found = quantiles(floors, means, variances, weather, AT)
    width = cell(float((means - floors).sum() + weather[0]), math.sqrt(variances.sum() + weather[1] ** 2))
    for p, q in zip(AT, found, strict=True):
        low, seen, high = np.quantile(total, (p - 0.01, p, p + 0.01))
        density = 0.02 / (high - low)
        assert abs(q - seen) < 4 * math.sqrt(p * (1 - p) / DRAWS) / density + width


def test_no_spread_is_the_sum_of_means() -> None:
    assert quantiles(*arrays((1.0, 2.0, 0.0), (3.0, 3.0, 9.0)), DRY, AT) == (5.0, 5.0, 5.0)
    assert quantiles(*arrays(), DRY, AT) == (0.0, 0.0, 0.0)


STEP = st.tuples(st.floats(0, 50), st.floats(0, 100), st.floats(0, 2000))
WEATHER = st.one_of(st.just(DRY), st.builds(closure, st.floats(0.01, 0.9), st.floats(1, 100)))


@settings(max_examples=200, deadline=None)
@given(st.lists(STEP, min_size=1, max_size=8), WEATHER)
def test_quantiles_rise_lie_above_the_floor_and_within_chebyshev(
    steps: list[tuple[float, float, float]], weather: tuple[float, float]
) -> None:
    floors, means, variances = arrays(*[(floor, floor + above, variance) for floor, above, variance in steps])
    p10, p50, p90 = quantiles(floors, means, variances, weather, AT)
    assert floors.sum() - 1e-6 <= p10 <= p50 <= p90
    sd = math.sqrt(variances.sum() + weather[1] ** 2)
    mean = float(means.sum() + weather[0])
    slack = 2 * cell(mean, sd)
    assert abs(p50 - mean) <= sd + slack  # the median lies within one standard deviation of the mean
    assert p90 <= mean + 3 * sd + slack and p10 >= mean - 3 * sd - slack  # Cantelli, p = 0.1


def test_what_remains_of_exponential_steps_is_as_if_new() -> None:
    two = np.zeros(2), np.full(2, 10.0), np.full(2, 100.0)
    wanted = gamma(2, scale=10.0).ppf([0.1, 0.5, 0.9])  # Erlang's law of order 2, whatever has elapsed of the first
    for elapsed in (0.0, 30.0, 3000.0):
        assert remaining(*two, elapsed, (0.1, 0.5, 0.9)) == pytest.approx(wanted, rel=0.01)


def test_what_remains_of_a_fixed_step_is_its_rest() -> None:
    fixed = np.array([10.0]), np.array([10.0]), np.zeros(1)
    assert remaining(*fixed, 4.0, (0.5,)) == (6.0,)
    assert remaining(*fixed, 40.0, (0.5,)) == (0.0,)


def test_what_remains_is_the_law_given_that_it_has_not_ended() -> None:
    law = 5 + gamma(3, scale=4.0).rvs(2_000_000, random_state=np.random.default_rng(1))
    lasting = law[law > 20] - 20
    told = remaining(np.array([5.0]), np.array([17.0]), np.array([48.0]), 20.0, (0.1, 0.5, 0.9))
    assert told == pytest.approx(np.quantile(lasting, [0.1, 0.5, 0.9]), rel=0.02)
