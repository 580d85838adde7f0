"""Keys: made at random, kept as their hash, shown once."""

from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from psycopg import Connection
from psycopg_pool import ConnectionPool
from pydantic import TypeAdapter

from karvan.ops.decide import Actor

ACTOR = TypeAdapter(Actor)
MARK = "karvan_"


def identify(pool: ConnectionPool, shown: str) -> Actor | None:
    """Who shows a key: the person of a party with its role, posting and mandates; none for a key that does not hold."""
    if not shown.startswith(MARK) or len(shown) > 100:
        return None
    with pool.connection() as connection, connection.transaction():
        connection.execute("set local role karvan_app")
        row = connection.execute("select karvan.who(%s)", (_hash(shown),)).fetchone()
    return ACTOR.validate_python(row[0]) if row and row[0] else None


def new_key(connection: Connection, actor: Actor, since: datetime, until: datetime) -> str:
    """Makes a key for an actor, whose posting is known to the database, and gives it: it is not kept.

    ``connection`` is that of the database's owner. A key has 256 random bits, so that its hash needs no salt.
    """
    key = MARK + token_urlsafe(32)
    posting = actor.posting.posting if actor.posting else None
    row = (_hash(key), key[: len(MARK) + 6], actor.party, actor.person, actor.role, posting, since, until)
    connection.execute(
        "insert into karvan.credential (hash, prefix, party, person, role, posting, since, until) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s)",
        row,
    )
    return key


def revoke(connection: Connection, prefix: str, now: datetime) -> int:
    """Revokes the keys that begin so, at once; gives how many."""
    done = connection.execute(
        "update karvan.credential set revoked_at = %s where prefix = %s and revoked_at is null", (now, prefix)
    )
    return done.rowcount


def _hash(key: str) -> str:
    return sha256(key.encode()).hexdigest()
