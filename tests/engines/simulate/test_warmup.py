"""The warm-up is found where it is known, and not where there is none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from queue_tables import queue

import karvan as kv
from karvan.engines.simulate.warmup import found_days, mser5
from karvan.errors import InputError


def noise(seed: int, days: int, part: float = 0.5) -> np.ndarray:
    """First-order autoregressive noise of variance 1."""
    shock = np.random.default_rng(seed).normal(0, np.sqrt(1 - part**2), days)
    out = np.zeros(days)
    for day in range(1, days):
        out[day] = part * out[day - 1] + shock[day]
    return out


@pytest.mark.parametrize("seed", range(1, 6))
def test_an_exponential_start_is_cut_after_some_time_constants(seed: int) -> None:
    days = np.arange(1000)
    cut, settled = found_days([100 * (1 - np.exp(-days / 30)) + noise(seed + 10 * run, 1000) for run in range(5)])
    assert settled
    assert 2 * 30 <= cut <= 10 * 30


def test_hardly_anything_is_cut_from_what_was_settled_from_the_first_day() -> None:
    assert np.mean([mser5(noise(seed, 1000)) for seed in range(1, 41)]) < 100


def test_a_queue_that_grows_for_ever_is_never_settled() -> None:
    assert found_days([np.arange(300.0) + noise(1, 300)])[1] is False


@given(st.lists(st.floats(-1e3, 1e3), min_size=20, max_size=120))
def test_the_sums_are_the_definition(values: list[float]) -> None:
    batches = np.array(values[: len(values) // 5 * 5]).reshape(-1, 5).mean(axis=1)
    error = [((batches[d:] - batches[d:].mean()) ** 2).sum() / len(batches[d:]) ** 2
             for d in range(len(batches) // 2 + 1)]  # fmt: skip
    assert error[mser5(np.array(values)) // 5] == pytest.approx(min(error), rel=1e-6, abs=1e-9)


def test_too_few_days_are_refused() -> None:
    with pytest.raises(InputError, match="19 observations"):
        mser5(np.zeros(19))


def test_simulate_leaves_out_the_warm_up_it_finds_and_says_how_long() -> None:
    busy = {"time_kind": "exponential", "time_h": 12.0}
    year = kv.simulate(queue({"a": 0.9 / 12}, busy), days=2000, runs=8, warmup="found", threads=2)
    assert 0 <= year.run.arguments["warmup"] < 1000
    given = kv.simulate(queue({"a": 0.9 / 12}, busy), days=2000, runs=8, warmup=year.run.arguments["warmup"])
    assert given.shipments.equals(year.shipments)


def test_a_place_that_is_overloaded_has_no_warm_up() -> None:
    with pytest.raises(InputError, match="still grows"):
        kv.simulate(queue({"a": 1.5}, {"time_kind": "exponential", "time_h": 1.0}), days=100, runs=3, warmup="found")
    with pytest.raises(InputError, match="warmup"):
        kv.simulate(queue({"a": 0.5}, {"time_kind": "exponential", "time_h": 1.0}), days=100, warmup="long")
