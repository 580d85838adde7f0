"""The feed of a party: all that it may see, once, in order, and nothing else; cursors that nobody makes or reads."""

from base64 import urlsafe_b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool

from karvan.errors import InputError
from karvan.ops.decide import Actor
from karvan.ops.store import Store
from karvan.ops.store.feed import Cursors, page
from karvan.ops.store.seals import seal
from ops import cast
from ops.store.kept import Kept
from ops.store.test_seals import AT_ONCE, SIGNER, own  # noqa: F401


def read(pool: ConnectionPool, actor: Actor, position: int = 0, most: int = 5) -> tuple[list[str], int]:
    found: list[str] = []
    while True:
        told = page(pool, actor, position, most)
        found += [event.eid for event in told.events]
        assert told.position >= position
        position = told.position
        if not told.events:
            return found, position


def test_each_party_reads_all_that_it_may_see_once_and_in_order(own: ConnectionPool) -> None:  # noqa: F811
    store = Store(own)
    stories = [Kept(store).released() for _ in range(2)]
    assert read(own, cast.SHIPPER) == ([], 0)  # nothing is sealed yet
    seal(own, SIGNER, AT_ONCE)
    third = Kept(store)
    told, position = read(own, cast.SHIPPER)
    ours = [event.eid for story in stories for event in store.events(story.name, cast.SHIPPER)]
    assert told == ours
    seal(own, SIGNER, AT_ONCE)
    later = [event.eid for event in store.events(third.name, cast.SHIPPER)]
    assert read(own, cast.SHIPPER, position)[0] == later
    assert read(own, cast.DECLARANT)[0] == told + later  # by mandate
    assert read(own, cast.KZ)[0] == ours  # what was lodged to its territory
    for nobody in (cast.RIVAL, cast.RETIRED, cast.GE, cast.OLD):
        assert read(own, nobody)[0] == []
    everything = [event.eid for event in page(own, cast.GUARANTOR, 0, 500).events]
    assert set(everything) > set(told + later)  # and what concerns its guarantees


@given(st.integers(0, 2**63), st.text(max_size=20), st.text(max_size=20))
def test_a_cursor_is_opened_by_its_party_alone(position: int, party: str, other: str) -> None:
    cursors = Cursors(bytes(32))
    cursor = cursors.close(position, party)
    assert cursors.open(cursor, party) == position
    if other != party:
        with pytest.raises(InputError, match="no cursor of yours"):
            cursors.open(cursor, other)


@given(st.text(min_size=1, max_size=100))
def test_a_cursor_that_was_made_up_is_refused(made_up: str) -> None:
    with pytest.raises(InputError, match="no cursor of yours"):
        Cursors(bytes(32)).open(made_up, "acme")


def test_a_cursor_does_not_show_its_place() -> None:
    cursors = Cursors(bytes(32))
    told = {cursors.close(7, "acme") for _ in range(50)}
    assert len(told) == 50 and not any((7).to_bytes(8, "big") in urlsafe_b64decode(each) for each in told)
