"""The seeded world over PostgreSQL: the store and the reference model do the same, and the log gives every state back."""

from datetime import datetime

import psycopg
import pytest
from psycopg.rows import dict_row

from karvan.ops.decide import Actor, Command, State, Surety, fold
from karvan.ops.store import Store
from ops import cast
from ops.service import Answer, Service
from ops.world import World

SEEDS = 20
STEPS = 60


class Stored(Service):
    """The service of the world, whose memory is the store."""

    def __init__(self, store: Store, url: str) -> None:
        self.store, self.url = store, url
        super().__init__(cast.RULES)

    def do(self, command: Command, now: datetime, actor: Actor, crash: str = "") -> Answer | None:
        key = (actor.party, command.eid)
        if crash == "before":
            return None
        self._owner("update karvan.clock set stopped = %s", now)
        outcome = self.store.do(command, actor)
        assert outcome.repeated == (key in self.outcomes)
        answer = outcome.refusal or outcome.events
        assert self.outcomes.setdefault(key, answer) == answer
        if outcome.events and not outcome.repeated:
            self.log += outcome.events
            state = self.store.state(command.subject, cast.SYSTEM)
            if state is not None:
                self.states[command.subject] = state
            self._guarantees()
        return None if crash else answer

    def restart(self) -> None:
        """The states, folded from the log in the database."""
        subjects = {event.consignment for event in self.log} - {"g1", "g2"}
        self.states = {name: fold(name, self.store.events(name, cast.SYSTEM)) for name in sorted(subjects)}
        self.sureties: dict[str, Surety] = {}
        self._guarantees()

    def _guarantees(self) -> None:
        with psycopg.connect(self.url, row_factory=dict_row) as connection:
            rows = connection.execute("select * from karvan.surety").fetchall()
        self.sureties = {row["guarantee"]: Surety(**row) for row in rows}

    def _owner(self, sql: str, *given: object) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql, given)  # type: ignore[call-overload]


@pytest.fixture
def emptied(ready: str) -> str:
    """The database without a trace of others, and afterwards with the clock of the cast."""
    names = "consignment, part, reach, movement, surety, reservation, release, hold, unit, place_of, custody, seal"
    with psycopg.connect(ready) as connection:
        connection.execute("set session_replication_role = replica; set search_path = karvan")
        connection.execute(f"truncate {names}, event, idempotency, outbox cascade")  # type: ignore[call-overload]
    return ready


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_store_and_the_model_do_the_same(store: Store, emptied: str, seed: int) -> None:
    service = Stored(store, emptied)
    world = World(seed, service)
    for _ in range(STEPS):
        world.step()
    world.end()
    service._owner("update karvan.clock set stopped = %s", cast.NOW)
    assert all(isinstance(state, State) for state in service.states.values()) and world.done > 10
