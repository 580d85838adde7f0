"""The application: limits of a request, problems, resources."""

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from psycopg_pool import ConnectionPool

from karvan.api import boards, consignments, feed, guarantees, health, log, problems, track
from karvan.ops.store import Store
from karvan.ops.store.feed import Cursors
from karvan.ops.track import Predictor
from karvan.version import VERSION

LARGEST = 1_000_000  # bytes of a body


def app(url: str, *, connections: int = 16, predict: Predictor | None = None, inside: bool = False) -> FastAPI:
    """The service over a database that has the schema. The pool opens when the service starts, and closes when it ends.

    ``predict`` foretells arrivals; without it none is told. ``inside`` lets notices go to addresses inside: for tests and a
    sandbox alone.
    """
    pool = ConnectionPool(
        url, min_size=2, max_size=connections, timeout=5, open=False, check=ConnectionPool.check_connection
    )

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        pool.open()
        app.state.cursors = Cursors.of(pool)
        yield
        pool.close()

    made = FastAPI(title="Karvan", version=VERSION, description=ABOUT, lifespan=life, redoc_url=None)
    made.state.store, made.state.predict, made.state.inside = Store(pool), predict, inside
    made.add_middleware(Limit)
    problems.add(made)
    for part in (consignments, guarantees, feed, log, health, track):
        made.include_router(part.router)
    for pages in boards.ROUTERS:
        made.include_router(pages)
    made.add_exception_handler(boards.ComeIn, boards.to_the_way_in)
    return made


ABOUT = (
    "Electronic clearance along a corridor. Each command has an `eid` that you make and keep: send it again whenever an "
    "answer was lost, and it is done once. A refusal is a problem (RFC 9457) with its code (1xx field, 2xx out of sequence, "
    "3xx rule, 4xx ours, 5xx authority), a pointer to the field, and the commands that are allowed instead."
)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Limit:
    """Refuses a body that is too large, told or not, before it is read whole."""

    def __init__(self, app: Callable[[Message, Receive, Send], Awaitable[None]]) -> None:
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        parts, size, more = [], 0, True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            parts.append(message.get("body", b""))
            size, more = size + len(parts[-1]), message.get("more_body", False)
            if size > LARGEST:
                told = problems.answer(
                    413, 101, f"the body has more than {LARGEST} bytes", headers={"Connection": "close"}
                )
                await told(scope, receive, send)
                return
        whole = iter([{"type": "http.request", "body": b"".join(parts), "more_body": False}])

        async def again() -> Message:
            return next(whole, None) or await receive()

        await self.app(scope, again, send)
