"""The chain of a subject's events: each holds the hash of the one before."""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import rfc8785

from karvan.ops.event import Event

_NAMES = tuple(field.name for field in fields(Event) if field.name != "hash")


def canonical(event: Event) -> bytes:
    """The canonical JSON of an event (RFC 8785): all fields but the hash itself, times in UTC to the microsecond."""
    return rfc8785.dumps({name: _plain(getattr(event, name)) for name in _NAMES})


def chained(event: Event, prev_hash: str) -> Event:
    """The event with its place in the chain: SHA-256 of its canonical JSON, which holds the hash of the one before."""
    event = replace(event, prev_hash=prev_hash)
    return replace(event, hash=sha256(canonical(event)).hexdigest())


def breaks(events: Iterable[Event]) -> list[str]:
    """What is wrong with the chains of events, given in the order of the log: empty where all hold.

    Each subject's events count from 1 without a gap, each names the hash of the one before, and each hash is that of the
    content. What is cut from the end of a chain leaves no break here: the tree and its witnesses see that.
    """
    last: dict[str, tuple[int, str]] = {}
    found = []
    for event in events:
        seq, head = last.get(event.consignment, (0, ""))
        place = f"{event.consignment} event {event.seq}"
        if event.seq != seq + 1:
            found.append(f"{place}: it follows event {seq}")
        if event.prev_hash != head:
            found.append(f"{place}: it does not name the hash of the event before")
        if sha256(canonical(event)).hexdigest() != event.hash:
            found.append(f"{place}: its content does not have its hash")
        last[event.consignment] = (event.seq, event.hash)
    return found


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
