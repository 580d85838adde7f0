"""The log that proves itself: its newest head, proofs that an event is in it and that it only grew, and its witnesses."""

from base64 import b64encode
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field

from karvan.api.asked import REFUSALS, there
from karvan.api.who import Caller, Memory
from karvan.errors import InputError
from karvan.ops.decide.bodies import Id
from karvan.ops.store import seals

router = APIRouter(prefix="/v1/log", tags=["log"], responses=REFUSALS)
Size = Annotated[int, Query(ge=1, le=10**15)]


@router.get("/checkpoint", response_class=PlainTextResponse)
def checkpoint(actor: Caller, store: Memory) -> str:
    """The newest signed head of the log, with the lines of its witnesses, as a note (C2SP tlog-checkpoint)."""
    return str(there(seals.head(store.pool)))


class Included(BaseModel):
    """That an event stands at `index` of a tree of `size`: its leaf is the SHA-256 of 0x00 and `hash` as text; `hashes` are
    in base64, from the leaf up (RFC 6962)."""

    eid: str
    hash: str
    index: int
    size: int
    hashes: list[str]


@router.get("/proof/inclusion", response_model=Included)
def inclusion(eid: Annotated[Id, Query()], actor: Caller, store: Memory) -> Included:
    """Proves that an event is in the log, under its newest head. 409 where no head covers it yet: in some seconds one will."""
    proof = there(seals.included(store.pool, eid, actor))
    if isinstance(proof, str):
        raise HTTPException(409, "no signed head covers this event yet", {"Retry-After": "10"})
    return Included(eid=eid, hash=proof.hash, index=proof.index, size=proof.size, hashes=_coded(proof.hashes))


class Grown(BaseModel):
    """The hashes, in base64, that show that the log of one size begins with all of the log of another (RFC 6962)."""

    hashes: list[str]


@router.get("/proof/consistency", response_model=Grown)
def consistency(old: Size, new: Size, actor: Caller, store: Memory) -> Grown:
    """Proves that the log only grew from one size to another."""
    try:
        return Grown(hashes=_coded(seals.grew(store.pool, old, new)))
    except InputError as error:
        raise HTTPException(422, f"{error.message}: {error.cure}") from None


def _coded(hashes: tuple[bytes, ...] | list[bytes]) -> list[str]:
    return [b64encode(each).decode() for each in hashes]


class Cosignature(BaseModel):
    """The line of a witness for the head of a size."""

    model_config = ConfigDict(extra="forbid")

    size: Annotated[int, Field(ge=1, le=10**15)]
    line: Annotated[str, Field(min_length=1, max_length=500)]


@router.post("/cosignatures", status_code=201)
def cosign(asked: Cosignature, actor: Caller, store: Memory) -> Response:
    """Takes the line of a witness that the operator knows, for a head that the log has signed."""
    try:
        holds = there(seals.cosigned(store.pool, asked.size, asked.line))
    except InputError as error:
        raise HTTPException(422, error.message) from None
    if not holds:
        raise HTTPException(422, "this is no line of a witness that this log knows for its head of that size")
    return Response(status_code=201)
