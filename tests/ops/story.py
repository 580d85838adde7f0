"""A consignment brought as far as a test needs, each step by who may do it."""

from datetime import datetime, timedelta
from typing import Any

from karvan.ops.decide import Actor, Command, Refusal, State
from karvan.ops.event import Event
from ops import cast
from ops.service import Service

UNIT = "CSQU3054383"


class Story:
    """A service with one consignment; ``do`` must be done, ``refused`` must not."""

    def __init__(self) -> None:
        self.service, self.now, self._count = Service(cast.RULES), cast.NOW, 0
        self.do("CONSIGNMENT_CREATED", cast.SHIPPER)
        for actor in (cast.RAILWAY, cast.FERRY, cast.PORT, cast.TERMINAL, cast.HAULIER, cast.AGENCY, cast.GUARANTOR):
            self.do("ANNOUNCED", cast.SHIPPER, party=actor.party, role=actor.role)
        self.do("UNIT_ADDED", cast.SHIPPER, unit=UNIT, place="KZKGS")
        self.do("GUARANTEE_REGISTERED", cast.GUARANTOR, subject="g1", **cast.registered())

    @property
    def state(self) -> State:
        """The state of the consignment."""
        return self.service.states["c1"]

    def ask(
        self, kind: str, actor: Actor, /, *, subject: str = "c1", at: datetime | None = None, why: str = "", **body: Any
    ) -> tuple[Event, ...] | Refusal:
        self._count += 1
        command = Command(f"s{self._count}", subject, kind, at or self.now, body, why)
        answer = self.service.do(command, self.now, actor)
        assert answer is not None
        return answer

    def do(self, kind: str, actor: Actor, /, **given: Any) -> tuple[Event, ...]:
        answer = self.ask(kind, actor, **given)
        assert not isinstance(answer, Refusal), answer
        return answer

    def refused(self, kind: str, actor: Actor, /, **given: Any) -> Refusal:
        before = len(self.service.log)
        answer = self.ask(kind, actor, **given)
        assert isinstance(answer, Refusal) and len(self.service.log) == before, answer
        return answer

    def lodged(self, name: str = "m1", **changes: Any) -> "Story":
        self.do("MOVEMENT_DRAFTED", cast.DECLARANT, **cast.movement(name, **changes))
        self.do("LODGED", cast.DECLARANT, movement=name)
        return self

    def assessed(self, lane: str = "green", name: str = "m1", officer: Actor = cast.KZ, **changes: Any) -> "Story":
        self.lodged(name, **changes)
        self.do("ACCEPTED", officer, movement=name, mrn=f"27KZ{sum(map(ord, name)):014d}")
        self.do("ASSESSED", officer, movement=name, lane=lane)
        return self

    def reserved(self, cents: int = 100_000, name: str = "m1") -> "Story":
        self.do("GUARANTEE_RESERVED", cast.GUARANTOR, movement=name, guarantee="g1", amount_usd_cents=cents)
        return self

    def released(self, **changes: Any) -> "Story":
        self.assessed(**changes).reserved().do("RELEASED", cast.KZ, movement="m1", basis="code 1")
        return self

    def arrived(self) -> "Story":
        self.released().do("ARRIVED_AT_EXIT", cast.HOLDER, movement="m1")
        return self

    def later(self, **ago: float) -> "Story":
        self.now += timedelta(**ago)
        return self
