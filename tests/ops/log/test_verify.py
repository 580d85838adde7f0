"""What the owner of the database does to the log is found: six ways, a hundred places each, by verify and one witness."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from karvan.ops.event import Event
from karvan.ops.log.chain import breaks, chained
from karvan.ops.log.checkpoint import Head, Verifier, sign
from karvan.ops.log.merkle import Tree
from karvan.ops.log.verify import leaf, verify
from karvan.ops.log.witness import Cosigned, Refused, Seen, Witness

DAY = datetime(2027, 1, 1, tzinfo=UTC)
SUBJECTS, EACH = 10, 11
KEY, EYE = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))
WITNESS = Witness("customs.kz", EYE, Verifier("log", KEY.public_key()))


def event(subject: int, seq: int, place: str) -> Event:
    at = DAY + timedelta(minutes=seq * SUBJECTS + subject)
    return Event(
        f"E{subject}-{seq}", f"C{subject}", seq, "GATE_IN", "port", "p", "", at, at, False, "", "", {"at": place}
    )


def rechained(events: list[Event]) -> list[Event]:
    """The log with every chain made anew, as an owner would who knows how hashes are made."""
    last: dict[str, Event] = {}
    made = []
    for one in events:
        before = last.get(one.consignment)
        seq = before.seq + 1 if before else 1
        last[one.consignment] = chained(replace(one, seq=seq), before.hash if before else "")
        made.append(last[one.consignment])
    return made


HONEST = rechained([event(subject, seq, "KZAAU") for seq in range(1, EACH + 1) for subject in range(SUBJECTS)])
Tamper = Callable[[list[Event], int], list[Event]]


def rewrite(log: list[Event], at: int) -> list[Event]:
    return [*log[:at], replace(log[at], body={"at": "AZALT"}), *log[at + 1 :]]


def drop(log: list[Event], at: int) -> list[Event]:
    return log[:at] + log[at + 1 :]


def reorder(log: list[Event], at: int) -> list[Event]:
    other = (at + SUBJECTS) % len(log)
    swapped = list(log)
    swapped[at], swapped[other] = log[other], log[at]
    return swapped


def fork(log: list[Event], at: int) -> list[Event]:
    """All from a place on is another story, as long as the true one."""
    return log[:at] + [replace(one, party="ferry") for one in log[at:]]


def insert(log: list[Event], at: int) -> list[Event]:
    return [*log[:at], event(at % SUBJECTS, 1, "GEPTI"), *log[at:]]


def truncate(log: list[Event], at: int) -> list[Event]:
    return log[:at]


def head(log: list[Event]) -> Head:
    tree = Tree(leaf(one) for one in log)
    return Head("log", len(tree), tree.root())


TRUE = head(HONEST)


def test_an_honest_log_is_whole_at_every_head_that_was_seen() -> None:
    tree = Tree(leaf(one) for one in HONEST)
    assert not verify(HONEST, [Head("log", size, tree.root(size)) for size in (1, 7, 100, len(HONEST))])


@pytest.mark.parametrize("tamper", [rewrite, drop, reorder, fork, insert, truncate])
def test_a_hundred_places_of_a_hundred_are_found(tamper: Tamper) -> None:
    places = Random(7).sample(range(len(HONEST)), 100)
    for at in places:
        naive = tamper(HONEST, at)
        clever = rechained(naive)
        assert verify(naive, [TRUE]), f"{tamper.__name__} at {at}, hashes left alone"
        assert not breaks(clever), "an owner makes chains that hold"
        assert verify(clever, [TRUE]), f"{tamper.__name__} at {at}, hashes made anew"


@pytest.mark.parametrize("tamper", [rewrite, drop, reorder, fork, insert, truncate])
def test_the_witness_cosigns_no_head_of_what_was_altered(tamper: Tamper) -> None:
    """The owner may even add true events after it, and give the best proof that the altered tree has."""
    first = WITNESS.look(Seen(), sign(TRUE, KEY), [], 1)
    assert isinstance(first, Cosigned)
    for at in Random(8).sample(range(len(HONEST)), 100):
        altered = tamper(HONEST, at) + [event(subject, 1, "GEPTI") for subject in range(SUBJECTS)]
        log = rechained(altered)
        tree = Tree(leaf(one) for one in log)
        proof = tree.consistency(TRUE.size) if len(log) > TRUE.size else []
        assert isinstance(WITNESS.look(first.seen, sign(head(log), KEY), proof, 2), Refused)


def test_breaks_say_where() -> None:
    assert breaks(rewrite(HONEST, 15)) == ["C5 event 2: its content does not have its hash"]
    found = breaks(drop(HONEST, 15))
    assert found == ["C5 event 3: it follows event 1", "C5 event 3: it does not name the hash of the event before"]
