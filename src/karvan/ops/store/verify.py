"""The log judged against itself and against every table: nothing altered, and each table what the log makes of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from json import dumps
from typing import Any, cast

from psycopg import Connection
from psycopg.rows import dict_row
from pydantic import TypeAdapter

from karvan.ops.decide import State, Surety, bind, evolve, evolve_surety
from karvan.ops.decide.table import table
from karvan.ops.event import Event
from karvan.ops.log.chain import breaks
from karvan.ops.log.checkpoint import Head
from karvan.ops.store import sealed

EVENT = TypeAdapter(Event)
STATE = TypeAdapter(State)
Rows = dict[str, set[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Verified:
    """How many events of how many subjects were judged, and every fault found, each naming its subject and place."""

    events: int
    subjects: int
    faults: tuple[str, ...]


def verify(connection: Connection, seen: Iterable[Head] = ()) -> Verified:
    """Replays the whole log in one snapshot, over a connection of the database's owner.

    Checks each subject's chain (no number missing, each hash that of its event and of the one before), replays its state,
    and compares the replay with every table of the service; rebuilds the tree of the sealed log, and compares it with every
    signed head and with ``seen``, heads that witnesses have kept: these alone show a log that was cut or written anew whole.
    """
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        faults: list[str] = []
        expected: Rows = {name: set() for name in TABLES}
        sureties: dict[str, Surety] = {}
        bound: list[Event] = []
        count = subjects = 0
        for subject, events in groupby(log(connection), key=lambda event: event.consignment):
            told = list(events)
            count, subjects = count + len(told), subjects + 1
            faults += breaks(told)
            try:
                if table().kinds[told[0].kind].region == "surety":
                    sureties[subject] = _surety(subject, told)
                else:
                    for name, rows in _rows(_replayed(subject, told), told).items():
                        expected[name] |= rows
            except (ValueError, KeyError, TypeError) as error:
                faults.append(f"{subject}: the log cannot be replayed: {error}")
            bound += [event for event in told if event.body.get("guarantee")]
        for event in bound:
            name = event.body["guarantee"]
            if name in sureties:
                sureties[name] = bind(sureties[name], event)
        expected["surety"] = {_surety_row(each) for each in sureties.values()}
        faults += _compared(connection, expected)
        faults += sealed.faults(connection, seen)
    return Verified(count, subjects, tuple(faults))


def log(connection: Connection) -> Iterator[Event]:
    """All events, subject by subject, in their order."""
    names = ", ".join(Event.__dataclass_fields__)
    with connection.cursor("log", row_factory=dict_row) as cursor:
        cursor.itersize = 5000
        cursor.execute(cast(Any, f"select {names} from karvan.event order by consignment, seq"))
        for row in cursor:
            yield EVENT.validate_python(row)


def _replayed(subject: str, events: Iterable[Event]) -> State:
    state = State(subject)
    for event in events:
        state = evolve(state, event)
    return state


def _surety(subject: str, events: Iterable[Event]) -> Surety:
    surety = Surety(subject)
    for event in events:
        surety = evolve_surety(surety, event)
    return surety


def _surety_row(surety: Surety) -> tuple[Any, ...]:
    return (surety.guarantee, surety.version, surety.state, surety.limit_usd_cents, surety.bound_usd_cents)


def _rows(state: State, events: Iterable[Event]) -> Rows:
    """What each table must hold of a consignment."""
    name = state.consignment
    live = [unit for unit in state.units.values() if unit.state != "delivered"]
    backed = ("reserved", "called", "waived")
    released: set[str] = set()
    for event in events:
        if event.kind in ("RELEASED", "INVALIDATED"):
            (released.add if event.kind == "RELEASED" else released.discard)(event.body["movement"])
    return {
        "consignment": {(name, state.owner, state.version, _text(state))},
        "part": {(name, party, role) for party, roles in state.parties.items() for role in roles},
        "reach": {(name, territory) for territory in state.reach},
        "movement": {
            (name, each.movement, each.state, each.mrn or None, each.duty_usd_cents, each.destination.place, each.units)
            for each in state.movements.values()
        },
        "reservation": {
            (name, movement, held.state, held.guarantee or None, held.amount_usd_cents)
            for movement, held in state.reservations.items()
            if held.state in backed
        },
        "release": {(name, movement) for movement in released},
        "hold": {(name, each.hold, each.kind, each.state == "open") for each in state.holds.values()},
        "unit": {(name, each.unit, each.state, each.parent, each.pickup) for each in state.units.values()},
        "place_of": {(name, each.unit, each.place) for each in live if each.place},
        "custody": {(name, each.unit, each.custodian) for each in live},
        "seal": {
            (name, each.unit, each.seal.issuer, each.seal.number)
            for each in state.units.values()
            if each.seal.state in ("affixed", "intact")
        },
    }


TABLES: Mapping[str, str] = {
    "consignment": "select consignment, owner, version, state from karvan.consignment",
    "part": "select * from karvan.part",
    "reach": "select * from karvan.reach",
    "movement": "select consignment, movement, state, mrn, duty_usd_cents, last_place, units from karvan.movement",
    "reservation": "select consignment, movement, state, guarantee, amount_usd_cents from karvan.reservation "
    "where state <> 'released'",
    "release": "select consignment, movement from karvan.release where revoked_at is null",
    "hold": "select consignment, hold, kind, lifted_by is null from karvan.hold",
    "unit": "select consignment, unit, state, parent, pickup from karvan.unit",
    "place_of": "select consignment, unit, place from karvan.place_of where until is null",
    "custody": "select consignment, unit, party from karvan.custody where until is null",
    "seal": "select consignment, unit, issuer, number from karvan.seal where live",
    "surety": "select guarantee, version, state, limit_usd_cents, bound_usd_cents from karvan.surety",
}
"""Every table of state, and what of it the log determines."""


def _compared(connection: Connection, expected: Rows) -> Iterator[str]:
    for name, sql in TABLES.items():
        found = {_plain(name, row) for row in connection.execute(cast(Any, sql))}
        for row in sorted(expected[name] - found, key=str):
            yield f"{row[0]}: the log says of {name}: {row[1:]}, the table does not"
        for row in sorted(found - expected[name], key=str):
            yield f"{row[0]}: the table {name} says: {row[1:]}, the log does not"


def _text(state: State) -> str:
    """A state as text, whatever the order in which the database keeps its keys."""
    return dumps(STATE.dump_python(state, mode="json"), sort_keys=True)


def _plain(name: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
    if name == "consignment":
        return (*row[:3], _text(STATE.validate_python(row[3])))
    return tuple(tuple(value) if isinstance(value, list) else value for value in row)
