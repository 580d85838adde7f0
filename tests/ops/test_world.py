"""Seeded worlds against the reference model. ``KARVAN_OPS_SEEDS`` and ``KARVAN_OPS_STEPS`` make them more and longer."""

import os
from collections import Counter
from math import ceil
from pathlib import Path

import pytest

from karvan.ops.decide.table import table
from ops.world import World

SEEDS = int(os.environ.get("KARVAN_OPS_SEEDS", "2000"))
STEPS = int(os.environ.get("KARVAN_OPS_STEPS", "0"))
PART = 100
FOUND: tuple[int, ...] = ()  # seeds that once found a difference, whatever their length


def steps(seed: int) -> int:
    """How long a seed runs: one in twenty long, for what lies deep, the others short."""
    return STEPS or (200 if seed % 20 == 0 or seed in FOUND else 12)


def run(seed: int) -> World:
    world = World(seed)
    for number in range(steps(seed)):
        try:
            world.step()
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, step {number}") from error
    world.end()
    return world


@pytest.mark.parametrize("part", range(ceil(SEEDS / PART)))
def test_the_service_and_the_model_do_the_same(part: int) -> None:
    for seed in range(part * PART, min(SEEDS, (part + 1) * PART)):
        run(seed)


def test_the_worlds_reach_every_kind_and_refuse_as_much_as_they_do() -> None:
    kinds: Counter[str] = Counter()
    done = refused = 0
    for seed in range(100_000, 102_000, 20):
        world = run(seed)
        kinds.update(event.kind for event in world.service.log)
        done, refused = done + world.done, refused + world.refused
    assert set(kinds) == set(table().kinds)
    assert done > 3_000 and refused > 3_000


def test_the_model_shares_no_line_with_what_it_judges() -> None:
    for file in (Path(__file__).parent / "model").glob("*.py"):
        assert "karvan" not in file.read_text()
