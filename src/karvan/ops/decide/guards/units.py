"""Guards of units: place, custody, pick-up right, seal."""

from karvan.ops.decide.command import Code, Objection
from karvan.ops.decide.guards.case import Case, no


def unit_free(case: Case) -> Objection | None:
    """The unit travels in no other consignment."""
    return no(Code.UNIT_IN_USE, "/body/unit", "the unit is under way elsewhere") if case.shared.unit_in else None


def same_place(case: Case) -> Objection | None:
    """The unit is at the place that the command names."""
    if case.unit.place == case.body["place"]:
        return None
    return no(Code.ELSEWHERE, "/body/place", f"the unit is at {case.unit.place or 'no place: it is under way'}")


def custody(case: Case) -> Objection | None:
    """The unit is in the actor's custody."""
    return None if case.unit.custodian == case.actor.party else no(Code.CUSTODY, "/body/unit", "another has custody")


def taker_announced(case: Case) -> Objection | None:
    """The taker has a part in the consignment."""
    return None if case.body["to"] in case.state.parties else no(Code.NOT_PARTY, "/body/to", "announce the party first")


def offered_to(case: Case) -> Objection | None:
    """Custody was offered to the actor."""
    return (
        None if case.unit.offered == case.actor.party else no(Code.CUSTODY, "/body/unit", "it was not offered to you")
    )


def holds_right(case: Case) -> Objection | None:
    """The actor has the pick-up right."""
    return (
        None
        if case.unit.pickup == case.actor.party
        else no(Code.NO_PICKUP_RIGHT, "/body/unit", "another has the right")
    )


def pickup_right(case: Case) -> Objection | None:
    """The carrier at the gate has the pick-up right."""
    right = case.unit.pickup == case.body["carrier"]
    return None if right else no(Code.NO_PICKUP_RIGHT, "/body/carrier", "this carrier has no right to pick the unit up")


def current_released(case: Case) -> Objection | None:
    """The movement that binds the unit now is released; or all have ended, and at least one well."""
    unit = case.body["unit"]
    current = case.state.current(unit)
    if current is not None:
        free = current.state == "released" and case.unit.place != current.destination.place
        return None if free else no(Code.NOT_RELEASED, "", f"movement {current.movement} is {current.state}")
    ended = any(each.state == "discharged" and unit in each.units for each in case.state.movements.values())
    return None if ended else no(Code.NOT_RELEASED, "", "no movement clears the unit")


def may_depart(case: Case) -> Objection | None:
    """The unit does not leave the place of its movement's first office before release, nor of its last before discharge."""
    current = case.state.current(case.body["unit"])
    if current is None or case.unit.place not in (current.departure.place, current.destination.place):
        return None
    return current_released(case)


def all_settled(case: Case) -> Objection | None:
    """All movements of the unit have ended, and at least one well."""
    return (
        current_released(case)
        if case.state.current(case.body["unit"]) is None
        else no(Code.NOT_SETTLED, "", "a movement of the unit has not ended")
    )


def seal_free(case: Case) -> Objection | None:
    """The seal's number is on no other unit."""
    return no(Code.SEAL_IN_USE, "/body/number", "this number is in use") if case.shared.seal_on else None


def seal_same(case: Case) -> Objection | None:
    """The seal is the one that is on the unit."""
    seal = case.unit.seal
    if (seal.issuer, seal.number) == (case.body["issuer"], case.body["number"]):
        return None
    return no(Code.SEAL_OTHER, "/body/number", "another seal is on the unit")
