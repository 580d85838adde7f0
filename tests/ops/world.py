"""A seeded world: ten parties and their officers send commands over a bad network to a service that crashes.

Messages are dropped, repeated, reordered and delayed; the service dies before or after a commit and starts again from its
log. Each command that the service meets first is put to the reference model too; both must answer and stand the same.
"""

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from karvan.ops.decide import Actor, Command, Refusal, State, decide
from karvan.ops.decide.evolve import source
from karvan.ops.decide.table import BIRTH, table
from ops import cast, drawing
from ops.drawing import BY_ROLE, MOVES, UNITS
from ops.model import Model
from ops.service import Service

CONS = ("c1", "c2")


class World:
    """One seed's world; ``step`` by ``step``."""

    def __init__(self, seed: int, service: Service | None = None) -> None:
        self.random = Random(seed)
        self.now = cast.NOW
        self.service, self.model = service or Service(cast.RULES), Model(waived=("rail-eaeu",))
        self.sent: list[tuple[Command, Actor]] = []
        self.done = self.refused = 0
        self._count = 0
        for subject, kind, actor, body in self._opening():
            self._meet(self._command(subject, kind, body), actor)

    def _opening(self) -> list[tuple[str, str, Actor, dict[str, Any]]]:
        limit = self.random.choice((150_000, 1_000_000))
        made = [("g1", "GUARANTEE_REGISTERED", cast.GUARANTOR, cast.registered(limit, "2027-03-15"))]
        for name in CONS:
            made.append((name, "CONSIGNMENT_CREATED", self.random.choice((cast.SHIPPER, cast.RIVAL)), {}))
            for actor in (cast.RAILWAY, cast.FERRY, cast.PORT, cast.TERMINAL, cast.DECLARANT, cast.GUARANTOR):
                owner = next(each[2] for each in made if each[0] == name)
                made.append((name, "ANNOUNCED", owner, {"party": actor.party, "role": actor.role}))
        return made

    def step(self) -> None:
        """One turn: something is sent, lost, repeated or late; perhaps the service dies."""
        chance, random = self.random.random(), self.random
        if chance < 0.06 and self.sent:  # a repeat, of the last or of an old one
            self._meet(*random.choice(self.sent[-20:]))
            return
        self.now += timedelta(minutes=random.choice((1, 5, 30, 240)))
        command, actor = self._draw()
        if chance < 0.10:  # dropped on the way; half are sent again by their client
            if random.random() < 0.5:
                self.sent.append((command, actor))
            return
        if chance < 0.16:  # overtaken: another comes first
            other = self._draw()
            self._meet(*other)
        crash = "before" if chance > 0.98 else "after" if chance > 0.95 else ""
        self._meet(command, actor, crash)
        if crash:
            self._meet(command, actor)

    def end(self) -> None:
        """What holds of the whole log: it gives the state back, and nothing is live twice."""
        before = dict(self.service.states), dict(self.service.sureties)
        self.service.restart()
        assert before == (self.service.states, self.service.sureties)
        assert len({event.eid for event in self.service.log}) == len(self.service.log)
        bound = dict.fromkeys(self.service.sureties, 0)
        seals: list[tuple[str, str]] = []
        units: list[str] = []
        for state in self.service.states.values():
            for held in state.reservations.values():
                if held.state in ("reserved", "called"):
                    bound[held.guarantee] += held.amount_usd_cents
            units += [each.unit for each in state.units.values() if each.state != "delivered"]
            live = [each.seal for each in state.units.values() if each.seal.state in ("affixed", "intact")]
            seals += [(each.issuer, each.number) for each in live]
        assert len(set(units)) == len(units) and len(set(seals)) == len(seals)
        for name, surety in self.service.sureties.items():
            assert surety.bound_usd_cents == bound[name] <= surety.limit_usd_cents

    def _meet(self, command: Command, actor: Actor, crash: str = "") -> None:
        new = (actor.party, command.eid) not in self.service.outcomes and crash != "before"
        before = len(self.service.log)
        answer = self.service.do(command, self.now, actor, crash)
        self.sent.append((command, actor))
        if new:
            said = self.model.ask(command, self.now, actor)
            answer = self.service.outcomes[actor.party, command.eid]
            assert said == (not isinstance(answer, Refusal)), (command, actor, answer, said)
            self.done, self.refused = self.done + said, self.refused + (not said)
            if command.subject in self.service.states:
                assert told(self.service.states[command.subject]) == modelled(self.model.cons[command.subject])
            for name, surety in self.service.sureties.items():
                theirs = self.model.sureties[name]
                assert (surety.bound_usd_cents, surety.limit_usd_cents) == (theirs["bound"], theirs["limit_usd_cents"])
        else:
            assert len(self.service.log) == before, "a repeat or a crash before the commit left events"
            assert answer is None or answer == self.service.outcomes[actor.party, command.eid]

    def _command(self, subject: str, kind: str, body: dict[str, Any]) -> Command:
        self._count += 1
        random = self.random
        ago = random.choice((0, 0, 0, 0, 0, 1, 7, 30, 80, -0.02, -1))
        why = random.choice(("", "because", "because", "because"))
        return Command(f"e{self._count}", subject, kind, self.now - timedelta(hours=ago), body, why)

    def _draw(self) -> tuple[Command, Actor]:
        """A command; two in three are the first of eight that would be done now, so that consignments get far."""
        drawn = self._guess()
        tries = 8 if self.random.random() < 0.66 else 0
        while tries and self._refused(*drawn):
            tries, drawn = tries - 1, self._guess()
        return drawn

    def _refused(self, command: Command, actor: Actor) -> bool:
        state = self.service.states.get(command.subject, State(command.subject))
        return isinstance(decide(state, command, self.now, actor, self.service.shared(state, command)), Refusal)

    def _guess(self) -> tuple[Command, Actor]:
        """A command that the table has from the present state, by an actor of a fitting role; one in ten is anything."""
        random = self.random
        if random.random() < 0.02:
            kind = random.choice(("GUARANTEE_REGISTERED", "GUARANTEE_LIMITED", "GUARANTEE_REVOKED"))
            kind = "GUARANTEE_LIMITED" if kind == "GUARANTEE_REVOKED" and random.random() < 0.8 else kind
            name = random.choice(("g1", "g1", "g2"))
            limit = random.choice((50_000, 150_000, 300_000))
            body = cast.registered(limit) if kind == "GUARANTEE_REGISTERED" else {"limit_usd_cents": limit}
            return self._command(name, kind, {} if kind == "GUARANTEE_REVOKED" else body), random.choice(
                (cast.GUARANTOR, cast.GUARANTOR, cast.SHIPPER, replace(cast.GUARANTOR, party="other"))
            )
        subject = random.choice(CONS)
        state = self.service.states.get(subject, State(subject))
        region = random.choice(("movement",) * 10 + ("unit",) * 4 + ("guarantee",) * 3 + tuple(REST))
        named = {
            "movement": random.choice(MOVES),
            "unit": random.choice(UNITS),
            "hold": random.choice(self._holds(state)),
        }
        rows = table().leaving(region, source(state, region, named))
        if not rows or random.random() < 0.08:
            rows = tuple(row for row in table().transitions if row.region == region)
        rows = tuple(
            row for row in rows if "effect" not in row.roles and (row.kind not in RARE or random.random() < 0.06)
        )
        if not rows:
            return self._guess()
        onward = [row for row in rows if row.kind in ONWARD]
        row = random.choice(onward if onward and random.random() < 0.4 else rows)
        actor = random.choice(BY_ROLE[random.choice(sorted(row.roles))])
        if random.random() < 0.08:
            actor = random.choice(cast.ALL)
        elif actor.role == "customs" and random.random() < 0.8:
            actor = drawing.officer(self.random, state, named["movement"], row.kind)
        elif random.random() < 0.6:
            actor = drawing.trader(state, named["unit"], actor)
        body = drawing.body(self.random, self.now, state, row.kind, named)
        return self._command(subject, row.kind, {**body, **(dict([row.when]) if row.when else {})}), actor

    def _holds(self, state: State) -> list[str]:
        return [*[each.hold for each in state.open_holds()], f"h{self.random.randrange(6)}"]


