"""Signed heads and witnesses: the notes of others are read, and nothing that was altered passes."""

from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from karvan.errors import InputError
from karvan.ops.log.checkpoint import WITNESS, Head, Verifier, cosign, opened, parsed, sign
from karvan.ops.log.merkle import Tree
from karvan.ops.log.witness import Cosigned, Refused, Seen, Witness

ORIGIN = "karvan.example/log"
KEY, OTHER, EYE = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3))
LOG, BY = Verifier(ORIGIN, KEY.public_key()), Verifier("customs.az", EYE.public_key(), WITNESS)
WATCH = Witness("customs.az", EYE, LOG)

# The checkpoint of Go's checksum database in the form that C2SP names, signed by the key that every Go tool carries.
GO = Verifier(
    "sum.golang.org", Ed25519PublicKey.from_public_bytes(b64decode("Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")[1:])
)


def head(tree: Tree, size: int | None = None) -> Head:
    return Head(ORIGIN, len(tree) if size is None else size, tree.root(size))


def tree(*leaves: bytes) -> Tree:
    return Tree(leaves)


def test_the_key_id_is_that_of_the_public_key_of_go() -> None:
    """sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"""
    assert GO.key_id().hex() == "033de0ae"


def test_a_signed_head_opens_to_what_was_signed() -> None:
    note = sign(head(tree(b"a", b"b")), KEY)
    assert opened(note, LOG) == head(tree(b"a", b"b"))
    assert note.splitlines()[:2] == [ORIGIN, "2"] and note.splitlines()[3] == ""


@given(st.data())
def test_a_note_with_any_sign_changed_is_refused(data: st.DataObject) -> None:
    note = sign(head(tree(b"a", b"b")), KEY)
    at = data.draw(st.integers(0, len(note) - 1))
    sign_ = data.draw(st.sampled_from("0aZ/+=\n —\u00e9").filter(lambda s: s != note[at]))
    with pytest.raises(InputError, match="cure"):
        opened(note[:at] + sign_ + note[at + 1 :], LOG)


@given(st.text())
def test_whatever_is_no_note_is_refused_not_crashed_on(text: str) -> None:
    with pytest.raises(InputError):
        opened(text, LOG)


def test_only_cosignatures_of_known_witnesses_count_and_each_once() -> None:
    note = sign(head(tree(b"a")), KEY)
    line = cosign(note, "customs.az", EYE, 1_800_000_000)
    forged = cosign(note, "customs.az", OTHER, 1_800_000_000)
    assert opened(note + line, LOG, (BY,), least=1)
    for lines, least in (("", 1), (forged, 1), (line * 2, 2), (line.replace("customs.az", "customs.kz"), 1)):
        with pytest.raises(InputError, match="witnesses"):
            opened(note + lines, LOG, (BY, BY), least=least)


def test_a_cosignature_for_another_head_or_time_does_not_hold() -> None:
    old, new = sign(head(tree(b"a")), KEY), sign(head(tree(b"a", b"b")), KEY)
    line = cosign(old, "customs.az", EYE, 1_800_000_000)
    with pytest.raises(InputError, match="0 witnesses"):
        opened(new + line, LOG, (BY,), least=1)
    assert parsed(old + line)[1][1][1][4:12] == (1_800_000_000).to_bytes(8, "big")


def test_a_witness_follows_growth_and_nothing_else() -> None:
    full = tree(b"a", b"b", b"c", b"d", b"e")
    first = WATCH.look(Seen(), sign(head(full, 2), KEY), [], 1)
    assert isinstance(first, Cosigned) and first.seen == Seen(2, full.root(2))
    second = WATCH.look(first.seen, sign(head(full), KEY), full.consistency(2), 2)
    assert isinstance(second, Cosigned)
    again = WATCH.look(second.seen, sign(head(full), KEY), [], 3)
    assert isinstance(again, Cosigned)
    forked, cut = tree(b"a", b"x", b"c", b"d", b"e"), head(full, 4)
    cases = {
        "forked": (head(forked), []),
        "shrunk": (cut, []),
        "not consistent": (head(tree(b"x", b"b", b"c", b"d", b"e", b"f")), full.consistency(2)),
    }
    for reason, (told, proof) in cases.items():
        refused = WATCH.look(second.seen, sign(told, KEY), proof, 4)
        assert isinstance(refused, Refused) and refused.reason == reason and refused.seen == second.seen
    alien = WATCH.look(second.seen, sign(head(full), OTHER), [], 5)
    assert isinstance(alien, Refused) and alien.reason == "no checkpoint of this log"


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\nb"])
def test_a_name_that_would_break_a_line_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="cure"):
        sign(Head(name, 1, bytes(32)), KEY)
