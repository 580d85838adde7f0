"""The chain of a subject's events: each holds the hash of the one before."""

from dataclasses import asdict, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import rfc8785

from karvan.ops.event import Event


def chained(event: Event, prev_hash: str) -> Event:
    """The event with its place in the chain: SHA-256 of its canonical JSON (RFC 8785), all fields but the hash itself."""
    event = replace(event, prev_hash=prev_hash)
    content = {key: _plain(value) for key, value in asdict(event).items() if key != "hash"}
    return replace(event, hash=sha256(rfc8785.dumps(content)).hexdigest())


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
