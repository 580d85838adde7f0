"""The fold: what an event makes of the state. Nothing is decided here; events are facts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from karvan.ops.decide.state import Hold, Movement, Office, Reservation, Seal, State, Surety, Unit
from karvan.ops.decide.table import BIRTH, table
from karvan.ops.event import Event

Body = Mapping[str, Any]


def fold(consignment: str, events: Iterable[Event]) -> State:
    """The state of a consignment after its events, in the order of their sequence."""
    state = State(consignment)
    for event in events:
        state = evolve(state, event)
    return state


def evolve(state: State, event: Event) -> State:
    """The state after one more event; ValueError where the event is not the next one, or has no transition."""
    if (event.consignment, event.seq) != (state.consignment, state.version + 1):
        wrong = f"event {event.eid} is number {event.seq} of {event.consignment}"
        raise ValueError(f"{wrong}, not {state.version + 1} of {state.consignment}")
    region = table().kinds[event.kind].region
    row = table().next(region, source(state, region, event.body), event.kind, event.body)
    if row is None:
        raise ValueError(f"event {event.eid}: {event.kind} has no transition from the state before it")
    return replace(CHANGES[region](state, event, row.dst), version=event.seq)


def source(state: State, region: str, body: Body) -> str:
    """The state of the region that a body names: ``none`` where it is not there."""
    return SOURCES[region](state, body)


def _live_unit(state: State, body: Body) -> Unit | None:
    unit = state.units.get(body["unit"])
    return unit if unit and unit.state != "delivered" else None


def _custody(state: State, body: Body) -> str:
    unit = _live_unit(state, body)
    return BIRTH if unit is None else "offered" if unit.offered else "held"


def _seal(state: State, body: Body) -> str:
    unit = state.units.get(body["unit"])
    return unit.seal.state if unit else "no unit"


def _reservation(state: State, body: Body) -> str:
    if body["movement"] not in state.movements:
        return "no movement"
    return state.reservations.get(body["movement"], Reservation()).state


SOURCES: Mapping[str, Callable[[State, Body], str]] = {
    "consignment": lambda state, body: state.state,
    "movement": lambda state, body: each.state if (each := state.movements.get(body["movement"])) else BIRTH,
    "guarantee": _reservation,
    "unit": lambda state, body: each.state if (each := state.units.get(body["unit"])) else BIRTH,
    "custody": _custody,
    "pickup": lambda state, body: "held" if _live_unit(state, body) else BIRTH,
    "seal": _seal,
    "hold": lambda state, body: each.state if (each := state.holds.get(body["hold"])) else BIRTH,
}


def _consignment(state: State, event: Event, dst: str) -> State:
    if event.kind == "ANNOUNCED":
        return _joined(state, event.body["party"], event.body["role"])
    owner = event.body.get("owner", event.party)
    state = _joined(replace(state, state=dst, owner=owner), owner, "shipper")
    if event.party != owner:
        state = _joined(state, event.party, "forwarder")
    return _joined(state, event.body["consignee"], "consignee") if "consignee" in event.body else state


def _joined(state: State, party: str, role: str) -> State:
    roles = state.parties.get(party, ())
    return state if role in roles else replace(state, parties={**state.parties, party: (*roles, role)})


def _movement(state: State, event: Event, dst: str) -> State:
    body = event.body
    if event.kind == "MOVEMENT_DRAFTED":
        made = Movement(state=dst, **_typed(body))
        return _joined(replace(state, movements={**state.movements, made.movement: made}), made.holder, "holder")
    was = state.movements[body["movement"]]
    changes = MARKS[event.kind](was, event) if event.kind in MARKS else {}
    if event.kind == "LODGED":
        state = replace(state, reach=tuple(dict.fromkeys((*state.reach, *was.territories))))
    return replace(state, movements={**state.movements, was.movement: replace(was, state=dst, **changes)})


def _typed(body: Body) -> dict[str, Any]:
    """The fields of a movement, as the state holds them, from the plain values of a body."""
    typed: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in body.items()}
    for key in ("departure", "destination"):
        if key in typed:
            typed[key] = Office(**typed[key])
    if "transit" in typed:
        typed["transit"] = tuple(Office(**each) for each in typed["transit"])
    if "limit_date" in typed:
        typed["limit_date"] = date.fromisoformat(typed["limit_date"])
    return typed


MARKS: Mapping[str, Callable[[Movement, Event], dict[str, Any]]] = {
    "AMENDED": lambda was, event: _typed(event.body),
    "ACCEPTED": lambda was, event: {"mrn": event.body["mrn"]},
    "ASSESSED": lambda was, event: {"lane": event.body["lane"]},
    "DOC_REQUESTED": lambda was, event: {"asked": (*was.asked, event.body["document"])},
    "DOC_RECEIVED": lambda was, event: {"received": (*was.received, event.body["document"])},
    "INSPECTION_END": lambda was, event: {"finding": event.body["finding"]},
    "OVERRIDE_PROPOSED": lambda was, event: {"override_by": event.person},
    "LEG_STARTED": lambda was, event: {"passed": (*was.passed, event.body["office"]["office"])},
    "DIVERTED": lambda was, event: {"destination": Office(**event.body["office"])},
}
"""What an event marks on a movement besides its state."""


def _guarantee(state: State, event: Event, dst: str) -> State:
    body = event.body
    held = state.reservations.get(body["movement"], Reservation())
    if event.kind == "GUARANTEE_RESERVED":
        held = Reservation(dst, body["guarantee"], body["guarantor"], body["amount_usd_cents"])
        state = _joined(state, held.guarantor, "guarantor")
    elif event.kind == "GUARANTEE_WAIVED":
        held = Reservation(dst, basis=body["basis"])
    else:
        held = replace(held, state=dst)
    return replace(state, reservations={**state.reservations, body["movement"]: held})


def _unit(state: State, event: Event, dst: str) -> State:
    body = event.body
    if event.kind == "UNIT_ADDED":
        made = Unit(body["unit"], dst, body["place"], "", state.owner, "", state.owner)
        return _with(state, made)
    unit = state.units[body["unit"]]
    place = "" if event.kind == "DEPARTED" else body["place"]
    parent = body.get("parent", "" if event.kind in ("UNLOADED", "GATE_IN", "DELIVERED") else unit.parent)
    return _with(state, replace(unit, state=dst, place=place, parent=parent))


def _with(state: State, unit: Unit) -> State:
    return replace(state, units={**state.units, unit.unit: unit})


def _passes(state: State, event: Event, dst: str) -> State:
    unit = state.units[event.body["unit"]]
    match event.kind:
        case "HANDED_OVER":
            unit = replace(unit, offered=event.body["to"])
        case "TAKEN_OVER":
            unit = replace(unit, custodian=unit.offered, offered="")
        case "OFFER_WITHDRAWN":
            unit = replace(unit, offered="")
        case "PICKUP_PASSED":
            unit = replace(unit, pickup=event.body["to"])
    return _with(state, unit)


def _sealed(state: State, event: Event, dst: str) -> State:
    unit = state.units[event.body["unit"]]
    return _with(state, replace(unit, seal=Seal(dst, event.body["issuer"], event.body["number"])))


def _hold(state: State, event: Event, dst: str) -> State:
    body = event.body
    if event.kind == "HOLD_PLACED":
        made = Hold(
            body["hold"], dst, body["kind"], body["authority"], tuple(body["territories"]), body["basis"], event.person
        )
        return replace(state, holds={**state.holds, made.hold: made})
    return replace(state, holds={**state.holds, body["hold"]: replace(state.holds[body["hold"]], state=dst)})


CHANGES: Mapping[str, Callable[[State, Event, str], State]] = {
    "consignment": _consignment,
    "movement": _movement,
    "guarantee": _guarantee,
    "unit": _unit,
    "custody": _passes,
    "pickup": _passes,
    "seal": _sealed,
    "hold": _hold,
}


def evolve_surety(surety: Surety, event: Event) -> Surety:
    """A guarantee after one more event of its own; ValueError where the event is not the next one, or has no transition."""
    row = table().next("surety", surety.state, event.kind, event.body)
    if row is None or (event.consignment, event.seq) != (surety.guarantee, surety.version + 1):
        raise ValueError(f"event {event.eid}: {event.kind} does not follow the state of guarantee {surety.guarantee}")
    known = {each.name for each in fields(Surety)}
    changes: dict[str, Any] = {key: value for key, value in event.body.items() if key in known}
    for key in ("since", "until"):
        if key in changes:
            changes[key] = date.fromisoformat(changes[key])
    if event.kind == "GUARANTEE_REGISTERED":
        changes["guarantor"] = event.party
    return replace(surety, state=row.dst, version=event.seq, **changes)


def bind(surety: Surety, event: Event) -> Surety:
    """A guarantee after an event of a consignment that names it: what is reserved is bound, what is released is free."""
    if event.body.get("guarantee") != surety.guarantee:
        return surety
    sign = {"GUARANTEE_RESERVED": 1, "GUARANTEE_RELEASED": -1}.get(event.kind, 0)
    return replace(surety, bound_usd_cents=surety.bound_usd_cents + sign * event.body.get("amount_usd_cents", 0))
