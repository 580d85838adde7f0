"""The sealed log in the database: dense, in turn, once, whole after any stop; and every proof holds."""

from collections.abc import Iterator
from itertools import pairwise
from threading import Thread

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from karvan.errors import InputError
from karvan.ops.log.checkpoint import WITNESS, Head, cosign, opened, parsed
from karvan.ops.log.keys import Signer, new_signer, public_text
from karvan.ops.log.merkle import Tree, grew, includes, leaf_hash
from karvan.ops.store import Store, seals
from karvan.ops.store.seals import Pace, Proof, seal
from ops import cast
from ops.database import filled, fresh
from ops.store.kept import Kept

SIGNER = new_signer("test/log")
AT_ONCE = Pace(seconds=0)


@pytest.fixture
def own(server: str) -> Iterator[ConnectionPool]:
    """A pool over a database of this test's own."""
    with fresh(server) as url:
        filled(url)
        with ConnectionPool(url, min_size=1, max_size=12, open=True) as pool:
            yield pool


def sealed(pool: ConnectionPool) -> list[tuple[int, str, int, str]]:
    sql = (
        "select log_index, consignment, seq, hash from karvan.log join karvan.event using (consignment, seq) order by 1"
    )
    with pool.connection() as connection:
        return connection.execute(sql).fetchall()


def test_all_is_sealed_once_in_turn_and_the_head_is_that_of_the_tree(own: ConnectionPool) -> None:
    for _ in range(3):
        Kept(Store(own)).released()
        while seal(own, SIGNER, AT_ONCE, most=7):
            pass
    rows = sealed(own)
    assert [row[0] for row in rows] == list(range(len(rows))) and len(rows) > 40
    last: dict[str, int] = {}
    for _, subject, seq, _ in rows:
        assert seq == last.get(subject, 0) + 1
        last[subject] = seq
    with own.connection() as connection:
        (events,) = connection.execute("select count(*) from karvan.event").fetchone() or (0,)
        notes = connection.execute("select note from karvan.checkpoint order by size").fetchall()
        assert connection.execute("select from karvan.outbox").rowcount == 0
    assert events == len(rows)
    tree = Tree(row[3].encode() for row in rows)
    heads = [opened(note, SIGNER.verifier) for (note,) in notes]
    assert heads[-1] == Head("test/log", len(tree), tree.root()) and len(heads) > 5
    for old, new in pairwise(heads):
        assert grew(old.size, old.root, new.size, new.root, seals.grew(own, old.size, new.size))


def test_each_event_is_proved_to_who_may_see_it_and_to_nobody_else(own: ConnectionPool) -> None:
    story = Kept(Store(own)).released()
    eid = f"{story.tag}-1"
    assert seals.included(own, eid, cast.SHIPPER) == "waiting"
    seal(own, SIGNER, AT_ONCE)
    head = parsed(seals.head(own) or "")[0]
    for event in Store(own).events(story.name, cast.SHIPPER):
        proof = seals.included(own, event.eid, cast.SHIPPER)
        assert isinstance(proof, Proof) and proof.size == head.size and proof.hash == event.hash
        assert includes(head.root, proof.size, proof.index, leaf_hash(event.hash.encode()), proof.hashes)
        assert seals.included(own, event.eid, cast.RIVAL) is None
    with pytest.raises(InputError, match=f"the newest head has {head.size} events"):
        seals.grew(own, 1, head.size + 1)


def test_sealers_and_writers_at_once_leave_a_whole_log(own: ConnectionPool) -> None:
    """Six sealers race each other and four writers: all is sealed, dense and in turn."""
    stories = [Kept(Store(own)) for _ in range(4)]
    writers = [Thread(target=story.released) for story in stories]
    for thread in writers:
        thread.start()
    results: list[int | None] = []
    while any(thread.is_alive() for thread in writers):
        sealers = [Thread(target=lambda: results.append(seal(own, SIGNER, AT_ONCE, most=3))) for _ in range(6)]
        for thread in sealers:
            thread.start()
        for thread in sealers:
            thread.join()
    while seal(own, SIGNER, AT_ONCE):
        pass
    rows = sealed(own)
    assert [row[0] for row in rows] == list(range(len(rows))) and None in results
    with own.connection() as connection:
        assert connection.execute("select count(*) from karvan.event").fetchone() == (len(rows),)
    tree = Tree(row[3].encode() for row in rows)
    assert opened(seals.head(own) or "", SIGNER.verifier).root == tree.root()


