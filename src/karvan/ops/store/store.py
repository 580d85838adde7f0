"""One short transaction a command: the key first, the lock and the version, the guards, the events, the state, the outbox."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from json import dumps
from typing import Any, cast

import psycopg
from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool
from pydantic import TypeAdapter

from karvan.ops.decide import (
    Actor,
    Code,
    Command,
    Objection,
    Refusal,
    Rule,
    Shared,
    State,
    Surety,
    bind,
    decide,
    evolve,
    evolve_surety,
    needs,
)
from karvan.ops.decide.table import table
from karvan.ops.event import Event
from karvan.ops.log.chain import chained
from karvan.ops.store.rows import rows, surety_rows

Row = dict[str, Any]
STATE = TypeAdapter(State)
EVENTS = TypeAdapter(tuple[Event, ...])
REFUSAL = TypeAdapter(Refusal)
TRIES = 5
WAIT = "5s"  # how long a command waits for a lock: for one with its key, or for its consignment


class Stale(Exception):
    """The subject has another version than the client thinks; ``version`` is the present one."""

    def __init__(self, version: int) -> None:
        super().__init__(f"the version is {version}")
        self.version = version


class KeyReused(Exception):
    """The key was used for another request."""


class KeyBusy(Exception):
    """A request with this key, or for this consignment, is still running."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command: its events, or its refusal; ``repeated`` where it was done before under its key."""

    events: tuple[Event, ...] = ()
    refusal: Refusal | None = None
    repeated: bool = False


class Store:
    """The service's memory, over a pool of connections.

    Each call takes the role ``karvan_app`` for its own transaction, and says who asks, for that transaction alone:
    a connection that goes back to the pool remembers nobody.
    """

    def __init__(self, pool: ConnectionPool) -> None:
        self.pool = pool

    def do(self, command: Command, actor: Actor, *, key: str = "", if_match: int | None = None) -> Outcome:
        """Does a command once: a repeat under the same key gives the same outcome and changes nothing.

        The key is the command's ``eid`` where none is given. Raises ``KeyReused`` for another request under the key,
        ``KeyBusy`` where one still runs, ``Stale`` where the version is another than ``if_match``; then nothing is kept.
        """
        left = TRIES
        while True:
            left -= 1
            try:
                with self.pool.connection() as connection, connection.transaction():
                    return _done(connection, command, actor, key or command.eid, if_match)
            except psycopg.errors.LockNotAvailable:
                raise KeyBusy from None
            except (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure):
                if not left:
                    raise
            except psycopg.errors.IntegrityConstraintViolation as error:
                # the clock was stepped within the transaction: once more, by the clock that holds now
                if error.diag.constraint_name != "recorded_by_the_service" or not left:
                    raise

    def state(self, consignment: str, actor: Actor) -> State | None:
        """The state of a consignment, or none where there is none that the actor may see."""
        with entered(self.pool, actor) as connection:
            row = _one(connection, "select state from consignment where consignment = %s", consignment)
            return STATE.validate_python(row["state"]) if row else None

    def now(self) -> datetime:
        """The clock of the service."""
        with self.pool.connection() as connection:
            found = connection.execute("select karvan.service_now()").fetchone()
        assert found is not None
        return cast(datetime, found[0])

    def surety(self, guarantee: str, actor: Actor) -> Surety | None:
        """A guarantee, or none where there is none that the actor may see."""
        with entered(self.pool, actor) as connection:
            row = _one(connection, "select * from surety where guarantee = %s", guarantee)
            return Surety(**row) if row else None

    def events(self, subject: str, actor: Actor, after: int = 0, most: int = 500) -> tuple[Event, ...]:
        """The events of a subject that the actor may see, from a sequence number on."""
        with entered(self.pool, actor) as connection:
            found = _all(
                connection,
                f"select {FIELDS} from event where consignment = %s and seq > %s order by seq limit %s",
                *(subject, after, most),
            )
            return EVENTS.validate_python(found)


FIELDS = ", ".join(Event.__dataclass_fields__)


def _all(connection: Connection, sql: str, *given: Any) -> list[Row]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(cast(Any, sql), given).fetchall()


def _one(connection: Connection, sql: str, *given: Any) -> Row | None:
    found = _all(connection, sql, *given)
    return found[0] if found else None


@contextmanager
def entered(pool: ConnectionPool, actor: Actor) -> Iterator[Connection]:
    """A transaction in which an actor asks, and sees what is the actor's to see."""
    with pool.connection() as connection, connection.transaction():
        enter(connection, actor)
        yield connection


def enter(connection: Connection, actor: Actor) -> datetime:
    """Takes the runtime role and says who asks, both for this transaction alone; gives the clock of the service."""
    first = _one(connection, "select karvan.service_now() as now")
    assert first is not None
    now = cast(datetime, first["now"])
    day = now.date()
    parties = [actor.party, *(each.giver for each in actor.mandates if each.holds(day, ""))]
    post = (
        actor.posting if actor.role in ("customs", "auditor") and actor.posting and actor.posting.holds(day) else None
    )
    known = [] if actor.role in ("customs", "auditor") else parties
    settings = {
        "role": "karvan_app",
        "search_path": "karvan",
        "lock_timeout": WAIT,
        "karvan.party": actor.party,
        "karvan.parties": " ".join(known),
        "karvan.role": actor.role,
        "karvan.territory": post.territory if post else "",
    }
    calls = ", ".join("set_config(%s, %s, true)" for _ in settings)
    connection.execute(cast(Any, f"select {calls}"), [part for pair in settings.items() for part in pair])
    return now


