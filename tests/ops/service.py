"""A service without a database: a durable log and outcomes by key, and states that a crash forgets."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from karvan.ops.decide import (
    Actor,
    Command,
    Refusal,
    Rule,
    Shared,
    State,
    Surety,
    bind,
    decide,
    evolve,
    evolve_surety,
    fold,
    needs,
)
from karvan.ops.decide.table import table
from karvan.ops.event import Event

Answer = tuple[Event, ...] | Refusal


class Service:
    """Decides, and keeps what it decided. ``log`` and ``outcomes`` are on disk; all else is made again from the log."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self.rules = tuple(rules)
        self.log: list[Event] = []
        self.outcomes: dict[tuple[str, str], Answer] = {}
        self.restart()

    def restart(self) -> None:
        """Forgets what is in memory, and makes it again."""
        self.states: dict[str, State] = {}
        self.sureties: dict[str, Surety] = {}
        streams: dict[str, list[Event]] = defaultdict(list)
        for event in self.log:
            streams[event.consignment].append(event)
        for name, events in streams.items():
            if table().kinds[events[0].kind].region == "surety":
                self.sureties[name] = Surety(name)
                for event in events:
                    self.sureties[name] = evolve_surety(self.sureties[name], event)
            else:
                self.states[name] = fold(name, events)
        for event in self.log:
            self._bind(event)

    def do(self, command: Command, now: datetime, actor: Actor, crash: str = "") -> Answer | None:
        """The answer; none where a crash ``before`` or ``after`` the commit swallows it."""
        key = (actor.party, command.eid)
        if key not in self.outcomes:
            state = self.states.get(command.subject, State(command.subject))
            answer = decide(state, command, now, actor, self.shared(state, command))
            if crash == "before":
                self.restart()
                return None
            self._commit(key, answer)
        if crash == "after":
            self.restart()
            return None
        return self.outcomes[key]

    def shared(self, state: State, command: Command) -> Shared:
        """What lies beyond the consignment, by looking at everything."""
        asked = needs(state, command)
        seal, units, mrn = "", "", ""
        for other in self.states.values():
            for unit in other.units.values():
                live = unit.seal.state in ("affixed", "intact")
                seal = unit.unit if live and (unit.seal.issuer, unit.seal.number) == asked.seal else seal
                units = other.consignment if unit.unit == asked.unit and unit.state != "delivered" else units
            mrn = next((each.movement for each in other.movements.values() if each.mrn and each.mrn == asked.mrn), mrn)
        return Shared(self.rules, self.sureties.get(asked.guarantee), seal, units, mrn)

    def _commit(self, key: tuple[str, str], answer: Answer) -> None:
        self.outcomes[key] = answer
        if isinstance(answer, Refusal):
            return
        for event in answer:
            self.log.append(event)
            if table().kinds[event.kind].region == "surety":
                surety = self.sureties.get(event.consignment, Surety(event.consignment))
                self.sureties[event.consignment] = evolve_surety(surety, event)
            else:
                state = self.states.get(event.consignment, State(event.consignment))
                self.states[event.consignment] = evolve(state, event)
            self._bind(event)

    def _bind(self, event: Event) -> None:
        name = event.body.get("guarantee", "")
        if name in self.sureties and event.consignment in self.states:
            self.sureties[name] = bind(self.sureties[name], event)
