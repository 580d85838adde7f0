"""A story in the database: the same words as ``Story``, each consignment and unit under names of its own."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from karvan.ops.decide import Actor, Command, Refusal, State
from karvan.ops.event import Event
from karvan.ops.store import Outcome, Store
from ops import cast
from ops.story import Story


class Kept(Story):
    """A story whose service is the store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.tag = uuid4().hex[:10]
        super().__init__()

    @property
    def name(self) -> str:
        """The consignment's own name."""
        return self.own("c1")

    @property
    def state(self) -> State:
        state = self.store.state(self.name, cast.SYSTEM)
        assert state is not None
        return state

    def own(self, value: Any) -> Any:
        """A name of the story as it stands in the database."""
        if isinstance(value, (list, tuple)):
            return [self.own(each) for each in value]
        return f"{value}-{self.tag}" if value in OWN else value

    def command(
        self, kind: str, /, *, subject: str = "c1", at: datetime | None = None, why: str = "", **body: Any
    ) -> Command:
        self._count += 1
        body = {key: self.own(value) if key in NAMES else value for key, value in body.items()}
        if "mrn" in body:
            body["mrn"] = f"27KZ{abs(hash((self.tag, body['mrn']))) % 10**14:014d}"
        now = cast.NOW if self.now == cast.NOW else self.now
        return Command(f"{self.tag}-{self._count}", self.own(subject), kind, at or now, body, why)

    def outcome(self, kind: str, actor: Actor, /, **given: Any) -> Outcome:
        return self.store.do(self.command(kind, **given), actor)

    def ask(self, kind: str, actor: Actor, /, **given: Any) -> tuple[Event, ...] | Refusal:  # type: ignore[override]
        outcome = self.outcome(kind, actor, **given)
        return outcome.refusal or outcome.events

    def refused(self, kind: str, actor: Actor, /, **given: Any) -> Refusal:
        answer = self.ask(kind, actor, **given)
        assert isinstance(answer, Refusal), answer
        return answer


OWN = frozenset({"c1", "c2", "g1", "g2", "CSQU3054383", "TEXU1", "s1"})
NAMES = frozenset({"unit", "units", "guarantee", "number"})
