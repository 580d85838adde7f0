"""Keys of a log and of its witnesses as text, in the form of Go's note package that C2SP took over.

A public key reads ``name+id+base64``, a private one ``PRIVATE+KEY+name+id+base64``; the base64 holds the key's type and the
key. Source: C2SP signed-note, and golang.org/x/mod/sumdb/note.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from karvan.errors import InputError
from karvan.ops.log.checkpoint import LOG, WITNESS, Verifier, named

PRIVATE = "PRIVATE+KEY+"


@dataclass(frozen=True)
class Signer:
    """A private key with its name, of a log or of a witness."""

    name: str
    key: Ed25519PrivateKey
    kind: bytes = LOG

    @property
    def verifier(self) -> Verifier:
        """Its public side."""
        return Verifier(self.name, self.key.public_key(), self.kind)

    def text(self) -> str:
        """The private key as one line, to be kept from others."""
        return PRIVATE + _told(self.verifier, self.key.private_bytes_raw())


def new_signer(name: str, kind: bytes = LOG) -> Signer:
    """A new key at random."""
    return Signer(named(name), Ed25519PrivateKey.generate(), kind)


def public_text(verifier: Verifier) -> str:
    """A public key as one line, to be given to others."""
    return _told(verifier, verifier.key.public_bytes_raw())


def read_signer(text: str) -> Signer:
    """The private key of a line.

    >>> read_signer(new_signer("karvan.example/log").text()).name
    'karvan.example/log'
    """
    if not text.startswith(PRIVATE):
        raise InputError("this is no private key of a log or witness", cure="it begins with PRIVATE+KEY+")
    name, shown, kind, value = _parts(text.removeprefix(PRIVATE))
    signer = Signer(name, Ed25519PrivateKey.from_private_bytes(value), kind)
    _same(shown, signer.verifier)
    return signer


def read_verifier(text: str) -> Verifier:
    """The public key of a line.

    >>> read_verifier("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8").name
    'sum.golang.org'
    """
    name, shown, kind, value = _parts(text)
    verifier = Verifier(name, Ed25519PublicKey.from_public_bytes(value), kind)
    _same(shown, verifier)
    return verifier


def _told(verifier: Verifier, value: bytes) -> str:
    return f"{verifier.name}+{verifier.key_id().hex()}+{b64encode(verifier.kind + value).decode()}"


def _parts(text: str) -> tuple[str, str, bytes, bytes]:
    name, _, rest = text.strip().partition("+")
    shown, _, coded = rest.partition("+")
    try:
        value = b64decode(coded, validate=True)
    except ValueError:
        value = b""
    if len(value) != 33 or value[:1] not in (LOG, WITNESS):
        raise InputError("this is no key of a log or witness", cure="it reads name+id+base64, on one line")
    return named(name), shown, value[:1], value[1:]


def _same(shown: str, verifier: Verifier) -> None:
    if shown != verifier.key_id().hex():
        raise InputError(f"the id of the key of {verifier.name} is not that of the key", cure="copy the line whole")
