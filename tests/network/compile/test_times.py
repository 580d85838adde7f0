"""Hours of steps, held to simulation and to the laws they claim."""

import math

import numpy as np
import pytest

from karvan.network.compile import times

SAMPLES = 200_000


def test_a_step_has_the_p90_it_was_given_under_a_normal_law() -> None:
    one = times.step(8.0, 20.0, 33.0)
    assert one.mean + times.Z90 * math.sqrt(one.variance) == pytest.approx(33.0)
    assert one.floor == 8.0


def test_what_is_not_told_is_the_mean_and_no_floor_lies_above_it() -> None:
    assert times.step(None, 5.0, None) == times.Time(5.0, 5.0, 0.0)
    assert times.step(9.0, 5.0, 4.0) == times.Time(5.0, 5.0, 0.0)
    assert times.step(1.0, 5.0, None, waiting=8.0, grade="D") == times.Time(1.0, 5.0, 0.0, 5.0, 5.0)


def test_sums_are_of_every_part() -> None:
    steps = [times.step(1, 2, 3, 0.5, "D"), times.step(2, 4, 6, 1.0, "A"), times.departure(7.0)]
    whole = times.total(steps)
    for name in ("floor", "mean", "variance", "waiting", "estimated"):
        assert getattr(whole, name) == pytest.approx(sum(getattr(one, name) for one in steps))
    assert times.total([]) == times.NONE


@pytest.mark.parametrize("per_week", [0.5, 2.0, 7.0])
def test_a_departure_is_awaited_uniformly_over_its_headway(per_week: float) -> None:
    wait = np.random.default_rng(1).uniform(0, 168 / per_week, SAMPLES)
    one = times.departure(per_week, "D")
    error = wait.std() / math.sqrt(SAMPLES)
    assert abs(one.mean - wait.mean()) < 4 * error
    assert one.variance == pytest.approx(wait.var(), rel=0.01)  # 4 standard errors of the variance of a uniform law
    assert (one.floor, one.waiting, one.estimated) == (0.0, one.mean, one.mean)


@pytest.mark.parametrize(("share", "length"), [(0.3, 30.0), (0.05, 12.0), (0.98, 36.0)])
def test_a_closure_is_awaited_as_one_who_comes_at_random_waits(share: float, length: float) -> None:
    """Renewal of exponential closures (mean ``length``) and open times such that it is shut the given share."""
    rng = np.random.default_rng(2)
    shut = rng.random(SAMPLES) < share
    wait = np.where(shut, rng.exponential(length, SAMPLES), 0.0)
    mean, sd = times.closure(share, length)
    assert abs(mean - wait.mean()) < 4 * wait.std() / math.sqrt(SAMPLES)
    assert sd == pytest.approx(wait.std(), rel=0.03)


def test_papers_by_simulation() -> None:
    rng = np.random.default_rng(3)
    electronic, wrong = rng.random(SAMPLES) < 0.4, rng.random(SAMPLES) < 0.15
    spent = np.where(electronic, 1.5, 6.0 + 20.0 * wrong)
    told = times.papers(6.0, 1.5, share=0.4, wrong=0.15, rework=20.0)
    assert abs(told - spent.mean()) < 4 * spent.std() / math.sqrt(SAMPLES)
    assert times.papers(6.0, None, share=0.4, wrong=0.15, rework=20.0) == 9.0
