"""The sealed log in the database: one dense order over all events, the nodes of its tree, and its signed heads.

One sealer works at a time: it holds an advisory lock, and the database refuses a second event at a place, a gap, and an event
before the one that it follows. The tree's nodes are kept, so that growing it and proving from it take a few rows each.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.rows import tuple_row
from psycopg_pool import ConnectionPool

from karvan.errors import InputError, KarvanError
from karvan.ops.decide import Actor
from karvan.ops.log.checkpoint import Head, Verifier, opened, sign, witnessed
from karvan.ops.log.keys import Signer, read_verifier
from karvan.ops.log.merkle import consistency, folded, grown, inclusion, leaf_hash, nodes
from karvan.ops.store.store import entered

MOST = 5000  # events sealed in one transaction


@dataclass(frozen=True, slots=True)
class Pace:
    """When a head is signed: after so many seconds with anything new, or so many events."""

    seconds: float = 10.0
    events: int = 1000


@dataclass(frozen=True, slots=True)
class Proof:
    """That an event stands in the log: its place, its hash, the size of the tree, and the hashes that lead to its root."""

    index: int
    size: int
    hash: str
    hashes: tuple[bytes, ...]


@contextmanager
def working(pool: ConnectionPool) -> Iterator[Connection]:
    """A transaction of the worker, in its own role."""
    with pool.connection() as connection, connection.transaction():
        connection.execute(
            "select set_config('role', 'karvan_worker', true), set_config('search_path', 'karvan', true)"
        )
        yield connection


def seal(pool: ConnectionPool, signer: Signer, pace: Pace, most: int = MOST) -> int | None:
    """Seals what waits, at most so many events, and signs a head where one is due; gives how many were sealed.

    None where another sealer is at work.
    """
    with working(pool) as connection:
        if not _value(connection, "select pg_try_advisory_xact_lock(hashtext('karvan.seal'))"):
            return None
        size: int = _value(connection, "select log_size()")
        found = connection.execute(WAITING, (most,)).fetchall()
        edge = _hashes(connection, nodes(0, size))
        if found:
            numbers, subjects, seqs, hashes = (list(column) for column in zip(*found, strict=True))
            connection.execute(SEALED, (size, subjects, seqs))
            made = grown(size, edge, (leaf_hash(value.encode()) for value in hashes))
            levels, places, values = (list(column) for column in zip(*made, strict=True))
            connection.execute(
                "insert into node select * from unnest(%s::smallint[], %s::bigint[], %s::bytea[])",
                (levels, places, values),
            )
            connection.execute("delete from outbox where number = any (%s)", (numbers,))
        _sign(connection, signer, pace, size + len(found), edge)
        return len(found)


WAITING = """
select number, consignment, seq, hash from (select number, eid from outbox order by number limit %s) first
join event using (eid) order by number"""
SEALED = """
insert into log (log_index, consignment, seq)
select %s + place - 1, consignment, seq from unnest(%s::text[], %s::int[]) with ordinality each (consignment, seq, place)
order by place"""


def _sign(connection: Connection, signer: Signer, pace: Pace, size: int, edge: Sequence[bytes]) -> None:
    last = connection.execute(
        "select size, extract(epoch from clock_timestamp() - at)::float from checkpoint order by size desc limit 1"
    ).fetchone()
    before, ago = last or (0, pace.seconds)
    if size > before and (ago >= pace.seconds or size - before >= pace.events):
        root = folded(edge)
        note = sign(Head(signer.name, size, root), signer.key)
        connection.execute("insert into checkpoint (size, root, note) values (%s, %s, %s)", (size, root, note))


def same_log(pool: ConnectionPool, log: Verifier) -> None:
    """Refuses a key that is not that of the log's heads so far."""
    found = head(pool)
    if found is None:
        return
    try:
        opened(found, log)
    except InputError:
        raise InputError(
            f"the log in this database was signed by another key than that of {log.name}",
            cure="give the key that signed it as KARVAN_LOG_KEY",
        ) from None


def head(pool: ConnectionPool) -> str | None:
    """The newest signed head with the lines of its witnesses; none before the first."""
    with working(pool) as connection:
        found: str | None = _value(connection, HEAD)
    return found


HEAD = """
select note || coalesce((select string_agg(line, '' order by witness) from karvan.cosignature c where c.size = p.size), '')
from karvan.checkpoint p order by size desc limit 1"""


def cosigned(pool: ConnectionPool, size: int, line: str) -> bool | None:
    """Keeps a witness's line for the head of a size: whether it holds; none where there is no such head."""
    with pool.connection() as connection, connection.transaction():
        connection.execute("select set_config('role', 'karvan_app', true), set_config('search_path', 'karvan', true)")
        note = _value(connection, "select note from checkpoint where size = %s", size)
        if note is None:
            return None
        for name, key in connection.execute("select name, key from witness").fetchall():
            if witnessed(note, line, read_verifier(key)):
                connection.execute(
                    "insert into cosignature (size, witness, line) values (%s, %s, %s) on conflict do nothing",
                    (size, name, line),
                )
                return True
        return False


def included(pool: ConnectionPool, eid: str, actor: Actor) -> Proof | str | None:
    """The proof that an event stands under the newest head; ``waiting`` where no head covers it yet.

    None where there is no such event that the actor may see.
    """
    with entered(pool, actor) as connection:
        row = connection.execute(PLACE, (eid,)).fetchone()
        if row is None:
            return None
        value, index, size = row
        if index is None or size is None or index >= size:
            return "waiting"
        return Proof(index, size, value, tuple(_spans(connection, inclusion(index, size))))


PLACE = """
select hash, log_index, (select max(size) from checkpoint) from event left join log using (consignment, seq) where eid = %s"""


def grew(pool: ConnectionPool, old: int, new: int) -> list[bytes]:
    """The proof that the log of ``new`` events begins with all of the log of ``old``. InputError beyond its size."""
    with working(pool) as connection:
        size = _value(connection, "select max(size) from checkpoint") or 0
        if new > size:
            raise InputError(f"the newest head has {size} events, not {new}", cure="ask for a size that was signed")
        return _spans(connection, consistency(old, new))


def _spans(connection: Connection, spans: Sequence[tuple[int, int]]) -> list[bytes]:
    """The hash over each span of leaves, all by one query."""
    parts = [nodes(*span) for span in spans]
    found = iter(_hashes(connection, [each for part in parts for each in part]))
    return [folded([next(found) for _ in part]) for part in parts]


def _hashes(connection: Connection, wanted: Sequence[tuple[int, int]]) -> list[bytes]:
    """The hashes of nodes, in the order in which they are asked."""
    given = ([level for level, _ in wanted], [number for _, number in wanted])
    found = connection.execute(
        "select n.hash from unnest(%s::smallint[], %s::bigint[]) with ordinality each (level, number, place) "
        "join karvan.node n using (level, number) order by place",
        given,
    ).fetchall()
    if len(found) != len(wanted):
        raise KarvanError("nodes of the log's tree are missing: the database was altered, see karvan ops verify")
    return [bytes(row[0]) for row in found]


def _value(connection: Connection, sql: Any, *given: Any) -> Any:
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(sql, given).fetchone()
    return row[0] if row else None