def _done(connection: Connection, command: Command, actor: Actor, key: str, if_match: int | None) -> Outcome:
    now = enter(connection, actor)
    request = _request(command, actor)
    kept = _kept(connection, actor.party, key, request, now)
    if kept is not None:
        return kept
    own = _is_surety(command)
    state = _state(connection, command.subject) if not own else State(command.subject)
    shared = _shared(connection, state, command)
    version = (shared.surety.version if shared.surety else 0) if own else state.version
    if if_match is not None and if_match != version:
        raise Stale(version)
    answer = decide(state, command, now, actor, shared)
    if not isinstance(answer, Refusal):
        answer = _written(connection, state, shared, answer)
    outcome = Outcome(refusal=answer) if isinstance(answer, Refusal) else Outcome(answer)
    connection.execute(
        "update idempotency set answer = %s where party = %s and key = %s", (Jsonb(_told(outcome)), actor.party, key)
    )
    return outcome


def _is_surety(command: Command) -> bool:
    kind = table().kinds.get(command.kind)
    return kind is not None and kind.region == "surety"


def _request(command: Command, actor: Actor) -> str:
    asked = {**asdict(command), "occurred": command.occurred.isoformat(), "person": actor.person, "role": actor.role}
    return sha256(dumps(asked, sort_keys=True, default=str).encode()).hexdigest()


def _kept(connection: Connection, party: str, key: str, request: str, now: datetime) -> Outcome | None:
    """The outcome kept under the key; none where the key is new, and from now on taken."""
    taken = connection.execute(
        "insert into idempotency (party, key, request, at) values (%s, %s, %s, %s) on conflict do nothing",
        (party, key, request, now),
    )
    if taken.rowcount:
        return None
    row = _one(connection, "select request, answer from idempotency where party = %s and key = %s", party, key)
    assert row is not None
    if row["request"] != request:
        raise KeyReused
    told = row["answer"]
    if "refusal" in told:
        return Outcome(refusal=REFUSAL.validate_python(told["refusal"]), repeated=True)
    return Outcome(EVENTS.validate_python(told["events"]), repeated=True)


def _told(outcome: Outcome) -> Row:
    if outcome.refusal is not None:
        return {"refusal": REFUSAL.dump_python(outcome.refusal, mode="json")}
    return {"events": EVENTS.dump_python(outcome.events, mode="json")}


def _state(connection: Connection, consignment: str) -> State:
    row = _one(connection, "select state from consignment where consignment = %s for update", consignment)
    return STATE.validate_python(row["state"]) if row else State(consignment)


def _shared(connection: Connection, state: State, command: Command) -> Shared:
    """What the command needs from beyond, under lock. That numbers, seals and units are used once, the database sees to."""
    asked = needs(state, command)
    surety = None
    if asked.guarantee:
        row = _one(connection, "select * from surety where guarantee = %s for update", asked.guarantee)
        surety = Surety(**row) if row else None
    found = _all(connection, "select * from rule order by rule")
    return Shared(tuple(Rule(**{key: row[key] for key in Rule.__dataclass_fields__}) for row in found), surety)


def _written(
    connection: Connection, state: State, shared: Shared, events: tuple[Event, ...]
) -> tuple[Event, ...] | Refusal:
    """The events as written, chained; or a refusal where the database does not let it be."""
    try:
        with connection.transaction(), connection.pipeline():  # the statements go out together, not each by itself
            return _write(connection, state, shared, events)
    except psycopg.errors.IntegrityError as error:
        code = CODES.get(error.diag.constraint_name or "")
        if code is None:
            raise
        return Refusal((Objection(code[0], code[1], code[2]),))


def _write(connection: Connection, state: State, shared: Shared, events: Sequence[Event]) -> tuple[Event, ...]:
    subject = events[0].consignment
    last = _one(connection, "select hash from event where consignment = %s order by seq desc limit 1", subject)
    previous, written, surety = (last["hash"] if last else ""), [], shared.surety
    for event in events:
        event = chained(event, previous)
        previous = event.hash
        if table().kinds[event.kind].region == "surety":
            surety = evolve_surety(surety or Surety(subject), event)
            statements = list(surety_rows(surety, event))
        else:
            after = evolve(state, event)
            statements, state = list(rows(state, after, event)), after
            surety = bind(surety, event) if surety else None
        for sql, given in statements:
            connection.execute(cast(Any, sql), given)
        _append(connection, event)
        written.append(event)
    if state.version:
        connection.execute(
            "update consignment set version = %s, state = %s where consignment = %s",
            (state.version, Jsonb(STATE.dump_python(state, mode="json")), subject),
        )
    return tuple(written)


def _append(connection: Connection, event: Event) -> None:
    row = {name: getattr(event, name) for name in Event.__dataclass_fields__} | {"body": Jsonb(event.body)}
    values = ", ".join(f"%({name})s" for name in row)
    connection.execute(cast(Any, f"insert into event ({FIELDS}) values ({values})"), row)
    connection.execute("insert into outbox (eid) values (%s)", (event.eid,))


CODES = {
    "consignment_pkey": (Code.EXISTS, "/subject", "it is there already: make another id"),
    "surety_pkey": (Code.EXISTS, "/subject", "it is there already: make another id"),
    "event_pkey": (Code.EXISTS, "/eid", "it is in use: make another"),
    "mrn_once": (Code.MRN_IN_USE, "/body/mrn", "this number is given already"),
    "unit_once": (Code.UNIT_IN_USE, "/body/unit", "the unit is under way elsewhere"),
    "seal_once": (Code.SEAL_IN_USE, "/body/number", "this number is in use"),
    "officer_posted": (Code.POSTING, "", "the officer has no posting in force"),
    "release_posting_fkey": (Code.POSTING, "", "the officer has no posting in force"),
}
"""What the database refuses that a decision cannot know, as an objection. All else that it refuses is a defect."""
