"""Telling subscribers of events: thin signed notices, each tried until it is taken, for a day, then kept as a dead letter.

A notice says that there is an event, not what is in it: who has the address alone learns nothing. Its id is the same at each
try, so that one that came twice is known as one. Whether a subscriber may see an event is asked when it is told: after its
mandate, posting or part has ended it is told nothing more.
"""

import time
from hashlib import sha256
from json import dumps
from random import uniform

from psycopg_pool import ConnectionPool

from karvan.ops.event import Event
from karvan.ops.store import subscriptions
from karvan.ops.store.feed import page
from karvan.ops.store.subscriptions import Due
from karvan.ops.worker.sender import Sender, signature

WAITS_S = (5, 30, 120, 600, 1800, 3600, 7200, 14400)
GIVE_UP_S = 24 * 3600
MOST = 20  # notices before another subscription has its turn: with the longest try, well within the lease of one turn
TURN_S = 30.0


def tell(pool: ConnectionPool, sender: Sender) -> bool:
    """Tells the one subscriber that has waited longest of what is new; whether there was one."""
    due = subscriptions.due(pool)
    if due is None:
        return False
    found = page(pool, due.actor, due.position, MOST)
    began = time.monotonic()
    for place, event in zip(found.places, found.events, strict=True):
        if time.monotonic() - began > TURN_S:
            subscriptions.went_on(pool, due, place)
            return True
        status, said = _sent(sender, due, event)
        if status == 410:
            subscriptions.gone(pool, due)
            return True
        if not 200 <= status < 300:
            _missed(pool, due, place, event, said, first=event is found.events[0])
            return True
    subscriptions.went_on(pool, due, found.position)
    return True


def _missed(pool: ConnectionPool, due: Due, place: int, event: Event, said: str, *, first: bool) -> None:
    """``first``: it is the notice that failed before, or nothing failed before."""
    if first and due.failing_s >= GIVE_UP_S:
        subscriptions.gave_up(pool, due, place, event.eid, said)
        return
    tries = due.tries if first else 0
    wait = WAITS_S[min(tries, len(WAITS_S) - 1)] * uniform(0.8, 1.2)
    subscriptions.failed(pool, due, place, said, tries=tries + 1, wait_s=wait)


def _sent(sender: Sender, due: Due, event: Event) -> tuple[int, str]:
    body = notice(event)
    identity = identity_of(due, event)
    now = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "webhook-id": identity,
        "webhook-timestamp": str(now),
        "webhook-signature": signature(due.secrets, identity, now, body),
    }
    return sender.send(due.url, headers, body)


def notice(event: Event) -> bytes:
    """The body of a notice: which event of what, and when it was recorded."""
    told = {"eid": event.eid, "subject": event.consignment, "seq": event.seq}
    return dumps({"type": "event.recorded", "timestamp": event.recorded.isoformat(), "data": told}).encode()


def identity_of(due: Due, event: Event) -> str:
    """The id of a notice, the same at each try."""
    return "msg_" + sha256(f"{due.actor.party}\n{due.subscription}\n{event.eid}".encode()).hexdigest()[:32]