RARE = frozenset(
    ["CANCELLED", "INVALIDATED", "REFUSED", "REJECTED", "OFFER_WITHDRAWN", "HOLD_PLACED", "ANNOUNCED", "AMENDED"]
)
ONWARD = frozenset(
    ["GUARANTEE_RESERVED", "OVERRIDE_CONFIRMED", "RELEASED", "UNLOADING_PERMITTED", "UNLOADING_REMARKED", "DISCHARGED"]
)
REST = ("custody", "custody", "custody", "seal", "hold", "hold", "pickup", "consignment")


def told(state: State) -> dict[str, Any]:
    """What the state says, in plain values."""
    return {
        "n": state.version,
        "parties": {party: set(roles) for party, roles in state.parties.items()},
        "moves": {
            each.movement: (
                each.state,
                each.destination.office,
                each.duty_usd_cents,
                set(each.asked),
                set(each.received),
            )
            for each in state.movements.values()
        },
        "held": {name: each.state for name, each in state.reservations.items() if each.state != BIRTH},
        "units": {
            each.unit: (each.state, each.place, each.custodian, each.offered, each.pickup, each.seal.state)
            for each in state.units.values()
        },
        "holds": {each.hold for each in state.open_holds()},
    }


def modelled(con: dict[str, Any]) -> dict[str, Any]:
    """What the model says, in the same plain values."""
    return {
        "n": con["n"],
        "parties": con["parties"],
        "moves": {
            n: (m["state"], m["dst"]["office"], m["duty"], m["asked"], m["got"]) for n, m in con["moves"].items()
        },
        "held": {name: each["state"] for name, each in con["held"].items()},
        "units": {
            n: (u["state"], u["place"], u["keeper"], u["to"], u["pick"], u["sealed"]) for n, u in con["units"].items()
        },
        "holds": {name for name, each in con["holds"].items() if each["open"]},
    }
