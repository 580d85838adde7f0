"""Design: what it refuses, and what it says when it cannot prove."""

from dataclasses import replace

import numpy as np
import pytest

from karvan.engines.design import IMPOSSIBLE, PROVEN, Limit, Problem, design
from karvan.errors import InputError

ROAD = Problem(
    tail=np.array([0, 0]), head=np.array([1, 1]), capacity=np.array([4.0, 0.0]), cost=np.array([5.0, 1.0]),
    supply=np.array([[8.0, -8.0]]), price=np.array([[20.0, 10.0], [1.0, 1.0]]), adds=[(0, 1, 10.0), (1, 1, 10.0)],
    needs=[(1, 0)], unmet=np.array([9.0]),
)  # fmt: skip


def test_a_needed_project_comes_first_and_the_second_waits_for_it() -> None:
    found = design(ROAD)
    # without projects a period costs 4 * 5 + 4 * 9 = 56, with one 8: begin at once for 20
    assert found.begin.tolist() == [0, -1]
    assert found.objective == pytest.approx(20 + 8 + 8)
    assert found.flow[:, 0].tolist() == [[0, 8], [0, 8]]


def test_a_project_works_only_when_it_is_built() -> None:
    found = design(replace(ROAD, builds=np.array([1, 0]), needs=()))
    assert found.begin.tolist() == [-1, 0]
    late = design(replace(ROAD, builds=np.array([1, 1]), needs=(), excludes=[(0, 1)]))
    assert late.begin.tolist() == [-1, 0]
    assert late.objective == pytest.approx(56 + 1 + 8)
    assert late.unmet[:, 0] == pytest.approx([0.5, 0])


def test_what_must_be_carried_and_cannot_be_is_impossible() -> None:
    found = design(replace(ROAD, unmet=None, limits=[Limit(np.ones((2, 2)), 0.5)]))
    assert (found.status, found.objective) == (IMPOSSIBLE, np.inf)


def test_a_plan_to_begin_from_changes_nothing_but_the_time() -> None:
    from_worse = design(ROAD, start=np.array([1, -1]))
    assert (from_worse.status, from_worse.begin.tolist()) == (PROVEN, [0, -1])


def test_a_dominated_project_is_never_begun() -> None:
    twice = replace(ROAD, needs=(), price=np.array([[20.0, 20.0], [20.5, 20.5]]))
    assert design(twice).begin.tolist() == [0, -1]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"needs": [(0, 1), (1, 0)]}, r"projects \[0, 1\] need each other"),
        ({"supply": np.array([[8.0, -7.0]])}, "commodity 0: supply"),
        ({"capacity": np.array([1.0])}, "1 capacities"),
        ({"price": np.array([1.0])}, r"shape \(1,\)"),
    ],
)
def test_what_does_not_fit_is_refused(change, says: str) -> None:
    with pytest.raises(InputError, match=says):
        design(replace(ROAD, **change))
