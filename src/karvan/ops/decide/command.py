"""What is asked, by whom, and what is answered when it may not be: the ends of a decision."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a party wants recorded.

    ``eid`` is made and kept by the client before it sends, so that a repeat is known as one. ``subject`` is the
    consignment (or, for what concerns a guarantee itself, the guarantee). ``body`` has the fields of its kind.
    """

    eid: str
    subject: str
    kind: str
    occurred: datetime
    body: dict[str, Any] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Posting:
    """An officer's place: the office of a territory, from a day on, up to and without the day ``until``."""

    posting: str
    territory: str
    office: str
    since: date
    until: date

    def holds(self, day: date) -> bool:
        """Whether the posting is in force on a day."""
        return self.since <= day < self.until


@dataclass(frozen=True, slots=True)
class Mandate:
    """What one party lets another do in its name, from a day on, up to and without the day ``until``.

    ``scope`` holds regimes, or ``*`` for all.
    """

    giver: str
    scope: tuple[str, ...]
    since: date
    until: date

    def holds(self, day: date, regime: str) -> bool:
        """Whether the mandate covers a regime on a day; an empty regime asks for any."""
        return self.since <= day < self.until and (not regime or "*" in self.scope or regime in self.scope)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a person of a party, in one role. ``posting`` is there for officers, ``mandates`` for who acts for others."""

    party: str
    person: str
    role: str
    posting: Posting | None = None
    mandates: tuple[Mandate, ...] = ()


class Code(IntEnum):
    """Why a command is refused: 1xx field, 2xx out of sequence, 3xx rule of business, 5xx authority."""

    FIELD = 101  #: a field is missing, unknown or of another form
    UNKNOWN_KIND = 102  #: no such kind of command
    FUTURE = 103  #: it occurred later than the clock of the service allows
    REASON_MISSING = 104  #: what is told late, or needs a reason, has none
    ABSENT = 110  #: there is no such subject, or none that the actor may see
    SEQUENCE = 201  #: the state does not allow it
    EXISTS = 202  #: what is to be made is there already
    HOLD_OPEN = 301
    NO_GUARANTEE = 302
    GUARANTEE_INVALID = 303
    GUARANTEE_SHORT = 304
    CONTROL_OPEN = 305
    NOT_RELEASED = 306
    NO_PICKUP_RIGHT = 307
    SEAL_IN_USE = 308
    SEAL_OTHER = 309
    UNIT_IN_USE = 310
    UNIT_UNKNOWN = 311
    ELSEWHERE = 312
    NEXT_REFUSED = 313
    NOT_SETTLED = 314
    MRN_IN_USE = 315
    NO_WAIVER = 316
    NOT_DUE = 317
    DOCUMENT = 318
    NOT_ROUTED = 319
    ROLE = 501  #: the role may not do this
    POSTING = 502  #: the officer is not posted at an office that may
    MANDATE = 503  #: no mandate of the party in whose name it would be done
    NOT_PARTY = 504  #: the party has no part in this
    CUSTODY = 505  #: the unit is in the custody of another
    FOUR_EYES = 506  #: the same person may not do both


@dataclass(frozen=True, slots=True)
class Objection:
    """One reason against a command: a code, where in the command it stands (RFC 6901 pointer), and what to do."""

    code: Code
    pointer: str
    message: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command that may not be done. All objections come together; ``allowed`` are the kinds that the state and the
    actor's role allow next for the same part of the subject."""

    objections: tuple[Objection, ...]
    allowed: tuple[str, ...] = ()

    @property
    def code(self) -> Code:
        """The code of the first objection."""
        return self.objections[0].code

    @property
    def pointer(self) -> str:
        """The pointer of the first objection."""
        return self.objections[0].pointer
