"""Track: where a consignment is, what it waits for, when it may arrive; for its parties, and for who holds a link."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from karvan.api.asked import REFUSALS, there
from karvan.api.consignments import Name
from karvan.api.who import Caller, Memory
from karvan.ops.decide import Actor
from karvan.ops.event import Event
from karvan.ops.store import Store, people
from karvan.ops.track import Predictor, Standing, Tracked, track

router = APIRouter(prefix="/v1", tags=["track"], responses=REFUSALS)
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{43}$")]
READER = Actor("karvan", "", "system")
MAKERS = ("shipper", "consignee", "forwarder", "declarant")
PAGE = 500


class Turn(BaseModel):
    """The step that is waited for: its kind, the hold, movement or unit it is of, and who may do it."""

    kind: str
    region: str
    part: str
    roles: list[str]
    parties: list[str] = []


class Unit(BaseModel):
    """A unit: where it is (or which place it left), since when, what it waits for, and by when 1, 5 and 9 of 10 such
    journeys have arrived at ``destination``."""

    unit: str
    state: str
    place: str
    left: str
    parent: str
    since: datetime
    wait: Turn | None
    waiting_since: datetime
    destination: str
    arrival: tuple[datetime, datetime, datetime] | None
    flags: list[str]

    @classmethod
    def of(cls, told: Standing, *, public: bool) -> "Unit":
        """A unit as told; to the public without the names of parties."""
        fields: dict[str, Any] = {name: getattr(told, name) for name in cls.model_fields}
        wait = told.wait
        parties = [] if public or wait is None else list(wait.parties)
        turn = wait and Turn(
            kind=wait.kind, region=wait.region, part=wait.part, roles=list(wait.roles), parties=parties
        )
        return cls(**{**fields, "wait": turn, "flags": list(told.flags)})


class Track(BaseModel):
    """A consignment at a time; ``late`` are the kinds of the events that were told late."""

    consignment: str
    at: datetime
    units: list[Unit]
    late: list[str]

    @classmethod
    def of(cls, told: Tracked, *, public: bool = False) -> "Track":
        """A consignment as told; to the public without its id and the names of parties."""
        units = [Unit.of(each, public=public) for each in told.units]
        return cls(consignment="" if public else told.consignment, at=told.at, units=units, late=list(told.late))


def log(store: Store, consignment: str, actor: Actor) -> Iterator[Event]:
    """The whole log of a consignment, page by page."""
    after = 0
    while page := store.events(consignment, actor, after, PAGE):
        yield from page
        after = page[-1].seq


def tracked(store: Store, consignment: str, actor: Actor, predict: Predictor | None) -> Tracked | None:
    """The consignment as it stands; none where there is none that the actor may see."""
    state = store.state(consignment, actor)
    if state is None:
        return None
    events = tuple(event for event in log(store, consignment, actor) if event.seq <= state.version)
    return track(state, events, store.now(), predict)


@router.get("/consignments/{consignment}/track", response_model=Track)
def follow(consignment: Name, request: Request, actor: Caller, store: Memory) -> Track:
    """Where it is, since when, what it waits for, who must act, and when it may arrive."""
    return Track.of(there(tracked(store, consignment, actor, request.app.state.predict)))


class Wanted(BaseModel):
    """For how many days the link holds."""

    model_config = ConfigDict(extra="forbid")

    days: Annotated[int, Field(ge=1, le=365)] = 60


class Link(BaseModel):
    """The token of a link, shown this once: whoever holds it may follow the consignment."""

    token: str


class Ended(BaseModel):
    """How many links were taken back."""

    ended: int


def _maker(actor: Actor) -> None:
    if actor.role not in MAKERS:
        raise HTTPException(403, f"links are made and taken back by: {', '.join(MAKERS)}")


@router.post("/consignments/{consignment}/links", status_code=201, response_model=Link)
def link(consignment: Name, asked: Wanted, actor: Caller, store: Memory) -> Link:
    """Makes a link to follow a consignment without a key."""
    _maker(actor)
    return Link(token=there(people.new_link(store, consignment, actor, asked.days)))


@router.delete("/consignments/{consignment}/links", response_model=Ended)
def unlink(consignment: Name, actor: Caller, store: Memory) -> Ended:
    """Takes back all links that your party made; the owner takes back all there are."""
    _maker(actor)
    there(store.state(consignment, actor))
    return Ended(ended=people.end_links(store, consignment, actor))


@router.get("/track/{token}", response_model=Track)
def public(token: Token, request: Request, store: Memory, response: Response) -> Track:
    """The same for whoever holds a link: without names of parties."""
    response.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
    consignment = there(people.linked(store.pool, token))
    return Track.of(there(tracked(store, consignment, READER, request.app.state.predict)), public=True)
