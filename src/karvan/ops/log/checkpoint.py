"""Signed heads of the log, in the note form of C2SP: text that a person can read, and a line a signature.

Sources: C2SP signed-note, tlog-checkpoint and tlog-cosignature v1 (Ed25519, key types 0x01 and 0x04).
"""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from karvan.errors import InputError

LOG, WITNESS = b"\x01", b"\x04"
"""Key types: the log's own signature, and a cosignature with its time."""
_LINE = re.compile("— ([^ +\n]+) ([A-Za-z0-9+/=]+)")
_CURE = "take the checkpoint whole, as the log gave it"


@dataclass(frozen=True)
class Head:
    """The head of a log: whose it is, how many leaves it has, its root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """What is signed: three lines."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True)
class Verifier:
    """A public key with its name, and whether it is a log's or a witness's."""

    name: str
    key: Ed25519PublicKey
    kind: bytes = LOG

    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return sha256(self.name.encode() + b"\n" + self.kind + self.key.public_bytes_raw()).digest()[:4]


def sign(head: Head, key: Ed25519PrivateKey) -> str:
    """The head as a note, signed by the log under its origin.

    >>> key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    >>> note = sign(Head("karvan.example/log", 1, bytes(32)), key)
    >>> opened(note, Verifier("karvan.example/log", key.public_key())).size
    1
    """
    verifier = Verifier(named(head.origin), key.public_key())
    return f"{head.text()}\n" + _line(verifier, key.sign(head.text().encode()))


def cosign(note: str, name: str, key: Ed25519PrivateKey, time_s: int) -> str:
    """The line of a witness for a note: its signature over the time (seconds since 1970) and the head's text."""
    verifier = Verifier(named(name), key.public_key(), WITNESS)
    signature = key.sign(_witnessed(parsed(note)[0], time_s))
    return _line(verifier, time_s.to_bytes(8, "big") + signature)


def witnessed(note: str, line: str, by: Verifier) -> bool:
    """Whether a line is the cosignature of a witness for a note."""
    head, signed = parsed(note.partition("\n\n")[0] + "\n\n" + line)
    return any(_holds(by, head, name, value) for name, value in signed)


def parsed(note: str) -> tuple[Head, tuple[tuple[str, bytes], ...]]:
    """The head that a note tells, and its signatures by name; not yet verified. InputError where it is no note."""
    text, gap, lines = note.partition("\n\n")
    parts = text.split("\n")
    if not gap or len(parts) != 3 or not parts[0] or not re.fullmatch("0|[1-9][0-9]{0,18}", parts[1]):
        raise InputError("this is no checkpoint: origin, size and root stand on three lines", cure=_CURE)
    found = [_LINE.fullmatch(line) for line in lines.split("\n")[:-1]]
    if not lines.endswith("\n") or not all(found):
        raise InputError("this checkpoint has a line that is no signature", cure=_CURE)
    root, signed = _bytes(parts[2]), tuple((one[1], _bytes(one[2])) for one in found if one)
    if len(root) != 32:
        raise InputError("the root of this checkpoint has not 32 bytes", cure=_CURE)
    return Head(parts[0], int(parts[1]), root), signed


def _bytes(text: str) -> bytes:
    """The bytes of base64 in its one canonical form: a signature that reads two ways would be two notes."""
    try:
        value = b64decode(text, validate=True)
    except ValueError:
        value = b""
    if not value or b64encode(value).decode() != text:
        raise InputError("this checkpoint has a part that is not base64", cure=_CURE)
    return value


def opened(note: str, log: Verifier, witnesses: tuple[Verifier, ...] = (), *, least: int = 0) -> Head:
    """The head of a note that its log has signed and at least ``least`` of the witnesses have cosigned.

    Raises InputError for a note of another log, one without the log's signature, and one with too few witnesses.
    """
    head, signed = parsed(note)
    if head.origin != log.name:
        raise InputError(f"the checkpoint is of {head.origin}, not of {log.name}", cure="ask the log that you trust")
    if not any(_holds(log, head, name, value) for name, value in signed):
        raise InputError(f"{log.name} has not signed this checkpoint", cure="do not trust it, and keep it as evidence")
    told = {one.key_id() for one in witnesses for name, value in signed if _holds(one, head, name, value)}
    if len(told) < least:
        raise InputError(f"{len(told)} witnesses cosigned it, not {least}", cure="wait for its witnesses, or ask them")
    return head


def _holds(verifier: Verifier, head: Head, name: str, value: bytes) -> bool:
    if name != verifier.name or value[:4] != verifier.key_id():
        return False
    stamp = 8 if verifier.kind == WITNESS else 0
    message = _witnessed(head, int.from_bytes(value[4:12], "big")) if stamp else head.text().encode()
    try:
        verifier.key.verify(value[4 + stamp :], message)
    except InvalidSignature:
        return False
    return True


def _witnessed(head: Head, time_s: int) -> bytes:
    return f"cosignature/v1\ntime {time_s}\n{head.text()}".encode()


def _line(verifier: Verifier, signature: bytes) -> str:
    return f"— {verifier.name} {b64encode(verifier.key_id() + signature).decode()}\n"


def named(name: str) -> str:
    """The name, where it may be that of a key; else InputError."""
    if not re.fullmatch(r"[!-*,-~]+", name):
        raise InputError(f"{name!r} is no name of a key", cure="use letters, digits and signs without blank and plus")
    return name
