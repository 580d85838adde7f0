"""What an event changes in the tables beside its own row: the statements, in their order."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from karvan.ops.decide.state import Movement, State, Surety
from karvan.ops.decide.table import table
from karvan.ops.event import Event

Statement = tuple[str, dict[str, Any]]


def rows(before: State, after: State, event: Event) -> Iterator[Statement]:
    """The statements that bring the tables from the state before an event to the state after it."""
    if event.kind == "CONSIGNMENT_CREATED":
        yield (
            "insert into consignment values (%(consignment)s, %(owner)s, 1, '{}')",
            {"consignment": after.consignment, "owner": after.owner},
        )
    for party, roles in after.parties.items():
        for role in set(roles) - set(before.parties.get(party, ())):
            yield "insert into part values (%(consignment)s, %(party)s, %(role)s)", _of(event, party=party, role=role)
    for territory in after.reach[len(before.reach) :]:
        yield "insert into reach values (%(consignment)s, %(territory)s)", _of(event, territory=territory)
    make = REGIONS.get(table().kinds[event.kind].region)
    if make is not None:
        yield from make(after, event)


def _of(event: Event, **more: Any) -> dict[str, Any]:
    return {"consignment": event.consignment, "eid": event.eid, "at": event.recorded, **event.body, **more}


def _movement(state: State, event: Event) -> Iterator[Statement]:
    move = state.movements[event.body["movement"]]
    yield UPSERT_MOVEMENT, _movement_row(state.consignment, move)
    if event.kind == "RELEASED":
        yield INSERT_RELEASE, _of(event, posting=event.posting)
    if event.kind == "INVALIDATED":
        yield (
            "update release set revoked_at = %(at)s "
            "where consignment = %(consignment)s and movement = %(movement)s and revoked_at is null",
            _of(event),
        )


UPSERT_MOVEMENT = """
insert into movement (consignment, movement, state, ord, regime, origin, destination, mode, carrier, office, place,
  last_place, units, duty_usd_cents, limit_date, mrn)
values (%(consignment)s, %(movement)s, %(state)s, %(ord)s, %(regime)s, %(origin)s, %(destination)s, %(mode)s, %(carrier)s,
  %(office)s, %(place)s, %(last_place)s, %(units)s, %(duty_usd_cents)s, %(limit_date)s, %(mrn)s)