def test_a_second_sealer_waits_for_its_turn(own: ConnectionPool) -> None:
    Kept(Store(own))
    with own.connection() as connection, connection.transaction():
        connection.execute("select pg_advisory_xact_lock(hashtext('karvan.seal'))")
        assert seal(own, SIGNER, AT_ONCE) is None
    assert seal(own, SIGNER, AT_ONCE)


def test_a_head_is_due_after_some_time_or_some_events(own: ConnectionPool) -> None:
    Kept(Store(own))
    slow = Pace(seconds=3600, events=12)
    seal(own, SIGNER, slow)
    first = parsed(seals.head(own) or "")[0].size  # the first head does not wait
    Kept(Store(own))
    seal(own, SIGNER, slow)
    assert parsed(seals.head(own) or "")[0].size == first
    Kept(Store(own))
    seal(own, SIGNER, slow)
    assert parsed(seals.head(own) or "")[0].size == 3 * first


REFUSED = {
    "log_dense": "insert into karvan.log select max(log_index) + 2, 'c', 1 from karvan.log",
    "log_in_turn": "insert into karvan.log select max(log_index) + 1, 'c', 2 from karvan.log",
    "log_unaltered": "update karvan.log set log_index = log_index + 1000",
    "sealed_once": "insert into karvan.log select count(*), min(consignment), 1 from karvan.log",
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_database_refuses_a_log_that_is_not_whole(own: ConnectionPool, name: str) -> None:
    Kept(Store(own))
    seal(own, SIGNER, AT_ONCE)
    with own.connection() as connection, pytest.raises(psycopg.errors.IntegrityError) as caught:
        connection.execute(REFUSED[name])
    assert caught.value.diag.constraint_name == name


@pytest.mark.parametrize("table", ["log", "node", "checkpoint"])
@pytest.mark.parametrize("role", ["karvan_app", "karvan_worker"])
def test_no_role_alters_what_is_sealed(own: ConnectionPool, table: str, role: str) -> None:
    with own.connection() as connection:
        connection.execute("select set_config('role', %s, true)", (role,))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"delete from karvan.{table}")  # type: ignore[call-overload]


def test_a_witness_that_is_known_cosigns_and_another_does_not(own: ConnectionPool) -> None:
    Kept(Store(own))
    seal(own, SIGNER, AT_ONCE)
    note = seals.head(own) or ""
    size = parsed(note)[0].size
    eye, stranger = new_signer("customs.kz", WITNESS), new_signer("customs.az", WITNESS)
    with own.connection() as connection:
        connection.execute("insert into karvan.witness values (%s, %s)", (eye.name, public_text(eye.verifier)))

    def line(by: Signer, of: str = note) -> str:
        return cosign(of, by.name, by.key, 1)

    assert seals.cosigned(own, size, line(stranger)) is False
    assert seals.cosigned(own, size + 1, line(eye)) is None
    assert seals.cosigned(own, size, line(eye)) and seals.cosigned(own, size, line(eye))
    assert opened(seals.head(own) or "", SIGNER.verifier, (eye.verifier,), least=1).size == size


def test_another_key_does_not_go_on_with_a_log(own: ConnectionPool) -> None:
    Kept(Store(own))
    seals.same_log(own, SIGNER.verifier)
    seal(own, SIGNER, AT_ONCE)
    seals.same_log(own, SIGNER.verifier)
    with pytest.raises(InputError, match=r"signed by another key[\s\S]*cure: give the key"):
        seals.same_log(own, new_signer("test/log").verifier)
