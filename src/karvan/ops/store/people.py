"""Links to follow a consignment, and sessions at the boards: made at random, kept as their hash, taken back at once."""

from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe

import psycopg
from psycopg_pool import ConnectionPool

from karvan.ops.decide import Actor, State
from karvan.ops.store.access import ACTOR, MARK
from karvan.ops.store.store import STATE, Store, enter

HOURS = 12  # how long a session lasts
LONGEST = 100  # signs of a token


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def new_link(store: Store, consignment: str, actor: Actor, days: int) -> str | None:
    """A token by which anyone may follow the consignment for some days; none where the actor sees no such consignment."""
    token = token_urlsafe(32)
    try:
        with store.pool.connection() as connection, connection.transaction():
            now = enter(connection, actor)
            row = (_hash(token), consignment, actor.party, now, now + timedelta(days=days))
            connection.execute("insert into link values (%s, %s, %s, %s, %s)", row)
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ForeignKeyViolation):
        return None
    return token


def end_links(store: Store, consignment: str, actor: Actor) -> int:
    """Takes back the links that the actor's party made; its owner takes back all. Gives how many."""
    with store.pool.connection() as connection, connection.transaction():
        now = enter(connection, actor)
        done = connection.execute(
            "update link set revoked_at = %s where consignment = %s and revoked_at is null", (now, consignment)
        )
        return done.rowcount


def linked(pool: ConnectionPool, token: str) -> str | None:
    """The consignment that a token lets one follow; none where it does not hold."""
    return _asked(pool, "linked", token)


def open_session(pool: ConnectionPool, key: str) -> str | None:
    """A session of who shows a key that holds: its token."""
    if not key.startswith(MARK) or len(key) > LONGEST:
        return None
    token = token_urlsafe(32)
    with pool.connection() as connection, connection.transaction():
        connection.execute("set local role karvan_app")
        row = connection.execute("select karvan.open_session(%s, %s, %s)", (_hash(key), _hash(token), HOURS)).fetchone()
    return token if row and row[0] else None


def session(pool: ConnectionPool, token: str) -> Actor | None:
    """Whose session a token is, as the key behind it says now; none where it or the key no longer holds."""
    found = _asked(pool, "session_of", token)
    return ACTOR.validate_python(found) if found else None


def close_session(pool: ConnectionPool, token: str) -> None:
    """Ends a session."""
    _asked(pool, "close_session", token)


QUESTIONS = {name: f"select karvan.{name}(%s)" for name in ("linked", "session_of", "close_session")}


def _asked(pool: ConnectionPool, question: str, token: str) -> str | None:
    if len(token) > LONGEST:
        return None
    with pool.connection() as connection, connection.transaction():
        connection.execute("set local role karvan_app")
        row = connection.execute(QUESTIONS[question].encode(), (_hash(token),)).fetchone()
    return row[0] if row else None


def seen(store: Store, actor: Actor, most: int) -> list[State]:
    """The consignments that an actor sees and that are not all delivered, those changed last first."""
    with store.pool.connection() as connection, connection.transaction():
        enter(connection, actor)
        found = connection.execute(
            "select c.state from consignment c where not exists (select from unit u where u.consignment = c.consignment) "
            "or exists (select from unit u where u.consignment = c.consignment and u.state <> 'delivered') "
            "order by (select max(recorded) from event e where e.consignment = c.consignment) desc limit %s",
            (most,),
        ).fetchall()
        return [STATE.validate_python(row[0]) for row in found]
