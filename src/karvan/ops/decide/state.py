"""The state of a consignment: four regions that move on their own (customs movements, guarantees, units, holds), and what
a decision must know from beyond it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from karvan.ops.decide.table import BIRTH


@dataclass(frozen=True, slots=True)
class Office:
    """A customs office: its code, its territory, and the place whose gate it guards."""

    office: str
    territory: str
    place: str


@dataclass(frozen=True, slots=True)
class Movement:
    """A customs movement under a regime, over one or more territories; ``order`` is its turn on the way.

    ``duty_usd_cents`` is the duty at risk, which the guarantee must answer for. ``releases`` counts releases that live.
    """

    movement: str
    state: str
    order: int
    regime: str
    territories: tuple[str, ...]
    departure: Office
    destination: Office
    transit: tuple[Office, ...]
    units: tuple[str, ...]
    holder: str
    mode: str
    carrier: str
    duty_usd_cents: int
    limit_date: date
    mrn: str = ""
    lane: str = ""
    asked: tuple[str, ...] = ()
    received: tuple[str, ...] = ()
    finding: str = ""
    override_by: str = ""
    passed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reservation:
    """What stands behind one movement: none, an amount reserved of a guarantee, or a waiver with its basis."""

    state: str = BIRTH
    guarantee: str = ""
    guarantor: str = ""
    amount_usd_cents: int = 0
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal on a unit; a number is of its issuer."""

    state: str = BIRTH
    issuer: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A box, wagon or trailer: where it is, on what, in whose custody, who may pick it up, and its seal.

    ``place`` is empty while it is under way; ``offered`` names who was offered custody, empty where nobody was.
    """

    unit: str
    state: str
    place: str
    parent: str
    custodian: str
    offered: str
    pickup: str
    seal: Seal = field(default_factory=Seal)


@dataclass(frozen=True, slots=True)
class Hold:
    """A stop by an authority. A hold of an officer binds the officer's territory to lift it; an agency lifts its own."""

    hold: str
    state: str
    kind: str
    authority: str
    territories: tuple[str, ...]
    basis: str
    placed_by: str


@dataclass(frozen=True, slots=True)
class State:
    """All that is so for a consignment after ``version`` events.

    ``parties`` holds the roles of those who have a part; ``reach`` the territories to whose customs a movement was lodged.
    """

    consignment: str
    version: int = 0
    state: str = BIRTH
    owner: str = ""
    parties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reach: tuple[str, ...] = ()
    movements: Mapping[str, Movement] = field(default_factory=dict)
    reservations: Mapping[str, Reservation] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    holds: Mapping[str, Hold] = field(default_factory=dict)

    def open_holds(self) -> list[Hold]:
        """The holds that are not lifted, oldest first."""
        return [hold for hold in self.holds.values() if hold.state == "open"]

    def current(self, unit: str) -> Movement | None:
        """The movement that binds a unit now: the first on its way that has neither ended nor been called off."""
        covering = [each for each in self.movements.values() if unit in each.units and each.state not in SETTLED]
        return min(covering, key=lambda each: each.order, default=None)

    def after(self, movement: Movement) -> list[Movement]:
        """The movements that follow one, unit by unit: for each of its units the next on the way, those called off left out."""
        found: dict[str, Movement] = {}
        for unit in movement.units:
            later = [
                each
                for each in self.movements.values()
                if unit in each.units and each.order > movement.order and each.state not in CALLED_OFF
            ]
            if later:
                follows = min(later, key=lambda each: each.order)
                found[follows.movement] = follows
        return list(found.values())


CALLED_OFF = frozenset({"cancelled", "invalidated"})
SETTLED = CALLED_OFF | {"discharged"}


@dataclass(frozen=True, slots=True)
class Surety:
    """A guarantee: what its guarantor stands for, and how much of that is bound (reserved, or called in).

    ``kind`` is individual, comprehensive or tir. It holds from ``since`` up to and without ``until``.
    """

    guarantee: str
    version: int = 0
    state: str = BIRTH
    kind: str = ""
    guarantor: str = ""
    holder: str = ""
    limit_usd_cents: int = 0
    bound_usd_cents: int = 0
    since: date = date.min
    until: date = date.min

    def in_force(self, day: date) -> bool:
        """Whether something may be reserved or released on it on a day."""
        return self.state == "valid" and self.since <= day < self.until


@dataclass(frozen=True, slots=True)
class Rule:
    """Which guarantee a movement needs: the row with most fields that fit, in force on the day. Empty fits all.

    ``kind`` is individual, comprehensive, tir or waived; ``share`` of the duty at risk must be reserved; ``basis`` is the
    text of law behind it.
    """

    regime: str
    origin: str
    destination: str
    mode: str
    carrier: str
    since: date
    until: date
    kind: str
    share: float
    basis: str


@dataclass(frozen=True, slots=True)
class Shared:
    """What lies beyond the consignment and bears on the command: read under lock by the store, folded by a replay.

    ``surety`` is the guarantee that the command or the movement's reservation names; ``seal_on`` the unit on which the
    seal of the command is live; ``unit_in`` the consignment in which its unit is live; ``mrn_of`` the movement that has
    its reference number; each empty where there is none. Without a rule that fits, a movement needs an individual
    guarantee for all its duty.
    """

    rules: tuple[Rule, ...] = ()
    surety: Surety | None = None
    seal_on: str = ""
    unit_in: str = ""
    mrn_of: str = ""
