"""Who is told of events at an address of their own: the subscriptions, their secrets, and what could not be delivered."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from typing import Any

from psycopg.rows import class_row, dict_row
from psycopg_pool import ConnectionPool

from karvan.ops.decide import Actor
from karvan.ops.store.access import ACTOR
from karvan.ops.store.seals import working
from karvan.ops.store.store import entered

LEASE = "60 seconds"  # for how long a subscription is one worker's own
BOTH = "1 day"  # for how long an old secret signs beside the new one
MOST = 20  # subscriptions of a party


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription as its party sees it: since when it fails, how often it was tried, and what came of the last try."""

    subscription: str
    url: str
    made_at: datetime
    ended_at: datetime | None
    tries: int
    failing_since: datetime | None
    last: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice that could not be delivered."""

    eid: str
    tries: int
    last: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """A subscription whose turn it is: whom it tells, where, by which secrets, from which place in the log on."""

    actor: Actor
    subscription: str
    url: str
    secrets: tuple[str, ...]
    position: int
    tries: int
    failing_s: float


def new_secret() -> str:
    """A secret of the Standard Webhooks: 32 bytes at random, in base64."""
    return "whsec_" + b64encode(token_bytes(32)).decode()


def subscribe(pool: ConnectionPool, actor: Actor, name: str, url: str) -> str | None:
    """Makes a subscription, from the next event on, and gives its secret; none where the party has one of this name."""
    secret = new_secret()
    post = actor.posting.posting if actor.posting else None
    row = (actor.party, name, actor.person, actor.role, post, url, secret)
    with entered(pool, actor) as connection:
        done = connection.execute(
            "insert into subscription (party, subscription, person, role, posting, url, secret, position) "
            "select %s, %s, %s, %s, %s, %s, %s, log_size() where (select count(*) from subscription) < %s "
            "on conflict do nothing",
            (*row, MOST),
        )
    return secret if done.rowcount else None


def subscriptions(pool: ConnectionPool, actor: Actor) -> Sequence[Subscription]:
    """The party's subscriptions, oldest first."""
    names = ", ".join(Subscription.__dataclass_fields__)
    with entered(pool, actor) as connection, connection.cursor(row_factory=class_row(Subscription)) as cursor:
        return cursor.execute(_sql(f"select {names} from subscription order by made_at, subscription")).fetchall()


def letters(pool: ConnectionPool, actor: Actor, name: str) -> Sequence[Letter]:
    """What could not be delivered to a subscription, oldest first."""
    with entered(pool, actor) as connection, connection.cursor(row_factory=class_row(Letter)) as cursor:
        sql = "select eid, tries, last, at from dead_letter where subscription = %s order by at, eid limit 1000"
        return cursor.execute(sql, (name,)).fetchall()


def change_secret(pool: ConnectionPool, actor: Actor, name: str) -> str | None:
    """Gives a subscription a new secret; the old one signs beside it for a day. None where there is no such one."""
    secret = new_secret()
    with entered(pool, actor) as connection:
        done = connection.execute(
            "update subscription set old_secret = secret, old_until = clock_timestamp() + %s::interval, secret = %s "
            "where subscription = %s and ended_at is null",
            (BOTH, secret, name),
        )
    return secret if done.rowcount else None


def end(pool: ConnectionPool, actor: Actor, name: str) -> bool:
    """Ends a subscription; whether there was one."""
    with entered(pool, actor) as connection:
        sql = "update subscription set ended_at = clock_timestamp() where subscription = %s and ended_at is null"
        return connection.execute(sql, (name,)).rowcount > 0


def due(pool: ConnectionPool) -> Due | None:
    """The subscription that has waited longest for its turn, now this worker's own for a while; none where none waits."""
    with working(pool) as connection, connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(_sql(DUE), (LEASE,)).fetchone()
    if row is None:
        return None
    actor = ACTOR.validate_python(row["actor"])
    secrets = tuple(each for each in (row["secret"], row["old"]) if each)
    same = ("subscription", "url", "position", "tries", "failing_s")
    return Due(actor=actor, secrets=secrets, **{name: row[name] for name in same})


DUE = """
update subscription set due_at = clock_timestamp() + %s::interval
where (party, subscription) in (
  select party, subscription from subscription
  where ended_at is null and due_at <= clock_timestamp() and position < log_size()
  order by due_at limit 1 for update skip locked)
returning actor(party, person, role, posting) as actor, subscription, url, secret, position, tries,
  case when old_until > clock_timestamp() then old_secret end as old,
  coalesce(extract(epoch from clock_timestamp() - failing_since), 0)::float as failing_s"""


def went_on(pool: ConnectionPool, done: Due, position: int) -> None:
    """What was due was delivered up to a place in the log."""
    with working(pool) as connection:
        connection.execute(
            "update subscription set position = %s, tries = 0, failing_since = null, due_at = clock_timestamp(), last = 'ok' "
            "where party = %s and subscription = %s and position <= %s",
            (position, done.actor.party, done.subscription, position),
        )


def failed(pool: ConnectionPool, done: Due, position: int, last: str, *, tries: int, wait_s: float) -> None:
    """A notice was not taken: what came before it was; it is tried again after a while."""
    with working(pool) as connection:
        connection.execute(
            "update subscription set position = %s, tries = %s, due_at = clock_timestamp() + make_interval(secs => %s), "
            "failing_since = case when %s > 1 then coalesce(failing_since, clock_timestamp()) else clock_timestamp() end, "
            "last = %s where party = %s and subscription = %s",
            (position, tries, wait_s, tries, last, done.actor.party, done.subscription),
        )


def gave_up(pool: ConnectionPool, done: Due, position: int, eid: str, last: str) -> None:
    """A notice is a dead letter: the next one is tried from here on, and is one too where it is not taken either."""
    with working(pool) as connection:
        connection.execute(
            "insert into dead_letter (party, subscription, eid, tries, last) values (%s, %s, %s, %s, %s) "
            "on conflict do nothing",
            (done.actor.party, done.subscription, eid, done.tries + 1, last),
        )
        connection.execute(
            "update subscription set position = %s, due_at = clock_timestamp() + interval '1 minute', last = %s "
            "where party = %s and subscription = %s",
            (position + 1, last, done.actor.party, done.subscription),
        )


def gone(pool: ConnectionPool, done: Due) -> None:
    """The subscriber answered that it is gone for good (410): the subscription ends."""
    with working(pool) as connection:
        connection.execute(
            "update subscription set ended_at = clock_timestamp(), last = 'gone' where party = %s and subscription = %s",
            (done.actor.party, done.subscription),
        )


def _sql(text: str) -> Any:
    return text
