"""The table of transitions, whole: every row is well made, every state can be reached, and nothing else is done."""

from collections import Counter

import pytest
from tools.docs import steps

from karvan.ops.decide import bodies
from karvan.ops.decide.decide import EFFECTS
from karvan.ops.decide.evolve import CHANGES, SOURCES
from karvan.ops.decide.guards import GUARDS
from karvan.ops.decide.table import Transition, table

ROLES = {
    *("shipper", "forwarder", "declarant", "holder", "guarantor", "railway", "ferry", "haulier", "port", "terminal"),
    *("customs", "agency", "system", "effect"),
}
FIRST = {"custody": "held", "pickup": "held"}  # born with the unit
LAST = {
    "movement": {"discharged", "cancelled", "invalidated", "recovery"},
    "guarantee": {"waived", "called"},
    "unit": {"delivered"},
    "hold": {"lifted"},
    "surety": {"revoked"},
}
ROWS = table().transitions
PARTS = sorted({row.region for row in ROWS})


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.region}-{row.src}-{row.kind}-{row.dst}")
def test_a_row_is_well_made(row: Transition) -> None:
    kind = table().kinds[row.kind]
    assert kind.region == row.region and kind.tolerance_h > 0 and kind.meaning
    assert row.roles and row.roles <= ROLES
    assert set(row.guards) <= set(GUARDS) and set(row.effects) <= set(EFFECTS)
    assert row.when is None or row.when[0] in bodies.form(row.kind).model_fields


def test_no_two_rows_say_different_things_of_one_step() -> None:
    counted = Counter((row.region, row.src, row.kind, row.when) for row in ROWS)
    assert max(counted.values()) == 1
    by_step: dict[tuple[str, str, str], list[Transition]] = {}
    for row in ROWS:
        by_step.setdefault((row.region, row.src, row.kind), []).append(row)
    for rows in by_step.values():
        assert len(rows) == 1 or (all(row.when for row in rows) and len({(r.roles, r.guards) for r in rows}) == 1)


def test_nothing_is_listed_that_nothing_uses() -> None:
    assert {row.kind for row in ROWS} == set(table().kinds)
    assert {name for row in ROWS for name in row.guards} == set(GUARDS)
    assert {name for row in ROWS for name in row.effects} == set(EFFECTS)
    assert set(bodies.FORMS) <= set(table().kinds)
    assert set(PARTS) == set(SOURCES) | {"surety"} == set(CHANGES) | {"surety"}


@pytest.mark.parametrize("region", PARTS)
def test_every_state_is_reached_and_only_the_last_are_left_by_nothing(region: str) -> None:
    rows = [row for row in ROWS if row.region == region]
    reached, more = {FIRST.get(region, "none")}, True
    while more:
        new = {row.dst for row in rows if row.src in reached} - reached
        reached, more = reached | new, bool(new)
    assert reached == {row.src for row in rows} | {row.dst for row in rows}
    assert reached - {row.src for row in rows} == LAST.get(region, set())


def test_what_binds_the_most_is_guarded_in_every_row() -> None:
    """N2, N3, N4, N10 and N12 do not hang on one row."""
    for row in ROWS:
        if row.dst == "released" and row.src != "released" and row.region == "movement":
            assert {"no_holds", "guarantee_met", "at_departure"} <= set(row.guards) and row.roles == {"customs"}
        if row.kind == "GATE_OUT":
            assert {"no_holds", "current_released", "pickup_right"} <= set(row.guards)
        if row.region == "movement" and "customs" in row.roles:
            assert set(row.guards) & {"at_departure", "at_destination", "at_transit", "in_territory", "concerned"}
        ends = row.region == "movement" and row.dst in ("rejected", "refused", "cancelled", "invalidated", "discharged")
        assert ("GUARANTEE_RELEASED" in row.effects) == (ends or row.kind == "AMENDED")


def test_the_page_of_steps_tells_every_kind_and_guard() -> None:
    page = steps.page()
    assert all(f"`{kind}`" in page for kind in table().kinds) and all(f"| {name} | " in page for name in GUARDS)
