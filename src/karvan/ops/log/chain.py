"""The chain of a subject's events: each holds the hash of the one before."""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import UTC, datetime
from hashlib import sha256
from json import JSONEncoder
from typing import Any

import rfc8785

from karvan.ops.event import Event

_ENCODER = JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_EXACT = 2**53 - 1  # up to here RFC 8785 takes a whole number
_NAMES = tuple(field.name for field in fields(Event) if field.name != "hash")


def canonical(event: Event) -> bytes:
    """The canonical JSON of an event (RFC 8785): all fields but the hash itself, times in UTC to the microsecond."""
    value = {name: _plain(getattr(event, name)) for name in _NAMES}
    if _is_simple(value):
        return _ENCODER.encode(value).encode()
    return rfc8785.dumps(value)


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


def _is_simple(value: Any) -> bool:
    """Whether the standard encoder, many times as fast, writes the canonical form: no fractions, and keys that sort by their
    bytes as they do by UTF-16."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return bool(-_EXACT <= value <= _EXACT)
    if kind is dict:
        return all(type(key) is str and key.isascii() for key in value) and all(map(_is_simple, value.values()))
    return kind in (list, tuple) and all(map(_is_simple, value))


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
