"""The feed of a party: the sealed events that it may see, in the order of the log, from a cursor on.

A cursor is a place in the log, closed under a key of the service and bound to its party: who holds one cannot read from it
how much others did, make one, or use that of another.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from secrets import token_bytes
from typing import Any, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg import Connection
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from karvan.errors import InputError
from karvan.ops.decide import Actor
from karvan.ops.event import Event
from karvan.ops.store.store import EVENTS, FIELDS, entered


@dataclass(frozen=True, slots=True)
class Page:
    """Events of the feed, each with its place in the log, and the place from which to read on."""

    events: tuple[Event, ...]
    places: tuple[int, ...]
    position: int


def page(pool: ConnectionPool, actor: Actor, position: int, most: int = 100) -> Page:
    """The sealed events from a place in the log on that the actor may see, at most so many."""
    with entered(pool, actor) as connection, connection.cursor(row_factory=dict_row) as cursor:
        size = _size(connection)
        found = cursor.execute(cast(Any, PAGE), (position, size, most)).fetchall() if position < size else []
    places = tuple(row.pop("log_index") for row in found)
    whole = len(found) < most
    return Page(EVENTS.validate_python(found), places, max(size, position) if whole else places[-1] + 1)


PAGE = f"""
with mine as (
  select consignment from part where party = any (me())
  union select consignment from reach where territory = my_territory()
  union select guarantee from surety where guarantor = any (me()) or holder = any (me())
)
select log_index, {FIELDS} from mine join log using (consignment) join event using (consignment, seq)
where log_index >= %s and log_index < %s order by log_index limit %s"""


def log_size(pool: ConnectionPool) -> int:
    """How many events are sealed."""
    with pool.connection() as connection:
        return _size(connection)


def _size(connection: Connection) -> int:
    row = connection.execute("select karvan.log_size()").fetchone()
    assert row is not None
    return int(row[0])


class Cursors:
    """Makes and opens cursors."""

    def __init__(self, secret: bytes) -> None:
        self.key = AESGCM(secret)

    @classmethod
    def of(cls, pool: ConnectionPool) -> "Cursors":
        """Those of a database, under its own secret."""
        with pool.connection() as connection:
            row = connection.execute("select value from karvan.secret where name = 'cursor'").fetchone()
        assert row is not None
        return cls(bytes(row[0]))

    def close(self, position: int, party: str) -> str:
        """A place in the log as a cursor of a party.

        >>> cursors = Cursors(bytes(32))
        >>> cursors.open(cursors.close(7, "acme"), "acme")
        7
        """
        nonce = token_bytes(12)
        return urlsafe_b64encode(nonce + self.key.encrypt(nonce, position.to_bytes(8, "big"), party.encode())).decode()

    def open(self, cursor: str, party: str) -> int:
        """The place that a cursor of this party names; 0 for the empty cursor. InputError for any other text."""
        if not cursor:
            return 0
        try:
            value = urlsafe_b64decode(cursor)
            return int.from_bytes(self.key.decrypt(value[:12], value[12:], party.encode()), "big")
        except (ValueError, InvalidTag):
            raise InputError("this is no cursor of yours", cure="give the cursor of the last answer, or none") from None