on conflict (consignment, movement) do update set state = excluded.state, destination = excluded.destination,
  last_place = excluded.last_place, units = excluded.units, duty_usd_cents = excluded.duty_usd_cents,
  limit_date = excluded.limit_date, mrn = excluded.mrn"""
INSERT_RELEASE = """
insert into release (release, consignment, movement, reservation, posting, basis, released_at)
values (%(eid)s, %(consignment)s, %(movement)s, coalesce((select reservation from reservation where
  consignment = %(consignment)s and movement = %(movement)s and state in ('reserved', 'waived')), ''), %(posting)s,
  %(basis)s, %(at)s)"""


def _movement_row(consignment: str, move: Movement) -> dict[str, Any]:
    same = ("movement", "state", "regime", "mode", "carrier", "duty_usd_cents", "limit_date")
    return {
        "consignment": consignment,
        **{name: getattr(move, name) for name in same},
        "ord": move.order,
        "origin": move.departure.territory,
        "destination": move.destination.territory,
        "office": move.departure.office,
        "place": move.departure.place,
        "last_place": move.destination.place,
        "units": list(move.units),
        "mrn": move.mrn or None,
    }


def _guarantee(state: State, event: Event) -> Iterator[Statement]:
    if event.kind == "GUARANTEE_RESERVED":
        yield (
            "insert into reservation (reservation, consignment, movement, state, guarantee, amount_usd_cents) "
            "values (%(eid)s, %(consignment)s, %(movement)s, 'reserved', %(guarantee)s, %(amount_usd_cents)s)",
            _of(event),
        )
    elif event.kind == "GUARANTEE_WAIVED":
        yield (
            "insert into reservation (reservation, consignment, movement, state, basis) "
            "values (%(eid)s, %(consignment)s, %(movement)s, 'waived', %(basis)s)",
            _of(event),
        )
    elif event.kind in ("GUARANTEE_RELEASED", "GUARANTEE_CALLED"):
        yield (
            "update reservation set state = %(state)s "
            "where consignment = %(consignment)s and movement = %(movement)s and state = 'reserved'",
            _of(event, state=state.reservations[event.body["movement"]].state),
        )


def _unit(state: State, event: Event) -> Iterator[Statement]:
    unit = state.units[event.body["unit"]]
    row = _of(event, state=unit.state, parent=unit.parent, pickup=unit.pickup, place=unit.place, party=unit.custodian)
    if event.kind == "UNIT_ADDED":
        yield (
            "insert into unit (consignment, unit, state, pickup) values (%(consignment)s, %(unit)s, 'expected', %(pickup)s)",
            row,
        )
        yield INSERT_PLACE, row
        yield INSERT_CUSTODY, row
        return
    picked = ", picked_by = %(carrier)s" if event.kind == "GATE_OUT" else ""
    yield (
        f"update unit set state = %(state)s, parent = %(parent)s{picked} "
        "where consignment = %(consignment)s and unit = %(unit)s",
        row,
    )
    if event.kind in ("DEPARTED", "DELIVERED"):
        yield CLOSE_PLACE, row
    if event.kind == "UNIT_ARRIVED":
        yield INSERT_PLACE, row
    if event.kind == "DELIVERED":
        yield CLOSE_CUSTODY, row


INSERT_PLACE = (
    "insert into place_of (consignment, unit, place, since) values (%(consignment)s, %(unit)s, %(place)s, %(at)s)"
)
INSERT_CUSTODY = (
    "insert into custody (consignment, unit, party, since) values (%(consignment)s, %(unit)s, %(party)s, %(at)s)"
)
CLOSE_PLACE = (
    "update place_of set until = %(at)s where consignment = %(consignment)s and unit = %(unit)s and until is null"
)
CLOSE_CUSTODY = (
    "update custody set until = %(at)s where consignment = %(consignment)s and unit = %(unit)s and until is null"
)


def _custody(state: State, event: Event) -> Iterator[Statement]:
    if event.kind == "TAKEN_OVER":
        row = _of(event, party=state.units[event.body["unit"]].custodian)
        yield CLOSE_CUSTODY, row
        yield INSERT_CUSTODY, row


def _pickup(state: State, event: Event) -> Iterator[Statement]:
    yield "update unit set pickup = %(to)s where consignment = %(consignment)s and unit = %(unit)s", _of(event)


def _seal(state: State, event: Event) -> Iterator[Statement]:
    if event.kind == "SEAL_AFFIXED":
        yield (
            "insert into seal (seal, consignment, unit, issuer, number, live) "
            "values (%(eid)s, %(consignment)s, %(unit)s, %(issuer)s, %(number)s, true)",
            _of(event),
        )
    elif state.units[event.body["unit"]].seal.state in ("broken", "removed"):
        yield (
            "update seal set live = false where consignment = %(consignment)s and unit = %(unit)s and live",
            _of(event),
        )


def _hold(state: State, event: Event) -> Iterator[Statement]:
    if event.kind == "HOLD_PLACED":
        yield (
            "insert into hold (consignment, hold, kind, authority, placed_by) "
            "values (%(consignment)s, %(hold)s, %(kind)s, %(authority)s, %(person)s)",
            _of(event, person=event.person),
        )
    else:
        yield (
            "update hold set lifted_by = %(person)s where consignment = %(consignment)s and hold = %(hold)s",
            _of(event, person=event.person),
        )


REGIONS: Mapping[str, Callable[[State, Event], Iterator[Statement]]] = {
    "movement": _movement,
    "guarantee": _guarantee,
    "unit": _unit,
    "custody": _custody,
    "pickup": _pickup,
    "seal": _seal,
    "hold": _hold,
}


def surety_rows(surety: Surety, event: Event) -> Iterator[Statement]:
    """The statements of an event of a guarantee itself."""
    row = {
        name: getattr(surety, name)
        for name in (
            "guarantee",
            "version",
            "state",
            "kind",
            "guarantor",
            "holder",
            "limit_usd_cents",
            "since",
            "until",
        )
    }
    if event.kind == "GUARANTEE_REGISTERED":
        names = ", ".join(row)
        yield f"insert into surety ({names}) values ({', '.join(f'%({name})s' for name in row)})", row
    else:
        yield (
            "update surety set version = %(version)s, state = %(state)s, limit_usd_cents = %(limit_usd_cents)s "
            "where guarantee = %(guarantee)s",
            row,
        )
