"""What a unit waits for, and whose turn it is: read from the table of transitions, so that it is always a step that the
service would take."""

from collections.abc import Mapping
from dataclasses import dataclass

from karvan.ops.decide.state import Hold, Movement, Reservation, State, Unit
from karvan.ops.decide.table import BIRTH, table


@dataclass(frozen=True, slots=True)
class Wait:
    """The step that comes next (a kind of event), who may do it, and of which part: a hold, a movement or the unit.

    ``roles`` may do it by the table; ``parties`` are those among the consignment's own, and for customs the office.
    """

    kind: str
    region: str
    part: str
    roles: tuple[str, ...]
    parties: tuple[str, ...]


def waits(state: State, unit: Unit) -> Wait | None:
    """What a unit waits for; none once it is delivered.

    An open hold comes first, then an offer of custody that is not taken, then the paper where the paper binds the unit
    at the place where it stands, then the unit's own next step.
    """
    if unit.state == "delivered":
        return None
    if holds := state.open_holds():
        return _hold(holds[0])
    if unit.offered:
        return Wait("TAKEN_OVER", "custody", unit.unit, _roles("custody", "offered", "TAKEN_OVER"), (unit.offered,))
    move = state.current(unit.unit)
    if move is not None and _binds(move, unit):
        return _paper(state, move)
    if move is None and not any(unit.unit in each.units for each in state.movements.values()):
        return _step(state, "movement", BIRTH, "MOVEMENT_DRAFTED", unit.unit)
    return _step(state, "unit", unit.state, _next_of(unit, move is None), unit.unit)


def _hold(hold: Hold) -> Wait:
    roles = ("customs",) if hold.territories or not hold.authority else ("agency",)
    return Wait("HOLD_LIFTED", "hold", hold.hold, roles, (hold.authority,) if hold.authority else ())


def _binds(move: Movement, unit: Unit) -> bool:
    """Whether the movement must go on before the unit may: where it stands at the first or the last office's place."""
    if move.state == "released":
        return unit.place == move.destination.place
    return unit.place in (move.departure.place, move.destination.place) or move.state in STOPPED


STOPPED = frozenset({"arrived", "unloading", "unloaded", "discrepancy", "resolved", "enquiry", "recovery", "refused"})

NEXT_OF_MOVEMENT: Mapping[str, str] = {
    "draft": "LODGED",
    "lodged": "ACCEPTED",
    "rejected": "LODGED",
    "accepted": "ASSESSED",
    "assessed_green": "RELEASED",
    "assessed_yellow": "RELEASED",
    "assessed_red": "INSPECTION_START",
    "under_control": "RELEASED",
    "released": "ARRIVED_AT_EXIT",
    "arrived": "DISCHARGED",
    "unloading": "UNLOADING_REMARKED",
    "unloaded": "DISCHARGED",
    "discrepancy": "DISCREPANCY_RESOLVED",
    "resolved": "DISCHARGED",
    "refused": "CANCELLED",
    "enquiry": "ENQUIRY_CLOSED",
}
NEXT_OF_UNIT: Mapping[str, str] = {
    "expected": "GATE_IN",
    "gated_in": "LOADED",
    "loaded": "DEPARTED",
    "departed": "UNIT_ARRIVED",
    "arrived": "UNLOADED",
    "regauging": "GAUGE_END",
    "unloaded": "LOADED",
    "gated_out": "LOADED",
}
"""The step by which a movement, or a unit, goes on its plain way out of each state."""


def _next_of(unit: Unit, settled: bool) -> str:
    last = settled and unit.state in ("arrived", "unloaded", "gated_out")
    return "DELIVERED" if last else NEXT_OF_UNIT[unit.state]


def _paper(state: State, move: Movement) -> Wait:
    """The step that a movement waits for: documents asked, an inspection, a guarantee, and then its release."""
    if move.state == "recovery":
        return _step(state, "guarantee", "reserved", "GUARANTEE_CALLED", move.movement, move)
    kind = NEXT_OF_MOVEMENT[move.state]
    if move.state == "under_control" and not move.finding:
        kind = "INSPECTION_END"
    elif move.state == "assessed_red" and move.override_by:
        kind = "OVERRIDE_CONFIRMED"
    elif kind == "RELEASED" and set(move.asked) - set(move.received):
        kind = "DOC_RECEIVED"
    elif kind == "RELEASED":
        held = state.reservations.get(move.movement, Reservation()).state
        if held in (BIRTH, "released"):
            return _step(state, "guarantee", held, "GUARANTEE_RESERVED", move.movement, move)
    return _step(state, "movement", move.state, kind, move.movement, move)


def _roles(region: str, src: str, kind: str) -> tuple[str, ...]:
    found = {role for row in table().leaving(region, src) if row.kind == kind for role in row.roles}
    return tuple(sorted(found - {"effect", "system"}))


def _step(state: State, region: str, src: str, kind: str, part: str, move: Movement | None = None) -> Wait:
    roles = _roles(region, src, kind)
    known = tuple(name for name, has in state.parties.items() if set(has) & set(roles))
    if "customs" in roles and move is not None:
        first = move.state not in ("released", *STOPPED) or kind in ("ENQUIRY_CLOSED", "GUARANTEE_CALLED")
        known = (*known, (move.departure if first else move.destination).office)
    return Wait(kind, region, part, roles, known)
