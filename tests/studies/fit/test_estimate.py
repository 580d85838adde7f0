"""The estimator against theory: linear problems have closed answers, and bands must hold what they say."""

import numpy as np
import pytest

from karvan.errors import InputError
from karvan.studies.fit.estimate import TOLD, Z95, Target, Unknown, estimate


def _linear(seed: int, n: int = 4, m: int = 7):
    random = np.random.default_rng(seed)
    matrix = random.normal(size=(m, n))
    unknowns = [Unknown(f"u{i}", float(i), i - Z95, i + Z95, "real") for i in range(n)]  # prior N(i, 1)
    sd = random.uniform(0.2, 2.0, m)
    truth = np.arange(n) + random.standard_normal(n)
    seen = matrix @ truth + sd * random.standard_normal(m)
    targets = [Target(f"t{j}", float(seen[j]), float(sd[j])) for j in range(m)]
    return matrix, unknowns, targets, truth


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_linear_model_gives_the_posterior_of_the_books(seed: int) -> None:
    matrix, unknowns, targets, _ = _linear(seed)
    found = estimate(lambda v: matrix @ v, unknowns, targets, draws=4000, seed=seed)
    weight = np.diag([1 / one.sd**2 for one in targets])
    covariance = np.linalg.inv(matrix.T @ weight @ matrix + np.eye(4))
    mean = covariance @ (matrix.T @ weight @ [one.value for one in targets] + np.arange(4.0))
    assert found.values == pytest.approx(mean, abs=1e-6)
    assert found.told == pytest.approx(1 - np.diag(covariance), abs=1e-6)
    sd = np.sqrt(np.diag(covariance))
    assert found.correlation == pytest.approx(covariance / np.outer(sd, sd), abs=1e-6)
    plain = estimate(lambda v: matrix @ v, unknowns, targets, draws=0)
    assert plain.low == pytest.approx(mean - Z95 * sd, abs=1e-6) and plain.high == pytest.approx(
        mean + Z95 * sd, abs=1e-6
    )
    assert np.abs(found.draws.mean(axis=0) - mean).max() < 4 * sd.max() / np.sqrt(4000)
    assert np.cov(found.draws.T) == pytest.approx(covariance, abs=6 * sd.max() ** 2 / np.sqrt(4000))


def _gravity(v):
    """A model that bends: a choice by cost, and a delay that grows with the flow."""
    scale, cost, delay, _idle = v
    share = 1 / (1 + np.exp(-scale * (cost - np.array([0.5, 1.0, 1.5, 2.0]))))
    return np.concatenate([share, [delay * (1 + share[1] ** 4)], [scale * cost]])


UNKNOWNS = [Unknown("scale", 2.0, 1.0, 4.0), Unknown("cost", 1.2, 0.9, 1.6), Unknown("delay", 10.0, 5.0, 20.0),
            Unknown("idle", 1.0, 0.5, 2.0)]  # fmt: skip


def test_bands_of_a_bent_model_hold_the_truth_nine_times_in_ten() -> None:
    held, repetitions = np.zeros(4), 200
    for number in range(1, repetitions + 1):
        random = np.random.default_rng(number)
        spread = np.array([np.log(one.high / one.low) / (2 * Z95) for one in UNKNOWNS])
        truth = np.array([one.value for one in UNKNOWNS]) * np.exp(spread * random.standard_normal(4))
        seen = _gravity(truth) * np.exp(0.05 * random.standard_normal(6))
        targets = [Target(str(i), float(seen[i]), 0.05, True) for i in range(6)]
        found = estimate(_gravity, UNKNOWNS, targets, draws=100, seed=number)
        held += (found.low <= truth) & (truth <= found.high)
    deviation = np.sqrt(0.9 * 0.1 / repetitions)
    assert (np.abs(held / repetitions - 0.9) < 3.3 * deviation).all()  # one in a thousand would fall outside, by chance


def test_what_the_data_cannot_tell_is_said() -> None:
    targets = [Target(str(i), float(value), 0.01, True) for i, value in enumerate(_gravity([2.2, 1.1, 11.0, 1.0]))]
    found = estimate(_gravity, UNKNOWNS, targets, draws=0)
    assert found.told[3] == pytest.approx(0, abs=1e-9)
    assert (found.told[:3] > TOLD).all()


def test_two_unknowns_that_only_act_as_a_product_are_told_together() -> None:
    found = estimate(
        lambda v: np.array([v[0] * v[1], v[2]]),
        [Unknown(name, 1.0, 0.25, 4.0) for name in "abc"],
        [Target("product", 2.0, 0.01, True), Target("c", 1.5, 0.1)],
        draws=0,
    )
    assert found.together == ((0, 1),)


def test_the_same_seed_gives_the_same_draws_whatever_the_threads() -> None:
    matrix, unknowns, targets, _ = _linear(5)
    one, two = (estimate(lambda v: matrix @ v, unknowns, targets, draws=20, threads=k).draws for k in (1, 2))
    assert (one == two).all()


def test_an_estimate_that_was_stopped_goes_on_to_the_same_end() -> None:
    told, calls = [], []
    targets = [Target(str(i), float(value), 0.05, True) for i, value in enumerate(_gravity([2.2, 1.1, 11.0, 1.0]))]
    whole = estimate(_gravity, UNKNOWNS, targets, draws=20, progress=lambda *a: told.append(a))
    assert [one[:2] for one in told if one[2]] == [(i, 20) for i in range(1, 21)]
    assert told[0] == (0, 0, None)

    def counted(v):
        calls.append(1)
        return _gravity(v)

    again = estimate(counted, UNKNOWNS, targets, draws=20, kept=next(one[2] for one in told if one[0] == 17))
    assert len(calls) < 30
    for name in ("values", "low", "high", "told", "draws", "predicted"):
        assert np.array_equal(getattr(again, name), getattr(whole, name)), name


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Unknown("a", 3.0, 1.0, 2.0), "a: 3.0 between"),
        (lambda: Unknown("a", 0.5, -1.0, 2.0), "positive"),
        (lambda: Unknown("a", 0.5, 0.1, 1.0, "share"), "share"),
        (lambda: Unknown("a", 0.5, 0.1, 1.0, "odd"), "kind"),
        (lambda: estimate(lambda v: v, [], [Target("t", 1.0, 1.0)]), "nothing to fit"),
        (lambda: estimate(lambda v: v, UNKNOWNS[:1], [Target("t", 1.0, 0.0)]), "no error is known of t"),
        (lambda: estimate(lambda v: v, UNKNOWNS[:1], [Target("t", 1.0, 0.1)], draws=5), "5 draws make no band"),
        (lambda: estimate(lambda v: v * np.nan, UNKNOWNS[:1], [Target("t", 1.0, 0.1)]), "no figure for t"),
    ],
)
def test_what_cannot_be_is_refused(make, says: str) -> None:
    with pytest.raises(InputError, match=says):
        make()
