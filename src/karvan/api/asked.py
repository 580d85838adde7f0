"""What requests carry, and how a command is done and told."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Header, HTTPException, Response
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from karvan.api.problems import Problem, of_refusal
from karvan.ops.decide import Actor, Command
from karvan.ops.decide.bodies import Id, Line
from karvan.ops.event import Event
from karvan.ops.store import Outcome, Store

Key = Annotated[str | None, Header(alias="Idempotency-Key", pattern=r"^[\x21-\x7e]{1,100}$")]
Match = Annotated[str | None, Header(alias="If-Match", pattern=r'^"[0-9]{1,9}"$')]
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": told, "content": {"application/problem+json": {}}}
    for status, told in {
        400: "the request cannot be read",
        401: "no key that holds",
        403: "the role, office, mandate or custody does not allow it",
        404: "there is none, or none that you may see",
        409: "the state or a rule does not allow it; or the same key still runs",
        412: "the version has changed",
        413: "the body is too large",
        422: "a field is wrong, or the key was used for another request",
        503: "the database does not answer: repeat with the same key",
    }.items()
}


class Asked(BaseModel):
    """A command of any kind: `body` has the fields of its kind."""

    model_config = ConfigDict(extra="forbid")

    eid: Annotated[Id, Field(description="made and kept by you before you send; a repeat is known by it")]
    kind: Annotated[str, Field(max_length=64, examples=["LODGED"])]
    occurred: AwareDatetime
    reason: Annotated[Line, Field(max_length=1000)] = ""
    body: dict[str, Any] = {}

    def command(self, subject: str) -> Command:
        """The command on a subject."""
        return Command(self.eid, subject, self.kind, self.occurred, self.body, self.reason)


class Told(BaseModel):
    """An event as it was recorded."""

    eid: str
    consignment: str
    seq: int
    kind: str
    party: str
    person: str
    posting: str
    occurred: datetime
    recorded: datetime
    late: bool
    reason: str
    corrects: str
    body: dict[str, Any]
    prev_hash: str
    hash: str

    @classmethod
    def of(cls, event: Event) -> "Told":
        """The event's fields."""
        return cls(**{name: getattr(event, name) for name in cls.model_fields})


class Done(BaseModel):
    """What a command made happen: its own event, then what follows from it."""

    events: list[Told]


def done(store: Store, command: Command, actor: Actor, key: str | None, match: str | None) -> Response:
    """Does a command: 201 with its events, at a repeat the same again; else a problem."""
    version = int(match.strip('"')) if match else None
    return told(store.do(command, actor, key=key or "", if_match=version))


def told(outcome: Outcome) -> Response:
    """An outcome as an answer."""
    if outcome.refusal is not None:
        return of_refusal(outcome.refusal)
    body = Done(events=[Told.of(event) for event in outcome.events]).model_dump(mode="json")
    return JSONResponse(body, 201, {"ETag": f'"{outcome.events[-1].seq}"'})


def there(found: Any) -> Any:
    """What was found; 404 where it was not."""
    if found is None:
        raise HTTPException(404, "there is no such subject")
    return found
