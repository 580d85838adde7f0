"""What a guard may look at, and how it objects."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from karvan.ops.decide.command import Actor, Code, Command, Objection
from karvan.ops.decide.state import Movement, Reservation, Shared, State, Unit

TRADERS = frozenset({"shipper", "forwarder", "declarant", "holder"})
BEFORE_RELEASE = frozenset({"lodged", "accepted", "assessed_green", "assessed_yellow", "assessed_red", "under_control"})


@dataclass(frozen=True, slots=True)
class Case:
    """All that a guard may look at: the state, the command with its checked body, the actor, the clock, the rest."""

    state: State
    command: Command
    body: Mapping[str, Any]
    actor: Actor
    now: datetime
    shared: Shared

    @property
    def movement(self) -> Movement:
        """The movement of the body."""
        return self.state.movements[self.body["movement"]]

    @property
    def reservation(self) -> Reservation:
        """What stands behind the movement of the body."""
        return self.state.reservations.get(self.body["movement"], Reservation())

    @property
    def unit(self) -> Unit:
        """The unit of the body."""
        return self.state.units[self.body["unit"]]


Guard = Callable[[Case], Objection | None]


def no(code: Code, pointer: str, message: str) -> Objection:
    """An objection."""
    return Objection(code, pointer, message)
