"""The record of one step: what the log holds, what is hashed, sealed and replayed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One step that happened to a subject (a consignment or a guarantee), never altered once acknowledged.

    ``eid`` is made by the client; an event that follows from another in the same command has one derived from it.
    ``seq`` counts the events of a subject from 1 without a gap. ``occurred`` is what the party says, ``recorded`` is the
    clock of the service, both with their offset; ``late`` marks what was told later than its kind tolerates, and then
    ``reason`` says why. ``corrects`` names the event that this one takes back. ``prev_hash`` and ``hash`` are those of the
    subject's chain, in hexadecimal, empty until the event is chained.
    """

    eid: str
    consignment: str
    seq: int
    kind: str
    party: str
    person: str
    posting: str
    occurred: datetime
    recorded: datetime
    late: bool
    reason: str
    corrects: str
    body: dict[str, Any]
    prev_hash: str = ""
    hash: str = ""
