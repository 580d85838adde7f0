"""Pick: the programme against enumeration of its own objective, laws of budgets, and what it refuses."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from karvan.engines.design import IMPOSSIBLE, PROVEN, Limit
from karvan.engines.pick import Choice, Picked, Purse, Term, in_use, pick, worth
from karvan.errors import InputError


def drawn(seed: int, futures: int = 1) -> Choice:
    """Up to 5 projects and 4 years, worths of sets of one to three of both signs, one purse."""
    rng = np.random.default_rng(seed)
    p, t = int(rng.integers(1, 6)), int(rng.integers(1, 5))
    sets = [one for size in (1, 2, 3) for one in itertools.combinations(range(p), size)]
    terms = [Term(one, rng.normal(4.0 if len(one) == 1 else 0.0, 4.0, (futures, t))) for one in sets]
    cost = rng.uniform(2.0, 20.0, (p, t))
    cost[rng.random((p, t)) < 0.1] = np.inf
    capital = rng.uniform(2.0, 20.0, p)
    share = np.where(rng.random(p) < 0.85, 0.5, 0.0)
    purse = Purse(float(rng.uniform(0.0, 20.0)), share, float(rng.uniform(0.5, 2.0)))
    needs = [(1, 0)] if p > 1 and rng.random() < 0.4 else []
    excludes = [(p - 2, p - 1)] if p > 3 and rng.random() < 0.4 else []
    return Choice(terms, cost, rng.integers(0, 2, p), capital, [purse], needs=needs, excludes=excludes)


def payable(of: Choice, begin: np.ndarray) -> bool:
    """Whether one purse can pay a plan: each project takes at least its capital by 1 + leverage."""
    purse = of.purses[0]
    least = of.capital / (1.0 + purse.leverage)
    begun = begin >= 0
    return (
        bool((least[begun] <= purse.share[begun] * of.capital[begun] + 1e-9).all())
        and float(least[begun].sum()) <= purse.size + 1e-9
    )


def allowed(of: Choice, begin: np.ndarray) -> bool:
    begun = np.flatnonzero(begin >= 0)
    use = in_use(begin, of.builds, of.cost.shape[1])
    kept = all((use[one] <= use[other]).all() for one, other in of.needs)
    kept &= not any(begin[one] >= 0 and begin[other] >= 0 for one, other in of.excludes)
    return kept and bool(np.isfinite(of.cost[begun, begin[begun]]).all()) and payable(of, begin)


def plans(of: Choice) -> list[np.ndarray]:
    p, t = of.cost.shape
    every = (np.array(one) for one in itertools.product(range(-1, t), repeat=p))
    return [one for one in every if allowed(of, one)]


@pytest.mark.parametrize("seed", range(40))
def test_the_programme_is_the_enumeration_of_its_objective(seed: int) -> None:
    of = drawn(seed)
    best = max(float(worth(of, one)[0]) for one in plans(of))
    found = pick(of)
    assert found.status == PROVEN
    assert found.worth == pytest.approx(best, rel=1e-6, abs=1e-6)
    assert found.bound >= best - 1e-6
    assert allowed(of, found.begin)


@pytest.mark.parametrize("seed", range(12))
def test_mean_and_worst_regret_over_futures_are_those_of_enumeration(seed: int) -> None:
    of = drawn(seed, futures=3)
    table = np.array([worth(of, one) for one in plans(of)])
    chance = np.array([0.5, 0.3, 0.2])
    assert pick(replace(of, chance=chance)).worth == pytest.approx(float((table @ chance).max()), abs=1e-6)
    best = table.max(axis=0)
    assert -pick(replace(of, best=best)).worth == pytest.approx(float((best - table).max(axis=1).min()), abs=1e-5)


def sized(of: Choice, size: float) -> Picked:
    return pick(replace(of, purses=[replace(of.purses[0], size=size)]))


@pytest.mark.parametrize("seed", range(10))
def test_a_larger_budget_never_lowers_the_proven_bound(seed: int) -> None:
    of = drawn(seed)
    bounds = [sized(of, size).bound for size in (0.0, 3.0, 6.0, 12.0, 24.0)]
    assert all(after >= before - 1e-7 for before, after in itertools.pairwise(bounds))
    assert bounds[0] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("seed", range(10))
def test_a_dominated_project_is_never_picked(seed: int) -> None:
    """The twin of a project, dearer by one and not to be had beside it."""
    of = drawn(seed)
    p = of.cost.shape[0]
    twins = [Term(tuple(p if x == 0 else x for x in one.of), one.worth) for one in of.terms if 0 in one.of]
    both = replace(
        of, terms=[*of.terms, *twins], cost=np.vstack([of.cost, of.cost[:1] + 1.0]),
        builds=np.append(of.builds, of.builds[0]), capital=np.append(of.capital, of.capital[0]),
        purses=[replace(of.purses[0], share=np.append(of.purses[0].share, of.purses[0].share[0]))], needs=(),
        excludes=[*of.excludes, (0, p)],
    )  # fmt: skip
    assert pick(both).begin[p] == -1


def test_a_purse_pays_within_its_years_and_states_pay_the_rest() -> None:
    one = Term((0,), np.array([[9.0, 9.0]]))
    fund = Purse(10.0, np.array([0.25]), 1.0, np.array([1.0, 3.0]))
    state = Purse(6.0, np.array([1.0]))
    of = Choice([one], np.array([[5.0, 5.0]]), np.array([1]), np.array([8.0]), [fund, state])
    found = pick(of)
    assert found.begin.tolist() == [0]
    # in the first year the fund may give 1, which brings another; the state pays 6
    assert found.money[:, 0].tolist() == pytest.approx([1.0, 6.0])
    assert pick(replace(of, purses=[fund])).begin.tolist() == [-1]


def test_limits_hold_and_a_plan_to_begin_from_changes_nothing() -> None:
    of = replace(drawn(7), purses=(), limits=[Limit(np.ones(drawn(7).cost.shape), 1.0)])
    found = pick(of)
    assert (found.begin >= 0).sum() <= 1
    assert pick(of, start=found.begin).worth == pytest.approx(found.worth)
    assert pick(replace(of, limits=[Limit(np.ones(of.cost.shape), -1.0)])).status == IMPOSSIBLE


def test_what_it_refuses() -> None:
    of = drawn(3)
    with pytest.raises(InputError, match="need each other in a ring"):
        pick(replace(of, needs=[(0, 0)]))
    with pytest.raises(InputError, match="less than nothing"):
        pick(replace(of, purses=[replace(of.purses[0], size=-1.0)]))
    with pytest.raises(InputError, match="one of each a project"):
        pick(replace(of, capital=np.ones(9)))
