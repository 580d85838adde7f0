"""The feed of a party, and its subscriptions to notices."""

import asyncio
import time
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from karvan.api.asked import REFUSALS, Told, there
from karvan.api.consignments import Name
from karvan.api.who import Caller, Memory
from karvan.errors import InputError
from karvan.ops.decide.bodies import Id
from karvan.ops.store import subscriptions
from karvan.ops.store.feed import Cursors, page
from karvan.ops.worker.sender import checked

router = APIRouter(prefix="/v1", tags=["feed"], responses=REFUSALS)
LOOK_S = 0.3


class Feed(BaseModel):
    """Events that you may see, in the order of the log, and the cursor from which to read on."""

    events: list[Told]
    cursor: str


@router.get("/feed", response_model=Feed)
async def feed(
    request: Request,
    actor: Caller,
    store: Memory,
    cursor: Annotated[str, Query(max_length=100)] = "",
    most: Annotated[int, Query(ge=1, le=500)] = 100,
    wait: Annotated[float, Query(ge=0, le=30, description="seconds to wait for an event where there is none")] = 0,
) -> Feed:
    """The events of all that you have a part in, from a cursor on; without one from the first. Nothing is missed between two
    cursors; what happened before you had a part stands in the log of the consignment."""
    cursors: Cursors = request.app.state.cursors
    try:
        position = cursors.open(cursor, actor.party)
    except InputError as error:
        raise HTTPException(422, f"{error.message}: {error.cure}") from None
    until = time.monotonic() + wait
    while True:
        found = await run_in_threadpool(page, store.pool, actor, position, most)
        position = found.position
        if found.events or time.monotonic() >= until or await request.is_disconnected():
            events = [Told.of(event) for event in found.events]
            return Feed(events=events, cursor=cursors.close(position, actor.party))
        await asyncio.sleep(LOOK_S)


class Subscribe(BaseModel):
    """Where you want to be told of events. The id is yours to choose."""

    model_config = ConfigDict(extra="forbid")

    id: Id
    url: Annotated[str, Field(max_length=2000, examples=["https://hooks.example.org/karvan"])]


class Secret(BaseModel):
    """The secret by which notices are signed (Standard Webhooks), shown this once."""

    id: str
    secret: str


class SubscriptionSeen(BaseModel):
    """A subscription: how often its next notice was tried, since when it fails, and what came of the last try."""

    id: str
    url: str
    made_at: datetime
    ended_at: datetime | None
    tries: int
    failing_since: datetime | None
    last: str


class Subscriptions(BaseModel):
    """Your party's subscriptions."""

    subscriptions: list[SubscriptionSeen]


class Letter(BaseModel):
    """A notice that nobody took within a day: read the event by the feed or by its consignment."""

    eid: str
    tries: int
    last: str
    at: datetime


class Letters(BaseModel):
    """What could not be delivered."""

    letters: list[Letter]


@router.post("/subscriptions", status_code=201, response_model=Secret)
def subscribe(asked: Subscribe, actor: Caller, store: Memory, request: Request) -> Secret:
    """Tells you of each event that you may see from now on, by a signed notice to your address."""
    try:
        checked(asked.url, inside=request.app.state.inside)
    except InputError as error:
        raise HTTPException(422, f"{error.message}: {error.cure}") from None
    secret = subscriptions.subscribe(store.pool, actor, asked.id, asked.url)
    if secret is None:
        raise HTTPException(409, f"it is there already, or your party has {subscriptions.MOST} of them")
    return Secret(id=asked.id, secret=secret)


@router.get("/subscriptions", response_model=Subscriptions)
def read(actor: Caller, store: Memory) -> Subscriptions:
    """Your party's subscriptions, and how each fares."""
    found = subscriptions.subscriptions(store.pool, actor)
    same = [name for name in SubscriptionSeen.model_fields if name != "id"]
    return Subscriptions(
        subscriptions=[
            SubscriptionSeen(id=each.subscription, **{name: getattr(each, name) for name in same}) for each in found
        ]
    )


@router.put("/subscriptions/{name}/secret", response_model=Secret)
def change(name: Name, actor: Caller, store: Memory) -> Secret:
    """Gives a subscription a new secret; notices are signed by the old one too for a day."""
    return Secret(id=name, secret=there(subscriptions.change_secret(store.pool, actor, name)))


@router.delete("/subscriptions/{name}", status_code=204)
def end(name: Name, actor: Caller, store: Memory) -> Response:
    """Ends a subscription."""
    there(subscriptions.end(store.pool, actor, name) or None)
    return Response(status_code=204)


@router.get("/subscriptions/{name}/dead-letters", response_model=Letters)
def letters(name: Name, actor: Caller, store: Memory) -> Letters:
    """What could not be delivered within a day."""
    found = subscriptions.letters(store.pool, actor, name)
    return Letters(letters=[Letter(**{key: getattr(each, key) for key in Letter.model_fields}) for each in found])
