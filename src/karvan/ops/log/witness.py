"""A witness: it remembers the last head of a log, and cosigns a new one only where the log has grown and nothing else.

Each customs runs its own. The state is handed in and back: who keeps it must have written it to disk before the
cosignature leaves, or a crash makes the witness forget what it has seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from karvan.errors import InputError
from karvan.ops.log.checkpoint import Head, Verifier, cosign, opened
from karvan.ops.log.merkle import EMPTY, grew

Reason = Literal["no checkpoint of this log", "shrunk", "forked", "not consistent"]


@dataclass(frozen=True)
class Seen:
    """What a witness has seen last of a log: size and root; nothing at first."""

    size: int = 0
    root: bytes = EMPTY


@dataclass(frozen=True)
class Cosigned:
    """The cosignature's line, and what the witness has seen now."""

    line: str
    seen: Seen


@dataclass(frozen=True)
class Refused:
    """Why a head was not cosigned, and the note itself: with the head seen before it is the evidence."""

    reason: Reason
    note: str
    seen: Seen


@dataclass(frozen=True)
class Witness:
    """Who cosigns, with which key, and whose log."""

    name: str
    key: Ed25519PrivateKey
    log: Verifier

    def look(self, seen: Seen, note: str, proof: Sequence[bytes], time_s: int) -> Cosigned | Refused:
        """Cosigns a checkpoint that grew out of ``seen`` by ``proof``, or refuses it; ``seen`` stays as it was then."""
        try:
            head = opened(note, self.log)
        except InputError:
            return Refused("no checkpoint of this log", note, seen)
        reason = _wrong(seen, head, proof)
        if reason:
            return Refused(reason, note, seen)
        return Cosigned(cosign(note, self.name, self.key, time_s), Seen(head.size, head.root))


def _wrong(seen: Seen, head: Head, proof: Sequence[bytes]) -> Reason | None:
    if head.size < seen.size:
        return "shrunk"
    if head.size == seen.size and head.root != seen.root:
        return "forked"
    return None if grew(seen.size, seen.root, head.size, head.root, proof) else "not consistent"
