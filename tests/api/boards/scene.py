"""A service on a port of its own for a browser, keys of the cast, and a wagon list."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic, sleep
from uuid import uuid4

import psycopg
import uvicorn

from karvan.api.app import app
from karvan.errors import MessageError
from karvan.ops.decide import Actor
from karvan.ops.messages.identify import box
from karvan.ops.store.access import new_key
from karvan.ops.track import Arrival
from ops import cast

DECLARATION = {
    "regime": "rail-eaeu",
    "territories": "KZ",
    "departure.office": "KZ10",
    "departure.territory": "KZ",
    "departure.place": "KZKGS",
    "destination.office": "KZ50",
    "destination.territory": "KZ",
    "destination.place": "KZAAU",
    "holder": "holding",
    "carrier": "rail-kz",
    "duty_usd": "1000",
    "limit_date": "2027-03-20",
    "announce.railway": "rail-kz",
    "announce.port": "port-aktau",
}


def predict(place: str, destination: str, moving: bool, elapsed_h: float) -> Arrival | None:
    return Arrival(48, 72, 120, 240)


def key(url: str, actor: Actor) -> str:
    with psycopg.connect(url) as connection:
        return new_key(connection, actor, cast.NOW - timedelta(days=1), cast.NOW + timedelta(days=30))


def sound(number: str) -> str:
    """The box number with the check digit that makes it sound."""
    for digit in "0123456789":
        try:
            return box(number + digit)
        except MessageError:
            continue
    raise AssertionError(number)


def wagons(count: int) -> bytes:
    """A list of boxes that no other list has, each with a seal."""
    start = uuid4().int % 900_000
    boxes = [sound(f"CSQU{start + each:06d}") for each in range(count)]
    rows = [f",{name},1001,21500,S{start + at}" for at, name in enumerate(boxes)]
    return "\n".join(["wagon,box,hs,mass_kg,seal", *rows]).encode()


@contextmanager
def served(url: str) -> Iterator[str]:
    """The address of the service while it runs."""
    server = uvicorn.Server(uvicorn.Config(app(url, predict=predict), port=0, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = monotonic() + 20
    while not server.started:
        assert monotonic() < end, "the service does not start"
        sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)
