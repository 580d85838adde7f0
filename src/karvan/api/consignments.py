"""Consignments: make one, read it with what is allowed next, command it, read its log."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from karvan.api.asked import REFUSALS, Asked, Done, Key, Match, Told, done, there, told
from karvan.api.problems import of_refusal
from karvan.api.who import Caller, Memory
from karvan.ops.decide import Command, State
from karvan.ops.decide.bodies import Id
from karvan.ops.decide.decide import open_to
from karvan.ops.store import KeyBusy, KeyReused

router = APIRouter(prefix="/v1", tags=["consignments"], responses=REFUSALS)
Name = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]
STATE = TypeAdapter(State)


class New(BaseModel):
    """A consignment to be. Its `id` is made by you, at random: a UUID."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    eid: Id
    occurred: AwareDatetime
    owner: Id | None = None
    consignee: Id | None = None


@router.post("/consignments", status_code=201, response_model=Done)
def create(asked: New, actor: Caller, store: Memory, key: Key = None) -> Response:
    """Tells the service of a consignment."""
    given = asked.model_dump(mode="json", include={"owner", "consignee"}, exclude_none=True)
    command = Command(asked.eid, str(asked.id), "CONSIGNMENT_CREATED", asked.occurred, given)
    return done(store, command, actor, key, None)


class Seen(BaseModel):
    """A consignment: the state of all its parts, and by part the kinds of commands that your role may try next."""

    state: dict[str, Any]
    allowed: dict[str, list[str]]


@router.get("/consignments/{consignment}", response_model=Seen)
def read(consignment: Name, actor: Caller, store: Memory, response: Response) -> Seen:
    """The state of a consignment, with its version as ETag."""
    state: State = there(store.state(consignment, actor))
    response.headers["ETag"] = f'"{state.version}"'
    allowed = {part: list(kinds) for part, kinds in open_to(state, actor.role).items()}
    return Seen(state=STATE.dump_python(state, mode="json"), allowed=allowed)


@router.post("/consignments/{consignment}/commands", status_code=201, response_model=Done)
def command(
    consignment: Name, asked: Asked, actor: Caller, store: Memory, key: Key = None, match: Match = None
) -> Response:
    """Does one command, once."""
    return done(store, asked.command(consignment), actor, key, match)


class Log(BaseModel):
    """Events in their order, with their chain."""

    events: list[Told]


@router.get("/consignments/{consignment}/events", response_model=Log)
def events(
    consignment: Name,
    actor: Caller,
    store: Memory,
    after: Annotated[int, Query(ge=0, le=10**9)] = 0,
    most: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Log:
    """The log of a consignment, from a sequence number on."""
    found = store.events(consignment, actor, after, most)
    if not found and not after:
        there(None)
    return Log(events=[Told.of(event) for event in found])


class BatchLine(Asked):
    """A command of a batch, with the consignment that it is for."""

    consignment: Id


class Batch(BaseModel):
    """Commands, each on its own: one that is refused does not stop the others."""

    model_config = ConfigDict(extra="forbid")

    commands: Annotated[list[BatchLine], Field(min_length=1, max_length=500)]


class BatchAnswer(BaseModel):
    """What became of each command, in the order of the batch: its status, and its events or its problem."""

    results: list[dict[str, Any]]


@router.post("/commands:batch", response_model=BatchAnswer)
def batch(asked: Batch, actor: Caller, store: Memory) -> BatchAnswer:
    """Does up to 500 commands, such as a train list, each once under its own `eid`."""
    return BatchAnswer(results=[_line(line, actor, store) for line in asked.commands])


def _line(line: BatchLine, actor: Caller, store: Memory) -> dict[str, Any]:
    try:
        outcome = store.do(line.command(line.consignment), actor)
    except KeyReused:
        return {"eid": line.eid, "status": 422, "detail": "the eid was used for another request"}
    except KeyBusy:
        return {"eid": line.eid, "status": 409, "detail": "a request with this eid still runs: repeat it"}
    answer = of_refusal(outcome.refusal) if outcome.refusal else told(outcome)
    return {"eid": line.eid, "status": answer.status_code, "answer": TypeAdapter(Any).validate_json(bytes(answer.body))}
